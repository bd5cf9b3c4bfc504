//! What can still be had of a damaged file: row by row into a new one, around the pages that do not read.

use crate::db::{Key, connect, settle};
use crate::error::{File, OpenError};
use crate::open::{SetAside, folder, sql_trouble};
use crate::{place, schema};
use jiff::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::path::{Path, PathBuf};

/// Rows looked for one by one where scanning from both ends meets damage.
const MOST_PROBES: i64 = 200_000;
/// Rows that do not read before a table is given up.
const MOST_TROUBLES: u32 = 3000;

/// Tables worth carrying over, parents first.
fn tables(file: File) -> &'static [&'static str] {
    match file {
        File::Mirror => &[],
        File::Unsent => &["outbox", "draft", "jotting", "read_log", "setting"],
        File::Blobs => &["blob", "piece"],
    }
}

/// Where the copy of `unsent.db` lies that is made at every opening.
fn copy_of(path: &Path) -> PathBuf {
    path.with_extension("db.copy")
}

/// Copies a sound file beside itself, for the day when so much of it is bad that nothing reads. No connection may have
/// it open. A copy that can't be made (a full disk) must not keep anybody from working.
pub(crate) fn keep_copy(path: &Path) {
    let new = path.with_extension("db.copy.new");
    let done = std::fs::copy(path, &new).and_then(|_| std::fs::rename(&new, copy_of(path)));
    if let Err(error) = done {
        tracing::warn!(kind = ?error.kind(), "no copy of unsent work could be made");
    }
}

/// Makes a new file of what reads, then moves the damaged one out of its place and the new one in. A crash at any point
/// leaves either the damaged file in place or the finished new one beside it, and the next call goes on from there.
pub(crate) fn set_aside(dir: &Path, file: File, key: &Key) -> Result<SetAside, OpenError> {
    let path = dir.join(file.name());
    let fresh = dir.join(format!("{}.salvaged", file.name()));
    let mut done = SetAside::default();
    let there = path.exists();
    if !tables(file).is_empty() && (there || !fresh.exists()) {
        remove(&fresh)?;
        (done.salvaged, done.incomplete) = carry_over(&path, &fresh, file, key)?;
    }
    if there {
        done.moved_to = Some(move_away(&path)?);
    }
    if fresh.exists() {
        std::fs::rename(&fresh, &path).map_err(|error| folder(&path, &error))?;
    }
    Ok(done)
}

fn remove(path: &Path) -> Result<(), OpenError> {
    for path in place::with_journals(path) {
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(folder(&path, &error)),
            _ => {}
        }
    }
    Ok(())
}

/// Moves the file and its journals, the journals last so that they are never without their file's name beside them.
fn move_away(path: &Path) -> Result<PathBuf, OpenError> {
    let stamp = Timestamp::now().strftime("%Y%m%dT%H%M%S%3fZ").to_string();
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".damaged-{stamp}"));
    let target = PathBuf::from(name);
    for (from, to) in place::with_journals(path).iter().zip(place::with_journals(&target)) {
        match std::fs::rename(from, to) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(folder(from, &error)),
            _ => {}
        }
    }
    Ok(target)
}

fn carry_over(from: &Path, to: &Path, file: File, key: &Key) -> Result<(usize, Vec<String>), OpenError> {
    let fail = |error| sql_trouble(file, &error);
    place::touch_private(to).map_err(|error| folder(to, &error))?;
    let mut fresh = connect(to, key, true).map_err(fail)?;
    settle(&fresh, file).map_err(fail)?;
    schema::migrate(&mut fresh, file)?;
    let transaction = fresh.transaction().map_err(fail)?;
    if file == File::Unsent {
        // Before the drafts, which count on from there. Whatever is missing of it is no loss of words: the server says how far
        // it is, and a copy is made once more.
        carry_tables(from, &transaction, &["draft_copy"], key).map_err(fail)?;
    }
    let incomplete = carry_tables(from, &transaction, tables(file), key).map_err(fail)?;
    // What has no row yet is taken from the copy: at worst it brings back what was sent or given up since, and an act
    // that is sent again is harmless.
    carry_tables(&copy_of(from), &transaction, &incomplete, key).map_err(fail)?;
    if file == File::Blobs {
        // Bytes with a hole are of no use.
        crate::blobs::drop_damaged(&transaction).map_err(fail)?;
    }
    let count = match file {
        File::Blobs => "SELECT count(*) FROM blob",
        _ => {
            "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM draft) + (SELECT count(*) FROM jotting)
                + (SELECT count(*) FROM read_log)"
        }
    };
    let rows = transaction.query_row(count, [], |row| row.get(0)).map_err(fail)?;
    transaction.commit().map_err(fail)?;
    fresh.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(fail)?;
    fresh.close().map_err(|(_, error)| sql_trouble(file, &error))?;
    Ok((rows, incomplete.into_iter().map(str::to_owned).collect()))
}

