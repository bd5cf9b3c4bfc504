//! What the guard finds and what it passes by, sentence by sentence.

mod always;

use super::*;
use crate::personal_id::check_digit;
use FindingKind::{BirthDate, CoordinationNumber, IdentityNumber, PersonName, ReserveNumber};

fn today() -> Date {
    Date::constant(2026, 11, 26)
}

/// A number with its check digit: the date as it stands in the number, and the birth number.
fn id(date: &str, birth_number: u16) -> PersonalId {
    let nine = format!("{}{birth_number:03}", &date[2..]);
    PersonalId::try_from(format!("{date}{birth_number:03}{}", check_digit(&nine))).unwrap()
}

/// Cecilia Forsman, born 4 June 1979, at a clinic where Sara Lindqvist, Omar Haddad and Anna Nyström work.
fn guard() -> Guard {
    Guard::new(&Known {
        own: vec![Own { name: "Cecilia Forsman".into(), personal_id: id("19790604", 982) }],
        staff: ["Sara Lindqvist", "Omar Haddad", "Anna Nyström"].map(str::to_owned).into(),
        today: today(),
    })
}

fn found_in(place: Place, text: &str) -> Vec<(FindingKind, String)> {
    guard().search(place, text).into_iter().map(|finding| (finding.kind, finding.found)).collect()
}

fn found(text: &str) -> Vec<(FindingKind, String)> {
    found_in(Place::Message, text)
}

#[track_caller]
fn finds(text: &str, kind: FindingKind, words: &str) {
    assert_eq!(found(text), [(kind, words.to_owned())], "{text}");
}

#[track_caller]
fn passes(text: &str) {
    assert_eq!(found(text), [], "{text}");
}

#[test]
fn somebody_elses_number_is_found_in_every_spelling() {
    let twelve = id("19910130", 983).as_str().to_owned();
    let ten = &twelve[2..];
    let last = &twelve[8..];
    for spelling in [
        twelve.clone(),
        ten.to_owned(),
        format!("19910130-{last}"),
        format!("910130-{last}"),
        format!("910130+{last}"),
        format!("19 910130-{last}"),
        format!("1991-01-30-{last}"),
        format!("91 01 30 {last}"),
        format!("910130 – {last}"),
        format!("910130\u{a0}{last}"),
        format!("910130\u{202f}-\u{202f}{last}"),
        format!("910130-\r\n    {last}"),
        format!("91013\n0{last}"),
        format!("910130_{last}"),
        format!("910130 {} {}", &last[..2], &last[2..]),
        ten.chars().map(|c| format!("{c} ")).collect::<String>().trim_end().to_owned(),
        twelve.chars().map(|c| char::from_u32(0xff10 + c.to_digit(10).unwrap()).unwrap()).collect(),
    ] {
        finds(&format!("Svaret för {spelling} är klart."), IdentityNumber, &spelling);
    }
}

#[test]
fn a_number_at_the_end_of_a_sentence_does_not_go_on_in_the_next() {
    let other = id("19750926", 980).written();
    finds(&format!("Växeln har nummer 0480-28 80 04.\n{} är klart.", &other[2..]), IdentityNumber, &other[2..]);
}

#[test]
fn the_kinds_of_numbers_are_told_apart() {
    finds(&format!("({})", id("19900474", 981).written()), CoordinationNumber, &id("19900474", 981).written());
    finds("Reservnummer 991981000010.", ReserveNumber, "991981000010");
    finds("Reservnummer 19810829-m071.", ReserveNumber, "19810829-m071");
    finds("Reservnummer 19810829 SF1A", ReserveNumber, "19810829 SF1A");
    finds("Reservnummer 198108320014", ReserveNumber, "198108320014");
}

#[test]
fn what_only_looks_like_a_number_is_passed_by() {
    for text in [
        "Ring 08-465 004 12 eller 070-174 06 05, eller 0480-12 34 56.",
        "Välkommen 2026-12-03 10.15, eller 2026-12-04 kl. 08:30.",
        "Giltigt 2024-03-12 – 2024-05-01.",
        "Kortet slutar på 4571 1200 3344 9812.",
        "IBAN SE45 5000 0000 0583 9825 7466",
        "Ta 1-0-1-0 i 10 dagar, sedan 2+2+1.",
        "Numret i framtiden: 20271231-9805",
        "100 200 300 400 500 mg",
    ] {
        passes(text);
    }
}

#[test]
fn the_residents_own_facts_are_no_finding() {
    let own = id("19790604", 982);
    for text in [
        format!("Hej Cecilia! Ditt personnummer är {}.", own.written()),
        format!("{} {}", &own.as_str()[2..8], &own.as_str()[8..]),
        format!("19 {}-{}", &own.as_str()[2..8], &own.as_str()[8..]),
        "Cecilias recept, fru Forsmans remiss, FORSMAN, CECILIA".to_owned(),
        "Du är född 4 juni 1979, 1979-06-04, 4/6-79, 790604, 6/4/1979.".to_owned(),
        "790604-XXXX".to_owned(),
    ] {
        passes(&text);
    }
}

