//! One case: thread, resident, history, acts, and who may get it.

use super::{case_state, small, time};
use crate::view::*;
use mottaget_client::view as core;
use mottaget_domain as domain;

/// The screen has one word for all reserve numbers.
fn id_kind(kind: domain::IdKind) -> &'static str {
    match kind {
        domain::IdKind::Personnummer => "personnummer",
        domain::IdKind::Samordningsnummer => "samordningsnummer",
        domain::IdKind::ReserveStockholm
        | domain::IdKind::ReserveVastraGotaland
        | domain::IdKind::ReserveVarmland
        | domain::IdKind::ReserveNational => "reservnummer",
    }
}

impl From<core::Delivery> for Delivery {
    fn from(delivery: core::Delivery) -> Self {
        match delivery {
            core::Delivery::Sent { at } => Self::Sent { at: time(at) },
            core::Delivery::Here { op } => Self::Here { op_id: op.to_string() },
            core::Delivery::OnTheWay { op } => Self::OnTheWay { op_id: op.to_string() },
            core::Delivery::AtServer { op, release_at } => {
                Self::AtServer { op_id: op.map(|op| op.to_string()), release_at: release_at.map(time) }
            }
            core::Delivery::Stopped { op, problem } => {
                Self::Stopped { op_id: op.to_string(), problem: (&problem).into() }
            }
        }
    }
}

impl From<core::ThreadFile> for AttachmentView {
    fn from(it: core::ThreadFile) -> Self {
        Self {
            id: it.file.id.to_string(),
            file_name: it.file.file_name,
            kind: it.file.kind.into(),
            size: small(it.file.size),
            sha256: it.file.sha256,
            cached: it.cached,
        }
    }
}

impl From<core::MessageView> for MessageView {
    fn from(it: core::MessageView) -> Self {
        let answer = |it: domain::case::Answer| Answer { question: it.question, answer: it.answer };
        Self {
            id: it.id.to_string(),
            kind: it.kind.into(),
            from_staff: it.from_staff,
            sender_name: it.sender_name,
            sender_title: it.sender_title,
            signature: it.signature,
            text: it.text,
            answers: it.answers.into_iter().map(answer).collect(),
            attachments: it.attachments.into_iter().map(Into::into).collect(),
            at: time(it.at),
            mine: it.mine,
            read_by_resident_at: it.read_by_resident_at.map(time),
            delivery: it.delivery.into(),
            may_take_back: it.may_take_back,
        }
    }
}

impl From<core::HeldMessage> for HeldMessage {
    fn from(it: core::HeldMessage) -> Self {
        Self {
            case_id: it.case.to_string(),
            message_id: it.message.to_string(),
            kind: it.kind.into(),
            resident_name: it.resident_name,
            release_at: time(it.release_at),
            asked_back: it.asked_back,
        }
    }
}

impl From<core::MessageOut> for MessageOut {
    fn from(it: core::MessageOut) -> Self {
        Self {
            case_id: it.case.to_string(),
            message_id: it.message.to_string(),
            kind: it.kind.into(),
            case_type: it.case_type,
            resident_name: it.resident_name,
            delivery: it.delivery.into(),
            asked_back: it.asked_back,
        }
    }
}

