//! The outbox: own acts that have not come home, and messages that have left it of late.

use super::Answer;
use crate::shell::Shell;
use crate::view::{HeldMessage, OutboxPage, id};
use tauri::State;

#[tauri::command]
#[specta::specta]
pub async fn outbox(shell: State<'_, Shell>) -> Answer<OutboxPage> {
    Ok(shell.client().await?.outbox_page().await?.into())
}

/// Own messages that the server holds until their undo window is over.
#[tauri::command]
#[specta::specta]
pub async fn held_messages(shell: State<'_, Shell>) -> Answer<Vec<HeldMessage>> {
    Ok(shell.client().await?.held_messages().await?.into_iter().map(Into::into).collect())
}

#[tauri::command]
#[specta::specta]
pub async fn outbox_retry(op_id: String, shell: State<'_, Shell>) -> Answer<()> {
    Ok(shell.client().await?.outbox_retry(id(&op_id)?).await?)
}

#[tauri::command]
#[specta::specta]
pub async fn outbox_to_draft(op_id: String, shell: State<'_, Shell>) -> Answer<()> {
    Ok(shell.client().await?.outbox_to_draft(id(&op_id)?).await?)
}

/// Throws a stopped note away.
#[tauri::command]
#[specta::specta]
pub async fn outbox_discard_note(op_id: String, shell: State<'_, Shell>) -> Answer<()> {
    Ok(shell.client().await?.outbox_discard_note(id(&op_id)?).await?)
}
