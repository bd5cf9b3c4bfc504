//! Damaged, newer and missing files.

use crate::clinic::*;
use mottaget_domain::{CaseId, MessageKind};
use mottaget_store::{Draft, File, NewOp, OpenError, Store};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

fn overwrite(path: &Path, from: u64, length: usize) {
    let mut file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(from)).unwrap();
    file.write_all(&vec![0xA5; length]).unwrap();
}

fn refused(dir: &Path, keys: &mottaget_store::Keys) -> OpenError {
    Store::open(dir, keys).unwrap_err()
}

/// Many drafts of some size, so that they lie on many pages.
fn with_drafts(count: usize) -> Room {
    let (clinic, room) = (Clinic::bjorken(), Room::new());
    for n in 0..count {
        let case = CaseId::random();
        let draft = Draft {
            case,
            clinic: clinic.id(),
            kind: MessageKind::FinalReply,
            text: format!("utkast {n} {}", "text ".repeat(300)),
            files: Vec::new(),
            based_on: 1,
            updated_at: minute(n as i64),
            sign_as: None,
        };
        room.store.edit_draft(case, |_| Some(draft)).unwrap();
    }
    let act = op(&clinic, CaseId::random(), note("x"));
    let new = NewOp { op: &act, what: "note", case_type: "Tidbokning", written_at: minute(0), takes_back: None };
    room.store.enqueue(new, false).unwrap();
    room
}

#[test]
fn a_damaged_mirror_is_set_aside_and_unsent_work_stays() {
    let room = with_drafts(3);
    let Room { dir, keys, store } = room;
    store.close().unwrap();
    overwrite(&dir.path().join("mirror.db"), 100, 200);
    let error = refused(dir.path(), &keys);
    assert!(matches!(error, OpenError::Corrupt { file: File::Mirror }), "{error}");
    assert_eq!(error.code(), "cache-corrupt");
    let done = Store::set_aside(dir.path(), File::Mirror, &keys).unwrap();
    let moved = done.moved_to.unwrap();
    assert!(moved.exists() && moved.to_string_lossy().contains("mirror.db.damaged-"));
    let store = Store::open(dir.path(), &keys).unwrap();
    assert_eq!((store.drafts().unwrap().len(), store.outbox().unwrap().len()), (3, 1));
    assert_eq!(store.cursors().unwrap(), []);
}

#[test]
fn what_still_reads_of_damaged_unsent_work_is_saved() {
    let room = with_drafts(60);
    let Room { dir, keys, store } = room;
    store.close().unwrap();
    let path = dir.path().join("unsent.db");
    let length = std::fs::metadata(&path).unwrap().len();
    let pages = length / 4096;
    assert!(pages > 40, "{pages}");
    // one page in the middle of the drafts
    overwrite(&path, (pages * 2 / 3) * 4096 + 64, 512);
    let error = refused(dir.path(), &keys);
    assert!(matches!(error, OpenError::Corrupt { file: File::Unsent }), "{error}");
    let before = std::fs::read(&path).unwrap();
    let done = Store::set_aside(dir.path(), File::Unsent, &keys).unwrap();
    assert_eq!(std::fs::read(done.moved_to.unwrap()).unwrap(), before);
    assert_eq!(done.incomplete, ["draft"]);
    let store = Store::open(dir.path(), &keys).unwrap();
    let drafts = store.drafts().unwrap();
    assert!((50..60).contains(&drafts.len()), "{}", drafts.len());
    assert!(drafts.iter().all(|draft| draft.text.starts_with("utkast ")));
    assert_eq!(store.outbox().unwrap().len(), 1);
    assert_eq!(done.salvaged, drafts.len() + 1);
}

#[test]
fn when_nothing_reads_the_copy_of_the_last_opening_does() {
    for from in [100, 4096] {
        // opened once more since the drafts were written
        let Room { dir, keys, store } = with_drafts(5).again();
        store.close().unwrap();
        let path = dir.path().join("unsent.db");
        let length = std::fs::metadata(&path).unwrap().len() as usize;
        overwrite(&path, from, length - from as usize);
        assert!(matches!(refused(dir.path(), &keys), OpenError::Corrupt { file: File::Unsent }));
        let done = Store::set_aside(dir.path(), File::Unsent, &keys).unwrap();
        assert_eq!(done.salvaged, 6);
        assert!(!done.incomplete.is_empty(), "the person is told that something may be missing");
        let store = Store::open(dir.path(), &keys).unwrap();
        assert_eq!((store.drafts().unwrap().len(), store.outbox().unwrap().len()), (5, 1));
    }
}

#[test]
fn unsent_work_never_vanishes_without_a_word() {
    for emptied in [true, false] {
        let room = with_drafts(1);
        let Room { dir, keys, store } = room;
        store.close().unwrap();
        let path = dir.path().join("unsent.db");
        if emptied {
            std::fs::write(&path, b"").unwrap();
        } else {
            std::fs::remove_file(&path).unwrap();
        }
        assert!(matches!(refused(dir.path(), &keys), OpenError::Corrupt { file: File::Unsent }));
        let done = Store::set_aside(dir.path(), File::Unsent, &keys).unwrap();
        assert_eq!((done.salvaged, done.incomplete.is_empty()), (0, false));
        assert!(Store::open(dir.path(), &keys).unwrap().drafts().unwrap().is_empty());
    }
}

