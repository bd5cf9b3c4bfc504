//! Up: hands the outbox over, one lane per case, in order. Attempts are counted on disk before they are made.

use crate::error::ClientError;
use crate::event::ClientEvent;
use crate::live::Live;
use crate::looking::Sight;
use crate::plan::{self, Verdict, Wanted};
use crate::retry;
use crate::trouble::Work;
use jiff::{SignedDuration, Timestamp};
use mottaget_domain::{Attachment, OpId};
use mottaget_protocol::OpOutcome;
use mottaget_store::{NewNotice, NoticeKind, OutboxRow, Store, StoreError};
use std::sync::Arc;
use std::time::Duration;

/// Looks at the outbox at least this often.
const LOOK: Duration = Duration::from_secs(30);
/// And not more often than this.
const SHORTEST: Duration = Duration::from_millis(20);

/// Until the session stops: hands over what is due.
pub(crate) async fn run(live: Arc<Live>) {
    loop {
        // without contact nothing is due: contact wakes
        let mut wait = LOOK;
        if live.in_contact() {
            let handed = hand_over(&live).await;
            live.ended(Work::HandOver, &handed);
            match handed {
                Ok(()) => wait = pause(&live).await,
                Err(error) => {
                    tracing::warn!(code = error.code(), "reading the outbox");
                    wait = live.core.config.retry.longest.min(LOOK);
                }
            }
        }
        tokio::select! {
            () = live.wake_push.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Until the next act that backs off is due. One that became due since it was looked for waits for nothing.
async fn pause(live: &Arc<Live>) -> Duration {
    let next = live.files.with(|store| Ok(store.next_retry()?)).await.ok().flatten();
    until(next, live.core.now())
}

fn until(next: Option<Timestamp>, now: Timestamp) -> Duration {
    let until = next.map(|at| Duration::try_from(at.duration_since(now)).unwrap_or_default());
    until.unwrap_or(LOOK).clamp(SHORTEST, LOOK)
}

async fn hand_over(live: &Arc<Live>) -> Result<(), ClientError> {
    let now = live.core.now();
    let due = live.files.with(move |store| Ok(store.next_due(now)?)).await?;
    for row in due {
        let Ok(place) = Arc::clone(&live.lanes).acquire_owned().await else { return Ok(()) };
        let op = row.op.id;
        let begun = live.files.with(move |store| match store.begin_attempt(op) {
            Ok(row) => Ok(Some(row)),
            // settled or taken back meanwhile
            Err(StoreError::NoSuchOp) => Ok(None),
            Err(error) => Err(error.into()),
        });
        let Some(row) = begun.await? else { continue };
        let lane = Arc::clone(live);
        live.run(async move {
            attempt(&lane, row).await;
            drop(place);
            lane.wake_push.notify_one();
        });
    }
    Ok(())
}

async fn attempt(live: &Arc<Live>, row: OutboxRow) {
    let (op, case, clinic) = (row.op.id, row.op.case, row.op.clinic.clone());
    live.tell_outbox(case);
    match deliver(live, &row).await {
        Ok(OpOutcome::Accepted { seq, release_at }) => {
            keep(live, move |store| store.op_accepted(op, seq, release_at)).await;
            live.want(Wanted { reached: [(clinic, seq)].into(), ..Wanted::default() });
        }
        Ok(OpOutcome::Rejected(rejected)) => stop(live, &row, rejected.code).await,
        Err(error) => failed(live, &row, &error).await,
    }
    live.tell_outbox(case);
}

/// The files first, then the act.
async fn deliver(live: &Arc<Live>, row: &OutboxRow) -> Result<OpOutcome, ClientError> {
    bring(live, row.op.command.attachments()).await?;
    live.core.wire.send(&live.token, &row.op).await
}

/// Brings the bytes of these files to the server, unless it has said in this session that it has them.
pub(crate) async fn bring(live: &Arc<Live>, files: &[Attachment]) -> Result<(), ClientError> {
    for file in files {
        if live.memory().uploaded.contains(&file.sha256) {
            continue;
        }
        let sha256 = file.sha256.clone();
        let bytes = live.files.with(move |store| Ok(store.blob(&sha256)?)).await?;
        let missing = || ClientError::FileNotCached { name: Some(file.file_name.clone()) };
        let bytes = bytes.ok_or_else(missing)?;
        live.core.wire.upload(&live.token, &file.sha256, &file.file_name, bytes).await?;
        live.memory().uploaded.insert(file.sha256.clone());
    }
    Ok(())
}

async fn failed(live: &Arc<Live>, row: &OutboxRow, error: &ClientError) {
    let op = row.op.id;
    let code = error.code().to_owned();
    tracing::info!(code, attempts = row.attempts, "an act was not handed over");
    if error.asks_to_look() {
        live.found_replaced(error);
    }
    match plan::verdict(error) {
        Verdict::Stop(code) => stop(live, row, code).await,
        Verdict::SessionOver => {
            let now = live.core.now();
            keep(live, move |store| store.op_failed(op, &code, now)).await;
            live.session_over();
        }
        again @ (Verdict::TryAgain | Verdict::UploadAgain) => {
            if again == Verdict::UploadAgain {
                let mut memory = live.memory();
                for file in row.op.command.attachments() {
                    memory.uploaded.remove(&file.sha256);
                }
            }
            let retry_at = later(live, row.attempts);
            keep(live, move |store| store.op_failed(op, &code, retry_at)).await;
            if error.is_connection() {
                live.want(Wanted { all: true, ..Wanted::default() });
            }
        }
    }
}

fn later(live: &Live, attempts: u32) -> Timestamp {
    let wait = retry::wait(live.core.config.retry, attempts, retry::dice());
    let now = live.core.now();
    SignedDuration::try_from(wait).ok().and_then(|wait| now.checked_add(wait).ok()).unwrap_or(now)
}

/// Refused for good. A person decides about their own acts; a beginning that the app made by itself just goes.
async fn stop(live: &Arc<Live>, row: &OutboxRow, code: String) {
    let op: OpId = row.op.id;
    let automatic = row.what == "start";
    let now = live.core.now();
    keep(live, move |store| {
        store.op_stopped(op, &code)?;
        if automatic { store.op_to_draft(op, now).map(drop) } else { Ok(()) }
    })
    .await;
    // Whoever has the window before them sees it there.
    if !automatic && live.core.sight() < Sight::Front {
        let (clinic, case) = (row.op.clinic.clone(), row.op.case);
        let notice = NewNotice { key: format!("stopped:{op}"), kind: NoticeKind::Stopped, at: now };
        keep(live, move |store| store.notice(&clinic, case, notice.clone()).map(drop)).await;
        live.core.tell(ClientEvent::Notices);
    }
}

/// Writes what became of an attempt, and does not give up: otherwise the lane would stand still until the next start.
async fn keep(live: &Arc<Live>, write: impl Fn(&Store) -> Result<(), StoreError> + Clone + Send + 'static) {
    let mut failures = 0;
    loop {
        let write = write.clone();
        let written = live.files.with(move |store| match write(store) {
            Ok(()) | Err(StoreError::NoSuchOp) => Ok(()),
            Err(error) => Err(error.into()),
        });
        let written = written.await;
        live.ended(Work::Outcome, &written);
        match written {
            Ok(()) | Err(ClientError::SignedOut) => return,
            Err(error) => tracing::warn!(code = error.code(), "writing the outcome of an attempt"),
        }
        failures += 1;
        tokio::time::sleep(retry::wait(live.core.config.retry, failures, retry::dice())).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_due_since_it_was_looked_for_is_not_waited_for() {
        let second = |n: i64| Timestamp::from_second(n).unwrap();
        assert_eq!(until(None, second(10)), LOOK, "nothing backs off");
        assert_eq!(until(Some(second(12)), second(10)), Duration::from_secs(2));
        assert_eq!(until(Some(second(3600)), second(10)), LOOK);
        assert_eq!(until(Some(second(10)), second(10)), SHORTEST);
        assert_eq!(until(Some(second(9)), second(10)), SHORTEST, "the clock went on between two looks");
    }
}
