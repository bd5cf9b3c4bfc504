//! The history of a case in words and names that a screen can make sentences of.

use crate::rules::Rules;
use crate::view::{EventKind, HistoryRow, News, NewsRow};
use mottaget_domain::case::{Happening, HistoryEntry, Who};
use mottaget_domain::{Assignee, Case, CloseReason, HsaId, MessageKind};
use std::collections::BTreeMap;

/// All lines, oldest first.
pub(crate) fn rows(case: &Case, rules: &Rules) -> Vec<HistoryRow> {
    case.history.iter().map(|entry| row(entry, rules)).collect()
}

/// What others did to the thread after that version: exactly what the rules hold a message for.
pub(crate) fn news(case: &Case, based_on: u32, me: &HsaId, rules: &Rules) -> Option<News> {
    let fresh = |entry: &&HistoryEntry| entry.thread_version.is_some_and(|version| version > based_on);
    let rows: Vec<NewsRow> = case
        .history
        .iter()
        .filter(fresh)
        .filter(|entry| !entry.who.is_staff(me))
        .map(|entry| NewsRow { what: row(entry, rules), message: message_in(case, &entry.what) })
        .collect();
    (!rows.is_empty()).then_some(News { version: case.thread_version, rows })
}

fn message_in(case: &Case, what: &Happening) -> Option<mottaget_domain::MessageId> {
    match what {
        Happening::MessageHeld { message, .. } | Happening::ResidentReplied { message } => {
            case.message(*message).map(|there| there.id)
        }
        _ => None,
    }
}

fn row(entry: &HistoryEntry, rules: &Rules) -> HistoryRow {
    let (event, facts) = event(&entry.what, rules);
    HistoryRow { at: entry.at, who: who(&entry.who), event, facts: facts.into_iter().collect::<BTreeMap<_, _>>() }
}

/// Their name, or the word for who has none.
pub(crate) fn who(who: &Who) -> String {
    match who {
        Who::Staff { name, .. } => name.clone(),
        Who::Resident => "resident".to_owned(),
        Who::System => "system".to_owned(),
    }
}

type Facts = Vec<(&'static str, String)>;

fn event(what: &Happening, rules: &Rules) -> (EventKind, Facts) {
    let name = |assignee: &Assignee| match assignee {
        Assignee::Person { hsa_id } => rules.name_of(hsa_id),
        Assignee::Group { id } => group(*id, rules),
    };
    match what {
        Happening::Created => (EventKind::Created, vec![]),
        Happening::Distributed { to } => (EventKind::Distributed, vec![("to", name(to))]),
        Happening::Redistributed { from, to, reason } => {
            let mut facts: Facts = Vec::new();
            facts.extend(from.as_ref().map(|from| ("from", name(from))));
            facts.extend(to.as_ref().map(|to| ("to", name(to))));
            facts.extend(reason.clone().map(|reason| ("reason", reason)));
            (EventKind::Redistributed, facts)
        }
        Happening::Taken { from } => (EventKind::Taken, vec![("from", group(*from, rules))]),
        Happening::TakenOver { from } => (EventKind::TakenOver, vec![("from", rules.name_of(from))]),
        Happening::Started => (EventKind::Started, vec![]),
        Happening::MessageHeld { kind, guard, .. } => {
            let mut facts: Facts = vec![("kind", message_kind(*kind))];
            let confirmed = guard.as_ref().map_or((0, 0), |word| (word.findings(), word.unsearched));
            let told = [("findings", confirmed.0), ("unsearched", confirmed.1)];
            facts.extend(told.into_iter().filter(|(_, n)| *n > 0).map(|(what, n)| (what, n.to_string())));
            (EventKind::MessageHeld, facts)
        }
        Happening::MessageWithdrawn { kind, .. } => (EventKind::MessageWithdrawn, vec![("kind", message_kind(*kind))]),
        Happening::MessageReleased { kind, .. } => (EventKind::MessageReleased, vec![("kind", message_kind(*kind))]),
        Happening::ResidentReplied { .. } => (EventKind::ResidentReplied, vec![]),
        Happening::QuestionWithdrawn { .. } => (EventKind::QuestionWithdrawn, vec![]),
        Happening::Closed { reason } => {
            (EventKind::Closed, reason.map(|reason| ("reason", close_reason(reason).to_owned())).into_iter().collect())
        }
        Happening::Reopened => (EventKind::Reopened, vec![]),
        Happening::NoteAdded { .. } => (EventKind::NoteAdded, vec![]),
        Happening::Recorded { .. } => (EventKind::Recorded, vec![]),
        Happening::DraftTaken { name, .. } => (EventKind::DraftTaken, vec![("from", name.clone())]),
        Happening::AssigneeLost { was } => (EventKind::AssigneeLost, vec![("was", name(was))]),
        Happening::Purged => (EventKind::Purged, vec![]),
    }
}

fn group(id: mottaget_domain::GroupId, rules: &Rules) -> String {
    rules.clinic.groups.get(&id).map_or_else(|| id.to_string(), |group| group.name.clone())
}

fn message_kind(kind: MessageKind) -> String {
    match kind {
        MessageKind::Submission => "submission",
        MessageKind::ResidentReply => "residentReply",
        MessageKind::PartialReply => "partialReply",
        MessageKind::CounterQuestion => "counterQuestion",
        MessageKind::FinalReply => "finalReply",
        MessageKind::Closure => "closure",
    }
    .to_owned()
}

fn close_reason(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::HandledByPhone => "handledByPhone",
        CloseReason::HandledAtVisit => "handledAtVisit",
        CloseReason::Duplicate => "duplicate",
        CloseReason::WrongClinic => "wrongClinic",
        CloseReason::ResidentWithdrew => "residentWithdrew",
        CloseReason::Other => "other",
    }
}
