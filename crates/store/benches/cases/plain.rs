//! The yardstick of the searches: an unencrypted file with nothing in it but documents and SQLite's own full-text index,
//! asked for the same rows in the same order.

use super::joined;
use mottaget_protocol::{CaseDocument, Page};
use rusqlite::{Connection, params};
use std::path::Path;

pub const SCHEMA: &str = "
    PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE TABLE case_doc (rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, doc TEXT NOT NULL);
    CREATE VIRTUAL TABLE case_index USING fts5(name, identity, kind, texts, files, notes,
        content = '', contentless_delete = 1, tokenize = 'trigram remove_diacritics 0');
    CREATE VIRTUAL TABLE case_heads USING fts5(words,
        content = '', contentless_delete = 1, detail = none, prefix = '1 2', tokenize = \"unicode61 remove_diacritics 0 tokenchars '-'\");";

pub struct Plain {
    db: Connection,
}

impl Plain {
    pub fn open(path: &Path) -> Self {
        let db = Connection::open(path).unwrap();
        db.execute_batch(SCHEMA).unwrap();
        db.set_prepared_statement_cache_capacity(64);
        Self { db }
    }

    /// Takes a page in, in a transaction: new cases, and those that have changed. `row` numbers a case for life.
    pub fn take(&mut self, page: &Page, row: impl Fn(&CaseDocument) -> i64) {
        let all = self.db.transaction().unwrap();
        {
            let mut document = all.prepare_cached("INSERT OR REPLACE INTO case_doc VALUES (?1, ?2, ?3)").unwrap();
            let mut delete = all.prepare_cached("DELETE FROM case_index WHERE rowid = ?1").unwrap();
            let mut delete_heads = all.prepare_cached("DELETE FROM case_heads WHERE rowid = ?1").unwrap();
            let mut there = all.prepare_cached("SELECT 1 FROM case_doc WHERE rowid = ?1").unwrap();
            let mut index = all
                .prepare_cached(
                    "INSERT INTO case_index (rowid, name, identity, kind, texts, files, notes)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )
                .unwrap();
            let mut heads = all.prepare_cached("INSERT INTO case_heads (rowid, words) VALUES (?1, ?2)").unwrap();
            let mut cases: Vec<&CaseDocument> = page.documents.iter().collect();
            cases.sort_by_key(|document| row(document));
            // A statement on another table makes an index write out what it has gathered: one table after the other.
            let mut known = Vec::new();
            for case in &cases {
                known.push(there.exists([row(case)]).unwrap());
                let json = serde_json::to_string(case).unwrap();
                document.execute(params![row(case), case.case.id.0.as_bytes(), json]).unwrap();
            }
            for (case, known) in cases.iter().zip(&known) {
                if *known {
                    delete.execute([row(case)]).unwrap();
                }
                let [name, identity, kind, texts, files, notes] = texts_of(case);
                index.execute(params![row(case), name, identity, kind, texts, files, notes]).unwrap();
            }
            for (case, known) in cases.iter().zip(&known) {
                if *known {
                    delete_heads.execute([row(case)]).unwrap();
                }
                let [name, identity, kind, ..] = texts_of(case);
                heads.execute(params![row(case), format!("{name} {identity} {kind}")]).unwrap();
            }
        }
        all.commit().unwrap();
    }

    /// How many cases match, up to so many, and the documents of the newest of them.
    pub fn search(&self, typed: &str, most: usize, window: usize) -> (usize, Vec<String>) {
        let (long, short): (Vec<&str>, Vec<&str>) =
            typed.split_whitespace().partition(|word| word.chars().count() >= 3);
        let heads = short.iter().map(|word| format!("\"{word}\"*")).collect::<Vec<_>>().join(" AND ");
        let (sql, values) = if long.is_empty() {
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
        let mut rows = self.db.prepare_cached(&format!("{sql} ORDER BY rowid DESC LIMIT {most}")).unwrap();
        let rows = rows.query_map(rusqlite::params_from_iter(values), |row| row.get::<_, i64>(0)).unwrap();
        let rows: Vec<i64> = rows.map(Result::unwrap).collect();
        let mut document = self.db.prepare_cached("SELECT doc FROM case_doc WHERE rowid = ?1").unwrap();
        let documents = rows.iter().take(window).map(|row| document.query_row([row], |row| row.get(0)).unwrap());
        (rows.len(), documents.collect())
    }
}

/// A whole identity number is found however it is divided, anything else as it is.
fn expression(typed: &str, words: &[&str]) -> String {
    let bare: String = typed.chars().filter(char::is_ascii_digit).collect();
    let divided = typed.chars().all(|letter| letter.is_ascii_digit() || "- +".contains(letter));
    if divided && matches!(bare.len(), 10 | 12) {
        return format!("\"{bare}\" OR \"{typed}\"");
    }
    words.iter().map(|word| format!("\"{}\"", word.replace('"', "\"\""))).collect::<Vec<_>>().join(" AND ")
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
    [
        resident.name.clone(),
        identity,
        case.case_type.name.clone(),
        joined(texts),
        joined(files),
        joined(notes),
    ]
}
