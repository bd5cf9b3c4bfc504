//! A query of a list as a question to the tables.

use super::{COUNTED, Query};
use crate::columns::{hsa, ms};
use crate::db::Fail;
use crate::facts::{Shelf, assignee_key, state_number};
use crate::jottings::Written;
use crate::search::Search;
use crate::start::Today;
use crate::watching::Roster;
use jiff::Timestamp;
use mottaget_domain::listing::{Filter, Holder, Scope};
use mottaget_domain::{Assignee, HsaId, Role};
use mottaget_protocol::Me;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::collections::BTreeSet;

/// The rows of a condition, counted without a look at them.
pub(super) const TALLY: &str = "SELECT coalesce(sum(r.n), 0) FROM tally r WHERE ";

pub(super) fn number(db: &Connection, select: &str, (condition, values): (String, Vec<Value>)) -> Result<i64, Fail> {
    let mut count = db.prepare_cached(&format!("{select}{condition}"))?;
    Ok(count.query_row(params_from_iter(values), |row| row.get(0))?)
}

/// A query as SQL.
pub(super) struct Asked {
    /// What the tally can say of how many there are; not of a search, nor of drafts, nor of a narrowed list.
    whole: Option<(String, Vec<Value>)>,
    /// Where the rows are, as from and condition, with the values in order; of a search in several places.
    places: Vec<(String, Vec<Value>)>,
    /// The row's number, and what is sorted by.
    number: &'static str,
    order: &'static str,
    searching: bool,
}

/// What a query comes to.
pub(super) struct Answer {
    pub(super) total: usize,
    pub(super) more: bool,
    /// Row numbers of the window.
    pub(super) window: Vec<i64>,
}

impl Asked {
    pub(super) fn new(
        db: &Connection,
        me: &Me,
        query: &Query,
        drafts: &[Written],
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
        let mut places = match search {
            Some(search) => search.into_sql(db, with_rows)?,
            None => vec![("case_row r WHERE 1".into(), Vec::new())],
        };
        let (narrower, even_more) = filter_sql(&query.filter, roster, now);
        for (from, values) in &mut places {
            from.push_str(&format!(" AND {condition}{narrower}"));
            values.extend(more.iter().chain(&even_more).cloned());
        }
        let (number, order) = match (searching, everything) {
            (true, _) => ("f.rowid", "f.rowid DESC"),
            (false, true) => ("r.rowid", "r.rowid DESC"),
            (false, false) => ("r.rowid", "r.sort, r.rowid"),
        };
        Ok(Self { whole, places, number, order, searching })
    }

    /// How many there are in all, and the row numbers of the window.
    pub(super) fn answer(&self, db: &Connection, query: &Query) -> Result<Answer, Fail> {
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

    pub(super) fn total(&self, db: &Connection) -> Result<usize, Fail> {
        let total = match self.whole.clone() {
            Some(whole) => number(db, TALLY, whole)?,
            None => {
                let (mut each, mut all) = (Vec::new(), Vec::new());
                for (from, values) in &self.places {
                    each.push(format!("SELECT {} FROM {from}", self.number));
                    all.extend(values.iter().cloned());
                }
                // what is in two places is one hit
                number(db, "SELECT count(*) FROM ", (format!("({})", each.join(" UNION ")), all))?
            }
        };
        Ok(usize::try_from(total).unwrap_or(0))
    }

    fn rows(&self, db: &Connection, offset: usize, limit: usize) -> Result<Vec<i64>, Fail> {
        if let [place] = self.places.as_slice() {
            return self.rows_at(db, place, offset, limit);
        }
        let mut all = BTreeSet::new();
        for place in &self.places {
            all.extend(self.rows_at(db, place, 0, offset.saturating_add(limit))?);
        }
        // in the order of a search, which alone is in several places
        Ok(all.into_iter().rev().skip(offset).take(limit).collect())
    }

    fn rows_at(
        &self,
        db: &Connection,
        (from, values): &(String, Vec<Value>),
        offset: usize,
        limit: usize,
    ) -> Result<Vec<i64>, Fail> {
        let Self { number, order, .. } = self;
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

/// Cases in which the person is writing anything.
pub(super) fn drafts_sql(drafts: &[Written], clinic: Option<&HsaId>) -> (String, Vec<Value>) {
    let here = |draft: &&Written| clinic.is_none_or(|clinic| *clinic == draft.clinic);
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
pub(super) fn incomplete(db: &Connection, me: &Me, clinic: Option<&HsaId>) -> Result<bool, Fail> {
    let mut rows = db.prepare_cached("SELECT clinic FROM cursor WHERE complete")?;
    let rows = rows.query_map([], |row| hsa(row.get(0)?))?;
    let complete = rows.collect::<Result<BTreeSet<_>, _>>()?;
    let asked = |at: &&HsaId| clinic.is_none_or(|clinic| clinic == *at);
    Ok(me.assignments.iter().map(|at| &at.clinic).filter(asked).any(|clinic| !complete.contains(clinic)))
}
