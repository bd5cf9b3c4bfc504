//! The one window: opened without a store of its own, hidden rather than closed while the tray can bring it back. The
//! client is told how it stands, since what nobody sees is read by nobody.

#[cfg(target_os = "linux")]
use crate::drawing;
use crate::options::Options;
use crate::shell::Shell;
use crate::tray;
use mottaget_client::{Client, Sight};
#[cfg(target_os = "linux")]
use std::cell::Cell;
use std::sync::{Mutex, PoisonError};
#[cfg(target_os = "linux")]
use std::time::{Duration, Instant};
use tauri::{AppHandle, Manager, Runtime, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Window, WindowEvent};
#[cfg(target_os = "linux")]
use webkit2gtk::WebViewExt;

/// The window's label; `capabilities/` names it.
pub const MAIN: &str = "main";

/// Asks the first questions while the page's own scripts are still on their way.
const FIRST_LOOK: &str = include_str!("../ui/src/ipc/first-look.js");

/// For measurements: goes to the page's own title when rows of a list have been painted. Two frames after they are in
/// the page they are on the screen.
const TELL_WHEN_PAINTED: &str = "new MutationObserver((_, look) => {
    if (!document.querySelector('[data-test=case-row]')) return;
    look.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => { document.title = 'painted'; }));
}).observe(document, { childList: true, subtree: true });";

/// How the window stands to the person, as far as the desktop has told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stand {
    shown: bool,
    focused: bool,
}

/// Who opens a window has it before them, until the desktop says otherwise.
#[derive(Debug)]
struct Standing(Mutex<Stand>);

impl Stand {
    fn sight(self, minimized: bool) -> Sight {
        match self {
            Self { shown: false, .. } => Sight::Hidden,
            Self { focused: true, .. } => Sight::Front,
            Self { .. } if minimized => Sight::Hidden,
            Self { .. } => Sight::Visible,
        }
    }
}

/// Opens it. The web view runs incognito: nothing that it shows is kept on disk. Only under a WebDriver it can't, since
/// WebKitGTK's driver does not reach a web view with a store of its own; the tour then searches that store too.
///
/// # Errors
/// What the desktop says when it has no window to give.
pub fn open(app: &AppHandle, options: &Options) -> tauri::Result<()> {
    app.manage(Standing(Mutex::new(Stand { shown: true, focused: true })));
    let mut window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()));
    if let Some(route) = &options.open {
        let route = serde_json::Value::from(route.as_str());
        window = window.initialization_script(format!("location.hash ||= {route};"));
    }
    window = window.initialization_script(FIRST_LOOK);
    if options.time_start {
        window = window.initialization_script(TELL_WHEN_PAINTED).on_document_title_changed(|_, title| {
            if title == "painted" {
                println!("{title}");
            }
        });
    }
    let window = window
        .title("Mottaget")
        .inner_size(1280.0, 800.0)
        .min_inner_size(640.0, 480.0)
        .incognito(std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_none())
        .on_navigation(|url| is_our_own(url.as_str()))
        // files are dropped onto the screen's own drop zone or nowhere; never navigated to
        .disable_drag_drop_handler()
        .build()?;
    zoom(&window, app.state::<Shell>().settings.zoom())?;
    #[cfg(target_os = "linux")]
    {
        drawing::choose(&window)?;
        window.with_webview(|view| load_again_after_a_fault(&view.inner()))?;
    }
    Ok(())
}

/// Pages that end twice within this time would go on doing so.
#[cfg(target_os = "linux")]
const BETWEEN_FAULTS: Duration = Duration::from_secs(10);

/// The screen's page, as the web view names it on Linux.
#[cfg(target_os = "linux")]
const OWN_PAGE: &str = "tauri://localhost/index.html";

/// The process that draws the page has ended, by a fault or for want of memory: the page is loaded again. What was written is
/// in the journal, and the composer opens with it. One that goes on ending is not loaded for ever; a page without scripts says
/// what helps.
#[cfg(target_os = "linux")]
fn load_again_after_a_fault(view: &webkit2gtk::WebView) {
    let last = Cell::new(None::<Instant>);
    view.connect_web_process_terminated(move |view, reason| {
        tracing::warn!(?reason, "the process that draws the window ended");
        let before = last.replace(Some(Instant::now()));
        let again = before.is_none_or(|before| before.elapsed() > BETWEEN_FAULTS);
        // Not in the middle of the engine's own clearing up.
        let view = view.clone();
        gtk::glib::idle_add_local_once(move || {
            if again {
                view.load_uri(OWN_PAGE);
            } else {
                view.load_alternate_html(KEEPS_ENDING, OWN_PAGE, None);
            }
        });
    });
}

/// In both languages, since the one that was chosen is known to the page that does not come.
#[cfg(target_os = "linux")]
const KEEPS_ENDING: &str = r#"<!doctype html><html lang="sv"><meta charset="utf-8"><title>Mottaget</title>
<body style="font: 18px/1.5 sans-serif; max-width: 34em; margin: 15vh auto; padding: 0 2em; color: #222; background: #fff">
<h1 style="font-size: 1.3em">Fönstret går inte att visa just nu</h1>
<p>Det du har skrivit är sparat. Avsluta Mottaget och starta programmet igen. Hjälper inte det: starta om datorn, eller be din
IT-support om hjälp.</p>
<p lang="en">The window can't be shown. What you have written is saved. End Mottaget and start it again. If that does not help,
restart the computer or ask your IT support.</p></body></html>"#;

