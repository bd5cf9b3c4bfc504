//! What lies over the mirror in every row: the clinic's names of things, who is away, what the person has begun.

use super::{AssigneeRow, CaseRow};
use crate::jottings::{JottingKind, Written};
use crate::line::Line;
use crate::open::Known;
use crate::watching::Roster;
use jiff::Timestamp;
use mottaget_domain::response_clock::Countdown;
use mottaget_domain::{Assignee, CaseId, HsaId, Policy};
use mottaget_protocol::Me;
use std::collections::{BTreeMap, BTreeSet};

/// What is being written in each case: a draft (`None`), internal words of some kinds.
pub(super) type ByCase = BTreeMap<CaseId, BTreeSet<Option<JottingKind>>>;

pub(super) fn by_case(written: &[Written]) -> ByCase {
    let mut cases = ByCase::new();
    for one in written {
        cases.entry(one.case).or_default().insert(one.jotting);
    }
    cases
}

/// What lies over the mirror in every row.
pub(super) struct Overlay<'a> {
    me: &'a Me,
    known: &'a Known,
    roster: &'a Roster<'a>,
    written: ByCase,
    pending: BTreeMap<CaseId, u32>,
    now: Timestamp,
    /// Of the clinics that had a row.
    countdowns: BTreeMap<HsaId, Countdown>,
}

impl<'a> Overlay<'a> {
    pub(super) fn new(
        me: &'a Me,
        known: &'a Known,
        roster: &'a Roster<'a>,
        written: ByCase,
        pending: BTreeMap<CaseId, u32>,
        now: Timestamp,
    ) -> Self {
        Self { me, known, roster, written, pending, now, countdowns: BTreeMap::new() }
    }

    pub(super) fn row(&mut self, line: Line, unread: bool) -> CaseRow {
        let (clinic, assignee, me) = (&line.clinic, line.assignee.as_ref(), &self.me.staff.hsa_id);
        let directory = self.known.directories.get(clinic);
        let assignment = || self.me.assignments.iter().find(|at| at.clinic == *clinic).map(|at| &at.clinic_name);
        let clinic_name = directory.map(|directory| &directory.name).or_else(assignment);
        let countdown = self.countdowns.entry(clinic.clone()).or_insert_with(|| match directory {
            Some(directory) => Countdown::new(&directory.policy, self.now),
            None => Countdown::new(&Policy::default(), self.now),
        });
        let written = self.written.get(&line.id).cloned().unwrap_or_default();
        CaseRow {
            id: line.id,
            clinic_name: clinic_name.map_or_else(|| clinic.to_string(), Clone::clone),
            due: line.due(countdown),
            away: self.roster.away(clinic, assignee),
            mine: matches!(assignee, Some(Assignee::Person { hsa_id }) if hsa_id == me),
            covered: self.roster.covers(me, clinic, assignee),
            assignee: assignee.map(|assignee| named(self.known, assignee, clinic)),
            has_draft: written.contains(&None),
            jottings: written.into_iter().flatten().collect(),
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
pub(super) fn named(known: &Known, assignee: &Assignee, clinic: &HsaId) -> AssigneeRow {
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
