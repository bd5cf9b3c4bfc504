//! The facts of the start page: what is new, what is urgent, what was begun.

use crate::apply::read_document;
use crate::columns::{ms, time, uuid};
use crate::db::Fail;
use crate::error::StoreError;
use crate::facts::NOT_DUE;
use crate::list::scope_sql;
use crate::mirror::{NewNotice, Notice, insert_notice};
use crate::open::Store;
use crate::watching::{Roster, UnwatchedCount};
use jiff::{Timestamp, ToSpan};
use mottaget_domain::case::{HistoryEntry, Who};
use mottaget_domain::listing::{DueFilter, Scope};
use mottaget_domain::response_clock::swedish_day;
use mottaget_domain::{CaseId, HsaId, Role};
use mottaget_protocol::{Assignment, CaseDocument, Me};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// The case that has waited longest; nothing about the resident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oldest {
    /// The case.
    pub case: CaseId,
    /// The type's name.
    pub case_type: String,
    /// When it was received.
    pub received_at: Timestamp,
}

/// A pile of open cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pile {
    /// How many.
    pub open: u64,
    /// With news for the person.
    pub unread: u64,
    /// First feedback is due today (Swedish day), and not late yet.
    pub due_today: u64,
    /// First feedback is late.
    pub late: u64,
    /// Waiting for the resident.
    pub waiting: u64,
    /// The one received first among those whose clock runs; if all have had feedback, among those that do not wait for the
    /// resident.
    pub oldest: Option<Oldest>,
}

/// What waits at one clinic; a pile is there only where the person has the role for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClinicStart {
    /// The clinic.
    pub clinic: HsaId,
    /// Its name.
    pub clinic_name: String,
    /// Receivers: undistributed cases.
    pub inbox: Option<Pile>,
    /// Receivers: distributed and ongoing.
    pub distributed: Option<Pile>,
    /// Handlers: own cases.
    pub mine: Option<Pile>,
    /// Handlers who belong to a group there: their groups' cases that nobody took.
    pub groups: Option<Pile>,
    /// Handlers who cover for somebody today: the cases of those.
    pub covered: Option<Pile>,
    /// Receivers: open cases that nobody watches.
    pub unwatched: Vec<UnwatchedCount>,
}

/// The whole start page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// Per clinic, in the order of the assignments.
    pub clinics: Vec<ClinicStart>,
    /// Unsent drafts.
    pub drafts: u64,
    /// Acts in the outbox that the server has not accepted.
    pub outbox: u64,
    /// Unread cases of the inbox, of the person and of their groups that came since the given time, or in which somebody else did
    /// something since.
    pub new_cases: u64,
}

impl Store {
    /// The facts of the start page by the given time; `since` is when the person was last there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn start(&self, me: &Me, since: Option<Timestamp>, now: Timestamp) -> Result<Start, StoreError> {
        let (counts, known) = (self.counts(me, None, now)?, self.known());
        let (today, roster) = (Today::at(now), Roster::at(&known, now));
        self.mirror.read(|db| {
            let clinics = me.assignments.iter().map(|at| clinic(db, me, at, today, &roster));
            Ok(Start {
                clinics: clinics.collect::<Result<_, _>>()?,
                drafts: counts.drafts,
                outbox: counts.outbox,
                new_cases: since.map_or(Ok(0), |since| new_cases(db, me, &roster, since))?,
            })
        })
    }
}

impl Store {
    /// Did an open case become late from the one time to the other?
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn became_late(&self, from: Timestamp, to: Timestamp) -> Result<bool, StoreError> {
        self.mirror.read(|db| {
            let mut passed =
                db.prepare_cached("SELECT 1 FROM case_row WHERE shelf < 2 AND sort >= ?1 AND sort < ?2 LIMIT 1")?;
            Ok(passed.exists([ms(from), ms(to)])?)
        })
    }
}

impl Store {
    /// Decides on notices for the open cases whose due time lies before the end of the Swedish day, late ones too, and
    /// writes them down in one transaction; a key that was there before is dropped. `decide` must be pure.
    ///
    /// # Errors
    /// [`StoreError`]: nothing is written then.
    pub fn remind(
        &self,
        now: Timestamp,
        mut decide: impl FnMut(&CaseDocument) -> Vec<NewNotice>,
    ) -> Result<Vec<Notice>, StoreError> {
        let end = end_of_day(now);
        let found = self.mirror.read(|db| {
            let mut rows = db.prepare_cached("SELECT rowid FROM case_row WHERE shelf < 2 AND sort <= ?1")?;
            let rows = rows.query_map([end], |row| row.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?;
            let mut found = Vec::new();
            for row in rows {
                let Some(document) = read_document(db, row)? else { continue };
                let notices = decide(&document);
                if !notices.is_empty() {
                    found.push((document.case, notices));
                }
            }
            Ok(found)
        })?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        self.mirror.write(|db| {
            let mut new = Vec::new();
            for (case, notices) in &found {
                for notice in notices {
                    new.extend(insert_notice(db, &case.clinic, case.id, notice.clone())?);
                }
            }
            Ok(new)
        })
    }
}

/// The Swedish day, in milliseconds.
#[derive(Clone, Copy)]
pub(crate) struct Today {
    now: i64,
    end: i64,
}

impl Today {
    /// As it stands at that time.
    pub(crate) fn at(now: Timestamp) -> Self {
        Self { now: ms(now), end: end_of_day(now) }
    }

