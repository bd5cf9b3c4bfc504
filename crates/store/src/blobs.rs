//! Attachment bytes by their SHA-256, in pieces, encrypted like everything else.

use crate::apply::read_document;
use crate::db::Fail;
use crate::drafts::read_drafts;
use crate::error::{File, StoreError};
use crate::list::scope_sql;
use crate::open::Store;
use crate::watching::Roster;
use jiff::Timestamp;
use mottaget_domain::listing::Scope;
use mottaget_domain::{Attachment, CaseId};
use mottaget_protocol::Me;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes per piece: a file is written and read in steps of this.
const PIECE: usize = 256 * 1024;

/// Hashes of files that are about to be named by a draft, one for each that says so.
pub(crate) type AboutToBeNamed = Arc<Mutex<Vec<String>>>;

/// As long as this lives, [`Store::evict_blobs`] lets go of none of these files: from before they are stored until a draft
/// names them.
#[must_use]
#[derive(Debug)]
pub struct Kept {
    all: AboutToBeNamed,
    these: Vec<String>,
}

impl Drop for Kept {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        for hash in &self.these {
            if let Some(place) = all.iter().position(|one| one == hash) {
                all.swap_remove(place);
            }
        }
    }
}

impl Store {
    /// Files with these hashes are not let go of while the answer lives, whether they are here already or not.
    pub fn keep_blobs(&self, sha256: impl IntoIterator<Item = String>) -> Kept {
        let these: Vec<String> = sha256.into_iter().collect();
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).extend(these.iter().cloned());
        Kept { all: Arc::clone(&self.kept), these }
    }

    /// Keeps bytes under their hash (64 lower-case hexadecimal digits). Keeping them again is harmless.
    ///
    /// # Errors
    /// [`StoreError::HashMismatch`] when the bytes have another hash; others.
    pub fn put_blob(&self, sha256: &str, bytes: &[u8]) -> Result<(), StoreError> {
        if hex::encode(Sha256::digest(bytes)) != sha256 {
            return Err(StoreError::HashMismatch { expected: sha256.to_owned() });
        }
        self.blobs.write(|db| {
            if number_of(db, sha256)?.is_some() {
                return Ok(());
            }
            db.prepare_cached(
                "INSERT INTO blob (sha256, size, used) SELECT ?1, ?2, coalesce(max(used), 0) + 1 FROM blob",
            )?
            .execute(params![sha256, bytes.len()])?;
            let number = db.last_insert_rowid();
            let mut piece = db.prepare_cached("INSERT INTO piece (blob, place, bytes) VALUES (?1, ?2, ?3)")?;
            for (place, part) in bytes.chunks(PIECE).enumerate() {
                piece.execute(params![number, place, part])?;
            }
            Ok(())
        })
    }

    /// The bytes, checked against their hash; `None` when they are not here. Counts as use for [`Self::evict_blobs`].
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when they are not the bytes that were put in; others.
    pub fn blob(&self, sha256: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let found = self.blobs.read(|db| {
            let Some(number) = number_of(db, sha256)? else { return Ok(None) };
            let (size, newest): (usize, bool) = db
                .prepare_cached("SELECT size, used = (SELECT max(used) FROM blob) FROM blob WHERE n = ?1")?
                .query_row([number], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let mut bytes = Vec::with_capacity(size);
            each_piece(db, number, |piece| bytes.extend_from_slice(piece))?;
            // A damaged page in the middle of a piece reads as zeros, without an error.
            if hex::encode(Sha256::digest(&bytes)) != sha256 {
                return Err(StoreError::Corrupt { file: File::Blobs }.into());
            }
            Ok(Some((number, newest, bytes)))
        })?;
        let Some((number, newest, bytes)) = found else { return Ok(None) };
        if !newest {
            let touched = self.blobs.write(|db| {
                db.prepare_cached("UPDATE blob SET used = (SELECT max(used) + 1 FROM blob) WHERE n = ?1")?
                    .execute([number])?;
                Ok(())
            });
            if let Err(error) = touched {
                // Only the order of letting go depends on it; a full disk must not keep anybody from reading.
                tracing::debug!(code = error.code(), "the use of a file was not noted");
            }
        }
        Ok(Some(bytes))
    }

    /// Which of these are here?
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn blobs_present(&self, sha256: &[&str]) -> Result<HashSet<String>, StoreError> {
        self.blobs.read(|db| {
            let mut here = HashSet::new();
            for sha256 in sha256 {
                if number_of(db, sha256)?.is_some() {
                    here.insert((*sha256).to_owned());
                }
            }
            Ok(here)
        })
    }

    /// Bytes kept in all.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn blobs_size(&self) -> Result<u64, StoreError> {
        self.blobs.read(|db| Ok(db.query_row("SELECT coalesce(sum(size), 0) FROM blob", [], |row| row.get(0))?))
    }

    /// Lets go of the longest unused until at most `quota` bytes are kept, never of one that a draft or an op in the
    /// outbox names, or is about to name ([`Self::keep_blobs`]). Gives the number of bytes let go.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn evict_blobs(&self, quota: u64) -> Result<u64, StoreError> {
        if self.blobs_size()? <= quota {
            return Ok(0);
        }
        let freed = self.blobs.write(|db| {
            // In this order, and while nobody can add bytes: what is not kept any more by now is named.
            let mut needed: HashSet<String> =
                self.kept.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect();
            needed.extend(self.named_by_unsent()?);
            let mut kept: u64 = db.query_row("SELECT coalesce(sum(size), 0) FROM blob", [], |row| row.get(0))?;
            let mut rows = db.prepare("SELECT n, sha256, size FROM blob ORDER BY used")?;
            let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            let rows: Vec<(i64, String, u64)> = rows.collect::<Result<_, _>>()?;
            let mut freed = 0;
            for (number, sha256, size) in rows {
                if kept <= quota {
                    break;
                }
                if !needed.contains(&sha256) {
                    db.prepare_cached("DELETE FROM blob WHERE n = ?1")?.execute([number])?;
                    kept -= size;
                    freed += size;
                }
            }
            Ok(freed)
        })?;
        self.blobs.maintain(|db| {
            // One row per page given back; it goes on only as long as somebody reads.
            let mut pages = db.prepare("PRAGMA incremental_vacuum")?;
            let mut pages = pages.query([])?;
            while pages.next()?.is_some() {}
            Ok(())
        })?;
        Ok(freed)
    }

    /// Files of the person's open cases (own, own groups', and the inboxes they receive for) that are not here yet, due
    /// first; at most `limit`. Looks no further than `bytes` of files go, here or not: what comes after them would not be
    /// kept. What the client prefetches.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn wanted_files(
        &self,
        me: &Me,
        limit: usize,
        bytes: u64,
        now: Timestamp,
    ) -> Result<Vec<(CaseId, Attachment)>, StoreError> {
        let known = self.known();
        let roster = Roster::at(&known, now);
        let files = self.mirror.read(|db| open_files(db, me, &roster, bytes))?;
        let hashes: Vec<&str> = files.iter().map(|(_, file)| file.sha256.as_str()).collect();
        let mut here = self.blobs_present(&hashes)?;
        let fresh = |(_, file): &(CaseId, Attachment)| here.insert(file.sha256.clone());
        Ok(files.into_iter().filter(fresh).take(limit).collect())
    }

    /// Checks that the bytes of these files are here.
    pub(crate) fn all_present<'a>(&self, hashes: impl Iterator<Item = &'a str>) -> Result<(), StoreError> {
        let hashes: Vec<&str> = hashes.collect();
        if hashes.is_empty() {
            return Ok(());
        }
        let here = self.blobs_present(&hashes)?;
        match hashes.into_iter().find(|hash| !here.contains(*hash)) {
            Some(missing) => Err(StoreError::BlobMissing { sha256: missing.to_owned() }),
            None => Ok(()),
        }
    }

    /// Hashes that a draft or an act in the outbox names.
    fn named_by_unsent(&self) -> Result<HashSet<String>, StoreError> {
        let drafts = self.unsent.read(read_drafts)?;
        let mut named: HashSet<String> =
            drafts.into_iter().flat_map(|draft| draft.files).map(|file| file.file.sha256).collect();
        for row in self.outbox()? {
            named.extend(row.op.command.attachments().iter().map(|file| file.sha256.clone()));
        }
        Ok(named)
    }
}

