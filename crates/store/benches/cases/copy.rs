//! A yardstick: the store's own tables in a file that is not encrypted, asked the store's own questions, without the
//! store. What a search takes more than this is the cipher, and what a list says beyond its lines.

use super::plain::lines_of;
use mottaget_domain::searched_number::{SearchedNumber, divides};
use rusqlite::Connection;
use std::path::Path;

/// As the store has them: see its module `words`.
const HEAD: char = '\u{f000}';
const WHOLE: char = '\u{f001}';
const MOST_WORDS: usize = 100;
const MOST_RUNS: usize = 5;

pub struct Copy {
    db: Connection,
}

impl Copy {
    pub fn of(mirror: &Path, key: &[u8], path: &Path) -> Self {
        let encrypted = Connection::open(mirror).unwrap();
        encrypted.execute_batch(&format!("PRAGMA key = \"x'{}'\"", hex::encode(key))).unwrap();
        encrypted.execute("ATTACH DATABASE ?1 AS copy KEY ''", [path.to_str().unwrap()]).unwrap();
        encrypted.query_row("SELECT sqlcipher_export('copy')", [], |_| Ok(())).unwrap();
        encrypted.execute_batch("DETACH DATABASE copy").unwrap();
        let db = Connection::open(path).unwrap();
        db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA cache_size = -16384;").unwrap();
        db.set_prepared_statement_cache_capacity(64);
        Self { db }
    }

    /// The newest cases that match, so many at most: how many, and the lines of the first of them.
    pub fn search(&self, typed: &str, most: usize, window: usize) -> (usize, Vec<String>) {
        let (mut asked, mut decided) = (Vec::new(), String::new());
        for spellings in spelled(typed) {
            if spellings[0].chars().count() < 3 {
                asked.push(token(&format!("{HEAD}{}", spellings[0])));
                continue;
            }
            let proposed: Vec<_> = spellings.iter().filter_map(|word| self.proposed(word)).collect();
            if proposed.is_empty() {
                return (0, Vec::new());
            }
            asked.push(format!("({})", joined(proposed.iter().map(|(these, _)| these.clone()), " OR ")));
            if proposed.iter().any(|(_, open)| *open) {
                let each = spellings.iter().map(|word| format!("instr(w.words, '{}') > 0", word.replace('\'', "''")));
                decided.push_str(&format!(" AND ({})", joined(each, " OR ")));
            }
        }
        let join = if decided.is_empty() { "" } else { "CROSS JOIN case_words w ON w.rowid = f.rowid" };
        let question = format!(
            "SELECT f.rowid FROM case_index f {join} WHERE f.case_index MATCH ?1{decided}
             ORDER BY f.rowid DESC LIMIT {most}"
        );
        lines_of(&self.db, &question, &[asked.join(" AND ")], window)
    }

    /// What the index is asked for a word, and whether the words of what it finds must be looked at.
    fn proposed(&self, word: &str) -> Option<(String, bool)> {
        let letters: Vec<char> = word.chars().collect();
        let runs: Vec<String> = letters.windows(3).map(|run| run.iter().collect()).collect();
        if let [run] = runs.as_slice() {
            return Some((token(run), false));
        }
        let last = runs.len() - 1;
        let count = last.min(MOST_RUNS - 1);
        let runs: Vec<&String> = (0..=count).map(|n| &runs[n * last / count]).collect();
        let found = format!(
            "SELECT w.text FROM word_index i CROSS JOIN word w ON w.n = i.rowid
             WHERE i.word_index MATCH ?1 AND instr(w.text, ?2) > 0 LIMIT {}",
            MOST_WORDS + 1
        );
        let mut found = self.db.prepare_cached(&found).unwrap();
        let found = found.query_map([joined(runs.iter().map(|run| quoted(run)), " AND "), word.to_owned()], |row| {
            row.get::<_, String>(0)
        });
        let found: Vec<String> = found.unwrap().map(Result::unwrap).collect();
        match found.len() {
            0 => None,
            1..=MOST_WORDS => Some((joined(found.iter().map(|word| token(&format!("{WHOLE}{word}"))), " OR "), false)),
            _ => Some((joined(runs.iter().map(|run| token(run)), " AND "), true)),
        }
    }
}

/// The words that were typed, each in its spellings.
fn spelled(typed: &str) -> Vec<Vec<String>> {
    let small = typed.to_lowercase();
    if let Some(number) = SearchedNumber::read(&small) {
        let bare = number.bare().to_lowercase();
        let whole = small.trim().to_owned();
        let divided = whole != bare && !whole.contains(char::is_whitespace);
        return vec![if divided { vec![bare, whole] } else { vec![bare] }];
    }
    let words = small.split_whitespace().map(|word| word.trim_matches(|sign: char| ".,:;()\"".contains(sign)));
    let words = words.filter(|word| word.chars().count() >= 3 || word.chars().any(char::is_alphanumeric));
    let spellings = |word: &str| {
        let bare: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
        let divided = bare.len() < word.len() && bare.chars().filter(char::is_ascii_digit).count() >= 3;
        let divided = divided && word.chars().all(|c| c.is_ascii_alphanumeric() || divides(c));
        if divided && word.chars().count() >= 3 { vec![word.to_owned(), bare] } else { vec![word.to_owned()] }
    };
    words.map(spellings).collect()
}

/// As the index has it: signs are letters of their own there.
fn token(text: &str) -> String {
    let sign = |letter: char| letter.is_ascii() && !letter.is_ascii_alphanumeric();
    let apart = |letter| if sign(letter) { char::from_u32(0xe000 + u32::from(letter)).unwrap() } else { letter };
    quoted(&text.chars().map(apart).collect::<String>())
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

fn joined(parts: impl Iterator<Item = String>, between: &str) -> String {
    parts.collect::<Vec<_>>().join(between)
}
