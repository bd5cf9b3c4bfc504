//! Attachment bytes.

use crate::clinic::*;
use mottaget_domain::{CaseId, MessageKind};
use mottaget_store::{Draft, DraftFile, StoreError};

fn bytes(seed: u8, length: usize) -> Vec<u8> {
    (0..length).map(|n| seed.wrapping_add((n % 251) as u8)).collect()
}

fn draft_for(clinic: &Clinic, case: CaseId) -> Draft {
    Draft {
        case,
        clinic: clinic.id(),
        kind: MessageKind::FinalReply,
        text: String::new(),
        files: Vec::new(),
        based_on: 1,
        updated_at: minute(0),
        sign_as: None,
    }
}

#[test]
fn what_goes_in_comes_out_byte_for_byte() {
    let room = Room::new();
    for length in [0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 3_000_000] {
        let bytes = bytes(7, length);
        let file = file("a.pdf", &bytes);
        assert_eq!(room.store.blob(&file.sha256).unwrap(), None);
        room.store.put_blob(&file.sha256, &bytes).unwrap();
        room.store.put_blob(&file.sha256, &bytes).unwrap();
        assert_eq!(room.store.blob(&file.sha256).unwrap(), Some(bytes), "{length}");
    }
    assert_eq!(room.store.blobs_size().unwrap(), 1 + 3 * 256 * 1024 + 3_000_000);
}

#[test]
fn other_bytes_than_the_hash_names_are_refused() {
    let room = Room::new();
    let file = file("a.pdf", b"these");
    assert!(matches!(room.store.put_blob(&file.sha256, b"those"), Err(StoreError::HashMismatch { .. })));
    assert_eq!(room.store.blob(&file.sha256).unwrap(), None);
}

#[test]
fn the_longest_unused_goes_first_and_never_what_unsent_work_names() {
    let (clinic, room) = (Clinic::bjorken(), Room::new());
    let files: Vec<_> = (0..5).map(|n| (file("a.pdf", &bytes(n, 100_000)), bytes(n, 100_000))).collect();
    for (file, bytes) in &files {
        room.store.put_blob(&file.sha256, bytes).unwrap();
    }
    let case = CaseId::random();
    let files_of_it = vec![DraftFile { file: files[0].0.clone(), pages: None, reviewed_sha256: None }];
    let draft = Draft { files: files_of_it, ..draft_for(&clinic, case) };
    room.store.edit_draft(case, |_| Some(draft)).unwrap();
    room.store.blob(&files[1].0.sha256).unwrap();
    assert_eq!(room.store.evict_blobs(300_000).unwrap(), 200_000);
    let all: Vec<&str> = files.iter().map(|(file, _)| file.sha256.as_str()).collect();
    let here = room.store.blobs_present(&all).unwrap();
    let kept: Vec<usize> = (0..5).filter(|n| here.contains(all[*n])).collect();
    assert_eq!(kept, [0, 1, 4]);
    assert_eq!(room.store.evict_blobs(0).unwrap(), 200_000);
    assert_eq!(room.store.blobs_size().unwrap(), 100_000);
}

#[test]
fn a_file_that_is_about_to_be_named_is_not_let_go_of() {
    let clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let store = &room.store;
    let (first, second) = (bytes(1, 1_000), bytes(2, 1_000));
    let files = [file("a.pdf", &first), file("b.pdf", &second)];
    // two drafts are about to name the first
    let twice = [store.keep_blobs([files[0].sha256.clone()]), store.keep_blobs([files[0].sha256.clone()])];
    for (file, bytes) in files.iter().zip([&first, &second]) {
        store.put_blob(&file.sha256, bytes).unwrap();
    }
    assert_eq!(store.evict_blobs(0).unwrap(), 1_000);
    let [one, other] = twice;
    drop(one);
    assert_eq!(store.evict_blobs(0).unwrap(), 0);
    drop(other);
    assert_eq!(store.evict_blobs(0).unwrap(), 1_000);
}

#[test]
fn files_are_attached_while_there_is_no_room_for_any() {
    let clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let store = &room.store;
    std::thread::scope(|scope| {
        let writers = [1, 2].map(|who| {
            let blank = draft_for(&clinic, CaseId::random());
            scope.spawn(move || {
                for n in 0..40 {
                    let bytes = bytes(who, 1_000 + n);
                    let file = file("a.pdf", &bytes);
                    let _kept = store.keep_blobs([file.sha256.clone()]);
                    store.put_blob(&file.sha256, &bytes).unwrap();
                    let files = vec![DraftFile { file, pages: None, reviewed_sha256: None }];
                    store.edit_draft(blank.case, |_| Some(Draft { files, ..blank.clone() })).unwrap();
                }
                blank.case
            })
        });
        while !writers.iter().all(std::thread::ScopedJoinHandle::is_finished) {
            store.evict_blobs(0).unwrap();
        }
        for case in writers.map(|writer| writer.join().unwrap()) {
            let named = store.draft(case).unwrap().unwrap().files;
            assert!(store.blob(&named[0].file.sha256).unwrap().is_some());
        }
    });
}

#[test]
fn room_is_given_back_to_the_disk() {
    let room = Room::new();
    let big = bytes(1, 4_000_000);
    room.store.put_blob(&file("a.pdf", &big).sha256, &big).unwrap();
    room.store.evict_blobs(0).unwrap();
    let Room { dir, store, .. } = room;
    store.close().unwrap();
    let length = std::fs::metadata(dir.path().join("blobs.db")).unwrap().len();
    assert!(length < 200_000, "{length}");
}

#[test]
fn files_of_open_own_cases_are_wanted_due_first() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, SARA);
    let me = clinic.me(SARA);
    let (late, soon, others) = (file("sen.pdf", b"1"), file("snar.pdf", b"2"), file("annans.pdf", b"3"));
    let mut cases = vec![
        clinic.file_with(&elin(), "Sjukintyg", "Hej", vec![late.clone()], at("2026-11-25T10:00:00Z")),
        clinic.file_with(&elin(), "Sjukintyg", "Hej", vec![soon.clone()], minute(0)),
        clinic.file_with(&elin(), "Sjukintyg", "Hej", vec![others], minute(0)),
    ];
    for (place, who) in [(0, SARA), (1, SARA), (2, ANNA)] {
        cases[place] = clinic.give(&cases[place], who, at("2026-11-25T11:00:00Z"));
    }
    room.take(&clinic.page(&cases));
    let wanted = room.store.wanted_files(&me, 10, 100, monday()).unwrap();
    assert_eq!(wanted, [(cases[1].case.id, soon.clone()), (cases[0].case.id, late.clone())]);
    room.store.put_blob(&soon.sha256, b"2").unwrap();
    assert_eq!(room.store.wanted_files(&me, 10, 100, monday()).unwrap(), [(cases[0].case.id, late)]);
    assert_eq!(
        room.store.wanted_files(&me, 10, 1, monday()).unwrap(),
        [],
        "no further than what may be kept, and that is here"
    );
}
