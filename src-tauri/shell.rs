//! The shell's own state: which mode, the client once it has started, and the way from a sign-in to an open session.

mod anew;
mod keys;
mod trouble;

use crate::error::ShellError;
use crate::keychain::{Keychain, Secret};
use crate::notify::Shown;
use crate::options::Options;
use crate::practice::Practice;
use crate::settings::{Settings, at_ease};
use crate::shell::trouble::Trouble;
use crate::view::{AppStateView, Problem, SessionView};
use crate::{events, notify, tray};
use mottaget_client::{Authenticated, Client, ClientConfig, PreviewConfig, ProfileId, SessionFacts};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tauri::{AppHandle, Manager};
use tokio::sync::watch;

/// The practice profile keeps its name when the port changes.
const PRACTICE_IDENTITY: &str = "practice";

/// How far the start has come.
#[derive(Clone)]
enum Stage {
    Starting,
    Ready(Client),
    Blocked(Problem),
}

/// The state behind every command.
pub struct Shell {
    /// Notifications on the screen.
    pub shown: Shown,
    /// Settings of this machine.
    pub settings: Settings,
    options: Options,
    /// Once it is decided that this is practice mode.
    practice: OnceLock<Arc<Practice>>,
    /// Practice mode, although nobody knows which server was set.
    practises: AtomicBool,
    /// Everything that the app keeps is below it.
    folder: PathBuf,
    /// The platform's own place for that, where it is without a word on the command line.
    usual_folder: PathBuf,
    keychain: OnceLock<Keychain>,
    server: Mutex<String>,
    stage: watch::Sender<Stage>,
    /// Why the last session does not go on.
    trouble: Mutex<Option<Trouble>>,
    /// Profiles with which a person was told to start anew because nothing else helps.
    hopeless: Mutex<BTreeSet<ProfileId>>,
    /// Whose file was found damaged at the last opening.
    last_damage: Mutex<Option<(ProfileId, Option<String>)>>,
    /// One at a time opens a profile.
    resuming: tokio::sync::Mutex<()>,
    /// The screen has been told what keeps the app from starting; the next question tries again.
    told: AtomicBool,
}

impl Shell {
    /// Decides the folder and opens the settings in it; nothing runs yet.
    ///
    /// # Errors
    /// [`ShellError::Internal`] if the platform gives no folder.
    pub fn new(app: &AppHandle, options: &Options) -> Result<Self, ShellError> {
        let usual_folder = app.path().app_data_dir().map_err(|error| ShellError::Internal(error.to_string()))?;
        let folder = match &options.data_dir {
            // as seen from here: whoever gets a path without a beginning has a beginning of their own
            Some(dir) => std::path::absolute(dir).map_err(|error| ShellError::of_disk(dir, &error))?,
            None => usual_folder.clone(),
        };
        Ok(Self {
            shown: Shown::default(),
            settings: Settings::open(app, &folder)?,
            options: options.clone(),
            practice: OnceLock::new(),
            practises: AtomicBool::new(false),
            folder,
            usual_folder,
            keychain: OnceLock::new(),
            server: Mutex::default(),
            stage: watch::Sender::new(Stage::Starting),
            trouble: Mutex::new(None),
            hopeless: Mutex::default(),
            last_damage: Mutex::new(None),
            resuming: tokio::sync::Mutex::new(()),
            told: AtomicBool::new(false),
        })
    }

    /// The client, as soon as it has started.
    ///
    /// # Errors
    /// What keeps it from starting.
    pub async fn client(&self) -> Result<Client, ShellError> {
        let mut stage = self.stage.subscribe();
        let settled = stage.wait_for(|stage| !matches!(stage, Stage::Starting)).await;
        match settled.map(|stage| stage.clone()) {
            Ok(Stage::Ready(client)) => Ok(client),
            Ok(Stage::Blocked(problem)) => Err(ShellError::Told(problem)),
            Ok(Stage::Starting) | Err(_) => Err(ShellError::Internal("the app is ending".into())),
        }
    }

    /// The practice server.
    ///
    /// # Errors
    /// [`ShellError::PracticeOnly`].
    pub fn practice(&self) -> Result<Arc<Practice>, ShellError> {
        self.practice.get().cloned().ok_or(ShellError::PracticeOnly)
    }

    /// A person wants to practise although nobody knows which server was set; it holds until the app ends.
    pub fn practise(&self) {
        self.practises.store(true, Ordering::Relaxed);
    }

