//! Jottings: internal words that somebody has begun in a case and not handed over yet; at most one of each kind per case. Like
//! drafts they are on the disk at every change, whoever has the case (ADR 25).

use crate::columns::{hsa, ms, time, uuid};
use crate::db::Fail;
use crate::error::StoreError;
use crate::open::Store;
use jiff::Timestamp;
use mottaget_domain::{CaseId, Command, HsaId};
use mottaget_protocol::Op;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// What the words are to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JottingKind {
    /// An internal note (T17).
    Note,
    /// The internal words about why a case is closed without a reply (T14).
    Closing,
    /// Why a case is given to somebody else (T4, T6).
    Redistribution,
}

impl JottingKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Note, Self::Closing, Self::Redistribution];

    /// As it stands in the file.
    fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Closing => "closing",
            Self::Redistribution => "redistribution",
        }
    }
}

/// Internal words that are being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jotting {
    /// The case.
    pub case: CaseId,
    /// The clinic.
    pub clinic: HsaId,
    /// What they are to become.
    pub kind: JottingKind,
    /// The words so far; never blank.
    pub text: String,
    /// When they last changed.
    pub updated_at: Timestamp,
}

/// What became of words that were to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptJotting {
    /// When they changed.
    pub at: Timestamp,
    /// The case has got a jotting by it, or lost one.
    pub moved: bool,
}

impl Store {
    /// Puts words in the place of the case's old ones of that kind, in one transaction that is on the disk when this returns;
    /// blank ones discard what is there. What is kept counts as changed later than what was there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep_jotting(&self, jotting: Jotting) -> Result<KeptJotting, StoreError> {
        self.mirror.hold_back();
        let _first = self.turn.first();
        self.unsent.write(|db| {
            let there = read(db, jotting.case, jotting.kind)?;
            let blank = jotting.text.trim().is_empty();
            let jotting = after(there.as_ref(), jotting);
            if blank {
                remove(db, jotting.case, jotting.kind)?;
            } else {
                write(db, &jotting)?;
            }
            Ok(KeptJotting { at: jotting.updated_at, moved: there.is_some() == blank })
        })
    }

    /// The case's jottings, a note before all else.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn jottings_of(&self, case: CaseId) -> Result<Vec<Jotting>, StoreError> {
        self.unsent
            .read(|db| JottingKind::ALL.into_iter().filter_map(|kind| read(db, case, kind).transpose()).collect())
    }

    /// All jottings, last changed first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn jottings(&self) -> Result<Vec<Jotting>, StoreError> {
        self.unsent.read(read_all)
    }
}

/// The internal words that an act hands over.
fn words_of(command: &Command) -> Option<(JottingKind, &str)> {
    match command {
        Command::AddNote { text, .. } => Some((JottingKind::Note, text)),
        Command::Close { note: Some(note), .. } => Some((JottingKind::Closing, note)),
        Command::Distribute { reason: Some(reason), .. } | Command::ReturnToReceiver { reason: Some(reason), .. } => {
            Some((JottingKind::Redistribution, reason))
        }
        _ => None,
    }
}

/// The act is in the outbox now: its words are no jotting any more. Other words than exactly those stay.
pub(crate) fn handed_over(db: &Connection, op: &Op) -> Result<(), Fail> {
    let Some((kind, words)) = words_of(&op.command) else { return Ok(()) };
    match read(db, op.case, kind)? {
        Some(there) if there.text.trim() == words.trim() => remove(db, op.case, kind),
        _ => Ok(()),
    }
}

/// The act is given up: its words are a jotting again, before what has been begun since.
pub(crate) fn put_back(db: &Connection, op: &Op, now: Timestamp) -> Result<(), Fail> {
    let Some((kind, words)) = words_of(&op.command).filter(|(_, words)| !words.trim().is_empty()) else {
        return Ok(());
    };
    let there = read(db, op.case, kind)?;
    let text = match &there {
        Some(there) if there.text.contains(words) => there.text.clone(),
        Some(there) => format!("{words}\n\n{}", there.text),
        None => words.to_owned(),
    };
    let back = Jotting { case: op.case, clinic: op.clinic.clone(), kind, text, updated_at: now };
    write(db, &after(there.as_ref(), back))
}

