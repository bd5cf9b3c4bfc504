//! Pages of the feed.

use crate::clinic::*;
use mottaget_domain::response_clock::due;
use mottaget_domain::{MessageKind, OpId};
use mottaget_protocol::{CaseDocument, Op, Phase, Rejected, Settled, Taken};
use mottaget_store::{Change, Filter, NewNotice, NewOp, NoticeKind, NoticeStatus, OutboxState, Scope};

fn new_case(change: Change<'_>) -> Vec<NewNotice> {
    let fresh = change.noticed_through.is_some_and(|through| change.new.seq > through);
    let notice = NewNotice {
        key: format!("new:{}", change.new.case.id),
        kind: NoticeKind::NewCase,
        at: change.new.case.created_at,
    };
    if change.old.is_none() && fresh { vec![notice] } else { Vec::new() }
}

#[test]
fn a_page_is_there_after_a_restart_with_its_cursor() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let case = clinic.file(&elin(), "Förnya recept", "Jag behöver nytt recept", minute(0));
    let applied = room.take(&clinic.page([&case]));
    assert_eq!(applied.changed, [case.case.id]);
    let room = room.again();
    assert_eq!(room.store.document(case.case.id).unwrap(), Some(case));
    let cursor = room.store.cursor(&clinic.id()).unwrap().unwrap();
    assert_eq!((cursor.cursor.as_str(), cursor.seq, cursor.complete), ("c1", 1, true));
    assert_eq!(room.store.me().unwrap(), Some(clinic.me(ANNA)));
    assert_eq!(room.store.directory(&clinic.id()).unwrap(), Some(clinic.directory()));
}

#[test]
fn the_old_document_is_shown_to_the_one_who_decides() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let first = clinic.file(&elin(), "Förnya recept", "Hej", minute(0));
    room.take(&clinic.page([&first]));
    let second = clinic.give(&first, SARA, minute(1));
    let mut asked = Vec::new();
    room.store
        .apply_page(&clinic.page([&second]), |change| {
            asked.push((change.old.cloned(), change.new.clone(), change.noticed_through));
            Vec::new()
        })
        .unwrap();
    assert_eq!(asked, [(Some(first), second, Some(1))]);
}

#[test]
fn one_event_gives_one_notice_whatever_comes_again() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    room.take(&clinic.page(&[]));
    let case = clinic.file(&elin(), "Förnya recept", "Hej", minute(0));
    let page = clinic.page([&case]);
    let before_crash = room.store.cursor(&clinic.id()).unwrap();
    assert_eq!(before_crash.unwrap().noticed_through, Some(0));
    assert_eq!(room.store.apply_page(&page, new_case).unwrap().new_notices, 1);
    assert_eq!(room.store.apply_page(&page, new_case).unwrap().new_notices, 0);
    // the same event decided once more, as after a lost watermark
    let again = |change: Change<'_>| {
        vec![NewNotice { key: format!("new:{}", change.new.case.id), kind: NoticeKind::NewCase, at: minute(0) }]
    };
    assert_eq!(room.store.apply_page(&page, again).unwrap().new_notices, 0);
    let room = room.again();
    let waiting = room.store.waiting_notices().unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!((waiting[0].case, waiting[0].kind, waiting[0].at), (case.case.id, NoticeKind::NewCase, minute(0)));
    room.store.mark_notices(&[waiting[0].id], NoticeStatus::Shown).unwrap();
    assert!(room.store.waiting_notices().unwrap().is_empty());
    assert_eq!(room.store.close_notices_of(case.case.id, &[NoticeKind::AssignedToMe]).unwrap(), []);
    assert_eq!(room.store.close_notices_of(case.case.id, &[]).unwrap().len(), 1);
    assert!(room.store.shown_notices().unwrap().is_empty());
}

