//! The words of a case: what a search is answered from.
//!
//! A search finds parts of words (förnyelse in receptförnyelse). The index knows for each case the numbers of its words,
//! and all runs of three letters in them. What was typed is looked for among the words that the clinic has ever used, which
//! are far fewer than those written: where few words have it, their numbers say which cases; where many have it, the cases
//! with all its runs of three letters are looked at, newest first, and the case's own words decide. So neither what is rare
//! nor what is common costs a walk through all cases.

use crate::db::Fail;
use crate::facts::composed;
use mottaget_protocol::CaseDocument;
use rusqlite::{Connection, OptionalExtension};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Write;

/// Fewer letters than this are looked up as beginnings of words in name, identity and type.
pub(crate) const SHORTEST: usize = 3;
/// Stands before the beginning of a word in the index; no text has it.
const HEAD: char = '\u{f000}';
/// Where the signs of ASCII go, which the index would take for blanks.
const SIGNS: u32 = 0xe000;
/// Words by number up to here; more than so many and runs of letters are quicker.
const MOST_WORDS: usize = 200;
/// Most runs of letters that are asked for of one word: the words decide in any case.
const MOST_RUNS: usize = 8;

/// What is kept of a case to be searched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    /// Every word once, in small letters and composed form, a blank before each and at the end.
    pub(crate) text: String,
    /// Beginnings of words that stand in name, identity and type.
    heads: BTreeSet<String>,
}

impl Words {
    pub(crate) fn of(document: &CaseDocument) -> Self {
        let (case, resident) = (&document.case, &document.resident);
        let mut gathered = Gathered::default();
        gathered.head(&resident.name);
        for id in [Some(&resident.personal_id), case.filed_by_guardian.as_ref()].into_iter().flatten() {
            gathered.head(id.as_str());
            gathered.head(&id.written());
        }
        gathered.head(&case.case_type.name);
        for message in &case.messages {
            gathered.text(&message.text);
            for answer in &message.answers {
                gathered.text(&answer.answer);
            }
            for file in &message.attachments {
                gathered.text(&file.file_name);
            }
        }
        for note in &case.notes {
            gathered.text(&note.text);
        }
        gathered.text.push(' ');
        Self { text: gathered.text, heads: gathered.heads }
    }

    /// One by one.
    pub(crate) fn each(&self) -> impl Iterator<Item = &str> {
        self.text.split(' ').filter(|word| !word.is_empty())
    }

    /// What the index takes, as text.
    pub(crate) fn tokens(&self, numbers: &HashMap<&str, i64>) -> String {
        let mut tokens = String::with_capacity(self.text.len() * 5);
        for head in &self.heads {
            tokens.push_str(head);
            tokens.push(' ');
        }
        let mut runs: Vec<[char; SHORTEST]> = Vec::with_capacity(self.text.len());
        for word in self.each() {
            if let Some(number) = numbers.get(word) {
                // Writing to a text can't fail.
                let _ = write!(tokens, "{number} ");
            }
            let mut run = [' '; SHORTEST];
            for (n, letter) in word.chars().enumerate() {
                let [_, second, third] = run;
                run = [second, third, sign_apart(letter)];
                if n + 1 >= SHORTEST {
                    runs.push(run);
                }
            }
        }
        // Once each: a run that comes twice costs the index as much as a new one.
        runs.sort_unstable();
        runs.dedup();
        for run in runs {
            tokens.extend(run);
            tokens.push(' ');
        }
        tokens
    }
}

/// The numbers of these words; words that were never used before get one.
pub(crate) fn numbers<'a>(db: &Connection, words: impl Iterator<Item = &'a str>) -> Result<HashMap<&'a str, i64>, Fail> {
    let mut numbers: HashMap<&str, i64> = words.map(|word| (word, 0)).collect();
    // In order of the alphabet, so that neighbours are found on one page.
    let mut sorted: Vec<&str> = numbers.keys().copied().collect();
    sorted.sort_unstable();
    let mut known = db.prepare_cached("SELECT n FROM word WHERE text = ?1")?;
    let mut new = db.prepare_cached("INSERT INTO word (n, text) VALUES (?1, ?2)")?;
    let last: i64 = db.prepare_cached("SELECT coalesce(max(n), 999) FROM word")?.query_row([], |row| row.get(0))?;
    let mut fresh = Vec::new();
    for word in sorted {
        let number = match known.query_row([word], |row| row.get(0)).optional()? {
            Some(number) => number,
            None => {
                fresh.push(word);
                last + i64::try_from(fresh.len()).unwrap_or(i64::MAX)
            }
        };
        numbers.insert(word, number);
    }
    for (word, number) in fresh.iter().zip(last + 1..) {
        new.execute((number, word))?;
    }
    let mut index = db.prepare_cached("INSERT INTO word_index (rowid, word) VALUES (?1, ?2)")?;
    for (word, number) in fresh.iter().zip(last + 1..) {
        index.execute((number, word))?;
    }
    Ok(numbers)
}

