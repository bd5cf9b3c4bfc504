//! A clinic for a test: a practice server in a folder of its own, which can be stopped and started.

use crate::engine::Engine;
use crate::person::Person;
use crate::resident::ResidentAtHome;
use mottaget_domain::HsaId;
use mottaget_domain::clinic::{RegionPolicy, UndoWindow};
use mottaget_server::{Clock, ManualClock, RunningServer, Server, ServerConfig, SystemClock};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::watch;

/// With this a residents' portal speaks for residents who can't sign in here.
pub const PORTAL: &str = "portalens eget ord";
/// Code of the region that both clinics belong to.
const REGION: &str = "98";

pub struct Clinic {
    folder: TempDir,
    server: Option<RunningServer>,
    upstream: watch::Sender<Option<SocketAddr>>,
    clock: Arc<dyn Clock>,
    /// Of a server that can be killed.
    engine: Option<Engine>,
    to_be_killed: bool,
}

impl Clinic {
    pub async fn start() -> Self {
        Self::start_at_once(Arc::new(SystemClock)).await
    }

    /// Starts by a clock that the test moves.
    pub async fn start_at(clock: &ManualClock) -> Self {
        Self::start_at_once(Arc::new(clock.clone())).await
    }

    /// The same with a server that can be killed, and with the undo windows of the practice clinic.
    pub async fn start_to_be_killed(clock: &ManualClock) -> Self {
        let clinic = Self::start_by(Arc::new(clock.clone()), true).await;
        let policy = RegionPolicy { undo: UndoWindow::PRESET, ..clinic.region_policy().await };
        clinic.set_region_policy(&policy).await;
        clinic
    }

    /// What is sent there is out at once. (In the practice clinic it can be taken back for some seconds; the tests of that
    /// set a window of their own.)
    async fn start_at_once(clock: Arc<dyn Clock>) -> Self {
        let clinic = Self::start_by(clock, false).await;
        let policy = RegionPolicy { undo: UndoWindow::default(), ..clinic.region_policy().await };
        clinic.set_region_policy(&policy).await;
        clinic
    }

    async fn start_by(clock: Arc<dyn Clock>, to_be_killed: bool) -> Self {
        let folder = TempDir::new().unwrap();
        let upstream = watch::Sender::new(None);
        let mut clinic = Self { folder, server: None, upstream, clock, engine: None, to_be_killed };
        clinic.start_server().await;
        clinic
    }

    /// What the region of both clinics has decided.
    pub async fn region_policy(&self) -> RegionPolicy {
        self.server().people().region_policy(REGION).await.unwrap()
    }

    /// Decides anew what holds in the region of both clinics.
    pub async fn set_region_policy(&self, policy: &RegionPolicy) {
        self.server().people().set_region_policy(REGION, policy).await.unwrap();
    }

    /// Starts the server (again) on the same folder.
    pub async fn start_server(&mut self) {
        self.start_server_on(None).await;
    }

    /// The same on a disk that has room for this many more bytes of its database.
    pub async fn start_server_with_room(&mut self, bytes: u64) {
        let size = std::fs::metadata(self.folder.path().join("server.db")).unwrap().len();
        self.start_server_on(Some(size + bytes)).await;
    }

    async fn start_server_on(&mut self, max_database_bytes: Option<u64>) {
        let mut config = ServerConfig::new(self.folder.path(), "127.0.0.1:0".parse().unwrap(), true);
        config.clock = Arc::clone(&self.clock);
        config.max_database_bytes = max_database_bytes;
        config.portal_token = Some(PORTAL.to_owned());
        let server = if self.to_be_killed {
            let engine = self.engine.take().unwrap_or_default();
            let started = engine.run(Server::start(config)).await;
            self.engine = Some(engine);
            started
        } else {
            Server::start(config).await
        };
        let server = server.expect("the practice server starts");
        self.upstream.send_replace(Some(server.address()));
        self.server = Some(server);
    }

    pub async fn stop_server(&mut self) {
        self.upstream.send_replace(None);
        if let Some(server) = self.server.take() {
            server.shutdown().await;
        }
    }

    /// Kills the server: no request is answered to its end, no transaction that was begun is done, nobody is told.
    pub async fn kill_server(&mut self) {
        self.engine.take().expect("a server that can be killed").kill().await;
        self.upstream.send_replace(None);
        drop(self.server.take());
    }

    pub fn server(&self) -> &RunningServer {
        self.server.as_ref().expect("the server runs")
    }

    /// Where the server keeps its data.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn upstream(&self) -> watch::Receiver<Option<SocketAddr>> {
        self.upstream.subscribe()
    }

    /// Björkens vårdcentral, where most of the people work.
    pub fn bjorken(&self) -> HsaId {
        HsaId::parse("SE2321000016-B001").unwrap()
    }

    /// Lindens vårdcentral, the other one.
    pub fn linden(&self) -> HsaId {
        HsaId::parse("SE2321000016-L001").unwrap()
    }

    /// Anna Nyström, receiver at Björken.
    pub async fn anna(&self) -> Person {
        Person::sign_in(self, "Anna Nyström").await
    }

    /// Sara Lindqvist, handler at Björken.
    pub async fn sara(&self) -> Person {
        Person::sign_in(self, "Sara Lindqvist").await
    }

    /// Maja Ek, handler at Björken, in the same group as Sara.
    pub async fn maja(&self) -> Person {
        Person::sign_in(self, "Maja Ek").await
    }

    /// Jonas Wikström, receiver at the other clinic.
    pub async fn jonas(&self) -> Person {
        Person::sign_in(self, "Jonas Wikström").await
    }

    /// Eva Bergström, receiver and handler at Björken.
    pub async fn eva(&self) -> Person {
        Person::sign_in(self, "Eva Bergström").await
    }

    /// Cecilia Forsman, who lives nearby.
    pub async fn cecilia(&self) -> ResidentAtHome {
        ResidentAtHome::sign_in(self, "Cecilia Forsman").await
    }

    /// Petra Nordahl, who has protected identity.
    pub async fn petra(&self) -> ResidentAtHome {
        ResidentAtHome::sign_in(self, "Petra Nordahl").await
    }
}
