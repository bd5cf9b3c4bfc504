//! A notice becomes an OS notification; its click opens the case; it goes away when it has lost its reason.
//!
//! The texts name the clinic at most: no resident, no type, nothing that a passer-by may not read.

use crate::shell::Shell;
use crate::view::OpenCase;
use crate::{events, window};
use mottaget_client::{Client, Notice, NoticeKind};
use notify_rust::Notification;
#[cfg(target_os = "linux")]
use notify_rust::{Hint, NotificationResponse, Timeout};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tauri::{AppHandle, Manager};
use tokio::sync::oneshot;

/// Notifications on the screen, by notice id: sending closes them.
#[derive(Default)]
pub struct Shown {
    /// One round of showing at a time.
    turn: tokio::sync::Mutex<()>,
    by_id: Mutex<HashMap<String, oneshot::Sender<()>>>,
}

/// How long the daemon may take to answer.
const DAEMON_PATIENCE: Duration = Duration::from_secs(10);

/// Shows what waits and withdraws what has lost its reason.
pub async fn in_turn(app: AppHandle, client: Client) {
    let shell = app.state::<Shell>();
    let _turn = shell.shown.turn.lock().await;
    work(&app, &client).await;
}

async fn work(app: &AppHandle, client: &Client) {
    if client.session().is_none() {
        return;
    }
    match client.notices_to_close().await {
        Ok(ids) => ids.iter().for_each(|id| app.state::<Shell>().shown.close(id)),
        Err(error) => tracing::warn!(%error, "notices to close"),
    }
    let waiting = match client.take_notices().await {
        Ok(waiting) => waiting,
        Err(error) => {
            tracing::warn!(%error, "notices");
            return;
        }
    };
    for notice in waiting {
        show(app, client, notice).await;
    }
}

async fn show(app: &AppHandle, client: &Client, notice: Notice) {
    // Where no daemon answers, the case is in the list all the same, and the tray counts it.
    if let Err(error) = deliver(app, &notice).await {
        tracing::warn!(error, "no notification");
    }
    if let Err(error) = client.notice_shown(&notice.id).await {
        tracing::warn!(%error, "notice shown");
    }
}

/// Hands it to the desktop's notification daemon and waits, apart, for what the person does with it.
#[cfg(target_os = "linux")]
async fn deliver(app: &AppHandle, notice: &Notice) -> Result<(), String> {
    let (summary, body) = words(notice);
    let mut notification = Notification::new();
    notification
        .appname("Mottaget")
        .summary(&summary)
        .body(&body)
        .timeout(Timeout::Never)
        .action("default", "Öppna")
        .hint(Hint::DesktopEntry("se.mottaget.desktop".to_owned()))
        .hint(Hint::Category("im.received".to_owned()));
    let shown = tokio::time::timeout(DAEMON_PATIENCE, notification.show_async()).await;
    let handle = shown.map_err(|_| "it does not answer".to_owned())?.map_err(|error| error.to_string())?;
    let (close, closed) = oneshot::channel();
    app.state::<Shell>().shown.keep(notice.id.clone(), close);
    let (app, id, case) = (app.clone(), notice.id.clone(), notice.case);
    tauri::async_runtime::spawn(async move {
        let mut clicked = false;
        tokio::select! {
            () = handle.wait_for_action_async(|answer| {
                clicked = matches!(answer, NotificationResponse::Default | NotificationResponse::Action(_));
            }) => {}
            // A dropped sender is no wish to close: then wait for the person.
            Ok(()) = closed => {}
        }
        handle.close_async().await;
        app.state::<Shell>().shown.forget(&id);
        if clicked {
            window::show(&app);
            if let Some(case) = case {
                events::emit(&app, events::OPEN_CASE, &OpenCase { case_id: case.to_string() });
            }
        }
    });
    Ok(())
}

/// Hands it to the system; there its click brings no case up yet. Written, not built on these systems.
#[cfg(not(target_os = "linux"))]
async fn deliver(_: &AppHandle, notice: &Notice) -> Result<(), String> {
    let (summary, body) = words(notice);
    Notification::new()
        .appname("Mottaget")
        .summary(&summary)
        .body(&body)
        .show()
        .map(drop)
        .map_err(|error| error.to_string())
}

/// What the notification says.
fn words(notice: &Notice) -> (String, String) {
    let clinic = notice.clinic_name.clone().unwrap_or_default();
    let summary = match notice.kind {
        NoticeKind::NewCase if clinic.is_empty() => "Nytt ärende".to_owned(),
        NoticeKind::NewCase => format!("Nytt ärende till {clinic}"),
        NoticeKind::AssignedToMe => "Ett ärende har tilldelats dig".to_owned(),
        NoticeKind::AssignedToGroup => "Ett ärende har fördelats till din grupp".to_owned(),
        NoticeKind::ResidentAnswered => "Svar från invånare i ett av dina ärenden".to_owned(),
        NoticeKind::Summary => format!("{} nya händelser i ärenden", notice.count),
    };
    let body = match notice.kind {
        NoticeKind::NewCase => String::new(),
        _ => clinic,
    };
    (summary, body)
}

impl Shown {
    fn keep(&self, id: String, close: oneshot::Sender<()>) {
        self.by_id.lock().unwrap_or_else(PoisonError::into_inner).insert(id, close);
    }

    fn forget(&self, id: &str) {
        self.by_id.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// Withdraws one notification.
    pub fn close(&self, id: &str) {
        let sender = self.by_id.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        if let Some(sender) = sender {
            // Nobody listens any more if it was closed by the person in the meantime.
            let _ = sender.send(());
        }
    }

    /// Withdraws all: at sign-out nothing of the old session stays on the screen.
    pub fn close_all(&self) {
        let all: Vec<_> = self.by_id.lock().unwrap_or_else(PoisonError::into_inner).drain().collect();
        for (_, sender) in all {
            let _ = sender.send(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_name_the_clinic_at_most() {
        let notice = |kind, count| Notice {
            id: "1".into(),
            kind,
            case: None,
            clinic: None,
            clinic_name: Some("Björkens vårdcentral".into()),
            count,
        };
        assert_eq!(words(&notice(NoticeKind::NewCase, 1)).0, "Nytt ärende till Björkens vårdcentral");
        assert_eq!(words(&notice(NoticeKind::AssignedToMe, 1)).0, "Ett ärende har tilldelats dig");
        assert_eq!(words(&notice(NoticeKind::Summary, 12)).0, "12 nya händelser i ärenden");
    }
}