fn number_of(db: &Connection, sha256: &str) -> Result<Option<i64>, Fail> {
    let mut number = db.prepare_cached("SELECT n FROM blob WHERE sha256 = ?1")?;
    Ok(number.query_row([sha256], |row| row.get(0)).optional()?)
}

fn each_piece(db: &Connection, number: i64, mut take: impl FnMut(&[u8])) -> Result<(), rusqlite::Error> {
    let mut pieces = db.prepare_cached("SELECT bytes FROM piece WHERE blob = ?1 ORDER BY place")?;
    let mut pieces = pieces.query([number])?;
    while let Some(piece) = pieces.next()? {
        take(piece.get_ref(0)?.as_blob()?);
    }
    Ok(())
}

/// Deletes what does not have its hash (after salvage).
pub(crate) fn drop_damaged(db: &Connection) -> Result<(), rusqlite::Error> {
    let mut rows = db.prepare("SELECT n, sha256 FROM blob")?;
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (number, sha256) in rows.collect::<Result<Vec<(i64, String)>, _>>()? {
        let mut hash = Sha256::new();
        each_piece(db, number, |piece| hash.update(piece))?;
        if hex::encode(hash.finalize()) != sha256 {
            db.execute("DELETE FROM blob WHERE n = ?1", [number])?;
        }
    }
    Ok(())
}

