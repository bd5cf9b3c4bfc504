//! The mirror: what the server told. Only sync writes here.

use crate::columns::{ms, time, uuid};
use crate::db::Fail;
use crate::error::StoreError;
use crate::open::Store;
use crate::words::{self, Learning};
use jiff::Timestamp;
use mottaget_domain::{CaseId, HsaId, OpId};
use mottaget_protocol::{CaseDocument, Directory, Me, Page, Phase, Rejected, Taken};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::sync::PoisonError;

/// A case of a page, beside what the mirror held of it.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// What the mirror held before this page; `None` when it is new here (or the page resets the clinic).
    pub old: Option<&'a CaseDocument>,
    /// What the page says.
    pub new: &'a CaseDocument,
    /// Notices have been decided for everything up to this feed number; `None` during the very first snapshot, which
    /// gives no notices at all. Survives resets and (by
    /// [`Store::keep_noticed`]) the loss of the mirror: what the history says happened at or before it is old news.
    pub noticed_through: Option<u64>,
}

/// Why somebody is notified (R63, R64).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// A case waits in the inbox of a clinic where the person is a receiver.
    NewCase,
    /// A case was assigned to the person.
    AssignedToMe,
    /// A case was assigned to one of the person's groups.
    AssignedToGroup,
    /// Somebody else gave a case of the person's away.
    TakenAway,
    /// The resident answered in a case of the person's.
    ResidentAnswered,
    /// A case that the person (or their group, or nobody) has is due today.
    Due,
    /// A case that somebody else has is due today, and nobody has answered: the receivers are told.
    DueUnanswered,
    /// A colleague speaks to the person in an internal note.
    Mentioned,
    /// A case was assigned to somebody whom the person covers.
    AssignedToCovered,
    /// The resident answered in a case of somebody whom the person covers.
    AnsweredForColleague,
    /// The resident answered in a case that nobody watches: the receivers are told.
    AnsweredUnwatched,
    /// A case was assigned to a group that too few watch: the receivers are told too.
    ShortGroup,
    /// Somebody else took back a message of the person's before the resident had it.
    TakenBack,
    /// An act of the person's was refused for good, and waits in the outbox for a decision.
    Stopped,
}

/// A notice that the client decided on while a page was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotice {
    /// Names the event: a second notice with the same key is dropped, for ever (exactly once per event and person).
    pub key: String,
    /// Why.
    pub kind: NoticeKind,
    /// When the event happened.
    pub at: Timestamp,
}

/// Where a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoticeStatus {
    /// Decided, not shown yet.
    Waiting,
    /// Given to the operating system.
    Shown,
    /// Seen, out of date or taken away.
    Closed,
}

/// A notice as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its number in this mirror, ascending.
    pub id: i64,
    /// The clinic.
    pub clinic: HsaId,
    /// The case.
    pub case: CaseId,
    /// Why.
    pub kind: NoticeKind,
    /// The event.
    pub key: String,
    /// When the event happened.
    pub at: Timestamp,
    /// Where it is.
    pub status: NoticeStatus,
}

/// How far a clinic's feed has been taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The clinic.
    pub clinic: HsaId,
    /// What to give back to the server.
    pub cursor: String,
    /// Which part of the feed the last page came from.
    pub phase: Phase,
    /// The feed number of the last page.
    pub seq: u64,
    /// Documents taken in since the snapshot began.
    pub done: u64,
    /// Documents that the snapshot has in all; 0 if not told.
    pub total: u64,
    /// The snapshot is taken in whole: lists and search are complete.
    pub complete: bool,
    /// See [`Change::noticed_through`].
    pub noticed_through: Option<u64>,
}

/// What a page changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Cases written (those with settled or rejected ops too).
    pub changed: Vec<CaseId>,
    /// Cases taken away: tombstones, and what a reset emptied and the page did not bring back.
    pub removed: Vec<CaseId>,
    /// Own ops that have come to effect; their outbox rows are gone.
    pub settled: Vec<OpId>,
    /// Own ops refused for good; their outbox rows are stopped with the code.
    pub rejected: Vec<Rejected>,
    /// Notices that are new and wait to be shown.
    pub new_notices: usize,
    /// The page began a snapshot anew.
    pub reset: bool,
}

