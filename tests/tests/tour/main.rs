//! The tour: the main job through the real window, every step observed from outside the app.
//!
//! Real parts throughout: the app in WebKitGTK driven by its WebDriver, the practice server inside it, dunst as the
//! notification daemon, gnome-keyring as the keychain. `cargo xtask run --tour` gives it a private session and says
//! where the programs are; it saves numbered screenshots and a report.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test: what can't go on ends it with a word")]

mod axe;
mod broken_files;
mod by_keyboard;
mod colleague;
mod crash;
mod desktop;
mod disk;
mod handlers_day;
mod no_keychain;
mod pixels;
mod report;
mod resident;
mod steps;
mod tray;
mod troubled_day;
mod window;

use std::path::PathBuf;

/// Where the programs are and where the report goes; `cargo xtask` says it by environment variables.
pub struct Places {
    pub app: PathBuf,
    pub out: PathBuf,
    pub session_dirs: Vec<PathBuf>,
}

fn place(name: &str) -> PathBuf {
    match std::env::var_os(name) {
        Some(path) => PathBuf::from(path),
        None => panic!("{name} is not set: start the tour with `cargo xtask run --tour`"),
    }
}

impl Places {
    fn read() -> Self {
        // The session's whole folder, each that is named on its own, should it lie elsewhere, and the session's logs.
        let named = [
            "MOTTAGET_SESSION",
            "HOME",
            "XDG_STATE_HOME",
            "XDG_DATA_HOME",
            "XDG_CONFIG_HOME",
            "XDG_CACHE_HOME",
            "XDG_RUNTIME_DIR",
            "TMPDIR",
        ];
        let out = place("MOTTAGET_TOUR_DIR");
        let logs = out.with_file_name("session-logs").join("tour");
        let session_dirs = named.into_iter().filter_map(std::env::var_os).map(PathBuf::from).chain([logs]).collect();
        Self { app: place("MOTTAGET_APP"), out, session_dirs }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tour() {
    // Another part of the test may have been faster; then a provider is there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let places = Places::read();
    let mut report = report::Report::new(&places.out);
    let outcome = steps::walk(&places, &mut report).await;
    report.close(outcome.as_ref().err().map(String::as_str));
    if let Err(why) = outcome {
        panic!("the tour ended: {why}\nsee {}", places.out.join("report.md").display());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn troubled_day() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let places = Places::read();
    let out = places.out.join("troubled-day");
    let mut report = report::Report::new(&out);
    let outcome = troubled_day::walk(&places, &mut report).await;
    report.close(outcome.as_ref().err().map(String::as_str));
    if let Err(why) = outcome {
        panic!("the troubled day ended: {why}\nsee {}", out.join("report.md").display());
    }
}
