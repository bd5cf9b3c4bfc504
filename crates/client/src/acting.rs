//! Acting: each act is checked against the rules on the case as it will be, frozen into the outbox, and reported. The
//! network is never waited for.

use crate::client::{Answer, Client};
use crate::error::ClientError;
use crate::guarding::{self, Passed};
use crate::holding::asks_back;
use crate::live::Live;
use crate::reading::{found, look};
use crate::rules::Rules;
use crate::show;
use crate::view::{Target, TargetKind};
use mottaget_domain::{
    Act, Assignee, Case, CaseId, CloseReason, Command, Compose, GroupId, HsaId, MessageId, MessageKind, NoteId, OpId,
    Refusal, Resident, act, check,
};
use mottaget_protocol::{Me, Op, ReadKind};
use mottaget_store::{Draft, NewOp, OutboxRow, OutboxState, Store, TakenBack};
use std::collections::HashSet;
use std::sync::Arc;

/// What is to be done, seen from the case as it will be.
enum Wish {
    /// Just this.
    Command(Command),
    /// Mine from now on.
    Take,
    /// Back to the receivers, if it still is with the one who was seen to have it.
    GiveBack { seen: Option<Assignee>, reason: Option<String> },
    /// The draft as a message of its own.
    Send,
    /// Close it without a reply; with the draft as what the resident is told, or without a word to them.
    /// `seen` is the thread's version that the person has read.
    Close { reason: CloseReason, note: Option<String>, with_draft: bool, seen: Option<u32> },
    /// Give it to somebody, with the draft (a partial reply) or without.
    Give { to: Assignee, seen: Option<Assignee>, with_draft: bool, reason: Option<String> },
}

/// Acting. Each act is checked against the rules, put into the outbox and reported; the network is never waited for.
impl Client {
    /// T3, T4, T6: gives the case to a person, a group, or back to the receivers; with the draft (a partial reply) if so
    /// wanted. `seen` is who had the case when the person decided (`None`: nobody): if a colleague has moved it since,
    /// nothing happens, here or at the server.
    ///
    /// # Errors
    /// A [`ClientError::Refused`], for example `already-distributed`; [`ClientError::NoDraft`]; what
    /// [`Client::send_draft`] says about the draft.
    pub async fn distribute(
        &self,
        case: CaseId,
        target: Target,
        seen: Option<Target>,
        with_draft: bool,
        reason: Option<String>,
    ) -> Answer<OpId> {
        let reason = reason.map(|words| words.trim().to_owned()).filter(|words| !words.is_empty());
        let seen = seen.as_ref().map(assignee).transpose()?.flatten();
        match assignee(&target)? {
            Some(to) => self.put_in(case, Wish::Give { to, seen, with_draft, reason }).await,
            // a partial reply goes with a distribution; going back is none
            None if with_draft => Err(ClientError::Refused(Refusal::Forbidden)),
            None => self.put_in(case, Wish::GiveBack { seen, reason }).await,
        }
    }

    /// T5: takes a case of one of my groups, or takes it over from an absent colleague whom I cover.
    ///
    /// # Errors
    /// A [`ClientError::Refused`].
    pub async fn take(&self, case: CaseId) -> Answer<OpId> {
        self.put_in(case, Wish::Take).await
    }

    /// Freezes recipient, text, signature and the files' hashes of the draft and puts it into the outbox.
    ///
    /// If somebody else has moved the thread since the draft was begun, it is refused with `thread-moved` until the person
    /// has said that they have read what is new ([`Client::acknowledge_news`]).
    ///
    /// # Errors
    /// [`ClientError::NoDraft`], [`ClientError::FilesNotReviewed`], a [`ClientError::Refused`] (for example
    /// `text-empty`); [`ClientError::Guarded`] if the wrong-resident guard has found something that the person has not
    /// confirmed ([`Client::guard_draft`]). The draft stays as it is then.
    pub async fn send_draft(&self, case: CaseId) -> Answer<OpId> {
        self.put_in(case, Wish::Send).await
    }

