//! Picking the files to attach: on Linux in a dialog of our own around GTK's file chooser, elsewhere in the system's.
//!
//! GTK's ready-made file dialog notes what was picked in a list that all programs read (`recently-used.xbel`), and the
//! name of a file can name a patient. The note is written by the ready-made dialog's answer alone, not by the chooser in
//! it: in a plain dialog the same chooser picks without a trace. What it keeps in the desktop's settings says how its
//! list was sorted and nothing about files.

use crate::error::ShellError;
use crate::shell::Shell;
use crate::view::Language;
use mottaget_domain::FileKind;
use std::path::PathBuf;
use tauri::{AppHandle, Manager};
use tokio::sync::oneshot;

/// What the dialog says: its title, and how it is left.
#[derive(Clone, Copy)]
struct Words {
    title: &'static str,
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "the system's dialog has its own"))]
    buttons: [&'static str; 2],
}

/// In the language of the screen.
fn words(app: &AppHandle) -> Words {
    match app.state::<Shell>().settings.screen().language {
        Language::Sv => Words { title: "Välj filer att bifoga", buttons: ["_Avbryt", "_Bifoga"] },
        Language::En => Words { title: "Choose files to attach", buttons: ["_Cancel", "_Attach"] },
    }
}

/// What may be picked, as people say it.
fn filter_name() -> String {
    FileKind::ALL.map(FileKind::label).join(", ")
}

/// Lets the person pick files; none if they cancelled.
///
/// # Errors
/// When the window or its dialog has gone.
pub async fn files(app: &AppHandle) -> Result<Vec<PathBuf>, ShellError> {
    let (chosen, wait) = oneshot::channel();
    ask(app, chosen)?;
    wait.await.map_err(|_| ShellError::Internal("the file dialog went away".into()))
}

#[cfg(target_os = "linux")]
fn ask(app: &AppHandle, chosen: oneshot::Sender<Vec<PathBuf>>) -> Result<(), ShellError> {
    let (main, words) = (app.get_webview_window(crate::window::MAIN), words(app));
    let parent = move || main.and_then(|window| window.gtk_window().ok());
    app.run_on_main_thread(move || dialog::open(parent().as_ref(), words, chosen))
        .map_err(|error| ShellError::Internal(error.to_string()))
}

#[cfg(not(target_os = "linux"))]
fn ask(app: &AppHandle, chosen: oneshot::Sender<Vec<PathBuf>>) -> Result<(), ShellError> {
    use tauri_plugin_dialog::DialogExt;
    let endings: Vec<&str> = FileKind::ALL.into_iter().flat_map(FileKind::endings).copied().collect();
    app.dialog().file().set_title(words(app).title).add_filter(&filter_name(), &endings).pick_files(move |files| {
        let paths = files.unwrap_or_default().into_iter().filter_map(|file| file.into_path().ok());
        // The command is gone only if the app is ending.
        let _ = chosen.send(paths.collect());
    });
    Ok(())
}

#[cfg(target_os = "linux")]
mod dialog {
    //! Everything here runs on the thread of the window.

    use super::{Words, filter_name};
    use gtk::prelude::*;
    use gtk::{ApplicationWindow, FileChooserAction, FileChooserWidget, FileFilter, ResponseType};
    use mottaget_domain::FileKind;
    use std::cell::{Cell, RefCell};
    use std::path::PathBuf;
    use tokio::sync::oneshot;

    /// As large as GTK makes its own.
    const SIZE: (i32, i32) = (900, 560);

    thread_local! {
        /// Where the last files came from, for as long as the app runs: the next ones often lie beside them.
        static LAST: RefCell<Option<PathBuf>> = const { RefCell::new(None) };
    }

    /// What follows from pressing «Bifoga» with this chosen.
    #[derive(Debug, PartialEq, Eq)]
    enum Step {
        Take(Vec<PathBuf>),
        Enter(PathBuf),
        Stay,
    }

