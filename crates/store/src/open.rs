//! Opening the three files, migrating them, and setting a damaged one aside.

use crate::blobs::AboutToBeNamed;
use crate::db::{Db, Fail, Key, Trouble, connect, settle, trouble};
use crate::error::{File, OpenError, StoreError};
use crate::fingerprint::Fingerprints;
use crate::keys::Keys;
use crate::outbox::settle as bring_home;
use crate::turn::Turn;
use crate::words::Common;
use crate::{place, salvage, schema};
use mottaget_domain::{ClinicFacts, HsaId};
use mottaget_protocol::Directory;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// The open files of one profile (one member of staff at one server). `Send + Sync`.
///
/// Dropping it closes the files and wipes the keys: that is what locking does.
pub struct Store {
    pub(crate) mirror: Db,
    pub(crate) unsent: Db,
    pub(crate) blobs: Db,
    pub(crate) turn: Turn,
    /// Of the page before, while a clinic is being filled in.
    pub(crate) common: Mutex<Common>,
    pub(crate) kept: AboutToBeNamed,
    known: RwLock<Arc<Known>>,
    _hold: place::Hold,
}

/// What every list needs of the mirror, kept in memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// Who is signed in.
    pub(crate) me: Option<HsaId>,
    /// The clinics' directories.
    pub(crate) directories: BTreeMap<HsaId, Arc<Directory>>,
    /// The same as the rules take them.
    pub(crate) facts: BTreeMap<HsaId, Arc<ClinicFacts>>,
}

/// What [`Store::set_aside`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetAside {
    /// Where the damaged file lies now (`<name>.damaged-<timestamp>`); empty if there was none.
    pub moved_to: Option<PathBuf>,
    /// How many acts, drafts, jottings and looks of `unsent.db` (or kept files of `blobs.db`) the new file has.
    pub salvaged: usize,
    /// Tables of which something may be missing, or older than it was; say so to the person when it is not empty.
    pub incomplete: Vec<String>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store(…)")
    }
}

impl Store {
    /// Opens `mirror.db`, `unsent.db` and `blobs.db` in `dir`; makes what is missing, migrates what is older, and
    /// finishes what a crash interrupted. Ops found in the state "sending" wait again.
    ///
    /// # Errors
    /// [`OpenError`]; no file is changed by a refusal.
    pub fn open(dir: &Path, keys: &Keys) -> Result<Self, OpenError> {
        place::make_private(dir).map_err(|error| folder(dir, &error))?;
        let hold = hold(dir)?;
        let mut prints = Fingerprints::read(dir);
        let blobs = open_file(dir, File::Blobs, keys, &mut prints)?;
        let mirror = open_file(dir, File::Mirror, keys, &mut prints)?;
        let unsent = open_file(dir, File::Unsent, keys, &mut prints)?;
        let store = Self {
            mirror,
            unsent,
            blobs,
            turn: Turn::default(),
            common: Mutex::default(),
            kept: AboutToBeNamed::default(),
            known: RwLock::default(),
            _hold: hold,
        };
        store.recover().map_err(|error| match error {
            StoreError::DiskFull => OpenError::DiskFull,
            StoreError::Corrupt { file } => OpenError::Corrupt { file },
            other => OpenError::Internal { detail: other.to_string() },
        })?;
        Ok(store)
    }

    /// Finishes what a crash interrupted, and reads what lists need.
    fn recover(&self) -> Result<(), StoreError> {
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = self.read_known()?;
        self.unsent.write(|db| {
            db.execute("UPDATE outbox SET state = 'waiting', retry_at = NULL WHERE state = 'sending'", [])?;
            Ok(())
        })?;
        self.hand_over_outcomes()?;
        self.forget_outcomes()
    }

    /// Moves a damaged file (with its journal) to `<name>.damaged-<timestamp>` and never deletes it. Of `unsent.db` and
    /// `blobs.db` everything that can still be read is carried over into a new file (what can't be read of `unsent.db`
    /// comes from the copy made at the last opening); the mirror starts empty at the next [`Self::open`]. Only while no `Store` has the folder open.
    ///
    /// # Errors
    /// [`OpenError`]; the damaged file is then where it was.
    pub fn set_aside(dir: &Path, file: File, keys: &Keys) -> Result<SetAside, OpenError> {
        let _hold = hold(dir)?;
        let mut prints = Fingerprints::read(dir);
        let key = key_of(keys, file);
        let done = salvage::set_aside(dir, file, &key)?;
        prints.note(dir, file, None).map_err(|error| folder(dir, &error))?;
        Ok(done)
    }

    /// Deletes the mirror (sign-out, lost entitlement, or it is damaged): it is filled again from the server. Unsent
    /// work and kept files stay. Only while no `Store` has the folder open.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn discard_mirror(dir: &Path) -> Result<(), OpenError> {
        let _hold = hold(dir)?;
        for path in place::with_journals(&dir.join(File::Mirror.name())) {
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(folder(&path, &error)),
                _ => {}
            }
        }
        Fingerprints::read(dir).note(dir, File::Mirror, None).map_err(|error| folder(dir, &error))
    }

    /// Writes everything into the files proper and closes them. Dropping does the same without telling of errors.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn close(self) -> Result<(), StoreError> {
        let Self { mirror, unsent, blobs, .. } = self;
        blobs.close()?;
        mirror.close()?;
        unsent.close()
    }

    /// What lists need of the mirror.
    pub(crate) fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Writes to the mirror what [`Known`] is read from. Whoever reads a case by the new words finds the new words here:
    /// from just before the commit until they are read, [`Self::known`] waits.
    pub(crate) fn write_known<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fail>) -> Result<T, StoreError> {
        let mut known = None;
        let done = self.mirror.write(|db| {
            let done = work(db)?;
            known = Some(self.known.write().unwrap_or_else(PoisonError::into_inner));
            Ok(done)
        })?;
        if let Some(mut known) = known {
            *known = self.read_known()?;
        }
        Ok(done)
    }

    fn read_known(&self) -> Result<Arc<Known>, StoreError> {
        self.mirror.read(|db| {
            let mut known = Known { me: crate::mirror::read_me(db)?.map(|me| me.staff.hsa_id), ..Known::default() };
            let mut rows = db.prepare("SELECT json FROM directory")?;
            let rows = rows.query_map([], |row| row.get::<_, String>(0))?;
            for json in rows {
                let directory: Directory = serde_json::from_str(&json?)?;
                known.facts.insert(directory.clinic.clone(), Arc::new(directory.facts()));
                known.directories.insert(directory.clinic.clone(), Arc::new(directory));
            }
            Ok(Arc::new(known))
        })
    }
}

