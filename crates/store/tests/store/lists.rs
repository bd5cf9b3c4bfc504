//! What the screen reads.

use crate::clinic::*;
use mottaget_domain::listing::Listed;
use mottaget_domain::response_clock::{Due, due};
use mottaget_domain::{CaseState, CloseReason, Command, MessageKind, Unwatched};
use mottaget_store::{Draft, DueFilter, Filter, Holder, NewOp, Query, SavedView, Scope};

fn named(name: &str, n: u32) -> mottaget_domain::Resident {
    resident(name, personal_id("19600101", n))
}

/// One case for every list.
fn clinic_with_cases() -> (Clinic, Room) {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let mut cases = Vec::new();
    for (n, name) in
        ["Nils Ny", "Mia Min", "Greta Grupp", "Vera Väntar", "Astrid Avslutad", "Sven Saras"].iter().enumerate()
    {
        cases.push(clinic.file(&named(name, n as u32), "Förnya recept", "Hej", minute(n as i64)));
    }
    cases[1] = clinic.give(&cases[1], ANNA, minute(10));
    cases[2] = clinic.give_group(&cases[2], minute(11));
    cases[3] = clinic.give(&cases[3], ANNA, minute(12));
    cases[3] = clinic.send(&cases[3], ANNA, MessageKind::CounterQuestion, "Vilken styrka?", minute(13));
    cases[4] = clinic.give(&cases[4], ANNA, minute(14));
    let close = Command::Close { reason: CloseReason::Duplicate, note: None, tell: None, based_on: None };
    cases[4] = clinic.act(&cases[4], ANNA, &close, minute(15));
    cases[5] = clinic.give(&cases[5], SARA, minute(16));
    room.take(&clinic.page(&cases));
    (clinic, room)
}

#[test]
fn every_case_is_in_the_lists_that_it_belongs_to() {
    let (clinic, room) = clinic_with_cases();
    let me = clinic.me(ANNA);
    assert_eq!(room.names(&me, Scope::Inbox), ["Nils Ny"]);
    // running clocks by due time and receipt; the counter-question stopped Vera's
    assert_eq!(room.names(&me, Scope::Distributed), ["Mia Min", "Greta Grupp", "Sven Saras", "Vera Väntar"]);
    assert_eq!(room.names(&me, Scope::ClinicClosed), ["Astrid Avslutad"]);
    assert_eq!(room.names(&me, Scope::Mine), ["Mia Min", "Vera Väntar"]);
    assert_eq!(room.names(&me, Scope::Groups), ["Greta Grupp"]);
    assert_eq!(room.names(&me, Scope::Waiting), ["Vera Väntar"]);
    assert_eq!(room.names(&me, Scope::MyClosed), ["Astrid Avslutad"]);
    assert_eq!(room.names(&me, Scope::Drafts), Vec::<String>::new());
    assert_eq!(room.names(&me, Scope::Everything).len(), 6);
    let counts = room.store.counts(&me, None, monday()).unwrap();
    assert_eq!((counts.inbox, counts.distributed, counts.mine, counts.groups, counts.waiting), (1, 4, 2, 1, 1));
    assert_eq!(
        room.store.counts(&me, Some(&hsa("SE2321000016-B999")), monday()).unwrap(),
        mottaget_store::Counts::default()
    );
}

