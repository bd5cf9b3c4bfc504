//! A notice becomes an OS notification; its click opens the case; it goes away when it has lost its reason.
//!
//! The texts name the clinic at most: no resident, no type, nothing that a passer-by may not read.

use crate::shell::Shell;
use crate::view::{Language, OpenCase};
use crate::{events, window};
use mottaget_client::{Client, Notice, NoticeKind};
use notify_rust::Notification;
#[cfg(target_os = "linux")]
use notify_rust::{Hint, NotificationResponse, Timeout};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tauri::{AppHandle, Manager};
use tokio::sync::oneshot;

/// Notifications on the screen, by notice id: sending closes them.
#[derive(Default)]
pub struct Shown {
    /// One round of showing at a time.
    turn: tokio::sync::Mutex<()>,
    on_screen: Mutex<OnScreen>,
}

#[derive(Default)]
struct OnScreen {
    by_id: HashMap<String, oneshot::Sender<()>>,
    /// Rises whenever all are withdrawn: what was on its way to the screen then goes too.
    age: Age,
}

/// Between two of these everything was withdrawn.
type Age = u64;

/// How long the daemon may take to answer.
const DAEMON_PATIENCE: Duration = Duration::from_secs(10);

/// Shows what waits and withdraws what has lost its reason.
pub async fn in_turn(app: AppHandle, client: Client) {
    let shell = app.state::<Shell>();
    let _turn = shell.shown.turn.lock().await;
    work(&app, &client).await;
}

async fn work(app: &AppHandle, client: &Client) {
    // Before the session is looked at: whoever signs out after that is noticed.
    let age = app.state::<Shell>().shown.age();
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
        if app.state::<Shell>().shown.age() != age {
            return;
        }
        show(app, client, notice, age).await;
    }
}

async fn show(app: &AppHandle, client: &Client, notice: Notice, age: Age) {
    // Where no daemon answers, the case is in the list all the same, and the tray counts it.
    if let Err(error) = deliver(app, &notice, age).await {
        tracing::warn!(error, "no notification");
    }
    if let Err(error) = client.notice_shown(&notice.id).await {
        tracing::warn!(%error, "notice shown");
    }
}

/// Hands it to the desktop's notification daemon and waits, apart, for what the person does with it.
#[cfg(target_os = "linux")]
async fn deliver(app: &AppHandle, notice: &Notice, age: Age) -> Result<(), String> {
    let language = app.state::<Shell>().settings.screen().language;
    let (summary, body) = words(notice, language);
    let open = if language == Language::Sv { "Öppna" } else { "Open" };
    let mut notification = Notification::new();
    notification
        .appname("Mottaget")
        .summary(&summary)
        .body(&body)
        .timeout(Timeout::Never)
        .action("default", open)
        .hint(Hint::DesktopEntry("se.mottaget.desktop".to_owned()))
        .hint(Hint::Category("im.received".to_owned()));
    let shown = tokio::time::timeout(DAEMON_PATIENCE, notification.show_async()).await;
    let handle = shown.map_err(|_| "it does not answer".to_owned())?.map_err(|error| error.to_string())?;
    let (close, closed) = oneshot::channel();
    app.state::<Shell>().shown.keep(age, notice.id.clone(), close);
    let (app, id, case, kind) = (app.clone(), notice.id.clone(), notice.case, notice.kind);
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
            } else if kind == NoticeKind::Stopped {
                events::emit(&app, events::OPEN_OUTBOX, &());
            }
        }
    });
    Ok(())
}

/// Hands it to the system; there its click brings no case up yet. Written, not built on these systems.
#[cfg(not(target_os = "linux"))]
async fn deliver(app: &AppHandle, notice: &Notice, _: Age) -> Result<(), String> {
    let (summary, body) = words(notice, app.state::<Shell>().settings.screen().language);
    Notification::new()
        .appname("Mottaget")
        .summary(&summary)
        .body(&body)
        .show()
        .map(drop)
        .map_err(|error| error.to_string())
}

/// What the notification says, in the language of the screen.
fn words(notice: &Notice, language: Language) -> (String, String) {
    let clinic = notice.clinic_name.clone().unwrap_or_default();
    let summary = match language {
        Language::Sv => swedish(notice.kind, notice.count, &clinic),
        Language::En => english(notice.kind, notice.count, &clinic),
    };
    let body = match notice.kind {
        NoticeKind::NewCase => String::new(),
        _ => clinic,
    };
    (summary, body)
}

