//! A second start: one app runs per person and machine, so it shows the window of the first and ends. What it was told on
//! the command line is then not used, and both say so.

use crate::window;
use std::sync::atomic::{AtomicBool, Ordering};
use tauri::plugin::{self, TauriPlugin};
use tauri::{AppHandle, Manager, Resource, Wry};

/// This start has found no other one.
static ALONE: AtomicBool = AtomicBool::new(false);

/// Dropped when this start ends because it is the second one: from there the single-instance plugin never comes back.
struct Unused(Vec<String>);

impl Resource for Unused {}

impl Drop for Unused {
    fn drop(&mut self) {
        if ALONE.load(Ordering::Relaxed) {
            return;
        }
        if let Some(words) = words(&self.0) {
            eprintln!("{words}");
        }
    }
}

/// Has to stand before the single-instance plugin.
pub fn told() -> TauriPlugin<Wry> {
    plugin::Builder::new("second-start")
        .setup(|app, _| {
            app.resources_table().add(Unused(std::env::args().skip(1).collect()));
            Ok(())
        })
        .build()
}

/// This start goes on: there is no other.
pub fn is_first() {
    ALONE.store(true, Ordering::Relaxed);
}

/// Somebody has started the app again, with these arguments, the program's name before them.
pub fn met(app: &AppHandle, arguments: &[String]) {
    let given = arguments.get(1..).unwrap_or_default();
    if !std::env::args().skip(1).eq(given.iter().cloned())
        && let Some(words) = words(given)
    {
        tracing::warn!("a second start: {words}");
    }
    window::show(app);
}

/// Nothing, if there is nothing that could have been used.
fn words(arguments: &[String]) -> Option<String> {
    let given = arguments.join(" ");
    (!arguments.is_empty()).then(|| {
        format!(
            "Mottaget is running already, and its window is shown now. These arguments were not used: {given}\n\
             Quit it first (Avsluta in its tray menu, or close its window where there is no tray) to start with them."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_that_were_not_used_are_named_and_no_arguments_are_no_news() {
        let told = words(&["--data-dir".to_owned(), "elsewhere".to_owned()]).unwrap();
        assert!(told.contains("running already") && told.contains("not used: --data-dir elsewhere\n"), "{told}");
        assert_eq!(words(&[]), None);
    }
}
