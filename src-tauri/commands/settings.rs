//! Settings of the person (at the server) and of this machine (in its settings file).

use super::Answer;
use crate::error::ShellError;
use crate::settings::at_ease;
use crate::shell::Shell;
use crate::view::{AppSettings, ClinicSettings, PersonalSettings, RegionSettings, ZoomStep, id};
use mottaget_client::ClientError;
use mottaget_domain::HsaId;
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

/// What a clinic has decided, for those who decide it.
#[tauri::command]
#[specta::specta]
pub async fn clinic_settings(clinic: String, shell: State<'_, Shell>) -> Answer<ClinicSettings> {
    Ok(shell.client().await?.decisions(id(&clinic)?).await?.into())
}

/// Decides it anew.
#[tauri::command]
#[specta::specta]
pub async fn save_clinic_settings(clinic: String, settings: ClinicSettings, shell: State<'_, Shell>) -> Answer<()> {
    Ok(shell.client().await?.save_clinic_settings(id(&clinic)?, settings.try_into()?).await?)
}

/// What the region of this clinic has decided, for those who decide it.
#[tauri::command]
#[specta::specta]
pub async fn region_settings(clinic: String, shell: State<'_, Shell>) -> Answer<RegionSettings> {
    Ok(shell.client().await?.decisions(id(&clinic)?).await?.into())
}

/// Decides it anew.
#[tauri::command]
#[specta::specta]
pub async fn save_region_settings(clinic: String, settings: RegionSettings, shell: State<'_, Shell>) -> Answer<()> {
    Ok(shell.client().await?.save_region_settings(id(&clinic)?, settings.try_into()?).await?)
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

/// Makes everything on the screen a step larger or smaller, or as it was meant to be, and says how large that is in percent.
/// What can't be remembered is so all the same.
#[tauri::command]
#[specta::specta]
pub async fn zoom(step: ZoomStep, window: tauri::WebviewWindow, shell: State<'_, Shell>) -> Answer<u16> {
    let percent = shell.settings.step_zoom(step)?;
    crate::window::zoom(&window, percent).map_err(|error| ShellError::Internal(error.to_string()))?;
    Ok(percent)
}

/// Remembers for the next start which clinic the person looks at; none is all of theirs. What can't be remembered is chosen
/// all the same.
#[tauri::command]
#[specta::specta]
pub async fn choose_clinic(clinic: Option<String>, shell: State<'_, Shell>) -> Answer<()> {
    let clinic: Option<HsaId> = clinic.as_deref().map(id).transpose()?;
    let session = shell.client().await?.session().ok_or(ShellError::Client(ClientError::SignedOut))?;
    at_ease(shell.settings.set_clinic(session.profile.as_str(), clinic.as_ref().map(HsaId::as_str)));
    Ok(())
}
