//! What the screen may call: one file per noun; each parses, calls the client, converts.

mod acts;
mod cases;
mod drafts;
mod outbox;
mod preview;
mod session;
mod settings;
mod staff;

use crate::view;
use tauri::Wry;
use tauri_specta::{Builder, collect_commands};

/// All commands, for the handler and for the generated bindings.
#[must_use]
pub fn bindings() -> Builder<Wry> {
    Builder::<Wry>::new()
        .commands(collect_commands![
            session::app_state,
            session::picture_stands,
            session::practice_people,
            session::practice_server,
            session::sign_in,
            session::practise,
            session::resume_again,
            session::start_anew,
            session::sign_out,
            session::connection,
            session::retry_connection,
            session::local_trouble,
            session::local_trouble_seen,
            cases::start_view,
            cases::counts,
            cases::list_cases,
            cases::filter_choices,
            cases::saved_views,
            cases::save_views,
            cases::open_case,
            cases::read_case_again,
            cases::targets,
            cases::colleagues,
            cases::attend,
            cases::company,
            acts::distribute,
            acts::take,
            acts::bulk_preview,
            acts::bulk,
            acts::bulk_undo,
            acts::take_back_message,
            acts::withdraw_question,
            acts::close_case,
            acts::reopen_case,
            acts::add_note,
            acts::mark_recorded,
            acts::copied_to_record,
            acts::print_case,
            drafts::save_draft,
            drafts::sign_draft,
            drafts::reply_texts,
            drafts::clinic_texts,
            drafts::keep_text,
            drafts::remove_text,
            drafts::discard_draft,
            drafts::acknowledge_news,
            drafts::stray_drafts,
            drafts::keep_jotting,
            drafts::stray_jottings,
            drafts::case_drafts,
            drafts::take_draft,
            drafts::attach_files,
            drafts::remove_attachment,
            drafts::guard_draft,
            drafts::confirm_findings,
            drafts::send_draft,
            preview::preview_open,
            preview::preview_close,
            preview::preview_seen,
            outbox::outbox,
            outbox::held_messages,
            outbox::outbox_retry,
            outbox::outbox_to_draft,
            outbox::outbox_discard_note,
            settings::personal_settings,
            settings::save_personal_settings,
            settings::clinic_settings,
            settings::save_clinic_settings,
            settings::region_settings,
            settings::save_region_settings,
            staff::staffing,
            staff::save_absences,
            settings::app_settings,
            settings::save_app_settings,
            settings::zoom,
            settings::choose_clinic,
        ])
        .constant("problemCodes", crate::error::all_codes())
        .constant("attachmentLimits", view::AttachmentLimits::of_the_rules())
        .constant("maxText", mottaget_domain::lifecycle::MAX_TEXT)
        .constant("dayOffCodes", mottaget_domain::calendar::DayOff::codes())
        .constant("reasonsKnownToResident", view::CloseReason::known_to_resident())
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

    /// The quoted words in a part of a file of ours.
    fn quoted(file: &str, from: &str, to: &str) -> Vec<String> {
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        let part = text.split_once(from).unwrap().1.split_once(to).unwrap().0;
        part.split('"').skip(1).step_by(2).map(str::to_owned).collect()
    }

    /// A command that one of the three does not know can't be called, and a right to call nothing is one too many.
    #[test]
    fn handler_build_script_and_capability_know_the_same_commands() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("bindings.ts");
        bindings().export(Typescript::default(), &path).unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        let called = text.split("__TAURI_INVOKE(\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        let handled: Vec<String> = called.collect();
        assert!(handled.len() > 30, "{handled:?}");
        assert_eq!(quoted("src-tauri/build.rs", "COMMANDS: &[&str] = &[", "];"), handled);
        let allowed: Vec<String> = handled.iter().map(|name| format!("allow-{}", name.replace('_', "-"))).collect();
        let rights = quoted("capabilities/main.json", "\"permissions\": [", "]");
        let (core, own): (Vec<_>, Vec<_>) = rights.into_iter().partition(|right| right.starts_with("core:"));
        assert_eq!(own, allowed);
        assert_eq!(core, ["core:event:allow-listen", "core:event:allow-unlisten"]);
    }

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
