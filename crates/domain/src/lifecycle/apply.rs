//! What happens once the guards have said yes: content is checked, then the case moves.

use super::guard::asked;
use super::{Actor, Command, Compose, MAX_REASON, StaffActor, check_text};
use crate::attachment::{MAX_FILES_RESIDENT, check_list};
use crate::case::{
    Assignee, Case, CaseState, CloseReason, Happening, HistoryEntry, Message, MessageKind, Note, Sender, Who,
};
use crate::clinic::ClinicFacts;
use crate::hsa_id::HsaId;
use crate::id::{MessageId, NoteId, OpId};
use crate::mention::reached;
use crate::permission::Action;
use crate::refusal::Refusal;
use jiff::{Timestamp, ToSpan};

/// Is the reason short enough to stand in a line of the history?
fn check_reason(reason: Option<&str>) -> Result<(), Refusal> {
    let long = reason.is_some_and(|words| words.chars().count() > MAX_REASON);
    if long { Err(Refusal::TextTooLong { limit: MAX_REASON }) } else { Ok(()) }
}

/// The case under change: collects what happens.
struct Change<'a> {
    case: Case,
    who: Who,
    op: Option<OpId>,
    clinic: &'a ClinicFacts,
    now: Timestamp,
}

pub(super) fn apply(
    case: &Case,
    actor: &Actor,
    command: &Command,
    op: Option<OpId>,
    clinic: &ClinicFacts,
    now: Timestamp,
) -> Result<Case, Refusal> {
    let mut change = Change { case: case.clone(), who: actor.who(), op, clinic, now };
    match (actor, command) {
        (Actor::Staff(staff), _) => change.by_staff(staff, command)?,
        (Actor::Resident(resident), Command::ResidentReply { message, text, attachments }) => {
            let sender = Sender::Resident { guardian: resident.guardian.clone() };
            change.resident_reply(sender, *message, text, attachments)?;
        }
        (Actor::System, Command::Release { message }) => change.release(*message)?,
        (Actor::System, Command::LoseAssignee) => change.lose_assignee(),
        (Actor::System, Command::Purge) => change.purge(),
        _ => return Err(Refusal::Forbidden),
    }
    Ok(change.case)
}

