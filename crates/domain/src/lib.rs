//! The rules of the house: who may do what to a case, when, and why not. Pure: no I/O, no clock, no network.
//!
//! Everything that decides lives here once; the server enforces it and the app uses the same functions to show what is
//! possible. The time and today's date are always arguments.
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice)
)]

pub mod absence;
pub mod admission;
pub mod attachment;
pub mod calendar;
pub mod case;
pub mod clinic;
mod codes;
pub mod deciding;
pub mod draft;
pub mod guard;
pub mod hsa_id;
pub mod id;
pub mod lifecycle;
pub mod listing;
pub mod mention;
pub mod permission;
pub mod personal_id;
pub mod refusal;
pub mod reply_template;
pub mod resident;
pub mod response_clock;
pub mod searched_number;
pub mod signature;
pub mod visibility;
pub mod watch;

pub use absence::Absence;
pub use admission::{Admission, Municipality, ServiceArea, may_submit};
pub use attachment::{Attachment, FileKind};
pub use case::{Assignee, Case, CaseState, CloseReason, Message, MessageKind, Note, Who};
pub use clinic::{ClinicFacts, Group, Policy, StaffFacts};
pub use hsa_id::HsaId;
pub use id::{AttachmentId, CaseId, CaseTypeId, GroupId, MachineId, MessageId, NoteId, OpId, ReplyTemplateId};
pub use lifecycle::{Act, Actor, Command, Compose, ResidentActor, StaffActor, act, check, submit};
pub use permission::{Action, Permission, Role, permission};
pub use personal_id::{IdKind, PersonalId};
pub use refusal::Refusal;
pub use reply_template::ReplyTemplate;
pub use resident::{Resident, ResidentStatus, Sex, Unreachable};
pub use searched_number::{MistypedNumber, NumberFault};
pub use watch::Unwatched;