    /// Takes a message back before it is released. One that still waits here goes back to the draft at once; one that the
    /// server holds, or may hold, is asked back, and becomes the draft again when the server has given it back. Whether
    /// that came in time is the server's word alone, so a clock that is wrong here hinders nobody.
    ///
    /// # Errors
    /// [`Refusal::AlreadyReleased`]; others of [`ClientError::Refused`].
    pub async fn withdraw_message(&self, case: CaseId, message: MessageId) -> Answer<()> {
        let live = self.live()?;
        let (me, now) = (live.me(), live.core.now());
        live.files
            .with(move |store| {
                let read = found(store, &me, case, now)?;
                let carries = |row: &&OutboxRow| message_in(row).is_some_and(|carried| carried == message);
                let here = read.pending.iter().find(carries);
                if let Some(row) =
                    here.filter(|row| row.attempts == 0 || matches!(row.state, OutboxState::Stopped { .. }))
                {
                    return Ok(store.op_to_draft(row.op.id, now).map(drop)?);
                }
                if read.pending.iter().any(|row| asks_back(row, message)) {
                    return Ok(());
                }
                let rules = Rules::at(store, &me, &read.document.case.clinic, now)?;
                let projected = rules.projected(&read.document.case, &read.pending);
                ask_back(store, &projected, &rules, &me, message)
            })
            .await?;
        announce(&live, case);
        Ok(())
    }

    /// T11.
    ///
    /// # Errors
    /// A [`ClientError::Refused`].
    pub async fn withdraw_question(&self, case: CaseId) -> Answer<OpId> {
        self.put_in(case, Wish::Command(Command::WithdrawQuestion)).await
    }

    /// T14: closes the case without a reply; with the draft (a [`MessageKind::Closure`]) as what the resident is told if so
    /// wanted. The case is then closed when that message is released. `seen` is the thread's version that the person has
    /// read ([`crate::view::CaseView::thread_version`]; empty: as it is here now): if somebody else has moved it since,
    /// here or at the server, nothing is closed.
    ///
    /// # Errors
    /// A [`ClientError::Refused`], for example `reason-missing` or `thread-moved`; [`ClientError::NoDraft`]; what
    /// [`Client::send_draft`] says about the draft.
    pub async fn close_case(
        &self,
        case: CaseId,
        reason: CloseReason,
        note: Option<String>,
        with_draft: bool,
        seen: Option<u32>,
    ) -> Answer<OpId> {
        self.put_in(case, Wish::Close { reason, note, with_draft, seen }).await
    }

    /// T15.
    ///
    /// # Errors
    /// A [`ClientError::Refused`].
    pub async fn reopen_case(&self, case: CaseId) -> Answer<OpId> {
        self.put_in(case, Wish::Command(Command::Reopen)).await
    }

    /// T16: marks the case as entered into the patient record, up to the version that the person saw
    /// ([`crate::view::CaseView::thread_version`]).
    ///
    /// # Errors
    /// A [`ClientError::Refused`], for example `already-recorded`.
    pub async fn mark_recorded(&self, case: CaseId, through: u32) -> Answer<OpId> {
        self.put_in(case, Wish::Command(Command::MarkRecorded { through })).await
    }

    /// T16: the case has been copied, to be entered into the patient record. The read log learns of it.
    ///
    /// # Errors
    /// As [`Client::open_case`]; a [`ClientError::Refused`] for whoever may not save to the record.
    pub async fn copied_to_record(&self, case: CaseId) -> Answer<()> {
        self.taken_out(case, ReadKind::Record).await
    }

    /// T16: the case is about to be printed, on paper or into a file. The read log learns of it before.
    ///
    /// # Errors
    /// As [`Client::copied_to_record`].
    pub async fn printed(&self, case: CaseId) -> Answer<()> {
        self.taken_out(case, ReadKind::Printed).await
    }

    async fn taken_out(&self, case: CaseId, kind: ReadKind) -> Answer<()> {
        let live = self.live()?;
        let (me, now) = (live.me(), live.core.now());
        live.files
            .with(move |store| {
                let case = found(store, &me, case, now)?.document.case;
                let rules = Rules::at(store, &me, &case.clinic, now)?;
                match check(&case, &rules.person(), Act::MarkRecorded, &rules.clinic, now) {
                    Ok(()) | Err(Refusal::AlreadyRecorded) => {}
                    Err(why) => return Err(why.into()),
                }
                Ok(store.log_read(&look(case.clinic.clone(), vec![case.id], None, kind, now))?)
            })
            .await?;
        live.wake_house.notify_one();
        Ok(())
    }

