//! Lists and cases as the screen reads them: the mirror, with what is unsent laid over it.

use crate::apply::read_document;
use crate::columns::{hsa, ms, uuid};
use crate::db::Fail;
use crate::drafts::{Draft, read_drafts};
use crate::error::StoreError;
use crate::facts::{Shelf, assignee_key, state_number};
use crate::line::{self, Line};
use crate::open::{Known, Store};
use crate::outbox::{OutboxRow, OutboxState, lay_outcomes_over, per_case};
use crate::search::Search;
use crate::start::Today;
use crate::watching::{Away, Roster};
use jiff::Timestamp;
use mottaget_domain::listing::{Filter, Holder, SavedView, Scope};
use mottaget_domain::response_clock::{Countdown, Due};
use mottaget_domain::{Assignee, CaseId, CaseState, HsaId, MessageId, PersonalId, Policy, Role};
use mottaget_protocol::{CaseDocument, Me};
use rusqlite::types::Value;
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
    /// [`Store::stray_drafts`].
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
    /// Acts that have not come home, oldest first.
    pub pending: Vec<OutboxRow>,
}

impl Store {
    /// A window of a list.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn list(&self, me: &Me, query: &Query, now: Timestamp) -> Result<Page, StoreError> {
        let (drafts, rows, known) = (self.unsent.read(read_drafts)?, self.outbox()?, self.known());
        let roster = Roster::at(&known, now);
        let (drafted, pending) = (cases_of(&drafts), per_case(&rows));
        let mut over = Overlay::new(me, &known, &roster, drafted, pending, now);
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
        let drafts = self.unsent.read(read_drafts)?;
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
            let strays = strays(db, me, &drafts)?;
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
        let (drafts, known) = (self.unsent.read(read_drafts)?, self.known());
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
        let (drafts, known) = (self.unsent.read(read_drafts)?, self.known());
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
        self.mirror.read(|db| Ok(strays(db, me, &drafts)?.into_iter().cloned().collect()))
    }

    /// One case; `None` when it is not in the mirror (any more): then its lane and draft are still at
    /// [`Self::outbox_of`] and [`Self::draft`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn case(&self, me: &Me, id: CaseId, now: Timestamp) -> Result<Option<CaseRead>, StoreError> {
        let (draft, pending, known) = (self.draft(id)?, self.outbox_of(id)?, self.known());
        let roster = Roster::at(&known, now);
        let drafts = draft.iter().map(|draft| draft.case).collect();
        self.mirror.read(|db| {
            let pending = lay_outcomes_over(db, pending)?;
            let mut over = Overlay::new(me, &known, &roster, drafts, per_case(&pending), now);
            let Some((number, seen)) = number_of(db, id)? else { return Ok(None) };
            let (document, line) = (read_document(db, number)?, line::read(db, number)?);
            let (Some(document), Some((line, unread))) = (document, line) else { return Ok(None) };
            Ok(Some(CaseRead { document, row: over.row(line, unread), seen, draft, pending }))
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

fn strays<'a>(db: &Connection, me: &Me, drafts: &'a [Draft]) -> Result<Vec<&'a Draft>, Fail> {
    let mut strays = Vec::new();
    for draft in drafts {
        if number_of(db, draft.case)?.is_none() && !incomplete(db, me, Some(&draft.clinic))? {
            strays.push(draft);
        }
    }
    Ok(strays)
}

fn cases_of(drafts: &[Draft]) -> BTreeSet<CaseId> {
    drafts.iter().map(|draft| draft.case).collect()
}

/// What lies over the mirror in every row.
struct Overlay<'a> {
    me: &'a Me,
    known: &'a Known,
    roster: &'a Roster<'a>,
    drafts: BTreeSet<CaseId>,
    pending: BTreeMap<CaseId, u32>,
    now: Timestamp,
    /// Of the clinics that had a row.
    countdowns: BTreeMap<HsaId, Countdown>,
}

impl<'a> Overlay<'a> {
    fn new(
        me: &'a Me,
        known: &'a Known,
        roster: &'a Roster<'a>,
        drafts: BTreeSet<CaseId>,
        pending: BTreeMap<CaseId, u32>,
        now: Timestamp,
    ) -> Self {
        Self { me, known, roster, drafts, pending, now, countdowns: BTreeMap::new() }
    }

