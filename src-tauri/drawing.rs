//! How the web view draws on Linux: with the graphics card where there is one, else straight with the processor.
//!
//! Without a card (a terminal server, a thin client, a virtual machine) WebKitGTK still draws through OpenGL, which Mesa
//! then works out on the processor: the first picture comes about 100 ms later and each window takes some 20 MiB more.

use std::path::Path;

/// Read by WebKitGTK's web process, which inherits it.
const DRAW_WITH_PROCESSOR: &str = "WEBKIT_SKIA_ENABLE_CPU_RENDERING";

/// Decides it; whoever has set the variable has the last word.
///
/// Call it before anything else runs in this process.
#[allow(unsafe_code, reason = "the environment can't be changed in any other way; see below why this is sound")]
pub fn choose() {
    if std::env::var_os(DRAW_WITH_PROCESSOR).is_none() && !has_card(Path::new("/dev/dri")) {
        // SAFETY: nothing else has been started, so no other thread can be reading the environment.
        unsafe { std::env::set_var(DRAW_WITH_PROCESSOR, "1") };
    }
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
