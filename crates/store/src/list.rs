//! Lists and cases as the screen reads them: the mirror, with what is unsent laid over it.

mod asked;
mod overlay;

pub(crate) use asked::scope_sql;

use crate::apply::read_document;
use crate::columns::uuid;
use crate::db::Fail;
use crate::drafts::Draft;
use crate::error::StoreError;
use crate::jottings::{Jotting, JottingKind, read_written};
use crate::line;
use crate::open::Store;
use crate::outbox::{OutboxRow, OutboxState, lay_outcomes_over, per_case};
use crate::watching::{Away, Roster};
use asked::{Answer, Asked, TALLY, drafts_sql, incomplete, number};
use jiff::Timestamp;
use mottaget_domain::listing::{Filter, SavedView, Scope};
use mottaget_domain::response_clock::Due;
use mottaget_domain::{Assignee, CaseId, CaseState, HsaId, MessageId, PersonalId};
use mottaget_protocol::{CaseDocument, Me};
use overlay::{Overlay, by_case, named};
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use std::collections::{BTreeMap, BTreeSet};

/// A search counts so many hits beyond the window that was asked for, and then only says that there are more: whoever
/// types wants the newest at once, however many older ones there are.
pub const COUNTED: usize = 40;

/// What to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Which list.
    pub scope: Scope,
    /// Only this clinic; `None`: all where the person works.
    pub clinic: Option<HsaId>,
    /// Only what matches these words: parts of words too, case and composition of letters do not matter, å ä ö are
    /// letters of their own; identity numbers in every spelling. Empty or blank: everything.
    pub search: Option<String>,
    /// What else the list is narrowed to.
    pub filter: Filter,
    /// Rows to skip.
    pub offset: usize,
    /// Most rows to give.
    pub limit: usize,
}

/// Who has the case, with a name for the screen (the id where the directory does not know it).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssigneeRow {
    /// Who.
    pub assignee: Assignee,
    /// Name of person or group.
    pub name: String,
}

/// A case in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// Its id.
    pub id: CaseId,
    /// The clinic.
    pub clinic: HsaId,
    /// Its name.
    pub clinic_name: String,
    /// The type's name.
    pub case_type: String,
    /// Where it is in its life.
    pub state: CaseState,
    /// Open, and the thread has moved (by somebody else) since the person last saw it.
    pub unread: bool,
    /// The resident's name.
    pub resident_name: String,
    /// The resident's identity.
    pub resident_id: PersonalId,
    /// Skyddad identitet (R73).
    pub protected_identity: bool,
    /// When it was received.
    pub received_at: Timestamp,
    /// The response clock, by the given time.
    pub due: Due,
    /// Who has it.
    pub assignee: Option<AssigneeRow>,
    /// Whoever has it by name is away.
    pub away: Option<Away>,
    /// Assigned to the person by name.
    pub mine: bool,
    /// Assigned by name to somebody whom the person covers today.
    pub covered: bool,
    /// Files in the whole thread.
    pub attachments: u32,
    /// A partial reply is out.
    pub partial_reply_sent: bool,
    /// It came back to the receivers.
    pub needs_redistribution: bool,
    /// The person has an unsent draft.
    pub has_draft: bool,
    /// Of what kinds the person has begun internal words.
    pub jottings: BTreeSet<JottingKind>,
    /// Acts in the outbox.
    pub pending_ops: u32,
}

/// A window of a list. Open cases by due time (running clocks first), then by time received; closed cases newest first;
/// a search newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many there are in all, or as many as were counted.
    pub total: usize,
    /// There are more than `total`: a search stops counting [`COUNTED`] hits after the window.
    pub more: bool,
    /// Rows skipped.
    pub offset: usize,
    /// The rows.
    pub rows: Vec<CaseRow>,
    /// A snapshot of a clinic asked about is not in whole yet.
    pub incomplete: bool,
}

