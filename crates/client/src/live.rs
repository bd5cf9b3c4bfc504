//! A session while it is open: its parts, its background work, and the few things that it only remembers.

use crate::config::ClientConfig;
use crate::error::{ClientError, Trouble};
use crate::event::{ClientEvent, ConnectionState};
use crate::files::Files;
use crate::guarding::Words;
use crate::looking::Sight;
use crate::plan::Wanted;
use crate::previewing::Previews;
use crate::secret::SessionToken;
use crate::session::ProfileId;
use crate::trouble::{Troubles, Work};
use crate::wire::Wire;
use crate::work;
use jiff::Timestamp;
use mottaget_domain::signature::SignAs;
use mottaget_domain::{CaseId, HsaId, MachineId, MessageKind, OpId};
use mottaget_preview::Darkroom;
use mottaget_protocol::{Attendance, Company, Me, Preferences};
use mottaget_store::Store;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, broadcast, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Acts that are handed over at the same time, each of another case.
const LANES: usize = 4;
/// Ending may take this long for the sake of the read log and the preferences.
const LAST_WORDS: Duration = Duration::from_secs(3);
/// Setting: preferences that the server has not heard of yet.
const PENDING_PREFERENCES: &str = "preferences.pending";
/// Setting: when the person was last here.
const LAST_HERE: &str = "last.here";

/// What outlives sessions.
#[derive(Debug)]
pub(crate) struct Core {
    pub config: ClientConfig,
    pub wire: Wire,
    pub darkroom: Darkroom,
    pub events: broadcast::Sender<ClientEvent>,
    connection: Mutex<ConnectionState>,
    sight: Mutex<Sight>,
    /// The window has drawn what it begins with, or there is nothing to wait for.
    picture: watch::Sender<bool>,
}

impl Core {
    pub fn new(config: ClientConfig) -> Result<Self, ClientError> {
        let wire = Wire::new(&config)?;
        let darkroom = Darkroom::new(config.preview.clone());
        let (events, _) = broadcast::channel(256);
        let connection = Mutex::new(ConnectionState::Offline { since: None, problem: None });
        let picture = watch::Sender::new(config.first_picture.is_none());
        Ok(Self { config, wire, darkroom, events, connection, sight: Mutex::default(), picture })
    }

    pub fn now(&self) -> Timestamp {
        self.config.clock.now()
    }

    /// How the window stands to the person.
    pub fn sight(&self) -> Sight {
        *lock(&self.sight)
    }

    /// It stands otherwise now.
    pub fn set_sight(&self, sight: Sight) {
        *lock(&self.sight) = sight;
    }

    /// The first picture stands: what waited for it may begin.
    pub fn picture_stands(&self) {
        self.picture.send_replace(true);
    }

    /// Returns when the first picture stands, or has let itself be waited for long enough.
    pub async fn first_picture(&self) {
        let mut picture = self.picture.subscribe();
        let patience = self.config.first_picture.unwrap_or_default();
        if tokio::time::timeout(patience, picture.wait_for(|stands| *stands)).await.is_err() {
            tracing::debug!("the first picture was not waited for any longer");
        }
    }

    /// Nobody listening is fine.
    pub fn tell(&self, event: ClientEvent) {
        let _ = self.events.send(event);
    }

    pub fn connection(&self) -> ConnectionState {
        lock(&self.connection).clone()
    }

    /// Notes the state and tells it if it is another than before.
    pub fn set_connection(&self, state: ConnectionState) {
        self.set_connection_if(|| true, state);
    }

    /// The same, if a condition holds at the very moment.
    fn set_connection_if(&self, holds: impl FnOnce() -> bool, state: ConnectionState) {
        let mut now = lock(&self.connection);
        if !holds() {
            return;
        }
        if *now != state {
            now.clone_from(&state);
            drop(now);
            self.tell(ClientEvent::Connection(state));
        }
    }
}

/// A thread as it was last shown.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    /// Its version.
    pub version: u32,
    /// The clinic of its case.
    pub clinic: HsaId,
}

