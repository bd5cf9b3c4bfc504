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

mod acting;
mod administering;
mod attending;
mod bulk;
mod client;
mod clock;
mod config;
mod drafting;
mod error;
mod event;
mod files;
mod guarding;
mod history;
mod holding;
mod jotting;
mod live;
mod looking;
mod notice;
mod noticing;
mod outboxing;
mod plan;
mod previewing;
mod reading;
mod reads;
mod retry;
mod rules;
mod secret;
mod session;
mod show;
mod sse;
mod staffing;
mod taking_over;
mod trouble;
pub mod view;
mod wire;
mod work;

pub use bulk::MAX_BULK;
pub use client::Client;
pub use clock::{Clock, HandClock};
pub use config::{ClientConfig, RetryPolicy, Timeouts};
pub use error::{ClientError, Trouble, all_codes};
pub use event::{ClientEvent, ConnectionState, Events};
pub use looking::Sight;
pub use mottaget_preview::{DocumentInfo, PageSize, PreviewConfig, Unit};
pub use mottaget_protocol::{Anew, Assignment, Company, Doing, Me, Preferences, Present, ReplyTemplateText, Staff};
pub use mottaget_store::{KeyError, Keys};
pub use notice::{Notice, NoticeKind};
pub use secret::SessionToken;
pub use session::{Authenticated, ProfileId, SessionFacts, folder_mark};