    /// What hinders work in the background, be it in the client's files or in the settings.
    pub fn local_trouble(&self) -> Option<Problem> {
        let of_files = match &*self.stage.borrow() {
            Stage::Ready(client) => client.local_trouble(),
            Stage::Starting | Stage::Blocked(_) => None,
        };
        of_files.as_ref().map(Problem::from).or_else(|| self.settings.unsaved())
    }

    /// Where the secrets of this folder's profiles are.
    fn keychain(&self) -> Keychain {
        // asked first when the folder is there
        self.keychain.get_or_init(|| Keychain::of(&self.folder, &self.usual_folder)).clone()
    }

    /// What the screen must know before anything else.
    pub async fn state(&self, app: &AppHandle) -> AppStateView {
        let is_blocked = matches!(&*self.stage.borrow(), Stage::Blocked(_));
        if is_blocked && self.told.swap(false, Ordering::Relaxed) {
            self.stage.send_replace(Stage::Starting);
            begin(app);
        }
        let (session, writing, blocked, trouble) = match self.client().await {
            Ok(client) => {
                self.look_again().await;
                let session = client.session();
                let (blocked, trouble) = self.trouble_to_tell(session.is_some());
                (session, client.left_writing().ok().flatten(), blocked, trouble)
            }
            Err(error) => {
                self.told.store(true, Ordering::Relaxed);
                (None, None, Some(error.into()), None)
            }
        };
        let running = match self.practice.get() {
            Some(practice) => practice.is_running().await,
            None => false,
        };
        // who is blocked by it is told there where the old file lies
        let told = blocked.as_ref().is_some_and(|problem| problem.facts.contains_key("kept"));
        let kept = self.settings.kept().filter(|_| !told);
        AppStateView {
            version: app.package_info().version.to_string(),
            practice: self.practice.get().is_some(),
            practice_server_running: running,
            server_address: self.server.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            session: session.as_ref().map(SessionView::from),
            clinic: session.as_ref().and_then(|session| self.settings.clinic(session.profile.as_str())),
            writing: writing.map(|case| case.to_string()),
            blocked,
            trouble,
            settings_kept: kept.map(|kept| kept.display().to_string()),
        }
    }

    /// From an answer of the server to an open session: keys from the keychain, files opened, remembered for next time.
    ///
    /// # Errors
    /// Those of the keychain and of the local files, with the way forward; nothing is left half open.
    pub async fn open(&self, client: &Client, authenticated: Authenticated) -> Result<SessionFacts, ShellError> {
        let _turn = self.resuming.lock().await;
        let profile = authenticated.profile.clone();
        let opened = self.open_files(client, authenticated).await;
        if opened.is_ok() {
            self.set_trouble(None);
        }
        opened.map_err(|error| ShellError::Told(self.way_forward(&profile, error)))
    }

    async fn open_files(&self, client: &Client, authenticated: Authenticated) -> Result<SessionFacts, ShellError> {
        let profile = authenticated.profile.clone();
        let token = authenticated.token.clone();
        let files_exist = client.has_files(&profile).await;
        let keychain = self.keychain();
        let keys = in_background(move || {
            let keys = keys::fetch_or_create(&keychain, &profile, files_exist)?;
            keychain.write(profile.as_str(), Secret::Token, token.expose())?;
            Ok(keys)
        })
        .await?;
        let session = client.open(authenticated, keys).await?;
        // The session is open; without this the next start only asks who it is.
        at_ease(self.settings.set_last_profile(Some(session.profile.as_str())));
        Ok(session)
    }

    /// Signs out: the session ends, its token is forgotten, its notifications go. Once the session is over every step is
    /// taken, whatever became of the one before. The next start goes on only with the token and with the name of the
    /// profile, so it is enough that one of the two could be forgotten. Called again, it tries what was left.
    ///
    /// # Errors
    /// Those of the client, and then the session goes on; those of the keychain, if neither could be forgotten.
    pub async fn sign_out(&self) -> Result<(), ShellError> {
        let client = self.client().await?;
        let profile = client.session().map(|session| session.profile);
        let profile = profile.or_else(|| self.settings.last_profile().and_then(|text| ProfileId::parse(&text)));
        match client.sign_out().await {
            Ok(()) | Err(mottaget_client::ClientError::SignedOut) => {}
            Err(error) => return Err(error.into()),
        }
        self.shown.close_all();
        let name = self.settings.set_last_profile(None);
        let Some(profile) = profile else { return name };
        let keychain = self.keychain();
        let token = in_background(move || keychain.forget(profile.as_str(), Secret::Token)).await;
        forgotten(name, token)
    }

