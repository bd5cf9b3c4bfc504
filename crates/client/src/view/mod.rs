//! What a screen can be told, as plain values: lists, the start page, one case, drafts, the outbox, a preview.
//!
//! Everything here is read from this machine; nothing waits for the network.

mod case;
mod list;
mod staffing;
mod work;

pub use case::{
    ActName, ActState, After, CaseView, Delivery, EventKind, GuardianFacts, HistoryRow, MessageView, News, NewsRow,
    NoteView, RecordedView, ResidentFacts, ThreadFile,
};
pub use list::{
    AssigneeName, Away, CaseRow, Counts, Covers, DueFilter, DueTone, DueView, Filter, FilterChoices, Holder,
    JottingKind, ListPage, ListQuery, MistypedNumber, NumberFault, Oldest, OwnAway, SavedView, Scope, ShortInbox,
    StartCard, StartCardKind, StartView, Unwatched, UnwatchedCount,
};
pub use staffing::{AbsenceRow, GroupRow, StaffRow, StaffingView};
pub use work::{
    Attached, BulkCase, BulkDone, BulkPick, BulkSeen, BulkWish, CaseDraft, CaseTypeInfo, ClinicTexts, Colleague,
    Decisions, DraftFile, DraftView, GuardFinding, GuardPlace, GuardView, HeldMessage, Jotting, MessageOut,
    OtherClinic, OutboxPage, OutboxRow, PreviewOpened, PreviewSource, RefusedFile, ReplyText, TakenOver, Target,
    TargetAway, TargetKind, TargetView, Unsearched, Waits, WaitsFor,
};