/// What the open session remembers only as long as it is open.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// Each thread as it was last shown: what a reply is written against, also when the case has left meanwhile.
    pub shown: HashMap<CaseId, Shown>,
    /// What a text was begun against whose field is empty for the moment: writing it anew reads no news.
    pub begun: HashMap<CaseId, u32>,
    /// The kind chosen in a composer in which nothing is written yet.
    pub kinds: HashMap<CaseId, MessageKind>,
    /// In whose name a message is to be signed in which nothing is written yet.
    pub signs: HashMap<CaseId, SignAs>,
    /// What the person has confirmed to the guard: the fingerprint of exactly that message to that resident.
    pub confirmed: HashMap<CaseId, String>,
    /// The words of files that the guard has read, by the files' hashes.
    pub words: Words,
    /// Cases whose row has been shown in a list: logged once per session.
    pub listed: HashSet<CaseId>,
    /// The newest of what others have written in a case that the read log has a line for.
    pub logged: HashMap<CaseId, u64>,
    /// Cases opened in a hidden window: opened for good when it is back.
    pub unopened: HashSet<CaseId>,
    /// How the window stood, at its lowest, when something was read that nobody has looked at since.
    pub unattended: Option<Sight>,
    /// Notices of a page that is still being written: may be handed out already.
    pub early: Vec<mottaget_store::Notice>,
    /// Notices handed out to be shown.
    pub given: HashSet<i64>,
    /// Summaries handed out, and what they stand for.
    pub summaries: HashMap<String, Vec<i64>>,
    /// Notifications to be withdrawn.
    pub to_close: Vec<String>,
    /// The first catching up is over, one way or the other: notices may be shown.
    pub caught_up: bool,
    /// The passing of time or another policy may have made reminders due: the end of the next round decides on them.
    pub reminders_due: bool,
    /// Up to when reminders are decided on.
    pub reminded: Option<Timestamp>,
    /// Takings over that have begun, by the act that each is: tried again it is the same.
    pub taking: HashMap<(CaseId, HsaId, MachineId), OpId>,
    /// Files that the server has said it has.
    pub uploaded: HashSet<String>,
    /// When each clinic's directory was last fetched.
    pub directories: HashMap<HsaId, Timestamp>,
    /// The case that is before the person, and what they do with it.
    pub attending: Option<Attendance>,
    /// The case whose composer is open, as it is noted on disk.
    pub writing: Option<CaseId>,
    /// Colleagues at cases, as the server last told it.
    pub company: BTreeMap<CaseId, Company>,
    /// When it was last written down that the person is here.
    pub noted_here: Option<Timestamp>,
    /// When the person was here before this session.
    pub was_here: Option<Timestamp>,
}

impl Memory {
    /// The draft was sent or thrown away: the next is begun anew.
    pub fn forget_draft(&mut self, case: CaseId) {
        self.kinds.remove(&case);
        self.begun.remove(&case);
        self.signs.remove(&case);
        // a message that comes back is searched and asked about anew
        self.confirmed.remove(&case);
    }

    /// The mirror has been replaced: its notices are numbered from the beginning again, so nothing that is remembered of
    /// the old numbers may be held against the new.
    pub fn forget_notices(&mut self) {
        self.early.clear();
        self.given.clear();
        self.summaries.clear();
        self.to_close.clear();
    }
}

/// What the last session of this person left behind.
#[derive(Debug)]
pub(crate) struct Left {
    /// When they were last here.
    pub was_here: Option<Timestamp>,
    /// The case whose composer was open.
    pub writing: Option<CaseId>,
}

