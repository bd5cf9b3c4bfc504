//! Who works at a clinic, and when they are away.

use super::Answer;
use crate::shell::Shell;
use crate::view::{NewAbsence, StaffingView, id};
use mottaget_client::Anew;
use tauri::State;

/// Who works at a clinic of the person's.
#[tauri::command]
#[specta::specta]
pub async fn staffing(clinic: String, shell: State<'_, Shell>) -> Answer<StaffingView> {
    Ok(shell.client().await?.staffing(id(&clinic)?).await?.into())
}

/// Somebody is away from it at these times and at no other, if it was as seen until now.
#[tauri::command]
#[specta::specta]
pub async fn save_absences(
    clinic: String,
    hsa_id: String,
    seen: Vec<NewAbsence>,
    absences: Vec<NewAbsence>,
    shell: State<'_, Shell>,
) -> Answer<()> {
    let read = |absences: Vec<NewAbsence>| absences.into_iter().map(TryInto::try_into).collect::<Result<_, _>>();
    let anew = Anew { seen: read(seen)?, now: read(absences)? };
    Ok(shell.client().await?.save_absences(id(&clinic)?, id(&hsa_id)?, anew).await?)
}
