//! The store as its callers use it: real encrypted files in temporary folders, cases made by the rules themselves.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    missing_docs
)]

mod blobs;
mod clinic;
mod copies;
mod crash;
mod damage;
mod disk;
mod encryption;
mod jottings;
mod lists;
mod mirror;
mod search;
mod unsent;
mod watching;
mod words;