/// The rules say what a filter means; the tables give the same answer, whatever is combined with what.
#[test]
fn a_filter_in_the_tables_is_the_filter_of_the_rules() {
    let (clinic, room) = clinic_with_cases();
    let me = clinic.me(ANNA);
    let now = at("2026-11-25T23:30:00Z");
    let days = [
        None,
        Some(jiff::civil::date(2026, 11, 22)),
        Some(jiff::civil::date(2026, 11, 23)),
        Some(jiff::civil::date(2026, 11, 24)),
    ];
    let states = [
        vec![],
        vec![CaseState::New],
        vec![CaseState::AssignedGroup, CaseState::AwaitingResident],
        vec![CaseState::Closed],
    ];
    let group = clinic.facts.groups.keys().next().copied().unwrap();
    let holders =
        [None, Some(Holder::Nobody), Some(Holder::Person { hsa_id: hsa(ANNA) }), Some(Holder::Group { id: group })];
    let types = [vec![], vec!["Förnya recept".to_owned()], vec!["Boka tid".to_owned(), "förnya recept".to_owned()]];
    let reasons = [vec![], vec![Unwatched::Undistributed, Unwatched::NotBegun]];
    let document = |id| room.store.document(id).unwrap().unwrap().case;
    let everything: Vec<_> =
        room.rows(&me, Scope::Everything, None).into_iter().map(|row| (row.clone(), document(row.id))).collect();
    let mut shown = 0;
    for (day, state) in days.iter().flat_map(|day| states.iter().map(move |state| (day, state))) {
        for (holder, case_types) in holders.iter().flat_map(|holder| types.iter().map(move |types| (holder, types))) {
            for (due, unread) in
                [(None, false), (Some(DueFilter::Late), false), (Some(DueFilter::Today), true), (None, true)]
            {
                for (to, unwatched) in [false, true].into_iter().flat_map(|to| reasons.iter().map(move |why| (to, why)))
                {
                    let filter = Filter {
                        states: state.clone(),
                        case_types: case_types.clone(),
                        due,
                        holder: holder.clone(),
                        received_from: day.filter(|_| !to),
                        received_to: day.filter(|_| to),
                        unread,
                        protected_identity: false,
                        unwatched: unwatched.clone(),
                    };
                    let query = Query {
                        scope: Scope::Everything,
                        clinic: None,
                        search: None,
                        filter: filter.clone(),
                        offset: 0,
                        limit: 100,
                    };
                    let page = room.store.list(&me, &query, now).unwrap();
                    let names: Vec<_> = page.rows.into_iter().map(|row| row.resident_name).collect();
                    let fits = everything.iter().filter(|(row, case)| {
                        let listed = Listed { case, protected_identity: row.protected_identity, unread: row.unread };
                        filter.fits(listed, &clinic.facts, now)
                    });
                    let said: Vec<_> = fits.map(|(row, _)| row.resident_name.clone()).collect();
                    assert_eq!((page.total, &names), (said.len(), &said), "{filter:?}");
                    shown += names.len();
                }
            }
        }
    }
    assert!(shown > 300, "hardly anything was ever shown: {shown}");
}

#[test]
fn protected_identities_can_be_looked_at_alone() {
    let (mut clinic, room) = clinic_with_cases();
    let mut hidden = named("Hemlig Hermansson", 60);
    hidden.protected_identity = true;
    let case = clinic.file(&hidden, "Boka tid", "Hej", minute(30));
    room.take(&clinic.page(&[case]));
    let filter = Filter { protected_identity: true, ..Filter::default() };
    let query = Query { scope: Scope::Inbox, clinic: None, search: None, filter, offset: 0, limit: 10 };
    let page = room.store.list(&clinic.me(ANNA), &query, minute(40)).unwrap();
    assert_eq!(page.rows.into_iter().map(|row| row.resident_name).collect::<Vec<_>>(), ["Hemlig Hermansson"]);
}

#[test]
fn a_list_is_narrowed_by_what_occurs_in_it() {
    let (clinic, room) = clinic_with_cases();
    let me = clinic.me(ANNA);
    let choices = room.store.choices(&me, Scope::Distributed, None, monday()).unwrap();
    let names: Vec<&str> = choices.holders.iter().map(|holder| holder.name.as_str()).collect();
    assert_eq!(choices.case_types, ["Förnya recept"]);
    assert_eq!((names.len(), choices.unheld), (3, false), "Anna, Sara and the group: {names:?}");
    assert!(room.store.choices(&me, Scope::Inbox, None, monday()).unwrap().unheld);
    assert_eq!(room.store.choices(&me, Scope::Drafts, None, monday()).unwrap(), mottaget_store::Choices::default());
}