    fn row(&mut self, line: Line, unread: bool) -> CaseRow {
        let (clinic, assignee, me) = (&line.clinic, line.assignee.as_ref(), &self.me.staff.hsa_id);
        let directory = self.known.directories.get(clinic);
        let assignment = || self.me.assignments.iter().find(|at| at.clinic == *clinic).map(|at| &at.clinic_name);
        let clinic_name = directory.map(|directory| &directory.name).or_else(assignment);
        let countdown = self.countdowns.entry(clinic.clone()).or_insert_with(|| match directory {
            Some(directory) => Countdown::new(&directory.policy, self.now),
            None => Countdown::new(&Policy::default(), self.now),
        });
        CaseRow {
            id: line.id,
            clinic_name: clinic_name.map_or_else(|| clinic.to_string(), Clone::clone),
            due: line.due(countdown),
            away: self.roster.away(clinic, assignee),
            mine: matches!(assignee, Some(Assignee::Person { hsa_id }) if hsa_id == me),
            covered: self.roster.covers(me, clinic, assignee),
            assignee: assignee.map(|assignee| named(self.known, assignee, clinic)),
            has_draft: self.drafts.contains(&line.id),
            pending_ops: self.pending.get(&line.id).copied().unwrap_or(0),
            unread,
            clinic: line.clinic,
            case_type: line.case_type,
            state: line.state,
            resident_name: line.resident_name,
            resident_id: line.resident_id,
            protected_identity: line.protected_identity,
            received_at: line.received_at,
            attachments: line.attachments,
            partial_reply_sent: line.partial_reply_sent,
            needs_redistribution: line.needs_redistribution,
        }
    }
}

/// Who has a case, by the name in the directory of its clinic.
fn named(known: &Known, assignee: &Assignee, clinic: &HsaId) -> AssigneeRow {
    let directory = known.directories.get(clinic);
    let name = match assignee {
        Assignee::Person { hsa_id } => directory
            .and_then(|directory| directory.staff.iter().find(|staff| staff.hsa_id == *hsa_id))
            .map_or_else(|| hsa_id.to_string(), |staff| staff.name.clone()),
        Assignee::Group { id } => directory
            .and_then(|directory| directory.groups.iter().find(|group| group.id == *id))
            .map_or_else(|| id.to_string(), |group| group.name.clone()),
    };
    AssigneeRow { assignee: assignee.clone(), name }
}

/// The rows of a condition, counted without a look at them.
const TALLY: &str = "SELECT coalesce(sum(r.n), 0) FROM tally r WHERE ";

fn number(db: &Connection, select: &str, (condition, values): (String, Vec<Value>)) -> Result<i64, Fail> {
    let mut count = db.prepare_cached(&format!("{select}{condition}"))?;
    Ok(count.query_row(params_from_iter(values), |row| row.get(0))?)
}

/// A query as SQL.
struct Asked {
    /// What the tally can say of how many there are; not of a search, nor of drafts, nor of a narrowed list.
    whole: Option<(String, Vec<Value>)>,
    from: String,
    values: Vec<Value>,
    /// The row's number, and what is sorted by.
    number: &'static str,
    order: &'static str,
    searching: bool,
}

/// What a query comes to.
struct Answer {
    total: usize,
    more: bool,
    /// Row numbers of the window.
    window: Vec<i64>,
}

