//! How the web view draws on Linux: with the graphics card where there is one, else straight with the processor.
//!
//! Without a card (a terminal server, a thin client, a virtual machine) WebKitGTK still draws through OpenGL, which Mesa
//! then works out on the processor: the first picture comes about 100 ms later, and a window takes some 50 MiB more.

use std::path::Path;
use tauri::WebviewWindow;
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

/// Decides it for a window that has just been made.
///
/// # Errors
/// When the window has gone already.
pub fn choose(window: &WebviewWindow) -> tauri::Result<()> {
    if has_card(Path::new("/dev/dri")) {
        return Ok(());
    }
    window.with_webview(|view| {
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// Is there a card that programs may draw with? The kernel shows each as a render node.
fn has_card(folder: &Path) -> bool {
    std::fs::read_dir(folder)
        .is_ok_and(|entries| entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("renderD")))
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
        std::fs::write(folder.path().join("renderD128"), "").unwrap();
        assert!(has_card(folder.path()));
    }
}
