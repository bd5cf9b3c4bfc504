//! The clinic's server: the truth about cases, behind HTTP. Embedded by the desktop app in practice mode, or run alone.
//!
//! Who may do what is decided by `mottaget-domain`; this crate loads, asks, writes and tells.
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice)
)]

mod absences;
mod app;
pub mod check_id;
pub mod clock;
mod counter;
mod db;
mod deciding;
mod desk;
mod drafts;
pub mod error;
pub mod explain_due;
mod feed;
mod files;
mod folder;
mod giving_back;
mod http;
pub mod people;
pub mod practice;
mod presence;
mod release;
mod retention;
mod server;
mod session;
mod wake;

pub use check_id::check_id;
pub use clock::{Clock, ManualClock, SystemClock};
pub use error::{ServerError, StartError};
pub use explain_due::explain_due;
pub use http::route_table;
pub use people::People;
pub use server::{RunningServer, Server, ServerConfig};
