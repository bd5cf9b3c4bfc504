//! The words of a case: what a search is answered from.
//!
//! A search finds parts of words (förnyelse in receptförnyelse). The index knows of each case its words and all runs of
//! three letters in them. What was typed is looked for among the words that there are, which are far fewer than those
//! written: where few words have it, the index is asked for the cases of those, unless a word is one case's alone, which is
//! known beside the words; where many have it, the cases with all its
//! runs of three letters are looked at, newest first, and the case's own words decide. So neither what is rare nor what is
//! common costs a walk through all cases.

use crate::db::Fail;
use crate::facts::composed;
use mottaget_domain::searched_number::divided_numbers;
use mottaget_protocol::CaseDocument;
use rusqlite::{Connection, OptionalExtension};
use std::collections::{HashMap, HashSet};

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
    /// How words begin that stand in name, identity and type: as many letters of each as are too few to be looked for
    /// otherwise. Kept likewise.
    pub(crate) heads: String,
}

impl Words {
    pub(crate) fn of(document: &CaseDocument) -> Self {
        let (case, resident) = (&document.case, &document.resident);
        let identities = [Some(&resident.personal_id), case.filed_by_guardian.as_ref()].into_iter().flatten();
        // An identity is found by its digits also where it is written with a divider.
        let headed = [resident.name.as_str(), case.case_type.name.as_str()].into_iter();
        let headed: Vec<String> = headed.chain(identities.map(|id| id.as_str())).map(small).collect();
        let mut rest: Vec<&str> = case.notes.iter().map(|note| note.text.as_str()).collect();
        for message in &case.messages {
            rest.push(&message.text);
            rest.extend(message.answers.iter().map(|answer| answer.answer.as_str()));
            rest.extend(message.attachments.iter().map(|file| file.file_name.as_str()));
        }
        let rest: Vec<String> = rest.into_iter().map(small).collect();
        let numbers: Vec<String> = rest.iter().flat_map(|text| divided_numbers(text)).collect();
        let each = headed.iter().chain(&rest).flat_map(|text| words(text));
        Self {
            text: kept(each.chain(numbers.iter().map(String::as_str)).collect()),
            heads: kept(headed.iter().flat_map(|text| words(text)).flat_map(heads).collect()),
        }
    }

    /// One by one.
    pub(crate) fn each(&self) -> impl Iterator<Item = &str> {
        each(&self.text)
    }

    /// What the index takes, as text.
    pub(crate) fn tokens(&self) -> String {
        let mut tokens = String::with_capacity(self.text.len() * 5);
        for beginning in each(&self.heads) {
            tokens.push_str(&head(beginning));
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

/// What is kept of a case.
pub(crate) fn read(db: &Connection, row: i64) -> Result<Option<Words>, Fail> {
    let mut kept = db.prepare_cached("SELECT words, heads FROM case_words WHERE rowid = ?1")?;
    Ok(kept.query_row([row], |row| Ok(Words { text: row.get(0)?, heads: row.get(1)? })).optional()?)
}

/// The words of a kept text.
pub(crate) fn each(kept: &str) -> impl Iterator<Item = &str> {
    kept.split(' ').filter(|word| !word.is_empty())
}

/// What is remembered from one page of the feed to the next while a clinic is being filled in, and nothing at other times.
#[derive(Default)]
pub(crate) struct Common {
    /// Words that several cases have: nothing of them changes by one case more.
    words: HashSet<Box<str>>,
}

impl Common {
    /// So many are remembered: those that are said again and again come early.
    const MOST: usize = 40_000;

    /// Nothing is taken for granted any more.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }
}

/// How words are learned.
pub(crate) struct Learning<'a> {
    /// Before each step: what a person writes goes first.
    pub(crate) give_way: &'a dyn Fn(),
    /// There while a clinic is being filled in.
    pub(crate) common: Option<&'a mut Common>,
}

/// Whose words these are: `None` of several cases.
fn owners<'a>(cases: impl Iterator<Item = (i64, &'a Words)>, common: Option<&Common>) -> Vec<(&'a str, Option<i64>)> {
    let mut owners: HashMap<&str, Option<i64>> = HashMap::new();
    for (row, words) in cases {
        for word in words.each().filter(|word| common.is_none_or(|common| !common.words.contains(*word))) {
            let owner = owners.entry(word).or_insert(Some(row));
            if *owner != Some(row) {
                *owner = None;
            }
        }
    }
    // In order of the alphabet, so that neighbours are found on one page.
    let mut owners: Vec<_> = owners.into_iter().collect();
    owners.sort_unstable();
    owners
}