#[test]
fn birth_dates_are_found_and_other_dates_are_not() {
    finds("Patienten är född 12 mars 1984.", BirthDate, "12 mars 1984");
    finds("Patienten är född den 12:e mars -84.", BirthDate, "12:e mars -84");
    finds("född 1984-03-12", BirthDate, "1984-03-12");
    finds("Född: 12/3 1984", BirthDate, "12/3 1984");
    finds("f. 840312", BirthDate, "840312");
    finds("born March 12th, 1984", BirthDate, "March 12th, 1984");
    finds("DOB 12 Mar 1984", BirthDate, "12 Mar 1984");
    finds("barnet, född 2024-05-01, mår bra", BirthDate, "2024-05-01");
    finds("Det gäller 840312-xxxx.", BirthDate, "840312-xxxx");
    finds("Det gäller 19840312-1234.", BirthDate, "19840312-1234");
    finds("Svar för 19840312", BirthDate, "19840312");
    for text in [
        "Välkommen den 12 mars 2027 klockan 10.",
        "Välkommen den 12 mars -27 klockan 10.",
        "Vi sågs 2026-11-12, och provet togs den 3 maj 2019.",
        "Du opererades den 3 april 1998.",
        "Ärendet 840312 är klart.",
        "Senaste stelkrampssprutan var 2009-05-14.",
        "Vi har öppet 1/12 och 24/12.",
        "Lagen (1998:531) gäller sedan 1999-01-01.",
    ] {
        passes(text);
    }
}

#[test]
fn names_of_others_are_found() {
    finds("Hej Margareta!", PersonName, "Margareta");
    finds("Hej Zlatana, tack för ditt mejl.", PersonName, "Zlatana");
    finds("Provsvaret gäller Anna Svensson.", PersonName, "Anna Svensson");
    finds("Provsvaret gäller anna svensson.", PersonName, "anna svensson");
    finds("SVENSSON, ANNA", PersonName, "SVENSSON");
    finds("Vi har talat med fru Xylander.", PersonName, "Xylander");
    finds("Vi ringer Xhevdet Ogunleye i morgon.", PersonName, "Xhevdet Ogunleye");
    finds("Bo Bergs prover är klara.", PersonName, "Bo Bergs");
    finds("Vi ringer Lars-Göran i morgon.", PersonName, "Lars-Göran");
    finds("Cecilia Andersson är välkommen.", PersonName, "Cecilia Andersson");
    finds("Sara Nyström ringer.", PersonName, "Sara Nyström");
    finds("Dear Mrs Smith, your results are ready.", PersonName, "Smith");
    finds("Asa O\u{308}hman", PersonName, "Asa O\u{308}hman");
}

#[test]
fn colleagues_places_and_medicines_are_passed_by() {
    for text in [
        "Hälsningar Sara Lindqvist och Omar, eller Annas kollega",
        "Du träffar dr Nilsson på Karolinska.",
        "Karl Nilsson, leg. läkare, svarar dig.",
        "Astrid Lindgrens barnsjukhus, Karl Johans gata 3 och S:t Görans sjukhus",
        "Sjögrens syndrom och Alzheimers sjukdom",
        "Ta Alvedon och Waran. Per dag högst tre. Frisk luft hjälper.",
        "Hej! Tack för ditt meddelande. I maj och i Maj.",
        "Hej igen! Dear patient, hello there.",
        "Björkens vårdcentral i Lund",
        "Remissen gäller Region Skogslandet, och vi ringer Capio Dragonen mottagning.",
    ] {
        passes(text);
    }
}

#[test]
fn file_names_are_cut_at_signs_and_large_letters() {
    let file = Place::FileName { file: AttachmentId::random() };
    let name = |text: &str| found_in(file, text);
    assert_eq!(name("remiss_anna_svensson_2026.pdf"), [(PersonName, "anna_svensson".to_owned())]);
    assert_eq!(name("SvenssonAnna.pdf"), [(PersonName, "SvenssonAnna".to_owned())]);
    assert_eq!(name("cecilia-forsman svar.pdf"), []);
    assert_eq!(name("cecilia_andersson.pdf"), [(PersonName, "cecilia_andersson".to_owned())]);
    let other = id("19910130", 983).written();
    assert_eq!(name(&format!("svar_{other}.pdf")), [(IdentityNumber, other.clone())]);
    assert_eq!(name("scan_2026-11-03_0013.pdf"), []);
}

#[test]
fn a_finding_shows_where_it_stands() {
    let other = id("19910130", 983).written();
    let text = format!("Rad ett\nÅh, provsvaret för {other} är klart sedan i går kväll klockan nio\nRad tre");
    let found = guard().search(Place::Message, &text);
    let [finding] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(finding.before, "Åh, provsvaret för ");
    assert_eq!(&text[finding.range.clone()], other);
    assert_eq!(finding.after, " är klart sedan i går kväll kl");
}

#[test]
fn the_lists_are_in_the_form_in_which_words_are_compared() {
    assert!(dates::lists_are_plain());
    let (first, surnames) = names::all_listed();
    assert!(first.len() > 400 && surnames.len() > 300);
    for list in [first, surnames] {
        assert!(list.windows(2).all(|pair| pair[0] != pair[1] && !pair[0].is_empty()));
    }
}