#[test]
fn a_saved_view_counts_what_its_list_shows() {
    let (clinic, room) = clinic_with_cases();
    let me = clinic.me(ANNA);
    let view = |scope, search: Option<&str>, filter| SavedView {
        name: "Vy".into(),
        scope,
        clinic: Some(clinic.id()),
        search: search.map(str::to_owned),
        filter,
    };
    let waiting = Filter { states: vec![CaseState::AwaitingResident], ..Filter::default() };
    let views = [
        view(Scope::Distributed, None, Filter::default()),
        view(Scope::Distributed, None, waiting.clone()),
        view(Scope::Everything, Some("vera"), waiting),
        view(Scope::Everything, Some("nils"), Filter::default()),
        view(Scope::Drafts, None, Filter::default()),
    ];
    assert_eq!(room.store.view_counts(&me, &views, minute(40)).unwrap(), [4, 1, 1, 1, 0]);
}

/// The numbers are kept beside the rows, so they are held against the rows after each kind of change.
#[test]
fn the_numbers_are_those_of_the_rows_whatever_happened() {
    let (mut clinic, room) = clinic_with_cases();
    let me = clinic.me(ANNA);
    let agree = |room: &Room, what: &str| {
        let counts = room.store.counts(&me, None, monday()).unwrap();
        let rows = |scope| room.rows(&me, scope, None);
        let n = |scope| rows(scope).len() as u64;
        let kept = [counts.inbox, counts.distributed, counts.mine, counts.groups, counts.waiting];
        let scopes = [Scope::Inbox, Scope::Distributed, Scope::Mine, Scope::Groups, Scope::Waiting];
        assert_eq!(kept, scopes.map(n), "{what}");
        let unread = [Scope::Inbox, Scope::Mine, Scope::Groups].into_iter().flat_map(rows).filter(|row| row.unread);
        assert_eq!(counts.unread, unread.count() as u64, "{what}: unread");
        for scope in [Scope::Inbox, Scope::Distributed, Scope::ClinicClosed, Scope::MyClosed, Scope::Everything] {
            let query = Query { scope, clinic: None, search: None, filter: Filter::default(), offset: 0, limit: 1 };
            let total = room.store.list(&me, &query, monday()).unwrap().total as u64;
            assert_eq!(total, n(scope), "{what}: {scope:?}");
        }
    };
    agree(&room, "filled");
    let mut case = clinic.file(&named("Ny Igen", 9), "Boka tid", "Hej", minute(20));
    room.take(&clinic.page([&case]));
    agree(&room, "a new one");
    room.store.mark_seen(case.case.id, case.case.thread_version).unwrap();
    agree(&room, "seen");
    case = clinic.give(&case, ANNA, minute(21));
    room.take(&clinic.page([&case]));
    agree(&room, "given to me");
    case = clinic.give(&case, SARA, minute(22));
    room.take(&clinic.page([&case]));
    agree(&room, "given to a colleague");
    let mut gone = clinic.page(&[]);
    gone.tombstones = vec![case.case.id];
    room.take(&gone);
    agree(&room, "gone");
    let room = room.again();
    agree(&room, "opened again");
    let mut reset = clinic.page([&case]);
    reset.reset = true;
    room.take(&reset);
    agree(&room, "emptied and filled again");
}

#[test]
fn a_handler_has_no_inbox() {
    let (clinic, room) = clinic_with_cases();
    let sara = clinic.me(SARA);
    assert!(room.names(&sara, Scope::Inbox).is_empty());
    assert!(room.names(&sara, Scope::Distributed).is_empty());
    assert_eq!(room.names(&sara, Scope::Mine), ["Sven Saras"]);
    let start = room.store.start(&sara, None, monday()).unwrap();
    assert!(start.clinics[0].inbox.is_none() && start.clinics[0].distributed.is_none());
    assert_eq!(start.clinics[0].mine.as_ref().unwrap().open, 1);
}