    /// T17.
    ///
    /// # Errors
    /// A [`ClientError::Refused`].
    pub async fn add_note(&self, case: CaseId, text: String) -> Answer<OpId> {
        self.put_in(case, Wish::Command(Command::AddNote { note: NoteId::random(), text })).await
    }

    /// Checks the wish against the rules and puts it into the outbox.
    async fn put_in(&self, case: CaseId, wish: Wish) -> Answer<OpId> {
        let live = self.live()?;
        let (me, now) = (live.me(), live.core.now());
        let uses_draft =
            matches!(wish, Wish::Send | Wish::Give { with_draft: true, .. } | Wish::Close { with_draft: true, .. });
        let searched = if uses_draft { guarding::search_if_there(&live, case).await? } else { None };
        let passed = Passed { searched, confirmed: live.memory().confirmed.get(&case).cloned() };
        let done = live
            .files
            .with(move |store| {
                let read = found(store, &me, case, now)?;
                let rules = Rules::at(store, &me, &read.document.case.clinic, now)?;
                let projected = rules.projected(&read.document.case, &read.pending);
                still_with(&wish, &read.document.case)?;
                let wish = as_seen(wish, read.document.case.thread_version);
                freeze(store, &me, &projected, &read.document.resident, read.draft, &rules, wish, &passed)
            })
            .await;
        let op = done?;
        if uses_draft {
            live.memory().forget_draft(case);
        }
        announce(&live, case);
        Ok(op)
    }
}

fn announce(live: &Arc<Live>, case: CaseId) {
    live.tell_outbox(case);
    live.wake_push.notify_one();
    if !live.in_contact() {
        // the person is working: a good moment to see whether the server is back
        live.want(crate::plan::Wanted { all: true, ..crate::plan::Wanted::default() });
    }
}

/// The person or group that is meant; `None` for the clinic's receivers.
pub(crate) fn assignee(target: &Target) -> Answer<Option<Assignee>> {
    let gone = || ClientError::Refused(Refusal::TargetInactive);
    Ok(match target.kind {
        TargetKind::Receiver => None,
        TargetKind::Person => Some(Assignee::Person { hsa_id: HsaId::parse(&target.id).map_err(|_| gone())? }),
        TargetKind::Group => Some(Assignee::Group { id: target.id.parse::<GroupId>().map_err(|_| gone())? }),
    })
}

/// Does somebody have the case whom the person did not see to have it? What they saw is the case as it came from the
/// server; what they themselves have decided since (and still waits here) they know.
fn still_with(wish: &Wish, case: &Case) -> Answer<()> {
    match wish {
        Wish::Give { seen, .. } | Wish::GiveBack { seen, .. } if *seen != case.assignee => {
            Err(Refusal::AlreadyDistributed.into())
        }
        _ => Ok(()),
    }
}

/// Closing holds for what was read: the version that the person saw or, if nobody says which, the one that is here. What
/// they themselves have done since and still waits here does not count (it has no number yet).
fn as_seen(wish: Wish, here: u32) -> Wish {
    match wish {
        Wish::Close { reason, note, with_draft, seen } => {
            Wish::Close { reason, note, with_draft, seen: Some(seen.map_or(here, |seen| seen.min(here))) }
        }
        other => other,
    }
}

