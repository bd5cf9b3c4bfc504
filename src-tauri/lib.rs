//! The shell: the only room that knows Tauri. It opens the window, keeps secrets in the keychain, shows notifications,
//! and hands everything else to [`mottaget_client`].
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice)
)]

mod commands;
#[cfg(target_os = "linux")]
mod drawing;
mod error;
mod events;
mod keychain;
#[cfg(target_os = "linux")]
mod linking;
mod notify;
mod options;
mod picking;
mod practice;
mod preview_scheme;
mod second;
mod settings;
mod shell;
mod tray;
mod view;
mod window;

pub use error::ShellError;

use shell::Shell;
use std::process::ExitCode;
use tauri::{Manager, RunEvent};

/// Runs the app until it is quit.
#[must_use]
pub fn run() -> ExitCode {
    #[cfg(target_os = "linux")]
    {
        linking::hasten();
        drawing::prepare();
    }
    let options = match options::read(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    start_log();
    // Fails only if another part was faster; then a provider is there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match build(options) {
        Ok(app) => {
            app.run(|app, event| {
                if let RunEvent::Exit = event {
                    tauri::async_runtime::block_on(app.state::<Shell>().stop());
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            can_not_start(&error);
            ExitCode::FAILURE
        }
    }
}

/// Only what leaves no window to say it in.
fn can_not_start(error: &dyn std::error::Error) {
    eprintln!("Mottaget can't start: {error}");
}

fn build(options: options::Options) -> tauri::Result<tauri::App> {
    let bindings = commands::bindings();
    let builder = tauri::Builder::default();
    #[cfg(not(target_os = "linux"))]
    let builder = builder.plugin(tauri_plugin_dialog::init());
    builder
        .plugin(second::told())
        .plugin(tauri_plugin_single_instance::init(|app, arguments, _| second::met(app, &arguments)))
        .plugin(tauri_plugin_store::Builder::new().build())
        .register_asynchronous_uri_scheme_protocol(preview_scheme::SCHEME, preview_scheme::answer)
        .invoke_handler(bindings.invoke_handler())
        .setup(move |app| {
            second::is_first();
            if let Err(error) = set_up(app.handle(), &options) {
                // An error that is given back here would be a panic.
                can_not_start(error.as_ref());
                std::process::exit(1);
            }
            Ok(())
        })
        .on_window_event(window::on_event)
        .build(tauri::generate_context!())
}

fn set_up(app: &tauri::AppHandle, options: &options::Options) -> Result<(), Box<dyn std::error::Error>> {
    app.manage(Shell::new(app, options)?);
    tray::prepare(app);
    window::open(app, options)?;
    shell::begin(app);
    end_on_signal(app);
    Ok(())
}

/// The end of a desktop session, or a terminal's Ctrl-C: ends in order, with the files closed, as by the menu.
#[cfg(unix)]
fn end_on_signal(app: &tauri::AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let (Ok(mut end), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
        else {
            return;
        };
        tokio::select! {
            _ = end.recv() => {}
            _ = interrupt.recv() => {}
        }
        app.exit(0);
    });
}

#[cfg(not(unix))]
fn end_on_signal(_: &tauri::AppHandle) {}

/// Logs go to standard error, in English and without anything about a patient; `MOTTAGET_LOG` sets the level.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("MOTTAGET_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    // A second start of the log in one process (tests) changes nothing.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