#[test]
fn the_first_snapshot_is_no_news_and_a_reset_keeps_what_was_noticed() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let old = clinic.file(&elin(), "Förnya recept", "Hej", minute(0));
    let other = clinic.file(&elin(), "Tidbokning", "Hej", minute(1));
    let mut first = clinic.page([&old]);
    (first.phase, first.more, first.total) = (Phase::Snapshot, true, Some(2));
    assert_eq!(room.store.apply_page(&first, new_case).unwrap().new_notices, 0);
    let half = room.store.cursor(&clinic.id()).unwrap().unwrap();
    assert_eq!((half.done, half.total, half.complete, half.noticed_through), (1, 2, false, None));
    let me = clinic.me(ANNA);
    let query = mottaget_store::Query {
        scope: Scope::Inbox,
        clinic: None,
        search: None,
        filter: Filter::default(),
        offset: 0,
        limit: 10,
    };
    assert!(room.store.list(&me, &query, monday()).unwrap().incomplete);
    let mut rest = clinic.page([&other]);
    rest.phase = Phase::Snapshot;
    assert_eq!(room.store.apply_page(&rest, new_case).unwrap().new_notices, 0);
    let whole = room.store.cursor(&clinic.id()).unwrap().unwrap();
    assert_eq!((whole.done, whole.total, whole.complete, whole.noticed_through), (2, 2, true, Some(2)));
    assert!(!room.store.list(&me, &query, monday()).unwrap().incomplete);

    // long away; roles changed; the snapshot comes again with one case more and one less
    let newest = clinic.file(&elin(), "Sjukintyg", "Hej", minute(2));
    let mut reset = clinic.page([&newest, &other]);
    (reset.phase, reset.reset, reset.total) = (Phase::Snapshot, true, Some(2));
    let applied = room.store.apply_page(&reset, new_case).unwrap();
    assert_eq!(applied.new_notices, 1);
    assert_eq!(applied.removed, [old.case.id]);
    assert_eq!(room.store.waiting_notices().unwrap()[0].case, newest.case.id);
    assert_eq!(room.store.document(old.case.id).unwrap(), None);
    assert_eq!(room.names(&me, Scope::Inbox).len(), 2);
}

#[test]
fn a_tombstone_takes_case_index_and_notice_away() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    room.take(&clinic.page(&[]));
    let case = clinic.file(&elin(), "Förnya recept", "Astmaspray", minute(0));
    room.store.apply_page(&clinic.page([&case]), new_case).unwrap();
    assert_eq!(room.found(&clinic.me(ANNA), "astma").len(), 1);
    let mut gone = clinic.page(&[]);
    gone.tombstones = vec![case.case.id];
    assert_eq!(room.take(&gone).removed, [case.case.id]);
    assert!(room.found(&clinic.me(ANNA), "astma").is_empty());
    assert!(room.store.waiting_notices().unwrap().is_empty());
    assert_eq!(room.store.document(case.case.id).unwrap(), None);
}

#[test]
fn that_a_case_was_given_away_is_told_once_and_outlives_the_case() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    room.take(&clinic.page(&[]));
    let case = clinic.file(&elin(), "Förnya recept", "Astmaspray", minute(0));
    room.store.apply_page(&clinic.page([&case]), new_case).unwrap();
    let through = room.store.cursor(&clinic.id()).unwrap().unwrap().noticed_through;
    let mut gone = clinic.page(&[]);
    gone.seq += 1;
    gone.tombstones = vec![case.case.id];
    gone.taken = vec![Taken { case: case.case.id, seq: gone.seq, at: minute(5) }];
    for (new, times) in [(1, "at first"), (0, "once more")] {
        let (mut asked, mut told) = (Vec::new(), Vec::new());
        let decide = |taken: &Taken, through| {
            asked.push((taken.clone(), through));
            Some(NewNotice { key: format!("{}:taken", taken.case), kind: NoticeKind::TakenAway, at: taken.at })
        };
        let tell = |notices: &[mottaget_store::Notice]| told.extend(notices.iter().map(|one| (one.kind, one.case)));
        let applied = room.store.apply_page_telling(&gone, |_| Vec::new(), decide, tell).unwrap();
        assert_eq!((applied.new_notices, told.len()), (new, new), "{times}");
        let known = if new == 1 { through } else { Some(gone.seq) };
        assert_eq!(asked, [(gone.taken[0].clone(), known)], "{times}");
    }
    let waiting = room.store.waiting_notices().unwrap();
    let waiting: Vec<_> = waiting.iter().map(|notice| (notice.kind, notice.case, notice.at)).collect();
    assert_eq!(waiting, [(NoticeKind::TakenAway, case.case.id, minute(5))]);
    assert_eq!(room.store.document(case.case.id).unwrap(), None);
}

