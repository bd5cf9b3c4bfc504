//! Settings of this machine, in tauri-plugin-store: looks and addresses, never anything about a patient. The store holds
//! the values; what is on the disk is read and written here, because the plugin writes in place.

mod file;

use crate::error::ShellError;
use crate::events;
use crate::view::{AppSettings, Language, Problem, Theme, ZoomStep};
use file::{SERVER, SERVER_LOST};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tauri::{AppHandle, Wry};
use tauri_plugin_store::{Store, StoreExt};

const FILE: &str = "settings.json";
const SCREEN: &str = "screen";
const LAST_PROFILE: &str = "lastProfile";
const CLINICS: &str = "clinics";
const PRACTICE_PORT: &str = "practicePort";
const ZOOM: &str = "zoom";

/// In percent, as browsers have them.
const ZOOMS: [u16; 11] = [67, 75, 80, 90, 100, 110, 125, 150, 175, 200, 250];
const WHOLE: u16 = 100;

fn zoomed(now: u16, step: ZoomStep) -> u16 {
    match step {
        ZoomStep::In => ZOOMS.into_iter().find(|zoom| *zoom > now).unwrap_or(now),
        ZoomStep::Out => ZOOMS.into_iter().rev().find(|zoom| *zoom < now).unwrap_or(now),
        ZoomStep::Whole => WHOLE,
        ZoomStep::Stay => now,
    }
}

/// After how long settings that could not be written are tried again.
const AGAIN: Duration = Duration::from_secs(30);

/// The settings file.
#[derive(Clone)]
pub struct Settings {
    app: AppHandle,
    store: Arc<Store<Wry>>,
    file: PathBuf,
    state: Arc<Mutex<State>>,
}

/// How the values stand to the file.
#[derive(Default)]
struct State {
    /// Why the file can't be used. Nothing is written then: it may be whole, and only out of reach.
    unusable: Option<Problem>,
    /// Where the file lies now that could not be read.
    kept: Option<PathBuf>,
    /// Why the file does not have what was set last.
    unsaved: Option<Problem>,
    /// Somebody tries again until it has.
    trying: bool,
}