    /// The server ended the session: the token is worthless, and nothing of it should be on the screen.
    pub fn session_ended(&self) {
        self.shown.close_all();
        if let Some(profile) = self.settings.last_profile() {
            let keychain = self.keychain();
            tauri::async_runtime::spawn(async move {
                if let Err(error) = in_background(move || keychain.forget(&profile, Secret::Token)).await {
                    tracing::warn!(%error, "a worthless token stays in the keychain");
                }
            });
        }
        at_ease(self.settings.set_last_profile(None));
    }

    /// Ends everything in order: first the client, which may still be writing, then the practice server.
    pub async fn stop(&self) {
        // A click on a notification that outlives the app would lead nowhere.
        self.shown.close_all();
        let stage = self.stage.borrow().clone();
        if let Stage::Ready(client) = stage {
            client.shutdown().await;
        }
        if let Some(practice) = self.practice.get() {
            practice.stop().await;
        }
    }

    /// The server's address; none is practice mode, and what is practice mode once stays so.
    fn decide(&self) -> Result<Option<String>, ShellError> {
        self.settings.usable()?;
        if self.practice.get().is_some() {
            return Ok(None);
        }
        let practises = self.practises.load(Ordering::Relaxed);
        server_of(&self.options, self.settings.server(), self.settings.server_lost(), practises)
    }

    async fn start_client(&self) -> Result<Client, ShellError> {
        let address = match self.decide()? {
            Some(address) => address,
            None => {
                let practice =
                    self.practice.get_or_init(|| Arc::new(Practice::new(self.folder.join("practice-server"))));
                let address = practice.start(self.settings.practice_port()).await?;
                at_ease(self.settings.set_practice_port(address.port()));
                format!("http://{address}")
            }
        };
        self.server.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&address);
        let preview = PreviewConfig::find()
            .map_err(|why| mottaget_client::ClientError::Preview { name: "mottaget-preview".to_owned(), why })?;
        let mut config = ClientConfig::new(address, self.cache(), preview);
        if self.practice.get().is_some() {
            config.server_identity = PRACTICE_IDENTITY.to_owned();
        }
        config.first_picture = Some(PICTURE_PATIENCE);
        Ok(Client::start(config)?)
    }

    /// Goes on where the last start ended, if there was a session. What hinders it is told on the screen.
    async fn resume(&self, client: &Client) -> Result<(), Trouble> {
        let Some(profile) = self.settings.last_profile().and_then(|text| ProfileId::parse(&text)) else {
            // Nobody to go on with: still ask whether there is a keychain, to say so before anybody types a word.
            let keychain = self.keychain();
            let asked = in_background(move || keychain.read("probe", Secret::Token).map(drop)).await;
            return asked.map_err(Trouble::of_machine);
        };
        let outcome = self.go_on(client, &profile).await;
        outcome.map_err(|error| self.trouble_with(&profile, error))
    }

    async fn go_on(&self, client: &Client, profile: &ProfileId) -> Result<(), ShellError> {
        let (asked, keychain) = (profile.clone(), self.keychain());
        let both = move || Ok((keys::token(&keychain, &asked)?, keys::read(&keychain, &asked)?));
        let (token, keys) = in_background(both).await?;
        match (token, keys) {
            (Some(token), Some(keys)) => client.resume(profile.clone(), token, keys).await.map(drop)?,
            (_, None) if client.has_files(profile).await => return Err(ShellError::KeysGone),
            // Signing in makes what is missing.
            _ => {}
        }
        Ok(())
    }
}

/// The server's address, of those on the command line and in the settings; none is practice mode. Where one may have been
/// set and is lost, only somebody's word leads there: on the command line, or later on the screen (`practises`).
fn server_of(
    options: &Options,
    set: Option<String>,
    lost: Option<String>,
    practises: bool,
) -> Result<Option<String>, ShellError> {
    let address = options.server.clone().or(set).filter(|_| !options.practice);
    match lost {
        Some(kept) if address.is_none() && !options.practice && !practises => Err(ShellError::ServerUnknown { kept }),
        _ => Ok(address),
    }
}

/// Whether the next start has forgotten a session, of which the name and the token were to be forgotten.
fn forgotten(name: Result<(), ShellError>, token: Result<(), ShellError>) -> Result<(), ShellError> {
    match (name, token) {
        (Ok(()), Ok(())) => Ok(()),
        (Err(_), Err(error)) => Err(error),
        (Ok(()), Err(error)) | (Err(error), Ok(())) => {
            tracing::warn!(%error, "half of a session that is over could not be forgotten");
            Ok(())
        }
    }
}