    /// A folder is entered, files are taken, and a mixture can't be meant.
    fn step(chosen: Vec<PathBuf>) -> Step {
        let folders = chosen.iter().filter(|path| path.is_dir()).count();
        match chosen.as_slice() {
            [folder] if folders == 1 => Step::Enter(folder.clone()),
            [_, ..] if folders == 0 => Step::Take(chosen),
            _ => Step::Stay,
        }
    }

    pub fn open(parent: Option<&ApplicationWindow>, words: Words, chosen: oneshot::Sender<Vec<PathBuf>>) {
        let flags = gtk::DialogFlags::MODAL | gtk::DialogFlags::DESTROY_WITH_PARENT;
        let [cancel, attach] = words.buttons;
        let buttons = [(cancel, ResponseType::Cancel), (attach, ResponseType::Accept)];
        let dialog = gtk::Dialog::with_buttons(Some(words.title), parent, flags, &buttons);
        dialog.set_default_response(ResponseType::Accept);
        dialog.set_default_size(SIZE.0, SIZE.1);
        let chooser = chooser();
        dialog.content_area().pack_start(&chooser, true, true, 0);

        // Enter on a file or a double click.
        let weak = dialog.downgrade();
        chooser.connect_file_activated(move |_| {
            if let Some(dialog) = weak.upgrade() {
                dialog.response(ResponseType::Accept);
            }
        });
        let asked = chooser.clone();
        let chosen = Cell::new(Some(chosen));
        dialog.connect_response(move |dialog, response| {
            let files = match response {
                ResponseType::Accept => match step(asked.filenames()) {
                    Step::Take(files) => files,
                    Step::Enter(folder) => {
                        asked.set_current_folder(folder);
                        return;
                    }
                    Step::Stay => return,
                },
                _ => Vec::new(),
            };
            if let Some(folder) = files.first().and_then(|file| file.parent()) {
                LAST.set(Some(folder.to_owned()));
            }
            if let Some(chosen) = chosen.take() {
                // The command is gone only if the app is ending.
                let _ = chosen.send(files);
            }
            dialog.hide();
            // Closing asks once more with this answer, and then the dialog goes.
            if response != ResponseType::DeleteEvent {
                dialog.close();
            }
        });
        dialog.show_all();
        if let Some(list) = first_list(chooser.upcast_ref()) {
            list.grab_focus();
        }
    }

    fn chooser() -> FileChooserWidget {
        let chooser = FileChooserWidget::new(FileChooserAction::Open);
        chooser.set_select_multiple(true);
        chooser.set_local_only(true);
        let filter = FileFilter::new();
        filter.set_name(Some(&filter_name()));
        for ending in FileKind::ALL.into_iter().flat_map(FileKind::endings) {
            filter.add_pattern(&format!("*.{ending}"));
            filter.add_pattern(&format!("*.{}", ending.to_uppercase()));
        }
        chooser.add_filter(filter);
        // With a folder to begin in, it does not begin with what other programs have opened lately.
        let folder = LAST.with_borrow(Option::clone).unwrap_or_else(gtk::glib::home_dir);
        chooser.set_current_folder(folder);
        chooser
    }

    /// The list of files within the chooser, to begin in as GTK's own dialog does.
    fn first_list(widget: &gtk::Widget) -> Option<gtk::TreeView> {
        if let Some(list) = widget.downcast_ref::<gtk::TreeView>() {
            return Some(list.clone());
        }
        widget.downcast_ref::<gtk::Container>()?.children().iter().find_map(first_list)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn files_are_taken_a_folder_is_entered_and_nothing_or_both_stays() {
            let folder = tempfile::tempdir().unwrap();
            let below = folder.path().join("svar");
            std::fs::create_dir(&below).unwrap();
            let file = folder.path().join("svar.pdf");
            assert_eq!(step(vec![]), Step::Stay);
            assert_eq!(step(vec![below.clone()]), Step::Enter(below.clone()));
            assert_eq!(step(vec![file.clone(), below]), Step::Stay);
            // whether it is there is for the reader to say
            assert_eq!(step(vec![file.clone()]), Step::Take(vec![file]));
        }
    }
}