#[allow(clippy::too_many_arguments, reason = "what is frozen together is looked at together")]
fn freeze(
    store: &Store,
    me: &Me,
    case: &Case,
    resident: &Resident,
    draft: Option<Draft>,
    rules: &Rules,
    wish: Wish,
    passed: &Passed,
) -> Answer<OpId> {
    let written = draft.clone();
    let (mut command, uses_draft) = match wish {
        Wish::Command(command) => (command, false),
        Wish::Take => (rules.taking(case), false),
        Wish::Send => {
            let draft = draft.ok_or(ClientError::NoDraft)?;
            let kind = draft.kind;
            (Command::Send { kind, message: compose(draft)? }, true)
        }
        Wish::GiveBack { reason, .. } => (Command::ReturnToReceiver { from: case.assignee.clone(), reason }, false),
        Wish::Give { to, with_draft, reason, .. } => {
            let partial_reply = going_along(draft, MessageKind::PartialReply, with_draft)?;
            (Command::Distribute { to, from: case.assignee.clone(), reason, partial_reply }, with_draft)
        }
        Wish::Close { reason, note, with_draft, seen } => {
            let tell = going_along(draft, MessageKind::Closure, with_draft)?;
            (Command::Close { reason, note, tell, based_on: seen }, with_draft)
        }
    };
    let op = OpId::random();
    act(case, &rules.person(), &command, Some(op), &rules.clinic, rules.now)?;
    if let (Some(message), Some(draft)) = (command.message_mut(), &written) {
        message.guard = Some(passed.word(draft, resident)?);
    }
    let chosen = written.as_ref().and_then(|draft| draft.sign_as);
    let of_clinic = &rules.clinic.policy.signature;
    let signature = show::message_of(&command).map(|_| crate::rules::signature(me, &case.clinic, of_clinic, chosen));
    let what = show::word(&command);
    let op = Op { id: op, clinic: case.clinic.clone(), case: case.id, command, signature };
    let new = NewOp { op: &op, what, case_type: &case.case_type.name, written_at: rules.now, takes_back: None };
    store.enqueue(new, uses_draft)?;
    if uses_draft && let Err(error) = guarding::note_sent_from(store, &op.clinic) {
        // at worst it is asked about once more
        tracing::debug!(code = error.code(), "noting where a message went out from");
    }
    Ok(op.id)
}

/// The message that a waiting act brings, if it brings one.
fn message_in(row: &OutboxRow) -> Option<MessageId> {
    show::message_of(&row.op.command).map(|(_, compose)| compose.message)
}

/// Puts the withdrawal of a held message into the outbox, with the message as the draft that it will be again. A colleague's
/// message, and one whose files are on another computer, the server gives back to its author.
fn ask_back(store: &Store, case: &Case, rules: &Rules, me: &Me, id: MessageId) -> Answer<()> {
    let held = case.message(id).filter(|held| held.is_pending()).ok_or(Refusal::AlreadyReleased)?;
    let hashes: HashSet<&str> = held.attachments.iter().map(|file| file.sha256.as_str()).collect();
    let here = store.blobs_present(&hashes.iter().copied().collect::<Vec<_>>())?;
    let kept_here = held.is_from(&me.staff.hsa_id) && here.len() == hashes.len();
    let command = Command::WithdrawMessage { message: id, kept_here };
    let op = OpId::random();
    act(case, &rules.person(), &command, Some(op), &rules.clinic, rules.now.min(held.accepted_at))?;
    let message = Compose {
        message: id,
        text: held.text.clone(),
        attachments: held.attachments.clone(),
        based_on: case.thread_version,
        // it goes back to the draft, and is asked about anew
        guard: None,
    };
    let taken = TakenBack { kind: held.kind, message };
    let what = show::word(&command);
    let op = Op { id: op, clinic: case.clinic.clone(), case: case.id, command, signature: None };
    let takes_back = kept_here.then_some(&taken);
    let new = NewOp { op: &op, what, case_type: &case.case_type.name, written_at: rules.now, takes_back };
    Ok(store.enqueue(new, false)?)
}

/// The draft as the message that goes along with an act, if it should; one of another kind is not it.
fn going_along(draft: Option<Draft>, kind: MessageKind, wanted: bool) -> Answer<Option<Compose>> {
    if !wanted {
        return Ok(None);
    }
    let draft = draft.filter(|draft| draft.kind == kind).ok_or(ClientError::NoDraft)?;
    compose(draft).map(Some)
}

/// The draft as a message: what it names from now on can't change any more. Files must have been looked at, these very
/// bytes.
fn compose(draft: Draft) -> Answer<Compose> {
    let unseen = draft.files.iter().filter(|file| !file.reviewed()).count();
    let compose = Compose {
        message: MessageId::random(),
        text: draft.text,
        attachments: draft.files.into_iter().map(|file| file.file).collect(),
        based_on: draft.based_on,
        guard: None,
    };
    compose.check()?;
    if unseen > 0 { Err(ClientError::FilesNotReviewed { count: unseen }) } else { Ok(compose) }
}
