//! What the person decides about an act in the outbox: try it again, take it back, throw away a note.

use crate::client::{Answer, Client};
use crate::error::ClientError;
use crate::live::Live;
use crate::work::sync::withdraw;
use mottaget_domain::{CaseId, Command, OpId, Refusal};
use mottaget_protocol::Op;
use mottaget_store::{NoticeKind, OutboxRow, OutboxState, Store};
use std::sync::Arc;

/// The outbox.
impl Client {
    /// Tries a waiting or stopped act again now. The server remembers what it refused by the act's id, so a stopped act
    /// goes again under a new id, in the same place.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] if it is not in the outbox; [`Refusal::ThreadMoved`] for a message that was overtaken: it
    /// goes back to the draft ([`Client::outbox_to_draft`]), where the person sees what is new and says that they have
    /// read it. So is [`Refusal::NotGuarded`], for a message that was frozen before there was a guard.
    pub async fn outbox_retry(&self, op: OpId) -> Answer<()> {
        let live = self.live()?;
        let case = live
            .files
            .with(move |store| {
                let row = row_of(store, op)?;
                match &row.state {
                    OutboxState::Stopped { code } if code == Refusal::ThreadMoved.code() => {
                        return Err(Refusal::ThreadMoved.into());
                    }
                    OutboxState::Stopped { code } if code == Refusal::NotGuarded.code() => {
                        return Err(Refusal::NotGuarded.into());
                    }
                    OutboxState::Stopped { .. } => store.retry_stopped(op, &once_more(&row))?,
                    _ => store.retry_op(op)?,
                }
                Ok(row.op.case)
            })
            .await?;
        told_no_more(&live, case).await;
        self.goes_again(&live, case);
        Ok(())
    }

    /// Throws a stopped note away, words and all.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] if it is no note in the outbox; [`ClientError::OnItsWay`] if it is not stopped.
    pub async fn outbox_discard_note(&self, op: OpId) -> Answer<()> {
        let live = self.live()?;
        let case = live
            .files
            .with(move |store| {
                let row = stopped_note(store, op)?;
                store.discard_note(op)?;
                Ok(row.op.case)
            })
            .await?;
        told_no_more(&live, case).await;
        live.tell_outbox(case);
        Ok(())
    }

    /// Gives up an act that was stopped, or that was never tried; a message's text and files go back to the draft. Internal
    /// words (a note, why a case was to be closed or given to somebody else) become a jotting again, in the same transaction.
    ///
    /// # Errors
    /// [`Refusal::NotFound`]; [`ClientError::OnItsWay`] if it was tried and may be at the server.
    pub async fn outbox_to_draft(&self, op: OpId) -> Answer<()> {
        let live = self.live()?;
        let now = live.core.now();
        let case = live
            .files
            .with(move |store| {
                let row = row_of(store, op)?;
                let stopped = matches!(row.state, OutboxState::Stopped { .. });
                // an answer may be lost after the server took it: giving it up here could send it twice
                if !stopped && row.attempts > 0 {
                    return Err(ClientError::OnItsWay);
                }
                store.op_to_draft(op, now)?;
                Ok(row.op.case)
            })
            .await?;
        told_no_more(&live, case).await;
        live.tell_outbox(case);
        live.wake_push.notify_one();
        Ok(())
    }

    fn goes_again(&self, live: &Live, case: CaseId) {
        live.tell_outbox(case);
        live.wake_push.notify_one();
        self.retry_connection();
    }
}

/// What was stopped in the case is decided on: whoever is still told of it has nothing to look for.
async fn told_no_more(live: &Arc<Live>, case: CaseId) {
    let closed = live.files.with(move |store| Ok(store.close_notices_of(case, &[NoticeKind::Stopped])?)).await;
    match closed {
        Ok(closed) => withdraw(live, closed.into_iter().map(|notice| notice.id).collect()),
        Err(error) => tracing::warn!(code = error.code(), "closing a notice"),
    }
}

fn row_of(store: &Store, op: OpId) -> Answer<OutboxRow> {
    store.outbox_row(op)?.ok_or(ClientError::Refused(Refusal::NotFound))
}

fn stopped_note(store: &Store, op: OpId) -> Answer<OutboxRow> {
    let row = row_of(store, op)?;
    if !matches!(row.op.command, Command::AddNote { .. }) {
        return Err(Refusal::NotFound.into());
    }
    match row.state {
        OutboxState::Stopped { .. } => Ok(row),
        _ => Err(ClientError::OnItsWay),
    }
}

/// The same wish as a new act. Ids of messages and notes stay, so that nothing can be there twice.
fn once_more(row: &OutboxRow) -> Op {
    Op { id: OpId::random(), ..row.op.clone() }
}
