//! Those who may be named: the resident's side and the clinic's staff.

use super::{Seen, lists};
use crate::guard::fold::without_genitive;
use crate::guard::words::{Cut, Word, words};
use std::collections::{BTreeMap, BTreeSet};

/// The words of the names of everybody known, by word.
#[derive(Debug, Default)]
pub struct People {
    with: BTreeMap<String, BTreeSet<usize>>,
}

impl People {
    /// Takes in full names.
    pub fn new<'a>(own: impl Iterator<Item = &'a str>, staff: impl Iterator<Item = &'a str>) -> Self {
        let mut people = Self::default();
        for (person, name) in own.chain(staff).enumerate() {
            let whole = words(name, Cut::Text);
            let parts = whole.iter().flat_map(|word| word.parts.iter().chain([&word.folded]));
            // a file name may be cut where a name has a large letter inside
            let cut = words(name, Cut::FileName);
            for part in parts.chain(cut.iter().map(|word| &word.folded)) {
                people.with.entry(part.clone()).or_default().insert(person);
            }
        }
        people
    }

    /// What is known of a word.
    pub(super) fn see(&self, word: &Word) -> Seen {
        if word.number {
            return Seen::default();
        }
        let part = |list: fn(&str) -> Option<lists::Listed>| {
            list(&word.folded).or_else(|| {
                let mut parts = word.parts.iter().map(|part| list(part));
                let first = parts.next().flatten()?;
                (word.parts.len() > 1 && parts.all(|part| part.is_some())).then_some(first)
            })
        };
        Seen { known: self.known(word), first: part(lists::first_name), surname: part(lists::surname) }
    }

    /// Who has the whole of the word in their name.
    fn known(&self, word: &Word) -> Vec<usize> {
        let have = |part: &str| -> BTreeSet<usize> {
            without_genitive(part).filter_map(|part| self.with.get(part)).flatten().copied().collect()
        };
        let whole = have(&word.folded);
        let mut parts = word.parts.iter().map(|part| have(part));
        let all = parts.next().map(|first| parts.fold(first, |all, part| all.intersection(&part).copied().collect()));
        whole.into_iter().chain(all.unwrap_or_default()).collect::<BTreeSet<_>>().into_iter().collect()
    }
}