impl Change<'_> {
    fn by_staff(&mut self, staff: &StaffActor, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::Start => self.start(),
            Command::Distribute { to, from, reason, partial_reply } => {
                self.distribute(to, from.as_ref(), reason.as_deref())?;
                if let Some(compose) = partial_reply {
                    self.hold(staff, MessageKind::PartialReply, compose)?;
                }
            }
            Command::ReturnToReceiver { from, reason } => self.return_to_receiver(from.as_ref(), reason.as_deref())?,
            Command::Take => self.take(staff)?,
            Command::TakeOver { from } => self.take_over(staff, from)?,
            Command::Send { kind, message } => self.send(staff, *kind, message)?,
            Command::WithdrawMessage { message, .. } => self.withdraw_message(*message)?,
            Command::WithdrawQuestion => self.withdraw_question()?,
            Command::Close { reason, note, tell, based_on } => {
                if let (None, Some(seen)) = (tell, based_on) {
                    self.unmoved_since(staff, *seen)?;
                }
                self.close(staff, *reason, note.as_deref(), tell.as_ref())?;
            }
            Command::Reopen => self.reopen(),
            Command::AddNote { note, text } => self.add_note(staff, *note, text)?,
            // nobody has entered what is not there yet
            Command::MarkRecorded { through } => {
                self.happened(Happening::Recorded { through: (*through).min(self.case.thread_version) });
            }
            Command::ResidentReply { .. } | Command::Release { .. } | Command::LoseAssignee | Command::Purge => {
                return Err(Refusal::Forbidden);
            }
        }
        Ok(())
    }

    fn happened(&mut self, what: Happening) {
        self.record(what, None);
    }

    /// Something that a writer should have seen before sending.
    fn moved_thread(&mut self, what: Happening) {
        self.case.thread_version += 1;
        let version = self.case.thread_version;
        self.record(what, Some(version));
    }

    fn record(&mut self, what: Happening, thread_version: Option<u32>) {
        let entry = HistoryEntry { seq: 0, at: self.now, who: self.who.clone(), op: self.op, what, thread_version };
        self.case.history.push(entry);
    }

    fn start(&mut self) {
        if self.case.state == CaseState::AssignedPerson {
            self.case.state = CaseState::InProgress;
            self.happened(Happening::Started);
        }
    }

    fn distribute(&mut self, to: &Assignee, from: Option<&Assignee>, reason: Option<&str>) -> Result<(), Refusal> {
        check_reason(reason)?;
        self.still_with(from)?;
        // A case whose handler was lost and is back may be given to them anew; else it is there already, and nothing happens.
        if self.case.assignee.as_ref() == Some(to) && !self.case.needs_redistribution {
            return Err(Refusal::SameAssignee);
        }
        self.check_target(to)?;
        let before = self.case.assignee.replace(to.clone());
        self.case.state = match to {
            Assignee::Person { .. } => CaseState::AssignedPerson,
            Assignee::Group { .. } => CaseState::AssignedGroup,
        };
        let again = before.is_some() || self.case.needs_redistribution;
        self.case.needs_redistribution = false;
        let what = if again {
            Happening::Redistributed { from: before, to: Some(to.clone()), reason: reason.map(str::to_owned) }
        } else {
            Happening::Distributed { to: to.clone() }
        };
        self.moved_thread(what);
        Ok(())
    }

    /// Nobody overrules a colleague unseen: the case is still with whom the person saw to have it.
    fn still_with(&self, seen: Option<&Assignee>) -> Result<(), Refusal> {
        if self.case.assignee.as_ref() == seen { Ok(()) } else { Err(Refusal::AlreadyDistributed) }
    }

    fn check_target(&self, to: &Assignee) -> Result<(), Refusal> {
        match to {
            Assignee::Person { hsa_id } if self.clinic.can_handle(hsa_id) => Ok(()),
            Assignee::Person { .. } => Err(Refusal::TargetInactive),
            Assignee::Group { id } => match self.clinic.handlers_in(*id) {
                None => Err(Refusal::TargetInactive),
                Some(0) => Err(Refusal::GroupEmpty),
                Some(_) => Ok(()),
            },
        }
    }

    fn return_to_receiver(&mut self, from: Option<&Assignee>, reason: Option<&str>) -> Result<(), Refusal> {
        check_reason(reason)?;
        self.still_with(from)?;
        let from = self.case.assignee.take();
        self.case.state = CaseState::New;
        self.case.needs_redistribution = true;
        self.moved_thread(Happening::Redistributed { from, to: None, reason: reason.map(str::to_owned) });
        Ok(())
    }

    fn take(&mut self, staff: &StaffActor) -> Result<(), Refusal> {
        let Some(Assignee::Group { id }) = self.case.assignee else {
            return Err(Refusal::AlreadyTaken);
        };
        self.case.assignee = Some(Assignee::Person { hsa_id: staff.hsa_id.clone() });
        self.case.state = CaseState::AssignedPerson;
        self.case.needs_redistribution = false;
        self.moved_thread(Happening::Taken { from: id });
        Ok(())
    }

    /// Only from whom the person saw to have it: whoever got it meanwhile is not overruled unseen.
    fn take_over(&mut self, staff: &StaffActor, from: &HsaId) -> Result<(), Refusal> {
        if !self.case.is_assigned_to(from) {
            return Err(Refusal::AlreadyTaken);
        }
        self.case.assignee = Some(Assignee::Person { hsa_id: staff.hsa_id.clone() });
        self.case.state = CaseState::AssignedPerson;
        self.case.needs_redistribution = false;
        self.moved_thread(Happening::TakenOver { from: from.clone() });
        Ok(())
    }

    fn send(&mut self, staff: &StaffActor, kind: MessageKind, compose: &Compose) -> Result<(), Refusal> {
        if !matches!(kind, MessageKind::PartialReply | MessageKind::CounterQuestion | MessageKind::FinalReply) {
            return Err(Refusal::Forbidden);
        }
        if self.case.is_assigned_to(&staff.hsa_id) {
            self.start();
        }
        self.hold(staff, kind, compose)
    }

    /// Accepts a message from staff. With a hold of zero seconds it is released in the same breath.
    fn hold(&mut self, staff: &StaffActor, kind: MessageKind, compose: &Compose) -> Result<(), Refusal> {
        if self.case.pending().is_some() {
            return Err(Refusal::MessagePending);
        }
        if !compose.attachments.is_empty() {
            asked(staff, Action::Attach)?;
            // Files go with partial replies, questions and replies (R84–R86), not with the word that a case is closed.
            if kind == MessageKind::Closure {
                return Err(Refusal::FilesNotAllowed);
            }
        }
        compose.check()?;
        if self.case.message(compose.message).is_some() {
            return Err(Refusal::IdUsed);
        }
        self.unmoved_since(staff, compose.based_on)?;
        let hold_s = self.clinic.policy.undo_seconds(kind);
        let release_at = self.now.checked_add(i64::from(hold_s).seconds()).unwrap_or(self.now);
        self.case.messages.push(Message {
            id: compose.message,
            kind,
            sender: Sender::Staff {
                hsa_id: staff.hsa_id.clone(),
                name: staff.name.clone(),
                title: staff.title.clone(),
                signature: staff.signature.clone(),
            },
            text: compose.text.clone(),
            answers: Vec::new(),
            attachments: compose.attachments.clone(),
            accepted_at: self.now,
            release_at,
            released_at: None,
            read_by_resident_at: None,
        });
        let guard = compose.guard.clone();
        self.moved_thread(Happening::MessageHeld { message: compose.message, kind, guard });
        if hold_s == 0 { self.release(compose.message) } else { Ok(()) }
    }

    /// Has anybody else moved the thread since the writer saw it? What this very op did does not count.
    fn unmoved_since(&self, staff: &StaffActor, based_on: u32) -> Result<(), Refusal> {
        let moved = self
            .case
            .history
            .iter()
            .any(|entry| entry.thread_version.is_some_and(|v| v > based_on) && !entry.who.is_staff(&staff.hsa_id));
        if moved { Err(Refusal::ThreadMoved) } else { Ok(()) }
    }

    fn release(&mut self, id: MessageId) -> Result<(), Refusal> {
        let Some(message) = self.case.messages.iter_mut().find(|message| message.id == id && message.is_pending())
        else {
            return Err(Refusal::AlreadyReleased);
        };
        message.released_at = Some(self.now);
        let kind = message.kind;
        // Whoever wrote the last word has closed the case, though the clock lets the word go.
        let writer = match &message.sender {
            Sender::Staff { hsa_id, name, .. } => Who::Staff { hsa_id: hsa_id.clone(), name: name.clone() },
            Sender::Resident { .. } => self.who.clone(),
        };
        self.happened(Happening::MessageReleased { message: id, kind });
        if kind != MessageKind::Closure {
            self.case.first_feedback_at.get_or_insert(self.now);
        }
        match kind {
            MessageKind::CounterQuestion => {
                self.case.open_question = Some(id);
                if self.case.state == CaseState::InProgress {
                    self.case.state = CaseState::AwaitingResident;
                }
            }
            MessageKind::FinalReply => self.set_closed(None, writer),
            MessageKind::Closure => {
                let reason = self.case.close_reason.unwrap_or(CloseReason::Other);
                self.set_closed(Some(reason), writer);
            }
            MessageKind::PartialReply | MessageKind::Submission | MessageKind::ResidentReply => {}
        }
        Ok(())
    }

    fn set_closed(&mut self, reason: Option<CloseReason>, who: Who) {
        self.case.state = CaseState::Closed;
        self.case.closed_at = Some(self.now);
        self.case.close_reason = reason;
        self.case.open_question = None;
        self.case.needs_redistribution = false;
        let acting = std::mem::replace(&mut self.who, who);
        self.happened(Happening::Closed { reason });
        self.who = acting;
    }

    fn withdraw_message(&mut self, id: MessageId) -> Result<(), Refusal> {
        let held = self.case.message(id).filter(|message| message.is_pending()).ok_or(Refusal::AlreadyReleased)?;
        if self.now >= held.release_at {
            return Err(Refusal::AlreadyReleased);
        }
        let (kind, author) = (held.kind, held.author().cloned());
        self.case.messages.retain(|message| message.id != id);
        if kind == MessageKind::Closure {
            self.case.close_reason = None;
        }
        self.moved_thread(Happening::MessageWithdrawn { message: id, kind, author });
        Ok(())
    }

    fn withdraw_question(&mut self) -> Result<(), Refusal> {
        let message = self.case.open_question.take().ok_or(Refusal::NoOpenQuestion)?;
        if self.case.state == CaseState::AwaitingResident {
            self.case.state = CaseState::InProgress;
        }
        self.happened(Happening::QuestionWithdrawn { message });
        Ok(())
    }

    fn close(
        &mut self,
        staff: &StaffActor,
        reason: CloseReason,
        note: Option<&str>,
        tell: Option<&Compose>,
    ) -> Result<(), Refusal> {
        let words = note.map(str::trim).filter(|words| !words.is_empty());
        // T14: "something else" says nothing by itself, and nobody is left without an answer for no stated reason.
        let unsaid = reason == CloseReason::Other || (tell.is_none() && !reason.known_to_resident());
        if unsaid && words.is_none() {
            return Err(Refusal::ReasonMissing);
        }
        if let Some(words) = words {
            // The note gets the id of the op, so that a replay can't add it twice.
            let id = self.op.map_or_else(NoteId::random, |op| NoteId(op.0));
            self.add_note(staff, id, words)?;
        }
        if let Some(compose) = tell {
            self.case.close_reason = Some(reason);
            return self.hold(staff, MessageKind::Closure, compose);
        }
        self.set_closed(Some(reason), self.who.clone());
        Ok(())
    }

    /// T15: back to where it can be worked on.
    fn reopen(&mut self) {
        self.case.closed_at = None;
        self.case.close_reason = None;
        let (state, lost) = match &self.case.assignee {
            Some(Assignee::Person { hsa_id }) => (CaseState::InProgress, !self.clinic.can_handle(hsa_id)),
            Some(Assignee::Group { id }) => (CaseState::AssignedGroup, self.clinic.handlers_in(*id).unwrap_or(0) == 0),
            None => (CaseState::New, false),
        };
        self.case.state = state;
        self.case.needs_redistribution = lost;
        self.happened(Happening::Reopened);
    }

    fn add_note(&mut self, staff: &StaffActor, id: NoteId, text: &str) -> Result<(), Refusal> {
        check_text(text)?;
        if self.case.notes.iter().any(|note| note.id == id) {
            return Err(Refusal::IdUsed);
        }
        self.case.notes.push(Note {
            id,
            author: staff.hsa_id.clone(),
            author_name: staff.name.clone(),
            text: text.to_owned(),
            mentions: reached(text, &self.case, self.clinic, self.now),
            at: self.now,
        });
        self.happened(Happening::NoteAdded { note: id });
        Ok(())
    }

    fn resident_reply(
        &mut self,
        sender: Sender,
        id: MessageId,
        text: &str,
        attachments: &[crate::Attachment],
    ) -> Result<(), Refusal> {
        check_text(text)?;
        if !attachments.is_empty() && !self.case.resident_may_attach() {
            return Err(Refusal::FilesNotAllowed);
        }
        check_list(attachments, MAX_FILES_RESIDENT)?;
        if self.case.message(id).is_some() {
            return Err(Refusal::IdUsed);
        }
        self.case.messages.push(Message {
            id,
            kind: MessageKind::ResidentReply,
            sender,
            text: text.to_owned(),
            answers: Vec::new(),
            attachments: attachments.to_vec(),
            accepted_at: self.now,
            release_at: self.now,
            released_at: Some(self.now),
            read_by_resident_at: None,
        });
        self.case.open_question = None;
        if self.case.state == CaseState::AwaitingResident {
            self.case.state = CaseState::InProgress;
        }
        self.moved_thread(Happening::ResidentReplied { message: id });
        Ok(())
    }

    fn lose_assignee(&mut self) {
        if let Some(was) = self.case.assignee.clone() {
            self.case.needs_redistribution = true;
            self.happened(Happening::AssigneeLost { was });
        }
    }

    /// T18: what was said and done in it goes; what the log needs stays: ids, type, dates, and whom it was about.
    fn purge(&mut self) {
        self.case.state = CaseState::Purged;
        self.case.messages.clear();
        self.case.notes.clear();
        self.case.history.clear();
        self.case.assignee = None;
        self.happened(Happening::Purged);
    }
}
