//! The handle that shell and journeys hold: every command of the screen is a method here.

use crate::config::ClientConfig;
use crate::error::ClientError;
use crate::event::{ClientEvent, ConnectionState, Events};
use crate::notice::Notice;
use crate::secret::SessionToken;
use crate::session::{Authenticated, ProfileId, Repaired, SessionFacts};
use crate::view::*;
use crate::Keys;
use mottaget_domain::{AttachmentId, CaseId, CloseReason, HsaId, MessageKind, OpId};
use mottaget_protocol::{Me, Preferences};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::broadcast;

/// The offline core. Cheap to clone; all clones are one client.
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    _config: ClientConfig,
    events: broadcast::Sender<ClientEvent>,
}

type Answer<T> = Result<T, ClientError>;

fn later<T>() -> Answer<T> {
    Err(ClientError::Internal("being built".into()))
}

/// Life and session.
impl Client {
    /// Starts the client, with nobody signed in. Call it inside a tokio runtime.
    ///
    /// # Errors
    /// [`ClientError::ServerAddress`]; [`ClientError::Internal`] if the machine gives no network stack.
    pub fn start(config: ClientConfig) -> Answer<Self> {
        config.server_url()?;
        let (events, _) = broadcast::channel(256);
        Ok(Self { shared: Arc::new(Shared { _config: config, events }) })
    }

    /// Ends all work in the background and closes the local files. Everything unsent stays on disk.
    pub async fn shutdown(&self) {}

    /// A new listener; it hears what happens from now on.
    #[must_use]
    pub fn events(&self) -> Events {
        Events::new(self.shared.events.subscribe())
    }

    /// How the client stands with the server now.
    #[must_use]
    pub fn connection(&self) -> ConnectionState {
        ConnectionState::Offline { since: None, problem: None }
    }

    /// Tries again now instead of waiting for the next try.
    pub fn retry_connection(&self) {}

    /// The demo people to pick from.
    ///
    /// # Errors
    /// [`ClientError::PracticeOnly`]; any error of the connection.
    pub async fn practice_people(&self) -> Answer<Vec<Me>> {
        later()
    }

    /// Signs in in practice mode: first of three steps. The shell then fetches or creates the keys of
    /// [`Authenticated::profile`] in the keychain and calls [`Client::open`].
    ///
    /// # Errors
    /// [`ClientError::PracticeOnly`]; any error of the connection.
    pub async fn authenticate_practice(&self, hsa_id: &HsaId) -> Answer<Authenticated> {
        let _ = hsa_id;
        later()
    }

    /// Opens the profile's local files and begins to work in the background. Whoever was signed in is closed first
    /// (without telling the server).
    ///
    /// # Errors
    /// [`ClientError::CacheCorrupt`], [`ClientError::CacheNewer`], [`ClientError::CacheInUse`], [`ClientError::DiskFull`].
    pub async fn open(&self, authenticated: Authenticated, keys: Keys) -> Answer<SessionFacts> {
        let _ = (authenticated, keys);
        later()
    }

    /// Goes on with a session from an earlier start; needs no network.
    ///
    /// # Errors
    /// As [`Client::open`]; [`ClientError::SignedOut`] if this profile was never open on this machine.
    pub async fn resume(&self, profile: ProfileId, token: SessionToken, keys: Keys) -> Answer<SessionFacts> {
        let _ = (profile, token, keys);
        later()
    }

    /// After [`ClientError::CacheCorrupt`]: moves each damaged file of the profile aside (it is never deleted) and carries
    /// over what can still be read of drafts and outbox. Then call [`Client::open`] or [`Client::resume`] again.
    ///
    /// # Errors
    /// As [`Client::open`].
    pub async fn repair(&self, profile: &ProfileId, keys: &Keys) -> Answer<Repaired> {
        let _ = (profile, keys);
        later()
    }

    /// Signs out: tells the server if there is contact and closes the local files. Drafts and outbox stay on disk for
    /// the next sign-in. The shell forgets the token.
    ///
    /// # Errors
    /// None that matter to the person; the session is closed in any case.
    pub async fn sign_out(&self) -> Answer<()> {
        later()
    }

    /// Who is signed in.
    #[must_use]
    pub fn session(&self) -> Option<SessionFacts> {
        None
    }

