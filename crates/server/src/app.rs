//! What every request can reach.

use crate::clock::Clock;
use crate::db::Db;
use crate::error::{Result, ServerError};
use crate::files::Files;
use crate::presence::Presence;
use crate::wake::{Wake, Wakes};
use jiff::Timestamp;
use mottaget_domain::HsaId;
use sha2::{Digest, Sha256};
use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;
use tokio::sync::{Notify, RwLock, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Most uploads of each side held in memory at once; each has at most 20 MiB. Residents on slow lines leave the staff's
/// room alone.
const UPLOADS: usize = 8;

/// The inside of [`App`].
pub struct Inner {
    /// The database.
    pub db: Db,
    /// The attachments' bytes.
    pub files: Files,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Wake-ups for the event streams.
    pub wakes: Wakes,
    /// Who has which case before them.
    pub presence: Presence,
    /// Is this a practice server?
    pub practice: bool,
    /// SHA-256 of the token of the residents' portal, where there is one.
    pub portal_token: Option<[u8; 32]>,
    /// Names this database among all: a cursor of another one is not taken.
    pub lineage: String,
    /// Set when the server is to stop.
    pub stopping: CancellationToken,
    /// Work that must be finished before the database closes.
    pub tasks: TaskTracker,
    /// Tells the release loop that a message is held.
    pub held: Notify,
    /// Room for the staff's uploads.
    pub staff_uploads: Semaphore,
    /// Room for the residents' uploads.
    pub resident_uploads: Semaphore,
    /// Held for writing while bytes are forgotten and deleted, for reading while some are taken in: else an upload could
    /// find them still there, and they go behind its back. Taken before a writing transaction, never within one.
    pub bytes: RwLock<()>,
}

/// Shared by all requests.
#[derive(Clone)]
pub struct App(Arc<Inner>);

impl Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// What [`App::new`] is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The attachments' bytes.
    pub files: Files,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Is this a practice server?
    pub practice: bool,
    /// The token of the residents' portal.
    pub portal_token: Option<String>,
    /// Names this database among all.
    pub lineage: String,
}

impl App {
    /// Puts it together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Inner {
            db: parts.db,
            files: parts.files,
            clock: parts.clock,
            wakes: Wakes::default(),
            presence: Presence::default(),
            practice: parts.practice,
            portal_token: parts.portal_token.map(|token| Sha256::digest(token.as_bytes()).into()),
            lineage: parts.lineage,
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
            held: Notify::new(),
            staff_uploads: Semaphore::new(UPLOADS),
            resident_uploads: Semaphore::new(UPLOADS),
            bytes: RwLock::new(()),
        }))
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Tells the streams that a clinic's feed grew, right after the commit.
    pub fn moved(&self, clinic: &HsaId, seq: u64) {
        tracing::debug!(%clinic, seq, "committed");
        self.wakes.call(Wake::Moved { clinic: clinic.clone(), seq });
    }

    /// Does the work to its end even if the one who asked has gone.
    ///
    /// # Errors
    /// What the work says; [`ServerError::Internal`] if it broke.
    pub async fn to_the_end<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        self.tasks.spawn(work).await.unwrap_or(Err(ServerError::Internal("the work broke off")))
    }
}
