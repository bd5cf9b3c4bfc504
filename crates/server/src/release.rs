//! The release of held messages: each exactly once, also when the server restarts in between.
//!
//! The truth is the column `release_at`; the loop only waits for the next one. Taking a message is a conditional update,
//! so that two nodes (or two rounds) can't both release it.

use crate::app::App;
use crate::db::log::Entry;
use crate::db::{cases, clinics, log};
use crate::error::{Result, ServerError};
use jiff::Timestamp;
use mottaget_domain::lifecycle::act;
use mottaget_domain::{Actor, CaseId, Command, HsaId};

/// How many due messages are looked up at a time.
const ROUND: u32 = 50;
/// Pause after a failure, so that a full disk or a message that can't be released does not spin.
const PAUSE: std::time::Duration = std::time::Duration::from_secs(5);

/// Releases what falls due until the server stops.
pub async fn run(app: App) {
    loop {
        let next = match release_due(&app).await {
            Ok(next) => next,
            Err(error) => {
                tracing::error!(%error, "held messages can't be looked up; trying again");
                Next::Again
            }
        };
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = app.held.notified(), if !matches!(next, Next::Again) => {}
            () = reached(&app, next) => {}
        }
    }
}

/// When to look again.
#[derive(Clone, Copy)]
enum Next {
    /// When the next message falls due.
    At(Timestamp),
    /// When one is held: none is now.
    Held,
    /// After a pause: something is due and could not be released.
    Again,
}

async fn reached(app: &App, next: Next) {
    match next {
        Next::At(at) => app.clock.reached(at).await,
        Next::Held => std::future::pending().await,
        Next::Again => tokio::time::sleep(PAUSE).await,
    }
}

/// Releases everything that is due. What fails is passed over, so that it holds up no other, and is tried again after a
/// pause.
async fn release_due(app: &App) -> Result<Next> {
    let mut failed: u32 = 0;
    loop {
        let now = app.now();
        let due = {
            let mut tx = app.db.read().await?;
            cases::due(&mut tx, now, failed, ROUND).await?
        };
        if due.is_empty() && failed > 0 {
            return Ok(Next::Again);
        }
        if due.is_empty() {
            let mut tx = app.db.read().await?;
            return Ok(cases::next_due(&mut tx).await?.map_or(Next::Held, Next::At));
        }
        for (clinic, case) in due {
            if let Err(error) = release(app, &clinic, case, now).await {
                tracing::error!(%error, %case, "a held message could not be released; trying again");
                failed += 1;
            }
        }
    }
}

async fn release(app: &App, clinic: &HsaId, id: CaseId, now: Timestamp) -> Result<()> {
    let Some((mut tx, seq)) = app.db.write_clinic(clinic).await? else { return Ok(()) };
    if !cases::claim_due(tx.conn(), id, now).await? {
        return Ok(tx.rollback().await?);
    }
    let before = cases::find(tx.conn(), clinic, id).await?.ok_or(ServerError::Internal("a held case is gone"))?;
    let facts = clinics::facts(tx.conn(), clinic).await?.ok_or(ServerError::Internal("a clinic is gone"))?;
    let message = before.pending().ok_or(ServerError::Internal("a held message is gone"))?.id;
    let mut after = act(&before, &Actor::System, &Command::Release { message }, None, &facts, now)?;
    after.stamp(seq);
    cases::write(tx.conn(), seq, Some(&before), &after).await?;
    let line = Entry::by_system(format!("release:{message}"), "release", &after, now);
    let line = Entry { object: Some(message.to_string()), ..line };
    log::append(tx.conn(), &line, now).await?;
    tx.commit().await?;
    app.moved(clinic, seq);
    Ok(())
}
