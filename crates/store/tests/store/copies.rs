//! What the server does not know yet of what somebody is writing.

use crate::clinic::*;
use mottaget_domain::{CaseId, Command, MachineId, MessageId, MessageKind};
use mottaget_protocol::{Op, Settled};
use mottaget_store::{Draft, File, NewOp, Store, TakenBack, Uncopied};

fn draft(clinic: &Clinic, case: CaseId, text: &str) -> Draft {
    Draft {
        case,
        clinic: clinic.id(),
        kind: MessageKind::FinalReply,
        text: text.into(),
        files: Vec::new(),
        based_on: 3,
        updated_at: minute(0),
        sign_as: None,
    }
}

fn write(room: &Room, clinic: &Clinic, case: CaseId, text: &str) {
    room.store.edit_draft(case, |_| Some(draft(clinic, case, text))).unwrap();
}

/// «text version» for what is written, «- version» for what is over.
fn told(room: &Room) -> Vec<String> {
    let word = |one: &Uncopied| match one {
        Uncopied::Changed { draft, version } => format!("{} {version}", draft.text),
        Uncopied::Ended { version, .. } => format!("- {version}"),
    };
    room.store.uncopied().unwrap().iter().map(word).collect()
}

fn send(room: &Room, clinic: &Clinic, case: CaseId, text: &str) -> Op {
    let op = op(clinic, case, Command::Send { kind: MessageKind::FinalReply, message: compose(text, 3) });
    let new = NewOp { op: &op, what: "finalReply", case_type: "", written_at: minute(1), takes_back: None };
    room.store.enqueue(new, true).unwrap();
    op
}

#[test]
fn every_change_is_told_until_it_is_taken_over_restarts_and_the_count_never_begins_again() {
    let (clinic, room) = (Clinic::bjorken(), Room::new());
    let (here, there) = (CaseId::random(), CaseId::random());
    assert_eq!(told(&room), [] as [&str; 0]);
    write(&room, &clinic, here, "a");
    write(&room, &clinic, there, "x");
    write(&room, &clinic, here, "ab");
    assert_eq!(told(&room), ["ab 2", "x 1"]);
    room.store.copied(here, None, 1).unwrap();
    assert_eq!(told(&room), ["ab 2", "x 1"], "what the server took was older");
    room.store.copied(here, None, 2).unwrap();
    room.store.copied(here, None, 1).unwrap();
    let room = room.again();
    assert_eq!(told(&room), ["x 1"]);
    write(&room, &clinic, here, "ab");
    assert_eq!(told(&room), ["x 1"], "nothing has changed");
    room.store.edit_draft(here, |_| None).unwrap();
    let room = room.again();
    assert_eq!(told(&room), ["- 3", "x 1"]);
    room.store.copied(here, None, 3).unwrap();
    write(&room, &clinic, here, "anew");
    assert_eq!(told(&room), ["anew 4", "x 1"]);
    // thrown away before anything of it was told, only that is told
    write(&room, &clinic, there, "xy");
    room.store.edit_draft(there, |_| None).unwrap();
    assert_eq!(told(&room), ["anew 4", "- 3"]);
}

#[test]
fn the_end_of_what_is_being_sent_is_told_when_the_server_has_the_message() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let case = clinic.file(&elin(), "Förnya recept", "Hej", minute(0));
    room.take(&clinic.page([&case]));
    let case = case.case.id;
    write(&room, &clinic, case, "Svar");
    room.store.copied(case, None, 1).unwrap();
    let sent = send(&room, &clinic, case, "Svar");
    assert_eq!(told(&room), [] as [&str; 0], "a machine that dies now leaves the copy");
    room.store.begin_attempt(sent.id).unwrap();
    room.store.op_stopped(sent.id, "thread-moved").unwrap();
    assert_eq!(told(&room), [] as [&str; 0]);
    room.store.op_to_draft(sent.id, minute(2)).unwrap();
    assert_eq!(told(&room), ["Svar 3"], "it is a draft again");
    room.store.copied(case, None, 3).unwrap();
    let sent = send(&room, &clinic, case, "Svar");
    room.store.begin_attempt(sent.id).unwrap();
    room.store.op_accepted(sent.id, 9, None).unwrap();
    assert_eq!(told(&room), ["- 4"]);
    let other = op(&clinic, case, note("x"));
    let new = NewOp { op: &other, what: "note", case_type: "", written_at: minute(3), takes_back: None };
    room.store.enqueue(new, false).unwrap();
    assert_eq!(told(&room), ["- 4"], "a note takes no words along");
}

