//! Secrets in the operating system's keychain: the database keys and the session token, one pair per profile.
//!
//! A key that was written is read back before it is used: a keychain that forgets would otherwise lock people out of
//! their own drafts at the next start.

use crate::error::ShellError;
use keyring::v1::Entry;
use keyring::{Error, v1::Result as KeyringResult};
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

/// Reads a secret; `None` if it was never stored.
///
/// # Errors
/// [`ShellError::KeychainMissing`], [`ShellError::KeychainLocked`], [`ShellError::KeychainChanged`].
pub fn read(profile: &str, secret: Secret) -> Result<Option<Zeroizing<String>>, ShellError> {
    match entry(profile, secret)?.get_password() {
        Ok(text) => Ok(Some(Zeroizing::new(text))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(fault(error)),
    }
}

/// Stores a secret and reads it back.
///
/// # Errors
/// As [`read`]; [`ShellError::KeychainChanged`] when something else comes back.
pub fn write(profile: &str, secret: Secret, text: &str) -> Result<(), ShellError> {
    entry(profile, secret)?.set_password(text).map_err(fault)?;
    match read(profile, secret)? {
        Some(back) if *back == *text => Ok(()),
        _ => Err(ShellError::KeychainChanged),
    }
}

/// Forgets a secret, whatever is there in its name; it is no error if there was none.
///
/// # Errors
/// As [`read`].
pub fn forget(profile: &str, secret: Secret) -> Result<(), ShellError> {
    match entry(profile, secret)?.delete_credential() {
        Ok(()) | Err(Error::NoEntry) => Ok(()),
        Err(Error::Ambiguous(entries)) => entries.iter().try_for_each(|one| one.delete_credential().map_err(fault)),
        Err(error) => Err(fault(error)),
    }
}

/// Keeps what stands in one profile's name in another's as well, byte for byte, be it a key of ours or not. Of several
/// entries of one name each gets a name with its number.
///
/// # Errors
/// As [`read`].
pub fn copy(from: &str, to: &str, secret: Secret) -> Result<(), ShellError> {
    let keep = |name: &str, bytes: Vec<u8>| {
        let bytes = Zeroizing::new(bytes);
        entry(name, secret)?.set_secret(&bytes).map_err(fault)
    };
    match entry(from, secret)?.get_secret() {
        Ok(bytes) => keep(to, bytes),
        Err(Error::NoEntry) => Ok(()),
        Err(Error::Ambiguous(entries)) => entries
            .iter()
            .enumerate()
            .try_for_each(|(n, one)| keep(&format!("{to}-{n}"), one.get_secret().map_err(fault)?)),
        Err(error) => Err(fault(error)),
    }
}

fn entry(profile: &str, secret: Secret) -> Result<Entry, ShellError> {
    let name = match secret {
        Secret::Keys => format!("{profile}/keys"),
        Secret::Token => format!("{profile}/token"),
    };
    let made: KeyringResult<Entry> = Entry::new(SERVICE, &name);
    made.map_err(fault)
}

fn fault(error: Error) -> ShellError {
    match error {
        Error::NoStorageAccess(_) => ShellError::KeychainLocked(error.to_string()),
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::Ambiguous(_) => ShellError::KeychainChanged,
        _ => ShellError::KeychainMissing(error.to_string()),
    }
}
