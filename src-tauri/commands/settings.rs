//! Settings of the person (at the server) and of this machine (in its settings file).

use super::Answer;
use crate::shell::Shell;
use crate::view::{AppSettings, PersonalSettings};
use tauri::State;

#[tauri::command]
#[specta::specta]
pub async fn personal_settings(shell: State<'_, Shell>) -> Answer<PersonalSettings> {
    Ok(shell.client().await?.preferences().await?.into())
}

#[tauri::command]
#[specta::specta]
pub async fn save_personal_settings(settings: PersonalSettings, shell: State<'_, Shell>) -> Answer<()> {
    Ok(shell.client().await?.save_preferences(settings.into()).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn app_settings(shell: State<'_, Shell>) -> Answer<AppSettings> {
    Ok(shell.settings.screen())
}

#[tauri::command]
#[specta::specta]
pub async fn save_app_settings(settings: AppSettings, shell: State<'_, Shell>) -> Answer<()> {
    Ok(shell.settings.set_screen(&settings)?)
}
