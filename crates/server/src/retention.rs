//! Retention: closed cases go when their time is over (T18), with the bytes that no other case needs.
//!
//! The rules decide which ([`mottaget_domain::lifecycle::act`]); this room finds them, once a day and whenever the server
//! starts. What stays is what the log needs: which case, of which type, its dates and the hashes of its files (D6). Copies of
//! what was still being written go too. The viewers' apps hear of it as of any case that they lose.

use crate::app::App;
use crate::db::cases::{ByAge, files_of};
use crate::db::log::Entry;
use crate::db::{blobs, cases, clinics, drafts, log};
use crate::error::{Result, ServerError};
use jiff::{Timestamp, ToSpan};
use mottaget_domain::lifecycle::act;
use mottaget_domain::{Actor, Case, CaseId, Command, HsaId, Refusal};

/// Hours between two sweeps.
const EVERY_HOURS: i64 = 24;
/// How many cases are looked up at a time.
const ROUND: u32 = 200;

/// Sweeps now and every day until the server stops.
pub async fn run(app: App) {
    loop {
        let now = app.now();
        match sweep(&app, now).await {
            Ok(0) => {}
            Ok(purged) => tracing::info!(purged, "old cases were purged"),
            Err(error) => tracing::error!(%error, "old cases could not all be purged; trying again tomorrow"),
        }
        let Ok(next) = now.checked_add(EVERY_HOURS.hours()) else { return };
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = app.clock.reached(next) => {}
        }
    }
}

/// Purges every case whose time is over at `now`; gives how many. One that can't be purged holds up no other.
///
/// # Errors
/// The first failure, after all others were tried.
pub async fn sweep(app: &App, now: Timestamp) -> Result<usize> {
    let clinics = {
        let mut tx = app.db.read().await?;
        clinics::all(&mut tx).await?
    };
    let (mut purged, mut failed) = (0, None);
    for (clinic, _) in clinics {
        let mut place: Option<ByAge> = None;
        loop {
            let old = {
                let mut tx = app.db.read().await?;
                cases::closed_before(&mut tx, &clinic, now, place, ROUND).await?
            };
            let Some(last) = old.last() else { break };
            place = Some(*last);
            for (_, id) in old {
                if app.stopping.is_cancelled() {
                    return Ok(purged);
                }
                match purge(app, &clinic, id, now).await {
                    Ok(true) => purged += 1,
                    Ok(false) => {}
                    Err(error) => {
                        tracing::error!(%error, case = %id, "an old case could not be purged");
                        failed.get_or_insert(error);
                    }
                }
            }
        }
    }
    failed.map_or(Ok(purged), Err)
}

/// Purges a case if its time is over. The bytes go after the commit: a crash in between leaves some that nobody needs,
/// never a case without its files.
async fn purge(app: &App, clinic: &HsaId, id: CaseId, now: Timestamp) -> Result<bool> {
    if !is_over(app, clinic, id, now).await? {
        return Ok(false);
    }
    let _no_upload = app.bytes.write().await;
    let Some((mut tx, seq)) = app.db.write_clinic(clinic).await? else { return Ok(false) };
    let before = cases::find(tx.conn(), clinic, id).await?.ok_or(ServerError::NotFound)?;
    let facts = clinics::facts(tx.conn(), clinic).await?.ok_or(ServerError::NotFound)?;
    let mut after = act(&before, &Actor::System, &Command::Purge, None, &facts, now)?;
    after.stamp(seq);
    cases::write(tx.conn(), seq, Some(&before), &after).await?;
    let files: Vec<String> = files_of(&before).into_iter().map(str::to_owned).collect();
    let unsent = drafts::purge(tx.conn(), id).await?;
    let gone = blobs::forget_unneeded(tx.conn(), &[files.clone(), unsent].concat()).await?;
    let line = Entry::by_system(format!("purge:{id}"), "purge", &after, now);
    log::append(tx.conn(), &Entry { object: Some(what_stays(&before, &files)), ..line }, now).await?;
    tx.commit().await?;
    app.moved(clinic, seq);
    for sha256 in gone {
        app.files.delete(&sha256).await?;
    }
    Ok(true)
}

/// Asked before the clinic's lock is taken, which every look at a case that stays would else wait for.
async fn is_over(app: &App, clinic: &HsaId, id: CaseId, now: Timestamp) -> Result<bool> {
    let mut tx = app.db.read().await?;
    let (Some(case), Some(facts)) = (cases::find(&mut tx, clinic, id).await?, clinics::facts(&mut tx, clinic).await?)
    else {
        return Ok(false);
    };
    match act(&case, &Actor::System, &Command::Purge, None, &facts, now) {
        Ok(_) => Ok(true),
        Err(Refusal::TooEarly | Refusal::NotClosed | Refusal::MessagePending) => Ok(false),
        Err(refusal) => Err(refusal.into()),
    }
}

/// What the log keeps of a purged case (T18): its type, its dates, its files' hashes.
fn what_stays(case: &Case, files: &[String]) -> String {
    let closed = case.closed_at.map(|at| at.to_string()).unwrap_or_default();
    format!("type={} created={} closed={closed} files={}", case.case_type.id, case.created_at, files.join(","))
}