#[test]
fn a_message_that_was_taken_back_is_copied_again() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let case = clinic.file(&elin(), "Förnya recept", "Hej", minute(0));
    room.take(&clinic.page([&case]));
    let case = case.case.id;
    let taken = TakenBack { kind: MessageKind::PartialReply, message: compose("Vi återkommer.", 4) };
    let act = op(&clinic, case, Command::WithdrawMessage { message: MessageId::random(), kept_here: true });
    let new =
        NewOp { op: &act, what: "withdrawMessage", case_type: "", written_at: minute(1), takes_back: Some(&taken) };
    room.store.enqueue(new, false).unwrap();
    let mut page = clinic.page(&[]);
    page.settled = vec![Settled { op: act.id, case, seq: page.seq }];
    room.take(&page);
    assert_eq!(told(&room), ["Vi återkommer. 1"]);
}

#[test]
fn what_is_fetched_from_another_computer_is_in_the_draft_and_over_there() {
    let (clinic, room) = (Clinic::bjorken(), Room::new());
    let (case, machine) = (CaseId::random(), MachineId::random());
    write(&room, &clinic, case, "mine");
    let theirs = draft(&clinic, case, "theirs");
    let both = room
        .store
        .fetch_into_draft(theirs, (machine, 8), |there, came| Draft {
            text: format!("{} {}", there.unwrap().text, came.text),
            ..came
        })
        .unwrap();
    assert_eq!(both.text, "mine theirs");
    let room = room.again();
    assert_eq!(room.store.draft(case).unwrap(), Some(both));
    assert_eq!(room.store.fetched_drafts(case).unwrap(), [(machine, 8)].into());
    let ended = Uncopied::Ended { case, clinic: clinic.id(), machine, version: 8 };
    assert!(room.store.uncopied().unwrap().contains(&ended));
    room.store.copied(case, Some(machine), 8).unwrap();
    assert_eq!(told(&room), ["mine theirs 2"]);
    assert_eq!(room.store.fetched_drafts(case).unwrap(), [(machine, 8)].into(), "and is not offered again");
}

#[test]
fn a_draft_knows_with_which_version_it_was_begun() {
    let (clinic, room) = (Clinic::bjorken(), Room::new());
    let case = CaseId::random();
    let begun = || room.store.draft_begun(case).unwrap();
    assert_eq!(begun(), None);
    write(&room, &clinic, case, "a");
    write(&room, &clinic, case, "ab");
    assert_eq!(begun(), Some(1));
    room.store.edit_draft(case, |_| None).unwrap();
    assert_eq!(begun(), None);
    write(&room, &clinic, case, "b");
    write(&room, &clinic, case, "bc");
    assert_eq!(begun(), Some(4));
}

#[test]
fn a_count_that_was_lost_goes_on_from_where_the_server_is() {
    let (clinic, room) = (Clinic::bjorken(), Room::new());
    let case = CaseId::random();
    write(&room, &clinic, case, "a");
    room.store.copies_are_further(case, 40).unwrap();
    assert_eq!(told(&room), ["a 41"]);
    room.store.copies_are_further(case, 7).unwrap();
    assert_eq!(told(&room), ["a 41"]);
}

#[test]
fn a_computer_keeps_its_name() {
    let room = Room::new();
    let name = room.store.machine().unwrap();
    assert_eq!(room.store.machine().unwrap(), name);
    assert_eq!(room.again().store.machine().unwrap(), name);
    assert_ne!(Room::new().store.machine().unwrap(), name);
}

#[test]
fn a_damaged_file_keeps_counting_and_what_is_over_stays_over() {
    let (clinic, room) = (Clinic::bjorken(), Room::new());
    let (here, over) = (CaseId::random(), CaseId::random());
    for text in ["a", "ab", "abc"] {
        write(&room, &clinic, here, text);
        write(&room, &clinic, over, text);
    }
    room.store.edit_draft(over, |_| None).unwrap();
    let name = room.store.machine().unwrap();
    room.store.copied(here, None, 3).unwrap();
    let Room { dir, keys, store } = room;
    store.close().unwrap();
    Store::set_aside(dir.path(), File::Unsent, &keys).unwrap();
    let store = Store::open(dir.path(), &keys).unwrap();
    let room = Room { dir, keys, store };
    assert_eq!(room.store.machine().unwrap(), name);
    assert_eq!(told(&room), ["abc 4", "- 4"]);
}
