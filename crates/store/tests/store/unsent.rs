//! Outbox, drafts, read log, settings.

use crate::clinic::*;
use mottaget_domain::{Assignee, CaseId, CloseReason, Command, MessageId, MessageKind, OpId};
use mottaget_protocol::{Op, ReadEntry, ReadKind};
use mottaget_store::{Draft, DraftFile, NewOp, OutboxState, StoreError, TakenBack};
use uuid::Uuid;

fn queue(room: &Room, op: &Op, minutes: i64) {
    let new = NewOp { op, what: "note", case_type: "Förnya recept", written_at: minute(minutes), takes_back: None };
    room.store.enqueue(new, false).unwrap();
}

fn due(room: &Room, minutes: i64) -> Vec<OpId> {
    room.store.next_due(minute(minutes)).unwrap().iter().map(|row| row.op.id).collect()
}

#[test]
fn each_case_is_a_lane_in_order() {
    let (clinic, room) = (Clinic::bjorken(), Room::new());
    let (here, there) = (CaseId::random(), CaseId::random());
    let [a, b, c] = [here, here, there].map(|case| op(&clinic, case, Command::Take));
    for (n, one) in [&a, &b, &c].into_iter().enumerate() {
        queue(&room, one, n as i64);
    }
    assert_eq!(due(&room, 5), [a.id, c.id]);
    let sending = room.store.begin_attempt(a.id).unwrap();
    assert_eq!((sending.attempts, &sending.state), (1, &OutboxState::Sending));
    assert_eq!(due(&room, 5), [c.id]);
    // it fails for now, and backs off; its lane waits, the other goes on
    room.store.op_failed(a.id, "offline", minute(7)).unwrap();
    assert_eq!(due(&room, 6), [c.id]);
    assert_eq!(room.store.next_retry().unwrap(), Some(minute(7)));
    assert_eq!(due(&room, 7), [a.id, c.id]);
    // contact is back earlier
    room.store.retry_all().unwrap();
    assert_eq!(due(&room, 6), [a.id, c.id]);
    // accepted is not home yet, but the next in the lane may follow
    room.store.begin_attempt(a.id).unwrap();
    room.store.op_accepted(a.id, 17, Some(minute(9))).unwrap();
    assert_eq!(due(&room, 8), [b.id, c.id]);
    let accepted = room.store.outbox_row(a.id).unwrap().unwrap();
    assert_eq!((accepted.attempts, accepted.last_error), (2, None));
    assert_eq!(accepted.state, OutboxState::Accepted { seq: 17, release_at: Some(minute(9)) });
    // a stopped one blocks its own lane only
    room.store.begin_attempt(b.id).unwrap();
    room.store.op_stopped(b.id, "thread-moved").unwrap();
    let d = op(&clinic, here, note("y"));
    queue(&room, &d, 9);
    assert_eq!(due(&room, 10), [c.id]);
    // what was refused goes again as a new act in the same place; the old id is done with
    assert!(matches!(room.store.retry_stopped(b.id, &b), Err(StoreError::OpIdUsed)));
    let again = Op { id: OpId::random(), ..b.clone() };
    room.store.retry_stopped(b.id, &again).unwrap();
    assert_eq!(due(&room, 10), [again.id, c.id]);
    assert_eq!(room.store.outbox_row(again.id).unwrap().unwrap().attempts, 0);
    assert_eq!(room.store.outbox_row(b.id).unwrap(), None);
    assert!(matches!(room.store.retry_stopped(b.id, &again), Err(StoreError::NoSuchOp)));
    assert!(matches!(room.store.retry_stopped(again.id, &b), Err(StoreError::NoSuchOp)), "only what is stopped");
}

