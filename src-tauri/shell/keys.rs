//! A profile's keys and token: from the keychain, or new ones where nothing was encrypted yet.

use crate::error::ShellError;
use crate::keychain::{Keychain, Secret};
use mottaget_client::{Keys, ProfileId, SessionToken};

/// The keys of a profile; `None` if the keychain has none.
///
/// # Errors
/// Those of the keychain; [`ShellError::KeychainChanged`] if what it has is no key.
pub fn read(keychain: &Keychain, profile: &ProfileId) -> Result<Option<Keys>, ShellError> {
    keychain.read(profile.as_str(), Secret::Keys)?.map(|text| parse(&text)).transpose()
}

/// The token of the last session. One that does not read is none: signing in makes another.
///
/// # Errors
/// Those of the keychain.
pub fn token(keychain: &Keychain, profile: &ProfileId) -> Result<Option<SessionToken>, ShellError> {
    match keychain.read(profile.as_str(), Secret::Token) {
        Ok(token) => Ok(token.map(|token| SessionToken::new(token.to_string()))),
        Err(ShellError::KeychainChanged) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The keys of a profile, for signing in: new ones for who was never here.
///
/// # Errors
/// As [`read`]; [`ShellError::KeysGone`] when there are files but no key.
pub fn fetch_or_create(keychain: &Keychain, profile: &ProfileId, files_exist: bool) -> Result<Keys, ShellError> {
    match read(keychain, profile)? {
        Some(keys) => Ok(keys),
        None if files_exist => Err(ShellError::KeysGone),
        None => create(keychain, profile),
    }
}

/// New keys, in the keychain before anything is encrypted with them.
///
/// # Errors
/// Those of the keychain.
pub fn create(keychain: &Keychain, profile: &ProfileId) -> Result<Keys, ShellError> {
    let keys = Keys::generate().map_err(|error| ShellError::Internal(error.to_string()))?;
    keychain.write(profile.as_str(), Secret::Keys, &keys.to_secret())?;
    Ok(keys)
}

fn parse(text: &str) -> Result<Keys, ShellError> {
    Keys::from_secret(text).map_err(|_| ShellError::KeychainChanged)
}
