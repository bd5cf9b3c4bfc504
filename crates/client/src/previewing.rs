//! Previews: a few files open for looking at, each with a worker process of its own; the longest unused gives way.

use crate::client::{Answer, Client};
use crate::drafting::{draft_file, mark_file};
use crate::error::ClientError;
use crate::live::{Live, lock};
use crate::reading::{found, look};
use crate::view::{PreviewOpened, PreviewSource};
use crate::work::house::fetch;
use mottaget_domain::{Attachment, AttachmentId, CaseId, Refusal};
use mottaget_preview::Document;
use mottaget_protocol::{Me, ReadKind};
use mottaget_store::Store;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

/// Documents open at a time; each has a process.
const OPEN: usize = 4;

/// The open previews, longest unused first.
#[derive(Debug, Default)]
pub(crate) struct Previews(Mutex<VecDeque<Open>>);

#[derive(Clone, Debug)]
struct Open {
    token: String,
    file_name: String,
    source: PreviewSource,
    sha256: String,
    document: Arc<Document>,
}

impl Previews {
    fn put(&self, open: Open) {
        let mut all = lock(&self.0);
        while all.len() >= OPEN {
            all.pop_front();
        }
        all.push_back(open);
    }

    /// Finds one and makes it the latest used.
    fn get(&self, token: &str) -> Answer<Open> {
        let mut all = lock(&self.0);
        let place = all.iter().position(|open| open.token == token).ok_or(ClientError::PreviewClosed)?;
        let open = all.remove(place).ok_or(ClientError::PreviewClosed)?;
        all.push_back(open.clone());
        Ok(open)
    }

    fn remove(&self, token: &str) {
        lock(&self.0).retain(|open| open.token != token);
    }

    /// Closes all.
    pub fn clear(&self) {
        lock(&self.0).clear();
    }
}

/// Previews. A few are kept open; the oldest gives way.
impl Client {
    /// Opens a file for looking at. The bytes come from this machine, or from the server if there is contact. A look at
    /// a file in the thread is written into the read log.
    ///
    /// # Errors
    /// [`ClientError::FileNotCached`], [`ClientError::FileDamaged`], a [`ClientError::Preview`].
    pub async fn preview_open(&self, source: PreviewSource) -> Answer<PreviewOpened> {
        let live = self.live()?;
        let (file, bytes) = bytes_of(&live, source).await?;
        let document = live.core.darkroom.open(bytes).await;
        let document = document.map_err(|why| ClientError::Preview { name: file.file_name.clone(), why })?;
        let info = document.info().clone();
        if let PreviewSource::Draft { case, file } = source {
            let pages = info.pages;
            live.files.with(move |store| mark_file(store, case, file, |there| there.pages = Some(pages))).await?;
        }
        let token = uuid::Uuid::new_v4().simple().to_string();
        let opened = PreviewOpened {
            token: token.clone(),
            file_name: file.file_name.clone(),
            size: file.size,
            sha256: file.sha256.clone(),
            info,
        };
        let (file_name, sha256) = (file.file_name, file.sha256);
        live.previews.put(Open { token, file_name, source, sha256, document: Arc::new(document) });
        Ok(opened)
    }

    /// Page (or frame) `n`, counted from 0, as a PNG that is at most `width_px` wide.
    ///
    /// # Errors
    /// [`ClientError::PreviewClosed`], a [`ClientError::Preview`].
    pub async fn preview_page(&self, token: &str, n: u32, width_px: u32) -> Answer<Vec<u8>> {
        let open = self.live()?.previews.get(token)?;
        let page = open.document.page(n, width_px).await;
        page.map_err(|why| ClientError::Preview { name: open.file_name, why })
    }

    /// Closes it; its worker ends.
    pub async fn preview_close(&self, token: &str) {
        if let Ok(live) = self.live() {
            live.previews.remove(token);
        }
    }

    /// The person has seen it: marks the draft's file, these very bytes, as reviewed (Granskad).
    ///
    /// # Errors
    /// [`ClientError::PreviewClosed`]; as [`Client::start_view`].
    pub async fn preview_seen(&self, token: &str) -> Answer<()> {
        let live = self.live()?;
        let open = live.previews.get(token)?;
        let PreviewSource::Draft { case, file } = open.source else { return Ok(()) };
        live.files
            .with(move |store| mark_file(store, case, file, |there| there.reviewed_sha256 = Some(open.sha256)))
            .await?;
        live.core.tell(crate::ClientEvent::Moved { cases: vec![case] });
        Ok(())
    }
}

/// The file and its bytes; a look at the thread is on record before the bytes are given out.
async fn bytes_of(live: &Arc<Live>, source: PreviewSource) -> Answer<(Attachment, Vec<u8>)> {
    let (me, now) = (live.me(), live.core.now());
    let (file, bytes, case) = live
        .files
        .with(move |store| match source {
            PreviewSource::Draft { case, file } => {
                let file = draft_file(store, case, file)?;
                let bytes = store.blob(&file.sha256)?;
                Ok((file, bytes, case))
            }
            PreviewSource::Case { case, file } => {
                let (file, clinic) = thread_file(store, &me, case, file, now)?;
                store.log_read(&look(clinic, vec![case], Some(file.id), ReadKind::Attachment, now))?;
                let bytes = store.blob(&file.sha256)?;
                Ok((file, bytes, case))
            }
        })
        .await?;
    live.wake_house.notify_one();
    if let Some(bytes) = bytes {
        return Ok((file, bytes));
    }
    if !live.in_contact() || matches!(source, PreviewSource::Draft { .. }) {
        return Err(ClientError::FileNotCached { name: Some(file.file_name) });
    }
    match fetch(live, case, &file).await {
        Ok(bytes) => {
            live.core.tell(crate::ClientEvent::Moved { cases: vec![case] });
            Ok((file, bytes))
        }
        Err(error) if error.is_of_the_line() => Err(ClientError::FileNotCached { name: Some(file.file_name) }),
        Err(error) => Err(error),
    }
}

/// A file in the thread, or in a message of mine that waits in the outbox.
fn thread_file(
    store: &Store,
    me: &Me,
    case: CaseId,
    file: AttachmentId,
    now: jiff::Timestamp,
) -> Answer<(Attachment, mottaget_domain::HsaId)> {
    let read = found(store, me, case, now)?;
    let waiting = || {
        let files = read.pending.iter().flat_map(|row| row.op.command.attachments());
        files.into_iter().find(|there| there.id == file).cloned()
    };
    let there = read.document.case.attachment(file).map(|(_, there)| there.clone()).or_else(waiting);
    let there = there.ok_or(ClientError::Refused(Refusal::NotFound))?;
    Ok((there, read.document.case.clinic.clone()))
}