impl NoticeKind {
    const ALL: [Self; 14] = [
        Self::NewCase,
        Self::AssignedToMe,
        Self::AssignedToGroup,
        Self::ResidentAnswered,
        Self::Due,
        Self::DueUnanswered,
        Self::TakenAway,
        Self::Mentioned,
        Self::AssignedToCovered,
        Self::AnsweredForColleague,
        Self::AnsweredUnwatched,
        Self::ShortGroup,
        Self::TakenBack,
        Self::Stopped,
    ];

    /// As stored; never changes.
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::NewCase => 0,
            Self::AssignedToMe => 1,
            Self::AssignedToGroup => 2,
            Self::ResidentAnswered => 3,
            Self::Due => 4,
            Self::DueUnanswered => 5,
            Self::TakenAway => 6,
            Self::Mentioned => 7,
            Self::AssignedToCovered => 8,
            Self::AnsweredForColleague => 9,
            Self::AnsweredUnwatched => 10,
            Self::ShortGroup => 11,
            Self::TakenBack => 12,
            Self::Stopped => 13,
        }
    }
}

impl NoticeStatus {
    const ALL: [Self; 3] = [Self::Waiting, Self::Shown, Self::Closed];

    /// As stored; never changes.
    fn number(self) -> i64 {
        match self {
            Self::Waiting => 0,
            Self::Shown => 1,
            Self::Closed => 2,
        }
    }
}

