//! The client's events become window events: ids only, the screen reads again.

use crate::shell::Shell;
use crate::view::{ConnectionView, Moved, SessionView};
use crate::{notify, tray};
use mottaget_client::{Client, ClientError, ClientEvent};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tauri::{AppHandle, Emitter, Manager};
use tokio::sync::Notify;

/// These cases changed.
pub const MOVED: &str = "moved";
/// The connection changed.
pub const CONNECTION: &str = "connection";
/// What hinders work in the background changed; carries it, or nothing.
pub const LOCAL_TROUBLE: &str = "local-trouble";
/// Colleagues came to cases or left them.
pub const COMPANY: &str = "company";
/// A notification was clicked.
pub const OPEN_CASE: &str = "open-case";
/// The notification of an act that was refused was clicked.
pub const OPEN_OUTBOX: &str = "open-outbox";
/// Who is signed in changed; carries the session, or nothing.
pub const SESSION: &str = "session";

/// Tells the window.
pub fn emit<T: Serialize + Clone>(app: &AppHandle, name: &str, what: &T) {
    if let Err(error) = app.emit(name, what.clone()) {
        tracing::warn!(%error, name, "event");
    }
}

/// Somebody else is signed in now, or nobody: tells the window, and counts anew for the tray.
pub async fn session_changed(app: &AppHandle, client: &Client) {
    emit_session(app, client);
    count_unread(app, client).await;
}

/// Tells the window who is signed in now.
pub fn emit_session(app: &AppHandle, client: &Client) {
    emit(app, SESSION, &client.session().as_ref().map(SessionView::from));
}

/// Tells the window what hinders work in the background now.
pub fn emit_local_trouble(app: &AppHandle) {
    // Before there is a shell there is nobody to tell; whoever comes later asks.
    if let Some(shell) = app.try_state::<Shell>() {
        emit(app, LOCAL_TROUBLE, &shell.local_trouble());
    }
}

/// How long the screen's events wait for a notification that is on its way.
const HEAD_START: Duration = Duration::from_millis(50);

/// Listens to the client until it ends. It waits for nothing but the head start: who stands in line would be late.
pub async fn forward(app: AppHandle, client: Client) {
    let mut line = client.events();
    let unread = Arc::new(Notify::new());
    let counting = tauri::async_runtime::spawn(keep_count(app.clone(), client.clone(), Arc::clone(&unread)));
    while let Some(event) = line.next().await {
        match event {
            ClientEvent::Moved { cases } => {
                let cases = cases.iter().map(ToString::to_string).collect();
                emit(&app, MOVED, &Moved { cases });
                unread.notify_one();
            }
            ClientEvent::Everything | ClientEvent::Outbox => {
                emit(&app, MOVED, &Moved { cases: Vec::new() });
                unread.notify_one();
            }
            ClientEvent::Connection(state) => emit(&app, CONNECTION, &ConnectionView::from(state)),
            ClientEvent::LocalTrouble => emit_local_trouble(&app),
            ClientEvent::Company => emit(&app, COMPANY, &()),
            ClientEvent::Notices => {
                let showing = tauri::async_runtime::spawn(notify::in_turn(app.clone(), client.clone()));
                // What comes next sets the whole screen to work. A daemon that hangs keeps nobody waiting.
                let _ = tokio::time::timeout(HEAD_START, showing).await;
            }
            ClientEvent::Me => {
                emit_session(&app, &client);
                unread.notify_one();
            }
            ClientEvent::SessionEnded => {
                app.state::<Shell>().session_ended();
                emit_session(&app, &client);
                unread.notify_one();
            }
        }
    }
    counting.abort();
}

/// Counts for the tray whenever something moved; many moves at once are counted once.
async fn keep_count(app: AppHandle, client: Client, moved: Arc<Notify>) {
    loop {
        moved.notified().await;
        count_unread(&app, &client).await;
    }
}

/// Brings the tray's number up to date.
pub async fn count_unread(app: &AppHandle, client: &Client) {
    match client.counts(None).await {
        Ok(counts) => tray::show_unread(app, counts.unread),
        // Signed out in the meantime: nothing is unread.
        Err(ClientError::SignedOut) => tray::show_unread(app, 0),
        // The number that stands there is nearer to the truth than none.
        Err(error) => tracing::warn!(code = error.code(), "counting what is unread"),
    }
}