/// What waits for the person, per list; never totals of the past.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// [`Scope::Inbox`].
    pub inbox: u64,
    /// [`Scope::Distributed`].
    pub distributed: u64,
    /// [`Scope::Mine`].
    pub mine: u64,
    /// [`Scope::Groups`].
    pub groups: u64,
    /// [`Scope::Covered`].
    pub covered: u64,
    /// [`Scope::Waiting`].
    pub waiting: u64,
    /// [`Scope::Drafts`].
    pub drafts: u64,
    /// Acts in the outbox that the server has not accepted.
    pub outbox: u64,
    /// [`Store::stray_drafts`] and [`Store::stray_jottings`].
    pub stray_drafts: u64,
    /// Unread cases in [`Scope::Inbox`], [`Scope::Mine`], [`Scope::Groups`] and [`Scope::Covered`].
    pub unread: u64,
}

/// What the cases of a list can be told apart by, in the words of the screen: only what occurs there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Names of types, by alphabet.
    pub case_types: Vec<String>,
    /// Who has any, by name.
    pub holders: Vec<AssigneeRow>,
    /// Some are with nobody.
    pub unheld: bool,
}

/// One case with what is unsent in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRead {
    /// What the server told.
    pub document: CaseDocument,
    /// As in lists.
    pub row: CaseRow,
    /// The thread's version that the person has seen; 0 for never.
    pub seen: u32,
    /// The person's draft.
    pub draft: Option<Draft>,
    /// The person's jottings.
    pub jottings: Vec<Jotting>,
    /// Acts that have not come home, oldest first.
    pub pending: Vec<OutboxRow>,
}

