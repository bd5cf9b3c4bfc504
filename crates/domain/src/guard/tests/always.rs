//! What holds for any text, any person and any spelling.

use super::*;
use proptest::prelude::*;

const BLANKS: [&str; 8] = ["", " ", "\u{a0}", "\u{202f}", "\n", "\r\n  ", "\u{2009}", "\t"];
const HYPHENS: [&str; 7] = ["-", "\u{2010}", "\u{2011}", "\u{2013}", "\u{2014}", "\u{2212}", "_"];

/// A valid personnummer or samordningsnummer of somebody who is alive.
fn any_id() -> impl Strategy<Value = PersonalId> {
    (1900..=2025_i16, 1..=12_u8, 1..=28_u8, any::<bool>(), 980..=999_u16).prop_map(
        |(year, month, day, coordination, number)| {
            let day = if coordination { day + 60 } else { day };
            id(&format!("{year:04}{month:02}{day:02}"), number)
        },
    )
}

/// A way to write a number: with or without the century, divided or not.
#[derive(Clone, Debug)]
struct Spelling {
    twelve: bool,
    date: usize,
    last: usize,
    blank_before: usize,
    blank_after: usize,
    boxes: bool,
    broken_at: Option<usize>,
}

fn any_spelling() -> impl Strategy<Value = Spelling> {
    let broken = proptest::option::of(1..10_usize);
    (any::<bool>(), 0..6_usize, 0..10_usize, 0..8_usize, 0..8_usize, proptest::bool::weighted(0.1), broken).prop_map(
        |(twelve, date, last, blank_before, blank_after, boxes, broken_at)| Spelling {
            twelve,
            date,
            last,
            blank_before,
            blank_after,
            boxes,
            broken_at,
        },
    )
}

impl Spelling {
    fn write(&self, id: &PersonalId) -> String {
        let digits = if self.twelve { id.as_str() } else { &id.as_str()[2..] };
        if self.boxes {
            return digits.chars().map(|c| c.to_string()).collect::<Vec<_>>().join(BLANKS[self.blank_before.max(1)]);
        }
        let (date, last) = digits.split_at(digits.len() - 4);
        let (year, rest) = date.split_at(date.len() - 4);
        let sign = ["", "", "-", ".", "/", " "][self.date];
        let date = format!("{year}{sign}{}{sign}{}", &rest[..2], &rest[2..]);
        if let (Some(at), "", 0) = (self.broken_at, sign, self.last) {
            let (one, two) = digits.split_at(at);
            return format!("{one}\n{two}");
        }
        let (before, after) = (BLANKS[self.blank_before], BLANKS[self.blank_after]);
        let divider = match self.last {
            0 => String::new(),
            1 => BLANKS[self.blank_before.max(1)].to_owned(),
            2 => format!("{before}+{after}"),
            other => format!("{before}{}{after}", HYPHENS[other - 3]),
        };
        // divided inside and not before the last four is no spelling
        let divider = if divider.is_empty() && !sign.is_empty() { "-".to_owned() } else { divider };
        format!("{date}{divider}{last}")
    }
}

/// Words in which nothing is to be found, and no digits.
fn harmless() -> impl Strategy<Value = String> {
    proptest::collection::vec("[bcdfghjkmpqvxz]{2,7}", 0..6).prop_map(|words| words.join(" "))
}

fn guard_of(name: &str, personal_id: &PersonalId) -> Guard {
    let own = vec![Own { name: name.to_owned(), personal_id: personal_id.clone() }];
    Guard::new(&Known { own, staff: vec!["Sara Lindqvist".into()], today: today() })
}

fn any_name() -> impl Strategy<Value = String> {
    let (first, surnames) = names::all_listed();
    let hyphen = prop_oneof![Just(" "), Just("-")];
    let one = proptest::sample::select(first.clone());
    let two = proptest::sample::select(first);
    let last = proptest::sample::select(surnames.clone());
    let second = proptest::option::of(proptest::sample::select(surnames));
    (one, proptest::option::of((hyphen, two)), last, second).prop_map(|(one, two, last, second)| {
        let first = two.map_or(one.to_owned(), |(hyphen, two)| format!("{one}{hyphen}{two}"));
        second.map_or(format!("{first} {last}"), |second| format!("{first} {last}-{second}"))
    })
}

fn any_place() -> impl Strategy<Value = Place> {
    let file = AttachmentId::random();
    proptest::sample::select(vec![Place::Message, Place::FileName { file }, Place::Page { file, page: 3 }])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_searched_without_harm_and_findings_are_parts_of_it(text in any::<String>(), place in any_place()) {
        for finding in guard().search(place, &text) {
            prop_assert_eq!(text.get(finding.range).unwrap(), finding.found);
        }
    }

    #[test]
    fn so_is_a_text_of_numbers_and_signs(text in "[0-9\\-+ ./:_\nXKa-zA-ZåäöÅÄÖ'’,()!é\u{308}]{0,80}", place in any_place()) {
        for finding in guard().search(place, &text) {
            prop_assert_eq!(text.get(finding.range).unwrap(), finding.found);
        }
    }

    #[test]
    fn a_valid_number_of_somebody_else_is_found_in_any_spelling(
        own in any_id(),
        other in any_id(),
        spelling in any_spelling(),
        (before, after) in (harmless(), harmless()),
        place in any_place(),
    ) {
        prop_assume!(own.as_str()[2..] != other.as_str()[2..]);
        let text = format!("{before} {} {after}", spelling.write(&other));
        let found = guard_of("Cecilia Forsman", &own).search(place, &text);
        let numbers: Vec<_> = found
            .iter()
            .filter(|finding| matches!(finding.kind, IdentityNumber | CoordinationNumber))
            .collect();
        prop_assert_eq!(numbers.len(), 1, "{:?}: {:?}", text, found);
    }

    #[test]
    fn the_residents_own_number_is_never_a_finding_in_any_spelling(
        own in any_id(),
        spelling in any_spelling(),
        (before, after) in (harmless(), harmless()),
        place in any_place(),
    ) {
        let text = format!("{before} {} {after}", spelling.write(&own));
        prop_assert_eq!(guard_of("Cecilia Forsman", &own).search(place, &text), []);
    }

    #[test]
    fn the_residents_own_name_and_birth_date_are_never_a_finding(
        name in any_name(),
        own in any_id(),
        form in 0..8_usize,
        (before, after) in (harmless(), harmless()),
        place in any_place(),
    ) {
        let born = own.birth_date().unwrap();
        let first = name.split(' ').next().unwrap();
        let words = match form {
            0 => name.clone(),
            1 => format!("{name}s"),
            2 => name.to_uppercase(),
            3 => name.to_lowercase(),
            4 => format!("Hej {first}!"),
            5 => format!("fru {}", name.rsplit(' ').next().unwrap()),
            6 => format!("{name}, född {born}"),
            _ => format!("{first}s prover, född {}/{} {}", born.day(), born.month(), born.year()),
        };
        let text = format!("{before} {words} {after}");
        prop_assert_eq!(guard_of(&name, &own).search(place, &text), []);
    }
}
