//! The tray: unread cases at a glance, a way back to the window, and out. Only where the desktop has one.

use crate::shell::Shell;
use crate::view::Language;
use crate::window;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use tauri::menu::{Menu, MenuItem};
use tauri::tray::{TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager};

const ID: &str = "mottaget";
const OPEN: &str = "open";
const QUIT: &str = "quit";

/// Whether the tray is there; the window's close button asks.
#[derive(Default)]
struct Placed(AtomicBool);

/// Makes room for the answer whether there is one, before anybody asks.
pub fn prepare(app: &AppHandle) {
    app.manage(Placed::default());
}

/// Puts the icon into the tray, once, on the thread of the window; returns when that has been done. Loading the desktop's
/// library for it takes that thread tens of milliseconds, so this is not for before the first picture.
pub async fn place(app: &AppHandle) {
    let (done, placed) = tokio::sync::oneshot::channel();
    let handle = app.clone();
    let asked = app.run_on_main_thread(move || {
        if handle.tray_by_id(ID).is_none() {
            place_here(&handle);
        }
        // Nobody waiting any more is fine.
        let _ = done.send(());
    });
    match asked {
        Ok(()) => drop(placed.await),
        Err(error) => tracing::warn!(%error, "no tray"),
    }
}

/// A desktop without a tray is no error: the app works without.
fn place_here(app: &AppHandle) {
    // The library behind the tray panics where libayatana-appindicator is not installed; that must not end the app.
    let built = catch_unwind(AssertUnwindSafe(|| build(app)));
    match built {
        Ok(Ok(())) => app.state::<Placed>().0.store(true, Ordering::Relaxed),
        Ok(Err(error)) => tracing::warn!(%error, "no tray"),
        Err(_) => tracing::warn!("no tray: the desktop's indicator library is missing"),
    }
}

/// Can the tray bring the window back?
#[must_use]
pub fn is_visible(app: &AppHandle) -> bool {
    app.try_state::<Placed>().is_some_and(|placed| placed.0.load(Ordering::Relaxed)) && has_host()
}

/// Shows how many cases are unread: a number, nobody's name.
pub fn show_unread(app: &AppHandle, unread: u64) {
    let Some(tray) = app.tray_by_id(ID) else { return };
    let word = if in_swedish(app) { "olästa" } else { "unread" };
    let text = if unread == 0 { "Mottaget".to_owned() } else { format!("Mottaget – {unread} {word}") };
    // A tray that can't show a text shows the icon alone.
    let _ = tray.set_tooltip(Some(&text));
    let _ = tray.set_title((unread > 0).then(|| unread.to_string()));
}

/// The language of the screen at the time; the menu has that of the start.
fn in_swedish(app: &AppHandle) -> bool {
    app.state::<Shell>().settings.screen().language == Language::Sv
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let (open, quit) = if in_swedish(app) { ("Öppna Mottaget", "Avsluta") } else { ("Open Mottaget", "Quit") };
    let open = MenuItem::with_id(app, OPEN, open, true, None::<&str>)?;
    let quit = MenuItem::with_id(app, QUIT, quit, true, None::<&str>)?;
    // On Linux the icon registers only if it has a menu.
    let menu = Menu::with_items(app, &[&open, &quit])?;
    let mut builder = TrayIconBuilder::with_id(ID).menu(&menu).tooltip("Mottaget");
    if let Some(icon) = app.default_window_icon() {
        builder = builder.icon(icon.clone());
    }
    builder
        .on_menu_event(|app, event| match event.id().as_ref() {
            OPEN => window::show(app),
            QUIT => app.exit(0),
            _ => {}
        })
        .on_tray_icon_event(|tray: &TrayIcon, event| {
            if let TrayIconEvent::DoubleClick { .. } = event {
                window::show(tray.app_handle());
            }
        })
        .build(app)?;
    Ok(())
}

/// Is anybody there to show tray icons? On Linux that is a service on the session bus, elsewhere always.
#[cfg(target_os = "linux")]
fn has_host() -> bool {
    let Ok(bus) = zbus::blocking::Connection::session() else { return false };
    let Ok(proxy) = zbus::blocking::fdo::DBusProxy::new(&bus) else { return false };
    zbus::names::BusName::try_from("org.kde.StatusNotifierWatcher")
        .ok()
        .and_then(|name| proxy.name_has_owner(name).ok())
        .unwrap_or(false)
}

#[cfg(not(target_os = "linux"))]
fn has_host() -> bool {
    true
}