impl Store {
    /// Takes a page in: rows, index, cursor, settled and rejected op ids and notices in **one** transaction of the
    /// mirror (invariant 3); then the outbox rows that it settled or stopped, idempotently (repeated with the next page
    /// and at the next open if anything comes between). A page with `reset` first empties the clinic; seen marks,
    /// notices and `noticed_through` stay.
    ///
    /// `decide` is asked once per document, first received first, and must be pure: the page may be taken again after
    /// an error. Waiting and shown notices of tombstoned cases are closed here; the client closes the others
    /// ([`Self::close_notices_of`]).
    ///
    /// # Errors
    /// [`StoreError`]: nothing of the page is written then.
    pub fn apply_page(
        &self,
        page: &Page,
        decide: impl FnMut(Change<'_>) -> Vec<NewNotice>,
    ) -> Result<Applied, StoreError> {
        self.apply_page_telling(page, decide, |_, _| None, |_| ())
    }

    /// As [`Self::apply_page`]; `decide_taken` is asked once for each case that somebody gave away from the person, with what
    /// [`Change::noticed_through`] would be; `tell` hears of the new notices as soon as they are written down, so that a notification
    /// can be on its way while the rest of the page is written. If this then fails, they have never been: take back what
    /// was told. Not called when there are none.
    ///
    /// # Errors
    /// [`StoreError`]: nothing of the page is written then.
    pub fn apply_page_telling(
        &self,
        page: &Page,
        decide: impl FnMut(Change<'_>) -> Vec<NewNotice>,
        decide_taken: impl FnMut(&Taken, Option<u64>) -> Option<NewNotice>,
        tell: impl FnOnce(&[Notice]),
    ) -> Result<Applied, StoreError> {
        let kept = self.noticed(&page.clinic)?;
        let give_way = || self.turn.give_way();
        let mut common = self.common.lock().unwrap_or_else(PoisonError::into_inner);
        if page.reset || page.phase != Phase::Snapshot {
            common.forget();
        }
        let applied = self.mirror.write(|db| {
            let common = (page.phase == Phase::Snapshot).then_some(&mut *common);
            let mut learning = Learning { give_way: &give_way, common };
            // Not before it is this page's turn to write: due times go by a policy that nobody changes meanwhile.
            let known = self.known();
            crate::apply::page(db, &known, page, kept, &mut learning, decide, decide_taken, tell)
        });
        // What a page that is not written has taught holds no more.
        if applied.is_err() || !page.more {
            common.forget();
        }
        drop(common);
        let applied = applied?;
        let home = !page.more || page.phase == Phase::Changes;
        let told = self.hand_over_outcomes().and_then(|()| match home {
            true => self.drop_accepted_through(&page.clinic, page.seq),
            false => Ok(()),
        });
        if let Err(error) = told {
            // The mirror remembers what the outbox has not been told; readers leave such ops out until then.
            tracing::warn!(code = error.code(), "the outbox could not be told of settled acts; again later");
        }
        if page.phase == Phase::Snapshot && !page.more {
            // Filling is over: what it took of memory goes back, and what it left in the index in many parts becomes one.
            // The page is in, whatever becomes of this.
            if let Err(error) = self.merge_indexes() {
                tracing::warn!(code = error.code(), "the index stays in many parts");
            }
            let _ = self.mirror.maintain(|db| Ok(db.execute_batch("PRAGMA shrink_memory")?));
        }
        Ok(applied)
    }

    /// Puts all parts of the indexes together, a little at a time, so that nobody waits long to write.
    fn merge_indexes(&self) -> Result<(), StoreError> {
        /// Pages of an index that are written in one transaction.
        const A_LITTLE: i32 = 500;
        self.mirror.write(words::merge_soon)?;
        for index in words::INDEXES {
            // The first, negative, says that it shall all be one; the others go on with it.
            let mut pages = -A_LITTLE;
            while self.mirror.write(|db| words::merge(db, index, pages))? {
                pages = A_LITTLE;
            }
        }
        Ok(())
    }

    /// How far the clinic's feed was taken in; `None` before the first page.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn cursor(&self, clinic: &HsaId) -> Result<Option<Cursor>, StoreError> {
        self.mirror.read(|db| read_cursor(db, clinic))
    }

    /// All clinics' cursors.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn cursors(&self) -> Result<Vec<Cursor>, StoreError> {
        self.mirror.read(|db| {
            let mut rows = db.prepare_cached("SELECT * FROM cursor ORDER BY clinic")?;
            let rows = rows.query_map([], cursor_of)?;
            rows.map(|row| Ok(row?)).collect()
        })
    }

