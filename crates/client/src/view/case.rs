//! One case on the screen: the document with what waits in the outbox laid over it.

use super::list::{AssigneeName, CaseRow};
use super::work::{DraftView, Jotting, OutboxRow, TakenOver};
use crate::clock::Ahead;
use crate::error::Trouble;
use jiff::Timestamp;
use mottaget_domain::case::Answer;
use mottaget_domain::clinic::UndoWindow;
use mottaget_domain::response_clock::Explanation;
use mottaget_domain::signature::SignAs;
use mottaget_domain::{
    Attachment, CaseState, CloseReason, GroupId, IdKind, MessageId, MessageKind, NoteId, OpId, Sex, Unreachable,
    Unwatched,
};
use std::collections::BTreeMap;

/// Where a message or act is. Nothing is shown as sent before it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Sent: the other side can see it.
    Sent {
        /// Since when.
        at: Timestamp,
    },
    /// Here on this machine; goes when there is contact.
    Here {
        /// Which act.
        op: OpId,
    },
    /// Being handed over just now.
    OnTheWay {
        /// Which act.
        op: OpId,
    },
    /// The server has it; it is not released yet, or the page that shows it has not come home.
    AtServer {
        /// Which act; empty for a colleague's message that is held.
        op: Option<OpId>,
        /// When it goes out.
        release_at: Option<Timestamp>,
    },
    /// The server or the rules refused it for good; it waits for the person's decision.
    Stopped {
        /// Which act.
        op: OpId,
        /// Why.
        problem: Trouble,
    },
}

impl Delivery {
    /// The release by the clock of this machine.
    pub(crate) fn told_here(&mut self, ahead: Ahead) {
        if let Self::AtServer { release_at: Some(at), .. } = self {
            *at = ahead.here(*at);
        }
    }
}

/// A file in the thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadFile {
    /// The file.
    pub file: Attachment,
    /// Its bytes are on this machine.
    pub cached: bool,
}

/// A message of the thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageView {
    /// Its id.
    pub id: MessageId,
    /// What kind.
    pub kind: MessageKind,
    /// Did staff write it?
    pub from_staff: bool,
    /// Who wrote it.
    pub sender_name: String,
    /// Their title, if staff.
    pub sender_title: Option<String>,
    /// The signature under it, if staff.
    pub signature: Option<String>,
    /// The text; plain.
    pub text: String,
    /// A form's answers.
    pub answers: Vec<Answer>,
    /// Its files.
    pub attachments: Vec<ThreadFile>,
    /// When it was written (here) or accepted (by the server).
    pub at: Timestamp,
    /// Did I write it?
    pub mine: bool,
    /// When the resident first opened it.
    pub read_by_resident_at: Option<Timestamp>,
    /// Where it is.
    pub delivery: Delivery,
    /// The server holds it, and I may take it back.
    pub may_take_back: bool,
}

/// An internal note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteView {
    /// Its id.
    pub id: NoteId,
    /// Who wrote it.
    pub author: String,
    /// The text.
    pub text: String,
    /// Names of the colleagues that it speaks to («@…»), as the directory knows them.
    pub mentions: Vec<String>,
    /// Names of those that it speaks to and who are not told, since they do not see the case.
    pub missed: Vec<String>,
    /// When.
    pub at: Timestamp,
    /// Where it is.
    pub delivery: Delivery,
}

/// What a line of the history tells: one for each of [`mottaget_domain::case::Happening`]'s variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum EventKind {
    Created,
    Distributed,
    Redistributed,
    Taken,
    TakenOver,
    Started,
    MessageHeld,
    MessageWithdrawn,
    MessageReleased,
    ResidentReplied,
    QuestionWithdrawn,
    Closed,
    Reopened,
    NoteAdded,
    Recorded,
    DraftTaken,
    AssigneeLost,
    Purged,
}

/// The name in camelCase.
impl std::fmt::Display for EventKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Created => "created",
            Self::Distributed => "distributed",
            Self::Redistributed => "redistributed",
            Self::Taken => "taken",
            Self::TakenOver => "takenOver",
            Self::Started => "started",
            Self::MessageHeld => "messageHeld",
            Self::MessageWithdrawn => "messageWithdrawn",
            Self::MessageReleased => "messageReleased",
            Self::ResidentReplied => "residentReplied",
            Self::QuestionWithdrawn => "questionWithdrawn",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::NoteAdded => "noteAdded",
            Self::Recorded => "recorded",
            Self::DraftTaken => "draftTaken",
            Self::AssigneeLost => "assigneeLost",
            Self::Purged => "purged",
        })
    }
}

/// One line of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRow {
    /// When.
    pub at: Timestamp,
    /// A name; `resident` and `system` for those two.
    pub who: String,
    /// What.
    pub event: EventKind,
    /// Facts for the sentence, names resolved: `to`, `from`, `reason`, `kind`, `was`.
    pub facts: BTreeMap<&'static str, String>,
}

/// Something that somebody else did to the thread since the draft was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewsRow {
    /// Who, when and what, as in the history.
    pub what: HistoryRow,
    /// The message that came with it, if one did and it is in the thread.
    pub message: Option<MessageId>,
}