/// Files of the cases that the person has to do with, due first, until `bytes` of them are seen.
fn open_files(db: &Connection, me: &Me, roster: &Roster<'_>, bytes: u64) -> Result<Vec<(CaseId, Attachment)>, Fail> {
    let mut rows = Vec::new();
    let everywhere = [Scope::Mine, Scope::Groups, Scope::Inbox].map(|scope| (scope, None));
    // clinic by clinic: a condition with "or" would not take the index
    let covered = roster.covered(me).into_iter().map(|(clinic, _)| (Scope::Covered, Some(clinic)));
    for (scope, clinic) in everywhere.into_iter().chain(covered) {
        let (condition, values) = scope_sql(me, scope, clinic.as_ref(), roster);
        if values.is_empty() {
            continue; // nobody's group, nowhere a receiver
        }
        let sql = files_sql(scope, &condition);
        let mut found = db.prepare_cached(&sql)?;
        let found = found.query_map(params_from_iter(values), |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.extend(found.collect::<Result<Vec<(i64, i64)>, _>>()?);
    }
    rows.sort_unstable();
    rows.dedup();
    let mut files = Vec::new();
    let mut room = bytes;
    for (_, row) in rows {
        if room == 0 {
            break;
        }
        let Some(document) = read_document(db, row)? else { continue };
        let id = document.case.id;
        let attachments = document.case.messages.into_iter().flat_map(|message| message.attachments);
        for file in attachments {
            room = room.saturating_sub(file.size);
            files.push((id, file));
        }
    }
    Ok(files)
}

/// The index is named: without statistics SQLite takes the one that holds every case.
fn files_sql(scope: Scope, condition: &str) -> String {
    let index = if scope == Scope::Inbox { "files_by_shelf" } else { "files_by_assignee" };
    format!("SELECT r.sort, r.rowid FROM case_row r INDEXED BY {index} WHERE {condition} AND r.files > 0")
}
