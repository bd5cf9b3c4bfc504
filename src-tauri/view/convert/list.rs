//! Lists, counts, the start page, the outbox.

use super::{case_state, id, small, time};
use crate::error::ShellError;
use crate::view::*;
use mottaget_client::view as core;

impl TryFrom<ListQuery> for core::ListQuery {
    type Error = ShellError;
    fn try_from(query: ListQuery) -> Result<Self, ShellError> {
        Ok(Self {
            scope: query.scope.into(),
            clinic: query.clinic.as_deref().map(id).transpose()?,
            search: query.search,
            due: query.due.map(Into::into),
            offset: u64::from(query.offset),
            limit: query.limit,
        })
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
            assignee: row.assignee.map(|who| match who {
                core::AssigneeName::Person { hsa_id, name } => {
                    AssigneeView::Person { hsa_id: hsa_id.to_string(), name }
                }
                core::AssigneeName::Group { id, name } => AssigneeView::Group { id: id.to_string(), name },
            }),
            mine: row.mine,
            attachments: row.attachments,
            partial_reply_sent: row.partial_reply_sent,
            has_draft: row.has_draft,
            pending_ops: row.pending_ops,
        }
    }
}

impl From<core::ListPage> for ListPage {
    fn from(page: core::ListPage) -> Self {
        Self {
            total: small(page.total),
            offset: small(page.offset),
            rows: page.rows.into_iter().map(Into::into).collect(),
            incomplete: page.incomplete,
        }
    }
}

impl From<core::Counts> for Counts {
    fn from(n: core::Counts) -> Self {
        Self {
            inbox: small(n.inbox),
            distributed: small(n.distributed),
            mine: small(n.mine),
            groups: small(n.groups),
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
        "drafts" => CountKey::Drafts,
        "outbox" => CountKey::Outbox,
        _ => return None,
    };
    Some(CardCount { key, n: small(n) })
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
        };
        Self {
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
