//! The handle that shell and journeys hold: life and session. What the session can do is in the rooms beside this one:
//! reading, acting, drafting, previewing, noticing.

use crate::attending::left_writing;
use crate::config::ClientConfig;
use crate::error::ClientError;
use crate::event::{ConnectionState, Events};
use crate::files::Files;
use crate::live::{Core, Left, Live, keep_preferences, last_here, pending_preferences};
use crate::plan::Wanted;
use crate::secret::SessionToken;
use crate::session::{Authenticated, ProfileId, SessionFacts};
use mottaget_domain::HsaId;
use mottaget_domain::listing::{SavedView, check_views};
use mottaget_domain::signature::check_signature;
use mottaget_protocol::{Me, Preferences};
use mottaget_store::{Keys, Store};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// Telling the server about a sign-out may take this long; signing out does not depend on it.
const GOODBYE: Duration = Duration::from_secs(3);

/// The offline core. Cheap to clone; all clones are one client.
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    core: Arc<Core>,
    live: RwLock<Option<Arc<Live>>>,
    /// One change of session at a time.
    turn: tokio::sync::Mutex<()>,
}

pub(crate) type Answer<T> = Result<T, ClientError>;

/// Life.
impl Client {
    /// Starts the client, with nobody signed in. Call it inside a tokio runtime.
    ///
    /// # Errors
    /// [`ClientError::ServerAddress`]; [`ClientError::Internal`] if the machine gives no network stack.
    pub fn start(config: ClientConfig) -> Answer<Self> {
        let core = Arc::new(Core::new(config)?);
        let shared = Shared { core, live: RwLock::new(None), turn: tokio::sync::Mutex::new(()) };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Ends all work in the background and closes the local files. Everything unsent stays on disk.
    pub async fn shutdown(&self) {
        let _turn = self.shared.turn.lock().await;
        self.close().await;
    }

    /// A new listener; it hears what happens from now on.
    #[must_use]
    pub fn events(&self) -> Events {
        Events::new(self.core().events.subscribe())
    }

    /// How the client stands with the server now.
    #[must_use]
    pub fn connection(&self) -> ConnectionState {
        self.core().connection()
    }

    /// Tries again now instead of waiting for the next try.
    pub fn retry_connection(&self) {
        if let Ok(live) = self.live() {
            live.want(Wanted { all: true, ..Wanted::default() });
            live.wake_stream.notify_one();
        }
    }

    /// The window has drawn its first picture: what waited for it begins ([`ClientConfig::first_picture`]).
    pub fn picture_stands(&self) {
        self.core().picture_stands();
    }

    /// Returns when the first picture stands, or has let itself be waited for long enough.
    pub async fn first_picture(&self) {
        self.core().first_picture().await;
    }

    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.shared.core
    }

    /// The open session.
    pub(crate) fn live(&self) -> Answer<Arc<Live>> {
        let slot = self.shared.live.read().unwrap_or_else(PoisonError::into_inner);
        slot.as_ref().map(Arc::clone).ok_or(ClientError::SignedOut)
    }

    fn put(&self, live: Option<Arc<Live>>) -> Option<Arc<Live>> {
        let mut slot = self.shared.live.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *slot, live)
    }

    async fn close(&self) {
        if let Some(live) = self.put(None) {
            live.close().await;
        }
        self.core().set_connection(ConnectionState::Offline { since: None, problem: None });
    }

    fn folder(&self, profile: &ProfileId) -> PathBuf {
        self.core().config.data_dir.join(profile.as_str())
    }
}

/// Session.
impl Client {
    /// The demo people to pick from.
    ///
    /// # Errors
    /// [`ClientError::PracticeOnly`]; any error of the connection.
    pub async fn practice_people(&self) -> Answer<Vec<Me>> {
        self.core().wire.practice_people().await
    }

    /// Signs in in practice mode: first of three steps. The shell then fetches or creates the keys of
    /// [`Authenticated::profile`] in the keychain and calls [`Client::open`].
    ///
    /// # Errors
    /// [`ClientError::PracticeOnly`]; any error of the connection.
    pub async fn authenticate_practice(&self, hsa_id: &HsaId) -> Answer<Authenticated> {
        let signed_in = self.core().wire.practice_sign_in(hsa_id).await?;
        let profile = ProfileId::of(&self.core().config.server_identity, &signed_in.me.staff.hsa_id);
        Ok(Authenticated { profile, token: SessionToken::new(signed_in.token), me: signed_in.me })
    }

    /// Opens the profile's local files and begins to work in the background. Whoever was signed in is closed first
    /// (without telling the server).
    ///
    /// # Errors
    /// [`ClientError::CacheCorrupt`] (the damaged file is set aside: call it again), [`ClientError::CacheLocked`],
    /// [`ClientError::CacheNewer`], [`ClientError::CacheInUse`], [`ClientError::DiskFull`]. Nobody is signed in then.
    pub async fn open(&self, authenticated: Authenticated, keys: Keys) -> Answer<SessionFacts> {
        let _turn = self.shared.turn.lock().await;
        self.close().await;
        // who has just signed in has a picture before them
        self.picture_stands();
        let Authenticated { profile, token, me } = authenticated;
        let files = Files::open(self.folder(&profile), keys).await?;
        self.begin(profile, token, files, me).await
    }

    /// Are there encrypted files of this profile on this machine? Without their keys they can only be set aside.
    pub async fn has_files(&self, profile: &ProfileId) -> bool {
        let folder = self.folder(profile);
        let looked = tokio::task::spawn_blocking(move || Store::has_files(&folder));
        // not knowing is no leave to make new keys
        looked.await.unwrap_or(true)
    }

