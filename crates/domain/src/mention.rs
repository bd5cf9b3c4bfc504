//! Colleagues who are spoken to in an internal note: «@Anna Nordin». Only who may read the case is told.

use crate::case::{Case, Note};
use crate::clinic::{ClinicFacts, StaffFacts};
use crate::hsa_id::HsaId;
use crate::response_clock::swedish_day;
use crate::visibility::readers;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// What stands before a name.
const MARK: char = '@';

/// Who of these is spoken to in the text: by their whole name behind an «@», in capital letters or not. Of names that begin
/// alike the longest counts; two colleagues of the same name are both meant.
#[must_use]
pub fn mentioned<'a>(text: &str, people: impl IntoIterator<Item = &'a StaffFacts>) -> BTreeSet<HsaId> {
    let people: Vec<(&HsaId, Vec<char>)> =
        people.into_iter().map(|person| (&person.hsa_id, folded(&person.name))).collect();
    let text = folded(text);
    let mut found = BTreeSet::new();
    for (at, _) in text.iter().enumerate().filter(|(_, letter)| **letter == MARK) {
        // an address has something before its «@»
        let inside_a_word =
            at.checked_sub(1).and_then(|before| text.get(before)).is_some_and(|it| it.is_alphanumeric());
        let rest = text.get(at + 1..).filter(|_| !inside_a_word).unwrap_or_default();
        let here = people.iter().filter(|(_, name)| begins_with(rest, name));
        let longest = here.clone().map(|(_, name)| name.len()).max();
        found.extend(here.filter(|(_, name)| Some(name.len()) == longest).map(|(id, _)| (*id).clone()));
    }
    found
}

fn begins_with(text: &[char], name: &[char]) -> bool {
    let ends = |after: Option<&char>| after.is_none_or(|next| !next.is_alphanumeric());
    !name.is_empty() && text.starts_with(name) && ends(text.get(name.len()))
}

fn folded(text: &str) -> Vec<char> {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Whom a note in this case speaks to and reaches when it is written then.
#[must_use]
pub fn reached(text: &str, case: &Case, clinic: &ClinicFacts, now: Timestamp) -> BTreeSet<HsaId> {
    mentioned(text, readers(case, clinic, swedish_day(now)))
}

/// Whom a note speaks to without reaching them: they did not see the case when it was written. Their names, by alphabet.
#[must_use]
pub fn missed(note: &Note, clinic: &ClinicFacts) -> Vec<String> {
    let others = clinic.staff.values().filter(|person| person.active && !note.mentions.contains(&person.hsa_id));
    let meant = mentioned(&note.text, clinic.staff.values().filter(|person| person.active));
    let mut names: Vec<String> =
        others.filter(|person| meant.contains(&person.hsa_id)).map(|person| person.name.clone()).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(n: u8, name: &str) -> StaffFacts {
        StaffFacts {
            hsa_id: format!("SE2321000131-P{n:012}").parse().unwrap(),
            name: name.into(),
            title: String::new(),
            active: true,
            roles: BTreeSet::new(),
            absences: Vec::new(),
        }
    }

    fn names(text: &str) -> Vec<String> {
        let people = [person(1, "Anna Nordin"), person(2, "Bo Ek"), person(3, "Bo Ek Lund"), person(4, "Åsa Öberg-Ng")];
        let found = mentioned(text, &people);
        people.iter().filter(|one| found.contains(&one.hsa_id)).map(|one| one.name.clone()).collect()
    }

    #[test]
    fn a_whole_name_behind_the_mark_is_meant_wherever_it_stands() {
        assert_eq!(names("@Anna Nordin, kan du titta?"), ["Anna Nordin"]);
        assert_eq!(names("Fråga (@anna nordin) eller @ÅSA ÖBERG-NG."), ["Anna Nordin", "Åsa Öberg-Ng"]);
        assert_eq!(names("@Anna Nordin@Bo Ek"), ["Anna Nordin"], "the second stands inside a word");
    }

    #[test]
    fn of_names_that_begin_alike_the_longest_is_meant() {
        assert_eq!(names("@Bo Ek Lund ringer"), ["Bo Ek Lund"]);
        assert_eq!(names("@Bo Ek ringer"), ["Bo Ek"]);
        assert_eq!(names("@Bo Ek och @Bo Ek Lund"), ["Bo Ek", "Bo Ek Lund"]);
    }

    #[test]
    fn half_a_name_an_address_and_a_name_without_the_mark_are_nobody() {
        for text in ["Anna Nordin", "@Anna", "@Anna Nordins", "post@Anna Nordin", "@ Anna Nordin", "@", ""] {
            assert_eq!(names(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn colleagues_of_the_same_name_are_both_meant() {
        let twins = [person(1, "Anna Nordin"), person(2, "Anna Nordin")];
        assert_eq!(mentioned("@Anna Nordin", &twins).len(), 2);
    }
}
