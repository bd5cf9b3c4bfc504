//! Lists, counts, the start page, the outbox.

use super::{case_state, domain_state, id, small, time};
use crate::error::ShellError;
use crate::view::*;
use mottaget_client::view as core;
use mottaget_domain::Assignee;

impl TryFrom<ListQuery> for core::ListQuery {
    type Error = ShellError;
    fn try_from(query: ListQuery) -> Result<Self, ShellError> {
        Ok(Self {
            scope: query.scope.into(),
            clinic: query.clinic.as_deref().map(id).transpose()?,
            search: query.search,
            filter: query.filter.try_into()?,
            offset: u64::from(query.offset),
            limit: query.limit,
        })
    }
}

impl TryFrom<ListFilter> for core::Filter {
    type Error = ShellError;
    fn try_from(filter: ListFilter) -> Result<Self, ShellError> {
        Ok(Self {
            states: filter.states.into_iter().map(domain_state).collect(),
            case_types: filter.case_types,
            due: filter.due.map(Into::into),
            holder: filter.holder.map(TryInto::try_into).transpose()?,
            received_from: filter.received_from.as_deref().map(id).transpose()?,
            received_to: filter.received_to.as_deref().map(id).transpose()?,
            unread: filter.unread,
            protected_identity: filter.protected_identity,
            unwatched: filter.unwatched.into_iter().map(Into::into).collect(),
        })
    }
}

impl From<core::Filter> for ListFilter {
    fn from(filter: core::Filter) -> Self {
        Self {
            states: filter.states.into_iter().map(case_state).collect(),
            case_types: filter.case_types,
            due: filter.due.map(Into::into),
            holder: filter.holder.map(Into::into),
            received_from: filter.received_from.map(|day| day.to_string()),
            received_to: filter.received_to.map(|day| day.to_string()),
            unread: filter.unread,
            protected_identity: filter.protected_identity,
            unwatched: filter.unwatched.into_iter().map(Into::into).collect(),
        }
    }
}

impl TryFrom<HolderFilter> for core::Holder {
    type Error = ShellError;
    fn try_from(holder: HolderFilter) -> Result<Self, ShellError> {
        Ok(match holder {
            HolderFilter::Nobody => Self::Nobody,
            HolderFilter::Person { hsa_id } => Self::Person { hsa_id: id(&hsa_id)? },
            HolderFilter::Group { id: group } => Self::Group { id: id(&group)? },
        })
    }
}

impl From<core::Holder> for HolderFilter {
    fn from(holder: core::Holder) -> Self {
        match holder {
            core::Holder::Nobody => Self::Nobody,
            core::Holder::Person { hsa_id } => Self::Person { hsa_id: hsa_id.to_string() },
            core::Holder::Group { id } => Self::Group { id: id.to_string() },
        }
    }
}

impl TryFrom<SavedView> for core::SavedView {
    type Error = ShellError;
    fn try_from(view: SavedView) -> Result<Self, ShellError> {
        Ok(Self {
            name: view.name,
            scope: view.scope.into(),
            clinic: view.clinic.as_deref().map(id).transpose()?,
            search: view.search,
            filter: view.filter.try_into()?,
        })
    }
}

impl From<core::SavedView> for SavedView {
    fn from(view: core::SavedView) -> Self {
        Self {
            name: view.name,
            scope: view.scope.into(),
            clinic: view.clinic.map(|clinic| clinic.to_string()),
            search: view.search,
            filter: view.filter.into(),
        }
    }
}

impl From<BulkWish> for core::BulkWish {
    fn from(wish: BulkWish) -> Self {
        match wish {
            BulkWish::Give { to } => Self::Give { to: to.into() },
            BulkWish::Take => Self::Take,
            BulkWish::Close { reason, note } => Self::Close { reason: reason.into(), note },
        }
    }
}

impl From<core::BulkSeen> for BulkSeen {
    fn from(seen: core::BulkSeen) -> Self {
        let assignee = seen.assignee.map(|who| match who {
            Assignee::Person { hsa_id } => Target { kind: TargetKind::Person, id: hsa_id.to_string() },
            Assignee::Group { id } => Target { kind: TargetKind::Group, id: id.to_string() },
        });
        Self { version: seen.version, assignee }
    }
}

