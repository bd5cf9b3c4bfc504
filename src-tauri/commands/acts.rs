//! Acting on a case: everything goes into the outbox and answers at once.

use super::Answer;
use crate::shell::Shell;
use crate::view::{BulkCase, BulkDone, BulkPick, BulkWish, CloseReason, Target, id};
use tauri::State;

#[tauri::command]
#[specta::specta]
pub async fn distribute(
    case_id: String,
    target: Target,
    seen: Option<Target>,
    with_draft: bool,
    reason: Option<String>,
    shell: State<'_, Shell>,
) -> Answer<()> {
    shell.client().await?.distribute(id(&case_id)?, target.into(), seen.map(Into::into), with_draft, reason).await?;
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn take(case_id: String, shell: State<'_, Shell>) -> Answer<()> {
    shell.client().await?.take(id(&case_id)?).await?;
    Ok(())
}

/// What would happen to each of several cases.
#[tauri::command]
#[specta::specta]
pub async fn bulk_preview(case_ids: Vec<String>, wish: BulkWish, shell: State<'_, Shell>) -> Answer<Vec<BulkCase>> {
    let cases = case_ids.iter().map(|case| id(case)).collect::<Result<_, _>>()?;
    let cases = shell.client().await?.bulk_preview(cases, wish.into()).await?;
    Ok(cases.into_iter().map(Into::into).collect())
}

/// Does it to all of them, after a while in which all of it can be taken back.
#[tauri::command]
#[specta::specta]
pub async fn bulk(picks: Vec<BulkPick>, wish: BulkWish, shell: State<'_, Shell>) -> Answer<BulkDone> {
    let picks = picks.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?;
    Ok(shell.client().await?.bulk(picks, wish.into()).await?.into())
}

/// Takes back what is still here, and says how many that were.
#[tauri::command]
#[specta::specta]
pub async fn bulk_undo(op_ids: Vec<String>, shell: State<'_, Shell>) -> Answer<u32> {
    let ops = op_ids.iter().map(|op| id(op)).collect::<Result<_, _>>()?;
    Ok(u32::try_from(shell.client().await?.bulk_undo(ops).await?).unwrap_or(u32::MAX))
}

#[tauri::command]
#[specta::specta]
pub async fn take_back_message(case_id: String, message_id: String, shell: State<'_, Shell>) -> Answer<()> {
    shell.client().await?.withdraw_message(id(&case_id)?, id(&message_id)?).await?;
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn withdraw_question(case_id: String, shell: State<'_, Shell>) -> Answer<()> {
    shell.client().await?.withdraw_question(id(&case_id)?).await?;
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn close_case(
    case_id: String,
    reason: CloseReason,
    note: Option<String>,
    with_draft: bool,
    seen: u32,
    shell: State<'_, Shell>,
) -> Answer<()> {
    shell.client().await?.close_case(id(&case_id)?, reason.into(), note, with_draft, Some(seen)).await?;
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn reopen_case(case_id: String, shell: State<'_, Shell>) -> Answer<()> {
    shell.client().await?.reopen_case(id(&case_id)?).await?;
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn add_note(case_id: String, text: String, shell: State<'_, Shell>) -> Answer<()> {
    shell.client().await?.add_note(id(&case_id)?, text).await?;
    Ok(())
}

/// The person has entered the case into the patient record, up to the version that they saw.
#[tauri::command]
#[specta::specta]
pub async fn mark_recorded(case_id: String, through: u32, shell: State<'_, Shell>) -> Answer<()> {
    shell.client().await?.mark_recorded(id(&case_id)?, through).await?;
    Ok(())
}

/// The case was copied, to be entered into the patient record: the read log learns of it.
#[tauri::command]
#[specta::specta]
pub async fn copied_to_record(case_id: String, shell: State<'_, Shell>) -> Answer<()> {
    Ok(shell.client().await?.copied_to_record(id(&case_id)?).await?)
}

/// Prints what the page shows for print, in the system's own dialog, on paper or into a PDF. The read log learns of it
/// before: who then cancels has still had it before them.
#[tauri::command]
#[specta::specta]
pub async fn print_case(case_id: String, window: tauri::WebviewWindow, shell: State<'_, Shell>) -> Answer<()> {
    shell.client().await?.printed(id(&case_id)?).await?;
    window.print().map_err(|error| crate::error::ShellError::Internal(error.to_string()))?;
    Ok(())
}
