//! How the web view draws on Linux: with the graphics card where there is one, else straight with the processor.
//!
//! Without a card (a terminal server, a thin client, a virtual machine) WebKitGTK still draws through OpenGL, which Mesa
//! then works out on the processor: the first picture comes about 100 ms later, and a window takes some 50 MiB more. Half of
//! that is spent before anything is drawn: the app's own process and the drawing one both bring up Mesa's driver, only to
//! learn what it could do. See `docs/adr/0023-no-opengl-without-a-card.md`.

use crate::window::MAIN;
use gtk::glib::{self, Propagation};
use gtk::prelude::WidgetExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tauri::{AppHandle, Manager, Runtime, WebviewWindow};
use webkit2gtk::{HardwareAccelerationPolicy, LoadEvent, SettingsExt, WebView, WebViewExt};

/// Where the kernel shows what programs may draw with.
const CARDS: &str = "/dev/dri";

/// The engine's own variable: its processes share no pictures through the card, and so do not ask what it can do.
const NO_SHARED_PICTURES: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Tells the engine before it is in use. To be called before there is a second thread, since the environment belongs to all
/// of them. Whoever has set the variable has decided.
pub fn prepare() {
    if !has_card(Path::new(CARDS)) {
        // Without it everything works, only later.
        let _ = glib::setenv(NO_SHARED_PICTURES, "1", false);
    }
}

/// Whether the window without a card has a page to draw.
struct MayDraw(Arc<AtomicBool>);

/// Decides it for a window that has just been made.
///
/// # Errors
/// When the window has gone already.
pub fn choose(window: &WebviewWindow) -> tauri::Result<()> {
    if has_card(Path::new(CARDS)) {
        return Ok(());
    }
    let may_draw = Arc::new(AtomicBool::new(false));
    window.manage(MayDraw(Arc::clone(&may_draw)));
    window.with_webview(|view| {
        let view = view.inner();
        if let Some(settings) = WebViewExt::settings(&view) {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
        wait_for_page(&view, may_draw);
    })
}

/// The page says that its first picture stands: what was not drawn while it came is drawn now.
pub fn picture_stands<R: Runtime>(app: &AppHandle<R>) {
    let Some(may_draw) = app.try_state::<MayDraw>() else { return };
    may_draw.0.store(true, Ordering::Relaxed);
    if let Some(window) = app.get_webview_window(MAIN) {
        // A window that has gone draws nothing.
        let _ = window.with_webview(|view| view.inner().queue_draw());
    }
}

/// Nothing is drawn before there is a page. Asked sooner, the engine waits in the middle of drawing for a picture that its
/// other process can't make yet, for half a second in which the app does nothing else.
fn wait_for_page(view: &WebView, may_draw: Arc<AtomicBool>) {
    let (page_is_here, page_is_gone) = (Arc::clone(&may_draw), Arc::clone(&may_draw));
    view.connect_draw(
        move |_, _| if may_draw.load(Ordering::Relaxed) { Propagation::Proceed } else { Propagation::Stop },
    );
    // From then on each picture that comes asks to be drawn by itself. A load that failed ends so, too.
    view.connect_load_changed(move |_, event| {
        if event == LoadEvent::Finished {
            page_is_here.store(true, Ordering::Relaxed);
        }
    });
    // The process that draws has ended: until the page is here again there is nothing to wait for.
    view.connect_web_process_terminated(move |_, _| page_is_gone.store(false, Ordering::Relaxed));
}

/// Is there a card that this person's programs may draw with? The kernel shows each as a render node, and a node that may not
/// be opened (another seat's, a container's) is of no use to the engine either.
fn has_card(folder: &Path) -> bool {
    let is_node = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with("renderD");
    let opens = |path: &Path| std::fs::OpenOptions::new().read(true).write(true).open(path).is_ok();
    std::fs::read_dir(folder)
        .is_ok_and(|entries| entries.flatten().any(|entry| is_node(&entry) && opens(&entry.path())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_a_render_node() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!has_card(&folder.path().join("none")));
        std::fs::write(folder.path().join("card0"), "").unwrap();
        assert!(!has_card(folder.path()), "a screen without anything that draws");
        std::fs::create_dir(folder.path().join("renderD127")).unwrap();
        assert!(!has_card(folder.path()), "a node that can't be opened, to whoever asks");
        std::fs::write(folder.path().join("renderD128"), "").unwrap();
        assert!(has_card(folder.path()));
    }
}
