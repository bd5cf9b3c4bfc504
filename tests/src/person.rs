//! A member of staff with a real client on a line of their own, a folder, and a keychain that is a field.

use crate::clinic::Clinic;
use crate::engine::Engine;
use crate::files;
use crate::line::{Line, Mode};
use crate::resident::ResidentAtHome;
use mottaget_client::view::{
    AssigneeName, CaseView, Delivery, Filter, ListQuery, OutboxRow, PreviewSource, Scope, Target, TargetKind,
};
use mottaget_client::{
    Authenticated, Client, ClientConfig, ClientError, ClientEvent, ConnectionState, Events, Keys, Notice, ProfileId,
    RetryPolicy, SessionToken, Timeouts,
};
use mottaget_domain::{Absence, CaseId, CaseState, HsaId, MessageKind, OpId};
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::{Instant, timeout_at};

/// Nothing that a test waits for takes this long.
pub const PATIENCE: Duration = Duration::from_secs(40);

pub struct Person {
    pub name: String,
    pub hsa_id: HsaId,
    pub client: Client,
    pub line: Line,
    pub folder: TempDir,
    pub token: SessionToken,
    pub profile: ProfileId,
    pub keys: Keys,
    events: Events,
    config: ClientConfig,
    /// Of whoever can be killed.
    engine: Option<Engine>,
}

/// Quick to try again, quick to give up.
pub fn config(url: String, folder: &Path) -> ClientConfig {
    let mut config = ClientConfig::new(url, folder, files::preview());
    config.server_identity = "practice".into();
    config.retry = RetryPolicy { first: Duration::from_millis(20), longest: Duration::from_millis(200) };
    config.copy_every = Duration::from_millis(20);
    config.timeouts = Timeouts {
        connect: Duration::from_secs(2),
        request: Duration::from_secs(5),
        transfer_silence: Duration::from_secs(10),
        stream_silence: Duration::from_secs(40),
    };
    config
}

impl Person {
    /// Signs in on a machine that has never seen this person, and waits for the first sync.
    pub async fn sign_in(clinic: &Clinic, name: &str) -> Self {
        Self::sign_in_with(clinic, name, Keys::generate().unwrap(), |_| ()).await
    }

    pub async fn sign_in_with(clinic: &Clinic, name: &str, keys: Keys, change: impl FnOnce(&mut ClientConfig)) -> Self {
        Self::sign_in_on(None, clinic, name, keys, change).await
    }

    /// The same with a program that can be killed.
    pub async fn sign_in_to_be_killed(clinic: &Clinic, name: &str, change: impl FnOnce(&mut ClientConfig)) -> Self {
        Self::sign_in_on(Some(Engine::new()), clinic, name, Keys::generate().unwrap(), change).await
    }

    async fn sign_in_on(
        engine: Option<Engine>,
        clinic: &Clinic,
        name: &str,
        keys: Keys,
        change: impl FnOnce(&mut ClientConfig),
    ) -> Self {
        let line = Line::to(clinic.upstream()).await;
        let folder = TempDir::new().unwrap();
        let mut config = config(line.url(), folder.path());
        change(&mut config);
        let client = Client::start(config.clone()).unwrap();
        let events = client.events();
        let people = client.practice_people().await.unwrap();
        let hsa_id = people.into_iter().find(|me| me.staff.name == name).expect("a demo person").staff.hsa_id;
        let authenticated = client.authenticate_practice(&hsa_id).await.unwrap();
        let (token, profile) = (authenticated.token.clone(), authenticated.profile.clone());
        let name = name.to_owned();
        let mut person = Self { name, hsa_id, client, line, folder, token, profile, keys, events, config, engine };
        person.open(authenticated).await.unwrap();
        person.connected().await;
        person
    }

    /// Ends the program and starts it again on the same folder, with what the keychain holds.
    pub async fn restart(&mut self) -> Result<(), ClientError> {
        self.quit().await;
        self.client = Client::start(self.config.clone()).unwrap();
        self.events = self.client.events();
        let client = self.client.clone();
        let (profile, token, keys) = (self.profile.clone(), self.token.clone(), self.keys.clone());
        self.at_home(async move { client.resume(profile, token, keys).await.map(drop) }).await
    }

    /// Opens the files; what works in the background works in the program's own runtime, if it has one.
    async fn open(&mut self, authenticated: Authenticated) -> Result<(), ClientError> {
        let (client, keys) = (self.client.clone(), self.keys.clone());
        self.at_home(async move { client.open(authenticated, keys).await.map(drop) }).await
    }

    async fn at_home<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> T {
        match &self.engine {
            Some(engine) => engine.run(work).await,
            None => work.await,
        }
    }

    /// Begins something, and lets go of it where it waits for the time after these (see [`Engine::begin`]).
    pub async fn begin<T>(&self, waits: u64, work: impl Future<Output = T>) -> Option<T> {
        self.engine.as_ref().expect("a program that can be killed").begin(waits, work).await
    }

