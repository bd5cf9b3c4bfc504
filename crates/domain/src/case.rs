//! A case: a document with a thread of messages and a history of events.

use crate::attachment::Attachment;
use crate::guard::GuardWord;
use crate::hsa_id::HsaId;
use crate::id::{CaseId, CaseTypeId, GroupId, MachineId, MessageId, NoteId, OpId};
use crate::personal_id::PersonalId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Where a case is in its life (domain.md D1). The resident's own draft never reaches the clinic, so it is no state here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum CaseState {
    /// Nytt: nobody has it.
    New,
    /// Fördelat to a person.
    AssignedPerson,
    /// Fördelat till grupp; a member takes it.
    AssignedGroup,
    /// Pågående.
    InProgress,
    /// Väntar på invånare.
    AwaitingResident,
    /// Avslutat.
    Closed,
    /// Gallrat: only the trace is left.
    Purged,
}

impl CaseState {
    /// Is there still something to do?
    #[must_use]
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Closed | Self::Purged)
    }
}

/// Who has the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Assignee {
    /// One handler.
    Person {
        /// Their HSA-id.
        hsa_id: HsaId,
    },
    /// A group; one of its handlers takes it.
    Group {
        /// The group.
        id: GroupId,
    },
}

/// What kind of message it is (domain.md E4, W76).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum MessageKind {
    /// The resident's first message: the filled-in form.
    Submission,
    /// The resident's answer to a counter-question.
    ResidentReply,
    /// Delsvar: can't be answered.
    PartialReply,
    /// Motfråga: the resident answers in the same case (R78).
    CounterQuestion,
    /// Svar: answers the case and closes it.
    FinalReply,
    /// Avslut: tells that the case was closed without a reply.
    Closure,
}

/// Who wrote a message, as it was when it was written (R69).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Sender {
    /// The resident, or a guardian for the resident.
    Resident {
        /// The guardian who wrote for the child, if one did (W69).
        guardian: Option<PersonalId>,
    },
    /// A member of staff.
    Staff {
        /// HSA-id.
        hsa_id: HsaId,
        /// Name at that time.
        name: String,
        /// Title at that time.
        title: String,
        /// Signature at that time; stands under the text.
        signature: String,
    },
}

/// One question of the case type's form with its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// The question as the resident read it.
    pub question: String,
    /// What the resident answered.
    pub answer: String,
}

/// One message of the thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Its id, made by the side that wrote it.
    pub id: MessageId,
    /// What kind.
    pub kind: MessageKind,
    /// Who wrote it.
    pub sender: Sender,
    /// The text; plain, never markup.
    pub text: String,
    /// The form's answers; only a submission has them.
    #[serde(default)]
    pub answers: Vec<Answer>,
    /// Its files.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// When the server accepted it.
    #[schema(value_type = String, format = DateTime)]
    pub accepted_at: Timestamp,
    /// When the other side may see it; until then it can be withdrawn.
    #[schema(value_type = String, format = DateTime)]
    pub release_at: Timestamp,
    /// When it was released; `None` while it is held.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub released_at: Option<Timestamp>,
    /// When the resident first opened it (W50).
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_by_resident_at: Option<Timestamp>,
}

impl Message {
    /// Is it from staff, and still held back?
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.released_at.is_none()
    }

    /// Is it written by staff?
    #[must_use]
    pub fn from_staff(&self) -> bool {
        matches!(self.sender, Sender::Staff { .. })
    }

    /// Is it written by this member of staff?
    #[must_use]
    pub fn is_from(&self, who: &HsaId) -> bool {
        self.author() == Some(who)
    }

    /// The member of staff who wrote it; empty for the resident's.
    #[must_use]
    pub fn author(&self) -> Option<&HsaId> {
        match &self.sender {
            Sender::Staff { hsa_id, .. } => Some(hsa_id),
            _ => None,
        }
    }
}

/// An internal note; never leaves the clinic (T17).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// Who wrote it.
    pub author: HsaId,
    /// Their name at that time.
    pub author_name: String,
    /// The text.
    pub text: String,
    /// Colleagues that it speaks to, who could read the case when it was written ([`crate::mention`]).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub mentions: BTreeSet<HsaId>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// Why a case was closed without a reply (T14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum CloseReason {
    /// By telephone.
    HandledByPhone,
    /// At a visit.
    HandledAtVisit,
    /// The same matter is in another case.
    Duplicate,
    /// It belongs to another clinic.
    WrongClinic,
    /// The resident took it back.
    ResidentWithdrew,
    /// Something else; a note says what.
    Other,
}

impl CloseReason {
    /// Every reason, in the order in which people choose among them.
    pub const ALL: [Self; 6] = [
        Self::HandledByPhone,
        Self::HandledAtVisit,
        Self::Duplicate,
        Self::WrongClinic,
        Self::ResidentWithdrew,
        Self::Other,
    ];

