//! The housework: the read log goes up, preferences go up, directories are kept fresh, files of open cases are fetched
//! beforehand. All of it can wait; none of it may hinder.

use crate::error::ClientError;
use crate::event::ClientEvent;
use crate::live::{Live, keep_preferences, pending_preferences};
use crate::plan;
use crate::reads;
use crate::retry;
use crate::trouble::Work;
use crate::work::sync::{clinics_of, refresh_directory};
use mottaget_domain::{Attachment, CaseId};
use mottaget_protocol::{ReadBatch, ReadEntry};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use uuid::Uuid;

/// Entries of the read log looked up at a time.
const BATCH: usize = 200;
/// Files looked for at a time.
const FILES: usize = 200;
/// Seconds after which a directory is fetched anew.
const DIRECTORY_AGE: i64 = 300;

type Answer<T> = Result<T, ClientError>;

/// Until the session stops: works whenever a round of syncing has ended well, or something was put down to be sent; what
/// fails is tried again.
pub(crate) async fn run(live: Arc<Live>) {
    let mut failures = 0_u32;
    loop {
        if failures == 0 {
            live.wake_house.notified().await;
        } else {
            tokio::select! {
                () = live.wake_house.notified() => {}
                () = tokio::time::sleep(retry::wait(live.core.config.retry, failures, retry::dice())) => {}
            }
        }
        if !live.in_contact() {
            // the next contact wakes
            failures = 0;
            continue;
        }
        live.note_presence().await;
        let worked = work(&live).await;
        live.ended(Work::House, &worked);
        match worked {
            Ok(()) => failures = 0,
            Err(ClientError::SessionExpired) => return live.session_over(),
            Err(error) => {
                failures = failures.saturating_add(1);
                tracing::info!(code = error.code(), failures, "housework is left for later");
            }
        }
    }
}

/// What the server should hear before a session ends.
pub(crate) async fn last_words(live: &Arc<Live>) -> Answer<()> {
    send_reads(live).await?;
    send_preferences(live).await
}

async fn work(live: &Arc<Live>) -> Answer<()> {
    send_preferences(live).await?;
    send_reads(live).await?;
    for clinic in clinics_of(&live.me()) {
        let fetched = live.memory().directories.get(&clinic).copied();
        let fresh = fetched.is_some_and(|at| live.core.now().duration_since(at).as_secs() < DIRECTORY_AGE);
        if !fresh {
            refresh_directory(live, &clinic).await?;
        }
    }
    prefetch(live).await
}

async fn send_preferences(live: &Arc<Live>) -> Answer<()> {
    let Some(preferences) = live.files.with(pending_preferences).await? else { return Ok(()) };
    match live.core.wire.save_preferences(&live.token, &preferences).await {
        // refused for good: what the server has stays, and nothing else is held up
        Err(ClientError::Refused(_) | ClientError::ServerRefused { .. }) => tracing::warn!("preferences were refused"),
        other => other?,
    }
    live.files
        .with(move |store| {
            // changed again meanwhile: the newer ones still wait
            if pending_preferences(store)?.as_ref() == Some(&preferences) {
                keep_preferences(store, None)?;
            }
            Ok(())
        })
        .await
}

/// Sends the read log, oldest first, in portions that the server takes. What it refuses however small stays here and is
/// tried again another time; it holds up neither what came after it nor the rest of the housework.
async fn send_reads(live: &Arc<Live>) -> Answer<()> {
    let mut refused: Vec<Uuid> = Vec::new();
    loop {
        let limit = BATCH + refused.len();
        let mut entries = live.files.with(move |store| Ok(store.unsent_reads(limit)?)).await?;
        entries.retain(|entry| !refused.contains(&entry.id));
        if entries.is_empty() {
            return Ok(());
        }
        let ids: Vec<Uuid> = entries.iter().map(|entry| entry.id).collect();
        for batch in reads::batches(entries) {
            send_batch(live, batch, &mut refused).await?;
        }
        let taken: Vec<Uuid> = ids.into_iter().filter(|id| !refused.contains(id)).collect();
        live.files.with(move |store| Ok(store.reads_acknowledged(&taken)?)).await?;
    }
}

/// Sends a batch, in ever smaller pieces if it is refused; notes what was refused as the smallest piece.
async fn send_batch(live: &Arc<Live>, batch: Vec<ReadEntry>, refused: &mut Vec<Uuid>) -> Answer<()> {
    let mut todo = vec![batch];
    while let Some(entries) = todo.pop() {
        let batch = ReadBatch { entries };
        match live.core.wire.reads(&live.token, &batch).await {
            Err(error @ (ClientError::Refused(_) | ClientError::ServerRefused { .. })) => {
                let ids: Vec<Uuid> = batch.entries.iter().map(|entry| entry.id).collect();
                match reads::halves(batch.entries) {
                    Some((first, second)) => todo.extend([second, first]),
                    None => {
                        tracing::warn!(code = error.code(), "a line of the read log was refused and stays here");
                        refused.extend(ids);
                    }
                }
            }
            other => other?,
        }
    }
    Ok(())
}

/// Fetches files of the person's open cases, due first, within what may be kept.
async fn prefetch(live: &Arc<Live>) -> Answer<()> {
    let me = live.me();
    let (quota, now) = (live.core.config.prefetch_bytes, live.core.now());
    let wanted = live
        .files
        .with(move |store| {
            let wanted = store.wanted_files(&me, FILES, quota, now)?;
            if store.blobs_size()? > quota {
                // what was looked at long ago gives way
                store.evict_blobs(quota)?;
            }
            Ok(plan::prefetch(wanted, quota.saturating_sub(store.blobs_size()?)))
        })
        .await?;
    let mut here: Vec<CaseId> = Vec::new();
    let mut fetched = Ok(());
    for (case, file) in wanted {
        match fetch(live, case, &file).await {
            Ok(_) if here.contains(&case) => {}
            Ok(_) => here.push(case),
            Err(ClientError::Refused(_) | ClientError::FileDamaged { .. } | ClientError::ServerRefused { .. }) => {}
            Err(error) => {
                fetched = Err(error);
                break;
            }
        }
    }
    if !here.is_empty() {
        // their files can be shown without a network from now on
        live.core.tell(ClientEvent::Moved { cases: here });
    }
    fetched
}

/// Fetches a file of the thread, checks that it is the one announced, and keeps it.
pub(crate) async fn fetch(live: &Arc<Live>, case: CaseId, file: &Attachment) -> Answer<Vec<u8>> {
    let bytes = live.core.wire.attachment(&live.token, case, file.id, file.size).await?;
    let sha256 = file.sha256.clone();
    let (size, name) = (file.size, file.file_name.clone());
    live.files
        .with(move |store| {
            if bytes.len() as u64 != size || hex::encode(Sha256::digest(&bytes)) != sha256 {
                return Err(ClientError::FileDamaged { name: Some(name) });
            }
            store.put_blob(&sha256, &bytes)?;
            Ok(bytes)
        })
        .await
}
