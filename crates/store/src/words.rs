//! The words of a case: what a search is answered from.
//!
//! A search finds parts of words (förnyelse in receptförnyelse). The index knows of each case its words and all runs of
//! three letters in them. What was typed is looked for among the words that there are, which are far fewer than those
//! written: where few words have it, the index is asked for the cases of those; where many have it, the cases with all its
//! runs of three letters are looked at, newest first, and the case's own words decide. So neither what is rare nor what is
//! common costs a walk through all cases.

use crate::db::Fail;
use crate::facts::composed;
use mottaget_protocol::CaseDocument;
use rusqlite::{Connection, OptionalExtension};
use std::collections::{BTreeSet, HashSet};

/// Fewer letters than this are looked up as beginnings of words in name, identity and type.
pub(crate) const SHORTEST: usize = 3;
/// Stands before the beginning of a word in the index; what is indexed of a text never has it.
const HEAD: char = '\u{f000}';
/// Stands before a whole word in the index.
const WHOLE: char = '\u{f001}';
/// Where the signs of ASCII go, which the index would take for blanks.
const SIGNS: u32 = 0xe000;
/// So many words are asked for one by one; where more have what was typed, runs of letters are quicker.
const MOST_WORDS: usize = 100;
/// Most runs of letters that are asked for of one word: words are looked at themselves in any case.
const MOST_RUNS: usize = 5;

/// Bits of a letter in a run, and those of the whole run.
const LETTER: u32 = 21;
const RUN: u64 = (1 << (LETTER * 3)) - 1;
/// The two indexes.
pub(crate) const INDEXES: [&str; 2] = ["case_index", "word_index"];

/// What is kept of a case to be searched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    /// Every word once, in small letters and composed form, by the alphabet, a blank before each and at the end.
    pub(crate) text: String,
    /// How words begin that stand in name, identity and type.
    heads: BTreeSet<String>,
}

impl Words {
    pub(crate) fn of(document: &CaseDocument) -> Self {
        let (case, resident) = (&document.case, &document.resident);
        let (mut headed, mut all) = (String::new(), String::new());
        add(&mut headed, &resident.name);
        // As it is written with a divider it is found by its digits.
        for id in [Some(&resident.personal_id), case.filed_by_guardian.as_ref()].into_iter().flatten() {
            add(&mut headed, id.as_str());
        }
        add(&mut headed, &case.case_type.name);
        for message in &case.messages {
            add(&mut all, &message.text);
            message.answers.iter().for_each(|answer| add(&mut all, &answer.answer));
            message.attachments.iter().for_each(|file| add(&mut all, &file.file_name));
        }
        case.notes.iter().for_each(|note| add(&mut all, &note.text));
        let numbers = divided_numbers(&all);
        let numbers = numbers.iter().map(String::as_str);
        let mut each: Vec<&str> = words(&headed).chain(words(&all)).chain(numbers).collect();
        each.sort_unstable();
        each.dedup();
        let mut text = String::with_capacity(each.iter().map(|word| word.len() + 1).sum::<usize>() + 1);
        for word in each {
            text.push(' ');
            text.push_str(word);
        }
        text.push(' ');
        Self { text, heads: words(&headed).flat_map(heads).collect() }
    }

    /// One by one.
    pub(crate) fn each(&self) -> impl Iterator<Item = &str> {
        each(&self.text)
    }

    /// What the index takes, as text.
    pub(crate) fn tokens(&self) -> String {
        let mut tokens = String::with_capacity(self.text.len() * 5);
        for head in &self.heads {
            tokens.push_str(head);
            tokens.push(' ');
        }
        let mut runs: Vec<u64> = Vec::with_capacity(self.text.len());
        for word in self.each() {
            tokens.push(WHOLE);
            let mut run = 0;
            for (n, letter) in word.chars().map(sign_apart).enumerate() {
                tokens.push(letter);
                run = (run << LETTER | u64::from(u32::from(letter))) & RUN;
                if n + 1 >= SHORTEST {
                    runs.push(run);
                }
            }
            tokens.push(' ');
        }
        // Once each: a run that comes twice costs the index as much as a new one.
        runs.sort_unstable();
        runs.dedup();
        for run in runs {
            let letters = [run >> (2 * LETTER), run >> LETTER, run].map(|letter| letter as u32 & ((1 << LETTER) - 1));
            tokens.extend(letters.into_iter().filter_map(char::from_u32));
            tokens.push(' ');
        }
        tokens
    }
}

/// The words of a kept text.
pub(crate) fn each(kept: &str) -> impl Iterator<Item = &str> {
    kept.split(' ').filter(|word| !word.is_empty())
}

/// Notes those of these words that no case has had before.
pub(crate) fn learn<'a>(db: &Connection, words: impl Iterator<Item = &'a str>) -> Result<(), Fail> {
    let words: HashSet<&str> = words.collect();
    // In order of the alphabet, so that neighbours are found on one page.
    let mut words: Vec<&str> = words.into_iter().collect();
    words.sort_unstable();
    let mut known = db.prepare_cached("SELECT 1 FROM word WHERE text = ?1")?;
    let mut last = db.prepare_cached("SELECT coalesce(max(n), 0) FROM word")?;
    let mut last: i64 = last.query_row([], |row| row.get(0))?;
    let mut fresh = Vec::new();
    for word in words {
        if !known.exists([word])? {
            last += 1;
            fresh.push((last, word));
        }
    }
    // One table after the other: a statement on another table makes an index write out what it has gathered.
    for sql in ["INSERT INTO word (n, text) VALUES (?1, ?2)", "INSERT INTO word_index (rowid, word) VALUES (?1, ?2)"] {
        let mut insert = db.prepare_cached(sql)?;
        for new in &fresh {
            insert.execute(*new)?;
        }
    }
    Ok(())
}