/// What was changed later says so, to the millisecond, also on a machine whose clock was set back: by that, the screen knows the
/// newer one of two looks at it.
fn after(there: Option<&Jotting>, jotting: Jotting) -> Jotting {
    let next = there.and_then(|there| Timestamp::from_millisecond(there.updated_at.as_millisecond() + 1).ok());
    Jotting { updated_at: next.map_or(jotting.updated_at, |next| next.max(jotting.updated_at)), ..jotting }
}

/// All jottings, last changed first.
pub(crate) fn read_all(db: &Connection) -> Result<Vec<Jotting>, Fail> {
    let mut found = Vec::new();
    for kind in JottingKind::ALL {
        let mut rows =
            db.prepare_cached("SELECT case_id, clinic, text, updated_at FROM jotting WHERE kind = ?1 ORDER BY n")?;
        let rows = rows.query_map([kind.as_str()], |row| jotting(row, kind))?;
        found.extend(rows.collect::<Result<Vec<_>, _>>()?);
    }
    found.sort_by_key(|jotting| std::cmp::Reverse(jotting.updated_at));
    Ok(found)
}

/// That somebody is writing in a case.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// In which.
    pub(crate) case: CaseId,
    /// At which clinic.
    pub(crate) clinic: HsaId,
    /// Internal words of that kind; empty: a draft.
    pub(crate) jotting: Option<JottingKind>,
}

/// Where the person is writing anything, drafts and jottings.
pub(crate) fn read_written(db: &Connection) -> Result<Vec<Written>, Fail> {
    let mut rows = db.prepare_cached(
        "SELECT case_id, clinic, NULL FROM draft UNION ALL SELECT case_id, clinic, kind FROM jotting",
    )?;
    let rows = rows.query_map([], |row| {
        let kind: Option<String> = row.get(2)?;
        let jotting = kind.and_then(|kind| JottingKind::ALL.into_iter().find(|known| known.as_str() == kind));
        Ok(Written { case: CaseId(uuid(row.get(0)?)), clinic: hsa(row.get(1)?)?, jotting })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(db: &Connection, case: CaseId, kind: JottingKind) -> Result<Option<Jotting>, Fail> {
    let mut row =
        db.prepare_cached("SELECT case_id, clinic, text, updated_at FROM jotting WHERE case_id = ?1 AND kind = ?2")?;
    Ok(row.query_row(params![case.0.as_bytes(), kind.as_str()], |row| jotting(row, kind)).optional()?)
}

fn jotting(row: &Row<'_>, kind: JottingKind) -> rusqlite::Result<Jotting> {
    Ok(Jotting {
        case: CaseId(uuid(row.get(0)?)),
        clinic: hsa(row.get(1)?)?,
        kind,
        text: row.get(2)?,
        updated_at: time(row.get(3)?)?,
    })
}

fn write(db: &Connection, jotting: &Jotting) -> Result<(), Fail> {
    let Jotting { case, clinic, kind, text, updated_at } = jotting;
    db.prepare_cached(
        "INSERT INTO jotting (case_id, kind, clinic, updated_at, text) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (case_id, kind) DO UPDATE SET clinic = excluded.clinic, updated_at = excluded.updated_at,
            text = excluded.text",
    )?
    .execute(params![case.0.as_bytes(), kind.as_str(), clinic.as_str(), ms(*updated_at), text])?;
    Ok(())
}

fn remove(db: &Connection, case: CaseId, kind: JottingKind) -> Result<(), Fail> {
    db.prepare_cached("DELETE FROM jotting WHERE case_id = ?1 AND kind = ?2")?
        .execute(params![case.0.as_bytes(), kind.as_str()])?;
    Ok(())
}
