//! The life of a case as one pure function: (case, who, what, when) → the case afterwards, or why not (domain.md D2).
//!
//! [`check`] answers "may this be done now?" without the content, so that a screen can say it beforehand; [`act`] asks
//! the same question first and then looks at the content. Nothing else in the house repeats these rules.

mod apply;
mod guard;

pub use guard::check;

use crate::admission::{Admission, may_submit};
use crate::attachment::{Attachment, MAX_FILES_RESIDENT, MAX_FILES_STAFF, check_list};
use crate::case::{
    Answer, Assignee, Case, CaseState, CaseTypeRef, CloseReason, Happening, HistoryEntry, Message, MessageKind, Sender,
    Who,
};
use crate::clinic::ClinicFacts;
use crate::guard::GuardWord;
use crate::hsa_id::HsaId;
use crate::id::{CaseId, GroupId, MessageId, NoteId, OpId};
use crate::permission::Role;
use crate::personal_id::PersonalId;
use crate::refusal::Refusal;
use crate::reply_template::first_blank;
use crate::resident::Resident;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Longest text of a message or note, in characters.
pub const MAX_TEXT: usize = 20_000;
/// Longest reason for giving a case to somebody else, in characters.
pub const MAX_REASON: usize = 200;
/// Most answers of a form.
pub const MAX_ANSWERS: usize = 100;
/// Longest signature, in characters.
pub const MAX_SIGNATURE: usize = 1_000;

/// Is it something to say, and not too long? For every text that a person writes into a case.
///
/// # Errors
/// [`Refusal::TextEmpty`]; [`Refusal::TextTooLong`].
pub fn check_text(text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() { Err(Refusal::TextEmpty) } else { within(text, MAX_TEXT) }
}

fn within(text: &str, limit: usize) -> Result<(), Refusal> {
    if text.chars().count() > limit { Err(Refusal::TextTooLong { limit }) } else { Ok(()) }
}

/// A member of staff who acts at one clinic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffActor {
    /// HSA-id.
    pub hsa_id: HsaId,
    /// Name, as the resident will see it.
    pub name: String,
    /// Title, as the resident will see it.
    pub title: String,
    /// Signature, as the resident will see it.
    pub signature: String,
    /// The clinic at which they act.
    pub clinic: HsaId,
    /// Their roles there; empty when the HSA-id is inactive.
    pub roles: BTreeSet<Role>,
    /// Their groups there.
    pub groups: BTreeSet<GroupId>,
    /// Colleagues there whose cases they cover today ([`ClinicFacts::stands_in_for`]).
    pub stands_in_for: BTreeSet<HsaId>,
}

impl StaffActor {
    /// Do they have the role?
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// A resident, or a guardian in the resident's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResidentActor {
    /// Whom the case is about.
    pub personal_id: PersonalId,
    /// The guardian who acts, if one does; the server has checked the relation.
    pub guardian: Option<PersonalId>,
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Staff.
    Staff(StaffActor),
    /// The resident's side.
    Resident(ResidentActor),
    /// A rule that fell due.
    System,
}

impl Actor {
    /// As the history names them.
    #[must_use]
    pub fn who(&self) -> Who {
        match self {
            Self::Staff(staff) => Who::Staff { hsa_id: staff.hsa_id.clone(), name: staff.name.clone() },
            Self::Resident(_) => Who::Resident,
            Self::System => Who::System,
        }
    }
}

/// A message as written, frozen when the person pressed send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Compose {
    /// Its id, made where it was written.
    pub message: MessageId,
    /// The text.
    pub text: String,
    /// The files; their bytes are known to the server before.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// The thread's version that the writer saw.
    pub based_on: u32,
    /// What the wrong-resident guard said of it; a message to a resident is not taken without ([`check_guard`]).
    ///
    /// [`check_guard`]: crate::guard::check_guard
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guard: Option<GuardWord>,
}

impl Compose {
    /// Can it be sent as it is written, whatever the case is like?
    ///
    /// # Errors
    /// [`Refusal::TextEmpty`], [`Refusal::TextTooLong`], [`Refusal::BlankLeft`], or what is wrong with the list of files
    /// (R90).
    pub fn check(&self) -> Result<(), Refusal> {
        check_text(&self.text)?;
        if let Some(blank) = first_blank(&self.text) {
            return Err(Refusal::BlankLeft { blank: blank.to_owned() });
        }
        Ok(check_list(&self.attachments, MAX_FILES_STAFF)?)
    }
}