    /// Does the resident know without a message that the matter is over? They have been talked to, it goes on in another
    /// case, or they wanted it so.
    #[must_use]
    pub const fn known_to_resident(self) -> bool {
        match self {
            Self::HandledByPhone | Self::HandledAtVisit | Self::Duplicate | Self::ResidentWithdrew => true,
            Self::WrongClinic | Self::Other => false,
        }
    }
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Who {
    /// A member of staff.
    Staff {
        /// HSA-id.
        hsa_id: HsaId,
        /// Name at that time.
        name: String,
    },
    /// The resident, or a guardian for them.
    Resident,
    /// The system, by rule.
    System,
}

impl Who {
    /// Is it this member of staff?
    #[must_use]
    pub fn is_staff(&self, id: &HsaId) -> bool {
        matches!(self, Self::Staff { hsa_id, .. } if hsa_id == id)
    }
}

/// What happened (domain.md D2, column "logged"; reads are in the access log, not here).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Happening {
    /// T1.
    Created,
    /// T3, T4: given to somebody for the first time.
    Distributed {
        /// To whom.
        to: Assignee,
    },
    /// T6: given to somebody else, or back to the receivers (`to` is empty).
    Redistributed {
        /// From whom.
        from: Option<Assignee>,
        /// To whom.
        to: Option<Assignee>,
        /// Why, if said.
        reason: Option<String>,
    },
    /// T5: a member took a group's case.
    Taken {
        /// From which group.
        from: GroupId,
    },
    /// A substitute took over the case of somebody who is away.
    TakenOver {
        /// From whom.
        from: HsaId,
    },
    /// T7.
    Started,
    /// A message from staff was accepted and is held until its release.
    MessageHeld {
        /// Which.
        message: MessageId,
        /// Its kind.
        kind: MessageKind,
        /// What the wrong-resident guard said of it; empty for messages from before there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        guard: Option<GuardWord>,
    },
    /// A held message was taken back before its release.
    MessageWithdrawn {
        /// Which.
        message: MessageId,
        /// Its kind.
        kind: MessageKind,
        /// Whose it is; empty in histories from before this was noted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        author: Option<HsaId>,
    },
    /// T3b, T8, T9, T13: the resident can read it from now on.
    MessageReleased {
        /// Which.
        message: MessageId,
        /// Its kind.
        kind: MessageKind,
    },
    /// T10: the resident answered.
    ResidentReplied {
        /// With which message.
        message: MessageId,
    },
    /// T11.
    QuestionWithdrawn {
        /// Which question.
        message: MessageId,
    },
    /// T13, T14: `reason` is empty when a final reply closed it.
    Closed {
        /// Why without a reply.
        reason: Option<CloseReason>,
    },
    /// T15.
    Reopened,
    /// T17.
    NoteAdded {
        /// Which.
        note: NoteId,
    },
    /// T16: somebody has entered the case into the patient record.
    Recorded {
        /// The thread's version that was entered.
        through: u32,
    },
    /// A colleague took over what somebody is writing ([`crate::draft`]).
    DraftTaken {
        /// Who writes it.
        author: HsaId,
        /// Their name at that time.
        name: String,
        /// What it was to be.
        kind: MessageKind,
        /// On which of the author's computers it lies.
        machine: MachineId,
        /// The version that was taken; it grows with every change that is made there.
        version: u64,
    },
    /// T19: the assignee can't handle cases any more.
    AssigneeLost {
        /// Who had it.
        was: Assignee,
    },
    /// T18.
    Purged,
}

/// One line of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// The clinic's feed number of the commit; 0 until the server has stamped it.
    pub seq: u64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who.
    pub who: Who,
    /// Which op did it, if a person's op did.
    pub op: Option<OpId>,
    /// What.
    pub what: Happening,
    /// The thread's version after this, where it moved the thread (messages and assignee).
    pub thread_version: Option<u32>,
}

/// That a case is in the patient record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded<'a> {
    /// Who marked it, and when.
    pub entry: &'a HistoryEntry,
    /// Nothing has been said in the case since.
    pub whole: bool,
}

/// The case type as it was when the case was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CaseTypeRef {
    /// Its id.
    pub id: CaseTypeId,
    /// Its name.
    pub name: String,
    /// May residents attach files (R87, R88)?
    pub resident_files: bool,
    /// Its own response target in working days, before the clinic's.
    pub response_days: Option<u8>,
}

