//! One encrypted file: its only writer, and readers that the writer never holds up.

use crate::error::{File, OpenError, StoreError};
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, ffi};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Readers kept open per file; more are opened when needed and closed again.
const SPARE_READERS: usize = 2;
/// How long a connection waits for another one's lock; only checkpoints ever make it wait.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long after [`Db::hold_back`] a file keeps its journal.
const QUIET: Duration = Duration::from_secs(2);
/// Pages of the journal that are written back all the same: 256 MiB.
const TOO_MANY: u32 = 65_536;
/// Bytes that a journal that was written back keeps on the disk.
const KEPT: u32 = 32 * 1024 * 1024;

/// What goes wrong inside a closure that works on a connection; the file is added at the room's border.
#[derive(Debug)]
pub(crate) enum Fail {
    /// From SQLite.
    Sql(rusqlite::Error),
    /// Stored JSON that does not read back.
    Json(serde_json::Error),
    /// Already said in our own words.
    Ours(StoreError),
}

impl From<rusqlite::Error> for Fail {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<serde_json::Error> for Fail {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}

impl From<StoreError> for Fail {
    fn from(error: StoreError) -> Self {
        Self::Ours(error)
    }
}

impl Fail {
    /// The same while the file is being opened.
    pub(crate) fn into_open_error(self, file: File) -> OpenError {
        match self.into_error(file) {
            StoreError::DiskFull => OpenError::DiskFull,
            StoreError::Corrupt { file } => OpenError::Corrupt { file },
            other => OpenError::Internal { detail: other.to_string() },
        }
    }

    /// In our own words, for the given file.
    pub(crate) fn into_error(self, file: File) -> StoreError {
        match self {
            Self::Sql(error) => match trouble(&error) {
                Trouble::DiskFull => StoreError::DiskFull,
                Trouble::Damaged => StoreError::Corrupt { file },
                Trouble::Other => StoreError::Internal { detail: format!("{file}: {error}") },
            },
            // A page whose checksum fails in the middle of a long row reads as zeros: text that breaks off is damage.
            Self::Json(error) if error.is_syntax() || error.is_eof() => StoreError::Corrupt { file },
            // The message of a JSON error can quote the text, so only the place is told.
            Self::Json(error) => StoreError::Internal {
                detail: format!(
                    "{file}: stored JSON does not read ({:?}, column {})",
                    error.classify(),
                    error.column()
                ),
            },
            Self::Ours(error) => error,
        }
    }
}

/// What an error of SQLite means to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    DiskFull,
    Damaged,
    Other,
}

/// SQLite says FULL for ENOSPC only; a quota or a file size limit is an I/O error while writing.
pub(crate) fn trouble(error: &rusqlite::Error) -> Trouble {
    let Some(code) = error.sqlite_error() else { return Trouble::Other };
    match (code.code, code.extended_code) {
        (ErrorCode::DiskFull, _)
        | (_, ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_SHMSIZE | ffi::SQLITE_IOERR_TRUNCATE) => Trouble::DiskFull,
        // A page whose checksum fails is reported by the cipher as NOTADB on the first page and as an I/O error,
        // or a bare error, on the others.
        (ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _)
        | (_, ffi::SQLITE_IOERR_DATA | ffi::SQLITE_IOERR_SHORT_READ | ffi::SQLITE_IOERR_CORRUPTFS) => Trouble::Damaged,
        _ => Trouble::Other,
    }
}

/// How each file is kept.
struct Ways {
    /// FULL where an acknowledged row must survive a power cut; NORMAL where it can be had again.
    synchronous: &'static str,
    /// Memory for pages, in KiB, of each connection: a page of the feed should fit, and what lists and searches read.
    cache_kib: u32,
    /// Pages of the journal before it is written back.
    checkpoint: u32,
    /// Give room back to the disk?
    vacuum: bool,
}

fn ways(file: File) -> Ways {
    match file {
        File::Mirror => Ways { synchronous: "NORMAL", cache_kib: 16 * 1024, checkpoint: 4000, vacuum: false },
        File::Unsent => Ways { synchronous: "FULL", cache_kib: 1024, checkpoint: 200, vacuum: false },
        // A draft's file is nowhere else until it is sent, so its bytes are as safe as the draft.
        File::Blobs => Ways { synchronous: "FULL", cache_kib: 1024, checkpoint: 1000, vacuum: true },
    }
}

/// Raw key of one file.
pub(crate) type Key = Zeroizing<[u8; 32]>;

