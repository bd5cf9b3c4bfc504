//! Starting anew with a profile whose files open with no key: they are set aside, never deleted, and the old entry of the
//! keychain is kept under the name of their folder.

use super::{Shell, in_background, keys};
use crate::error::ShellError;
use crate::keychain::{Keychain, Secret};
use crate::settings::at_ease;
use mottaget_client::ProfileId;
use std::path::PathBuf;
use std::sync::PoisonError;

impl Shell {
    /// Sets the files of that profile aside and makes new keys. Answers with the folder in which they lie now; `None` if
    /// there were none. Then the person can sign in as on a new machine.
    ///
    /// # Errors
    /// `bad-request` unless the person was told that nothing else helps; those of the files and of the keychain. Doing it
    /// again is harmless.
    pub async fn start_anew(&self, profile: &str) -> Result<Option<PathBuf>, ShellError> {
        let _turn = self.resuming.lock().await;
        let profile = self.told_hopeless(profile)?;
        // The files first: whatever stops this half-way, the next sign-in finds keys that fit, or none and no files.
        let folder = self.client().await?.set_aside(&profile).await?;
        let name = folder.as_deref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned());
        let (renewed, keychain) = (profile.clone(), self.keychain());
        in_background(move || renew(&keychain, &renewed, name.as_deref())).await?;
        if self.settings.last_profile().as_deref() == Some(profile.as_str()) {
            at_ease(self.settings.set_last_profile(None));
        }
        self.hopeless.lock().unwrap_or_else(PoisonError::into_inner).remove(&profile);
        self.set_trouble(None);
        Ok(folder)
    }

    /// The profile, if the person was told so of it: a screen gone astray sets nothing aside.
    fn told_hopeless(&self, profile: &str) -> Result<ProfileId, ShellError> {
        let hopeless = self.hopeless.lock().unwrap_or_else(PoisonError::into_inner);
        let profile = ProfileId::parse(profile).filter(|profile| hopeless.contains(profile));
        profile.ok_or_else(|| ShellError::BadRequest("this profile may still open".into()))
    }

    /// Where the profiles' folders lie.
    pub(super) fn cache(&self) -> PathBuf {
        self.folder.join("cache")
    }
}

/// New keys instead of the old ones, which may still open the folder that was set aside.
fn renew(keychain: &Keychain, profile: &ProfileId, folder: Option<&str>) -> Result<(), ShellError> {
    if let Some(folder) = folder {
        keychain.copy(profile.as_str(), folder, Secret::Keys)?;
    }
    keychain.forget(profile.as_str(), Secret::Token)?;
    keychain.forget(profile.as_str(), Secret::Keys)?;
    keys::create(keychain, profile).map(drop)
}