#[test]
fn a_stopped_note_keeps_its_text_and_holds_up_nothing() {
    let (clinic, room) = (Clinic::bjorken(), Room::new());
    let case = CaseId::random();
    let (words, next) = (op(&clinic, case, note("Ring i morgon.")), op(&clinic, case, Command::Take));
    queue(&room, &words, 0);
    queue(&room, &next, 1);
    room.store.begin_attempt(words.id).unwrap();
    room.store.op_stopped(words.id, "forbidden").unwrap();
    let room = room.again();
    assert_eq!(room.store.outbox_row(words.id).unwrap().unwrap().op, words, "not a word is lost");
    assert_eq!(due(&room, 3), [next.id]);
    room.store.op_to_draft(words.id, minute(2)).unwrap();
    assert_eq!(room.store.draft(case).unwrap(), None, "a note never becomes a message");
}

#[test]
fn every_act_can_be_given_up_and_frees_its_lane() {
    let (clinic, room) = (Clinic::bjorken(), Room::new());
    let to = Assignee::Person { hsa_id: clinic.id() };
    for command in [
        Command::Start,
        Command::Distribute { to, from: None, reason: Some("Semester".into()), partial_reply: None },
        Command::ReturnToReceiver { from: None, reason: None },
        Command::Take,
        Command::WithdrawQuestion,
        Command::Close { reason: CloseReason::Duplicate, note: None, tell: None, based_on: None },
        Command::Reopen,
    ] {
        let case = CaseId::random();
        let (first, behind) = (op(&clinic, case, command), op(&clinic, case, note("x")));
        queue(&room, &first, 0);
        queue(&room, &behind, 1);
        room.store.begin_attempt(first.id).unwrap();
        room.store.op_stopped(first.id, "not-found").unwrap();
        assert!(!due(&room, 2).contains(&behind.id), "{first:?}");
        assert_eq!(room.store.op_to_draft(first.id, minute(2)).unwrap(), None);
        assert_eq!(room.store.outbox_row(first.id).unwrap(), None, "{first:?}");
        assert!(due(&room, 2).contains(&behind.id), "{first:?}");
    }
}

#[test]
fn a_restart_keeps_order_attempts_and_codes_and_sends_again() {
    let (clinic, room) = (Clinic::bjorken(), Room::new());
    let case = CaseId::random();
    let [a, b] = [case, case].map(|case| op(&clinic, case, note("x")));
    queue(&room, &a, 0);
    queue(&room, &b, 1);
    room.store.begin_attempt(a.id).unwrap();
    let room = room.again();
    let rows = room.store.outbox_of(case).unwrap();
    assert_eq!(rows.iter().map(|row| row.op.clone()).collect::<Vec<_>>(), [a.clone(), b]);
    assert_eq!((rows[0].attempts, rows[0].written_at, rows[0].what.as_str()), (1, minute(0), "note"));
    assert_eq!(due(&room, 2), [a.id]);
}

#[test]
fn an_op_keeps_one_id_for_life() {
    let (clinic, room) = (Clinic::bjorken(), Room::new());
    let first = op(&clinic, CaseId::random(), note("x"));
    queue(&room, &first, 0);
    queue(&room, &first, 0);
    assert_eq!(room.store.outbox().unwrap().len(), 1);
    let other = Op { command: note("y"), ..first };
    let new = NewOp { op: &other, what: "note", case_type: "", written_at: minute(0), takes_back: None };
    let error = room.store.enqueue(new, false).unwrap_err();
    assert_eq!(error.code(), "op-id-reused");
}

