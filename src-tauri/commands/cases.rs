//! Reading: start page, lists, one case, whom to give it to, who else is at it.

use super::Answer;
use crate::shell::Shell;
use crate::view::{Attending, CaseCompany, CaseView, Counts, ListPage, ListQuery, StartView, TargetView, id};
use crate::window;
use tauri::{AppHandle, State};

#[tauri::command]
#[specta::specta]
pub async fn start_view(shell: State<'_, Shell>) -> Answer<StartView> {
    Ok(shell.client().await?.start_view().await?.into())
}

#[tauri::command]
#[specta::specta]
pub async fn counts(clinic: Option<String>, shell: State<'_, Shell>) -> Answer<Counts> {
    let clinic = clinic.as_deref().map(id).transpose()?;
    Ok(shell.client().await?.counts(clinic).await?.into())
}

#[tauri::command]
#[specta::specta]
pub async fn list_cases(query: ListQuery, shell: State<'_, Shell>) -> Answer<ListPage> {
    Ok(shell.client().await?.list(query.try_into()?).await?.into())
}

#[tauri::command]
#[specta::specta]
pub async fn open_case(case_id: String, shell: State<'_, Shell>) -> Answer<CaseView> {
    Ok(shell.client().await?.open_case(id(&case_id)?).await?.into())
}

#[tauri::command]
#[specta::specta]
pub async fn read_case_again(case_id: String, app: AppHandle, shell: State<'_, Shell>) -> Answer<CaseView> {
    let client = shell.client().await?;
    // A window may be minimized without a word.
    window::tell_sight(&app, &client);
    Ok(client.read_case_again(id(&case_id)?).await?.into())
}

#[tauri::command]
#[specta::specta]
pub async fn targets(case_id: String, shell: State<'_, Shell>) -> Answer<Vec<TargetView>> {
    let targets = shell.client().await?.targets(id(&case_id)?).await?;
    Ok(targets.into_iter().map(Into::into).collect())
}

/// Says which case is open on the screen now, or that none is.
#[tauri::command]
#[specta::specta]
pub async fn attend(at: Option<Attending>, app: AppHandle, shell: State<'_, Shell>) -> Answer<()> {
    let at = match at {
        Some(at) => Some((id(&at.case_id)?, at.doing.into())),
        None => None,
    };
    let client = shell.client().await?;
    window::tell_sight(&app, &client);
    Ok(client.attend(at).await?)
}

/// The colleagues who have cases before them.
#[tauri::command]
#[specta::specta]
pub async fn company(shell: State<'_, Shell>) -> Answer<Vec<CaseCompany>> {
    Ok(shell.client().await?.company()?.into_iter().map(Into::into).collect())
}
