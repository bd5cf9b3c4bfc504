//! Build script of the desktop app.

/// Every command of the app; `capabilities/main.json` says which window may call which. A test holds this list and
/// `src-tauri/commands/mod.rs` together.
const COMMANDS: &[&str] = &[
    "app_state",
    "picture_stands",
    "practice_people",
    "practice_server",
    "sign_in",
    "practise",
    "resume_again",
    "start_anew",
    "sign_out",
    "connection",
    "retry_connection",
    "local_trouble",
    "local_trouble_seen",
    "start_view",
    "counts",
    "list_cases",
    "filter_choices",
    "saved_views",
    "save_views",
    "open_case",
    "read_case_again",
    "targets",
    "colleagues",
    "attend",
    "company",
    "distribute",
    "take",
    "bulk_preview",
    "bulk",
    "bulk_undo",
    "take_back_message",
    "withdraw_question",
    "close_case",
    "reopen_case",
    "add_note",
    "mark_recorded",
    "copied_to_record",
    "print_case",
    "save_draft",
    "sign_draft",
    "reply_texts",
    "clinic_texts",
    "keep_text",
    "remove_text",
    "discard_draft",
    "acknowledge_news",
    "stray_drafts",
    "keep_jotting",
    "stray_jottings",
    "case_drafts",
    "take_draft",
    "attach_files",
    "remove_attachment",
    "guard_draft",
    "confirm_findings",
    "send_draft",
    "preview_open",
    "preview_close",
    "preview_seen",
    "outbox",
    "held_messages",
    "outbox_retry",
    "outbox_to_draft",
    "outbox_discard_note",
    "personal_settings",
    "save_personal_settings",
    "clinic_settings",
    "save_clinic_settings",
    "region_settings",
    "save_region_settings",
    "staffing",
    "save_absences",
    "app_settings",
    "save_app_settings",
    "zoom",
    "choose_clinic",
];

fn main() {
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        // The app carries SQLCipher while WebKitGTK brings the system's SQLite into the same process.
        // Without this the linker would export our `sqlite3_*` and the two libraries would call into each other.
        println!("cargo:rustc-link-arg-bins=-Wl,--exclude-libs,ALL");
    }
    // The built screen becomes part of the program, and nothing else tells cargo when it has changed.
    println!("cargo:rerun-if-changed=ui/dist");
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)) {
        eprintln!("{error:#}");
        std::process::exit(1);
    }
}