#[test]
fn sending_freezes_the_draft_and_giving_up_brings_it_back() {
    let (clinic, room) = (Clinic::bjorken(), Room::new());
    let case = CaseId::random();
    let bytes = b"%PDF-1.7 invented";
    let attachment = file("svar.pdf", bytes);
    let draft = Draft {
        case,
        clinic: clinic.id(),
        kind: MessageKind::FinalReply,
        text: "Receptet är förnyat.".into(),
        files: vec![DraftFile {
            file: attachment.clone(),
            pages: Some(2),
            reviewed_sha256: Some(attachment.sha256.clone()),
        }],
        based_on: 3,
        updated_at: minute(0),
        sign_as: None,
    };
    let missing = room.store.edit_draft(case, |_| Some(draft.clone())).unwrap_err();
    assert!(matches!(missing, StoreError::BlobMissing { sha256 } if sha256 == attachment.sha256));
    assert_eq!(room.store.draft(case).unwrap(), None);
    room.store.put_blob(&attachment.sha256, bytes).unwrap();
    room.store.edit_draft(case, |_| Some(draft.clone())).unwrap();
    assert!(room.store.draft(case).unwrap().unwrap().files[0].reviewed());

    let mut message = compose(&draft.text, 3);
    message.attachments = vec![attachment.clone()];
    let send = op(&clinic, case, Command::Send { kind: MessageKind::FinalReply, message });
    let new =
        NewOp { op: &send, what: "finalReply", case_type: "Förnya recept", written_at: minute(1), takes_back: None };
    room.store.enqueue(new, true).unwrap();
    assert_eq!(room.store.draft(case).unwrap(), None);
    assert_eq!(room.store.outbox().unwrap()[0].op, send);

    room.store.begin_attempt(send.id).unwrap();
    assert!(matches!(room.store.op_to_draft(send.id, minute(2)), Err(StoreError::OnItsWay)));
    room.store.op_stopped(send.id, "thread-moved").unwrap();
    // meanwhile the person began another answer: both are kept
    let began = Draft { text: "Ny text".into(), files: Vec::new(), ..draft.clone() };
    room.store.edit_draft(case, |_| Some(began)).unwrap();
    let back = room.store.op_to_draft(send.id, minute(3)).unwrap().unwrap();
    assert_eq!(back.text, "Receptet är förnyat.\n\nNy text");
    assert_eq!((back.kind, back.files[0].file.clone(), back.based_on), (MessageKind::FinalReply, attachment, 3));
    assert_eq!(room.store.draft(case).unwrap(), Some(back));
    assert!(room.store.outbox().unwrap().is_empty());
    assert!(matches!(room.store.begin_attempt(send.id), Err(StoreError::NoSuchOp)));
}

#[test]
fn an_accepted_act_is_home_when_the_mirror_has_its_commit() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let case = clinic.file(&elin(), "Förnya recept", "Hej", minute(0));
    room.take(&clinic.page([&case]));
    let act = op(&clinic, case.case.id, note("x"));
    queue(&room, &act, 0);
    room.store.begin_attempt(act.id).unwrap();
    room.store.op_accepted(act.id, 2, None).unwrap();
    room.take(&clinic.page(&[]));
    assert_eq!(room.store.outbox().unwrap().len(), 1);
    clinic.seq = 2;
    room.take(&clinic.page(&[]));
    assert!(room.store.outbox().unwrap().is_empty());
}

#[test]
fn a_message_taken_back_is_a_draft_once_its_withdrawal_has_come_home_and_not_before() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let case = clinic.file(&elin(), "Förnya recept", "Hej", minute(0));
    room.take(&clinic.page([&case]));
    let taken = TakenBack { kind: MessageKind::PartialReply, message: compose("Vi återkommer.", 4) };
    let withdrawal = |message| op(&clinic, case.case.id, Command::WithdrawMessage { message, kept_here: true });
    let (too_late, in_time) = (withdrawal(MessageId::random()), withdrawal(taken.message.message));
    for act in [&too_late, &in_time] {
        let new =
            NewOp { op: act, what: "withdrawMessage", case_type: "", written_at: minute(1), takes_back: Some(&taken) };
        room.store.enqueue(new, false).unwrap();
    }
    let mut page = clinic.page(&[]);
    page.rejected = vec![mottaget_protocol::Rejected {
        op: too_late.id,
        case: case.case.id,
        code: "already-released".into(),
        detail: String::new(),
    }];
    room.take(&page);
    assert_eq!(room.store.draft(case.case.id).unwrap(), None, "it went out: written again it would go out twice");
    page.rejected.clear();
    page.settled = vec![mottaget_protocol::Settled { op: in_time.id, case: case.case.id, seq: page.seq }];
    room.take(&page);
    let draft = room.store.draft(case.case.id).unwrap().unwrap();
    assert_eq!((draft.kind, draft.text.as_str(), draft.based_on), (MessageKind::PartialReply, "Vi återkommer.", 4));
    room.take(&page);
    assert_eq!(room.store.draft(case.case.id).unwrap(), Some(draft), "told twice, it comes back once");
}

