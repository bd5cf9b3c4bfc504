//! Starting and stopping: from a folder and an address to a running server, and back without losing anything.

use crate::app::{App, Parts};
use crate::clock::{Clock, SystemClock};
use crate::db::{Db, cases, log, migrate};
use crate::error::StartError;
use crate::files::Files;
use crate::folder::Folder;
use crate::people::People;
use crate::{absences, http, practice, presence, release, retention};
use mottaget_domain::{CaseId, HsaId};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// How long running requests may take to finish when the server stops.
const GRACE: Duration = Duration::from_secs(10);

/// What a server needs to start.
#[derive(Clone)]
pub struct ServerConfig {
    /// Its folder; made if it is not there, for the owner alone.
    pub data_dir: PathBuf,
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// A practice server with an invented clinic. A folder is one or the other for life.
    pub practice: bool,
    /// The token with which a residents' portal speaks for residents.
    pub portal_token: Option<String>,
    /// Most bytes that the database may take; without it, what the disk gives.
    pub max_database_bytes: Option<u64>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl ServerConfig {
    /// The usual: the machine's clock, no portal, no quota.
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>, listen: SocketAddr, practice: bool) -> Self {
        Self {
            data_dir: data_dir.into(),
            listen,
            practice,
            portal_token: None,
            max_database_bytes: None,
            clock: Arc::new(SystemClock),
        }
    }
}

/// Starts servers.
pub struct Server;

/// A server that runs until it is shut down. Dropping it stops it too, but nobody then waits for it.
pub struct RunningServer {
    address: SocketAddr,
    app: App,
    tasks: Vec<JoinHandle<()>>,
    _folder: Folder,
}

impl Server {
    /// Opens the folder, brings its tables up to date, fills a new practice folder, and listens.
    ///
    /// # Errors
    /// [`StartError`] says why not; nothing then runs.
    pub async fn start(config: ServerConfig) -> Result<RunningServer, StartError> {
        if config.practice && !config.listen.ip().is_loopback() {
            return Err(StartError::NotLoopback);
        }
        let folder = Folder::take(&config.data_dir)?;
        let db = Db::open(&folder.database(), config.max_database_bytes).await?;
        let files = Files::open(&folder.attachments())?;
        let lineage = match prepare(&db, &files, &config).await {
            Ok(lineage) => lineage,
            Err(error) => {
                db.close().await;
                return Err(error);
            }
        };
        let parts = Parts {
            db,
            files,
            clock: Arc::clone(&config.clock),
            practice: config.practice,
            portal_token: config.portal_token.clone(),
            lineage,
        };
        listen(config.listen, App::new(parts), folder).await
    }
}

/// Tables, the folder's kind, and the practice clinic where one is wanted. Gives the database's own name.
async fn prepare(db: &Db, files: &Files, config: &ServerConfig) -> Result<String, StartError> {
    let now = config.clock.now();
    migrate::run(db, now).await?;
    let wanted = if config.practice { "practice" } else { "live" };
    let found = migrate::meta(db, "mode").await?;
    if let Some(found) = found.as_ref().filter(|found| found.as_str() != wanted) {
        let folder = config.data_dir.display().to_string();
        return Err(StartError::Mode { folder, found: found.clone() });
    }
    if config.practice && migrate::meta(db, "filled").await?.is_none() {
        practice::fill(db, files, now).await?;
    }
    note_files(db).await?;
    migrate::set_meta(db, "mode", wanted).await?;
    migrate::set_meta(db, "lineage", &uuid::Uuid::new_v4().to_string()).await?;
    Ok(migrate::meta(db, "lineage").await?.unwrap_or_default())
}

/// A database from before it was kept which case needs which bytes is told once.
async fn note_files(db: &Db) -> Result<(), StartError> {
    if migrate::meta(db, "files-noted").await?.is_none() {
        let mut tx = db.write().await?;
        cases::note_all_files(tx.conn()).await?;
        tx.commit().await?;
        migrate::set_meta(db, "files-noted", "1").await?;
    }
    Ok(())
}

async fn listen(wanted: SocketAddr, app: App, folder: Folder) -> Result<RunningServer, StartError> {
    let bound = async {
        let listener = TcpListener::bind(wanted).await?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    let (listener, address) = match bound.await {
        Ok(bound) => bound,
        Err(source) => {
            app.db.close().await;
            return Err(StartError::Listen { address: wanted, source });
        }
    };
    let router = http::router(app.clone());
    let stopping = app.stopping.clone();
    let serving = tokio::spawn(async move {
        let served = axum::serve(listener, router).with_graceful_shutdown(stopping.cancelled_owned()).await;
        if let Err(error) = served {
            tracing::error!(%error, "the server stopped by itself");
        }
    });
    let releasing = tokio::spawn(release::run(app.clone()));
    let sweeping = tokio::spawn(retention::run(app.clone()));
    let watching = tokio::spawn(presence::run(app.clone()));
    let covering = tokio::spawn(absences::run(app.clone()));
    tracing::info!(%address, practice = app.practice, "listening");
    let tasks = vec![serving, releasing, sweeping, watching, covering];
    Ok(RunningServer { address, app, tasks, _folder: folder })
}

impl RunningServer {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://…` without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Changes staff and policy while it runs.
    #[must_use]
    pub fn people(&self) -> People {
        People::new(self.app.clone())
    }

    /// Purges what is to go at `now` (T18), as the daily sweep does; gives how many cases went.
    ///
    /// # Errors
    /// The first failure, after all others were tried.
    pub async fn sweep(&self, now: jiff::Timestamp) -> crate::error::Result<usize> {
        retention::sweep(&self.app, now).await
    }

    /// How often the access log has each kind of look (`read`, `list`, …) that somebody's app told of, by case.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn looks_of(&self, person: &HsaId) -> crate::error::Result<BTreeMap<(CaseId, String), u64>> {
        let mut tx = self.app.db.read().await?;
        Ok(log::looks(&mut tx, person).await?)
    }

    /// Stops: no new requests, streams end, what was begun is finished, the database is closed.
    pub async fn shutdown(mut self) {
        self.app.stopping.cancel();
        for task in std::mem::take(&mut self.tasks) {
            let abort = task.abort_handle();
            if tokio::time::timeout(GRACE, task).await.is_err() {
                tracing::warn!("a task did not end in time and was cut off");
                abort.abort();
            }
        }
        self.app.tasks.close();
        self.app.tasks.wait().await;
        self.app.db.close().await;
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        self.app.stopping.cancel();
    }
}