impl Asked {
    fn new(
        db: &Connection,
        me: &Me,
        query: &Query,
        drafts: &[Draft],
        roster: &Roster<'_>,
        now: Timestamp,
    ) -> Result<Self, Fail> {
        let search = query.search.as_deref().and_then(Search::read);
        let searching = search.is_some();
        let everything = query.scope == Scope::Everything;
        // Most people work at one clinic: then nobody need look up whose each hit is.
        let clinic = match query.clinic.as_ref() {
            Some(clinic) if everything && alone(db, clinic)? => None,
            clinic => clinic,
        };
        let (condition, more) = match query.scope {
            Scope::Drafts => drafts_sql(drafts, clinic),
            scope => scope_sql(me, scope, clinic, roster),
        };
        let narrowed = !query.filter.is_empty();
        let with_rows = !(everything && clinic.is_none() && !narrowed);
        let tallied = !searching && query.scope != Scope::Drafts && !narrowed;
        let whole = tallied.then(|| (condition.clone(), more.clone()));
        let (mut from, mut values) = match search {
            Some(search) => search.into_sql(db, with_rows)?,
            None => ("case_row r WHERE 1".into(), Vec::new()),
        };
        from.push_str(" AND ");
        from.push_str(&condition);
        values.extend(more);
        let (narrower, more) = filter_sql(&query.filter, roster, now);
        from.push_str(&narrower);
        values.extend(more);
        let (number, order) = match (searching, everything) {
            (true, _) => ("f.rowid", "f.rowid DESC"),
            (false, true) => ("r.rowid", "r.rowid DESC"),
            (false, false) => ("r.rowid", "r.sort, r.rowid"),
        };
        Ok(Self { whole, from, values, number, order, searching })
    }

    /// How many there are in all, and the row numbers of the window.
    fn answer(&self, db: &Connection, query: &Query) -> Result<Answer, Fail> {
        if self.searching {
            // Counting costs as much as finding, so one walk does both.
            let most = query.offset.saturating_add(query.limit).saturating_add(COUNTED);
            let all = self.rows(db, 0, most.saturating_add(1))?;
            let window = all.iter().skip(query.offset).take(query.limit).copied().collect();
            return Ok(Answer { total: all.len().min(most), more: all.len() > most, window });
        }
        let total = self.total(db)?;
        let window = if query.offset < total { self.rows(db, query.offset, query.limit)? } else { Vec::new() };
        Ok(Answer { total, more: false, window })
    }

    fn total(&self, db: &Connection) -> Result<usize, Fail> {
        let total = match self.whole.clone() {
            Some(whole) => number(db, TALLY, whole)?,
            None => number(db, "SELECT count(*) FROM ", (self.from.clone(), self.values.clone()))?,
        };
        Ok(usize::try_from(total).unwrap_or(0))
    }