#[test]
fn two_edits_at_once_both_count() {
    let (clinic, room) = (Clinic::bjorken(), Room::new());
    let case = CaseId::random();
    let blank = Draft {
        case,
        clinic: clinic.id(),
        kind: MessageKind::PartialReply,
        text: String::new(),
        files: Vec::new(),
        based_on: 1,
        updated_at: minute(0),
        sign_as: None,
    };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..10 {
                    let add = |draft: Option<Draft>| {
                        let mut draft = draft.unwrap_or_else(|| blank.clone());
                        draft.text.push('x');
                        Some(draft)
                    };
                    room.store.edit_draft(case, add).unwrap();
                }
            });
        }
    });
    assert_eq!(room.store.draft(case).unwrap().unwrap().text.len(), 40);
    room.store.edit_draft(case, |_| None).unwrap();
    assert!(room.store.drafts().unwrap().is_empty());
}

#[test]
fn looks_are_kept_until_they_are_acknowledged() {
    let (clinic, room) = (Clinic::bjorken(), Room::new());
    let entries: Vec<ReadEntry> = (0..3)
        .map(|n| ReadEntry {
            id: Uuid::new_v4(),
            clinic: clinic.id(),
            cases: vec![CaseId::random()],
            attachment: None,
            kind: ReadKind::Case,
            at: minute(n),
        })
        .collect();
    for entry in &entries {
        room.store.log_read(entry).unwrap();
        room.store.log_read(entry).unwrap();
    }
    let room = room.again();
    assert_eq!(room.store.unsent_reads(2).unwrap(), entries[..2]);
    room.store.reads_acknowledged(&[entries[0].id, entries[1].id]).unwrap();
    assert_eq!(room.store.unsent_reads(500).unwrap(), entries[2..]);
}

#[test]
fn settings_survive_the_loss_of_the_mirror() {
    let room = Room::new();
    room.store.set_setting("start.last", "2026-11-23").unwrap();
    room.store.set_setting("start.last", "2026-11-24").unwrap();
    let Room { dir, keys, store } = room;
    store.close().unwrap();
    mottaget_store::Store::discard_mirror(dir.path()).unwrap();
    let keys = keys.with_new_mirror().unwrap();
    let store = mottaget_store::Store::open(dir.path(), &keys).unwrap();
    assert_eq!(store.setting("start.last").unwrap().as_deref(), Some("2026-11-24"));
    assert_eq!(store.setting("nothing").unwrap(), None);
}

/// Writing a journal back takes the disk, and a keystroke has to wait for that.
#[test]
fn while_somebody_writes_the_journal_of_the_mirror_waits_and_nothing_else_does() {
    let mut clinic = Clinic::bjorken();
    let mut cases: Vec<_> = (0..260).map(|n| clinic.file(&elin(), "Tidbokning", "Hej", minute(n))).collect();
    for case in &mut cases {
        case.case.messages[0].text = "hej ".repeat(20_000);
    }
    let page = clinic.page(&cases);
    for writing in [false, true] {
        let room = Room::at(&clinic, ANNA);
        let file = || std::fs::metadata(room.dir.path().join("mirror.db")).unwrap().len();
        let before = file();
        if writing {
            room.store.edit_draft(cases[0].case.id, |draft| draft).unwrap();
        }
        room.take(&page);
        assert_eq!(file() > before, !writing, "writing: {writing}");
        assert_eq!(room.found(&clinic.me(ANNA), "hej").len(), 260);
    }
}