    /// Empties a clinic that the person does not work at any more: cases, index, cursor, directory, open notices.
    /// Gives the ids of the cases that went. Unsent work stays.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn forget_clinic(&self, clinic: &HsaId) -> Result<Vec<CaseId>, StoreError> {
        // Words go with their clinic, also while another is being filled in: no page may take them for known.
        let mut common = self.common.lock().unwrap_or_else(PoisonError::into_inner);
        common.forget();
        let gone = self.write_known(|db| {
            let gone = crate::apply::empty_clinic(db, clinic)?;
            db.execute("DELETE FROM cursor WHERE clinic = ?1", [clinic.as_str()])?;
            db.execute("DELETE FROM directory WHERE clinic = ?1", [clinic.as_str()])?;
            db.execute("UPDATE notice SET status = 2 WHERE clinic = ?1 AND status < 2", [clinic.as_str()])?;
            Ok(gone)
        });
        drop(common);
        let gone = gone?;
        self.forget_noticed(clinic)?;
        Ok(gone)
    }

    /// Keeps who is signed in, for offline work. Do this before the first page: own acts make nothing unread.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn save_me(&self, me: &Me) -> Result<(), StoreError> {
        self.write_known(|db| {
            db.execute("INSERT OR REPLACE INTO me (one, json) VALUES (1, ?1)", [serde_json::to_string(me)?])?;
            Ok(())
        })
    }

    /// Who was signed in last.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn me(&self) -> Result<Option<Me>, StoreError> {
        self.mirror.read(read_me)
    }

    /// Keeps a clinic's directory; when what it says of the response clock changed (target, closed days, half-days,
    /// reminders), every due time of the clinic is computed anew. True if the clinic was known and that is so. Do this before the clinic's
    /// first page.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn save_directory(&self, directory: &Directory) -> Result<bool, StoreError> {
        let known = self.known();
        let before = known.directories.get(&directory.clinic);
        if before.is_some_and(|before| **before == *directory) {
            return Ok(false);
        }
        let (known_before, moved) =
            (before.is_some(), before.is_none_or(|before| !before.policy.same_clock(&directory.policy)));
        self.write_known(|db| {
            let json = serde_json::to_string(directory)?;
            let clinic = directory.clinic.as_str();
            db.execute("INSERT OR REPLACE INTO directory (clinic, json) VALUES (?1, ?2)", [clinic, &json])?;
            if moved {
                crate::apply::compute_due_again(db, directory)?;
                crate::apply::write_lines_again(db, directory)?;
            }
            Ok(())
        })?;
        Ok(known_before && moved)
    }

    /// A clinic's directory as last told.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn directory(&self, clinic: &HsaId) -> Result<Option<Directory>, StoreError> {
        Ok(self.known().directories.get(clinic).map(|directory| (**directory).clone()))
    }

    /// The person has seen the thread up to this version (local read state; never goes backwards). True if that changed
    /// anything.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn mark_seen(&self, case: CaseId, thread_version: u32) -> Result<bool, StoreError> {
        let known = |db: &Connection| {
            let mut seen = db.prepare_cached("SELECT version FROM seen WHERE id = ?1")?;
            Ok(seen.query_row([case.0.as_bytes()], |row| row.get::<_, u32>(0)).optional()?)
        };
        // Most openings of a case find it seen, and writing waits for a page that is being taken in.
        if self.mirror.read(known)?.is_some_and(|version| version >= thread_version) {
            return Ok(false);
        }
        self.mirror.write(|db| {
            if known(db)?.is_some_and(|version| version >= thread_version) {
                return Ok(false);
            }
            let id = case.0.as_bytes();
            db.execute("INSERT OR REPLACE INTO seen (id, version) VALUES (?1, ?2)", params![id, thread_version])?;
            db.execute(
                "UPDATE case_row SET seen = ?2, unread = (shelf < 2 AND thread_version > ?2) WHERE id = ?1",
                params![id, thread_version],
            )?;
            Ok(true)
        })
    }

    /// Notices that are decided and not shown yet, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn waiting_notices(&self) -> Result<Vec<Notice>, StoreError> {
        self.mirror.read(|db| notices(db, NoticeStatus::Waiting))
    }

    /// Notices that the operating system shows now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn shown_notices(&self) -> Result<Vec<Notice>, StoreError> {
        self.mirror.read(|db| notices(db, NoticeStatus::Shown))
    }

    /// Moves notices to another status.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn mark_notices(&self, ids: &[i64], status: NoticeStatus) -> Result<(), StoreError> {
        self.mirror.write(|db| {
            let mut row = db.prepare_cached("UPDATE notice SET status = ?2 WHERE id = ?1")?;
            for id in ids {
                row.execute(params![id, status.number()])?;
            }
            Ok(())
        })
    }

    /// Writes a notice down that no page brought; `false` if its key was there already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn notice(&self, clinic: &HsaId, case: CaseId, notice: NewNotice) -> Result<bool, StoreError> {
        self.mirror.write(|db| Ok(insert_notice(db, clinic, case, notice)?.is_some()))
    }

    /// Closes the waiting and shown notices of a case, of the given kinds or (empty) of all; gives those that were shown,
    /// so that their notifications can be taken away.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn close_notices_of(&self, case: CaseId, kinds: &[NoticeKind]) -> Result<Vec<Notice>, StoreError> {
        let alive = |db: &Connection| -> Result<Vec<Notice>, Fail> {
            let mut rows = db.prepare_cached("SELECT * FROM notice WHERE case_id = ?1 AND status < 2 ORDER BY id")?;
            let rows = rows.query_map([case.0.as_bytes()], notice_of)?;
            let rows = rows.collect::<Result<Vec<_>, _>>()?;
            Ok(rows.into_iter().filter(|notice| kinds.is_empty() || kinds.contains(&notice.kind)).collect())
        };
        if self.mirror.read(alive)?.is_empty() {
            return Ok(Vec::new());
        }
        self.mirror.write(|db| {
            let mut closed = alive(db)?;
            let mut row = db.prepare_cached("UPDATE notice SET status = 2 WHERE id = ?1")?;
            for notice in &closed {
                row.execute([notice.id])?;
            }
            closed.retain(|notice| notice.status == NoticeStatus::Shown);
            Ok(closed)
        })
    }
}