/// From now on what comes is merged as it comes: the first filling is over, which does better to leave many parts for the
/// end.
pub(crate) fn merge_soon(db: &Connection) -> Result<(), Fail> {
    for index in INDEXES {
        db.execute(&format!("INSERT INTO {index} ({index}, rank) VALUES ('automerge', 4)"), [])?;
    }
    Ok(())
}

/// Writes so many pages of the index's parts together; true if there was anything to do.
pub(crate) fn merge(db: &Connection, index: &str, pages: i32) -> Result<bool, Fail> {
    let before = db.total_changes();
    db.prepare_cached(&format!("INSERT INTO {index} ({index}, rank) VALUES ('merge', ?1)"))?.execute([pages])?;
    // The statement itself counts as one.
    Ok(db.total_changes() - before >= 2)
}

/// Forgets those of these words that no case has any more.
pub(crate) fn forget_unused(db: &Connection, words: &HashSet<String>) -> Result<(), Fail> {
    let mut known = db.prepare_cached("SELECT n FROM word WHERE text = ?1")?;
    let mut used = db.prepare_cached("SELECT 1 FROM case_index WHERE case_index MATCH ?1 LIMIT 1")?;
    let mut gone = Vec::new();
    for word in words {
        if let Some(number) = known.query_row([word], |row| row.get::<_, i64>(0)).optional()?
            && !used.exists([quoted(&whole(word))])?
        {
            gone.push(number);
        }
    }
    for sql in ["DELETE FROM word WHERE n = ?1", "DELETE FROM word_index WHERE rowid = ?1"] {
        let mut delete = db.prepare_cached(sql)?;
        for number in &gone {
            delete.execute([number])?;
        }
    }
    Ok(())
}

/// Adds a text in the form that is searched.
fn add(all: &mut String, text: &str) {
    all.push_str(&small(text));
    all.push('\n');
}

/// The tokens of a word's beginnings that are too short to be looked for otherwise.
fn heads(word: &str) -> impl Iterator<Item = String> + '_ {
    let ends = word.char_indices().map(|(at, letter)| at + letter.len_utf8()).take(SHORTEST - 1);
    ends.filter_map(|end| word.get(..end)).map(head)
}

/// Small letters in composed form.
pub(crate) fn small(text: &str) -> String {
    if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        composed(text).chars().flat_map(char::to_lowercase).collect()
    }
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

/// The token of a word.
fn whole(word: &str) -> String {
    std::iter::once(WHOLE).chain(word.chars().map(sign_apart)).collect()
}

/// The token of a short beginning.
pub(crate) fn head(beginning: &str) -> String {
    std::iter::once(HEAD).chain(beginning.chars().map(sign_apart)).collect()
}

/// A letter as the index has it.
fn sign_apart(letter: char) -> char {
    match letter {
        // Letters of nobody's language that a text may have all the same.
        '\u{e000}'..='\u{f8ff}' => char::REPLACEMENT_CHARACTER,
        _ if letter.is_ascii() && !letter.is_ascii_alphanumeric() => {
            char::from_u32(SIGNS + u32::from(letter)).unwrap_or(letter)
        }
        _ => letter,
    }
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
    let runs = runs(word);
    if let [run] = runs.as_slice() {
        return Ok(Proposal::Exactly(token(run)));
    }
    let sql = format!(
        "SELECT w.text FROM word_index i CROSS JOIN word w ON w.n = i.rowid
         WHERE i.word_index MATCH ?1 AND instr(w.text, ?2) > 0 LIMIT {}",
        MOST_WORDS + 1
    );
    let mut with = db.prepare_cached(&sql)?;
    let with = with.query_map([all_of(&runs, |run| quoted(run)), word.to_owned()], |row| row.get(0))?;
    let with = with.collect::<Result<Vec<String>, _>>()?;
    Ok(match with.len() {
        0 => Proposal::Nothing,
        1..=MOST_WORDS => {
            let words: Vec<String> = with.iter().map(|word| quoted(&whole(word))).collect();
            Proposal::Exactly(words.join(" OR "))
        }
        _ => Proposal::Among(all_of(&runs, token)),
    })
}

/// All runs of three letters of a word.
fn runs(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    letters.windows(SHORTEST).map(|run| run.iter().collect()).collect()
}

/// A run of letters as `case_index` has it.
fn token(run: &String) -> String {
    quoted(&run.chars().map(sign_apart).collect::<String>())
}

/// What has all of these; of many, some from the beginning to the end.
fn all_of(runs: &[String], token: impl Fn(&String) -> String) -> String {
    let last = runs.len().saturating_sub(1);
    let count = last.min(MOST_RUNS - 1);
    let some = (0..=count).filter_map(|n| runs.get(n * last / count.max(1)));
    some.map(token).collect::<Vec<_>>().join(" AND ")
}