/// Forgets those of these words that no case has any more.
pub(crate) fn forget_unused(db: &Connection, words: &BTreeSet<&str>) -> Result<(), Fail> {
    let mut known = db.prepare_cached("SELECT n FROM word WHERE text = ?1")?;
    let mut used = db.prepare_cached("SELECT 1 FROM case_index WHERE case_index MATCH ?1 LIMIT 1")?;
    let mut gone = Vec::new();
    for word in words {
        if let Some(number) = known.query_row([word], |row| row.get::<_, i64>(0)).optional()?
            && !used.exists([quoted(&number.to_string())])?
        {
            gone.push(number);
        }
    }
    for table in ["DELETE FROM word WHERE n = ?1", "DELETE FROM word_index WHERE rowid = ?1"] {
        let mut delete = db.prepare_cached(table)?;
        for number in &gone {
            delete.execute([number])?;
        }
    }
    Ok(())
}

/// Gathers the words of a case, each once.
#[derive(Default)]
struct Gathered {
    text: String,
    heads: BTreeSet<String>,
    seen: HashSet<String>,
}

impl Gathered {
    fn head(&mut self, text: &str) {
        let text = small(text);
        for word in words(&text) {
            let mut letters = word.chars();
            if let Some(first) = letters.next() {
                self.heads.insert(head(&first.to_string()));
                self.heads.extend(letters.next().map(|second| head(&format!("{first}{second}"))));
            }
            self.word(word);
        }
    }

    fn text(&mut self, text: &str) {
        let text = small(text);
        for word in words(&text) {
            self.word(word);
        }
        for number in divided_numbers(&text) {
            self.word(&number);
        }
    }

    fn word(&mut self, word: &str) {
        if !self.seen.contains(word) {
            self.text.push(' ');
            self.text.push_str(word);
            self.seen.insert(word.to_owned());
        }
    }
}

/// Small letters in composed form.
pub(crate) fn small(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { composed(text).chars().flat_map(char::to_lowercase).collect() }
}

/// The words of a text: what stands between blanks, without the signs that sentences put around words.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    words.map(bare).filter(|word| !word.is_empty())
}

/// A word without commas, quotes and brackets around it; signs alone stay.
fn bare(word: &str) -> &str {
    let bare = word.trim_matches(|sign: char| ".,;:!?\"'()[]{}<>«»”“’…".contains(sign));
    if bare.is_empty() { word } else { bare }
}

/// Numbers of ten or twelve that are divided by blanks or dividers, put together: an identity number is found in every
/// spelling, however the writer spelled it.
fn divided_numbers(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let mut parts = text.split(|sign: char| sign.is_whitespace() || is_divider(sign)).filter(|part| !part.is_empty());
    while let Some(part) = parts.next() {
        if !part.starts_with(|first: char| first.is_ascii_digit()) || !number(&part) {
            continue;
        }
        let mut joined = part.to_owned();
        for next in parts.clone().take_while(number) {
            joined.push_str(next);
            if looks_like_identity(&joined) {
                found.push(joined.clone());
            }
            if joined.len() >= 12 {
                break;
            }
        }
    }
    found
}

/// Ten or twelve letters and digits, a birth date first.
pub(crate) fn looks_like_identity(bare: &str) -> bool {
    matches!(bare.len(), 10 | 12)
        && bare.chars().all(|c| c.is_ascii_alphanumeric())
        && bare.chars().take(6).all(|c| c.is_ascii_digit())
}

/// Hyphens, dashes, the plus of people past a hundred, and blanks that pasting brings along.
pub(crate) fn is_divider(c: char) -> bool {
    matches!(c, '-' | '+' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// The token of a short beginning.
pub(crate) fn head(beginning: &str) -> String {
    std::iter::once(HEAD).chain(beginning.chars().map(sign_apart)).collect()
}

fn sign_apart(letter: char) -> char {
    let sign = letter.is_ascii() && !letter.is_ascii_alphanumeric();
    if sign { char::from_u32(SIGNS + u32::from(letter)).unwrap_or(letter) } else { letter }
}

/// A string of FTS5: everything between quotes is text, a quote is written twice.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// How the index is asked for the cases that have this in one of their words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Proposal {
    /// These and no others.
    Exactly(String),
    /// Among these.
    Among(String),
    /// There are none.
    Nothing,
}

/// What the index is asked for one word of three letters or more.
pub(crate) fn proposal(db: &Connection, word: &str) -> Result<Proposal, Fail> {
    let letters: Vec<char> = word.chars().map(sign_apart).collect();
    let runs: Vec<String> = letters.windows(SHORTEST).map(|run| quoted(&run.iter().collect::<String>())).collect();
    if let [run] = runs.as_slice() {
        return Ok(Proposal::Exactly(run.clone()));
    }
    let sql = format!("SELECT rowid FROM word_index WHERE word_index MATCH ?1 LIMIT {}", MOST_WORDS + 1);
    let mut with = db.prepare_cached(&sql)?;
    let with = with.query_map([quoted(word)], |row| row.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?;
    if with.is_empty() {
        return Ok(Proposal::Nothing);
    }
    if with.len() <= MOST_WORDS {
        let numbers: Vec<String> = with.iter().map(|number| quoted(&number.to_string())).collect();
        return Ok(Proposal::Exactly(numbers.join(" OR ")));
    }
    let last = runs.len() - 1;
    let count = last.min(MOST_RUNS - 1);
    let runs = (0..=count).filter_map(|n| runs.get(n * last / count).cloned());
    Ok(Proposal::Among(runs.collect::<Vec<_>>().join(" AND ")))
}
