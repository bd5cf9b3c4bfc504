//! Looking at files; the pixels travel by [`crate::preview_scheme`].

use super::Answer;
use crate::shell::Shell;
use crate::view::{PreviewInfo, PreviewSource};
use tauri::State;

#[tauri::command]
#[specta::specta]
pub async fn preview_open(source: PreviewSource, shell: State<'_, Shell>) -> Answer<PreviewInfo> {
    Ok(shell.client().await?.preview_open(source.try_into()?).await?.into())
}

#[tauri::command]
#[specta::specta]
pub async fn preview_close(token: String, shell: State<'_, Shell>) -> Answer<()> {
    shell.client().await?.preview_close(&token).await;
    Ok(())
}

/// The person has seen it: the draft's file counts as reviewed (Granskad).
#[tauri::command]
#[specta::specta]
pub async fn preview_seen(token: String, shell: State<'_, Shell>) -> Answer<()> {
    Ok(shell.client().await?.preview_seen(&token).await?)
}
