//! Who watches: the tables give the answers of the rules, whoever is away, and the board counts what its lists show.

use crate::clinic::*;
use jiff::civil::date;
use mottaget_domain::listing::Listed;
use mottaget_domain::watch::unwatched;
use mottaget_domain::{Absence, Actor, Case, Command, Group, GroupId, MessageKind, Role, StaffFacts, Unwatched, act};
use mottaget_protocol::CaseDocument;
use mottaget_store::{Away, Filter, Query, Scope, UnwatchedCount};
use std::collections::BTreeSet;

const OMAR: &str = "SE2321000016-A003";
const RUT: &str = "SE2321000016-A004";

/// Rut receives; Anna receives and handles; Sara and Omar handle, and are alone in a group of their own.
fn clinic_with_four() -> Clinic {
    let mut clinic = Clinic::bjorken();
    for (id, name, role) in [(OMAR, "Omar Påhittad", Role::Handler), (RUT, "Rut Mottagare", Role::Receiver)] {
        let facts = StaffFacts {
            hsa_id: hsa(id),
            name: name.into(),
            title: String::new(),
            active: true,
            roles: BTreeSet::from([role]),
            absences: Vec::new(),
        };
        clinic.facts.staff.insert(hsa(id), facts);
    }
    let members = BTreeSet::from([hsa(SARA), hsa(OMAR)]);
    let group = Group { id: clinic.group, name: "Receptgruppen".into(), members };
    clinic.facts.groups.insert(clinic.group, group);
    clinic
}

/// Away from Tuesday to Thursday, and at no other time.
fn away(clinic: &mut Clinic, who: &str, substitute: Option<&str>) {
    let absence = Absence { from: date(2026, 11, 24), to: date(2026, 11, 26), substitute: substitute.map(hsa) };
    clinic.facts.staff.get_mut(&hsa(who)).unwrap().absences = vec![absence];
}

fn there(clinic: &mut Clinic) {
    clinic.facts.staff.values_mut().for_each(|staff| staff.absences.clear());
}

/// One case for everything that can become of one; each filed and given on Monday morning.
fn cases(clinic: &mut Clinic) -> Vec<CaseDocument> {
    let mut cases: Vec<CaseDocument> =
        ["Nils Ny", "Sven Saras", "Bo Börjad", "Greta Grupp", "Olof Omars", "Fia Förlorad"]
            .iter()
            .enumerate()
            .map(|(n, name)| {
                let who = resident(name, personal_id("19600101", n as u32));
                clinic.file(&who, "Förnya recept", "Hej", minute(n as i64))
            })
            .collect();
    cases[1] = clinic.give(&cases[1], SARA, minute(10));
    cases[2] = clinic.give(&cases[2], SARA, minute(11));
    cases[2] = clinic.send(&cases[2], SARA, MessageKind::PartialReply, "Vi återkommer.", minute(12));
    cases[3] = clinic.give_group(&cases[3], minute(13));
    cases[4] = clinic.give(&cases[4], OMAR, minute(14));
    // somebody who had left when the system noticed
    cases[5] = clinic.give(&cases[5], SARA, minute(15));
    let mut without = clinic.facts.clone();
    without.staff.get_mut(&hsa(SARA)).unwrap().active = false;
    let lost = act(&cases[5].case, &Actor::System, &Command::LoseAssignee, None, &without, minute(16)).unwrap();
    cases[5].case = lost;
    cases
}

fn listed(room: &Room, clinic: &Clinic, scope: Scope, why: &[Unwatched], now: &str) -> Vec<String> {
    let filter = Filter { unwatched: why.to_vec(), ..Filter::default() };
    let query = Query { scope, clinic: Some(clinic.id()), search: None, filter, offset: 0, limit: 100 };
    let page = room.store.list(&clinic.me(ANNA), &query, at(now)).unwrap();
    assert_eq!(page.total, page.rows.len());
    page.rows.into_iter().map(|row| row.resident_name).collect()
}

