//! Settings of this machine, in tauri-plugin-store: looks and addresses, never anything about a patient.

use crate::error::ShellError;
use crate::view::{AppSettings, Language, Theme};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::sync::Arc;
use tauri::{AppHandle, Wry};
use tauri_plugin_store::{Store, StoreExt};

const FILE: &str = "settings.json";
const SCREEN: &str = "screen";
const SERVER: &str = "serverAddress";
const LAST_PROFILE: &str = "lastProfile";
const CLINICS: &str = "clinics";
const PRACTICE_PORT: &str = "practicePort";

/// The settings file.
#[derive(Clone)]
pub struct Settings(Arc<Store<Wry>>);

impl Settings {
    /// Opens the file; a damaged one counts as empty, since nothing in it can't be set again.
    ///
    /// # Errors
    /// [`ShellError::Internal`] if the platform gives no folder for it.
    pub fn open(app: &AppHandle) -> Result<Self, ShellError> {
        app.store(FILE).map(Self).map_err(|error| ShellError::Internal(error.to_string()))
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
        serde_json::from_value(self.0.get(key)?).ok()
    }

    fn set<T: Serialize>(&self, key: &str, value: &T) -> Result<(), ShellError> {
        let value = serde_json::to_value(value).map_err(|error| ShellError::Internal(error.to_string()))?;
        self.0.set(key, value);
        self.0.save().map_err(|error| ShellError::Internal(error.to_string()))
    }
}
