//! The server as its users meet it: real HTTP against a real server on a port of its own, with the time passed in.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    missing_docs
)]

mod absences;
mod authority;
mod blobs;
mod clock;
mod drafts;
mod events;
mod feed;
mod house;
mod loops;
mod ops;
mod people;
mod presence;
mod program;
mod refusals;
mod residents;
mod retention;
mod sessions;
mod start;
mod templates;