#[test]
fn the_tables_say_what_the_rules_say_of_who_watches() {
    let mut clinic = clinic_with_four();
    let room = Room::at(&clinic, ANNA);
    let documents = cases(&mut clinic);
    room.take(&clinic.page(&documents));
    let mut met = BTreeSet::new();
    // Monday at noon, the working day after, the last of patience and beyond it, away and back
    let times = [
        "2026-11-23T11:00:00Z",
        "2026-11-24T11:00:00Z",
        "2026-11-24T22:59:59Z",
        "2026-11-25T11:00:00Z",
        "2026-11-27T11:00:00Z",
    ];
    let absences: [&[(&str, Option<&str>)]; 6] = [
        &[],
        &[(SARA, None)],
        &[(SARA, Some(OMAR))],
        &[(SARA, Some(OMAR)), (OMAR, None)],
        &[(SARA, Some(OMAR)), (OMAR, Some(ANNA))],
        &[(OMAR, Some(SARA))],
    ];
    for who in absences {
        for inactive in [None, Some(OMAR)] {
            there(&mut clinic);
            who.iter().for_each(|(who, substitute)| away(&mut clinic, who, *substitute));
            for (id, staff) in &mut clinic.facts.staff {
                staff.active = inactive.is_none_or(|inactive| *id != hsa(inactive));
            }
            room.store.save_directory(&clinic.directory()).unwrap();
            for now in times {
                for why in Unwatched::ALL {
                    let says = |document: &&CaseDocument| {
                        let listed = Listed { case: &document.case, protected_identity: false, unread: false };
                        let filter = Filter { unwatched: vec![why], ..Filter::default() };
                        filter.fits(listed, &clinic.facts, at(now))
                    };
                    let said: BTreeSet<_> =
                        documents.iter().filter(says).map(|document| document.resident.name.clone()).collect();
                    let names: BTreeSet<_> =
                        listed(&room, &clinic, Scope::Everything, &[why], now).into_iter().collect();
                    assert_eq!(names, said, "{why:?} at {now}, {who:?} away, {inactive:?} gone");
                    met.extend((!said.is_empty()).then_some(why));
                }
                board_is_its_lists(&room, &clinic, &documents, now);
            }
        }
    }
    assert_eq!(met, Unwatched::ALL.into(), "each reason was met");
}

/// Each number of the board is that of the list behind it, and together they are all that nobody watches.
fn board_is_its_lists(room: &Room, clinic: &Clinic, documents: &[CaseDocument], now: &str) {
    let start = room.store.start(&clinic.me(ANNA), None, at(now)).unwrap();
    let board = &start.clinics[0].unwatched;
    for UnwatchedCount { why, scope, n } in board {
        assert_eq!(listed(room, clinic, *scope, &[*why], now).len() as u64, *n, "{why:?} in {scope:?} at {now}");
    }
    let nobody = |case: &Case| unwatched(case, &clinic.facts, at(now)).is_some();
    let all = documents.iter().filter(|document| nobody(&document.case)).count() as u64;
    assert_eq!(board.iter().map(|count| count.n).sum::<u64>(), all, "at {now}: {board:?}");
    assert_eq!(listed(room, clinic, Scope::Everything, &Unwatched::ALL, now).len() as u64, all);
}

#[test]
fn the_board_is_the_receivers() {
    let mut clinic = clinic_with_four();
    let room = Room::at(&clinic, SARA);
    let documents = cases(&mut clinic);
    room.take(&clinic.page(&documents));
    let start = |who: &str| room.store.start(&clinic.me(who), None, at("2026-11-27T11:00:00Z")).unwrap();
    assert!(start(SARA).clinics[0].unwatched.is_empty());
    assert!(!start(RUT).clinics[0].unwatched.is_empty());
}

#[test]
fn another_limit_moves_every_case_and_a_case_that_moves_has_its_own() {
    let mut clinic = clinic_with_four();
    let room = Room::at(&clinic, ANNA);
    let documents = cases(&mut clinic);
    room.take(&clinic.page(&documents));
    let new = |room: &Room, clinic: &Clinic, now| listed(room, clinic, Scope::Inbox, &[Unwatched::Undistributed], now);
    let wednesday = "2026-11-25T11:00:00Z";
    assert_eq!(new(&room, &clinic, wednesday), ["Nils Ny"]);
    clinic.facts.policy.distribute_within_days = 3;
    assert!(room.store.save_directory(&clinic.directory()).unwrap(), "to be read anew");
    assert!(new(&room, &clinic, wednesday).is_empty());
    assert_eq!(new(&room, &clinic, "2026-11-26T23:00:00Z"), ["Nils Ny"]);
    let given = clinic.give(&documents[0], SARA, at("2026-11-26T12:00:00Z"));
    room.take(&clinic.page([&given]));
    assert!(new(&room, &clinic, "2026-11-27T12:00:00Z").is_empty());
    assert_eq!(
        listed(&room, &clinic, Scope::Distributed, &[Unwatched::NotBegun], "2026-12-02T00:00:00Z").len(),
        4,
        "Sven's, Greta's, Olof's, and now Nils's; patience with his has just ended"
    );
}

