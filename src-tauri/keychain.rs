//! Secrets in the operating system's keychain: the database keys and the session token, one pair per profile and data
//! folder.
//!
//! A key that was written is read back before it is used: a keychain that forgets would otherwise lock people out of
//! their own drafts at the next start.
//!
//! A keychain may come after the app, and may be started anew while it runs (an update of the desktop, a crash): whoever
//! tries again is asked about on a new line to it.

use crate::error::ShellError;
use keyring_core::{Entry, Error, Result as KeyringResult};
use mottaget_client::folder_mark;
use std::path::Path;
use zeroize::Zeroizing;

/// The name under which the entries stand in the keychain.
const SERVICE: &str = "se.mottaget.desktop";

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secret {
    /// The database keys of a profile.
    Keys,
    /// The session token of a profile.
    Token,
}

/// The secrets of one data folder's profiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keychain {
    /// What tells another folder than the usual one apart: a profile of the same name may be in each.
    mark: Option<String>,
}

impl Keychain {
    /// Those of this folder, which may be the `usual` one of the platform.
    #[must_use]
    pub fn of(folder: &Path, usual: &Path) -> Self {
        let mark = folder_mark(folder);
        Self { mark: Some(mark).filter(|mark| *mark != folder_mark(usual)) }
    }

    /// The name of an entry.
    fn name(&self, profile: &str, secret: Secret) -> String {
        let what = match secret {
            Secret::Keys => "keys",
            Secret::Token => "token",
        };
        match &self.mark {
            Some(mark) => format!("{mark}/{profile}/{what}"),
            None => format!("{profile}/{what}"),
        }
    }

    /// Reads a secret; `None` if it was never stored.
    ///
    /// # Errors
    /// [`ShellError::KeychainMissing`], [`ShellError::KeychainLocked`], [`ShellError::KeychainChanged`].
    pub fn read(&self, profile: &str, secret: Secret) -> Result<Option<Zeroizing<String>>, ShellError> {
        match self.ask(profile, secret, Entry::get_password) {
            Ok(text) => Ok(Some(Zeroizing::new(text))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(fault(error)),
        }
    }

    /// Stores a secret and reads it back.
    ///
    /// # Errors
    /// As [`Self::read`]; [`ShellError::KeychainChanged`] when something else comes back.
    pub fn write(&self, profile: &str, secret: Secret, text: &str) -> Result<(), ShellError> {
        self.ask(profile, secret, |entry| entry.set_password(text)).map_err(fault)?;
        match self.read(profile, secret)? {
            Some(back) if *back == *text => Ok(()),
            _ => Err(ShellError::KeychainChanged),
        }
    }

    /// Forgets a secret, whatever is there in its name; it is no error if there was none.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn forget(&self, profile: &str, secret: Secret) -> Result<(), ShellError> {
        match self.ask(profile, secret, Entry::delete_credential) {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(Error::Ambiguous(entries)) => entries.iter().try_for_each(|one| one.delete_credential().map_err(fault)),
            Err(error) => Err(fault(error)),
        }
    }

    /// Keeps what stands in one profile's name in another's as well, byte for byte, be it a key of ours or not. Of several
    /// entries of one name each gets a name with its number.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn copy(&self, from: &str, to: &str, secret: Secret) -> Result<(), ShellError> {
        let keep = |name: &str, bytes: Vec<u8>| {
            let bytes = Zeroizing::new(bytes);
            self.ask(name, secret, |entry| entry.set_secret(&bytes)).map_err(fault)
        };
        match self.ask(from, secret, Entry::get_secret) {
            Ok(bytes) => keep(to, bytes),
            Err(Error::NoEntry) => Ok(()),
            Err(Error::Ambiguous(entries)) => entries
                .iter()
                .enumerate()
                .try_for_each(|(n, one)| keep(&format!("{to}-{n}"), one.get_secret().map_err(fault)?)),
            Err(error) => Err(fault(error)),
        }
    }

    /// Asks about an entry; once more, on a new line to the keychain, if nobody answered on the old one.
    fn ask<T>(&self, profile: &str, secret: Secret, what: impl Fn(&Entry) -> KeyringResult<T>) -> KeyringResult<T> {
        let name = self.name(profile, secret);
        let once = || {
            let _ = keyring::v1::Entry::store_status();
            Entry::new(SERVICE, &name).and_then(|entry| what(&entry))
        };
        match once() {
            Err(Error::PlatformFailure(_) | Error::NoDefaultStore) => {
                reconnect()?;
                once()
            }
            answer => answer,
        }
    }
}

/// A new line to the keychain. `keyring` opens one when first asked, and holds to that or to its failure for good; a
/// Secret Service knows only the lines that were opened since it began.
#[cfg(target_os = "linux")]
fn reconnect() -> KeyringResult<()> {
    keyring_core::set_default_store(zbus_secret_service_keyring_store::Store::new()?);
    Ok(())
}

/// Elsewhere the system is asked directly, without a line that could be lost.
#[cfg(not(target_os = "linux"))]
fn reconnect() -> KeyringResult<()> {
    Ok(())
}

fn fault(error: Error) -> ShellError {
    match error {
        Error::NoStorageAccess(_) => ShellError::KeychainLocked(error.to_string()),
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::Ambiguous(_) => ShellError::KeychainChanged,
        _ => ShellError::KeychainMissing(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_folder_keeps_its_names_and_each_other_has_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let (usual, other) = (folder.path().join("usual"), folder.path().join("other"));
        std::fs::create_dir(&usual).unwrap();
        std::fs::create_dir(&other).unwrap();
        let names = |place: &Path| {
            let keychain = Keychain::of(place, &usual);
            [Secret::Keys, Secret::Token].map(|secret| keychain.name("0f3c", secret))
        };
        assert_eq!(names(&usual), ["0f3c/keys", "0f3c/token"], "nobody is signed out by an update");
        assert_eq!(names(&other.join("..").join("usual")), names(&usual), "the same folder by another way");
        let mark = folder_mark(&other);
        assert_eq!(names(&other), [format!("{mark}/0f3c/keys"), format!("{mark}/0f3c/token")]);
    }
}