    /// Moves all local files of a profile aside, to a folder of its own beside theirs, and says where they are now
    /// (`None`: there were none). Nothing is deleted; what was not sent from this machine stays in there and opens with
    /// its old keys only. The next [`Client::open`] starts empty and fetches everything the server has.
    ///
    /// # Errors
    /// [`ClientError::CacheInUse`] while somebody is signed in with the profile; [`ClientError::DiskFull`],
    /// [`ClientError::Folder`]. The files are then where they were.
    pub async fn set_aside(&self, profile: &ProfileId) -> Answer<Option<PathBuf>> {
        let _turn = self.shared.turn.lock().await;
        let folder = self.folder(profile);
        let moved = tokio::task::spawn_blocking(move || Store::set_folder_aside(&folder));
        let moved = moved.await.map_err(|_| ClientError::Internal("setting the files aside broke down".into()))??;
        if let Some(folder) = &moved {
            tracing::warn!(folder = %folder.display(), "a profile's files were set aside");
        }
        Ok(moved)
    }

    /// Goes on with a session from an earlier start; needs no network.
    ///
    /// # Errors
    /// As [`Client::open`]; an error of the connection if this machine does not know (any more) who the person is.
    pub async fn resume(&self, profile: ProfileId, token: SessionToken, keys: Keys) -> Answer<SessionFacts> {
        let _turn = self.shared.turn.lock().await;
        self.close().await;
        let files = Files::open(self.folder(&profile), keys).await?;
        let me = match files.with(|store| Ok(store.me()?)).await {
            Ok(Some(me)) => Ok(me),
            Ok(None) => self.core().wire.me(&token).await,
            Err(error) => Err(error),
        };
        let me = match me {
            // the keychain's entries belong together; a token of somebody else must not fill this profile
            Ok(me) if ProfileId::of(&self.core().config.server_identity, &me.staff.hsa_id) != profile => {
                Err(ClientError::SignedOut)
            }
            other => other,
        };
        match me {
            Ok(me) => self.begin(profile, token, files, me).await,
            Err(error) => {
                files.close().await;
                Err(error)
            }
        }
    }

    async fn begin(&self, profile: ProfileId, token: SessionToken, files: Files, mut me: Me) -> Answer<SessionFacts> {
        let now = self.core().now();
        let known = files.with(move |store| {
            if let Some(preferences) = pending_preferences(store)? {
                me.preferences = preferences;
            }
            store.save_me(&me)?;
            let writing = left_writing(store, &me, now)?;
            Ok((me, Left { was_here: last_here(store), writing }))
        });
        let (me, left) = match known.await {
            Ok(known) => known,
            Err(error) => {
                files.close().await;
                return Err(error);
            }
        };
        let live = Live::new(Arc::clone(self.core()), profile, token, files, me, left);
        live.begin();
        let facts = SessionFacts { profile: live.profile.clone(), me: live.me().as_ref().clone() };
        self.put(Some(live));
        Ok(facts)
    }

    /// Signs out: tells the server if there is contact and closes the local files. Drafts and outbox stay on disk for
    /// the next sign-in. The shell forgets the token.
    ///
    /// # Errors
    /// [`ClientError::SignedOut`] if nobody was signed in.
    pub async fn sign_out(&self) -> Answer<()> {
        let _turn = self.shared.turn.lock().await;
        let live = self.live()?;
        // who signs out is done with what was before them
        if let Err(error) = live.note_writing(None).await {
            tracing::warn!(code = error.code(), "the next sign-in goes on in a composer that was left");
        }
        // the looks while the token is good; then, whether the server hears of it or not, the token is forgotten here
        live.say_the_rest().await;
        let _ = tokio::time::timeout(GOODBYE, self.core().wire.sign_out(&live.token)).await;
        drop(live);
        self.close().await;
        Ok(())
    }

    /// Who is signed in.
    #[must_use]
    pub fn session(&self) -> Option<SessionFacts> {
        let live = self.live().ok()?;
        Some(SessionFacts { profile: live.profile.clone(), me: live.me().as_ref().clone() })
    }

    /// What the person chose, as it stands here (a change may still be on its way).
    ///
    /// # Errors
    /// [`ClientError::SignedOut`].
    pub async fn preferences(&self) -> Answer<Preferences> {
        Ok(self.live()?.me().preferences.clone())
    }

    /// Changes what the person chose, all but the saved views: at once here, at the server as soon as there is contact.
    ///
    /// # Errors
    /// [`ClientError::SignedOut`]; `text-too-long` for a signature of more than 1,000 characters; errors of the local
    /// files.
    pub async fn save_preferences(&self, preferences: Preferences) -> Answer<()> {
        let views = self.preferences().await?.views;
        self.keep(Preferences { views, ..preferences }).await
    }

    /// Changes the person's saved views, in the same way.
    ///
    /// # Errors
    /// [`ClientError::SignedOut`]; what [`mottaget_domain::listing::check_views`] says; errors of the local files.
    pub async fn save_views(&self, views: Vec<SavedView>) -> Answer<()> {
        let preferences = self.preferences().await?;
        self.keep(Preferences { views, ..preferences }).await
    }

    async fn keep(&self, preferences: Preferences) -> Answer<()> {
        let live = self.live()?;
        check_signature(&preferences.signature)?;
        check_views(&preferences.views)?;
        let mut me = live.me().as_ref().clone();
        me.preferences = preferences;
        let saved = me.clone();
        live.files
            .with(move |store| {
                keep_preferences(store, Some(&saved.preferences))?;
                Ok(store.save_me(&saved)?)
            })
            .await?;
        if live.set_me(me) {
            live.core.tell(crate::ClientEvent::Me);
        }
        live.wake_house.notify_one();
        Ok(())
    }
}