impl From<core::BulkCase> for BulkCase {
    fn from(it: core::BulkCase) -> Self {
        Self {
            case_id: it.case.to_string(),
            case_type: it.case_type,
            resident_name: it.resident_name,
            protected_identity: it.protected_identity,
            seen: it.seen.map(Into::into),
            why: it.why.map(str::to_owned),
        }
    }
}

impl TryFrom<BulkPick> for core::BulkPick {
    type Error = ShellError;
    fn try_from(pick: BulkPick) -> Result<Self, ShellError> {
        let assignee = match pick.seen.assignee {
            Some(Target { kind: TargetKind::Person, id: who }) => Some(Assignee::Person { hsa_id: id(&who)? }),
            Some(Target { kind: TargetKind::Group, id: who }) => Some(Assignee::Group { id: id(&who)? }),
            Some(Target { kind: TargetKind::Receiver, .. }) | None => None,
        };
        Ok(Self { case: id(&pick.case_id)?, seen: core::BulkSeen { version: pick.seen.version, assignee } })
    }
}

impl From<core::BulkDone> for BulkDone {
    fn from(done: core::BulkDone) -> Self {
        Self {
            op_ids: done.ops.iter().map(ToString::to_string).collect(),
            refused: small(done.refused.len() as u64),
            until: time(done.until),
        }
    }
}

impl From<core::FilterChoices> for FilterChoices {
    fn from(choices: core::FilterChoices) -> Self {
        Self {
            case_types: choices.case_types,
            holders: choices.holders.into_iter().map(Into::into).collect(),
            unheld: choices.unheld,
        }
    }
}

impl CountedView {
    /// Views with their numbers, which come in the same order.
    #[must_use]
    pub fn all(views: Vec<core::SavedView>, counts: Vec<u64>) -> Vec<Self> {
        views.into_iter().zip(counts).map(|(view, n)| Self { view: view.into(), n: small(n) }).collect()
    }
}

impl From<core::AssigneeName> for AssigneeView {
    fn from(who: core::AssigneeName) -> Self {
        match who {
            core::AssigneeName::Person { hsa_id, name } => Self::Person { hsa_id: hsa_id.to_string(), name },
            core::AssigneeName::Group { id, name } => Self::Group { id: id.to_string(), name },
        }
    }
}

impl From<core::CaseRow> for CaseRow {
    fn from(row: core::CaseRow) -> Self {
        let due =
            DueView { at: time(row.due.at), tone: row.due.tone.into(), working_days_left: row.due.working_days_left };
        Self {
            id: row.id.to_string(),
            clinic: row.clinic.to_string(),
            clinic_name: row.clinic_name,
            case_type: row.case_type,
            state: case_state(row.state),
            unread: row.unread,
            resident_name: row.resident_name,
            resident_id: row.resident_id,
            protected_identity: row.protected_identity,
            received_at: time(row.received_at),
            due,
            assignee: row.assignee.map(Into::into),
            away: row.away.map(Into::into),
            mine: row.mine,
            covered: row.covered,
            attachments: row.attachments,
            partial_reply_sent: row.partial_reply_sent,
            has_draft: row.has_draft,
            jottings: row.jottings.into_iter().map(Into::into).collect(),
            pending_ops: row.pending_ops,
        }
    }
}

impl From<core::ListPage> for ListPage {
    fn from(page: core::ListPage) -> Self {
        Self {
            total: small(page.total),
            more: page.more,
            offset: small(page.offset),
            rows: page.rows.into_iter().map(Into::into).collect(),
            incomplete: page.incomplete,
            mistyped: page.mistyped.map(Into::into),
        }
    }
}

impl From<core::MistypedNumber> for MistypedNumber {
    fn from(it: core::MistypedNumber) -> Self {
        Self { number: it.written, fault: it.fault.into() }
    }
}