/// What is new since the draft was begun or its writer last said that they had read what was new. Own acts are no news.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// The thread's version that these rows lead up to: what [`Client::acknowledge_news`](crate::Client::acknowledge_news)
    /// is to be told.
    pub version: u32,
    /// What happened, oldest first; never empty.
    pub rows: Vec<NewsRow>,
}

/// What staff see of the resident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResidentFacts {
    /// Full name.
    pub name: String,
    /// Identity number as people write it.
    pub personal_id: String,
    /// What kind of number.
    pub id_kind: IdKind,
    /// Age in whole years.
    pub age: Option<i16>,
    /// By the register.
    pub sex: Sex,
    /// Skyddad identitet.
    pub protected_identity: bool,
    /// Why no message reaches them, if none does.
    pub unreachable: Option<Unreachable>,
    /// The guardian who filed the case in their place.
    pub guardian: Option<GuardianFacts>,
    /// Mobile number, if shared.
    pub mobile: Option<String>,
    /// E-mail address, if shared.
    pub email: Option<String>,
}

/// That a case is in the patient record (journalfört).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedView {
    /// Who marked it.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// Nothing has been said in the case since.
    pub whole: bool,
}

/// Who wrote in a child's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardianFacts {
    /// Identity number as people write it.
    pub personal_id: String,
    /// Do they read what is answered today? Not once the child has turned 13, or is protected (W64, W67).
    pub reads: bool,
}

/// What can be done to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActName {
    /// T3, T4.
    Distribute,
    /// T6.
    Redistribute,
    /// T5, and taking over from an absent colleague.
    Take,
    /// T8, F9.
    PartialReply,
    /// T9.
    CounterQuestion,
    /// T13.
    FinalReply,
    /// Attach files to what is being written.
    Attach,
    /// T11.
    WithdrawQuestion,
    /// T14.
    Close,
    /// T15.
    Reopen,
    /// T17.
    Note,
    /// T6, back to the receivers.
    ReturnToReceiver,
    /// T16: say that it is in the patient record.
    MarkRecorded,
}

impl ActName {
    /// All of them, in the order in which a screen may show them.
    pub const ALL: [Self; 13] = [
        Self::Distribute,
        Self::Redistribute,
        Self::Take,
        Self::PartialReply,
        Self::CounterQuestion,
        Self::FinalReply,
        Self::Attach,
        Self::WithdrawQuestion,
        Self::Close,
        Self::Reopen,
        Self::Note,
        Self::ReturnToReceiver,
        Self::MarkRecorded,
    ];

    /// The name between rooms.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Distribute => "distribute",
            Self::Redistribute => "redistribute",
            Self::Take => "take",
            Self::PartialReply => "partialReply",
            Self::CounterQuestion => "counterQuestion",
            Self::FinalReply => "finalReply",
            Self::Attach => "attach",
            Self::WithdrawQuestion => "withdrawQuestion",
            Self::Close => "close",
            Self::Reopen => "reopen",
            Self::Note => "note",
            Self::ReturnToReceiver => "returnToReceiver",
            Self::MarkRecorded => "markRecorded",
        }
    }
}

/// May it be done now, counting what waits in the outbox as done?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActState {
    /// What.
    pub act: ActName,
    /// The reason's code if not ([`mottaget_domain::Refusal::code`]); empty if it may.
    pub why_not: Option<&'static str>,
}

/// What a case will be when what waits here is done: where it is and with whom is the server's to say, and not decided before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// Its state.
    pub state: CaseState,
    /// Who has it then.
    pub assignee: Option<AssigneeName>,
}

/// A case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseView {
    /// As in the list.
    pub row: CaseRow,
    /// What it will be when my acts that wait here are done; empty if it stays as it is.
    pub after: Option<After>,
    /// Why it is due when it is.
    pub why_due: Explanation,
    /// The resident.
    pub resident: ResidentFacts,
    /// The thread, oldest first; what waits in the outbox stands last.
    pub messages: Vec<MessageView>,
    /// Internal notes, oldest first.
    pub notes: Vec<NoteView>,
    /// What happened, oldest first.
    pub history: Vec<HistoryRow>,
    /// What can be done.
    pub acts: Vec<ActState>,
    /// The question that the resident may answer.
    pub open_question: Option<MessageId>,
    /// The thread's version on this screen.
    pub thread_version: u32,
    /// Who has entered it into the patient record.
    pub recorded: Option<RecordedView>,
    /// The group from which this person took the case, with its name: it can go back there.
    pub taken_from: Option<(GroupId, String)>,
    /// Why nobody watches it, if nobody does; receivers are told.
    pub unwatched: Option<Unwatched>,
    /// How long each kind of message can be taken back here.
    pub undo: UndoWindow,
    /// Why it was closed without a reply.
    pub close_reason: Option<CloseReason>,
    /// What I am writing.
    pub draft: Option<DraftView>,
    /// Internal words that I have begun.
    pub jottings: Vec<Jotting>,
    /// What would stand under a message of mine that is begun now, and in whose name.
    pub signature: String,
    /// In whose name that is.
    pub sign_as: SignAs,
    /// A colleague has taken over what I am writing.
    pub draft_taken: Option<TakenOver>,
    /// What has happened since I began to write; sending is held until I have said that I have read it.
    pub news: Option<News>,
    /// My acts on it that have not come home.
    pub pending: Vec<OutboxRow>,
}
