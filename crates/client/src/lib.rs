//! The offline core: sync, outbox, notices, session. A complete program without a window.
//!
//! ```text
//! Client::start ─▶ practice_people ─▶ authenticate_practice ─▶ (shell: keys from the keychain) ─▶ open
//!                                            resume(profile, token, keys) ──────────────────────▶ ┘
//! ```
//!
//! From then on the screen reads (`list`, `open_case` …) and acts (`distribute`, `send_draft` …); both use only this
//! machine's files. What happens in between is told by [`Client::events`], ids only.
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice)
)]

mod client;
mod config;
mod error;
mod event;
mod notice;
mod retry;
mod secret;
mod session;
mod sse;
pub mod view;
mod wire;

pub use client::Client;
pub use config::{ClientConfig, Clock, RetryPolicy, Timeouts};
pub use error::{ClientError, Trouble};
pub use event::{ClientEvent, ConnectionState, Events};
pub use mottaget_preview::{DocumentInfo, PageSize, PreviewConfig, Unit};
pub use mottaget_protocol::{Assignment, Me, Preferences, Staff};
pub use mottaget_store::{KeyError, Keys};
pub use notice::{Notice, NoticeKind};
pub use secret::SessionToken;
pub use session::{Authenticated, ProfileId, Repaired, SessionFacts};