/// An open session.
#[derive(Debug)]
pub(crate) struct Live {
    pub core: Arc<Core>,
    pub profile: ProfileId,
    pub token: SessionToken,
    pub files: Files,
    pub previews: Previews,
    pub wake_push: Notify,
    pub wake_house: Notify,
    pub wake_copies: Notify,
    pub wake_stream: Notify,
    pub wake_presence: Notify,
    pub lanes: Arc<Semaphore>,
    pub stop: CancellationToken,
    pub tasks: TaskTracker,
    /// What was to be said before the end has been said.
    said: AtomicBool,
    /// Held while a page is being written: what was told of it early is in the file only afterwards.
    pub writing: tokio::sync::Mutex<()>,
    /// Held while a clinic's directory is being fetched and kept.
    pub directory: tokio::sync::Mutex<()>,
    wake_sync: Notify,
    wanted: Mutex<Wanted>,
    me: RwLock<Arc<Me>>,
    memory: Mutex<Memory>,
    troubles: Mutex<Troubles>,
}

impl Live {
    pub fn new(
        core: Arc<Core>,
        profile: ProfileId,
        token: SessionToken,
        files: Files,
        me: Me,
        left: Left,
    ) -> Arc<Self> {
        let Left { was_here, writing } = left;
        Arc::new(Self {
            core,
            profile,
            token,
            files,
            previews: Previews::default(),
            wake_push: Notify::new(),
            wake_house: Notify::new(),
            wake_copies: Notify::new(),
            wake_stream: Notify::new(),
            wake_presence: Notify::new(),
            lanes: Arc::new(Semaphore::new(LANES)),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            said: AtomicBool::new(false),
            writing: tokio::sync::Mutex::default(),
            directory: tokio::sync::Mutex::default(),
            wake_sync: Notify::new(),
            wanted: Mutex::new(Wanted { all: true, me: true, ..Wanted::default() }),
            me: RwLock::new(Arc::new(me)),
            troubles: Mutex::default(),
            memory: Mutex::new(Memory { was_here, writing, reminders_due: true, ..Memory::default() }),
        })
    }

    /// Starts the background work, as soon as the first picture stands.
    pub fn begin(self: &Arc<Self>) {
        let darkroom = self.core.darkroom.clone();
        self.run_after_picture(async move { darkroom.warm_up() });
        self.run_after_picture(work::sync::run(Arc::clone(self)));
        self.run_after_picture(work::stream::run(Arc::clone(self)));
        self.run_after_picture(work::push::run(Arc::clone(self)));
        self.run_after_picture(work::house::run(Arc::clone(self)));
        self.run_after_picture(work::copies::run(Arc::clone(self)));
        self.run_after_picture(work::hours::run(Arc::clone(self)));
        self.run_after_picture(work::presence::run(Arc::clone(self)));
        self.run(work::sync::refill(Arc::clone(self)));
    }

    fn run_after_picture(&self, task: impl Future<Output = ()> + Send + 'static) {
        let core = Arc::clone(&self.core);
        self.run(async move {
            core.first_picture().await;
            task.await;
        });
    }