#[test]
fn settled_and_rejected_acts_leave_the_outbox_with_the_page() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let case = clinic.file(&elin(), "Förnya recept", "Hej", minute(0));
    room.take(&clinic.page([&case]));
    let (good, bad) = (op(&clinic, case.case.id, note("a")), op(&clinic, case.case.id, note("b")));
    for one in [&good, &bad] {
        let new = NewOp { op: one, what: "note", case_type: "Förnya recept", written_at: minute(1), takes_back: None };
        room.store.enqueue(new, false).unwrap();
    }
    let mut page = clinic.page(&[]);
    page.settled = vec![Settled { op: good.id, case: case.case.id, seq: 2 }];
    let rejected = Rejected { op: bad.id, case: case.case.id, code: "case-closed".into(), detail: String::new() };
    page.rejected = vec![rejected.clone()];
    let applied = room.take(&page);
    assert_eq!((applied.settled, applied.rejected), (vec![good.id], vec![rejected]));
    assert_eq!(applied.changed, [case.case.id]);
    let room = room.again();
    let rows = room.store.outbox().unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].op.id, &rows[0].state), (bad.id, &OutboxState::Stopped { code: "case-closed".into() }));
    // the same page once more changes nothing, and an unknown op is nobody's
    page.settled[0].op = OpId::random();
    room.take(&page);
    assert_eq!(room.store.outbox().unwrap().len(), 1);
    // the person tries again: the old rejection does not hold the act down
    let again = Op { id: OpId::random(), ..bad.clone() };
    room.store.retry_stopped(bad.id, &again).unwrap();
    assert_eq!(room.store.outbox().unwrap()[0].state, OutboxState::Waiting { retry_at: None });
}

#[test]
fn own_acts_and_what_was_seen_are_not_unread() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let me = clinic.me(ANNA);
    let case = clinic.file(&elin(), "Förnya recept", "Hej", minute(0));
    room.take(&clinic.page([&case]));
    let unread = |room: &Room| room.rows(&me, Scope::Everything, None)[0].unread;
    assert!(unread(&room));
    assert!(room.store.mark_seen(case.case.id, case.case.thread_version).unwrap());
    assert!(!room.store.mark_seen(case.case.id, case.case.thread_version).unwrap());
    assert!(!unread(&room));
    // I give it to myself, and answer: nothing new to me
    let mine = clinic.give(&case, ANNA, minute(1));
    let answered = clinic.send(&mine, ANNA, MessageKind::CounterQuestion, "Vilken styrka?", minute(2));
    room.take(&clinic.page([&answered]));
    assert!(!unread(&room));
    // somebody else's act is; also after the clinic was filled anew
    let taken = clinic.give(&answered, SARA, minute(3));
    let mut other = taken.clone();
    other.case.history.last_mut().unwrap().who =
        mottaget_domain::Who::Staff { hsa_id: hsa(SARA), name: "Sara Låtsas".into() };
    let mut reset = clinic.page([&other]);
    (reset.reset, reset.phase) = (true, Phase::Snapshot);
    room.take(&reset);
    assert!(unread(&room));
    room.store.mark_seen(other.case.id, other.case.thread_version).unwrap();
    room.take(&reset);
    assert!(!unread(&room));
}

