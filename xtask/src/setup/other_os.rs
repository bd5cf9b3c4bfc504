//! Systems without apt: nothing is installed, what is missing is named with the way to get it.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::problem::{Outcome, Problem};
use crate::tools::which;

/// Something that a build needs, with the way to get it.
struct Missing {
    what: &'static str,
    how: &'static str,
}

/// Fails with a list if anything is missing.
pub fn check() -> Outcome {
    let missing = if cfg!(target_os = "macos") {
        missing_on_macos()
    } else if cfg!(windows) {
        missing_on_windows()
    } else {
        missing_elsewhere()
    };
    told(&missing)
}

/// What is missing, each with the way to get it; nothing missing is fine.
fn told(missing: &[Missing]) -> Outcome {
    if missing.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = missing.iter().map(|one| format!("  - {}: {}", one.what, one.how)).collect();
    Err(Problem::new(format!("Something is missing on this machine:\n{}", lines.join("\n")))
        .advise("install these, then start the same command again."))
}

fn works(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn python(missing: &mut Vec<Missing>, how: &'static str) {
    if which("python3").is_none() && which("python").is_none() {
        missing.push(Missing { what: "Python 3 with pip (fetches the pdfium library)", how });
    }
}

fn missing_on_macos() -> Vec<Missing> {
    let mut missing = Vec::new();
    if !works("xcode-select", &["-p"]) {
        missing.push(Missing { what: "Apple's command line tools", how: "run `xcode-select --install`" });
    }
    python(&mut missing, "it comes with Apple's command line tools");
    missing
}

fn missing_on_windows() -> Vec<Missing> {
    let mut missing = Vec::new();
    let web_view = [
        "C:\\Program Files (x86)\\Microsoft\\EdgeWebView\\Application",
        "C:\\Program Files\\Microsoft\\EdgeWebView\\Application",
    ];
    if !web_view.iter().any(|folder| Path::new(folder).is_dir()) {
        missing.push(Missing { what: "WebView2", how: "install the Evergreen runtime from Microsoft's WebView2 page" });
    }
    if which("perl").is_none() {
        missing.push(Missing {
            what: "Perl (builds OpenSSL for the encrypted database)",
            how: "`winget install StrawberryPerl.StrawberryPerl`",
        });
    }
    python(&mut missing, "`winget install Python.Python.3.12`");
    missing
}

fn missing_elsewhere() -> Vec<Missing> {
    let mut missing = Vec::new();
    if which("pkg-config").is_none() {
        missing.push(Missing { what: "pkg-config", how: "install pkg-config (or pkgconf) with your package manager" });
        return missing;
    }
    for (module, how) in [
        ("webkit2gtk-4.1", "WebKitGTK 4.1 with its development files"),
        ("gtk+-3.0", "GTK 3 with its development files"),
        ("libsoup-3.0", "libsoup 3 with its development files"),
        ("openssl", "OpenSSL with its development files"),
        ("ayatana-appindicator3-0.1", "libayatana-appindicator with its development files"),
    ] {
        if !works("pkg-config", &["--exists", module]) {
            missing.push(Missing { what: module, how });
        }
    }
    python(&mut missing, "install python3 and pip with your package manager");
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_missing_is_named_at_once_with_the_way_to_get_it() {
        assert!(told(&[]).is_ok());
        let missing =
            [Missing { what: "WebView2", how: "install it" }, Missing { what: "Perl", how: "`winget install it`" }];
        let words = told(&missing).unwrap_err().to_string();
        assert!(words.contains("WebView2: install it") && words.contains("Perl: `winget install it`"), "{words}");
        assert!(words.contains("start the same command again"), "{words}");
    }
}
