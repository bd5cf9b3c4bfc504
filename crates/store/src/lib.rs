//! The encrypted local files: what the clinic's server told (mirror), what the person wrote and has not been settled
//! yet (unsent), and the bytes of attachments (blobs).
//!
//! Synchronous: an async caller goes through `spawn_blocking`. [`Store`] is `Send + Sync`; put it into an `Arc`.
//! Sync is the only caller of [`Store::apply_page`], so the mirror has one writer; the person is the only author of the
//! outbox and the drafts; every list and case is read from both through one function each.
//!
//! | room | what |
//! |---|---|
//! | [`keys`] | the three random keys, and how they go to the keychain and back |
//! | [`open`] | opening, migrating, setting a damaged file aside |
//! | [`mirror`] | pages of the feed, cursors, notices, session, directory, what was seen |
//! | [`outbox`], [`drafts`], [`jottings`], [`copies`], [`reads`] | what must never be lost |
//! | [`blobs`] | attachment bytes by SHA-256 |
//! | [`list`], [`start`], [`search`], [`watching`] | what the screen reads |
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice)
)]

mod apply;
mod aside;
pub mod blobs;
mod columns;
pub mod copies;
mod db;
pub mod drafts;
pub mod error;
mod facts;
mod fingerprint;
pub mod jottings;
pub mod keys;
mod line;
pub mod list;
pub mod mirror;
mod noticed;
pub mod open;
pub mod outbox;
mod place;
pub mod reads;
mod salvage;
mod schema;
pub mod search;
pub mod start;
mod turn;
pub mod watching;
mod words;

pub use copies::Uncopied;
pub use drafts::{Draft, DraftFile};
pub use error::{File, OpenError, StoreError};
pub use jottings::{Jotting, JottingKind, KeptJotting};
pub use keys::{KeyError, Keys};
pub use list::{AssigneeRow, CaseRead, CaseRow, Choices, Counts, Page as ListPage, Query};
pub use mirror::{Applied, Change, Cursor, NewNotice, Notice, NoticeKind, NoticeStatus};
pub use mottaget_domain::listing::{DueFilter, Filter, Holder, SavedView, Scope};
pub use open::{SetAside, Store};
pub use outbox::{NewOp, OutboxRow, OutboxState, TakenBack};
pub use start::{ClinicStart, Oldest, Pile, Start};
pub use watching::{Away, UnwatchedCount};