fn swedish(kind: NoticeKind, count: u32, clinic: &str) -> String {
    match kind {
        NoticeKind::NewCase if clinic.is_empty() => "Nytt ärende".to_owned(),
        NoticeKind::NewCase => format!("Nytt ärende till {clinic}"),
        NoticeKind::AssignedToMe => "Ett ärende har tilldelats dig".to_owned(),
        NoticeKind::AssignedToGroup => "Ett ärende har fördelats till din grupp".to_owned(),
        NoticeKind::TakenAway => "Ett av dina ärenden har fördelats om".to_owned(),
        NoticeKind::ResidentAnswered => "Svar från invånare i ett av dina ärenden".to_owned(),
        NoticeKind::Due => "Påminnelse: ett ärende väntar på svar".to_owned(),
        NoticeKind::DueUnanswered => "Påminnelse: ingen har svarat i ett ärende än".to_owned(),
        NoticeKind::AssignedToCovered => "Ett ärende har tilldelats en kollega som du ersätter".to_owned(),
        NoticeKind::AnsweredForColleague => "Svar från invånare i ett ärende som du bevakar åt en kollega".to_owned(),
        NoticeKind::AnsweredUnwatched => "Svar från invånare i ett ärende som ingen bevakar".to_owned(),
        NoticeKind::ShortGroup => "Ett ärende väntar hos en grupp som för få bevakar".to_owned(),
        NoticeKind::TakenBack => "Ditt meddelande togs tillbaka och har inte skickats".to_owned(),
        NoticeKind::Stopped => "Något du gjorde har stoppats och väntar på dig i Utkorgen".to_owned(),
        NoticeKind::Mentioned => "En kollega nämner dig i en anteckning".to_owned(),
        NoticeKind::Reminders => format!("Påminnelse: {count} ärenden väntar på svar"),
        NoticeKind::NewCases => format!("{count} nya ärenden"),
        NoticeKind::Summary => format!("{count} nya händelser"),
    }
}

fn english(kind: NoticeKind, count: u32, clinic: &str) -> String {
    match kind {
        NoticeKind::NewCase if clinic.is_empty() => "New case".to_owned(),
        NoticeKind::NewCase => format!("New case for {clinic}"),
        NoticeKind::AssignedToMe => "A case has been assigned to you".to_owned(),
        NoticeKind::AssignedToGroup => "A case has been distributed to your group".to_owned(),
        NoticeKind::TakenAway => "One of your cases has been given to somebody else".to_owned(),
        NoticeKind::ResidentAnswered => "A resident has answered in one of your cases".to_owned(),
        NoticeKind::Due => "Reminder: a case is waiting for a reply".to_owned(),
        NoticeKind::DueUnanswered => "Reminder: nobody has replied in a case yet".to_owned(),
        NoticeKind::AssignedToCovered => "A case has been assigned to a colleague you stand in for".to_owned(),
        NoticeKind::AnsweredForColleague => "A resident has answered in a case you watch for a colleague".to_owned(),
        NoticeKind::AnsweredUnwatched => "A resident has answered in a case that nobody watches".to_owned(),
        NoticeKind::ShortGroup => "A case is waiting in a group that too few watch".to_owned(),
        NoticeKind::TakenBack => "Your message was taken back and has not been sent".to_owned(),
        NoticeKind::Stopped => "Something you did was stopped and waits for you in the outbox".to_owned(),
        NoticeKind::Mentioned => "A colleague mentions you in a note".to_owned(),
        NoticeKind::Reminders => format!("Reminder: {count} cases are waiting for a reply"),
        NoticeKind::NewCases => format!("{count} new cases"),
        NoticeKind::Summary => format!("{count} new events"),
    }
}

impl Shown {
    fn on_screen(&self) -> MutexGuard<'_, OnScreen> {
        self.on_screen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn age(&self) -> Age {
        self.on_screen().age
    }

    /// Keeps what closes a notification that has just come on the screen; if all were withdrawn since it set out, it is
    /// closed at once.
    fn keep(&self, age: Age, id: String, close: oneshot::Sender<()>) {
        let mut on_screen = self.on_screen();
        if on_screen.age == age {
            on_screen.by_id.insert(id, close);
        } else {
            let _ = close.send(());
        }
    }

    fn forget(&self, id: &str) {
        self.on_screen().by_id.remove(id);
    }

    /// Withdraws one notification.
    pub fn close(&self, id: &str) {
        let sender = self.on_screen().by_id.remove(id);
        if let Some(sender) = sender {
            // Nobody listens any more if it was closed by the person in the meantime.
            let _ = sender.send(());
        }
    }