/// Notes those of these cases' words that no case has had before, and those that are no longer one case's alone.
pub(crate) fn learn<'a>(
    db: &Connection,
    cases: impl Iterator<Item = (i64, &'a Words)>,
    learning: &mut Learning<'_>,
) -> Result<(), Fail> {
    let mut known =
        db.prepare_cached("SELECT w.n, l.case_row FROM word w LEFT JOIN lone l ON l.n = w.n WHERE w.text = ?1")?;
    let mut last = db.prepare_cached("SELECT coalesce(max(n), 0) FROM word")?;
    let mut last: i64 = last.query_row([], |row| row.get(0))?;
    let (mut fresh, mut lone, mut shared) = (Vec::new(), Vec::new(), Vec::new());
    for (word, owner) in owners(cases, learning.common.as_deref()) {
        (learning.give_way)();
        let there = known.query_row([word], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let alone = match there {
            None => {
                last += 1;
                fresh.push((last, word));
                lone.extend(owner.map(|row| (last, row)));
                owner.is_some()
            }
            Some((number, Some(row))) => {
                let still = owner == Some(row);
                if !still {
                    shared.push(number);
                }
                still
            }
            Some((_, None::<i64>)) => false,
        };
        if let Some(common) = learning.common.as_deref_mut().filter(|_| !alone)
            && common.words.len() < Common::MOST
        {
            common.words.insert(word.into());
        }
    }
    // One table after the other: a statement on another table makes an index write out what it has gathered.
    for sql in ["INSERT INTO word (n, text) VALUES (?1, ?2)", "INSERT INTO word_index (rowid, word) VALUES (?1, ?2)"] {
        let mut insert = db.prepare_cached(sql)?;
        for new in &fresh {
            (learning.give_way)();
            insert.execute(*new)?;
        }
    }
    let mut insert = db.prepare_cached("INSERT INTO lone (n, case_row) VALUES (?1, ?2)")?;
    lone.into_iter().try_for_each(|new| insert.execute(new).map(drop))?;
    shared.sort_unstable();
    let mut delete = db.prepare_cached("DELETE FROM lone WHERE n = ?1")?;
    Ok(shared.into_iter().try_for_each(|number: i64| delete.execute([number]).map(drop))?)
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
pub(crate) fn forget_unused(
    db: &Connection,
    words: &HashSet<String>,
    mut common: Option<&mut Common>,
) -> Result<(), Fail> {
    let mut known = db.prepare_cached("SELECT n FROM word WHERE text = ?1")?;
    let mut used = db.prepare_cached("SELECT 1 FROM case_index WHERE case_index MATCH ?1 LIMIT 1")?;
    let mut gone = Vec::new();
    for word in words {
        if let Some(number) = known.query_row([word], |row| row.get::<_, i64>(0)).optional()?
            && !used.exists([quoted(&whole(word))])?
        {
            gone.push(number);
            if let Some(common) = common.as_deref_mut() {
                common.words.remove(word.as_str());
            }
        }
    }
    let tables = ["word WHERE n", "word_index WHERE rowid", "lone WHERE n"];
    for sql in tables.map(|table| format!("DELETE FROM {table} = ?1")) {
        let mut delete = db.prepare_cached(&sql)?;
        for number in &gone {
            delete.execute([number])?;
        }
    }
    Ok(())
}

/// Every word once, as it is kept.
fn kept(mut each: Vec<&str>) -> String {
    each.sort_unstable();
    each.dedup();
    let mut text = String::with_capacity(each.iter().map(|word| word.len() + 1).sum::<usize>() + 1);
    for word in each {
        text.push(' ');
        text.push_str(word);
    }
    text.push(' ');
    text
}

/// A word's beginnings that are too short to be looked for otherwise.
fn heads(word: &str) -> impl Iterator<Item = &str> {
    let ends = word.char_indices().map(|(at, letter)| at + letter.len_utf8()).take(SHORTEST - 1);
    ends.filter_map(|end| word.get(..end))
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
    /// These and no others: of the index, and by number those that have a word alone.
    Exactly(Option<String>, Vec<i64>),
    /// Among these.
    Among(String),
    /// There are none.
    Nothing,
}

/// What the index is asked for one word of three letters or more.
pub(crate) fn proposal(db: &Connection, word: &str) -> Result<Proposal, Fail> {
    let runs = runs(word);
    if let [run] = runs.as_slice() {
        return Ok(Proposal::Exactly(Some(token(run)), Vec::new()));
    }
    let sql = format!(
        "SELECT w.text, l.case_row FROM word_index i CROSS JOIN word w ON w.n = i.rowid LEFT JOIN lone l ON l.n = w.n
         WHERE i.word_index MATCH ?1 AND instr(w.text, ?2) > 0 LIMIT {}",
        MOST_WORDS + 1
    );
    let mut with = db.prepare_cached(&sql)?;
    let with = with.query_map([all_of(&runs, quoted), word.to_owned()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let with = with.collect::<Result<Vec<(String, Option<i64>)>, _>>()?;
    Ok(match with.len() {
        0 => Proposal::Nothing,
        1..=MOST_WORDS => {
            let shared = with.iter().filter(|(_, row)| row.is_none());
            let shared: Vec<String> = shared.map(|(word, _)| quoted(&whole(word))).collect();
            let alone = with.iter().filter_map(|(_, row)| *row).collect();
            Proposal::Exactly((!shared.is_empty()).then(|| shared.join(" OR ")), alone)
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
fn token(run: &str) -> String {
    quoted(&run.chars().map(sign_apart).collect::<String>())
}

/// What has all of these; of many, some from the beginning to the end.
fn all_of(runs: &[String], token: impl Fn(&str) -> String) -> String {
    let last = runs.len().saturating_sub(1);
    let count = last.min(MOST_RUNS - 1);
    let some = (0..=count).filter_map(|n| runs.get(n * last / count.max(1)));
    some.map(|run| token(run)).collect::<Vec<_>>().join(" AND ")
}