impl From<core::Counts> for Counts {
    fn from(n: core::Counts) -> Self {
        Self {
            inbox: small(n.inbox),
            distributed: small(n.distributed),
            mine: small(n.mine),
            groups: small(n.groups),
            covered: small(n.covered),
            waiting: small(n.waiting),
            drafts: small(n.drafts),
            outbox: small(n.outbox),
            stray_drafts: small(n.stray_drafts),
        }
    }
}

fn count(&(key, n): &(&'static str, u64)) -> Option<CardCount> {
    let key = match key {
        "undistributed" => CountKey::Undistributed,
        "dueToday" => CountKey::DueToday,
        "late" => CountKey::Late,
        "dueTodayDistributed" => CountKey::DueTodayDistributed,
        "lateDistributed" => CountKey::LateDistributed,
        "unread" => CountKey::Unread,
        "open" => CountKey::Open,
        "waiting" => CountKey::Waiting,
        "groups" => CountKey::Groups,
        "covered" => CountKey::Covered,
        "drafts" => CountKey::Drafts,
        "outbox" => CountKey::Outbox,
        _ => return None,
    };
    Some(CardCount { key, n: small(n) })
}

fn unwatched(it: core::UnwatchedCount) -> UnwatchedView {
    UnwatchedView { why: it.why.into(), scope: it.scope.into(), n: small(it.n) }
}

impl From<core::StartView> for StartView {
    fn from(start: core::StartView) -> Self {
        let card = |card: core::StartCard| StartCard {
            id: card.kind.into(),
            clinic: card.clinic.map(|it| it.to_string()),
            clinic_name: card.clinic_name,
            counts: card.counts.iter().filter_map(count).collect(),
            oldest: card.oldest.map(|it| OldestCase {
                case_id: it.case.to_string(),
                case_type: it.case_type,
                received_at: time(it.received_at),
            }),
            unwatched: card.unwatched.into_iter().map(unwatched).collect(),
            covers: card
                .covers
                .into_iter()
                .map(|it| CoversView { name: it.name, until: it.until.to_string() })
                .collect(),
        };
        let short = |it: core::ShortInbox| ShortInbox {
            clinic: it.clinic.to_string(),
            clinic_name: it.clinic_name,
            there: it.there,
            least: it.least,
        };
        let away = |it: core::OwnAway| OwnAway {
            clinic: it.clinic.to_string(),
            clinic_name: it.clinic_name,
            until: it.until.to_string(),
            substitute: it.substitute,
        };
        Self {
            away: start.away.into_iter().map(away).collect(),
            short_inboxes: start.short_inboxes.into_iter().map(short).collect(),
            cards: start.cards.into_iter().map(card).collect(),
            new_since: start.new_since.map(time),
            new_cases: small(start.new_cases),
        }
    }
}

impl From<core::Waits> for Waits {
    fn from(it: core::Waits) -> Self {
        let (why, problem) = match it.why {
            core::WaitsFor::Contact(problem) => (WaitsFor::Contact, problem),
            core::WaitsFor::Earlier => (WaitsFor::Earlier, None),
            core::WaitsFor::EarlierStopped => (WaitsFor::EarlierStopped, None),
            core::WaitsFor::NextTry(problem) => (WaitsFor::NextTry, Some(problem)),
            core::WaitsFor::Undo => (WaitsFor::Undo, None),
            core::WaitsFor::Turn => (WaitsFor::Turn, None),
        };
        Self { why, problem: problem.as_ref().map(Into::into), retry_at: it.retry_at.map(time) }
    }
}

impl From<core::OutboxRow> for OutboxRow {
    fn from(it: core::OutboxRow) -> Self {
        Self {
            op_id: it.op.to_string(),
            case_id: it.case.to_string(),
            case_type: it.case_type,
            resident_name: it.resident_name,
            what: it.what.to_owned(),
            written_at: time(it.written_at),
            attempts: it.attempts,
            note: it.note,
            message: it.message,
            delivery: it.delivery.into(),
            waits: it.waits.map(Into::into),
        }
    }
}