/// Opens a connection and gives it the key. Nothing is read yet, so a wrong key shows later.
pub(crate) fn connect(path: &Path, key: &Key, may_create: bool) -> Result<Connection, rusqlite::Error> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if may_create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let db = Connection::open_with_flags(path, flags)?;
    let digits = Zeroizing::new(hex::encode(key.as_slice()));
    // The cipher would tell every damaged page to the standard error stream, again and again.
    let sentence = Zeroizing::new(format!("PRAGMA cipher_log_level = NONE; PRAGMA key = \"x'{}'\";", digits.as_str()));
    db.execute_batch(&sentence)?;
    db.busy_timeout(PATIENCE)?;
    Ok(db)
}

/// Settings that every writing connection of the file has.
pub(crate) fn settle(db: &Connection, file: File) -> Result<(), rusqlite::Error> {
    let Ways { synchronous, cache_kib, checkpoint, vacuum } = ways(file);
    let vacuum = if vacuum { "PRAGMA auto_vacuum = INCREMENTAL;" } else { "" };
    db.execute_batch(&format!(
        "{vacuum}
         PRAGMA temp_store = MEMORY;
         PRAGMA secure_delete = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA journal_mode = WAL;
         PRAGMA synchronous = {synchronous};
         PRAGMA cache_size = -{cache_kib};
         PRAGMA wal_autocheckpoint = {checkpoint};
         PRAGMA journal_size_limit = {KEPT};
         PRAGMA trusted_schema = OFF;"
    ))?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// An open file.
pub(crate) struct Db {
    pub(crate) file: File,
    path: PathBuf,
    key: Key,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    held_back: Mutex<Option<Instant>>,
    /// The writer's journal is not written back before it has too many pages.
    keeps: AtomicBool,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic in a closure rolls its transaction back, so the connection is good.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Db {
    /// Around a connection that is settled and migrated.
    pub(crate) fn new(file: File, path: PathBuf, key: Key, writer: Connection) -> Self {
        let (held_back, keeps) = (Mutex::new(None), AtomicBool::new(false));
        Self { file, path, key, writer: Mutex::new(writer), readers: Mutex::new(Vec::new()), held_back, keeps }
    }

    /// For a moment this file's journal is not written back: that takes the disk for tens of milliseconds, and somebody
    /// waits for the disk who is worth more than a short journal.
    pub(crate) fn hold_back(&self) {
        *held(&self.held_back) = Some(Instant::now());
    }

    /// Tells the writer whether to keep its journal.
    fn pace(&self, writer: &Connection) -> Result<(), rusqlite::Error> {
        let keeps = held(&self.held_back).is_some_and(|since| since.elapsed() < QUIET);
        if self.keeps.swap(keeps, Ordering::Relaxed) == keeps {
            return Ok(());
        }
        let pages = if keeps { TOO_MANY } else { ways(self.file).checkpoint };
        writer.pragma_update(None, "wal_autocheckpoint", pages)
    }

    /// Works in one transaction that is committed if `work` succeeds.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fail>) -> Result<T, StoreError> {
        let mut db = held(&self.writer);
        let done = (|| {
            self.pace(&db)?;
            let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&transaction)?;
            transaction.commit()?;
            Ok(value)
        })();
        done.map_err(|fail: Fail| fail.into_error(self.file))
    }

    /// Works on the writing connection outside a transaction (checkpoints, vacuum).
    pub(crate) fn maintain<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fail>) -> Result<T, StoreError> {
        work(&held(&self.writer)).map_err(|fail| fail.into_error(self.file))
    }

    /// Reads one state of the file, however long the writer is busy.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fail>) -> Result<T, StoreError> {
        let spare = held(&self.readers).pop();
        let done = (|| {
            let mut db = match spare {
                Some(db) => db,
                None => self.reader()?,
            };
            let value = {
                let transaction = db.transaction_with_behavior(TransactionBehavior::Deferred)?;
                work(&transaction)?
            };
            let mut readers = held(&self.readers);
            if readers.len() < SPARE_READERS {
                readers.push(db);
            }
            Ok(value)
        })();
        done.map_err(|fail: Fail| fail.into_error(self.file))
    }

    fn reader(&self) -> Result<Connection, rusqlite::Error> {
        let db = connect(&self.path, &self.key, false)?;
        let cache_kib = ways(self.file).cache_kib;
        db.execute_batch(&format!(
            "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -{cache_kib}; PRAGMA trusted_schema = OFF;
             PRAGMA query_only = ON;"
        ))?;
        db.set_prepared_statement_cache_capacity(64);
        Ok(db)
    }

    /// Writes the journal back and closes.
    pub(crate) fn close(self) -> Result<(), StoreError> {
        let Self { file, writer, readers, .. } = self;
        drop(readers);
        let db = writer.into_inner().unwrap_or_else(PoisonError::into_inner);
        let done = (|| {
            db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            db.close().map_err(|(_, error)| error)?;
            Ok(())
        })();
        done.map_err(|fail: Fail| fail.into_error(file))
    }
}
