//! Signing in and out, the connection, the practice server.

use super::Answer;
use crate::error::ShellError;
use crate::events;
use crate::shell::Shell;
use crate::view::{AppStateView, ConnectionView, PracticePerson, Problem, SessionView, id};
use tauri::{AppHandle, State};

#[tauri::command]
#[specta::specta]
pub async fn app_state(app: AppHandle, shell: State<'_, Shell>) -> Answer<AppStateView> {
    Ok(shell.state(&app).await)
}

/// The window has drawn its first picture: what waited for it may begin.
#[tauri::command]
#[specta::specta]
pub async fn picture_stands(app: AppHandle, shell: State<'_, Shell>) -> Answer<()> {
    #[cfg(target_os = "linux")]
    crate::drawing::picture_stands(&app);
    #[cfg(not(target_os = "linux"))]
    let _ = app; // there the web view draws by itself
    shell.client().await?.picture_stands();
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn practice_people(shell: State<'_, Shell>) -> Answer<Vec<PracticePerson>> {
    let people = shell.client().await?.practice_people().await?;
    Ok(people.iter().map(Into::into).collect())
}

/// Starts or stops the practice server, to see what the app does without one.
#[tauri::command]
#[specta::specta]
pub async fn practice_server(running: bool, app: AppHandle, shell: State<'_, Shell>) -> Answer<()> {
    let practice = shell.practice()?;
    if running {
        let address = practice.start(shell.settings.practice_port()).await?;
        if Some(address.port()) != shell.settings.practice_port() {
            practice.stop().await;
            return Err(ShellError::PracticeServer("its port is taken by another program".into()).into());
        }
    } else {
        practice.stop().await;
    }
    let client = shell.client().await?;
    client.retry_connection();
    events::emit_session(&app, &client);
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn sign_in(hsa_id: String, app: AppHandle, shell: State<'_, Shell>) -> Answer<SessionView> {
    let client = shell.client().await?;
    let authenticated = client.authenticate_practice(&id(&hsa_id)?).await?;
    let session = shell.open(&client, authenticated).await?;
    events::emit_session(&app, &client);
    Ok((&session).into())
}

/// The person chooses practice mode, until the app ends, although the clinic's server may have been set before.
#[tauri::command]
#[specta::specta]
pub async fn practise(shell: State<'_, Shell>) -> Answer<()> {
    shell.practise();
    Ok(())
}

/// Goes on with the last session after all, if what hindered it is over.
#[tauri::command]
#[specta::specta]
pub async fn resume_again(app: AppHandle, shell: State<'_, Shell>) -> Answer<()> {
    shell.resume_again().await;
    let client = shell.client().await?;
    events::session_changed(&app, &client).await;
    Ok(())
}

/// Sets the files of a profile aside that nothing opens any more; answers with the folder in which they lie now.
#[tauri::command]
#[specta::specta]
pub async fn start_anew(profile: String, shell: State<'_, Shell>) -> Answer<Option<String>> {
    let folder = shell.start_anew(&profile).await?;
    Ok(folder.map(|folder| folder.display().to_string()))
}

#[tauri::command]
#[specta::specta]
pub async fn sign_out(app: AppHandle, shell: State<'_, Shell>) -> Answer<()> {
    let outcome = shell.sign_out().await;
    // Also what has failed may have ended the session: the screen, tray and notifications go by what is.
    let client = shell.client().await?;
    events::session_changed(&app, &client).await;
    Ok(outcome?)
}

#[tauri::command]
#[specta::specta]
pub async fn connection(shell: State<'_, Shell>) -> Answer<ConnectionView> {
    Ok(shell.client().await?.connection().into())
}

#[tauri::command]
#[specta::specta]
pub async fn retry_connection(shell: State<'_, Shell>) -> Answer<()> {
    shell.client().await?.retry_connection();
    Ok(())
}

/// What hinders work in the background: a full disk, a damaged file. Empty while all goes well.
#[tauri::command]
#[specta::specta]
pub async fn local_trouble(shell: State<'_, Shell>) -> Answer<Option<Problem>> {
    shell.client().await?;
    Ok(shell.local_trouble())
}

/// The person has seen that a damaged file was replaced.
#[tauri::command]
#[specta::specta]
pub async fn local_trouble_seen(shell: State<'_, Shell>) -> Answer<()> {
    Ok(shell.client().await?.local_trouble_seen()?)
}