/// Copies what reads; gives the tables of which something may be missing.
fn carry_tables<'a>(
    from: &Path,
    fresh: &Connection,
    tables: &[&'a str],
    key: &Key,
) -> Result<Vec<&'a str>, rusqlite::Error> {
    if !std::fs::metadata(from).is_ok_and(|facts| facts.len() > 0) {
        return Ok(tables.to_vec());
    }
    let mut old = Old::open(from, key)?;
    if old.attempt(schema::version).is_none() {
        // Not even the first page reads.
        return Ok(tables.to_vec());
    }
    let mut incomplete = Vec::new();
    for table in tables {
        if !carry_table(&mut old, fresh, table)? {
            incomplete.push(*table);
        }
    }
    Ok(incomplete)
}

/// The damaged file. The cipher fails everything on a connection that has met one bad page, so it is opened anew then.
struct Old<'a> {
    path: &'a Path,
    key: &'a Key,
    db: Connection,
    troubles: u32,
}

impl<'a> Old<'a> {
    fn open(path: &'a Path, key: &'a Key) -> Result<Self, rusqlite::Error> {
        Ok(Self { path, key, db: evidence(path, key)?, troubles: 0 })
    }

    /// Does it; after trouble the next call starts on a fresh connection.
    fn attempt<T>(&mut self, work: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>) -> Option<T> {
        match work(&self.db) {
            Ok(value) => Some(value),
            Err(_) => {
                self.troubles += 1;
                if let Ok(db) = evidence(self.path, self.key) {
                    self.db = db;
                }
                None
            }
        }
    }
}

/// A connection that writes nothing back into the file, not even its journal.
fn evidence(path: &Path, key: &Key) -> Result<Connection, rusqlite::Error> {
    let db = connect(path, key, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(db)
}

/// Copies the rows that read; true if the whole table read without trouble.
fn carry_table(old: &mut Old<'_>, fresh: &Connection, table: &str) -> Result<bool, rusqlite::Error> {
    let before = old.troubles;
    let there = old.attempt(|db| db.table_exists(None, table));
    if there == Some(false) {
        // a file of an earlier program
        return Ok(true);
    }
    let mut rows = Vec::new();
    let whole = old.attempt(|db| scan(db, table, "ASC", &mut rows)).is_some();
    if !whole {
        let mut tail = Vec::new();
        old.attempt(|db| scan(db, table, "DESC", &mut tail));
        tail.reverse();
        // What lies between two bad pages is asked for one by one.
        let from = rows.last().map_or(1, |n| n + 1);
        let to = tail.first().map_or_else(|| from.saturating_add(MOST_PROBES), |n| n - 1);
        rows.extend(from..=to.min(from.saturating_add(MOST_PROBES)));
        rows.extend(tail);
    }
    for n in rows {
        if old.troubles - before > MOST_TROUBLES {
            break;
        }
        if let Some(Some((columns, values))) = old.attempt(|db| read_row(db, table, n)) {
            write_row(fresh, table, &columns, values)?;
        }
    }
    Ok(old.troubles == before)
}

/// Row numbers in the given order, up to the first trouble.
fn scan(old: &Connection, table: &str, order: &str, found: &mut Vec<i64>) -> Result<(), rusqlite::Error> {
    // Not an index: it would answer for pages that do not read.
    let mut rows = old.prepare(&format!("SELECT rowid FROM {table} NOT INDEXED ORDER BY rowid {order}"))?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        found.push(row.get(0)?);
    }
    Ok(())
}

type Row = (Vec<String>, Vec<Value>);

fn read_row(old: &Connection, table: &str, n: i64) -> Result<Option<Row>, rusqlite::Error> {
    let mut row = old.prepare_cached(&format!("SELECT * FROM {table} WHERE rowid = ?1"))?;
    let columns: Vec<String> = row.column_names().into_iter().map(str::to_owned).collect();
    let mut rows = row.query([n])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let values = (0..columns.len()).map(|place| row.get(place)).collect::<Result<Vec<Value>, _>>()?;
    // A bad page in the middle of a long row reads as zeros; no text of ours has one.
    if values.iter().any(|value| matches!(value, Value::Text(text) if text.contains('\0'))) {
        return Err(rusqlite::Error::InvalidQuery);
    }
    Ok(Some((columns, values)))
}

fn write_row(fresh: &Connection, table: &str, columns: &[String], values: Vec<Value>) -> Result<(), rusqlite::Error> {
    let places = vec!["?"; columns.len()].join(", ");
    let sql = format!("INSERT OR IGNORE INTO {table} ({}) VALUES ({places})", columns.join(", "));
    fresh.prepare_cached(&sql)?.execute(params_from_iter(values))?;
    Ok(())
}
