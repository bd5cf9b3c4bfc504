//! The one window: opened without a store of its own, hidden rather than closed while the tray can bring it back.

#[cfg(target_os = "linux")]
use crate::drawing;
use crate::options::Options;
use crate::tray;
use tauri::{AppHandle, Manager, Runtime, WebviewUrl, WebviewWindowBuilder, Window, WindowEvent};

/// The window's label; `capabilities/` names it.
pub const MAIN: &str = "main";

/// For measurements: goes to the page's own title when rows of a list have been painted. Two frames after they are in
/// the page they are on the screen.
const TELL_WHEN_PAINTED: &str = "new MutationObserver((_, look) => {
    if (!document.querySelector('[data-test=case-row]')) return;
    look.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => { document.title = 'painted'; }));
}).observe(document, { childList: true, subtree: true });";

/// Opens it. The web view runs incognito: nothing that it shows is kept on disk. Only under a WebDriver it can't, since
/// WebKitGTK's driver does not reach a web view with a store of its own; the tour then searches that store too.
///
/// # Errors
/// What the desktop says when it has no window to give.
pub fn open(app: &AppHandle, options: &Options) -> tauri::Result<()> {
    let mut window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()));
    if let Some(route) = &options.open {
        let route = serde_json::Value::from(route.as_str());
        window = window.initialization_script(format!("location.hash ||= {route};"));
    }
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
    #[cfg(target_os = "linux")]
    drawing::choose(&window)?;
    #[cfg(not(target_os = "linux"))]
    let _ = window; // there the web view decides by itself
    Ok(())
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
    if let Some(window) = app.get_webview_window(MAIN) {
        // Each of these may fail on a desktop that does not know it; the others still help.
        let _ = window.show();
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
}

/// Closing hides the window where a tray can bring it back, so that notifications go on.
pub fn on_event(window: &Window, event: &WindowEvent) {
    if let WindowEvent::CloseRequested { api, .. } = event
        && tray::is_visible(window.app_handle())
    {
        api.prevent_close();
        let _ = window.hide();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_screen_stays_at_home() {
        assert!(is_our_own("tauri://localhost/index.html#/inbox") && is_our_own("tauri://localhost"));
        for elsewhere in
            ["https://example.org/", "file:///etc/passwd", "tauri://localhost.example.org/", "data:text/html,x"]
        {
            assert!(!is_our_own(elsewhere), "{elsewhere}");
        }
    }
}
