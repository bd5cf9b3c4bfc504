//! The words on the wire between app and server: types, and how they are written; no behaviour.
//!
//! Everything is JSON with camelCase names. Times are RFC 3339 in UTC, ids are UUIDs, identities are in normal form.
//! The documents of cases are [`mottaget_domain::Case`] itself, so that a case means the same on both sides.

pub mod anew;
pub mod draft;
pub mod feed;
pub mod file_name;
pub mod op;
pub mod presence;
pub mod problem;
pub mod reads;
pub mod resident;
pub mod session;

pub use anew::{Anew, ReplyTemplateAnew};
pub use draft::{DraftCopy, DraftHead, DraftKept, DraftTaken, TakeDraft, TakenDraft};
pub use feed::{
    Absences, CaseDocument, Directory, Page, Phase, PushedPage, ReplyTemplateText, Settled, StreamEvent, Taken,
};
pub use op::{Op, OpOutcome, Rejected};
pub use presence::{Attend, Attendance, Company, Doing, HEARTBEAT, PRESENCE_LASTS, Present};
pub use problem::{Problem, SERVER_CODES};
pub use reads::{MAX_READ_CASES, MAX_READ_ENTRIES, ReadBatch, ReadEntry, ReadKind};
pub use session::{Assignment, Me, Preferences, SignedIn, Staff};

/// Path prefix of the staff interface.
pub const STAFF_API: &str = "/api/v1";
/// Header of an upload that names the file, percent-encoded UTF-8 ([`file_name`]): never in the address, which others log.
pub const FILE_NAME_HEADER: &str = "mottaget-file-name";
/// Path prefix of the residents' interface.
pub const RESIDENT_API: &str = "/resident/v1";
