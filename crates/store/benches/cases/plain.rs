//! A yardstick: an unencrypted file with nothing in it but documents and SQLite's own full-text index of them, the one
//! that finds parts of words; for searches also a line of each document and an index of short beginnings.

use mottaget_protocol::CaseDocument;
use rusqlite::{Connection, Transaction, params, params_from_iter};
use std::path::Path;

/// What the file knows of a document that comes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Known {
    Nothing,
    /// The case, with the same words.
    Words,
    /// The case, with other words.
    Case,
}

pub struct Plain {
    db: Connection,
    searched: bool,
}

impl Plain {
    pub fn open(path: &Path, searched: bool) -> Self {
        let db = Connection::open(path).unwrap();
        db.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
             CREATE TABLE IF NOT EXISTS case_doc (rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, doc TEXT NOT NULL);
             CREATE VIRTUAL TABLE IF NOT EXISTS case_index USING fts5(name, identity, kind, texts, files, notes,
                content = '', contentless_delete = 1, tokenize = 'trigram remove_diacritics 0');
             CREATE TABLE IF NOT EXISTS case_line (rowid INTEGER PRIMARY KEY, line TEXT NOT NULL);
             CREATE VIRTUAL TABLE IF NOT EXISTS case_heads USING fts5(words, content = '', contentless_delete = 1,
                detail = none, prefix = '1 2', tokenize = \"unicode61 remove_diacritics 0 tokenchars '-'\");",
        )
        .unwrap();
        db.set_prepared_statement_cache_capacity(64);
        Self { db, searched }
    }

    /// Takes documents in, in one transaction.
    pub fn take(&mut self, documents: &[CaseDocument], known: impl Fn(&CaseDocument) -> Known) {
        let mut cases: Vec<_> = documents.iter().map(|document| (row(document), known(document), document)).collect();
        // An index takes ascending rows in one go, and writes out what it has gathered when another table is written.
        cases.sort_by_key(|(row, ..)| *row);
        let all = self.db.transaction().unwrap();
        for (row, _, document) in &cases {
            let json = serde_json::to_string(document).unwrap();
            let mut insert = all.prepare_cached("INSERT OR REPLACE INTO case_doc VALUES (?1, ?2, ?3)").unwrap();
            insert.execute(params![row, document.case.id.0.as_bytes(), json]).unwrap();
        }
        cases.retain(|(_, known, _)| *known != Known::Words);
        for (row, known, document) in &cases {
            forget(&all, "case_index", *row, *known);
            let [name, identity, kind, texts, files, notes] = texts_of(document);
            let mut insert = all
                .prepare_cached(
                    "INSERT INTO case_index (rowid, name, identity, kind, texts, files, notes)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )
                .unwrap();
            insert.execute(params![row, name, identity, kind, texts, files, notes]).unwrap();
        }
        for (row, _, document) in cases.iter().filter(|_| self.searched) {
            let mut insert = all.prepare_cached("INSERT OR REPLACE INTO case_line VALUES (?1, ?2)").unwrap();
            insert.execute(params![row, line(document)]).unwrap();
        }
        for (row, known, document) in cases.iter().filter(|_| self.searched) {
            forget(&all, "case_heads", *row, *known);
            let [name, identity, kind, ..] = texts_of(document);
            let mut insert = all.prepare_cached("INSERT INTO case_heads (rowid, words) VALUES (?1, ?2)").unwrap();
            insert.execute(params![row, format!("{name} {identity} {kind}")]).unwrap();
        }
        all.commit().unwrap();
    }

    /// The newest cases that match, so many at most: how many, and the lines of the first of them.
    pub fn search(&self, typed: &str, most: usize, window: usize) -> (usize, Vec<String>) {
        let (long, short): (Vec<&str>, Vec<&str>) =
            typed.split_whitespace().partition(|word| word.chars().count() >= 3);
        let heads = short.iter().map(|word| format!("\"{word}\"*")).collect::<Vec<_>>().join(" AND ");
        let (found, values) = if long.is_empty() {
            ("SELECT rowid FROM case_heads WHERE case_heads MATCH ?1", vec![heads])
        } else if short.is_empty() {
            ("SELECT rowid FROM case_index WHERE case_index MATCH ?1", vec![expression(typed, &long)])
        } else {
            (
                "SELECT rowid FROM case_index WHERE case_index MATCH ?1
                    AND +rowid IN (SELECT rowid FROM case_heads WHERE case_heads MATCH ?2)",
                vec![expression(typed, &long), heads],
            )
        };
        lines_of(&self.db, &format!("{found} ORDER BY rowid DESC LIMIT {most}"), &values, window)
    }

    pub fn close(self) {
        self.db.close().unwrap();
    }
}

/// How many rows a question finds, and the lines of the first of them.
pub fn lines_of(db: &Connection, question: &str, values: &[String], window: usize) -> (usize, Vec<String>) {
    let mut rows = db.prepare_cached(question).unwrap();
    let rows = rows.query_map(params_from_iter(values), |row| row.get::<_, i64>(0)).unwrap();
    let rows: Vec<i64> = rows.map(Result::unwrap).collect();
    let mut line = db.prepare_cached("SELECT line FROM case_line WHERE rowid = ?1").unwrap();
    let lines = rows.iter().take(window).map(|row| line.query_row([row], |row| row.get(0)).unwrap());
    (rows.len(), lines.collect())
}

/// What a list shows of a case.
fn line(document: &CaseDocument) -> String {
    let (case, resident) = (&document.case, &document.resident);
    let shown = (case.id, &case.clinic, &case.case_type.name, case.state, case.created_at, &case.assignee);
    serde_json::to_string(&(shown, &resident.name, &resident.personal_id)).unwrap()
}

/// A case keeps its row for life; the newest has the highest.
fn row(document: &CaseDocument) -> i64 {
    10_000_000 - document.seq as i64
}

fn forget(all: &Transaction<'_>, index: &str, row: i64, known: Known) {
    if known == Known::Case {
        all.prepare_cached(&format!("DELETE FROM {index} WHERE rowid = ?1")).unwrap().execute([row]).unwrap();
    }
}

/// A whole identity number is found however it is divided, anything else as it is.
fn expression(typed: &str, words: &[&str]) -> String {
    let bare: String = typed.chars().filter(char::is_ascii_digit).collect();
    let divided = typed.chars().all(|letter| letter.is_ascii_digit() || "- +".contains(letter));
    if divided && matches!(bare.len(), 10 | 12) {
        return format!("\"{bare}\" OR \"{typed}\"");
    }
    words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" AND ")
}

/// What is searched in, by column of the index.
pub fn texts_of(document: &CaseDocument) -> [String; 6] {
    let (case, resident) = (&document.case, &document.resident);
    let identity = format!("{}\n{}", resident.personal_id.as_str(), resident.personal_id.written());
    let texts = case.messages.iter().flat_map(|message| {
        std::iter::once(message.text.as_str()).chain(message.answers.iter().map(|answer| answer.answer.as_str()))
    });
    let files = case.messages.iter().flat_map(|message| &message.attachments).map(|file| file.file_name.as_str());
    let notes = case.notes.iter().map(|note| note.text.as_str());
    let (name, kind) = (resident.name.clone(), case.case_type.name.clone());
    [name, identity, kind, lines(texts), lines(files), lines(notes)]
}

pub fn lines<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.collect::<Vec<_>>().join("\n")
}