    /// Runs something in the background until the session stops.
    pub fn run(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = task => {}
            }
        });
    }

    /// Brings up what the server should know before this ends, if that is quickly done. Once: who has signed out says nothing
    /// more.
    pub async fn say_the_rest(self: &Arc<Self>) {
        if self.in_contact() && !self.said.swap(true, Ordering::AcqRel) {
            let words = async {
                tokio::join!(work::house::last_words(self), work::copies::last_words(self), work::presence::leave(self))
            };
            let _ = tokio::time::timeout(LAST_WORDS, words).await;
        }
    }

    /// Stops the background work and closes the files.
    pub async fn close(self: &Arc<Self>) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.say_the_rest().await;
        self.previews.clear();
        self.note_presence().await;
        self.files.close().await;
    }

    /// How this session stands with the server; once it is over, nothing that was still under way says otherwise.
    pub fn set_connection(&self, state: ConnectionState) {
        self.core.set_connection_if(|| !self.stop.is_cancelled(), state);
    }

    /// Contact is lost (or was not made): since the first failure, with the newest reason.
    pub fn set_offline(&self, error: &ClientError) {
        let since = match self.core.connection() {
            ConnectionState::Offline { since: Some(since), .. } => since,
            _ => self.core.now(),
        };
        self.set_connection(ConnectionState::Offline { since: Some(since), problem: Some(Trouble::from(error)) });
    }

    /// The server says that the session is over. The files stay open for reading until somebody signs in.
    pub fn session_over(&self) {
        if !self.stop.is_cancelled() {
            self.stop.cancel();
            self.core.set_connection(ConnectionState::SignedOutByServer);
            self.core.tell(ClientEvent::SessionEnded);
        }
    }

    /// Remembers that the person is here now, at most every minute (and at the end).
    pub async fn note_presence(&self) {
        let now = self.core.now();
        let noted = self.memory().noted_here.replace(now);
        let lately = noted.is_some_and(|at| now.duration_since(at).as_secs() < 60);
        if lately && !self.stop.is_cancelled() {
            self.memory().noted_here = noted;
            return;
        }
        let now = now.to_string();
        let noted = self.files.with(move |store| Ok(store.set_setting(LAST_HERE, &now)?)).await;
        self.ended(Work::Presence, &noted);
        if let Err(error) = noted {
            tracing::debug!(code = error.code(), "noting presence");
        }
    }

    pub fn me(&self) -> Arc<Me> {
        Arc::clone(&self.me.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes a newer account of who the person is; true if it says something else.
    pub fn set_me(&self, me: Me) -> bool {
        let mut slot = self.me.write().unwrap_or_else(PoisonError::into_inner);
        let changed = **slot != me;
        *slot = Arc::new(me);
        changed
    }

    pub fn troubles(&self) -> MutexGuard<'_, Troubles> {
        lock(&self.troubles)
    }

    pub fn memory(&self) -> MutexGuard<'_, Memory> {
        lock(&self.memory)
    }

    /// Asks for a round of syncing.
    pub fn want(&self, wanted: Wanted) {
        lock(&self.wanted).merge(wanted);
        self.wake_sync.notify_one();
    }

    /// Puts a wish back without waking anybody: the round failed and will be tried again.
    pub fn want_later(&self, wanted: Wanted) {
        lock(&self.wanted).merge(wanted);
    }

    pub fn take_wanted(&self) -> Wanted {
        std::mem::take(&mut lock(&self.wanted))
    }

    pub async fn sync_wanted(&self) {
        self.wake_sync.notified().await;
    }

    /// Is there contact, so that trying makes sense?
    pub fn in_contact(&self) -> bool {
        matches!(self.core.connection(), ConnectionState::Connected | ConnectionState::Syncing { .. })
    }

    /// The outbox changed, and with it how this case looks.
    pub fn tell_outbox(&self, case: CaseId) {
        self.core.tell(ClientEvent::Outbox);
        self.core.tell(ClientEvent::Moved { cases: vec![case] });
        self.wake_copies.notify_one();
    }

    /// What is being written in this case has changed.
    pub fn tell_draft(&self, case: CaseId) {
        self.core.tell(ClientEvent::Moved { cases: vec![case] });
        self.wake_copies.notify_one();
    }
}

/// When the person was last here.
pub(crate) fn last_here(store: &Store) -> Option<Timestamp> {
    store.setting(LAST_HERE).ok().flatten().and_then(|text| text.parse().ok())
}

/// Preferences that wait for the server, if any.
pub(crate) fn pending_preferences(store: &Store) -> Result<Option<Preferences>, ClientError> {
    let text = store.setting(PENDING_PREFERENCES)?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Keeps preferences for the server, or (empty) notes that it has them.
pub(crate) fn keep_preferences(store: &Store, preferences: Option<&Preferences>) -> Result<(), ClientError> {
    let text = match preferences {
        Some(preferences) => serde_json::to_string(preferences).map_err(|e| ClientError::Internal(e.to_string()))?,
        None => String::new(),
    };
    Ok(store.set_setting(PENDING_PREFERENCES, &text)?)
}

/// What is guarded stays sound even if somebody panicked: nothing that can fail happens under these locks.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