    /// What the person chose, as it stands here (a change may still be on its way).
    ///
    /// # Errors
    /// [`ClientError::SignedOut`].
    pub async fn preferences(&self) -> Answer<Preferences> {
        later()
    }

    /// Changes what the person chose: at once here, at the server as soon as there is contact.
    ///
    /// # Errors
    /// [`ClientError::SignedOut`]; errors of the local files.
    pub async fn save_preferences(&self, preferences: Preferences) -> Answer<()> {
        let _ = preferences;
        later()
    }
}

/// Reading. Nothing here waits for the network.
impl Client {
    /// The start page.
    ///
    /// # Errors
    /// [`ClientError::SignedOut`]; errors of the local files.
    pub async fn start_view(&self) -> Answer<StartView> {
        later()
    }

    /// What waits for the person; at one clinic or at all.
    ///
    /// # Errors
    /// As [`Client::start_view`].
    pub async fn counts(&self, clinic: Option<HsaId>) -> Answer<Counts> {
        let _ = clinic;
        later()
    }

    /// A list.
    ///
    /// # Errors
    /// As [`Client::start_view`].
    pub async fn list(&self, query: ListQuery) -> Answer<ListPage> {
        let _ = query;
        later()
    }

    /// Opens a case: the look is written into the read log before this returns, the case counts as read, and if it is
    /// assigned to me and not begun, the work begins (T7).
    ///
    /// # Errors
    /// [`mottaget_domain::Refusal::NotFound`]; as [`Client::start_view`].
    pub async fn open_case(&self, case: CaseId) -> Answer<CaseView> {
        let _ = case;
        later()
    }

    /// Reads a case again while it stays open on the screen, without a new line in the read log.
    ///
    /// # Errors
    /// As [`Client::open_case`].
    pub async fn read_case_again(&self, case: CaseId) -> Answer<CaseView> {
        let _ = case;
        later()
    }

    /// Whom the case can be given to, with how much they have: people by name, groups, and (where the rules allow it)
    /// back to the receivers.
    ///
    /// # Errors
    /// As [`Client::open_case`].
    pub async fn targets(&self, case: CaseId) -> Answer<Vec<TargetView>> {
        let _ = case;
        later()
    }

    /// My acts that have not come home, oldest first.
    ///
    /// # Errors
    /// As [`Client::start_view`].
    pub async fn outbox(&self) -> Answer<Vec<OutboxRow>> {
        later()
    }
}

/// Acting. Each act is checked against the rules, put into the outbox and reported; the network is never waited for.
impl Client {
    /// T3, T4, T6: gives the case to a person, a group, or back to the receivers; with the draft (a partial reply) if so
    /// wanted.
    ///
    /// # Errors
    /// A [`ClientError::Refused`]; [`ClientError::NoDraft`]; what [`Client::send_draft`] says about the draft.
    pub async fn distribute(&self, case: CaseId, target: Target, with_draft: bool, reason: Option<String>) -> Answer<OpId> {
        let _ = (case, target, with_draft, reason);
        later()
    }

    /// T5: takes a case of one of my groups.
    ///
    /// # Errors
    /// A [`ClientError::Refused`].
    pub async fn take(&self, case: CaseId) -> Answer<OpId> {
        let _ = case;
        later()
    }

    /// Keeps what is being written.
    ///
    /// # Errors
    /// As [`Client::open_case`].
    pub async fn save_draft(&self, case: CaseId, kind: MessageKind, text: String) -> Answer<DraftView> {
        let _ = (case, kind, text);
        later()
    }

    /// Throws the draft away, with its files.
    ///
    /// # Errors
    /// As [`Client::start_view`].
    pub async fn discard_draft(&self, case: CaseId) -> Answer<()> {
        let _ = case;
        later()
    }

    /// Attaches one file whose bytes are here.
    ///
    /// # Errors
    /// As [`Client::open_case`]; a refused file is no error but stands in the answer.
    pub async fn attach(&self, case: CaseId, file_name: String, bytes: Vec<u8>) -> Answer<Attached> {
        let _ = (case, file_name, bytes);
        later()
    }