/// Starts what runs behind the window; the window itself does not wait for it.
pub fn begin(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let shell = app.state::<Shell>();
        match shell.start_client().await {
            Err(error) => {
                tracing::error!(%error, "start");
                shell.stage.send_replace(Stage::Blocked(error.into()));
                tray::place(&app).await;
            }
            Ok(client) => {
                tauri::async_runtime::spawn(events::forward(app.clone(), client.clone()));
                resume_or_say_why(&app, &client).await;
            }
        }
    });
}

/// How long contact, tray and notifications wait for the window's first picture. A window that opens minimized may never
/// draw one.
const PICTURE_PATIENCE: Duration = Duration::from_secs(2);

/// How long the screen waits for a keychain that may be asking for its password.
const KEYCHAIN_PATIENCE: Duration = Duration::from_secs(3);

/// Goes on with the last session. A keychain that keeps everybody waiting is named on the screen meanwhile; when it
/// answers after all, the session opens all the same.
async fn resume_or_say_why(app: &AppHandle, client: &Client) {
    let shell = app.state::<Shell>();
    let turn = shell.resuming.lock().await;
    let mut resuming = std::pin::pin!(shell.resume(client));
    let outcome = match tokio::time::timeout(KEYCHAIN_PATIENCE, &mut resuming).await {
        Ok(outcome) => outcome,
        Err(_) => {
            shell.set_trouble(Some(Trouble::of_machine(ShellError::KeychainLocked("no answer yet".into()))));
            shell.stage.send_replace(Stage::Ready(client.clone()));
            resuming.await
        }
    };
    shell.set_trouble(outcome.err());
    shell.stage.send_replace(Stage::Ready(client.clone()));
    drop(turn);
    // The window asks for everything by itself; tray and notifications must not keep it from drawing.
    client.first_picture().await;
    tray::place(app).await;
    events::session_changed(app, client).await;
    notify::in_turn(app.clone(), client.clone()).await;
}

/// How long a person may take to unlock the keychain.
const UNLOCK_PATIENCE: Duration = Duration::from_secs(120);

/// The keychain answers in tens of milliseconds and may block: never on the threads that serve the screen.
async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ShellError> + Send + 'static,
) -> Result<T, ShellError> {
    let answer = tokio::time::timeout(UNLOCK_PATIENCE, tauri::async_runtime::spawn_blocking(work)).await;
    let answer = answer.map_err(|_| ShellError::KeychainLocked("it did not answer".into()))?;
    answer.map_err(|error| ShellError::Internal(error.to_string()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn practice_mode_is_entered_where_no_server_was_set_or_by_somebodys_word() {
        let address = |text: &str| Some(text.to_owned());
        let options = |practice, server: Option<&str>| Options {
            practice,
            server: server.map(str::to_owned),
            ..Options::default()
        };
        let (plain, kept) = (options(false, None), || address("settings.damaged-1.json"));
        assert_eq!(server_of(&plain, None, None, false).unwrap(), None, "a new machine");
        assert_eq!(server_of(&plain, address("https://a.example"), None, false).unwrap(), address("https://a.example"));
        let lost = server_of(&plain, None, kept(), false).unwrap_err();
        assert_eq!(lost.code(), "server-unknown");
        assert_eq!(Problem::from(lost).facts["kept"], "settings.damaged-1.json");
        assert_eq!(server_of(&plain, None, kept(), true).unwrap(), None, "a person practises");
        let again = server_of(&plain, address("https://a.example"), kept(), true).unwrap();
        assert_eq!(again, address("https://a.example"), "IT has set it again");
        assert_eq!(server_of(&options(true, None), address("https://a.example"), kept(), false).unwrap(), None);
        let said = server_of(&options(false, Some("https://b.example")), None, kept(), false).unwrap();
        assert_eq!(said, address("https://b.example"));
    }

    #[test]
    fn a_session_is_forgotten_once_the_next_start_has_too_little_to_go_on_with() {
        let failed = || Err(ShellError::Internal("disk".to_owned()));
        assert!(forgotten(Ok(()), Ok(())).is_ok());
        assert!(forgotten(failed(), Ok(())).is_ok());
        assert!(forgotten(Ok(()), failed()).is_ok());
        assert!(forgotten(failed(), failed()).is_err());
    }
}
