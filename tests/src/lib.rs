//! What journeys need: a clinic with its server, people with real clients on lines that can be cut, residents, files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    missing_docs,
    reason = "this package is tests only"
)]

pub mod clinic;
pub mod engine;
pub mod files;
pub mod line;
pub mod person;
pub mod resident;
pub mod script;

pub use clinic::Clinic;
pub use engine::Engine;
pub use line::{Line, Mode};
pub use person::Person;
pub use resident::{ResidentAtHome, a_case};
