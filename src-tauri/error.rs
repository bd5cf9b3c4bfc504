//! The frontier for errors: everything that can go wrong becomes a [`Problem`] with a stable code.

use crate::view::Problem;
use mottaget_client::ClientError;
use std::collections::{BTreeMap, BTreeSet};
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
        Self::BadRequest(_) => "bad-request",
        Self::PracticeOnly => "practice-only",
        Self::NotSignedIn => "session-missing",
        Self::PracticeServer(_) => "practice-server",
        Self::Internal(_) => "internal",
    } else {
        Self::Client(inner) => inner.code(),
        Self::Told(problem) => &problem.code,
    });
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