#[test]
fn whoever_covers_has_a_list_of_it_on_those_days() {
    let mut clinic = clinic_with_four();
    away(&mut clinic, SARA, Some(OMAR));
    let room = Room::at(&clinic, OMAR);
    let documents = cases(&mut clinic);
    let hers: Vec<_> = documents.iter().filter(|document| document.case.is_assigned_to(&hsa(SARA))).cloned().collect();
    let his: Vec<_> = documents.iter().filter(|document| document.case.is_assigned_to(&hsa(OMAR))).cloned().collect();
    room.take(&clinic.page(hers.iter().chain(&his)));
    let me = clinic.me(OMAR);
    let covered = |now: &str| {
        let query = Query {
            scope: Scope::Covered,
            clinic: None,
            search: None,
            filter: Filter::default(),
            offset: 0,
            limit: 10,
        };
        let page = room.store.list(&me, &query, at(now)).unwrap();
        assert_eq!(room.store.counts(&me, None, at(now)).unwrap().covered, page.total as u64, "{now}");
        page
    };
    let (monday, tuesday) = ("2026-11-23T11:00:00Z", "2026-11-24T11:00:00Z");
    assert_eq!(covered(monday).total, 0);
    let page = covered(tuesday);
    assert_eq!(page.total, 3);
    for row in page.rows {
        let said = Away { until: date(2026, 11, 26), substitute: Some("Omar Påhittad".into()) };
        assert_eq!((row.covered, row.mine, row.away), (true, false, Some(said)));
    }
    assert_eq!(covered("2026-11-26T23:00:00Z").total, 0, "she is back");
    let unread = |now| room.store.counts(&me, None, at(now)).unwrap().unread;
    assert_eq!(unread(tuesday), unread(monday) + 3, "the tray counts them as his");
    let start = |now| room.store.start(&me, None, at(now)).unwrap().clinics.remove(0).covered;
    assert_eq!((start(monday), start(tuesday).unwrap().open), (None, 3));
    let own = room.store.list(&me, &Query { scope: Scope::Mine, ..everything() }, at(tuesday)).unwrap();
    assert!(own.rows.iter().all(|row| row.mine && !row.covered && row.away.is_none()));
}

fn everything() -> Query {
    Query { scope: Scope::Everything, clinic: None, search: None, filter: Filter::default(), offset: 0, limit: 10 }
}

#[test]
fn somebody_at_two_clinics_is_covered_where_they_are_away() {
    let (mut here, mut there) = (clinic_with_four(), Clinic::new("L001", "Lindens vårdcentral"));
    away(&mut here, SARA, Some(ANNA));
    let me = me_at(ANNA, &[&here, &there]);
    let room = Room::at(&here, ANNA);
    room.store.save_me(&me).unwrap();
    room.store.save_directory(&there.directory()).unwrap();
    for (n, clinic) in [&mut here, &mut there].into_iter().enumerate() {
        let who = resident(&format!("Person {n}"), personal_id("19600101", n as u32));
        let case = clinic.file(&who, "Förnya recept", "Hej", minute(n as i64));
        let case = clinic.give(&case, SARA, minute(10));
        room.take(&clinic.page([&case]));
    }
    let query = Query { scope: Scope::Covered, ..everything() };
    let page = room.store.list(&me, &query, at("2026-11-24T11:00:00Z")).unwrap();
    assert_eq!(page.rows.iter().map(|row| row.resident_name.as_str()).collect::<Vec<_>>(), ["Person 0"]);
    let files = room.store.wanted_files(&me, 10, 100, at("2026-11-24T11:00:00Z")).unwrap();
    assert_eq!(files, [], "asking clinic by clinic works");
}

#[test]
fn files_of_covered_cases_are_fetched_beforehand_too() {
    let mut clinic = clinic_with_four();
    away(&mut clinic, SARA, Some(OMAR));
    let room = Room::at(&clinic, OMAR);
    let me = clinic.me(OMAR);
    let attached = file("bild.pdf", b"1");
    let case = clinic.file_with(&elin(), "Sjukintyg", "Hej", vec![attached.clone()], minute(0));
    let case = clinic.give(&case, SARA, minute(1));
    room.take(&clinic.page([&case]));
    let wanted = |now| room.store.wanted_files(&me, 10, 100, at(now)).unwrap();
    assert_eq!(wanted("2026-11-23T11:00:00Z"), []);
    assert_eq!(wanted("2026-11-24T11:00:00Z"), [(case.case.id, attached)]);
}

#[test]
fn a_group_that_is_not_in_the_directory_watches_nothing() {
    let mut clinic = clinic_with_four();
    let room = Room::at(&clinic, ANNA);
    let documents = cases(&mut clinic);
    room.take(&clinic.page(&documents));
    let gone: GroupId = clinic.group;
    clinic.facts.groups.remove(&gone);
    room.store.save_directory(&clinic.directory()).unwrap();
    let now = "2026-11-23T11:00:00Z";
    assert_eq!(listed(&room, &clinic, Scope::Distributed, &[Unwatched::HolderInactive], now), ["Greta Grupp"]);
    board_is_its_lists(&room, &clinic, &documents, now);
}
