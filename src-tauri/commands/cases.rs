//! Reading: start page, lists, one case, whom to give it to, who else is at it.

use super::Answer;
use crate::shell::Shell;
use crate::view::{
    Attending, CaseCompany, CaseView, CountedView, Counts, FilterChoices, ListPage, ListQuery, NoteColleague,
    SavedView, Scope, StartView, TargetView, id,
};
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

/// What a list can be narrowed by.
#[tauri::command]
#[specta::specta]
pub async fn filter_choices(scope: Scope, clinic: Option<String>, shell: State<'_, Shell>) -> Answer<FilterChoices> {
    let clinic = clinic.as_deref().map(id).transpose()?;
    Ok(shell.client().await?.filter_choices(scope.into(), clinic).await?.into())
}

/// The person's saved views with how many cases each holds.
#[tauri::command]
#[specta::specta]
pub async fn saved_views(shell: State<'_, Shell>) -> Answer<Vec<CountedView>> {
    let client = shell.client().await?;
    let views = client.preferences().await?.views;
    Ok(CountedView::all(views, client.view_counts().await?))
}

/// All of them, from now on, in this order.
#[tauri::command]
#[specta::specta]
pub async fn save_views(views: Vec<SavedView>, shell: State<'_, Shell>) -> Answer<()> {
    let views = views.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?;
    Ok(shell.client().await?.save_views(views).await?)
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

/// Whom an internal note can speak to.
#[tauri::command]
#[specta::specta]
pub async fn colleagues(case_id: String, shell: State<'_, Shell>) -> Answer<Vec<NoteColleague>> {
    Ok(shell.client().await?.colleagues(id(&case_id)?).await?.into_iter().map(Into::into).collect())
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
