//! What the screen may call: one file per noun; each parses, calls the client, converts.

mod acts;
mod cases;
mod drafts;
mod outbox;
mod preview;
mod session;
mod settings;

use crate::view;
use tauri::Wry;
use tauri_specta::{Builder, collect_commands};

/// All commands, for the handler and for the generated bindings.
#[must_use]
pub fn bindings() -> Builder<Wry> {
    Builder::<Wry>::new()
        .commands(collect_commands![
            session::app_state,
            session::practice_people,
            session::practice_server,
            session::sign_in,
            session::sign_out,
            session::connection,
            session::retry_connection,
            cases::start_view,
            cases::counts,
            cases::list_cases,
            cases::open_case,
            cases::read_case_again,
            cases::targets,
            acts::distribute,
            acts::take,
            acts::withdraw_question,
            acts::close_case,
            acts::reopen_case,
            acts::add_note,
            drafts::save_draft,
            drafts::discard_draft,
            drafts::attach_files,
            drafts::remove_attachment,
            drafts::send_draft,
            preview::preview_open,
            preview::preview_close,
            preview::preview_seen,
            outbox::outbox,
            outbox::outbox_retry,
            outbox::outbox_to_draft,
            settings::personal_settings,
            settings::save_personal_settings,
            settings::app_settings,
            settings::save_app_settings,
        ])
        .typ::<view::Moved>()
        .typ::<view::OpenCase>()
        .disable_serde_phases()
}

/// What every command answers.
pub type Answer<T> = Result<T, view::Problem>;

#[cfg(test)]
mod tests {
    use super::*;
    use specta_typescript::Typescript;
    use std::path::Path;

    /// The committed bindings are what the code says; `MOTTAGET_UPDATE=1` writes them anew.
    #[test]
    fn generated_bindings_are_fresh() {
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/ipc/bindings.ts");
        let scratch = tempfile::tempdir().unwrap();
        let fresh = scratch.path().join("bindings.ts");
        let header =
            "// Generated from src-tauri/view and src-tauri/commands. Do not edit: `cargo xtask gen` writes it.\n";
        bindings().export(Typescript::default().header(header), &fresh).unwrap();
        let fresh = std::fs::read_to_string(fresh).unwrap();
        if std::env::var_os("MOTTAGET_UPDATE").is_some() {
            std::fs::write(&committed, &fresh).unwrap();
        }
        let committed = std::fs::read_to_string(committed).unwrap();
        assert!(committed == fresh, "ui/src/ipc/bindings.ts is stale: run `cargo xtask gen`");
    }
}
