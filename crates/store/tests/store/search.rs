//! Search.

use crate::clinic::*;
use mottaget_domain::Resident;

fn protected(name: &str) -> Resident {
    Resident { protected_identity: true, ..resident(name, personal_id("19450829", 3)) }
}

fn room() -> (Clinic, Room) {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let asa = resident("Åsa Öberg", personal_id("19551231", 5));
    let asa_plain = resident("Asa Oberg", personal_id("19551230", 6));
    let mut cases = vec![
        clinic.file(&elin(), "Receptförnyelse", "Salbutamol är slut. 100 % säker? \"citat\"", minute(0)),
        clinic.file_with(&asa, "Tidbokning", "Ont i knät", vec![file("Remiss-knä.pdf", b"x")], minute(1)),
        clinic.file(&asa_plain, "Sjukintyg", "Feber", minute(2)),
        clinic.file(&protected("Li Skyddad"), "Tidbokning", "Hosta", minute(3)),
    ];
    let noted = clinic.give(&cases[0], ANNA, minute(4));
    cases[0] = clinic.act(&noted, ANNA, &note("Ringde apoteket"), minute(5));
    room.take(&clinic.page(&cases));
    (clinic, room)
}

#[test]
fn parts_of_words_are_found_in_every_text() {
    let (clinic, room) = room();
    let me = clinic.me(ANNA);
    for (words, name) in [
        ("förnyelse", "Elin Testberg"),
        ("FÖRNYELSE", "Elin Testberg"),
        ("salbu", "Elin Testberg"),
        ("apotek", "Elin Testberg"),
        ("remiss-kn", "Åsa Öberg"),
        ("elin salbutamol", "Elin Testberg"),
        ("vecka feber", "Asa Oberg"),
        ("100 %", "Elin Testberg"),
    ] {
        assert_eq!(room.found(&me, words), [name], "{words}");
    }
    assert!(room.found(&me, "elin feber").is_empty());
}

#[test]
fn letters_with_dots_and_rings_are_letters_of_their_own() {
    let (clinic, room) = room();
    let me = clinic.me(ANNA);
    assert_eq!(room.found(&me, "Åsa"), ["Åsa Öberg"]);
    assert_eq!(room.found(&me, "åsa öberg"), ["Åsa Öberg"]);
    assert_eq!(room.found(&me, "asa"), ["Asa Oberg"]);
    // the same letters as a Mac types file names
    assert_eq!(room.found(&me, "A\u{30a}sa O\u{308}berg"), ["Åsa Öberg"]);
    assert_eq!(room.found(&me, "å"), ["Åsa Öberg"]);
}

#[test]
fn short_words_find_beginnings_of_names() {
    let (clinic, room) = room();
    let me = clinic.me(ANNA);
    assert_eq!(room.found(&me, "li"), ["Li Skyddad"]);
    assert_eq!(room.found(&me, "E"), ["Elin Testberg"]);
    assert_eq!(room.found(&me, "Li hosta"), ["Li Skyddad"]);
    assert!(room.found(&me, "in").is_empty());
}

#[test]
fn an_identity_is_found_in_every_spelling() {
    let (clinic, room) = room();
    let me = clinic.me(ANNA);
    let twelve = elin().personal_id.as_str().to_owned();
    let ten = &twelve[2..];
    for typed in [
        twelve.clone(),
        ten.to_owned(),
        format!("{}-{}", &twelve[..8], &twelve[8..]),
        format!("{}-{}", &ten[..6], &ten[6..]),
        format!("{} {}", &ten[..6], &ten[6..]),
        format!(" {} - {} ", &twelve[..8], &twelve[8..]),
        format!("{}+{}", &ten[..6], &ten[6..]),
        format!("{}\u{2013}{}", &ten[..6], &ten[6..]),
        twelve[..8].to_owned(),
        ten[..6].to_owned(),
        format!("{}-98", &ten[..6]),
    ] {
        assert_eq!(room.found(&me, &typed), ["Elin Testberg"], "{typed:?}");
    }
}

#[test]
fn newest_comes_first_whatever_the_order_of_arrival() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let who = |n: u32| resident(&format!("Person {n}"), personal_id("19600101", n));
    let cases: Vec<_> = [3, 1, 2].map(|n| clinic.file(&who(n), "Tidbokning", "Hej", minute(n.into()))).into();
    for case in &cases {
        room.take(&clinic.page([case]));
    }
    assert_eq!(room.found(&clinic.me(ANNA), "person"), ["Person 3", "Person 2", "Person 1"]);
}

#[test]
fn many_cases_of_one_second_are_all_kept() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let who = |n: u32| resident(&format!("Person {n}"), personal_id("19600101", n));
    let same: Vec<_> = (0..200).map(|n| clinic.file(&who(n), "Import", "Hej", minute(0))).collect();
    let before = clinic.file(&resident("Före Alla", personal_id("19600101", 1)), "Import", "Hej", minute(-1));
    let ages_ago = clinic.file(
        &resident("Sköld Uråldrig", personal_id("19600101", 2)),
        "Import",
        "Hej",
        at("1999-01-01T00:00:00Z"),
    );
    room.take(&clinic.page(&same));
    room.take(&clinic.page([&ages_ago, &before]));
    let found = room.found(&clinic.me(ANNA), "import");
    assert_eq!(found.len(), 202);
    assert_eq!(found[200..], ["Före Alla", "Sköld Uråldrig"]);
}

#[test]
fn a_changed_text_is_found_and_the_old_one_is_not() {
    let mut clinic = Clinic::bjorken();
    let room = Room::at(&clinic, ANNA);
    let me = clinic.me(ANNA);
    let mut case = clinic.file(&resident("Eva Tidigare", personal_id("19600101", 1)), "Tidbokning", "Hej", minute(0));
    room.take(&clinic.page([&case]));
    case.resident.name = "Eva Nynamn".into();
    room.take(&clinic.page(&[case]));
    assert_eq!(room.found(&me, "nynamn"), ["Eva Nynamn"]);
    assert!(room.found(&me, "tidigare").is_empty());
    assert_eq!(room.found(&me, "ny"), ["Eva Nynamn"]);
}

#[test]
fn nothing_that_is_typed_breaks_the_search() {
    let (clinic, room) = room();
    let me = clinic.me(ANNA);
    for typed in [
        "\"",
        "\"\"\"",
        "'",
        "' OR 1=1 --",
        "NEAR(",
        "AND",
        "OR NOT",
        "*",
        "el*",
        "name:elin",
        "{name}: x",
        "^elin",
        "-",
        "--- +++",
        "()",
        "\\",
        "%",
        "__",
        "\0",
        "a\0bcd",
        "🙂🙂🙂",
        "\u{301}\u{301}\u{301}",
        "a-b",
        "+46 70",
        "１２３",
        "AND AND AND",
        "\u{feff}\u{feff}\u{feff}",
    ] {
        room.found(&me, typed);
    }
    assert_eq!(room.found(&me, "\"citat\""), ["Elin Testberg"]);
    assert_eq!(room.found(&me, &"elin ".repeat(500)), ["Elin Testberg"]);
    assert_eq!(room.found(&me, "   ").len(), 4);
}
