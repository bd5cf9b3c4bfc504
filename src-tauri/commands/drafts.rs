//! Drafts and their files. Files are picked in a dialog of the shell and read here: the web view never gets the bytes.

use super::Answer;
use crate::error::ShellError;
use crate::picking;
use crate::shell::Shell;
use crate::view::{
    AttachResult, CaseDraft, ClinicTexts, ComposeKind, DraftView, GuardView, JottingKind, JottingView, KeptText,
    ReplyText, SignAs, id,
};
use tauri::{AppHandle, State};

#[tauri::command]
#[specta::specta]
pub async fn save_draft(
    case_id: String,
    kind: ComposeKind,
    text: String,
    before: Option<String>,
    shell: State<'_, Shell>,
) -> Answer<DraftView> {
    Ok(shell.client().await?.save_draft_over(id(&case_id)?, kind.into(), text, before).await?.into())
}

/// What can be said in such a message.
#[tauri::command]
#[specta::specta]
pub async fn reply_texts(case_id: String, kind: ComposeKind, shell: State<'_, Shell>) -> Answer<Vec<ReplyText>> {
    let texts = shell.client().await?.reply_texts(id(&case_id)?, kind.into()).await?;
    Ok(texts.into_iter().map(Into::into).collect())
}

/// A clinic's reply texts, for those who keep them.
#[tauri::command]
#[specta::specta]
pub async fn clinic_texts(clinic: String, shell: State<'_, Shell>) -> Answer<ClinicTexts> {
    Ok(shell.client().await?.clinic_texts(id(&clinic)?).await?.into())
}

/// Keeps one of the clinic's own, or a central one of its region's.
#[tauri::command]
#[specta::specta]
pub async fn keep_text(clinic: String, text: KeptText, shell: State<'_, Shell>) -> Answer<()> {
    let (seen, text) = text.try_into()?;
    Ok(shell.client().await?.keep_text(id(&clinic)?, seen, text).await?)
}

/// Removes one of the clinic's own, or a central one of its region's; `text` is as it was read.
#[tauri::command]
#[specta::specta]
pub async fn remove_text(clinic: String, text: KeptText, shell: State<'_, Shell>) -> Answer<()> {
    let (seen, text) = text.try_into()?;
    let Some(seen) = seen else { return Err(ShellError::BadRequest("a text that is not kept".to_owned()).into()) };
    Ok(shell.client().await?.remove_text(id(&clinic)?, text.id, text.central, seen).await?)
}

/// Signs this one message in that name.
#[tauri::command]
#[specta::specta]
pub async fn sign_draft(
    case_id: String,
    kind: ComposeKind,
    sign_as: SignAs,
    shell: State<'_, Shell>,
) -> Answer<DraftView> {
    Ok(shell.client().await?.sign_draft(id(&case_id)?, kind.into(), sign_as.into()).await?.into())
}

#[tauri::command]
#[specta::specta]
pub async fn discard_draft(case_id: String, shell: State<'_, Shell>) -> Answer<()> {
    Ok(shell.client().await?.discard_draft(id(&case_id)?).await?)
}

/// The person has read what is new in the thread up to this version.
#[tauri::command]
#[specta::specta]
pub async fn acknowledge_news(case_id: String, version: u32, shell: State<'_, Shell>) -> Answer<()> {
    Ok(shell.client().await?.acknowledge_news(id(&case_id)?, version).await?)
}

/// Drafts whose case has left the person's sight.
#[tauri::command]
#[specta::specta]
pub async fn stray_drafts(shell: State<'_, Shell>) -> Answer<Vec<DraftView>> {
    Ok(shell.client().await?.stray_drafts().await?.into_iter().map(Into::into).collect())
}

/// Keeps internal words that are being written, and says when; blank ones discard what is there.
#[tauri::command]
#[specta::specta]
pub async fn keep_jotting(case_id: String, kind: JottingKind, text: String, shell: State<'_, Shell>) -> Answer<String> {
    Ok(shell.client().await?.keep_jotting(id(&case_id)?, kind.into(), text).await?.to_string())
}

/// Internal words whose case has left the person's sight.
#[tauri::command]
#[specta::specta]
pub async fn stray_jottings(shell: State<'_, Shell>) -> Answer<Vec<JottingView>> {
    Ok(shell.client().await?.stray_jottings().await?.into_iter().map(Into::into).collect())
}

/// Who else is writing in a case, and what this person is writing on another computer; nothing without contact.
#[tauri::command]
#[specta::specta]
pub async fn case_drafts(case_id: String, shell: State<'_, Shell>) -> Answer<Vec<CaseDraft>> {
    let drafts = shell.client().await?.case_drafts(id(&case_id)?).await?;
    Ok(drafts.into_iter().map(Into::into).collect())
}

/// Puts a colleague's draft, or an own one from another computer, into this person's.
#[tauri::command]
#[specta::specta]
pub async fn take_draft(
    case_id: String,
    author: String,
    machine: String,
    shell: State<'_, Shell>,
) -> Answer<AttachResult> {
    let (case, author, machine) = (id(&case_id)?, id(&author)?, id(&machine)?);
    Ok(shell.client().await?.take_draft(case, author, machine).await?.into())
}

/// Opens the file dialog and attaches what was chosen; nothing if it was cancelled.
#[tauri::command]
#[specta::specta]
pub async fn attach_files(case_id: String, app: AppHandle, shell: State<'_, Shell>) -> Answer<AttachResult> {
    let case = id(&case_id)?;
    let paths = picking::files(&app).await?;
    Ok(shell.client().await?.attach_paths(case, paths).await?.into())
}

#[tauri::command]
#[specta::specta]
pub async fn remove_attachment(case_id: String, attachment_id: String, shell: State<'_, Shell>) -> Answer<DraftView> {
    Ok(shell.client().await?.remove_attachment(id(&case_id)?, id(&attachment_id)?).await?.into())
}

/// What the wrong-resident guard finds in the draft: the search is made here, and needs no network.
#[tauri::command]
#[specta::specta]
pub async fn guard_draft(case_id: String, shell: State<'_, Shell>) -> Answer<GuardView> {
    Ok(shell.client().await?.guard_draft(id(&case_id)?).await?.into())
}

/// The person has looked at exactly these findings and sends all the same; any change asks anew.
#[tauri::command]
#[specta::specta]
pub async fn confirm_findings(
    case_id: String,
    fingerprint: String,
    typed: Option<String>,
    shell: State<'_, Shell>,
) -> Answer<()> {
    Ok(shell.client().await?.confirm_findings(id(&case_id)?, &fingerprint, typed).await?)
}

/// Freezes recipient, text and file hashes and puts the message into the outbox.
#[tauri::command]
#[specta::specta]
pub async fn send_draft(case_id: String, shell: State<'_, Shell>) -> Answer<()> {
    shell.client().await?.send_draft(id(&case_id)?).await?;
    Ok(())
}
