//! Nothing about a patient at rest in the clear (invariant 8).

use crate::clinic::*;
use mottaget_domain::MessageKind;
use mottaget_protocol::{ReadEntry, ReadKind};
use mottaget_store::{Draft, Keys, NewOp, OpenError, Store};
use std::path::Path;

/// Planted in every place that holds text about a patient.
const PLANTED: [&str; 6] = [
    "Elin Testberg",
    "planterad-fritext",
    "planterad-fil",
    "planterad-anteckning",
    "planterat-utkast",
    "planterade bytes",
];

/// Every byte of every file in the folder, and which planted words they show.
fn shown(dir: &Path, words: &[&[u8]]) -> (usize, Vec<String>) {
    let (mut files, mut found) = (0, Vec::new());
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        files += 1;
        for word in words {
            // small letters too: an index folds case
            let lower = String::from_utf8_lossy(word).to_lowercase().into_bytes();
            if [*word, lower.as_slice()].iter().any(|word| bytes.windows(word.len()).any(|part| part == *word)) {
                found.push(format!("{}: {}", path.display(), String::from_utf8_lossy(word)));
            }
        }
    }
    (files, found)
}

fn plant(room: &Room, clinic: &mut Clinic) {
    let bytes = PLANTED[5].repeat(10_000).into_bytes();
    let attachment = file("planterad-fil.pdf", &bytes);
    room.store.put_blob(&attachment.sha256, &bytes).unwrap();
    let case = clinic.file_with(&elin(), "Förnya recept", "planterad-fritext", vec![attachment], minute(0));
    let case = clinic.act(&case, ANNA, &note("planterad-anteckning"), minute(1));
    room.take(&clinic.page([&case]));
    let draft = Draft {
        case: case.case.id,
        clinic: clinic.id(),
        kind: MessageKind::FinalReply,
        text: "planterat-utkast".into(),
        files: Vec::new(),
        based_on: 1,
        updated_at: minute(0),
        sign_as: None,
    };
    room.store.edit_draft(case.case.id, |_| Some(draft)).unwrap();
    let act = op(clinic, case.case.id, note("planterad-anteckning"));
    let new = NewOp { op: &act, what: "note", case_type: "Förnya recept", written_at: minute(2), takes_back: None };
    room.store.enqueue(new, false).unwrap();
    let entry = ReadEntry {
        id: uuid::Uuid::new_v4(),
        clinic: clinic.id(),
        cases: vec![case.case.id],
        attachment: None,
        kind: ReadKind::Case,
        at: minute(3),
    };
    room.store.log_read(&entry).unwrap();
}

#[test]
fn no_byte_of_any_file_shows_a_patient() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    plant(&room, &mut clinic);
    let room = room.again();
    assert!(room.store.mark_seen(mottaget_domain::CaseId::random(), 1).unwrap());
    room.store.set_setting("a", "b").unwrap();
    room.store.put_blob(&file("b.pdf", b"b").sha256, b"b").unwrap();
    assert_eq!(room.found(&clinic.me(ANNA), "planterad").len(), 1);
    let mut words: Vec<&[u8]> = PLANTED.iter().map(|word| word.as_bytes()).collect();
    let identity = elin().personal_id.as_str().to_owned();
    words.push(identity.as_bytes());
    let keys = [&room.keys.mirror, &room.keys.unsent, &room.keys.blobs];
    let in_hex = keys.map(hex::encode);
    words.extend(keys.iter().map(|key| key.as_slice()));
    words.extend(in_hex.iter().map(|key| key.as_bytes()));

    // while open, so that the journals are there
    let (files, found) = shown(room.dir.path(), &words);
    assert!(files >= 10, "three files with journals, and the copy of one: {files}");
    assert_eq!(found, Vec::<String>::new());
    let Room { dir, store, .. } = room;
    store.close().unwrap();
    let (files, found) = shown(dir.path(), &words);
    assert!(files >= 3);
    assert_eq!(found, Vec::<String>::new());
    for name in ["mirror.db", "unsent.db", "blobs.db"] {
        let head = std::fs::read(dir.path().join(name)).unwrap();
        assert!(!head.starts_with(b"SQLite format 3"), "{name}");
    }
}

/// The positive control: the same search over plain copies of the same files finds what was planted.
#[test]
fn the_search_for_planted_words_can_find_them() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    plant(&room, &mut clinic);
    let Room { dir, keys, store } = room;
    store.close().unwrap();
    let plain = tempfile::tempdir().unwrap();
    for (name, key) in [("mirror.db", keys.mirror), ("unsent.db", keys.unsent), ("blobs.db", keys.blobs)] {
        let db = rusqlite::Connection::open(dir.path().join(name)).unwrap();
        let target = plain.path().join(name);
        db.execute_batch(&format!(
            "PRAGMA key = \"x'{}'\"; ATTACH DATABASE '{}' AS plain KEY ''; SELECT sqlcipher_export('plain');",
            hex::encode(key),
            target.display()
        ))
        .unwrap();
    }
    for word in PLANTED {
        let (_, found) = shown(plain.path(), &[word.as_bytes()]);
        assert!(!found.is_empty(), "{word}");
    }
}

#[test]
fn another_key_is_refused_and_changes_nothing() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    plant(&room, &mut clinic);
    let Room { dir, keys, store } = room;
    store.close().unwrap();
    let before = std::fs::read(dir.path().join("mirror.db")).unwrap();
    let error = Store::open(dir.path(), &Keys::generate().unwrap()).unwrap_err();
    assert!(matches!(error, OpenError::WrongKey { .. }), "{error}");
    assert_eq!(error.code(), "cache-locked");
    // also where the note of which key it was is gone
    std::fs::remove_file(dir.path().join("keys.check")).unwrap();
    let error = Store::open(dir.path(), &Keys::generate().unwrap()).unwrap_err();
    assert!(matches!(error, OpenError::WrongKey { .. }), "{error}");
    assert_eq!(std::fs::read(dir.path().join("mirror.db")).unwrap(), before);
    let store = Store::open(dir.path(), &keys).unwrap();
    assert_eq!(store.drafts().unwrap().len(), 1);
}

#[test]
fn a_key_goes_to_the_keychain_and_back_and_never_to_a_log() {
    let keys = Keys::generate().unwrap();
    let secret = keys.to_secret();
    assert_eq!(secret.len(), 192);
    assert_eq!(Keys::from_secret(&format!(" {}\n", secret.as_str())), Ok(keys.clone()));
    for bad in ["", "abc", &secret[1..], &"x".repeat(192)] {
        assert!(Keys::from_secret(bad).is_err());
    }
    let printed = format!("{keys:?}");
    assert!(!printed.contains(&secret[..8]), "{printed}");
    assert_ne!(keys, Keys::generate().unwrap());
}

#[cfg(unix)]
#[test]
fn folder_and_files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    plant(&room, &mut clinic);
    let room = room.again();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(room.dir.path()), 0o700);
    for entry in std::fs::read_dir(room.dir.path()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn one_program_at_a_time() {
    let room = Room::new();
    let error = Store::open(room.dir.path(), &room.keys).unwrap_err();
    assert!(matches!(error, OpenError::InUse));
    assert!(matches!(Store::discard_mirror(room.dir.path()), Err(OpenError::InUse)));
    drop(room.store);
    assert!(Store::open(room.dir.path(), &room.keys).is_ok());
}
