//! Names of people: common first names and surnames, names behind a title or a greeting, and two halves that belong to
//! different people. Places, illnesses and professionals are passed by.

mod lists;
mod people;

pub use people::People;

use super::words::{Cut, Word, beside, between, words};
use lists::Listed;
use std::ops::Range;

/// Titles of private people: who stands behind one is named as a person.
const TITLES: [&str; 14] =
    ["fru", "herr", "froken", "frk", "hr", "mr", "mrs", "ms", "miss", "mister", "madam", "patienten", "patient", "pat"];

/// Titles of professionals, as beginnings of words: a colleague elsewhere is nobody's secret.
const PROFESSIONS: [&str; 31] = [
    "dr",
    "doktor",
    "lakar",
    "overlakar",
    "specialist",
    "skotersk",
    "sjukskotersk",
    "distriktsskotersk",
    "undersk",
    "ssk",
    "syster",
    "barnmorsk",
    "kurator",
    "psykolog",
    "fysioterap",
    "sjukgymn",
    "arbetsterap",
    "logoped",
    "dietist",
    "tandlakar",
    "tandhyg",
    "professor",
    "leg",
    "apotekar",
    "handlaggar",
    "doctor",
    "nurse",
    "midwife",
    "physician",
    "therapist",
    "chef",
];

/// What a name stands for when one of these is beside it, as ends of words.
const PLACES: [&str; 47] = [
    "central",
    "centralen",
    "centrum",
    "center",
    "sjukhus",
    "sjukhuset",
    "mottagning",
    "mottagningen",
    "klinik",
    "kliniken",
    "apotek",
    "apoteket",
    "gata",
    "gatan",
    "vag",
    "vagen",
    "plats",
    "plan",
    "torg",
    "torget",
    "grand",
    "backe",
    "park",
    "parken",
    "skola",
    "skolan",
    "kyrka",
    "kyrkan",
    "stift",
    "stiftelsen",
    "institutet",
    "hus",
    "huset",
    "hem",
    "hemmet",
    "hospital",
    "clinic",
    "pharmacy",
    "street",
    "road",
    "square",
    "school",
    "foundation",
    "ab",
    "hb",
    "stiftelse",
    "allen",
];

/// What a name is a part of when one of these is behind it, as beginnings of words.
const ILLNESSES: [&str; 9] =
    ["syndrom", "sjukdom", "disease", "tyreoidit", "anemi", "test", "skala", "tecken", "kontraktur"];

/// What makes a name a saint's.
const SAINTS: [&str; 4] = ["sankt", "sankta", "saint", "st"];

/// Words with which a message begins; who is greeted is who is meant.
const GREETINGS: [&str; 11] =
    ["hej", "hejsan", "halla", "kara", "basta", "hi", "hello", "dear", "tjena", "morgon", "morning"];

/// Words behind which two capitals make a name, on the lists or not.
const INTRODUCTIONS: [&str; 16] = [
    "galler",
    "gallande",
    "angaende",
    "heter",
    "ringer",
    "ringa",
    "ringt",
    "kallar",
    "kalla",
    "namn",
    "name",
    "named",
    "call",
    "called",
    "regarding",
    "concerning",
];

/// With what an organisation's or a programme's name begins.
const ORGANISATIONS: [&str; 12] = [
    "region",
    "regionen",
    "apoteket",
    "vardcentralen",
    "folktandvarden",
    "kommun",
    "nya",
    "svenska",
    "stockholms",
    "the",
    "vardguiden",
    "akuten",
];

/// What is greeted, and is no name.
const NOT_GREETED: [&str; 24] = [
    "alla",
    "igen",
    "du",
    "dig",
    "och",
    "vi",
    "jag",
    "tack",
    "det",
    "din",
    "vad",
    "patient",
    "sir",
    "madam",
    "there",
    "team",
    "all",
    "again",
    "you",
    "vardcentralen",
    "mottagningen",
    "thanks",
    "invanare",
    "resident",
];

/// Searches a text; the ranges in the order in which they stand.
pub fn search(text: &str, people: &People, file_name: bool) -> Vec<Range<usize>> {
    let cut = if file_name { Cut::FileName } else { Cut::Text };
    let words = words(text, cut);
    let search = Search { text, cut, words: &words, seen: words.iter().map(|word| people.see(word)).collect() };
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let end = search.end_of_name(at);
        if let Some(range) = search.judge(at, end) {
            found.push(range);
        }
        at = end.max(at + 1);
    }
    found
}

/// What is known of one word.
#[derive(Clone, Debug, Default)]
struct Seen {
    /// Who of the resident's side and of the staff has it in their name.
    known: Vec<usize>,
    /// On the list of first names?
    first: Option<Listed>,
    /// On the list of surnames?
    surname: Option<Listed>,
}