#[test]
fn a_new_response_target_moves_the_order() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let me = clinic.me(ANNA);
    let friday = at("2026-11-20T10:00:00Z");
    let mut own_target = clinic.file(&resident("Egen Tid", personal_id("19700101", 1)), "Sjukintyg", "Hej", friday);
    own_target.case.case_type.response_days = Some(3);
    let usual = clinic.file(&elin(), "Förnya recept", "Hej", minute(0));
    room.take(&clinic.page(&[own_target, usual]));
    // Friday + 3 and Monday + 2 are the same day: received first is first
    assert_eq!(room.names(&me, Scope::Inbox), ["Egen Tid", "Elin Testberg"]);
    clinic.facts.policy.response_days = Some(1);
    room.store.save_directory(&clinic.directory()).unwrap();
    assert_eq!(room.names(&me, Scope::Inbox), ["Elin Testberg", "Egen Tid"]);
}

#[test]
fn whoever_reads_a_case_by_a_new_target_finds_the_directory_that_says_so() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let me = clinic.me(ANNA);
    let document = clinic.file(&elin(), "Förnya recept", "Hej", minute(0));
    let case = &document.case;
    room.take(&clinic.page([&document]));
    let mut read = 0;
    std::thread::scope(|scope| {
        let store = &room.store;
        let decided = scope.spawn(move || {
            for days in 2..=250 {
                clinic.facts.policy.response_days = Some(days);
                store.save_directory(&clinic.directory()).unwrap();
            }
        });
        while !decided.is_finished() {
            let shown = store.case(&me, case.id, minute(1)).unwrap().unwrap().row.due;
            let directory = store.directory(&case.clinic).unwrap().unwrap();
            let said = due(case, &directory.policy, minute(1));
            assert!(said.at() >= shown.at(), "the row knows of {shown:?}, the directory still of {said:?}");
            read += 1;
        }
        decided.join().unwrap();
    });
    assert!(read > 0);
}

#[test]
fn a_page_that_comes_while_the_target_changes_is_reckoned_by_the_new_one() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let me = clinic.me(ANNA);
    for days in 2..=60 {
        let document = clinic.file(&elin(), "Förnya recept", "Hej", minute(i64::from(days)));
        let page = clinic.page([&document]);
        clinic.facts.policy.response_days = Some(days);
        let directory = clinic.directory();
        std::thread::scope(|scope| {
            scope.spawn(|| room.store.save_directory(&directory).unwrap());
            scope.spawn(|| room.take(&page));
        });
        let shown = room.store.case(&me, document.case.id, minute(60)).unwrap().unwrap().row.due;
        assert_eq!(shown, due(&document.case, &directory.policy, minute(60)), "{days} days");
    }
}

#[test]
fn a_clinic_that_was_left_is_forgotten_and_the_other_stays() {
    let (mut here, mut there) = (Clinic::bjorken(), Clinic::new("B002", "Alens vårdcentral"));
    let room = Room::at(&here, ANNA);
    room.store.save_directory(&there.directory()).unwrap();
    let stays = here.file(&elin(), "Förnya recept", "Recept här", minute(0));
    let goes = there.file(&elin(), "Förnya recept", "Recept där", minute(0));
    room.take(&here.page([&stays]));
    room.take(&there.page([&goes]));
    let me = me_at(ANNA, &[&here, &there]);
    assert_eq!(room.found(&me, "recept").len(), 2);
    assert_eq!(room.store.forget_clinic(&there.id()).unwrap(), [goes.case.id]);
    assert_eq!(room.rows(&me, Scope::Everything, Some("recept"))[0].id, stays.case.id);
    assert_eq!(room.store.cursor(&there.id()).unwrap(), None);
    assert_eq!(room.store.directory(&there.id()).unwrap(), None);
    assert_eq!(room.store.cursors().unwrap().len(), 1);
}