/// How large everything on the screen is.
///
/// # Errors
/// What the engine says.
pub fn zoom(window: &WebviewWindow, percent: u16) -> tauri::Result<()> {
    window.set_zoom(f64::from(percent) / 100.0)
}

/// The screen never leaves its own pages; the development server counts only where the app is built to use it.
fn is_our_own(url: &str) -> bool {
    let own = ["tauri://localhost", "http://tauri.localhost", "https://tauri.localhost"];
    let development = cfg!(not(feature = "custom-protocol")) && url.starts_with("http://127.0.0.1:1420");
    development
        || own.iter().any(|start| url.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// Brings the window to the front.
pub fn show<R: Runtime>(app: &AppHandle<R>) {
    stands(app, |_| Stand { shown: true, focused: true });
    if let Some(window) = app.get_webview_window(MAIN) {
        // Each of these may fail on a desktop that does not know it; the others still help.
        let _ = window.show();
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
}

/// Closing hides the window where a tray can bring it back, so that notifications go on.
pub fn on_event(window: &Window, event: &WindowEvent) {
    let app = window.app_handle();
    match event {
        WindowEvent::CloseRequested { api, .. } if tray::is_visible(app) => {
            api.prevent_close();
            let _ = window.hide();
            stands(app, |_| Stand { shown: false, focused: false });
        }
        // A hidden window has no focus to get; what is told late does not bring it back.
        WindowEvent::Focused(focused) => stands(app, |now| Stand { focused: *focused && now.shown, ..now }),
        _ => {}
    }
}

/// Notes how the window stands, and tells the client as soon as there is one.
fn stands<R: Runtime>(app: &AppHandle<R>, change: impl FnOnce(Stand) -> Stand) {
    let Some(standing) = app.try_state::<Standing>() else { return };
    {
        let mut now = standing.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = change(*now);
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        // Without a client nothing is read.
        if let Ok(client) = app.state::<Shell>().client().await {
            tell_sight(&app, &client);
        }
    });
}

/// Tells the client how the window stands now. Not to be called on the thread of the window, which may be asked here.
pub fn tell_sight<R: Runtime>(app: &AppHandle<R>, client: &Client) {
    let Some(standing) = app.try_state::<Standing>() else { return };
    let told = *standing.0.lock().unwrap_or_else(PoisonError::into_inner);
    // asked without the lock, for which the window's own thread may be waiting
    let minimized = told.shown && !told.focused && is_minimized(app);
    // told under the lock, so that what is told last is what was noted last
    let now = standing.0.lock().unwrap_or_else(PoisonError::into_inner);
    client.set_sight(now.sight(minimized));
}

fn is_minimized<R: Runtime>(app: &AppHandle<R>) -> bool {
    app.get_webview_window(MAIN).is_some_and(|window| window.is_minimized().unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_window_with_the_focus_is_in_front_and_one_behind_the_tray_or_minimized_is_seen_by_nobody() {
        let sight = |shown, focused, minimized| Stand { shown, focused }.sight(minimized);
        assert_eq!(sight(true, true, false), Sight::Front);
        assert_eq!(sight(true, false, false), Sight::Visible);
        assert_eq!(sight(true, false, true), Sight::Hidden);
        assert_eq!(sight(false, false, false), Sight::Hidden);
    }

    #[test]
    fn the_screen_stays_at_home() {
        assert!(is_our_own("tauri://localhost/index.html#/inbox") && is_our_own("tauri://localhost"));
        for elsewhere in
            ["https://example.org/", "file:///etc/passwd", "tauri://localhost.example.org/", "data:text/html,x"]
        {
            assert!(!is_our_own(elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn the_content_policy_names_what_may_be_loaded_and_nothing_from_outside_the_app() {
        let config: serde_json::Value = serde_json::from_str(include_str!("../tauri.conf.json")).unwrap();
        let policy = config.pointer("/app/security/csp").and_then(serde_json::Value::as_str).unwrap();
        let mut rules = policy.split(';').map(|rule| rule.split_whitespace().collect::<Vec<_>>());
        assert_eq!(rules.next().unwrap(), ["default-src", "'none'"], "what is not named is forbidden");
        // the app's own pages, its pictures of previews, its commands; the two addresses are how Windows names schemes
        let own = ["'self'", "'none'", "preview:", "http://preview.localhost", "ipc:", "http://ipc.localhost"];
        for rule in rules {
            let (what, sources) = rule.split_first().unwrap();
            assert!(!sources.is_empty(), "{what}");
            for source in sources {
                assert!(own.contains(source), "{what} {source}");
            }
        }
        for closed in ["base-uri", "form-action", "frame-ancestors"] {
            assert!(policy.contains(&format!("{closed} 'none'")), "{closed}");
        }
    }
}