    fn rows(&self, db: &Connection, offset: usize, limit: usize) -> Result<Vec<i64>, Fail> {
        let Self { from, values, number, order, .. } = self;
        let mut rows = db.prepare_cached(&format!("SELECT {number} FROM {from} ORDER BY {order} LIMIT ? OFFSET ?"))?;
        let window = [limit, offset].map(|n| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX)));
        let rows = rows.query_map(params_from_iter(values.iter().chain(&window)), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Are all cases on this machine that clinic's?
fn alone(db: &Connection, clinic: &HsaId) -> Result<bool, Fail> {
    let mut others = db.prepare_cached("SELECT 1 FROM tally WHERE clinic <> ?1 AND n > 0 LIMIT 1")?;
    Ok(!others.exists([clinic.as_str()])?)
}

fn drafts_sql(drafts: &[Draft], clinic: Option<&HsaId>) -> (String, Vec<Value>) {
    let here = |draft: &&Draft| clinic.is_none_or(|clinic| *clinic == draft.clinic);
    let ids = drafts.iter().filter(here).map(|draft| Value::Blob(draft.case.0.as_bytes().to_vec()));
    one_of("r.id", ids.collect())
}

fn one_of(column: &str, values: Vec<Value>) -> (String, Vec<Value>) {
    match values.len() {
        0 => ("0".into(), values),
        1 => (format!("{column} = ?"), values),
        n => (format!("{column} IN ({})", vec!["?"; n].join(", ")), values),
    }
}

/// The condition of a list on `case_row r`, with its values in order. Drafts have a condition of their own.
pub(crate) fn scope_sql(me: &Me, scope: Scope, clinic: Option<&HsaId>, roster: &Roster<'_>) -> (String, Vec<Value>) {
    let text = |text: &str| Value::Text(text.to_owned());
    let here = |at: &HsaId| clinic.is_none_or(|clinic| clinic == at);
    let received = |shelf: Shelf| {
        let clinics = me.assignments.iter().filter(|at| at.roles.contains(&Role::Receiver) && here(&at.clinic));
        let (condition, values) = one_of("r.clinic", clinics.map(|at| text(at.clinic.as_str())).collect());
        (format!("{condition} AND r.shelf = {}", shelf.number()), values)
    };
    let assigned = |keys: Vec<String>, more: &str| {
        let (condition, mut values) = one_of("r.assignee", keys.iter().map(|key| text(key)).collect());
        let at = if clinic.is_some() { " AND r.clinic = ?" } else { "" };
        values.extend(clinic.map(|clinic| text(clinic.as_str())));
        (format!("{condition} AND {more}{at}"), values)
    };
    let own = || vec![assignee_key(&Assignee::Person { hsa_id: me.staff.hsa_id.clone() })];
    match scope {
        Scope::Inbox => received(Shelf::Inbox),
        Scope::Distributed => received(Shelf::Distributed),
        Scope::ClinicClosed => received(Shelf::Closed),
        Scope::Mine => assigned(own(), "r.shelf < 2"),
        Scope::Covered => roster.covered_sql(me, clinic),
        Scope::Waiting => assigned(own(), "r.shelf < 2 AND r.waiting"),
        Scope::MyClosed => assigned(own(), "r.shelf = 2"),
        Scope::Groups => {
            let groups = me.assignments.iter().filter(|at| here(&at.clinic)).flat_map(|at| &at.groups);
            assigned(groups.map(|group| assignee_key(&Assignee::Group { id: group.id })).collect(), "r.shelf < 2")
        }
        Scope::Everything | Scope::Drafts => match clinic {
            Some(clinic) => ("r.clinic = ?".into(), vec![text(clinic.as_str())]),
            None => ("1".into(), Vec::new()),
        },
    }
}

/// What a filter adds to the condition on `case_row r`, with its values in order: what [`Filter::fits`] says, asked of the
/// columns.
fn filter_sql(filter: &Filter, roster: &Roster<'_>, now: Timestamp) -> (String, Vec<Value>) {
    let (mut sql, mut values) = (String::new(), Vec::new());
    let mut and = |(condition, more): (String, Vec<Value>)| {
        sql.push_str(" AND ");
        sql.push_str(&condition);
        values.extend(more);
    };
    if !filter.states.is_empty() {
        and(one_of("r.state", filter.states.iter().map(|state| Value::Integer(state_number(*state))).collect()));
    }
    if !filter.case_types.is_empty() {
        and(one_of("r.case_type", filter.case_types.iter().map(|name| Value::Text(name.clone())).collect()));
    }
    if let Some(due) = filter.due {
        and((Today::at(now).condition(due), Vec::new()));
    }
    match filter.holder.as_ref().map(Holder::assignee) {
        Some(Some(assignee)) => and(("r.assignee = ?".into(), vec![Value::Text(assignee_key(&assignee))])),
        Some(None) => and(("r.assignee IS NULL".into(), Vec::new())),
        None => {}
    }
    let (from, before) = filter.received_between();
    if let Some(from) = from {
        and(("r.received >= ?".into(), vec![Value::Integer(ms(from))]));
    }
    if let Some(before) = before {
        and(("r.received < ?".into(), vec![Value::Integer(ms(before))]));
    }
    if filter.unread {
        and(("r.unread".into(), Vec::new()));
    }
    if filter.protected_identity {
        and(("r.protected".into(), Vec::new()));
    }
    if !filter.unwatched.is_empty() {
        and(roster.unwatched_sql(&filter.unwatched));
    }
    (sql, values)
}

/// Is the mirror of a clinic asked about still being filled?
fn incomplete(db: &Connection, me: &Me, clinic: Option<&HsaId>) -> Result<bool, Fail> {
    let mut rows = db.prepare_cached("SELECT clinic FROM cursor WHERE complete")?;
    let rows = rows.query_map([], |row| hsa(row.get(0)?))?;
    let complete = rows.collect::<Result<BTreeSet<_>, _>>()?;
    let asked = |at: &&HsaId| clinic.is_none_or(|clinic| clinic == *at);
    Ok(me.assignments.iter().map(|at| &at.clinic).filter(asked).any(|clinic| !complete.contains(clinic)))
}