    /// Attaches files from disk. Each is read once, and no further than a byte past the limit.
    ///
    /// # Errors
    /// As [`Client::attach`].
    pub async fn attach_paths(&self, case: CaseId, paths: Vec<PathBuf>) -> Answer<Attached> {
        let _ = (case, paths);
        later()
    }

    /// Takes a file out of the draft.
    ///
    /// # Errors
    /// [`ClientError::NoDraft`].
    pub async fn remove_attachment(&self, case: CaseId, file: AttachmentId) -> Answer<DraftView> {
        let _ = (case, file);
        later()
    }

    /// Freezes recipient, text, signature and the files' hashes of the draft and puts it into the outbox.
    ///
    /// # Errors
    /// [`ClientError::NoDraft`], [`ClientError::FilesNotReviewed`], a [`ClientError::Refused`] (for example
    /// `text-empty`). The draft stays as it is then.
    pub async fn send_draft(&self, case: CaseId) -> Answer<OpId> {
        let _ = case;
        later()
    }

    /// T11.
    ///
    /// # Errors
    /// A [`ClientError::Refused`].
    pub async fn withdraw_question(&self, case: CaseId) -> Answer<OpId> {
        let _ = case;
        later()
    }

    /// T14.
    ///
    /// # Errors
    /// A [`ClientError::Refused`], for example `reason-missing`.
    pub async fn close_case(&self, case: CaseId, reason: CloseReason, note: Option<String>) -> Answer<OpId> {
        let _ = (case, reason, note);
        later()
    }

    /// T15.
    ///
    /// # Errors
    /// A [`ClientError::Refused`].
    pub async fn reopen_case(&self, case: CaseId) -> Answer<OpId> {
        let _ = case;
        later()
    }

    /// T17.
    ///
    /// # Errors
    /// A [`ClientError::Refused`].
    pub async fn add_note(&self, case: CaseId, text: String) -> Answer<OpId> {
        let _ = (case, text);
        later()
    }

    /// Tries a waiting or stopped act again now.
    ///
    /// # Errors
    /// [`mottaget_domain::Refusal::NotFound`] if it is not in the outbox.
    pub async fn outbox_retry(&self, op: OpId) -> Answer<()> {
        let _ = op;
        later()
    }

    /// Gives up an act that was stopped, or that was never tried; a message's text and files go back to the draft.
    ///
    /// # Errors
    /// [`mottaget_domain::Refusal::NotFound`]; [`mottaget_domain::Refusal::AlreadyReleased`] if it may already be at the
    /// server.
    pub async fn outbox_to_draft(&self, op: OpId) -> Answer<()> {
        let _ = op;
        later()
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
        let _ = source;
        later()
    }

    /// Page (or frame) `n`, counted from 0, as a PNG that is `width_px` wide.
    ///
    /// # Errors
    /// [`ClientError::PreviewClosed`], a [`ClientError::Preview`].
    pub async fn preview_page(&self, token: &str, n: u32, width_px: u32) -> Answer<Vec<u8>> {
        let _ = (token, n, width_px);
        later()
    }

    /// Closes it; its worker ends.
    pub async fn preview_close(&self, token: &str) {
        let _ = token;
    }

    /// The person has seen it: marks the draft's file, these very bytes, as reviewed (Granskad).
    ///
    /// # Errors
    /// [`ClientError::PreviewClosed`]; as [`Client::start_view`].
    pub async fn preview_seen(&self, token: &str) -> Answer<()> {
        let _ = token;
        later()
    }
}

/// Notices.
impl Client {
    /// Notices that wait to be shown. Each is given out once; a storm comes as one summary.
    ///
    /// # Errors
    /// As [`Client::start_view`].
    pub async fn take_notices(&self) -> Answer<Vec<Notice>> {
        later()
    }

    /// The notification was shown (or could not be): it will not be given out again, over restarts too.
    ///
    /// # Errors
    /// As [`Client::start_view`].
    pub async fn notice_shown(&self, id: &str) -> Answer<()> {
        let _ = id;
        later()
    }

    /// Notices that were shown and have lost their reason (a colleague took the case, it was read or closed): withdraw
    /// their notifications. Each is given out once.
    ///
    /// # Errors
    /// As [`Client::start_view`].
    pub async fn notices_to_close(&self) -> Answer<Vec<String>> {
        later()
    }
}