impl Seen {
    fn listed(&self) -> bool {
        self.first.is_some() || self.surname.is_some()
    }

    fn sure(&self) -> bool {
        self.first == Some(Listed::Sure) || self.surname == Some(Listed::Sure)
    }

    fn foreign(&self) -> bool {
        self.known.is_empty()
    }
}

struct Search<'a> {
    text: &'a str,
    cut: Cut,
    words: &'a [Word],
    seen: Vec<Seen>,
}

impl Search<'_> {
    fn seen(&self, at: usize) -> Option<&Seen> {
        self.seen.get(at)
    }

    /// Can the word be a part of a name?
    fn may_name(&self, at: usize) -> bool {
        let Some(word) = self.words.get(at) else { return false };
        let listed = self.seen(at).is_some_and(|seen| seen.sure() || (!seen.foreign() && seen.listed()));
        !word.number && (word.capital || listed)
    }

    /// The end of the row of words that stand side by side and may be a name, from `at` on; `at` itself if that is none.
    fn end_of_name(&self, at: usize) -> usize {
        let mut end = at;
        while self.may_name(end) && (end == at || self.beside(end - 1, end)) {
            end += 1;
        }
        end
    }

    fn beside(&self, before: usize, after: usize) -> bool {
        match (self.words.get(before), self.words.get(after)) {
            (Some(a), Some(b)) => beside(self.text, a, b, self.cut),
            _ => false,
        }
    }

    /// The words of a row that name somebody else.
    fn judge(&self, from: usize, end: usize) -> Option<Range<usize>> {
        if from == end || self.is_place(from, end) || self.is_professional(from, end) {
            return None;
        }
        let mut hits: Vec<usize> = (from..end).filter(|at| self.is_hit(from, *at)).collect();
        hits.extend((from..end).filter(|at| self.is_mixed(*at)).flat_map(|at| [at, at + 1]));
        let addressed = (from..end).find(|at| self.is_addressed(from, *at));
        hits.extend(addressed);
        if self.is_introduced(from, end) {
            hits.extend([from, from + 1]);
        }
        let (mut first, mut last) = (*hits.iter().min()?, *hits.iter().max()?);
        // the other half of the name goes with it
        while first > from && self.seen(first - 1).is_some_and(Seen::listed) {
            first -= 1;
        }
        while last + 1 < end && self.goes_along(first, last + 1) {
            last += 1;
        }
        Some(self.words.get(first)?.range.start..self.words.get(last)?.range.end)
    }

    /// Behind a first name, a capital makes a surname, on the list or not.
    fn goes_along(&self, first: usize, at: usize) -> bool {
        let listed = self.seen(at).is_some_and(Seen::listed);
        let behind_first = at == first + 1 && self.seen(first).is_some_and(|seen| seen.first.is_some());
        listed || (behind_first && self.words.get(at).is_some_and(|word| word.capital))
    }

    /// Is the word by itself, or with the one beside it, the name of nobody known?
    fn is_hit(&self, from: usize, at: usize) -> bool {
        let (Some(word), Some(seen)) = (self.words.get(at), self.seen(at)) else { return false };
        if !seen.foreign() || !seen.listed() {
            return false;
        }
        let first_before = at > from && self.seen(at - 1).is_some_and(|before| before.first.is_some());
        let surname_after = self.beside(at, at + 1)
            && self.may_name(at + 1)
            && self.seen(at + 1).is_some_and(|after| after.surname.is_some());
        let stranger_after = seen.first.is_some() && self.is_inside(from, at) && self.is_strange_name(at + 1);
        let surname_after = surname_after || stranger_after;
        let in_pair = (seen.surname.is_some() && first_before) || (seen.first.is_some() && surname_after);
        let written_large = word.capital || self.cut == Cut::FileName;
        in_pair || (written_large && seen.sure())
    }

    /// Does the row begin here, inside a sentence?
    fn is_inside(&self, from: usize, at: usize) -> bool {
        let before = from.checked_sub(1).and_then(|before| self.words.get(before));
        from == at && before.is_some_and(|word| !word.capital && !word.number) && self.beside(from - 1, from)
    }

    /// A capital beside the word before it, in nobody's name that is known.
    fn is_strange_name(&self, at: usize) -> bool {
        let written = self.words.get(at).is_some_and(|word| word.capital && word.folded.len() > 1);
        written && self.beside(at - 1, at) && self.seen(at).is_some_and(Seen::foreign)
    }

    /// A first name of one known person and a surname of another: somebody else again.
    fn is_mixed(&self, at: usize) -> bool {
        let (Some(first), Some(surname)) = (self.seen(at), self.seen(at + 1)) else { return false };
        let halves = first.first.is_some() && first.surname.is_none() && surname.surname.is_some();
        let known = !first.foreign() && !surname.foreign();
        let one = first.known.iter().any(|person| surname.known.contains(person));
        halves && known && !one && self.may_name(at + 1) && self.beside(at, at + 1)
    }

    /// Does a title or a greeting before it make a name of the word?
    fn is_addressed(&self, from: usize, at: usize) -> bool {
        let (Some(word), Some(seen)) = (self.words.get(at), self.seen(at)) else { return false };
        let Some(before) = at.checked_sub(1).and_then(|before| self.words.get(before)) else { return false };
        let gap = between(self.text, before, word);
        let close = gap.chars().all(|c| c.is_whitespace() || matches!(c, '.' | ':')) && !gap.contains('\n');
        let plain = word.capital && !word.all_capitals && word.folded.len() > 1 && seen.foreign();
        if !close || !plain || self.cut == Cut::FileName {
            return false;
        }
        if TITLES.contains(&before.folded.as_str()) {
            return true;
        }
        let greeted = GREETINGS.contains(&before.folded.as_str()) && !gap.contains(['.', ':']);
        let sole = self.ends_address(at) || (self.beside(at, at + 1) && self.may_name(at + 1));
        let named = word.folded.as_str();
        greeted && at <= from + 1 && sole && !NOT_GREETED.contains(&named) && !TITLES.contains(&named)
    }

    /// Two capitals, both of nobody known, behind a word that brings up a person.
    fn is_introduced(&self, from: usize, end: usize) -> bool {
        let Some([first, last]) = self.words.get(from..from + 2).filter(|_| end == from + 2) else { return false };
        let Some(before) = from.checked_sub(1).and_then(|before| self.words.get(before)) else { return false };
        let gap = between(self.text, before, first);
        let close = gap.chars().all(|c| c.is_whitespace() || c == ':') && gap.chars().count() <= 2;
        let strangers = (from..end).all(|at| self.seen(at).is_some_and(Seen::foreign));
        let plain = [first, last].iter().all(|word| word.capital && word.folded.len() > 1);
        close
            && strangers
            && plain
            && INTRODUCTIONS.contains(&before.folded.as_str())
            && !ORGANISATIONS.contains(&first.folded.as_str())
    }

    /// Is the greeting over behind this word?
    fn ends_address(&self, at: usize) -> bool {
        let end = self.words.get(at).map_or(0, |word| word.range.end);
        let after = self.text.get(end..).unwrap_or_default().trim_start_matches([' ', '\u{a0}']);
        after.is_empty() || after.starts_with(['!', ',', '.', '\n', '\r'])
    }

    /// A street, a hospital, an illness, a saint.
    fn is_place(&self, from: usize, end: usize) -> bool {
        let before = from.checked_sub(1).and_then(|before| self.words.get(before));
        let saint = |word: &Word| SAINTS.contains(&word.folded.as_str());
        // `S:t` is two words with a colon between
        let saints = before.is_some_and(saint)
            || self.words.get(from..end).unwrap_or_default().iter().any(saint)
            || before.is_some_and(|word| word.folded == "t");
        let behind = self.words.get(end).filter(|_| self.beside(end - 1, end));
        let inside = self.words.get(from + 1..end).unwrap_or_default().iter().chain(behind);
        saints
            || inside.into_iter().any(|word| {
                let word = word.folded.as_str();
                PLACES.iter().any(|place| word.ends_with(place) && (place.len() > 3 || word == *place))
                    || ILLNESSES.iter().any(|illness| word.starts_with(illness))
            })
    }

    /// Dr Nilsson; Karl Nilsson, leg läkare.
    fn is_professional(&self, from: usize, end: usize) -> bool {
        let professional = |word: &Word| {
            PROFESSIONS.iter().any(|title| match title.len() {
                0..4 => word.folded == *title,
                _ => word.folded.starts_with(title),
            })
        };
        let close = |a: &Word, b: &Word, signs: &[char]| {
            let gap = between(self.text, a, b);
            let same_line = gap.chars().count() <= 3 && !gap.contains('\n');
            same_line && gap.chars().all(|c| c.is_whitespace() || signs.contains(&c))
        };
        let row = self.words.get(from..end).unwrap_or_default();
        let (Some(first), Some(last)) = (row.first(), row.last()) else { return false };
        let before = from.checked_sub(1).and_then(|before| self.words.get(before));
        let titled = before.is_some_and(|word| professional(word) && close(word, first, &['.', ':']));
        let behind = self.words.get(end);
        let signed = row.len() > 1 && behind.is_some_and(|word| professional(word) && close(last, word, &[',', '(']));
        titled || signed || (row.len() > 1 && professional(first))
    }
}

/// The lists, for the tests.
#[cfg(test)]
pub use lists::all as all_listed;
