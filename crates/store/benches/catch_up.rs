//! Catch-up of 5,000 cases into the encrypted, indexed store, against the same documents into plain SQLite with the same
//! index in one transaction. Both start from documents in memory and end with a closed file.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

mod cases;

use mottaget_protocol::{CaseDocument, Page};
use mottaget_store::{Keys, Store};
use rusqlite::{Connection, params};
use std::path::Path;
use std::time::{Duration, Instant};

const CASES: usize = 5_000;
const ROUNDS: usize = 3;

fn main() {
    let documents = cases::cases(CASES);
    let pages = cases::pages(&documents);
    let bytes: usize = documents.iter().map(|document| serde_json::to_string(document).unwrap().len()).sum();
    println!("{CASES} cases of {} bytes on average", bytes / CASES);
    let best = |measure: &dyn Fn() -> Duration| (0..ROUNDS).map(|_| measure()).min().unwrap();
    let ours = best(&|| into_store(&pages));
    let plain = best(&|| into_plain(&documents));
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    cases::tell("catch-up of 5,000 cases", ms(ours), "plain SQLite, same index, one transaction", ms(plain), 2.0);
}

fn into_store(pages: &[Page]) -> Duration {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), &Keys::generate().unwrap()).unwrap();
    store.save_me(&cases::me()).unwrap();
    store.save_directory(&cases::directory()).unwrap();
    let start = Instant::now();
    for page in pages {
        store.apply_page(page, |_| Vec::new()).unwrap();
    }
    store.close().unwrap();
    let time = start.elapsed();
    report("store", dir.path(), time);
    time
}

fn into_plain(documents: &[CaseDocument]) -> Duration {
    let dir = tempfile::tempdir().unwrap();
    let mut db = Connection::open(dir.path().join("plain.db")).unwrap();
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
         CREATE TABLE case_doc (rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, doc TEXT NOT NULL);
         CREATE VIRTUAL TABLE case_index USING fts5(name, identity, kind, texts, files, notes,
            content = '', contentless_delete = 1, tokenize = 'trigram remove_diacritics 0');",
    )
    .unwrap();
    let start = Instant::now();
    let all = db.transaction().unwrap();
    {
        let mut row = all.prepare("INSERT INTO case_doc (rowid, id, doc) VALUES (?1, ?2, ?3)").unwrap();
        let mut index = all.prepare("INSERT INTO case_index (rowid, name, identity, kind, texts, files, notes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)").unwrap();
        for (n, document) in documents.iter().enumerate() {
            let (case, resident) = (&document.case, &document.resident);
            row.execute(params![n, case.id.0.as_bytes(), serde_json::to_string(document).unwrap()]).unwrap();
            let identity = format!("{}\n{}", resident.personal_id.as_str(), resident.personal_id.written());
            let texts = case.messages.iter().flat_map(|message| {
                std::iter::once(message.text.as_str())
                    .chain(message.answers.iter().map(|answer| answer.answer.as_str()))
            });
            let files =
                case.messages.iter().flat_map(|message| &message.attachments).map(|file| file.file_name.as_str());
            let notes = case.notes.iter().map(|note| note.text.as_str());
            let (texts, files, notes) = (joined(texts), joined(files), joined(notes));
            index.execute(params![n, resident.name, identity, case.case_type.name, texts, files, notes]).unwrap();
        }
    }
    all.commit().unwrap();
    db.close().unwrap();
    let time = start.elapsed();
    report("plain", dir.path(), time);
    time
}

fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.collect::<Vec<_>>().join("\n")
}

fn report(name: &str, dir: &Path, time: Duration) {
    let size: u64 = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum();
    println!("  {name}: {:.0} ms, {} KiB", time.as_secs_f64() * 1000.0, size / 1024);
}