/// Who was signed in last.
pub(crate) fn read_me(db: &Connection) -> Result<Option<Me>, Fail> {
    let json = db.query_row("SELECT json FROM me", [], |row| row.get::<_, String>(0)).optional()?;
    Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
}

/// A clinic's cursor.
pub(crate) fn read_cursor(db: &Connection, clinic: &HsaId) -> Result<Option<Cursor>, Fail> {
    let mut row = db.prepare_cached("SELECT * FROM cursor WHERE clinic = ?1")?;
    Ok(row.query_row([clinic.as_str()], cursor_of).optional()?)
}

fn cursor_of(row: &Row<'_>) -> rusqlite::Result<Cursor> {
    Ok(Cursor {
        clinic: crate::columns::hsa(row.get("clinic")?)?,
        cursor: row.get("cursor")?,
        phase: if row.get("snapshot")? { Phase::Snapshot } else { Phase::Changes },
        seq: row.get("seq")?,
        done: row.get("done")?,
        total: row.get("total")?,
        complete: row.get("complete")?,
        noticed_through: row.get("noticed_through")?,
    })
}

/// Writes a notice down unless its event was noticed before; true if it is new.
pub(crate) fn insert_notice(
    db: &Connection,
    clinic: &HsaId,
    case: CaseId,
    notice: NewNotice,
) -> Result<Option<Notice>, Fail> {
    let mut row = db.prepare_cached(
        "INSERT INTO notice (clinic, case_id, kind, key, at, status) VALUES (?1, ?2, ?3, ?4, ?5, 0)
         ON CONFLICT (key) DO NOTHING",
    )?;
    let written =
        row.execute(params![clinic.as_str(), case.0.as_bytes(), notice.kind.number(), notice.key, ms(notice.at)])?;
    let NewNotice { key, kind, at } = notice;
    let status = NoticeStatus::Waiting;
    Ok((written > 0).then(|| Notice {
        id: db.last_insert_rowid(),
        clinic: clinic.clone(),
        case,
        kind,
        key,
        at,
        status,
    }))
}

fn notices(db: &Connection, status: NoticeStatus) -> Result<Vec<Notice>, Fail> {
    // The status stands in the statement so that the partial index answers.
    let sql = format!("SELECT * FROM notice WHERE status = {} AND status < 2 ORDER BY id", status.number());
    let mut rows = db.prepare_cached(&sql)?;
    let rows = rows.query_map([], notice_of)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn notice_of(row: &Row<'_>) -> rusqlite::Result<Notice> {
    let (kind, status): (i64, i64) = (row.get("kind")?, row.get("status")?);
    let strange = |place| rusqlite::Error::IntegralValueOutOfRange(place, kind);
    Ok(Notice {
        id: row.get("id")?,
        clinic: crate::columns::hsa(row.get("clinic")?)?,
        case: CaseId(uuid(row.get("case_id")?)),
        kind: NoticeKind::ALL.into_iter().find(|k| k.number() == kind).ok_or_else(|| strange(3))?,
        key: row.get("key")?,
        at: time(row.get("at")?)?,
        status: NoticeStatus::ALL.into_iter().find(|s| s.number() == status).ok_or_else(|| strange(6))?,
    })
}