impl Settings {
    /// Opens the file in this folder. What of it can't be read counts as never set; such a file is kept beside the new one,
    /// since writing the first setting would otherwise be the end of it. Why it can't be used at all is asked with
    /// [`Self::usable`].
    ///
    /// # Errors
    /// [`ShellError::Internal`] if the platform has no place for settings.
    pub fn open(app: &AppHandle, folder: &Path) -> Result<Self, ShellError> {
        let file = folder.join(FILE);
        let store = app.store_builder(&file).create_new().disable_auto_save().build();
        let store = store.map_err(|error| ShellError::Internal(error.to_string()))?;
        // At the end of the app the plugin writes all that it knows of, in place.
        store.close_resource();
        let settings = Self { app: app.clone(), store, file, state: Arc::default() };
        if let Err(error) = settings.look() {
            tracing::error!(%error, "the settings");
        }
        Ok(settings)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the file.
    fn look(&self) -> Result<(), ShellError> {
        let mut state = self.state();
        match self.read() {
            Ok(kept) => {
                state.unusable = None;
                if let Some(kept) = kept {
                    tracing::warn!(kept = %kept.display(), "the settings file was damaged");
                    state.kept = Some(kept);
                }
                Ok(())
            }
            Err(error) => {
                let problem = Problem::from(error);
                state.unusable = Some(problem.clone());
                Err(ShellError::Told(problem))
            }
        }
    }

    fn read(&self) -> Result<Option<PathBuf>, ShellError> {
        let folder = self.file.parent().unwrap_or(&self.file);
        std::fs::create_dir_all(folder).map_err(|error| ShellError::of_disk(folder, &error))?;
        let kept = file::check(&self.file)?;
        match self.store.reload_ignore_defaults() {
            Ok(()) => {}
            Err(tauri_plugin_store::Error::Io(error)) if error.kind() == io::ErrorKind::NotFound => self.store.clear(),
            Err(error) => return Err(ShellError::unreadable(&self.file, io::Error::other(error))),
        }
        Ok(kept)
    }

    /// Whether the file can be used. What could not be, or did not say where the server is, is looked at anew: somebody may
    /// have mended it.
    ///
    /// # Errors
    /// [`ShellError::SettingsUnreadable`], a full disk, a folder that takes nothing.
    pub fn usable(&self) -> Result<(), ShellError> {
        let mended = self.state().unusable.is_some() || self.server_lost().is_some();
        if mended { self.look() } else { Ok(()) }
    }

    /// Where the settings file lies that could not be read at this start, if that was so.
    #[must_use]
    pub fn kept(&self) -> Option<PathBuf> {
        self.state().kept.clone()
    }

    /// Why what was set last is not in the file yet.
    #[must_use]
    pub fn unsaved(&self) -> Option<Problem> {
        self.state().unsaved.clone()
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
    /// A full disk, a folder that takes nothing: it is so until the app ends, and written as soon as that is possible.
    pub fn set_screen(&self, screen: &AppSettings) -> Result<(), ShellError> {
        self.set(SCREEN, screen)
    }

    /// How large everything on the screen is, in percent.
    #[must_use]
    pub fn zoom(&self) -> u16 {
        self.get(ZOOM).filter(|zoom| ZOOMS.contains(zoom)).unwrap_or(WHOLE)
    }

    /// Keeps it, one step larger or smaller or as it was meant to be, and gives it.
    ///
    /// # Errors
    /// As [`Self::set_screen`].
    pub fn step_zoom(&self, step: ZoomStep) -> Result<u16, ShellError> {
        let now = zoomed(self.zoom(), step);
        if step != ZoomStep::Stay {
            self.set(ZOOM, &now)?;
        }
        Ok(now)
    }

    /// The server's address, if the clinic's IT has set one.
    #[must_use]
    pub fn server(&self) -> Option<String> {
        self.get(SERVER)
    }

    /// Nobody knows whether an address was set: it may have stood in the damaged file that lies here now.
    #[must_use]
    pub fn server_lost(&self) -> Option<String> {
        if self.server().is_some() { None } else { self.get(SERVER_LOST) }
    }

    /// The profile that was signed in last: a hash, nobody's name.
    #[must_use]
    pub fn last_profile(&self) -> Option<String> {
        self.get(LAST_PROFILE)
    }

    /// Remembers or forgets the profile for the next start.
    ///
    /// # Errors
    /// As [`Self::set_screen`].
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
    /// As [`Self::set_screen`].
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
    /// As [`Self::set_screen`].
    pub fn set_practice_port(&self, port: u16) -> Result<(), ShellError> {
        self.set(PRACTICE_PORT, &port)
    }

    fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        serde_json::from_value(self.store.get(key)?).ok()
    }

    fn set<T: Serialize>(&self, key: &str, value: &T) -> Result<(), ShellError> {
        let value = serde_json::to_value(value).map_err(|error| ShellError::Internal(error.to_string()))?;
        if self.store.get(key).as_ref() == Some(&value) && self.unsaved().is_none() {
            return Ok(());
        }
        self.store.set(key, value);
        self.save()
    }

    /// Writes all of it. What could not be written is told on the screen, and tried again until it is.
    fn save(&self) -> Result<(), ShellError> {
        let mut state = self.state();
        if let Some(problem) = &state.unusable {
            return Err(ShellError::Told(problem.clone()));
        }
        let entries = self.store.entries().into_iter().collect();
        let outcome = file::in_words(&entries).and_then(|words| file::write(&self.file, &words));
        let before = state.unsaved.take();
        let outcome = outcome.map_err(Problem::from);
        state.unsaved = outcome.as_ref().err().cloned();
        let changed = before.map(|problem| problem.code) != state.unsaved.as_ref().map(|problem| problem.code.clone());
        let begin = outcome.is_err() && !state.trying;
        state.trying |= begin;
        drop(state);
        if begin {
            tauri::async_runtime::spawn(self.clone().save_again());
        }
        if changed {
            events::emit_local_trouble(&self.app);
        }
        outcome.map_err(ShellError::Told)
    }

    async fn save_again(self) {
        loop {
            tokio::time::sleep(AGAIN).await;
            if self.unsaved().is_some() {
                // why not is told already
                let _ = self.save();
            }
            let mut state = self.state();
            if state.unsaved.is_none() {
                state.trying = false;
                return;
            }
        }
    }
}

/// Something that is only for the next start's comfort could not be remembered: nobody is kept from working by it, and the
/// screen tells it until it is.
pub fn at_ease(outcome: Result<(), ShellError>) {
    if let Err(error) = outcome {
        tracing::warn!(%error, "settings");
    }
}
