//! Copies of drafts on their way up (ADR 21), so that a colleague can go on when this machine can't. What is written lies on
//! this machine first and whole; that a copy could not be made is tried again, told to nobody, and holds up nothing.

use crate::error::ClientError;
use crate::live::Live;
use crate::plan::Wanted;
use crate::retry;
use crate::trouble::Work;
use crate::work::push::bring;
use mottaget_domain::draft::MAX_DRAFT_TEXT;
use mottaget_domain::{Attachment, CaseId, MachineId, Refusal};
use mottaget_protocol::DraftCopy;
use mottaget_store::{Draft, Uncopied};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// Looks for what has changed at least this often.
const LOOK: Duration = Duration::from_secs(30);

type Answer<T> = Result<T, ClientError>;

/// What the server has refused, by case: asked again when it has changed, and at the next start.
type RefusedVersions = HashMap<CaseId, u64>;

/// Until the session stops: copies what has changed, at most every few seconds.
pub(crate) async fn run(live: Arc<Live>) {
    let mut failures = 0_u32;
    let mut refused = RefusedVersions::new();
    loop {
        if live.in_contact() {
            let copied = copy_all(&live, &mut refused).await;
            live.ended(Work::Copies, &copied);
            match copied {
                Ok(()) => failures = 0,
                Err(ClientError::SessionExpired) => return live.session_over(),
                Err(error) => {
                    failures = failures.saturating_add(1);
                    tracing::info!(code = error.code(), failures, "copies of drafts are left for later");
                    if error.is_connection() {
                        live.want(Wanted { all: true, ..Wanted::default() });
                    }
                }
            }
            // however fast somebody writes, and however often it fails
            let again = retry::wait(live.core.config.retry, failures, retry::dice());
            tokio::time::sleep(again.max(live.core.config.copy_every)).await;
        } else {
            // contact wakes
            failures = 0;
        }
        if failures == 0 {
            tokio::select! {
                () = live.wake_copies.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }
}

/// What was written last, before a session ends.
pub(crate) async fn last_words(live: &Arc<Live>) -> Answer<()> {
    copy_all(live, &mut RefusedVersions::new()).await
}

async fn copy_all(live: &Arc<Live>, refused: &mut RefusedVersions) -> Answer<()> {
    let (uncopied, machine) = live.files.with(|store| Ok((store.uncopied()?, store.machine()?))).await?;
    let mut left = Ok(());
    for one in uncopied {
        let (case, version) = match &one {
            Uncopied::Changed { draft, version } => (draft.case, *version),
            Uncopied::Ended { case, version, .. } => (*case, *version),
        };
        if refused.get(&case) == Some(&version) {
            continue;
        }
        match copy(live, machine, one).await {
            Ok(()) => {
                refused.remove(&case);
            }
            // the others can go; this one brings its files along next time
            Err(error) if error.code() == "file-not-uploaded" => left = Err(error),
            Err(error) if is_refusal(&error) => {
                tracing::debug!(code = error.code(), "a draft is not copied");
                refused.insert(case, version);
            }
            Err(error) => return Err(error),
        }
    }
    left
}

/// Does trying the same again make no sense?
fn is_refusal(error: &ClientError) -> bool {
    matches!(error, ClientError::Refused(_) | ClientError::ServerRefused { .. } | ClientError::FileNotCached { .. })
}

async fn copy(live: &Arc<Live>, here: MachineId, one: Uncopied) -> Answer<()> {
    match one {
        Uncopied::Changed { draft, version } => changed(live, here, draft, version).await,
        Uncopied::Ended { case, clinic, machine, version } => {
            match live.core.wire.end_draft(&live.token, &clinic, case, machine, version).await {
                // nothing of it is there
                Ok(()) | Err(ClientError::Refused(Refusal::NotFound)) => {}
                Err(error) => return Err(error),
            }
            let elsewhere = (machine != here).then_some(machine);
            live.files.with(move |store| Ok(store.copied(case, elsewhere, version)?)).await
        }
    }
}

/// The files first, then the words.
async fn changed(live: &Arc<Live>, machine: MachineId, draft: Draft, version: u64) -> Answer<()> {
    if draft.text.chars().count() > MAX_DRAFT_TEXT {
        return Err(Refusal::TextTooLong { limit: MAX_DRAFT_TEXT }.into());
    }
    let Draft { case, clinic, kind, text, files, based_on, updated_at, sign_as: _ } = draft;
    let files: Vec<Attachment> = files.into_iter().map(|file| file.file).collect();
    bring(live, &files).await?;
    let copy = DraftCopy { machine, version, kind, text, files, based_on, updated_at, came_back: false };
    let kept = match live.core.wire.keep_draft(&live.token, &clinic, case, &copy).await {
        Err(error) if error.code() == "file-not-uploaded" => {
            let mut memory = live.memory();
            for file in &copy.files {
                memory.uploaded.remove(&file.sha256);
            }
            return Err(error);
        }
        other => other?,
    };
    let further = kept.version > version;
    live.files
        .with(move |store| match further {
            true => Ok(store.copies_are_further(case, kept.version)?),
            false => Ok(store.copied(case, None, version)?),
        })
        .await?;
    if further {
        live.wake_copies.notify_one();
    }
    Ok(())
}
