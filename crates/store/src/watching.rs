//! What the clinics' directories say of a day: who covers whom, and how whoever has cases stands to them. The rules are
//! `mottaget_domain`'s; here they become questions to the tables.

use crate::columns::ms;
use crate::db::Fail;
use crate::facts::{Shelf, assignee_key};
use crate::open::Known;
use jiff::Timestamp;
use jiff::civil::Date;
use mottaget_domain::listing::Scope;
use mottaget_domain::response_clock::swedish_day;
use mottaget_domain::watch::Holding;
use mottaget_domain::{Assignee, ClinicFacts, HsaId, Unwatched};
use mottaget_protocol::Me;
use rusqlite::types::Value;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// That whoever has a case is away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Away {
    /// The last day of it.
    pub until: Date,
    /// Name of whoever covers, if anybody does.
    pub substitute: Option<String>,
}

/// Cases of a clinic that nobody watches, for one reason and in one list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnwatchedCount {
    /// Why.
    pub why: Unwatched,
    /// In which list: [`Scope::Inbox`] or [`Scope::Distributed`].
    pub scope: Scope,
    /// How many.
    pub n: u64,
}

/// The directories, as they hold on one day.
pub(crate) struct Roster<'a> {
    known: &'a Known,
    now: Timestamp,
    day: Date,
}

type Condition = (String, Vec<Value>);

impl<'a> Roster<'a> {
    pub(crate) fn at(known: &'a Known, now: Timestamp) -> Self {
        Self { known, now, day: swedish_day(now) }
    }

    fn facts(&self, clinic: &HsaId) -> Option<&'a ClinicFacts> {
        self.known.facts.get(clinic).map(|facts| &**facts)
    }

    /// Whether whoever has a case of the clinic is away.
    pub(crate) fn away(&self, clinic: &HsaId, assignee: Option<&Assignee>) -> Option<Away> {
        let Some(Assignee::Person { hsa_id }) = assignee else { return None };
        let facts = self.facts(clinic)?;
        let absence = facts.staff.get(hsa_id)?.absence_on(self.day)?;
        let name = |id: HsaId| facts.staff.get(&id).map_or_else(|| id.to_string(), |staff| staff.name.clone());
        Some(Away { until: absence.to, substitute: facts.substitute_of(hsa_id, self.day).map(name) })
    }

    /// Does the person cover for whoever has a case of the clinic?
    pub(crate) fn covers(&self, me: &HsaId, clinic: &HsaId, assignee: Option<&Assignee>) -> bool {
        let Some(Assignee::Person { hsa_id }) = assignee else { return false };
        self.facts(clinic).and_then(|facts| facts.substitute_of(hsa_id, self.day)).as_ref() == Some(me)
    }

    /// The clinics at which the person covers for somebody, each with the keys of those.
    pub(crate) fn covered(&self, me: &Me) -> Vec<(HsaId, Vec<String>)> {
        let at = |clinic: &HsaId| {
            let covered = self.facts(clinic)?.stands_in_for(&me.staff.hsa_id, self.day);
            let keys: Vec<String> =
                covered.into_iter().map(|hsa_id| assignee_key(&Assignee::Person { hsa_id })).collect();
            (!keys.is_empty()).then(|| (clinic.clone(), keys))
        };
        me.assignments.iter().filter_map(|assignment| at(&assignment.clinic)).collect()
    }

    /// The condition on rows or tallies `r`: open cases of those whom the person covers.
    pub(crate) fn covered_sql(&self, me: &Me, clinic: Option<&HsaId>) -> Condition {
        let here = self.covered(me).into_iter().filter(|(at, _)| clinic.is_none_or(|clinic| clinic == at));
        let (condition, values) = any(here.map(|(at, keys)| {
            let (one_of, mut values) = key_in(&keys, true);
            values.insert(0, text(at.as_str()));
            (format!("r.clinic = ? AND {one_of}"), values)
        }));
        (format!("{condition} AND r.shelf < 2"), values)
    }

    /// The condition on `case_row r`: what [`unwatched`](mottaget_domain::watch::unwatched) says one of `reasons` of.
    pub(crate) fn unwatched_sql(&self, reasons: &[Unwatched]) -> Condition {
        let (inbox, distributed) = (Shelf::Inbox.number(), Shelf::Distributed.number());
        let mut parts: Vec<Condition> = Vec::new();
        if reasons.contains(&Unwatched::Undistributed) {
            let late = vec![Value::Integer(ms(self.now))];
            parts.push((format!("r.shelf = {inbox} AND r.assignee IS NULL AND r.watch < ?"), late));
        }
        if reasons.contains(&Unwatched::HolderInactive) {
            parts.push((format!("r.shelf = {inbox} AND r.assignee IS NOT NULL"), Vec::new()));
        }
        for (clinic, facts) in &self.known.facts {
            let keys = Keys::of(facts, self.day);
            for why in reasons {
                let (one_of, more) = match why {
                    Unwatched::Undistributed => continue,
                    Unwatched::HolderInactive => key_in(&keys.all(), false),
                    Unwatched::HolderAbsent => key_in(&keys.absent, true),
                    Unwatched::GroupUnstaffed => key_in(&keys.unstaffed, true),
                    Unwatched::NotBegun => {
                        let (one_of, mut more) = key_in(&keys.watched, true);
                        more.push(Value::Integer(ms(self.now)));
                        (format!("{one_of} AND r.watch < ?"), more)
                    }
                };
                let mut values = vec![text(clinic.as_str())];
                values.extend(more);
                parts.push((format!("r.clinic = ? AND r.shelf = {distributed} AND {one_of}"), values));
            }
        }
        any(parts.into_iter())
    }

    /// How many open cases of the clinic nobody watches, by reason and list; what is none is not named.
    pub(crate) fn unwatched(&self, db: &Connection, clinic: &HsaId) -> Result<Vec<UnwatchedCount>, Fail> {
        let mut counts: BTreeMap<(Unwatched, i64), u64> = BTreeMap::new();
        let inbox = Shelf::Inbox.number();
        let mut count = |why, shelf, n| *counts.entry((why, shelf)).or_default() += n;
        for (shelf, key, n) in held(db, clinic)? {
            let why = match (shelf == inbox, self.holding(clinic, &key)) {
                (true, _) if key.is_empty() => None,
                (true, _) | (_, Holding::Inactive) => Some(Unwatched::HolderInactive),
                (_, Holding::Absent) => Some(Unwatched::HolderAbsent),
                (_, Holding::Unstaffed) => Some(Unwatched::GroupUnstaffed),
                (_, Holding::Watched) => None,
            };
            why.into_iter().for_each(|why| count(why, shelf, n));
        }
        for (shelf, key, n) in out_of_patience(db, clinic, self.now)? {
            match (shelf == inbox, self.holding(clinic, &key)) {
                (true, _) if key.is_empty() => count(Unwatched::Undistributed, shelf, n),
                (false, Holding::Watched) => count(Unwatched::NotBegun, shelf, n),
                _ => {}
            }
        }
        let counted = counts.into_iter().filter(|(_, n)| *n > 0).map(|((why, shelf), n)| {
            let scope = if shelf == inbox { Scope::Inbox } else { Scope::Distributed };
            UnwatchedCount { why, scope, n }
        });
        Ok(counted.collect())
    }

    /// How the one with that key stands to the cases; of a clinic whose directory is not here nothing is said.
    fn holding(&self, clinic: &HsaId, key: &str) -> Holding {
        let Some(facts) = self.facts(clinic) else { return Holding::Watched };
        let all = everybody(facts).into_iter();
        let found = all.into_iter().find(|assignee| assignee_key(assignee) == key);
        found.map_or(Holding::Inactive, |assignee| facts.holding(&assignee, self.day))
    }
}

