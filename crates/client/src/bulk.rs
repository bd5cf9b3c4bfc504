//! Several cases at once: what would happen to each is said before, then all of it is done together, with one undo.
//!
//! The acts stay here for a while before they are handed over; until then all of them can be taken back, and nobody has
//! heard of them. Each is an act of its own for the rules, the server and the log.

use crate::acting::assignee;
use crate::client::{Answer, Client};
use crate::error::ClientError;
use crate::live::Live;
use crate::reading::found;
use crate::rules::Rules;
use crate::show;
use crate::view::{BulkCase, BulkDone, BulkPick, BulkWish};
use jiff::{SignedDuration, Unit};
use mottaget_domain::{Case, CaseId, Command, OpId, Refusal, act};
use mottaget_protocol::{Me, Op};
use mottaget_store::{NewOp, OutboxState, Store, StoreError};
use std::sync::Arc;

/// Most cases at once.
pub const MAX_BULK: usize = 200;

impl Client {
    /// What would happen to each of these cases, in their order; one that has left the person's sight is told as
    /// `not-found`. Nothing is done.
    ///
    /// # Errors
    /// [`ClientError::BulkTooMany`]; errors of the local files.
    pub async fn bulk_preview(&self, cases: Vec<CaseId>, wish: BulkWish) -> Answer<Vec<BulkCase>> {
        within(cases.len())?;
        let live = self.live()?;
        let (me, now) = (live.me(), live.core.now());
        live.files
            .with(move |store| {
                cases.into_iter().map(|case| look(store, &me, case, &wish, now).map(|(row, _)| row)).collect()
            })
            .await
    }

    /// Does it to each that the rules allow, and that is as the person saw it in the preview: with the same one, and
    /// nothing new in it. All of them are put into the outbox in one transaction and held there until
    /// [`BulkDone::until`].
    ///
    /// # Errors
    /// As [`Client::bulk_preview`]; then nothing is done.
    pub async fn bulk(&self, picks: Vec<BulkPick>, wish: BulkWish) -> Answer<BulkDone> {
        within(picks.len())?;
        let live = self.live()?;
        let (me, now) = (live.me(), live.core.now());
        let hold = SignedDuration::try_from(live.core.config.bulk_undo).unwrap_or(SignedDuration::ZERO);
        // as exact as it is written down
        let until = now.checked_add(hold).unwrap_or(now).round(Unit::Millisecond).unwrap_or(now);
        let done = live
            .files
            .with(move |store| {
                let mut done = BulkDone { ops: Vec::new(), cases: Vec::new(), refused: Vec::new(), until };
                let mut acts = Vec::new();
                for pick in picks {
                    let (row, op) = look(store, &me, pick.case, &wish, now)?;
                    let moved = row.seen.as_ref() != Some(&pick.seen) && row.why.is_none();
                    let why = if moved { Some(Refusal::ThreadMoved.code()) } else { row.why };
                    match (why, op) {
                        (None, Some(op)) => acts.push((op, row.case_type)),
                        (why, _) => done.refused.push((pick.case, why.unwrap_or(Refusal::NotFound.code()))),
                    }
                }
                let new: Vec<NewOp<'_>> = acts
                    .iter()
                    .map(|(op, case_type)| NewOp {
                        op,
                        what: show::word(&op.command),
                        case_type,
                        written_at: now,
                        takes_back: None,
                    })
                    .collect();
                store.enqueue_together(&new, until)?;
                done.ops = acts.iter().map(|(op, _)| op.id).collect();
                done.cases = acts.iter().map(|(op, _)| op.case).collect();
                Ok(done)
            })
            .await?;
        tell(&live, &done.cases);
        Ok(done)
    }

    /// Takes back what is still here of acts done together, and says how many that were. What is on its way or at the
    /// server already stays done.
    ///
    /// # Errors
    /// Errors of the local files.
    pub async fn bulk_undo(&self, ops: Vec<OpId>) -> Answer<usize> {
        let live = self.live()?;
        let now = live.core.now();
        let back = live
            .files
            .with(move |store| {
                let mut back = Vec::new();
                for op in ops {
                    let row = store.outbox_row(op)?;
                    let here = |row: &mottaget_store::OutboxRow| {
                        row.attempts == 0 && matches!(row.state, OutboxState::Waiting { .. })
                    };
                    let Some(row) = row.filter(here) else { continue };
                    match store.undo_op(op, now) {
                        Ok(()) => back.push(row.op.case),
                        // it left in this very moment
                        Err(StoreError::OnItsWay | StoreError::NoSuchOp) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
                Ok(back)
            })
            .await?;
        tell(&live, &back);
        Ok(back.len())
    }
}

fn within(count: usize) -> Answer<()> {
    if count > MAX_BULK { Err(ClientError::BulkTooMany { limit: MAX_BULK }) } else { Ok(()) }
}

fn tell(live: &Arc<Live>, cases: &[CaseId]) {
    for case in cases {
        live.tell_outbox(*case);
    }
    live.wake_push.notify_one();
}

/// How the case stands to the wish, and the act if the rules allow it.
fn look(store: &Store, me: &Me, case: CaseId, wish: &BulkWish, now: jiff::Timestamp) -> Answer<(BulkCase, Option<Op>)> {
    let refused = |code| BulkCase {
        case,
        case_type: String::new(),
        resident_name: String::new(),
        protected_identity: false,
        seen: None,
        why: Some(code),
    };
    let read = match found(store, me, case, now) {
        Ok(read) => read,
        Err(ClientError::Refused(Refusal::NotFound)) => return Ok((refused(Refusal::NotFound.code()), None)),
        Err(error) => return Err(error),
    };
    let rules = Rules::at(store, me, &read.document.case.clinic, now)?;
    let projected = rules.projected(&read.document.case, &read.pending);
    let wanted = command(wish, &projected, &rules, read.document.case.thread_version).and_then(|command| {
        let op = OpId::random();
        act(&projected, &rules.person(), &command, Some(op), &rules.clinic, now)?;
        Ok(Op { id: op, clinic: projected.clinic.clone(), case, command, signature: None })
    });
    let seen = (projected.thread_version, projected.assignee.clone());
    let (op, why) = match wanted {
        Ok(op) => (Some(op), None),
        Err(ClientError::Refused(refusal)) => (None, Some(refusal.code())),
        Err(error) => return Err(error),
    };
    let row = BulkCase {
        case,
        case_type: read.row.case_type,
        resident_name: read.row.resident_name,
        protected_identity: read.row.protected_identity,
        seen: Some(seen.into()),
        why,
    };
    Ok((row, op))
}

/// `here` is the thread's version without what still waits here.
fn command(wish: &BulkWish, case: &Case, rules: &Rules, here: u32) -> Answer<Command> {
    Ok(match wish {
        BulkWish::Give { to } => match assignee(to)? {
            Some(to) => Command::Distribute { to, from: case.assignee.clone(), reason: None, partial_reply: None },
            None => Command::ReturnToReceiver { from: case.assignee.clone(), reason: None },
        },
        BulkWish::Take => rules.taking(case),
        BulkWish::Close { reason, note } => {
            let note = note.as_deref().map(str::trim).filter(|note| !note.is_empty()).map(str::to_owned);
            Command::Close { reason: *reason, note, tell: None, based_on: Some(here) }
        }
    })
}
