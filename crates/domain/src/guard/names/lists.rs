//! The lists of common names, read once.

use crate::guard::fold::{fold, without_genitive};
use std::collections::HashMap;
use std::sync::LazyLock;

/// How much a name on a list says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// It is hardly anything but a name.
    Sure,
    /// It is a word, a place or a month as well; only the name beside it makes it one.
    BesideAnother,
}

type Names = HashMap<String, Listed>;

static FIRST: LazyLock<Names> = LazyLock::new(|| read(include_str!("../data/first_names.txt")));
static SURNAMES: LazyLock<Names> = LazyLock::new(|| read(include_str!("../data/surnames.txt")));

/// Shortest surname that its ending alone makes one.
const SHORTEST_PATRONYM: usize = 6;

fn read(list: &str) -> Names {
    let entry = |line: &str| match line.strip_suffix('*') {
        Some(name) => (fold(name), Listed::BesideAnother),
        None => (fold(line), Listed::Sure),
    };
    list.lines().map(str::trim).filter(|line| !line.is_empty()).map(entry).collect()
}

/// Is it a first name?
pub fn first_name(folded: &str) -> Option<Listed> {
    without_genitive(folded).find_map(|name| FIRST.get(name).copied())
}

/// Is it a surname: on the list, or made as they are made (*-sson*, *-dotter*)?
pub fn surname(folded: &str) -> Option<Listed> {
    without_genitive(folded).find_map(|name| {
        let patronym = name.len() >= SHORTEST_PATRONYM && (name.ends_with("sson") || name.ends_with("sdotter"));
        SURNAMES.get(name).copied().or(patronym.then_some(Listed::Sure))
    })
}

/// Every name of the lists as it is written there, for the tests: first names, surnames.
#[cfg(test)]
pub fn all() -> (Vec<&'static str>, Vec<&'static str>) {
    let names = |list: &'static str| list.lines().map(|line| line.trim_end_matches('*')).collect();
    (names(include_str!("../data/first_names.txt")), names(include_str!("../data/surnames.txt")))
}