/// The key of one file.
pub(crate) fn key_of(keys: &Keys, file: File) -> Key {
    Key::new(match file {
        File::Mirror => keys.mirror,
        File::Unsent => keys.unsent,
        File::Blobs => keys.blobs,
    })
}

/// What an error of SQLite means for opening.
pub(crate) fn sql_trouble(file: File, error: &rusqlite::Error) -> OpenError {
    match trouble(error) {
        Trouble::DiskFull => OpenError::DiskFull,
        Trouble::Damaged => OpenError::Corrupt { file },
        Trouble::Other => OpenError::Internal { detail: format!("{file}: {error}") },
    }
}

pub(crate) fn folder(path: &Path, error: &std::io::Error) -> OpenError {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => OpenError::DiskFull,
        _ => OpenError::Folder { path: path.to_path_buf(), detail: error.to_string() },
    }
}

fn hold(dir: &Path) -> Result<place::Hold, OpenError> {
    place::hold(dir).map_err(|error| folder(dir, &error))?.ok_or(OpenError::InUse)
}

fn open_file(dir: &Path, file: File, keys: &Keys, prints: &mut Fingerprints) -> Result<Db, OpenError> {
    let (path, key) = (dir.join(file.name()), key_of(keys, file));
    let length = std::fs::metadata(&path).map(|facts| facts.len()).ok();
    match (prints.agrees(file, &key), length) {
        (Some(false), Some(_)) => return Err(OpenError::WrongKey { file }),
        // It was there once: an empty file is a damaged one, and unsent work does not vanish without a word.
        (Some(_), Some(0)) => return Err(OpenError::Corrupt { file }),
        (Some(_), None) if file == File::Unsent => return Err(OpenError::Corrupt { file }),
        _ => {}
    }
    place::touch_private(&path).map_err(|error| folder(&path, &error))?;
    let mut db = connect(&path, &key, true).map_err(|error| sql_trouble(file, &error))?;
    look(&db, file, prints.agrees(file, &key))?;
    if file == File::Unsent && length.is_some() {
        // Closed first: what is in the journal goes into the file, and nobody reads a file that SQLite has open.
        db.close().map_err(|(_, error)| sql_trouble(file, &error))?;
        salvage::keep_copy(&path);
        db = connect(&path, &key, true).map_err(|error| sql_trouble(file, &error))?;
    }
    settle(&db, file).map_err(|error| sql_trouble(file, &error))?;
    schema::migrate(&mut db, file)?;
    prints.note(dir, file, Some(&key)).map_err(|error| folder(dir, &error))?;
    Ok(Db::new(file, path, key, db))
}

/// Does the key open the file, is the file of our time, is it whole? Nothing is written here.
fn look(db: &Connection, file: File, key_agrees: Option<bool>) -> Result<(), OpenError> {
    let found = schema::version(db).map_err(|error| match sql_trouble(file, &error) {
        OpenError::Corrupt { file } if key_agrees != Some(true) => OpenError::WrongKey { file },
        other => other,
    })?;
    if found > schema::known(file) {
        return Err(OpenError::Newer { file, found, known: schema::known(file) });
    }
    if file == File::Unsent {
        // Small, and what matters most: looked through in whole.
        let verdict: String =
            db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(|error| sql_trouble(file, &error))?;
        if verdict != "ok" {
            return Err(OpenError::Corrupt { file });
        }
    }
    Ok(())
}

impl Store {
    /// Hands settled and rejected op ids over from the mirror to the outbox; harmless to repeat.
    pub(crate) fn hand_over_outcomes(&self) -> Result<(), StoreError> {
        let outcomes: Vec<(Vec<u8>, Option<String>)> = self.mirror.read(|db| {
            let mut rows = db.prepare_cached("SELECT op, code FROM outcome WHERE handled = 0")?;
            let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })?;
        if outcomes.is_empty() {
            return Ok(());
        }
        self.unsent.write(|db| {
            let mut stopped = db.prepare_cached(
                "UPDATE outbox SET state = 'stopped', code = ?2, last_error = ?2, retry_at = NULL WHERE op = ?1",
            )?;
            for (op, code) in &outcomes {
                match code {
                    None => bring_home(db, op)?,
                    Some(code) => {
                        stopped.execute((op, code))?;
                    }
                }
            }
            Ok(())
        })?;
        self.mirror.write(|db| {
            let mut done = db.prepare_cached("UPDATE outcome SET handled = 1 WHERE op = ?1")?;
            for (op, _) in &outcomes {
                done.execute([op])?;
            }
            Ok(())
        })
    }

    /// Outcomes that the outbox knows of are needed only by readers that began before; at opening there are none.
    fn forget_outcomes(&self) -> Result<(), StoreError> {
        self.mirror.write(|db| {
            db.execute("DELETE FROM outcome WHERE handled = 1", [])?;
            Ok::<_, Fail>(())
        })
    }
}