/// What somebody wants done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "command", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Command {
    /// T7: the assignee begins.
    Start,
    /// T3, T4, T6, with or without T3b.
    Distribute {
        /// To whom.
        to: Assignee,
        /// Who had it when the person decided; if that is no longer so, nothing happens.
        from: Option<Assignee>,
        /// Why, if said.
        reason: Option<String>,
        /// A partial reply that goes with it.
        partial_reply: Option<Compose>,
    },
    /// T6: back to the receivers.
    ReturnToReceiver {
        /// Who had it when the person decided; if that is no longer so, nothing happens.
        from: Option<Assignee>,
        /// Why, if said.
        reason: Option<String>,
    },
    /// T5.
    Take,
    /// A substitute takes over the case of somebody who is away.
    TakeOver {
        /// Who had it when the person decided; if that is no longer so, nothing happens.
        from: HsaId,
    },
    /// T3b standing alone, T8, T9, T13.
    Send {
        /// Partial reply, counter-question or final reply.
        kind: MessageKind,
        /// The message.
        message: Compose,
    },
    /// Take a held message back before its release.
    WithdrawMessage {
        /// Which.
        message: MessageId,
        /// Whoever takes it back has the whole of it as their own draft. Otherwise the server keeps it for its author, files
        /// and all, until somebody goes on with it.
        #[serde(default)]
        kept_here: bool,
    },
    /// T11.
    WithdrawQuestion,
    /// T14.
    Close {
        /// Why without a reply.
        reason: CloseReason,
        /// Internal words about it; required with [`CloseReason::Other`].
        note: Option<String>,
        /// Closure message to the resident; without it the resident sees only that the case is closed.
        tell: Option<Compose>,
        /// The thread's version that was seen when this was decided: a case that somebody else has moved since is not
        /// closed unread. A closure message has its own; empty in what an older program has frozen.
        #[serde(default)]
        based_on: Option<u32>,
    },
    /// T15.
    Reopen,
    /// T17.
    AddNote {
        /// The note's id.
        note: NoteId,
        /// The text.
        text: String,
    },
    /// T16: the case has been entered into the patient record (journalfört).
    MarkRecorded {
        /// The thread's version that was entered: what comes after it is not in the record.
        through: u32,
    },
    /// T10.
    ResidentReply {
        /// The answer's id.
        message: MessageId,
        /// The text.
        text: String,
        /// Files, where the case type allows them.
        attachments: Vec<Attachment>,
    },
    /// The hold of a message is over.
    Release {
        /// Which.
        message: MessageId,
    },
    /// T19.
    LoseAssignee,
    /// T18.
    Purge,
}

/// What can be done to a case, without its content: the question that [`check`] answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// T2, T16: read it.
    Read,
    /// T7.
    Start,
    /// T3, T4.
    Distribute,
    /// T6.
    Redistribute,
    /// T6, to the receivers.
    ReturnToReceiver,
    /// T5.
    Take,
    /// Take it over from an absent colleague whom one covers.
    TakeOver,
    /// T8, F9.
    PartialReply,
    /// T9.
    CounterQuestion,
    /// T13.
    FinalReply,
    /// Take a held message back.
    WithdrawMessage,
    /// T11.
    WithdrawQuestion,
    /// T14.
    Close,
    /// T15.
    Reopen,
    /// T17.
    Note,
    /// T16: say that it is in the patient record.
    MarkRecorded,
    /// T10.
    ResidentReply,
    /// Release a held message.
    Release,
    /// T19.
    LoseAssignee,
    /// T18.
    Purge,
}

impl Act {
    /// All acts.
    pub const ALL: [Self; 20] = [
        Self::Read,
        Self::Start,
        Self::Distribute,
        Self::Redistribute,
        Self::ReturnToReceiver,
        Self::Take,
        Self::TakeOver,
        Self::PartialReply,
        Self::CounterQuestion,
        Self::FinalReply,
        Self::WithdrawMessage,
        Self::WithdrawQuestion,
        Self::Close,
        Self::Reopen,
        Self::Note,
        Self::MarkRecorded,
        Self::ResidentReply,
        Self::Release,
        Self::LoseAssignee,
        Self::Purge,
    ];
}

impl Command {
    /// Which act it is, for a case in this state.
    #[must_use]
    pub fn act(&self, case: &Case) -> Act {
        match self {
            Self::Start => Act::Start,
            Self::Distribute { .. } if case.assignee.is_none() => Act::Distribute,
            Self::Distribute { .. } => Act::Redistribute,
            Self::ReturnToReceiver { .. } => Act::ReturnToReceiver,
            Self::Take => Act::Take,
            Self::TakeOver { .. } => Act::TakeOver,
            Self::Send { kind: MessageKind::CounterQuestion, .. } => Act::CounterQuestion,
            Self::Send { kind: MessageKind::FinalReply, .. } => Act::FinalReply,
            Self::Send { .. } => Act::PartialReply,
            Self::WithdrawMessage { .. } => Act::WithdrawMessage,
            Self::WithdrawQuestion => Act::WithdrawQuestion,
            Self::Close { .. } => Act::Close,
            Self::Reopen => Act::Reopen,
            Self::AddNote { .. } => Act::Note,
            Self::MarkRecorded { .. } => Act::MarkRecorded,
            Self::ResidentReply { .. } => Act::ResidentReply,
            Self::Release { .. } => Act::Release,
            Self::LoseAssignee => Act::LoseAssignee,
            Self::Purge => Act::Purge,
        }
    }