impl Store {
    /// A window of a list.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn list(&self, me: &Me, query: &Query, now: Timestamp) -> Result<Page, StoreError> {
        let (drafts, rows, known) = (self.unsent.read(read_written)?, self.outbox()?, self.known());
        let roster = Roster::at(&known, now);
        let (written, pending) = (by_case(&drafts), per_case(&rows));
        let mut over = Overlay::new(me, &known, &roster, written, pending, now);
        self.mirror.read(|db| {
            let Answer { total, more, window } = Asked::new(db, me, query, &drafts, &roster, now)?.answer(db, query)?;
            let mut rows = Vec::with_capacity(window.len());
            for number in window {
                rows.extend(line::read(db, number)?.map(|(line, unread)| over.row(line, unread)));
            }
            let incomplete = incomplete(db, me, query.clinic.as_ref())?;
            Ok(Page { total, more, offset: query.offset, rows, incomplete })
        })
    }

    /// The numbers beside the lists, by the given time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn counts(&self, me: &Me, clinic: Option<&HsaId>, now: Timestamp) -> Result<Counts, StoreError> {
        let known = self.known();
        let roster = Roster::at(&known, now);
        let at = |at: &HsaId| clinic.is_none_or(|clinic| clinic == at);
        let drafts = self.unsent.read(read_written)?;
        let open = |row: &&OutboxRow| !matches!(row.state, OutboxState::Accepted { .. }) && at(&row.op.clinic);
        let outbox = self.outbox()?.iter().filter(open).count();
        self.mirror.read(|db| {
            let count = |scope| -> Result<u64, Fail> {
                // as the list has it: the draft of a case that has left is counted among the strays
                let counted = match scope {
                    Scope::Drafts => number(db, "SELECT count(*) FROM case_row r WHERE ", drafts_sql(&drafts, clinic)),
                    scope => number(db, TALLY, scope_sql(me, scope, clinic, &roster)),
                };
                Ok(u64::try_from(counted?).unwrap_or(0))
            };
            let news = [Scope::Inbox, Scope::Mine, Scope::Groups, Scope::Covered].into_iter().map(|scope| {
                let (condition, values) = scope_sql(me, scope, clinic, &roster);
                number(db, TALLY, (format!("{condition} AND r.unread"), values))
            });
            let unread: i64 = news.sum::<Result<i64, Fail>>()?;
            let strays = strays(db, me, &drafts, |draft| (draft.case, &draft.clinic))?;
            let strays = strays.iter().filter(|draft| at(&draft.clinic)).count();
            Ok(Counts {
                stray_drafts: u64::try_from(strays).unwrap_or(u64::MAX),
                inbox: count(Scope::Inbox)?,
                distributed: count(Scope::Distributed)?,
                mine: count(Scope::Mine)?,
                groups: count(Scope::Groups)?,
                covered: count(Scope::Covered)?,
                waiting: count(Scope::Waiting)?,
                drafts: count(Scope::Drafts)?,
                outbox: u64::try_from(outbox).unwrap_or(u64::MAX),
                unread: u64::try_from(unread).unwrap_or(0),
            })
        })
    }

    /// How many cases each of these views holds, in their order. While a search of a view is as costly as any other, only
    /// views that are asked about are looked at.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn view_counts(&self, me: &Me, views: &[SavedView], now: Timestamp) -> Result<Vec<u64>, StoreError> {
        let (drafts, known) = (self.unsent.read(read_written)?, self.known());
        let roster = Roster::at(&known, now);
        self.mirror.read(|db| {
            let count = |view: &SavedView| {
                let query = Query {
                    scope: view.scope,
                    clinic: view.clinic.clone(),
                    search: view.search.clone(),
                    filter: view.filter.clone(),
                    offset: 0,
                    limit: 0,
                };
                Asked::new(db, me, &query, &drafts, &roster, now)?.total(db)
            };
            views.iter().map(|view| count(view).map(|n| n as u64)).collect()
        })
    }

    /// What the cases of a list can be narrowed by, at the given time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn choices(
        &self,
        me: &Me,
        scope: Scope,
        clinic: Option<&HsaId>,
        now: Timestamp,
    ) -> Result<Choices, StoreError> {
        let (drafts, known) = (self.unsent.read(read_written)?, self.known());
        let roster = Roster::at(&known, now);
        self.mirror.read(|db| {
            let (condition, values) = match scope {
                Scope::Drafts => drafts_sql(&drafts, clinic),
                scope => scope_sql(me, scope, clinic, &roster),
            };
            let mut choices = Choices::default();
            let mut rows = db.prepare_cached(&format!("SELECT DISTINCT r.case_type FROM case_row r WHERE {condition}"))?;
            let types = rows.query_map(params_from_iter(values.clone()), |row| row.get(0))?;
            choices.case_types = types.collect::<Result<_, _>>()?;
            choices.case_types.sort_by_key(|name: &String| name.to_lowercase());
            // One case each: the name is the directory's, and who it is stands in the document.
            let sql = format!(
                "SELECT r.assignee IS NULL, max(r.rowid) FROM case_row r WHERE {condition} GROUP BY r.clinic, r.assignee"
            );
            let mut rows = db.prepare_cached(&sql)?;
            let held = rows.query_map(params_from_iter(values), |row| Ok((row.get::<_, bool>(0)?, row.get(1)?)))?;
            for (unheld, number) in held.collect::<Result<Vec<(bool, i64)>, _>>()? {
                choices.unheld |= unheld;
                let document = if unheld { None } else { read_document(db, number)? };
                let Some(case) = document.map(|document| document.case) else { continue };
                let held = case.assignee.as_ref().map(|assignee| named(&known, assignee, &case.clinic));
                choices.holders.extend(held.filter(|one| !choices.holders.iter().any(|other| other.assignee == one.assignee)));
            }
            choices.holders.sort_by_key(|one| one.name.to_lowercase());
            Ok(choices)
        })
    }

    /// Drafts whose case has left the person's sight, last changed first. While a clinic's cases are still being fetched
    /// none of its drafts counts as such.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn stray_drafts(&self, me: &Me) -> Result<Vec<Draft>, StoreError> {
        let drafts = self.drafts()?;
        self.mirror.read(|db| strays(db, me, &drafts, |draft| (draft.case, &draft.clinic)))
    }

    /// The same for jottings.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn stray_jottings(&self, me: &Me) -> Result<Vec<Jotting>, StoreError> {
        let jottings = self.jottings()?;
        self.mirror.read(|db| strays(db, me, &jottings, |jotting| (jotting.case, &jotting.clinic)))
    }

    /// One case; `None` when it is not in the mirror (any more): then its lane, draft and jottings are still at
    /// [`Self::outbox_of`], [`Self::draft`] and [`Self::jottings_of`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn case(&self, me: &Me, id: CaseId, now: Timestamp) -> Result<Option<CaseRead>, StoreError> {
        let (draft, pending, known) = (self.draft(id)?, self.outbox_of(id)?, self.known());
        let jottings = self.jottings_of(id)?;
        let roster = Roster::at(&known, now);
        let kinds = draft.iter().map(|_| None).chain(jottings.iter().map(|jotting| Some(jotting.kind)));
        let written = BTreeMap::from([(id, kinds.collect())]);
        self.mirror.read(|db| {
            let pending = lay_outcomes_over(db, pending)?;
            let mut over = Overlay::new(me, &known, &roster, written, per_case(&pending), now);
            let Some((number, seen)) = number_of(db, id)? else { return Ok(None) };
            let (document, line) = (read_document(db, number)?, line::read(db, number)?);
            let (Some(document), Some((line, unread))) = (document, line) else { return Ok(None) };
            Ok(Some(CaseRead { document, row: over.row(line, unread), seen, draft, jottings, pending }))
        })
    }

    /// Cases with a message that can still be taken back, as the server told them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn held(&self) -> Result<Vec<CaseDocument>, StoreError> {
        self.mirror.read(|db| {
            let mut rows = db.prepare_cached("SELECT r.rowid FROM held h JOIN case_row r ON r.id = h.case_id")?;
            let rows = rows.query_map([], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
            rows.into_iter().filter_map(|row| read_document(db, row).transpose()).collect()
        })
    }

    /// The person's last messages that are out, by id and case, the last sent first: twenty at most.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn sent(&self) -> Result<Vec<(MessageId, CaseDocument)>, StoreError> {
        self.mirror.read(|db| {
            let mut rows = db.prepare_cached(
                "SELECT s.message, r.rowid FROM sent s JOIN case_row r ON r.id = s.case_id
                 ORDER BY s.at DESC, s.message DESC",
            )?;
            let rows = rows.query_map([], |row| Ok((MessageId(uuid(row.get(0)?)), row.get::<_, i64>(1)?)))?;
            let rows = rows.collect::<Result<Vec<_>, _>>()?;
            let mut sent = Vec::with_capacity(rows.len());
            for (message, row) in rows {
                sent.extend(read_document(db, row)?.map(|document| (message, document)));
            }
            Ok(sent)
        })
    }

    /// One case as the server told it, nothing laid over.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn document(&self, id: CaseId) -> Result<Option<CaseDocument>, StoreError> {
        self.mirror.read(|db| match number_of(db, id)? {
            Some((number, _)) => read_document(db, number),
            None => Ok(None),
        })
    }
}

/// Row number of a case, and the thread's version that was seen.
fn number_of(db: &Connection, id: CaseId) -> Result<Option<(i64, u32)>, Fail> {
    let mut row = db.prepare_cached("SELECT rowid, seen FROM case_row WHERE id = ?1")?;
    Ok(row.query_row([id.0.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Of what was written in cases, with where that was, what is in cases that have left.
fn strays<T: Clone>(
    db: &Connection,
    me: &Me,
    written: &[T],
    place: impl Fn(&T) -> (CaseId, &HsaId),
) -> Result<Vec<T>, Fail> {
    let mut strays = Vec::new();
    for one in written {
        let (case, clinic) = place(one);
        if number_of(db, case)?.is_none() && !incomplete(db, me, Some(clinic))? {
            strays.push(one.clone());
        }
    }
    Ok(strays)
}
