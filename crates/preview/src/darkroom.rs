//! The parent's side: keeps one warm worker waiting, opens documents, asks for pages.

use crate::PreviewError;
use crate::limits::{Limits, MAX_INPUT_BYTES};
use crate::places;
use crate::process::Worker;
use crate::protocol::{DocumentInfo, PageText, Request, Size};
use bytes::Bytes;
use mottaget_domain::attachment::{FileKind, sniff};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::time::Instant;

/// Where the parts are and what they may cost.
#[derive(Clone, Debug)]
pub struct PreviewConfig {
    /// The worker program, `mottaget-preview`.
    pub worker: PathBuf,
    /// The PDF library that the worker loads.
    pub pdfium: PathBuf,
    /// What a document may cost.
    pub limits: Limits,
}

impl PreviewConfig {
    /// The parts where [`places`] finds them, with the default limits.
    ///
    /// # Errors
    /// [`PreviewError::WorkerMissing`] names the part that is not there.
    pub fn find() -> Result<Self, PreviewError> {
        let config = Self { worker: places::worker(), pdfium: places::pdfium(), limits: Limits::default() };
        for part in [&config.worker, &config.pdfium] {
            if !part.is_file() {
                return Err(PreviewError::WorkerMissing(part.clone()));
            }
        }
        Ok(config)
    }
}

/// Makes pictures of files. Cheap to clone; all clones share the one warm worker.
#[derive(Clone, Debug)]
pub struct Darkroom {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    config: PreviewConfig,
    warm: Mutex<Option<Worker>>,
}

impl Darkroom {
    /// Takes the darkroom into use. The first worker starts with [`Darkroom::warm_up`], or at first need.
    #[must_use]
    pub fn new(config: PreviewConfig) -> Self {
        Self { shared: Arc::new(Shared { config, warm: Mutex::new(None) }) }
    }

    /// Starts a worker that waits for the next document, unless one waits already. Call it inside a tokio runtime.
    ///
    /// It says nothing about success: if the worker can't be started, the next [`Darkroom::open`] says why.
    pub fn warm_up(&self) {
        self.shared.refill();
    }

    /// Opens a file and finds out what it is. The document has a worker process of its own until it is dropped.
    ///
    /// # Errors
    /// Any [`PreviewError`] but [`PreviewError::NoSuchPage`].
    pub async fn open(&self, bytes: impl Into<Bytes>) -> Result<Document, PreviewError> {
        let bytes = bytes.into();
        if bytes.len() > MAX_INPUT_BYTES {
            return Err(PreviewError::TooLarge);
        }
        // the worker decides by the same function; asking here first saves a process
        sniff(&bytes).ok_or(PreviewError::UnsupportedType)?;
        let opened = self.shared.develop(&bytes).await;
        self.shared.refill();
        let (worker, info) = opened?;
        Ok(Document { shared: Arc::clone(&self.shared), bytes, info, worker: tokio::sync::Mutex::new(Some(worker)) })
    }
}

impl Shared {
    fn deadline(&self) -> Instant {
        Instant::now() + self.config.limits.request
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Worker>> {
        // nothing that can fail happens under this lock, so a poisoned one holds a sound value
        self.warm.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refill(&self) {
        let mut slot = self.slot();
        if slot.as_mut().is_none_or(Worker::is_gone) {
            *slot = Worker::start(&self.config).ok();
        }
    }

    /// By the warm worker; by a fresh one if that died, which it may have done while it waited, with its greeting already
    /// in the pipe. A document that kills a worker therefore kills two, and no more.
    async fn develop(&self, bytes: &Bytes) -> Result<(Worker, DocumentInfo), PreviewError> {
        let warm = self.slot().take();
        if let Some(mut worker) = warm
            && !worker.is_gone()
        {
            match self.develop_with(worker, bytes).await {
                Err(PreviewError::WorkerCrashed(_)) => {}
                other => return other,
            }
        }
        self.develop_with(Worker::start(&self.config)?, bytes).await
    }

    async fn develop_with(&self, mut worker: Worker, bytes: &Bytes) -> Result<(Worker, DocumentInfo), PreviewError> {
        let deadline = self.deadline();
        worker.greet(deadline).await?;
        worker.give(bytes, deadline).await?;
        let json = worker.ask(&Request::Inspect, 0, deadline).await?;
        let info: DocumentInfo = serde_json::from_slice(&json)
            .map_err(|_| PreviewError::WorkerCrashed("its description makes no sense".to_owned()))?;
        let sizes = u32::try_from(info.sizes.len()).ok();
        if info.pages == 0 || sizes != Some(info.pages) {
            return Err(PreviewError::WorkerCrashed("its description makes no sense".to_owned()));
        }
        Ok((worker, info))
    }
}

/// An open file. Dropping it kills its worker.
///
/// A page that takes too long or breaks the worker costs only that page: the next request gets a new worker. A request
/// whose future is dropped is cancelled, together with the work for it.
#[derive(Debug)]
pub struct Document {
    shared: Arc<Shared>,
    bytes: Bytes,
    info: DocumentInfo,
    worker: tokio::sync::Mutex<Option<Worker>>,
}

impl Document {
    /// What the file is.
    #[must_use]
    pub fn info(&self) -> &DocumentInfo {
        &self.info
    }

    /// Page or frame `n`, counted from 0, as a PNG (RGB) `width_px` pixels wide.
    ///
    /// An image is never enlarged beyond its own pixels; anything is kept within [`crate::limits::MAX_OUTPUT_PIXELS`]. So
    /// read the width from the PNG.
    ///
    /// # Errors
    /// [`PreviewError::NoSuchPage`], or what went wrong with this page.
    pub async fn page(&self, n: u32, width_px: u32) -> Result<Vec<u8>, PreviewError> {
        let width = width_px.max(1);
        let request = match self.info.kind {
            FileKind::Gif => Request::Frame { index: n, width },
            FileKind::Pdf | FileKind::Jpeg | FileKind::Png => Request::Page { index: n, size: Size::Width(width) },
        };
        self.ask(n, &request).await
    }

    /// What page `n`, counted from 0, says. A picture says nothing that could be read: it is [`PageText::wordless`].
    ///
    /// # Errors
    /// [`PreviewError::NoSuchPage`], or what went wrong with this page.
    pub async fn text(&self, n: u32) -> Result<PageText, PreviewError> {
        let json = self.ask(n, &Request::Text { index: n }).await?;
        serde_json::from_slice(&json).map_err(|_| PreviewError::WorkerCrashed("its words make no sense".to_owned()))
    }

    async fn ask(&self, n: u32, request: &Request) -> Result<Vec<u8>, PreviewError> {
        let no_such_page = || PreviewError::NoSuchPage { asked: n, pages: self.info.pages };
        if n >= self.info.pages {
            return Err(no_such_page());
        }
        let mut slot = self.worker.lock().await;
        // taken out while it works: if this future is dropped, so is the worker, and no answer can be mistaken for another
        let mut worker = match slot.take() {
            Some(worker) => worker,
            None => self.shared.develop(&self.bytes).await?.0,
        };
        match worker.ask(request, n, self.shared.deadline()).await {
            Ok(answer) => {
                *slot = Some(worker);
                Ok(answer)
            }
            Err(PreviewError::NoSuchPage { .. }) => {
                *slot = Some(worker);
                Err(no_such_page())
            }
            Err(other) => Err(other),
        }
    }
}
