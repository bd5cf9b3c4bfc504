//! Measures the app itself, in its real window: how soon its list can be used, what it needs of memory, how soon a
//! notification follows what happened at the server, and a letter its key while the app catches up; each beside the least that
//! could do the job, in the same run.
//!
//! `cargo xtask bench` starts it in a private session and says by environment variables where the programs are. Named on
//! the command line, `start` (which takes the memory too), `notification` or `keystrokes` is measured alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a measurement that can't go on says why and ends"
)]

#[path = "../../tests/tour/desktop.rs"]
#[allow(dead_code, reason = "the tour needs more of it")]
mod desktop;
mod figure;
mod fill;
mod keystrokes;
mod memory;
mod notification;
#[path = "../../tests/tour/pixels.rs"]
#[allow(dead_code, reason = "the tour needs more of it")]
mod pixels;
mod profile;
mod program;
#[path = "../../tests/tour/resident.rs"]
#[allow(dead_code, reason = "the tour needs more of it")]
mod resident;
mod server;
mod start;
#[path = "../../tests/tour/window.rs"]
#[allow(dead_code, reason = "the tour needs more of it")]
mod window;

use profile::Profile;
use server::PracticeServer;
use std::path::PathBuf;
use window::Answer;

/// Cases in the cache, as in a clinic that has used the app for years.
const CASES: usize = 50_000;

/// Where the programs are and where figures go.
struct Places {
    app: PathBuf,
    server: PathBuf,
    empty_window: PathBuf,
    bare_notifier: PathBuf,
    out: PathBuf,
}

impl Places {
    fn read() -> Answer<Self> {
        let place = |name: &str| {
            let path =
                std::env::var_os(name).ok_or(format!("{name} is not set: start this with `cargo xtask bench`"))?;
            Ok::<_, String>(PathBuf::from(path))
        };
        Ok(Self {
            app: place("MOTTAGET_APP")?,
            server: place("MOTTAGET_SERVER")?,
            empty_window: place("MOTTAGET_EMPTY_WINDOW")?,
            bare_notifier: place("MOTTAGET_BARE_NOTIFIER")?,
            out: place("MOTTAGET_BENCH_OUT")?,
        })
    }
}

#[tokio::main]
async fn main() {
    // Another part may have been faster; then a provider is there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    if let Err(why) = measure().await {
        eprintln!("could not measure the app: {why}");
        std::process::exit(1);
    }
}

async fn measure() -> Answer<()> {
    let places = Places::read()?;
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let named: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wanted = |what: &str| named.is_empty() || named.iter().any(|name| name == what);
    if wanted("keystrokes") {
        keystrokes::measure(&places, scratch.path()).await?;
    }
    if !wanted("start") && !wanted("notification") {
        return Ok(());
    }
    let mut server = PracticeServer::start(&places.server, &scratch.path().join("server")).await?;
    println!("preparing two profiles with {CASES} cached cases each");
    let outside = Profile::at_server(&places.app, &scratch.path().join("outside"), server.address()).await?;
    outside.fill(CASES)?;
    let practice = Profile::in_practice(&places.app, &scratch.path().join("practice")).await?;
    practice.fill(CASES)?;
    if wanted("start") {
        start::measure(&places, &outside, &practice).await?;
    }
    if wanted("notification") {
        notification::measure(&places, &outside, &mut server).await?;
    }
    Ok(())
}