    /// Kills the program: nothing in it is told. What lies on the disk is what a killed process leaves there (no file is
    /// closed), and [`Self::restart`] begins from it.
    pub async fn kill(&mut self) {
        self.engine.take().expect("a program that can be killed").kill().await;
        // the files are still open, as they were; what they are now is all that is left
        let left = TempDir::new().unwrap();
        files::copy_folder(self.folder.path(), left.path());
        self.config.data_dir = left.path().to_owned();
        self.engine = Some(Engine::new());
        self.client = Client::start(self.config.clone()).unwrap();
        self.events = self.client.events();
        self.folder = left;
    }

    /// Ends the program.
    pub async fn quit(&mut self) {
        self.client.shutdown().await;
    }

    /// Signs in again on the same machine.
    pub async fn sign_in_again(&mut self) -> Result<(), ClientError> {
        let authenticated = self.client.authenticate_practice(&self.hsa_id).await?;
        self.token = authenticated.token.clone();
        self.open(authenticated).await
    }

    /// The profile's folder.
    pub fn profile_folder(&self) -> PathBuf {
        self.folder.path().join(self.profile.as_str())
    }

    /// Waits until `look` finds it, looking again at every event.
    pub async fn until<T>(&mut self, what: &str, mut look: impl AsyncFnMut(Client) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = look(self.client.clone()).await {
                return found;
            }
            match timeout_at(deadline, self.events.next()).await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("{}: the client ended while waiting for: {what}", self.name),
                Err(_) => panic!("{}: waited in vain for: {what} ({:?})", self.name, self.client.connection()),
            }
        }
    }

    /// Waits until the client tells this.
    pub async fn hears(&mut self, what: &ClientEvent) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match timeout_at(deadline, self.events.next()).await {
                Ok(Some(event)) if event == *what => return,
                Ok(Some(_)) => {}
                _ => panic!("{}: waited in vain for: {what:?}", self.name),
            }
        }
    }

    pub async fn connected(&mut self) {
        self.until("contact", async |client: Client| (client.connection() == ConnectionState::Connected).then_some(()))
            .await;
    }

    /// Waits until the client says that it is offline, and gives the problem's code.
    pub async fn offline(&mut self) -> String {
        self.until("no contact", async |client: Client| match client.connection() {
            ConnectionState::Offline { problem: Some(problem), .. } => Some(problem.code),
            _ => None,
        })
        .await
    }

    pub async fn go_offline(&mut self) {
        self.line.set(Mode::Cut);
        self.offline().await;
    }

    pub async fn come_back(&mut self) {
        self.line.set(Mode::Open);
        self.connected().await;
    }

    /// A resident's case, given to this person by Anna, and begun: they have opened it, and the server knows.
    pub async fn takes_on(
        &mut self,
        clinic: &Clinic,
        resident: &ResidentAtHome,
        text: &str,
        files: &[(&str, Vec<u8>)],
    ) -> CaseId {
        let mut anna = clinic.anna().await;
        let case = resident.file_case(&clinic.bjorken(), "Förnya recept", text, files).await;
        anna.has(case).await;
        anna.give_to(case, &self.name).await.unwrap();
        anna.outbox_empty().await;
        self.has(case).await;
        self.client.open_case(case).await.unwrap();
        self.outbox_empty().await;
        self.sees("work begun", case, |view| view.row.state == CaseState::InProgress).await;
        case
    }

    /// Waits until the case is in the mirror and looks like this.
    pub async fn sees(&mut self, what: &str, case: CaseId, like: impl Fn(&CaseView) -> bool) -> CaseView {
        self.until(what, async |client: Client| match client.read_case_again(case).await {
            Ok(view) if like(&view) => Some(view),
            Ok(_) => None,
            Err(error) if error.code() == "not-found" => None,
            Err(error) => panic!("{what}: {error}"),
        })
        .await
    }

    /// Waits until the case has come into the mirror, without reading it.
    pub async fn has(&mut self, case: CaseId) {
        self.until("the case in a list", async |client: Client| {
            let rows = client.list(everything()).await.unwrap().rows;
            rows.iter().any(|row| row.id == case).then_some(())
        })
        .await;
    }

    /// Waits until the case has left the mirror.
    pub async fn has_not(&mut self, case: CaseId) {
        self.until("the case gone", async |client: Client| {
            let rows = client.list(everything()).await.unwrap().rows;
            (!rows.iter().any(|row| row.id == case)).then_some(())
        })
        .await;
    }

    /// Waits for notices, and says that they were shown.
    pub async fn notified(&mut self) -> Vec<Notice> {
        let notices = self
            .until("a notice", async |client: Client| {
                let notices = client.take_notices().await.unwrap();
                (!notices.is_empty()).then_some(notices)
            })
            .await;
        for notice in &notices {
            self.client.notice_shown(&notice.id).await.unwrap();
        }
        notices
    }

    /// Nothing waits to be shown. Only means something once what could give a notice is in the mirror.
    pub async fn not_notified(&mut self) {
        assert_eq!(self.client.take_notices().await.unwrap(), [], "{}", self.name);
    }

    /// Waits until the outbox is empty.
    pub async fn outbox_empty(&mut self) {
        self.until("an empty outbox", async |client: Client| client.outbox().await.unwrap().is_empty().then_some(()))
            .await;
    }

    /// Waits until the act is stopped, and gives the code.
    pub async fn stopped(&mut self, op: OpId) -> String {
        self.until("a stopped act", async |client: Client| {
            let row: Option<OutboxRow> = client.outbox().await.unwrap().into_iter().find(|row| row.op == op);
            match row.map(|row| row.delivery) {
                Some(Delivery::Stopped { problem, .. }) => Some(problem.code),
                _ => None,
            }
        })
        .await
    }

    /// Attaches a file, looks at it and marks it as reviewed, as a person does.
    pub async fn attach_and_review(&mut self, case: CaseId, name: &str, bytes: Vec<u8>) {
        let attached = self.client.attach(case, name.to_owned(), bytes).await.unwrap();
        assert_eq!(attached.refused, []);
        let file = attached.draft.files.last().unwrap().id;
        let opened = self.client.preview_open(PreviewSource::Draft { case, file }).await.unwrap();
        let png = self.client.preview_page(&opened.token, 0, 400).await.unwrap();
        assert!(png.starts_with(b"\x89PNG"));
        self.client.preview_seen(&opened.token).await.unwrap();
        self.client.preview_close(&opened.token).await;
    }

    /// Presses send; what the guard stops is looked at and confirmed, as by a person who knows what they send. Gives how
    /// much there was to confirm.
    pub async fn send(&mut self, case: CaseId) -> Result<(OpId, usize), ClientError> {
        let told = self.client.guard_draft(case).await?;
        if told.stops {
            let number = self.client.read_case_again(case).await?.resident.personal_id;
            let typed = told.proof.map(|_| number.chars().skip(number.chars().count() - 4).collect());
            self.client.confirm_findings(case, &told.fingerprint, typed).await?;
        }
        Ok((self.client.send_draft(case).await?, told.total + told.unsearched.len()))
    }

    /// Writes a message and presses send.
    pub async fn write(&mut self, case: CaseId, kind: MessageKind, text: &str) -> Result<OpId, ClientError> {
        self.client.save_draft(case, kind, text.to_owned()).await?;
        self.client.send_draft(case).await
    }

    /// Who has the case as this person sees it now: what a dialog that is opened now decides on.
    pub async fn seen(&self, case: CaseId) -> Option<Target> {
        match self.client.read_case_again(case).await.unwrap().row.assignee? {
            AssigneeName::Person { hsa_id, .. } => Some(Target { kind: TargetKind::Person, id: hsa_id.to_string() }),
            AssigneeName::Group { id, .. } => Some(Target { kind: TargetKind::Group, id: id.to_string() }),
        }
    }

    /// Gives a case to a handler.
    pub async fn give_to(&mut self, case: CaseId, handler: &str) -> Result<OpId, ClientError> {
        let target = self.target(case, handler).await;
        let seen = self.seen(case).await;
        self.client.distribute(case, target, seen, false, None).await
    }

    /// The person or group of that name among whom the case can be given to.
    pub async fn target(&mut self, case: CaseId, name: &str) -> Target {
        let targets = self.client.targets(case).await.unwrap();
        let found = targets.into_iter().find(|target| target.name == name && target.kind != TargetKind::Receiver);
        let found = found.unwrap_or_else(|| panic!("{name} is no target"));
        Target { kind: found.kind, id: found.id }
    }
}

/// When somebody is away from a clinic, as a colleague's app knows it; nothing to whom does not work there.
pub async fn absences(client: &Client, clinic: &HsaId, of: &HsaId) -> Vec<Absence> {
    let people = client.staffing(clinic.clone()).await.map(|staffing| staffing.people).unwrap_or_default();
    let rows = people.into_iter().filter(|row| row.hsa_id == *of).flat_map(|row| row.absences);
    rows.map(|row| Absence { from: row.from, to: row.to, substitute: row.substitute }).collect()
}

/// Everything that the person may see.
pub fn everything() -> ListQuery {
    ListQuery {
        scope: Scope::Everything,
        clinic: None,
        search: None,
        filter: Filter::default(),
        offset: 0,
        limit: 1000,
    }
}

/// One of the lists.
pub fn list(scope: Scope) -> ListQuery {
    ListQuery { scope, ..everything() }
}