    /// The condition on `case_row r`. While the clock runs the sort key is the due time; when it has stopped it lies
    /// beyond every date.
    pub(crate) fn condition(self, due: DueFilter) -> String {
        let Self { now, end } = self;
        match due {
            DueFilter::Late => format!("r.shelf < 2 AND r.sort < {now}"),
            DueFilter::Today => format!("r.shelf < 2 AND r.sort BETWEEN {now} AND {end}"),
        }
    }
}

/// The last millisecond of the Swedish day: the moment before the first that the rules put on the next day, looked for
/// by halves, because the rules alone know the time zone.
fn end_of_day(now: Timestamp) -> i64 {
    let today = swedish_day(now);
    let (mut inside, mut outside) = (ms(now), ms(now.saturating_add(26.hours()).unwrap_or(now)));
    while outside - inside > 1 {
        let middle = inside + (outside - inside) / 2;
        let same = time(middle).is_ok_and(|at| swedish_day(at) == today);
        if same { inside = middle } else { outside = middle }
    }
    inside
}

fn clinic(db: &Connection, me: &Me, at: &Assignment, today: Today, roster: &Roster<'_>) -> Result<ClinicStart, Fail> {
    let of = |there: bool, scope| match there {
        true => pile(db, scope_sql(me, scope, Some(&at.clinic), roster), today).map(Some),
        false => Ok(None),
    };
    let covers = roster.covered(me).iter().any(|(clinic, _)| *clinic == at.clinic);
    let (receiver, handler) = (at.roles.contains(&Role::Receiver), at.roles.contains(&Role::Handler));
    Ok(ClinicStart {
        clinic: at.clinic.clone(),
        clinic_name: at.clinic_name.clone(),
        inbox: of(receiver, Scope::Inbox)?,
        distributed: of(receiver, Scope::Distributed)?,
        mine: of(handler, Scope::Mine)?,
        groups: of(handler && !at.groups.is_empty(), Scope::Groups)?,
        covered: of(covers, Scope::Covered)?,
        unwatched: if receiver { roster.unwatched(db, &at.clinic)? } else { Vec::new() },
    })
}

fn pile(db: &Connection, (condition, values): (String, Vec<Value>), today: Today) -> Result<Pile, Fail> {
    let (due_today, late) = (today.condition(DueFilter::Today), today.condition(DueFilter::Late));
    let sql = format!(
        "SELECT count(*), coalesce(sum(r.unread), 0), coalesce(sum({due_today}), 0), coalesce(sum({late}), 0),
            coalesce(sum(r.waiting), 0),
            coalesce(
                min(CASE WHEN r.waiting OR r.sort >= {NOT_DUE} THEN NULL ELSE r.rowid END),
                min(CASE WHEN r.waiting THEN NULL ELSE r.rowid END)
            )
         FROM case_row r WHERE {condition}"
    );
    let (mut pile, first) = db.query_row(&sql, params_from_iter(values), |row| {
        let pile = Pile {
            open: row.get(0)?,
            unread: row.get(1)?,
            due_today: row.get(2)?,
            late: row.get(3)?,
            waiting: row.get(4)?,
            oldest: None,
        };
        Ok((pile, row.get::<_, Option<i64>>(5)?))
    })?;
    if let Some(first) = first {
        let mut row = db.prepare_cached("SELECT id, case_type, received FROM case_row WHERE rowid = ?1")?;
        pile.oldest = Some(row.query_row([first], |row| {
            Ok(Oldest { case: CaseId(uuid(row.get(0)?)), case_type: row.get(1)?, received_at: time(row.get(2)?)? })
        })?);
    }
    Ok(pile)
}

fn new_cases(db: &Connection, me: &Me, roster: &Roster<'_>, since: Timestamp) -> Result<u64, Fail> {
    let others = |entry: &HistoryEntry| !matches!(&entry.who, Who::Staff { hsa_id, .. } if *hsa_id == me.staff.hsa_id);
    let news = |document: CaseDocument| document.case.history.iter().any(|one| one.at > since && others(one));
    let mut count = 0;
    for scope in [Scope::Inbox, Scope::Mine, Scope::Groups] {
        let (condition, values) = scope_sql(me, scope, None, roster);
        let sql = format!("SELECT r.rowid, r.received FROM case_row r WHERE {condition} AND r.unread");
        let mut unread = db.prepare_cached(&sql)?;
        let unread = unread.query_map(params_from_iter(values), |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?;
        for row in unread {
            let (row, received) = row?;
            if received > ms(since) || read_document(db, row)?.is_some_and(news) {
                count += 1;
            }
        }
    }
    Ok(count)
}
