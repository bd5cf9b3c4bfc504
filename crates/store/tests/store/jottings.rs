//! Internal words that are being written.

use crate::clinic::*;
use mottaget_domain::{Assignee, CaseId, CloseReason, Command, HsaId};
use mottaget_protocol::Op;
use mottaget_store::{File, Jotting, JottingKind, NewOp, Scope, Store};

fn jotting(clinic: &Clinic, case: CaseId, kind: JottingKind, text: &str) -> Jotting {
    Jotting { case, clinic: clinic.id(), kind, text: text.into(), updated_at: minute(1) }
}

fn queue(room: &Room, op: &Op) {
    let new = NewOp { op, what: "x", case_type: "Boka tid", written_at: minute(2), takes_back: None };
    room.store.enqueue(new, false).unwrap();
}

fn texts(room: &Room, case: CaseId) -> Vec<(JottingKind, String)> {
    room.store.jottings_of(case).unwrap().into_iter().map(|there| (there.kind, there.text)).collect()
}

/// An act of each kind that hands internal words over.
fn acts(clinic: &Clinic, words: &str) -> [(JottingKind, Command); 4] {
    let (words, to) = (words.to_owned(), Assignee::Person { hsa_id: HsaId::parse(ANNA).unwrap() });
    let close = Command::Close { reason: CloseReason::Other, note: Some(words.clone()), tell: None, based_on: None };
    let give = Command::Distribute { to, from: None, reason: Some(words.clone()), partial_reply: None };
    let from = Some(Assignee::Person { hsa_id: clinic.id() });
    [
        (JottingKind::Note, note(&words)),
        (JottingKind::Closing, close),
        (JottingKind::Redistribution, give),
        (JottingKind::Redistribution, Command::ReturnToReceiver { from, reason: Some(words) }),
    ]
}

#[test]
fn each_kind_is_kept_for_itself_until_it_is_discarded() {
    let (clinic, room) = (Clinic::bjorken(), Room::new());
    let case = CaseId::random();
    for kind in JottingKind::ALL {
        let first = room.store.keep_jotting(jotting(&clinic, case, kind, "Hal")).unwrap();
        assert!(first.moved, "it is new");
        let second = room.store.keep_jotting(jotting(&clinic, case, kind, "Halva ordet")).unwrap();
        assert!(!second.moved && second.at > first.at, "later, although no clock has moved");
        assert_eq!(room.store.jottings_of(case).unwrap().last().unwrap().updated_at, second.at);
    }
    let room = room.again();
    assert_eq!(texts(&room, case), JottingKind::ALL.map(|kind| (kind, "Halva ordet".to_owned())));
    assert_eq!(room.store.jottings().unwrap().len(), 3);
    let discard = |text| room.store.keep_jotting(jotting(&clinic, case, JottingKind::Closing, text)).unwrap().moved;
    assert!(discard(" \n"), "it is gone");
    assert!(!discard(""));
    assert_eq!(room.store.jottings_of(case).unwrap().len(), 2);
}

#[test]
fn words_that_are_handed_over_leave_with_that_transaction_and_no_others_do() {
    let (clinic, room) = (Clinic::bjorken(), Room::new());
    for (kind, command) in acts(&clinic, "Ringde, klart.") {
        let (case, other) = (CaseId::random(), CaseId::random());
        for kind in JottingKind::ALL {
            room.store.keep_jotting(jotting(&clinic, case, kind, "Ringde, klart. ")).unwrap();
        }
        room.store.keep_jotting(jotting(&clinic, other, kind, "Ringde, klart.")).unwrap();
        queue(&room, &op(&clinic, case, command.clone()));
        let left: Vec<JottingKind> = texts(&room, case).into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(left, JottingKind::ALL.into_iter().filter(|other| *other != kind).collect::<Vec<_>>());
        assert_eq!(texts(&room, other).len(), 1, "another case's");

        // what stands there is not what was handed over
        room.store.keep_jotting(jotting(&clinic, other, kind, "Ringde inte")).unwrap();
        queue(&room, &op(&clinic, other, command));
        assert_eq!(texts(&room, other), [(kind, "Ringde inte".to_owned())]);
    }
}

#[test]
fn an_act_that_is_given_up_leaves_its_words_as_they_were_begun() {
    let (clinic, mut room) = (Clinic::bjorken(), Room::new());
    for (kind, command) in acts(&clinic, "Ringde, klart.") {
        let case = CaseId::random();
        let [first, second, undone] = [0, 1, 2].map(|_| op(&clinic, case, command.clone()));
        queue(&room, &first);
        room.store.begin_attempt(first.id).unwrap();
        room.store.op_stopped(first.id, "not-found").unwrap();
        assert_eq!(room.store.op_to_draft(first.id, minute(3)).unwrap(), None, "no message comes of it");
        room = room.again();
        assert_eq!(room.store.outbox_of(case).unwrap(), []);
        assert_eq!(texts(&room, case), [(kind, "Ringde, klart.".to_owned())]);

        // what was begun since stands after it; the same words stand there once
        room.store.keep_jotting(jotting(&clinic, case, kind, "Och mer")).unwrap();
        for act in [&second, &undone] {
            queue(&room, act);
        }
        room.store.op_to_draft(second.id, minute(4)).unwrap();
        assert_eq!(texts(&room, case), [(kind, "Ringde, klart.\n\nOch mer".to_owned())]);
        room.store.undo_op(undone.id, minute(5)).unwrap();
        assert_eq!(texts(&room, case), [(kind, "Ringde, klart.\n\nOch mer".to_owned())]);
    }
}

#[test]
fn they_are_listed_and_counted_as_drafts_are_and_reachable_when_their_case_has_left() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let me = clinic.me(ANNA);
    let document = clinic.file(&elin(), "Boka tid", "Gärna på fredag.", minute(0));
    let case = document.case.id;
    room.take(&clinic.page(&[document]));
    let gone = CaseId::random();
    for kind in [JottingKind::Note, JottingKind::Closing] {
        room.store.keep_jotting(jotting(&clinic, case, kind, "Halva")).unwrap();
        room.store.keep_jotting(jotting(&clinic, gone, kind, "Halva")).unwrap();
    }
    let row = &room.rows(&me, Scope::Drafts, None)[0];
    assert_eq!((row.id, row.has_draft), (case, false));
    assert_eq!(row.jottings.iter().copied().collect::<Vec<_>>(), [JottingKind::Note, JottingKind::Closing]);
    let read = room.store.case(&me, case, monday()).unwrap().unwrap();
    assert_eq!((read.row, read.jottings.len()), (row.clone(), 2));
    let counts = room.store.counts(&me, None, monday()).unwrap();
    assert_eq!((counts.drafts, counts.stray_drafts), (1, 2), "cases here, texts elsewhere");
    let strays = room.store.stray_jottings(&me).unwrap();
    assert!(strays.len() == 2 && strays.iter().all(|stray| stray.case == gone));
}

#[test]
fn they_are_carried_over_from_a_damaged_file() {
    let (clinic, room) = (Clinic::bjorken(), Room::new());
    let case = CaseId::random();
    room.store.keep_jotting(jotting(&clinic, case, JottingKind::Note, "Halva ordet")).unwrap();
    let Room { dir, keys, store } = room;
    store.close().unwrap();
    let done = Store::set_aside(dir.path(), File::Unsent, &keys).unwrap();
    assert_eq!((done.salvaged, done.incomplete), (1, Vec::new()));
    let store = Store::open(dir.path(), &keys).unwrap();
    assert_eq!(store.jottings_of(case).unwrap()[0].text, "Halva ordet");
}