#[test]
fn a_row_says_who_what_and_by_when() {
    let (clinic, room) = clinic_with_cases();
    let me = clinic.me(ANNA);
    let row = &room.rows(&me, Scope::Distributed, None)[2];
    assert_eq!((row.resident_name.as_str(), row.case_type.as_str()), ("Sven Saras", "Förnya recept"));
    assert_eq!(row.clinic_name, "Björkens vårdcentral");
    assert_eq!(row.assignee.as_ref().unwrap().name, "Sara Låtsas");
    assert!(!row.mine);
    // received on Monday, two working days: the end of Wednesday
    assert_eq!(row.due, Due::Running { at: at("2026-11-25T22:59:59Z"), working_days_left: 2 });
    let group = &room.rows(&me, Scope::Groups, None)[0];
    assert_eq!(group.assignee.as_ref().unwrap().name, "Receptgruppen");
}

#[test]
fn unsent_work_lies_over_the_mirror() {
    let (clinic, room) = clinic_with_cases();
    let me = clinic.me(ANNA);
    let mine = room.rows(&me, Scope::Mine, None)[0].clone();
    let draft = Draft {
        case: mine.id,
        clinic: clinic.id(),
        kind: MessageKind::FinalReply,
        text: "Receptet är förnyat".into(),
        files: Vec::new(),
        based_on: 2,
        updated_at: minute(20),
        sign_as: None,
    };
    room.store.edit_draft(mine.id, |_| Some(draft.clone())).unwrap();
    let act = op(&clinic, mine.id, note("Ringde"));
    let new = NewOp { op: &act, what: "note", case_type: &mine.case_type, written_at: minute(21), takes_back: None };
    room.store.enqueue(new, false).unwrap();
    assert_eq!(room.names(&me, Scope::Drafts), ["Mia Min"]);
    let row = &room.rows(&me, Scope::Mine, None)[0];
    assert_eq!((row.has_draft, row.pending_ops), (true, 1));
    let counts = room.store.counts(&me, Some(&clinic.id()), monday()).unwrap();
    assert_eq!((counts.drafts, counts.outbox), (1, 1));
    let case = room.store.case(&me, mine.id, monday()).unwrap().unwrap();
    assert_eq!((case.draft, case.pending.len(), case.pending[0].op.id), (Some(draft), 1, act.id));
    assert_eq!(case.row, *row);
}

#[test]
fn the_start_page_knows_what_is_urgent() {
    let (clinic, room) = clinic_with_cases();
    let me = clinic.me(ANNA);
    let on = |time: &str| room.store.start(&me, Some(minute(2)), at(time)).unwrap();
    let monday = on("2026-11-23T09:00:00Z");
    let [clinic_start] = monday.clinics.as_slice() else { panic!() };
    let inbox = clinic_start.inbox.clone().unwrap();
    assert_eq!((inbox.open, inbox.unread, inbox.due_today, inbox.late), (1, 1, 0, 0));
    assert_eq!(inbox.oldest.unwrap().received_at, minute(0));
    let mine = clinic_start.mine.clone().unwrap();
    assert_eq!((mine.open, mine.waiting), (2, 1));
    // Vera waits for herself; Mia's is the one that waits for me
    assert_eq!(mine.oldest.unwrap().received_at, minute(1));
    // Wednesday 00:30 in Sweden is Tuesday in UTC
    let wednesday = on("2026-11-24T23:30:00Z").clinics[0].distributed.clone().unwrap();
    assert_eq!((wednesday.due_today, wednesday.late), (3, 0));
    let thursday = on("2026-11-25T23:30:00Z").clinics[0].distributed.clone().unwrap();
    assert_eq!((thursday.due_today, thursday.late), (0, 3));
}