    /// Is what staff wrote with it fit to be sent, whatever the case is like?
    ///
    /// # Errors
    /// As [`Compose::check`], and for a note [`check_text`].
    pub fn check_content(&self) -> Result<(), Refusal> {
        match self {
            Self::AddNote { text, .. } => check_text(text),
            _ => self.message().map_or(Ok(()), Compose::check),
        }
    }

    /// The message to the resident that the command brings along, if it does.
    #[must_use]
    pub fn message(&self) -> Option<&Compose> {
        match self {
            Self::Distribute { partial_reply: Some(compose), .. }
            | Self::Send { message: compose, .. }
            | Self::Close { tell: Some(compose), .. } => Some(compose),
            _ => None,
        }
    }

    /// The same, to be completed before it is frozen.
    pub fn message_mut(&mut self) -> Option<&mut Compose> {
        match self {
            Self::Distribute { partial_reply: Some(compose), .. }
            | Self::Send { message: compose, .. }
            | Self::Close { tell: Some(compose), .. } => Some(compose),
            _ => None,
        }
    }

    /// The files that the command brings along.
    #[must_use]
    pub fn attachments(&self) -> &[Attachment] {
        match self {
            Self::ResidentReply { attachments, .. } => attachments,
            _ => self.message().map_or(&[], |compose| &compose.attachments),
        }
    }
}

/// Does it: the case afterwards, its history longer by what happened.
///
/// # Errors
/// [`Refusal`] says why not; the case is then unchanged.
pub fn act(
    case: &Case,
    actor: &Actor,
    command: &Command,
    op: Option<OpId>,
    clinic: &ClinicFacts,
    now: Timestamp,
) -> Result<Case, Refusal> {
    check(case, actor, command.act(case), clinic, now)?;
    apply::apply(case, actor, command, op, clinic, now)
}

/// What a resident files: the filled-in form of a case type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The case's id, made by the resident's side.
    pub case: CaseId,
    /// The first message's id.
    pub message: MessageId,
    /// The type; the server has checked that it is active at the clinic.
    pub case_type: CaseTypeRef,
    /// How the resident stands to the clinic.
    pub admission: Admission,
    /// Free text, may be empty if the form's answers say it.
    pub text: String,
    /// The form's answers.
    pub answers: Vec<Answer>,
    /// Files.
    pub attachments: Vec<Attachment>,
}

/// T1: a resident (or a guardian for a child under 13) files a case.
///
/// # Errors
/// [`Refusal`] says why not.
pub fn submit(
    submission: Submission,
    resident: &Resident,
    guardian: Option<&Resident>,
    clinic: &ClinicFacts,
    now: Timestamp,
) -> Result<Case, Refusal> {
    let today = crate::response_clock::swedish_day(now);
    may_submit(&submission.admission, resident, clinic.policy.service_area.as_ref(), today)?;
    if guardian.is_some_and(|guardian| !resident.may_be_represented_by(guardian, today)) {
        return Err(Refusal::ProxyNotAllowed);
    }
    let Submission { case, message, case_type, admission: _, text, answers, attachments } = submission;
    let says_something = !text.trim().is_empty() || answers.iter().any(|answer| !answer.answer.trim().is_empty());
    if !says_something {
        return Err(Refusal::TextEmpty);
    }
    within(&text, MAX_TEXT)?;
    let answered: usize = answers.iter().map(|one| one.question.chars().count() + one.answer.chars().count()).sum();
    if answers.len() > MAX_ANSWERS || answered > 2 * MAX_TEXT {
        return Err(Refusal::TextTooLong { limit: MAX_TEXT });
    }
    if !attachments.is_empty() && !case_type.resident_files {
        return Err(Refusal::FilesNotAllowed);
    }
    check_list(&attachments, MAX_FILES_RESIDENT)?;
    let guardian_id = guardian.map(|guardian| guardian.personal_id.clone());
    Ok(Case {
        id: case,
        clinic: clinic.hsa_id.clone(),
        resident: resident.personal_id.clone(),
        filed_by_guardian: guardian_id.clone(),
        case_type,
        state: CaseState::New,
        assignee: None,
        open_question: None,
        created_at: now,
        first_feedback_at: None,
        closed_at: None,
        close_reason: None,
        needs_redistribution: false,
        messages: vec![Message {
            id: message,
            kind: MessageKind::Submission,
            sender: Sender::Resident { guardian: guardian_id },
            text,
            answers,
            attachments,
            accepted_at: now,
            release_at: now,
            released_at: Some(now),
            read_by_resident_at: None,
        }],
        notes: Vec::new(),
        history: vec![HistoryEntry {
            seq: 0,
            at: now,
            who: Who::Resident,
            op: None,
            what: Happening::Created,
            thread_version: Some(1),
        }],
        thread_version: 1,
    })
}

#[cfg(test)]
mod tests;
