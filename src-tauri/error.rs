//! The frontier for errors: everything that can go wrong becomes a [`Problem`] with a stable code.

use crate::view::Problem;
use mottaget_client::ClientError;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use thiserror::Error;

/// What can go wrong in the shell itself.
#[derive(Debug, Error)]
pub enum ShellError {
    /// The core refused or failed.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// No keychain answers: no secret service on the bus, or the platform's store is switched off.
    #[error("no keychain: {0}")]
    KeychainMissing(String),
    /// The keychain is there but stays locked.
    #[error("the keychain is locked: {0}")]
    KeychainLocked(String),
    /// The keychain gave back something that is no key of ours.
    #[error("the keychain gave back something else than it was given")]
    KeychainChanged,
    /// The keychain has no key, and there are files that were made with one. A new key would open none of them.
    #[error("the keychain has no key for the local files")]
    KeysGone,
    /// Put into words already: why the app can't work, or why a profile does not open, with the way forward.
    #[error("{}", .0.detail)]
    Told(Problem),
    /// The settings file is there and can't be read.
    #[error("the settings file {file} can't be read: {why}")]
    SettingsUnreadable {
        /// Which.
        file: String,
        /// What the system says.
        why: String,
    },
    /// The settings were damaged, and with them perhaps the address of the clinic's server.
    #[error("the settings were damaged (see {kept}), and nobody knows which server they named")]
    ServerUnknown {
        /// Where the damaged file lies.
        kept: String,
    },
    /// The screen sent something that makes no sense.
    #[error("{0}")]
    BadRequest(String),
    /// Only in practice mode.
    #[error("only in practice mode")]
    PracticeOnly,
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// The practice server did not start.
    #[error("the practice server did not start: {0}")]
    PracticeServer(String),
    /// The desktop refused something that should have worked.
    #[error("{0}")]
    Internal(String),
}

impl ShellError {
    mottaget_domain::stable_codes!(self -> &str {
        Self::KeychainMissing(_) => "keychain-missing",
        Self::KeychainLocked(_) => "keychain-locked",
        Self::KeychainChanged => "keychain-changed",
        Self::KeysGone => "keys-gone",
        Self::SettingsUnreadable { .. } => "settings-unreadable",
        Self::ServerUnknown { .. } => "server-unknown",
        Self::BadRequest(_) => "bad-request",
        Self::PracticeOnly => "practice-only",
        Self::NotSignedIn => "session-missing",
        Self::PracticeServer(_) => "practice-server",
        Self::Internal(_) => "internal",
    } else {
        Self::Client(inner) => inner.code(),
        Self::Told(problem) => &problem.code,
    });

    /// The settings file is there and can't be read.
    pub fn unreadable(file: &Path, error: io::Error) -> Self {
        Self::SettingsUnreadable { file: file.display().to_string(), why: error.to_string() }
    }

    /// Something of the shell's own can't be kept in this folder: told as it is of the core's files.
    pub fn of_disk(folder: &Path, error: &io::Error) -> Self {
        use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        if matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge) {
            return ClientError::DiskFull.into();
        }
        tracing::warn!(%error, folder = %folder.display(), "a folder takes nothing");
        ClientError::Folder(folder.display().to_string()).into()
    }
}

/// Every stable code that can reach the screen, sorted: what the shell says itself, and all of the core.
#[must_use]
pub fn all_codes() -> BTreeSet<&'static str> {
    let mut codes = mottaget_client::all_codes();
    codes.extend(ShellError::CODES);
    codes
}

impl From<ShellError> for Problem {
    fn from(error: ShellError) -> Self {
        if let ShellError::Told(problem) = error {
            return problem;
        }
        let facts = match &error {
            ShellError::Client(inner) => {
                inner.facts().into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            }
            ShellError::SettingsUnreadable { file, .. } => BTreeMap::from([("file".to_owned(), file.clone())]),
            ShellError::ServerUnknown { kept } => BTreeMap::from([("kept".to_owned(), kept.clone())]),
            _ => BTreeMap::new(),
        };
        Self { code: error.code().to_owned(), facts, detail: error.to_string() }
    }
}

impl From<ClientError> for Problem {
    fn from(error: ClientError) -> Self {
        ShellError::Client(error).into()
    }
}
