//! Settings of this machine, in tauri-plugin-store: looks and addresses, never anything about a patient.

use crate::error::ShellError;
use crate::view::{AppSettings, Language, Theme};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use tauri::{AppHandle, Wry};
use tauri_plugin_store::{Store, StoreExt, resolve_store_path};

const FILE: &str = "settings.json";
const SCREEN: &str = "screen";
const SERVER: &str = "serverAddress";
const LAST_PROFILE: &str = "lastProfile";
const CLINICS: &str = "clinics";
const PRACTICE_PORT: &str = "practicePort";

/// The settings file.
#[derive(Clone)]
pub struct Settings {
    store: Arc<Store<Wry>>,
    kept: Option<PathBuf>,
}

impl Settings {
    /// Opens the file. What of it can't be read counts as never set; such a file is kept beside the new one, since writing
    /// the first setting would otherwise be the end of it.
    ///
    /// # Errors
    /// [`ShellError::Internal`] if the platform gives no folder for it, or if a damaged file can't be kept.
    pub fn open(app: &AppHandle) -> Result<Self, ShellError> {
        let file = resolve_store_path(app, FILE).map_err(|error| ShellError::Internal(error.to_string()))?;
        let kept = keep_damaged(&file).map_err(|error| ShellError::Internal(error.to_string()))?;
        if let Some(kept) = &kept {
            tracing::warn!(kept = %kept.display(), "the settings file was damaged");
        }
        let store = app.store(FILE).map_err(|error| ShellError::Internal(error.to_string()))?;
        Ok(Self { store, kept })
    }

    /// Where the settings file lies that could not be read at this start, if that was so.
    #[must_use]
    pub fn kept(&self) -> Option<&Path> {
        self.kept.as_deref()
    }

    /// How the screen should look.
    #[must_use]
    pub fn screen(&self) -> AppSettings {
        self.get(SCREEN).unwrap_or(AppSettings {
            theme: Theme::System,
            language: Language::Sv,
            list_width: None,
            single_keys: true,
        })
    }

    /// Keeps how the screen should look.
    ///
    /// # Errors
    /// [`ShellError::Internal`] if the file can't be written.
    pub fn set_screen(&self, screen: &AppSettings) -> Result<(), ShellError> {
        self.set(SCREEN, screen)
    }

    /// The server's address, if the clinic's IT has set one.
    #[must_use]
    pub fn server(&self) -> Option<String> {
        self.get(SERVER)
    }

    /// The profile that was signed in last: a hash, nobody's name.
    #[must_use]
    pub fn last_profile(&self) -> Option<String> {
        self.get(LAST_PROFILE)
    }

    /// Remembers or forgets the profile for the next start.
    ///
    /// # Errors
    /// [`ShellError::Internal`] if the file can't be written.
    pub fn set_last_profile(&self, profile: Option<&str>) -> Result<(), ShellError> {
        self.set(LAST_PROFILE, &profile)
    }

    /// The clinic that the person of this profile looked at last (both are ids); none is all of theirs.
    #[must_use]
    pub fn clinic(&self, profile: &str) -> Option<String> {
        self.clinics().remove(profile)
    }

    /// Remembers or forgets the clinic for the next start.
    ///
    /// # Errors
    /// [`ShellError::Internal`] if the file can't be written.
    pub fn set_clinic(&self, profile: &str, clinic: Option<&str>) -> Result<(), ShellError> {
        let mut clinics = self.clinics();
        match clinic {
            Some(clinic) => clinics.insert(profile.to_owned(), clinic.to_owned()),
            None => clinics.remove(profile),
        };
        self.set(CLINICS, &clinics)
    }

    fn clinics(&self) -> BTreeMap<String, String> {
        self.get(CLINICS).unwrap_or_default()
    }

    /// The port that the practice server had last, so that it keeps its address.
    #[must_use]
    pub fn practice_port(&self) -> Option<u16> {
        self.get(PRACTICE_PORT)
    }

    /// Remembers the practice server's port.
    ///
    /// # Errors
    /// [`ShellError::Internal`] if the file can't be written.
    pub fn set_practice_port(&self, port: u16) -> Result<(), ShellError> {
        self.set(PRACTICE_PORT, &port)
    }

    fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        serde_json::from_value(self.store.get(key)?).ok()
    }

    fn set<T: Serialize>(&self, key: &str, value: &T) -> Result<(), ShellError> {
        let value = serde_json::to_value(value).map_err(|error| ShellError::Internal(error.to_string()))?;
        self.store.set(key, value);
        self.store.save().map_err(|error| ShellError::Internal(error.to_string()))
    }
}

/// What the file holds, for telling whether all of it can be read. A setting that nobody knows is no damage: it may be of a
/// newer program.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "read only to see whether it can be read")]
struct Whole {
    screen: Option<AppSettings>,
    server_address: Option<String>,
    last_profile: Option<String>,
    clinics: Option<BTreeMap<String, String>>,
    practice_port: Option<u16>,
}

/// Keeps a file that can't be read, or not all of it, beside itself and says where. One that is no list of settings at all
/// is moved away; of one with a wrong setting a copy is kept, and the settings that are right go on being used.
fn keep_damaged(file: &Path) -> io::Result<Option<PathBuf>> {
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if serde_json::from_slice::<Whole>(&bytes).is_ok() {
        return Ok(None);
    }
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    let kept = file.with_file_name(format!("settings.damaged-{millis}.json"));
    let Ok(mut settings) = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&bytes) else {
        std::fs::rename(file, &kept)?;
        return Ok(Some(kept));
    };
    settings.retain(|key, value| serde_json::from_value::<Whole>(serde_json::json!({ key: value })).is_ok());
    std::fs::copy(file, &kept)?;
    let new = file.with_extension("new");
    std::fs::write(&new, serde_json::to_vec(&settings)?)?;
    std::fs::rename(new, file)?;
    Ok(Some(kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"screen":{"theme":"dark","language":"sv","listWidth":null,"singleKeys":true},"serverAddress":"https://mottaget.region.example","later":1}"#;

    /// A folder with a settings file of these words.
    fn with(words: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        std::fs::write(&file, words).unwrap();
        (folder, file)
    }

    #[test]
    fn a_file_that_can_be_read_stays_where_it_is() {
        let (folder, file) = with(GOOD.as_bytes());
        assert_eq!(keep_damaged(&file).unwrap(), None);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(keep_damaged(&folder.path().join("none.json")).unwrap(), None);
    }

    #[test]
    fn a_damaged_file_is_moved_beside_itself_whole() {
        let damaged = [br#"{"screen":{"theme"#.as_slice(), b"", b"\0\0\0\0", b"[]"];
        for words in damaged {
            let (folder, file) = with(words);
            let kept = keep_damaged(&file).unwrap().unwrap();
            assert_eq!(kept.parent(), Some(folder.path()));
            assert_eq!(std::fs::read(kept).unwrap(), words);
            assert!(!file.exists());
        }
    }

    #[test]
    fn a_file_with_a_wrong_setting_is_copied_and_its_other_settings_are_used() {
        let words = GOOD.replace("dark", "pink");
        let (_folder, file) = with(words.as_bytes());
        let kept = keep_damaged(&file).unwrap().unwrap();
        assert_eq!(std::fs::read_to_string(kept).unwrap(), words);
        let left: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        assert_eq!(left, serde_json::json!({ "serverAddress": "https://mottaget.region.example", "later": 1 }));
        assert_eq!(keep_damaged(&file).unwrap(), None, "told once, not at every start");
    }
}