impl From<core::OutboxPage> for OutboxPage {
    fn from(it: core::OutboxPage) -> Self {
        Self {
            waiting: it.waiting.into_iter().map(Into::into).collect(),
            out: it.out.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<core::ResidentFacts> for ResidentView {
    fn from(it: core::ResidentFacts) -> Self {
        Self {
            name: it.name,
            personal_id: it.personal_id,
            id_kind: id_kind(it.id_kind).to_owned(),
            age: it.age.and_then(|age| u32::try_from(age).ok()),
            sex: it.sex.into(),
            protected_identity: it.protected_identity,
            unreachable: it.unreachable.map(Into::into),
            guardian: it.guardian.map(|one| GuardianView { personal_id: one.personal_id, reads: one.reads }),
            contact: ContactView { mobile: it.mobile, email: it.email },
        }
    }
}

impl From<core::Colleague> for NoteColleague {
    fn from(it: core::Colleague) -> Self {
        Self { hsa_id: it.hsa_id.to_string(), name: it.name, title: it.title, reads: it.reads }
    }
}

impl From<core::CaseView> for CaseView {
    fn from(it: core::CaseView) -> Self {
        let note = |note: core::NoteView| NoteView {
            id: note.id.to_string(),
            author: note.author,
            text: note.text,
            mentions: note.mentions,
            missed: note.missed,
            at: time(note.at),
            delivery: note.delivery.into(),
        };
        let history = |row: core::HistoryRow| HistoryRow {
            at: time(row.at),
            who: row.who,
            event: event(row.event),
            facts: row.facts.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
        };
        let act = |it: core::ActState| ActView {
            act: it.act.into(),
            allowed: it.why_not.is_none(),
            why: it.why_not.map(str::to_owned),
        };
        Self {
            row: it.row.into(),
            after: it
                .after
                .map(|after| AfterView { state: case_state(after.state), assignee: after.assignee.map(Into::into) }),
            why_due: it.why_due.into(),
            resident: it.resident.into(),
            messages: it.messages.into_iter().map(Into::into).collect(),
            notes: it.notes.into_iter().map(note).collect(),
            history: it.history.into_iter().map(history).collect(),
            acts: it.acts.into_iter().map(act).collect(),
            open_question: it.open_question.map(|id| id.to_string()),
            thread_version: it.thread_version,
            recorded: it.recorded.map(|one| RecordedView { who: one.who, at: time(one.at), whole: one.whole }),
            taken_from: it.taken_from.map(|(id, name)| GroupView { id: id.to_string(), name }),
            unwatched: it.unwatched.map(Into::into),
            undo: UndoSeconds {
                partial_reply: it.undo.of(domain::MessageKind::PartialReply).into(),
                counter_question: it.undo.of(domain::MessageKind::CounterQuestion).into(),
                final_reply: it.undo.of(domain::MessageKind::FinalReply).into(),
                closure: it.undo.of(domain::MessageKind::Closure).into(),
            },
            close_reason: it.close_reason.map(Into::into),
            draft: it.draft.map(Into::into),
            jottings: it.jottings.into_iter().map(Into::into).collect(),
            signature: it.signature,
            sign_as: it.sign_as.into(),
            draft_taken: it.draft_taken.map(Into::into),
            news: it.news.map(|news| NewsView {
                version: news.version,
                rows: news
                    .rows
                    .into_iter()
                    .map(|row| NewsRow { what: history(row.what), message_id: row.message.map(|id| id.to_string()) })
                    .collect(),
            }),
            pending: it.pending.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<core::TargetView> for TargetView {
    fn from(it: core::TargetView) -> Self {
        Self {
            kind: it.kind.into(),
            id: it.id,
            name: it.name,
            title: it.title,
            open_cases: it.open_cases,
            me: it.me,
            members: it.members,
            there: it.there,
            away: it.away.map(Into::into),
        }
    }
}

impl From<Target> for core::Target {
    fn from(it: Target) -> Self {
        Self { kind: it.kind.into(), id: it.id }
    }
}

fn event(it: core::EventKind) -> EventKind {
    match it {
        core::EventKind::Created => EventKind::Created,
        core::EventKind::Distributed => EventKind::Distributed,
        core::EventKind::Redistributed => EventKind::Redistributed,
        core::EventKind::Taken => EventKind::Taken,
        core::EventKind::TakenOver => EventKind::TakenOver,
        core::EventKind::Started => EventKind::Started,
        core::EventKind::MessageHeld => EventKind::MessageHeld,
        core::EventKind::MessageWithdrawn => EventKind::MessageWithdrawn,
        core::EventKind::MessageReleased => EventKind::MessageReleased,
        core::EventKind::ResidentReplied => EventKind::ResidentReplied,
        core::EventKind::QuestionWithdrawn => EventKind::QuestionWithdrawn,
        core::EventKind::Closed => EventKind::Closed,
        core::EventKind::Reopened => EventKind::Reopened,
        core::EventKind::NoteAdded => EventKind::NoteAdded,
        core::EventKind::Recorded => EventKind::Recorded,
        core::EventKind::DraftTaken => EventKind::DraftTaken,
        core::EventKind::AssigneeLost => EventKind::AssigneeLost,
        core::EventKind::Purged => EventKind::Purged,
    }
}