/// The keys of a clinic's people and groups by how they stand to their cases; those that can't handle any are left out.
#[derive(Default)]
struct Keys {
    watched: Vec<String>,
    absent: Vec<String>,
    unstaffed: Vec<String>,
}

impl Keys {
    fn of(facts: &ClinicFacts, day: Date) -> Self {
        let mut keys = Self::default();
        for assignee in everybody(facts) {
            let key = assignee_key(&assignee);
            match facts.holding(&assignee, day) {
                Holding::Watched => keys.watched.push(key),
                Holding::Absent => keys.absent.push(key),
                Holding::Unstaffed => keys.unstaffed.push(key),
                Holding::Inactive => {}
            }
        }
        keys
    }

    fn all(&self) -> Vec<String> {
        [&self.watched[..], &self.absent, &self.unstaffed].concat()
    }
}

fn everybody(facts: &ClinicFacts) -> Vec<Assignee> {
    let people = facts.staff.keys().map(|hsa_id| Assignee::Person { hsa_id: hsa_id.clone() });
    people.chain(facts.groups.keys().map(|id| Assignee::Group { id: *id })).collect()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Does one of the conditions hold? None does of none.
fn any(parts: impl Iterator<Item = Condition>) -> Condition {
    let (mut conditions, mut values) = (Vec::new(), Vec::new());
    for (condition, more) in parts {
        conditions.push(format!("({condition})"));
        values.extend(more);
    }
    if conditions.is_empty() { ("0".into(), values) } else { (format!("({})", conditions.join(" OR ")), values) }
}

/// Has one of these the case, or (else) somebody who is none of them?
fn key_in(keys: &[String], one_of_them: bool) -> Condition {
    let values: Vec<Value> = keys.iter().map(|key| text(key)).collect();
    let not = if one_of_them { "" } else { "NOT " };
    (format!("r.assignee {not}IN ({})", vec!["?"; keys.len()].join(", ")), values)
}

/// Open cases of a clinic by list and holder's key (empty: nobody's), from the numbers that are kept anyhow.
fn held(db: &Connection, clinic: &HsaId) -> Result<Vec<(i64, String, u64)>, Fail> {
    let sql = "SELECT shelf, assignee, sum(n) FROM tally WHERE clinic = ?1 AND shelf < 2 GROUP BY shelf, assignee";
    let mut rows = db.prepare_cached(sql)?;
    let rows = rows.query_map([clinic.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The same of those with which patience has ended; only they are looked at.
fn out_of_patience(db: &Connection, clinic: &HsaId, now: Timestamp) -> Result<Vec<(i64, String, u64)>, Fail> {
    let sql = "SELECT shelf, coalesce(assignee, ''), count(*) FROM case_row INDEXED BY case_by_watch
         WHERE clinic = ?1 AND shelf < 2 AND watch < ?2 GROUP BY 1, 2";
    let mut rows = db.prepare_cached(sql)?;
    let rows = rows.query_map(params![clinic.as_str(), ms(now)], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