#[test]
fn the_start_page_counts_what_somebody_else_did_in_ones_cases_until_it_is_read() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, SARA);
    let me = clinic.me(SARA);
    let hers = clinic.file(&named("Sven Saras", 1), "Förnya recept", "Hej", minute(5));
    let hers = clinic.give(&hers, SARA, minute(16));
    let others = clinic.file(&named("Nils Ny", 2), "Förnya recept", "Hej", minute(17));
    room.take(&clinic.page(&[hers, others]));
    let since = |at| room.store.start(&me, Some(at), monday()).unwrap().new_cases;
    // received in the fifth minute, given to her in the sixteenth
    assert_eq!((since(minute(9)), since(minute(16))), (1, 0));
    let [row] = room.rows(&me, Scope::Mine, None).try_into().unwrap();
    let thread = room.store.case(&me, row.id, monday()).unwrap().unwrap().document.case;
    room.store.mark_seen(row.id, thread.thread_version).unwrap();
    assert_eq!(since(minute(9)), 0);
    // what one did oneself is no news; what came into the inbox is, until it is read
    let (clinic, room) = clinic_with_cases();
    let me = clinic.me(ANNA);
    let since = |at| room.store.start(&me, Some(at), monday()).unwrap().new_cases;
    assert_eq!((since(minute(9)), since(minute(-1))), (0, 1));
}

#[test]
fn what_has_waited_longest_is_what_nobody_has_answered() {
    let (mut clinic, room) = clinic_with_cases();
    let me = clinic.me(ANNA);
    let oldest = || room.store.start(&me, None, monday()).unwrap().clinics[0].mine.clone().unwrap().oldest;
    let mine = room.rows(&me, Scope::Mine, None)[0].clone();
    let answered = room.store.case(&me, mine.id, monday()).unwrap().unwrap().document;
    let answered = clinic.send(&answered, ANNA, MessageKind::PartialReply, "Vi återkommer", minute(17));
    room.take(&clinic.page([&answered]));
    // there is nothing else to do
    assert_eq!(oldest().unwrap().case, mine.id);
    let newer = clinic.file(&named("Nora Ny", 7), "Förnya recept", "Hej", minute(18));
    let newer = clinic.give(&newer, ANNA, minute(19));
    room.take(&clinic.page([&newer]));
    assert_eq!(oldest().unwrap().case, newer.case.id);
}

#[test]
fn a_list_gives_only_what_is_late_or_due_today_if_asked() {
    let (clinic, room) = clinic_with_cases();
    let me = clinic.me(ANNA);
    let names = |scope, due, search: Option<&str>, time: &str| -> Vec<String> {
        let query = Query {
            scope,
            clinic: None,
            search: search.map(str::to_owned),
            filter: Filter { due: Some(due), ..Filter::default() },
            offset: 0,
            limit: 10,
        };
        let page = room.store.list(&me, &query, at(time)).unwrap();
        assert_eq!(page.total, page.rows.len(), "{scope:?} {due:?}");
        page.rows.into_iter().map(|row| row.resident_name).collect()
    };
    let none = Vec::<String>::new();
    // due at the end of Wednesday in Sweden
    let (monday, wednesday, thursday) = ("2026-11-23T09:00:00Z", "2026-11-25T09:00:00Z", "2026-11-25T23:30:00Z");
    for scope in [Scope::Distributed, Scope::Everything] {
        let running: Vec<&str> = match scope {
            Scope::Distributed => vec!["Mia Min", "Greta Grupp", "Sven Saras"],
            _ => vec!["Sven Saras", "Greta Grupp", "Mia Min", "Nils Ny"],
        };
        assert_eq!(names(scope, DueFilter::Today, None, monday), none);
        assert_eq!(names(scope, DueFilter::Today, None, wednesday), running, "not Vera, who is to answer herself");
        assert_eq!(names(scope, DueFilter::Late, None, wednesday), none);
        assert_eq!(names(scope, DueFilter::Late, None, thursday), running);
        assert_eq!(names(scope, DueFilter::Today, None, thursday), none);
    }
    assert_eq!(names(Scope::Mine, DueFilter::Late, None, thursday), ["Mia Min"]);
    assert_eq!(names(Scope::MyClosed, DueFilter::Late, None, thursday), none);
    assert_eq!(names(Scope::Everything, DueFilter::Late, Some("greta"), thursday), ["Greta Grupp"]);
    let late = |from, to| room.store.became_late(at(from), at(to)).unwrap();
    assert!(late(wednesday, thursday));
    assert!(!late(monday, wednesday) && !late(thursday, "2026-11-26T09:00:00Z"));
}