    /// Withdraws all, also what is on its way: at sign-out nothing of the old session stays on the screen.
    pub fn close_all(&self) {
        let all: Vec<_> = {
            let mut on_screen = self.on_screen();
            on_screen.age += 1;
            on_screen.by_id.drain().collect()
        };
        for (_, sender) in all {
            let _ = sender.send(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(kind: NoticeKind, count: u32, clinic: Option<&str>) -> Notice {
        Notice { id: "1".into(), kind, case: None, clinic: None, clinic_name: clinic.map(str::to_owned), count }
    }

    #[test]
    fn the_words_name_the_clinic_at_most() {
        let here = Some("Björkens vårdcentral");
        let expected = [
            (notice(NoticeKind::NewCase, 1, here), "Nytt ärende till Björkens vårdcentral", ""),
            (notice(NoticeKind::NewCase, 1, None), "Nytt ärende", ""),
            (notice(NoticeKind::AssignedToMe, 1, here), "Ett ärende har tilldelats dig", "Björkens vårdcentral"),
            (
                notice(NoticeKind::AssignedToGroup, 1, here),
                "Ett ärende har fördelats till din grupp",
                "Björkens vårdcentral",
            ),
            (notice(NoticeKind::TakenAway, 1, here), "Ett av dina ärenden har fördelats om", "Björkens vårdcentral"),
            (
                notice(NoticeKind::ResidentAnswered, 1, here),
                "Svar från invånare i ett av dina ärenden",
                "Björkens vårdcentral",
            ),
            (notice(NoticeKind::Due, 1, here), "Påminnelse: ett ärende väntar på svar", "Björkens vårdcentral"),
            (
                notice(NoticeKind::DueUnanswered, 1, here),
                "Påminnelse: ingen har svarat i ett ärende än",
                "Björkens vårdcentral",
            ),
            (notice(NoticeKind::Mentioned, 1, here), "En kollega nämner dig i en anteckning", "Björkens vårdcentral"),
            (
                notice(NoticeKind::AssignedToCovered, 1, here),
                "Ett ärende har tilldelats en kollega som du ersätter",
                "Björkens vårdcentral",
            ),
            (
                notice(NoticeKind::AnsweredForColleague, 1, here),
                "Svar från invånare i ett ärende som du bevakar åt en kollega",
                "Björkens vårdcentral",
            ),
            (
                notice(NoticeKind::AnsweredUnwatched, 1, here),
                "Svar från invånare i ett ärende som ingen bevakar",
                "Björkens vårdcentral",
            ),
            (
                notice(NoticeKind::ShortGroup, 1, here),
                "Ett ärende väntar hos en grupp som för få bevakar",
                "Björkens vårdcentral",
            ),
            (
                notice(NoticeKind::TakenBack, 1, here),
                "Ditt meddelande togs tillbaka och har inte skickats",
                "Björkens vårdcentral",
            ),
            (notice(NoticeKind::Reminders, 7, None), "Påminnelse: 7 ärenden väntar på svar", ""),
            (
                notice(NoticeKind::Stopped, 1, here),
                "Något du gjorde har stoppats och väntar på dig i Utkorgen",
                "Björkens vårdcentral",
            ),
            (notice(NoticeKind::NewCases, 8, here), "8 nya ärenden", "Björkens vårdcentral"),
            (notice(NoticeKind::Summary, 12, here), "12 nya händelser", "Björkens vårdcentral"),
            (notice(NoticeKind::Summary, 12, None), "12 nya händelser", ""),
        ];
        for (notice, summary, body) in expected {
            assert_eq!(words(&notice, Language::Sv), (summary.to_owned(), body.to_owned()), "{:?}", notice.kind);
        }
    }

    #[test]
    fn the_texts_are_in_the_language_of_the_screen() {
        let here = Some("Björkens vårdcentral");
        for (kind, count, summary) in [
            (NoticeKind::NewCase, 1, "New case for Björkens vårdcentral"),
            (NoticeKind::AssignedToMe, 1, "A case has been assigned to you"),
            (NoticeKind::Mentioned, 1, "A colleague mentions you in a note"),
            (NoticeKind::Reminders, 7, "Reminder: 7 cases are waiting for a reply"),
        ] {
            assert_eq!(words(&notice(kind, count, here), Language::En).0, summary);
        }
    }

    #[test]
    fn what_was_on_its_way_to_the_screen_at_sign_out_is_closed_when_it_arrives() {
        let shown = Shown::default();
        let old = shown.age();
        let (close, mut there) = oneshot::channel();
        shown.keep(old, "1".into(), close);
        assert!(there.try_recv().is_err(), "it stays");
        shown.close_all();
        assert_eq!(there.try_recv(), Ok(()));
        let (close, mut late) = oneshot::channel();
        shown.keep(old, "2".into(), close);
        assert_eq!(late.try_recv(), Ok(()), "withdrawn though it came after");
        let (close, mut next) = oneshot::channel();
        shown.keep(shown.age(), "3".into(), close);
        assert!(next.try_recv().is_err(), "the next session's stays");
    }
}