#[test]
fn damage_met_while_reading_says_which_file() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let me = clinic.me(ANNA);
    let text = "lång text ".repeat(500);
    let cases: Vec<_> = (0..40).map(|n| clinic.file(&elin(), "Tidbokning", &text, minute(n))).collect();
    room.take(&clinic.page(&cases));
    let Room { dir, keys, store } = room;
    store.close().unwrap();
    let path = dir.path().join("mirror.db");
    let length = std::fs::metadata(&path).unwrap().len() as usize;
    // everything but the first pages, which opening needs
    overwrite(&path, 4096 * 60, length - 4096 * 60);
    let errors: Vec<_> = match Store::open(dir.path(), &keys) {
        Ok(store) => cases.iter().filter_map(|case| store.case(&me, case.case.id, monday()).err()).collect(),
        Err(error) => panic!("{error}"),
    };
    assert!(!errors.is_empty());
    for error in errors {
        assert_eq!(error.code(), "cache-corrupt", "{error}");
    }
}

#[test]
fn a_damaged_blob_file_keeps_the_files_that_read() {
    let room = Room::new();
    let files: Vec<_> = (0..6_u8).map(|n| vec![n; 400_000]).map(|bytes| (file("a.pdf", &bytes), bytes)).collect();
    for (file, bytes) in &files {
        room.store.put_blob(&file.sha256, bytes).unwrap();
    }
    let Room { dir, keys, store } = room;
    store.close().unwrap();
    let path = dir.path().join("blobs.db");
    let length = std::fs::metadata(&path).unwrap().len();
    overwrite(&path, length / 2, 256);
    let done = Store::set_aside(dir.path(), File::Blobs, &keys).unwrap();
    assert_eq!((done.salvaged, done.incomplete.as_slice()), (5, ["piece".to_owned()].as_slice()));
    let store = Store::open(dir.path(), &keys).unwrap();
    let whole = files.iter().filter(|(file, bytes)| store.blob(&file.sha256).unwrap().as_ref() == Some(bytes));
    assert_eq!(whole.count(), 5);
}

/// A bad page in the middle of a long row reads as zeros.
#[test]
fn long_rows_with_a_hole_are_never_taken_for_whole() {
    let (clinic, room) = (Clinic::bjorken(), Room::new());
    let case = CaseId::random();
    let draft = Draft {
        case,
        clinic: clinic.id(),
        kind: MessageKind::FinalReply,
        text: "lång text ".repeat(20_000),
        files: Vec::new(),
        based_on: 1,
        updated_at: minute(0),
        sign_as: None,
    };
    room.store.edit_draft(case, |_| Some(draft)).unwrap();
    let bytes = vec![7; 200_000];
    let attachment = file("a.pdf", &bytes);
    room.store.put_blob(&attachment.sha256, &bytes).unwrap();
    let Room { dir, keys, store } = room;
    store.close().unwrap();
    for name in ["unsent.db", "blobs.db"] {
        let path = dir.path().join(name);
        let length = std::fs::metadata(&path).unwrap().len();
        overwrite(&path, length / 2 / 4096 * 4096 + 100, 50);
    }
    let store = match Store::open(dir.path(), &keys) {
        Ok(store) => store,
        Err(error) => {
            assert!(matches!(error, OpenError::Corrupt { file: File::Unsent }), "{error}");
            let done = Store::set_aside(dir.path(), File::Unsent, &keys).unwrap();
            assert_eq!(done.incomplete, ["draft"]);
            Store::open(dir.path(), &keys).unwrap()
        }
    };
    assert!(store.drafts().is_ok_and(|drafts| drafts.is_empty()));
    assert_eq!(store.blob(&attachment.sha256).unwrap_err().code(), "cache-corrupt");
    store.close().unwrap();
    Store::set_aside(dir.path(), File::Blobs, &keys).unwrap();
    let store = Store::open(dir.path(), &keys).unwrap();
    assert_eq!(store.blob(&attachment.sha256).unwrap(), None);
}

#[test]
fn a_newer_file_is_refused_and_left_alone() {
    let Room { dir, keys, store } = with_drafts(1);
    store.close().unwrap();
    let path = dir.path().join("unsent.db");
    {
        let db = rusqlite::Connection::open(&path).unwrap();
        db.execute_batch(&format!("PRAGMA key = \"x'{}'\"; PRAGMA user_version = 99;", hex::encode(keys.unsent)))
            .unwrap();
    }
    let before = std::fs::read(&path).unwrap();
    let error = refused(dir.path(), &keys);
    assert!(matches!(error, OpenError::Newer { file: File::Unsent, found: 99, known: 4 }), "{error}");
    assert_eq!(error.code(), "cache-newer");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_folder_that_cannot_be_made_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let taken = dir.path().join("taken");
    std::fs::write(&taken, b"a file").unwrap();
    let error = Store::open(&taken, &mottaget_store::Keys::generate().unwrap()).unwrap_err();
    assert!(matches!(error, OpenError::Folder { .. }), "{error}");
}
