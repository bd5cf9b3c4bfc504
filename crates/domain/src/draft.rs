//! Drafts of colleagues: who may take over what somebody else is writing, and what stays on record of it.
//!
//! A draft is its author's and lies on their computer; whoever may read the case is told of the copies that the server has of
//! it, and whoever could send such a message now may take one over. The author's own is not touched.

use crate::case::{Case, Happening, HistoryEntry, MessageKind, Sender};
use crate::clinic::ClinicFacts;
use crate::hsa_id::HsaId;
use crate::id::{MachineId, OpId};
use crate::lifecycle::{Act, Actor, check};
use crate::refusal::Refusal;
use jiff::Timestamp;

/// Longest text of which a copy is kept, in characters: ten times what can be sent, so that nothing that somebody means to
/// shorten is left out. What is longer lies on its author's computer alone.
pub const MAX_DRAFT_TEXT: usize = 200_000;

/// The copy that somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Who writes it.
    pub author: HsaId,
    /// Their name.
    pub name: String,
    /// What it is to be.
    pub kind: MessageKind,
    /// On which of the author's computers it lies.
    pub machine: MachineId,
    /// Its version.
    pub version: u64,
}

/// What sending it would be; `None` for what staff do not write.
fn act_of(kind: MessageKind) -> Option<Act> {
    match kind {
        MessageKind::PartialReply => Some(Act::PartialReply),
        MessageKind::CounterQuestion => Some(Act::CounterQuestion),
        MessageKind::FinalReply => Some(Act::FinalReply),
        MessageKind::Closure => Some(Act::Close),
        MessageKind::Submission | MessageKind::ResidentReply => None,
    }
}

/// Can staff write such a message at all?
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn check_kind(kind: MessageKind) -> Result<(), Refusal> {
    act_of(kind).map(drop).ok_or(Refusal::Forbidden)
}

/// May a draft of this kind be taken over in the case now? Whoever could send it may.
///
/// # Errors
/// What [`check`] says of sending it.
pub fn check_take(
    case: &Case,
    actor: &Actor,
    kind: MessageKind,
    clinic: &ClinicFacts,
    now: Timestamp,
) -> Result<(), Refusal> {
    check(case, actor, act_of(kind).ok_or(Refusal::Forbidden)?, clinic, now)
}

/// Takes it over: the case afterwards, its history longer by a line that author and receivers see. The thread has not moved.
///
/// # Errors
/// What [`check_take`] says; [`Refusal::Forbidden`] for the author, who has it already. The case is then unchanged.
pub fn take(
    case: &Case,
    actor: &Actor,
    wanted: &Wanted,
    op: OpId,
    clinic: &ClinicFacts,
    now: Timestamp,
) -> Result<Case, Refusal> {
    check_take(case, actor, wanted.kind, clinic, now)?;
    let who = actor.who();
    if who.is_staff(&wanted.author) {
        return Err(Refusal::Forbidden);
    }
    let Wanted { author, name, kind, machine, version } = wanted.clone();
    let what = Happening::DraftTaken { author, name, kind, machine, version };
    let mut taken = case.clone();
    taken.history.push(HistoryEntry { seq: 0, at: now, who, op: Some(op), what, thread_version: None });
    Ok(taken)
}

/// Has the author's own message come into the case since this copy arrived? Then the copy has most likely become that message,
/// and nobody is offered to send it once more; if it has not, the author's next word brings a newer one.
#[must_use]
pub fn has_become_a_message(case: &Case, author: &HsaId, copied_at: Timestamp) -> bool {
    case.messages.iter().any(|message| {
        message.accepted_at >= copied_at && matches!(&message.sender, Sender::Staff { hsa_id, .. } if hsa_id == author)
    })
}