#[test]
fn windows_of_a_list_make_the_whole() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let me = clinic.me(ANNA);
    let cases: Vec<_> =
        (0..25).map(|n| clinic.file(&named(&format!("Person {n:02}"), n), "Tidbokning", "Hej", minute(0))).collect();
    room.take(&clinic.page(&cases));
    let mut names = Vec::new();
    for offset in [0, 10, 20, 30] {
        let query = Query {
            scope: Scope::Inbox,
            clinic: Some(clinic.id()),
            search: None,
            filter: Filter::default(),
            offset,
            limit: 10,
        };
        let page = room.store.list(&me, &query, monday()).unwrap();
        assert_eq!((page.total, page.offset), (25, offset));
        names.extend(page.rows.into_iter().map(|row| row.resident_name));
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 25);
}

#[test]
fn a_row_says_what_the_rules_say_of_its_case_also_when_they_have_changed() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let me = clinic.me(ANNA);
    let now = at("2026-12-03T09:00:00Z");
    let new = clinic.file(&named("Nya Ny", 1), "Tidbokning", "Hej", minute(0));
    let asked = clinic.file(&named("Frida Frågad", 2), "Tidbokning", "Hej", minute(1));
    let asked = clinic.give(&asked, ANNA, minute(2));
    let asked = clinic.send(&asked, ANNA, MessageKind::CounterQuestion, "Hur länge?", minute(3));
    let late = clinic.file(&named("Siv Sen", 3), "Tidbokning", "Hej", minute(4));
    let late = clinic.give(&late, ANNA, minute(5));
    let late = clinic.send(&late, ANNA, MessageKind::FinalReply, "Svar", at("2026-12-01T09:00:00Z"));
    let documents = [new, asked, late];
    room.take(&clinic.page(&documents));
    let mut said = Vec::new();
    for days in [1, 10] {
        clinic.facts.policy.region.response_days = days;
        room.store.save_directory(&clinic.directory()).unwrap();
        for document in &documents {
            let case = &document.case;
            let query = Query {
                scope: Scope::Everything,
                clinic: None,
                search: None,
                filter: Filter::default(),
                offset: 0,
                limit: 10,
            };
            let page = room.store.list(&me, &query, now).unwrap();
            let row = page.rows.into_iter().find(|row| row.id == case.id).unwrap();
            assert_eq!(row.due, due(case, &clinic.facts.policy, now), "{days} days, {}", row.resident_name);
            assert_eq!(room.store.case(&me, case.id, now).unwrap().unwrap().row, row);
            said.push(row.due);
        }
    }
    assert!(matches!(said[0], Due::Running { .. }) && matches!(said[1], Due::Paused { .. }), "{said:?}");
    assert!(matches!((&said[2], &said[5]), (Due::Done { late: true, .. }, Due::Done { late: false, .. })), "{said:?}");
}

#[test]
fn a_row_of_a_list_is_unread_until_its_case_was_seen() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let me = clinic.me(ANNA);
    let mut case = clinic.file(&named("Nya Ny", 1), "Tidbokning", "Hej", minute(0));
    room.take(&clinic.page([&case]));
    let unread = || room.rows(&me, Scope::Inbox, None)[0].unread;
    assert!(unread());
    room.store.mark_seen(case.case.id, case.case.thread_version).unwrap();
    assert!(!unread());
    case.case.thread_version += 1;
    room.take(&clinic.page([&case]));
    assert!(unread(), "something new stands in it");
}