/// A case (ärende).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// The clinic whose inbox it is in.
    pub clinic: HsaId,
    /// Whom it is about, and who reads the answers.
    pub resident: PersonalId,
    /// The guardian who filed it for the child, if one did (W69).
    pub filed_by_guardian: Option<PersonalId>,
    /// Its type.
    pub case_type: CaseTypeRef,
    /// Where it is in its life.
    pub state: CaseState,
    /// Who has it; a closed case keeps its last.
    pub assignee: Option<Assignee>,
    /// The counter-question that the resident may answer: a fact of its own beside the state (design.md 11).
    pub open_question: Option<MessageId>,
    /// When it was received.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When the resident first got something back (D5).
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first_feedback_at: Option<Timestamp>,
    /// When it was closed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Timestamp>,
    /// Why without a reply.
    pub close_reason: Option<CloseReason>,
    /// It came back to the receivers and waits for a new distribution (T6, T19).
    pub needs_redistribution: bool,
    /// The thread, oldest first.
    pub messages: Vec<Message>,
    /// Internal notes, oldest first.
    pub notes: Vec<Note>,
    /// What happened, oldest first.
    pub history: Vec<HistoryEntry>,
    /// Counts what moves the thread: messages and changes of assignee. A reply names the version it was written against.
    pub thread_version: u32,
}

impl Case {
    /// The message with that id.
    #[must_use]
    pub fn message(&self, id: MessageId) -> Option<&Message> {
        self.messages.iter().find(|message| message.id == id)
    }

    /// The message that is held back, if there is one; a case has at most one.
    #[must_use]
    pub fn pending(&self) -> Option<&Message> {
        self.messages.iter().find(|message| message.is_pending())
    }

    /// Is it assigned to this person by name?
    #[must_use]
    pub fn is_assigned_to(&self, id: &HsaId) -> bool {
        matches!(&self.assignee, Some(Assignee::Person { hsa_id }) if hsa_id == id)
    }

    /// Who last marked the case as entered into the patient record, and whether all that was said in it is.
    #[must_use]
    pub fn recorded(&self) -> Option<Recorded<'_>> {
        let (entry, through) = self.history.iter().rev().find_map(|entry| match entry.what {
            Happening::Recorded { through } => Some((entry, through)),
            _ => None,
        })?;
        let said = |what: &Happening| matches!(what, Happening::MessageHeld { .. } | Happening::ResidentReplied { .. });
        let later = |entry: &HistoryEntry| entry.thread_version.is_some_and(|version| version > through);
        let whole = !self.history.iter().any(|entry| said(&entry.what) && later(entry));
        Some(Recorded { entry, whole })
    }

    /// The group from which whoever has the case took it (T5), if that is how they came by it: it can go back there.
    #[must_use]
    pub fn taken_from(&self) -> Option<GroupId> {
        if !matches!(self.assignee, Some(Assignee::Person { .. })) {
            return None;
        }
        self.history.iter().rev().find_map(|entry| match &entry.what {
            Happening::Taken { from } => Some(Some(*from)),
            Happening::Distributed { .. }
            | Happening::Redistributed { .. }
            | Happening::TakenOver { .. }
            | Happening::AssigneeLost { .. } => Some(None),
            _ => None,
        })?
    }

    /// The event after number `after` by which somebody else gave the case away from this person (T6), or took it over
    /// while they were away; they do not have it any more.
    #[must_use]
    pub fn given_away_from(&self, id: &HsaId, after: u64) -> Option<&HistoryEntry> {
        if self.is_assigned_to(id) {
            return None;
        }
        let was = |from: &Option<Assignee>| matches!(from, Some(Assignee::Person { hsa_id }) if hsa_id == id);
        let leaves = |what: &Happening| match what {
            Happening::Redistributed { from, .. } => was(from),
            Happening::TakenOver { from } => from == id,
            _ => false,
        };
        // the last time that it left this person's hands
        let left = self.history.iter().rev().filter(|entry| entry.seq > after).find(|entry| leaves(&entry.what));
        left.filter(|entry| !entry.who.is_staff(id))
    }

    /// May files go with what the resident writes in this case (R87, R88)?
    #[must_use]
    pub fn resident_may_attach(&self) -> bool {
        self.case_type.resident_files
    }

    /// The attachment with that id, wherever in the thread.
    #[must_use]
    pub fn attachment(&self, id: crate::AttachmentId) -> Option<(&Message, &Attachment)> {
        self.messages
            .iter()
            .find_map(|message| message.attachments.iter().find(|file| file.id == id).map(|file| (message, file)))
    }

    /// The resident opened the thread: what was released and unread is read from now on (W50). True if that changed
    /// anything.
    pub fn mark_read_by_resident(&mut self, now: Timestamp) -> bool {
        let mut changed = false;
        for message in &mut self.messages {
            if message.from_staff() && !message.is_pending() && message.read_by_resident_at.is_none() {
                message.read_by_resident_at = Some(now);
                changed = true;
            }
        }
        changed
    }

    /// Writes the feed number of the commit into the lines that have none yet.
    pub fn stamp(&mut self, seq: u64) {
        for entry in self.history.iter_mut().filter(|entry| entry.seq == 0) {
            entry.seq = seq;
        }
    }
}