#[test]
fn a_crash_between_mirror_and_outbox_is_made_good() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let case = clinic.file(&elin(), "Förnya recept", "Hej", minute(0));
    room.take(&clinic.page([&case]));
    let acts = ["a", "b"].map(|text| op(&clinic, case.case.id, note(text)));
    for one in &acts {
        let new = NewOp { op: one, what: "note", case_type: "Förnya recept", written_at: minute(1), takes_back: None };
        room.store.enqueue(new, false).unwrap();
    }
    let Room { dir, keys, store } = room;
    store.close().unwrap();
    // the mirror's transaction is through, and then the power goes
    {
        let db = rusqlite::Connection::open(dir.path().join("mirror.db")).unwrap();
        db.execute_batch(&format!("PRAGMA key = \"x'{}'\";", hex::encode(keys.mirror))).unwrap();
        let settled = acts[0].id.0.as_bytes();
        db.execute("INSERT INTO outcome (op, code) VALUES (?1, NULL)", [settled]).unwrap();
    }
    let store = mottaget_store::Store::open(dir.path(), &keys).unwrap();
    let left: Vec<_> = store.outbox().unwrap().into_iter().map(|row| row.op.id).collect();
    assert_eq!(left, [acts[1].id]);
}

#[test]
fn a_message_that_can_be_taken_back_is_known_until_it_is_out_or_its_case_has_left() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let held =
        |room: &Room| room.store.held().unwrap().into_iter().map(|document| document.case.id).collect::<Vec<_>>();
    let (one, two) =
        (clinic.file(&elin(), "Förnya recept", "Hej", minute(0)), clinic.file(&elin(), "Boka tid", "Hej", minute(1)));
    let ids = [one.case.id, two.case.id];
    let [one, two] = [one, two].map(|case| clinic.hold(&case, minute(2)));
    room.take(&clinic.page([&one, &two]));
    let mut both = held(&room);
    both.sort();
    assert_eq!(both, {
        let mut ids = ids;
        ids.sort();
        ids
    });
    let room = room.again();
    let out = clinic.release(&one, minute(3));
    room.take(&clinic.page([&out]));
    assert_eq!(held(&room), [ids[1]]);
    let mut page = clinic.page(&[]);
    page.tombstones = vec![ids[1]];
    room.take(&page);
    assert_eq!(held(&room), []);
}

#[test]
fn own_messages_that_are_out_are_known_the_last_first_and_of_many_the_last_few() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, SARA);
    let sent = |room: &Room| -> Vec<_> {
        room.store.sent().unwrap().into_iter().map(|(message, document)| (message, document.case.id)).collect()
    };
    let last = |document: &CaseDocument| (document.case.messages.last().unwrap().id, document.case.id);
    let filed = clinic.file(&elin(), "Förnya recept", "Hej", minute(0));
    let held = clinic.hold(&filed, minute(1));
    room.take(&clinic.page([&held]));
    assert_eq!(sent(&room), [], "the server holds it");
    let out = clinic.release(&held, minute(2));
    room.take(&clinic.page([&out]));
    assert_eq!(sent(&room), [last(&out)]);

    let other = clinic.file(&elin(), "Boka tid", "Hej", minute(0));
    let annas = clinic.give(&other, ANNA, minute(3));
    let annas = clinic.send(&annas, ANNA, MessageKind::PartialReply, "Vi återkommer.", minute(4));
    room.take(&clinic.page([&annas]));
    assert_eq!(sent(&room), [last(&out)], "a colleague's is not hers");

    let room = room.again();
    let mut many = clinic.give(&annas, SARA, minute(5));
    for n in 6..26 {
        many = clinic.send(&many, SARA, MessageKind::PartialReply, &n.to_string(), minute(n));
    }
    room.take(&clinic.page([&many]));
    let now = sent(&room);
    assert_eq!((now.len(), now[0]), (20, last(&many)));
    assert!(!now.contains(&last(&out)));
    let mut page = clinic.page(&[]);
    page.tombstones = vec![many.case.id];
    room.take(&page);
    assert_eq!(sent(&room), []);
    // a mirror that is filled anew hears of it again
    let mut page = clinic.page([&out]);
    page.reset = true;
    room.take(&page);
    assert_eq!(sent(&room), [last(&out)]);
}
