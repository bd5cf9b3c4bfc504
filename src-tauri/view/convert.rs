//! From the core's words to the screen's: ids and times become text, nothing is decided here.

use super::*;
use crate::error::ShellError;
use jiff::Timestamp;
use mottaget_client::view as core;
use mottaget_client::{Assignment, ConnectionState, DocumentInfo, Me, Preferences, SessionFacts, Trouble};
use mottaget_domain as domain;
use std::str::FromStr;

/// Reads an id that came from the screen.
///
/// # Errors
/// `bad-request` if it is none; only a broken screen sends such.
pub fn id<T: FromStr>(text: &str) -> Result<T, ShellError> {
    text.parse().map_err(|_| ShellError::BadRequest(format!("not an id: {} characters", text.len())))
}

/// Numbers of cases and bytes fit the screen's numbers; what would not fit is shown as the most that does.
fn small(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn time(at: Timestamp) -> String {
    at.to_string()
}

/// Enums without content that have the same variants on both sides.
macro_rules! same {
    ($from:path => $to:ident { $($variant:ident),+ $(,)? }) => {
        impl From<$from> for $to {
            fn from(value: $from) -> Self {
                match value { $(<$from>::$variant => Self::$variant),+ }
            }
        }
    };
}

same!(domain::MessageKind => MessageKind { Submission, ResidentReply, PartialReply, CounterQuestion, FinalReply, Closure });
same!(domain::FileKind => FileKind { Pdf, Gif, Jpeg, Png });
same!(domain::CloseReason => CloseReason { HandledByPhone, HandledAtVisit, Duplicate, WrongClinic, ResidentWithdrew, Other });
same!(CloseReason => DomainCloseReason { HandledByPhone, HandledAtVisit, Duplicate, WrongClinic, ResidentWithdrew, Other });
same!(domain::Sex => SexView { Female, Male, Unknown });
same!(core::DueTone => DueTone { OnTime, Today, Late, Done });
same!(core::StartCardKind => CardId { ClinicCases, AssignedCases, MyGroups, Drafts, Outbox, PersonalSettings });
same!(core::TargetKind => TargetKind { Person, Group, Receiver });
same!(TargetKind => CoreTargetKind { Person, Group, Receiver });
same!(core::ActName => ActName {
    Distribute, Redistribute, Take, PartialReply, CounterQuestion, FinalReply, Attach, WithdrawQuestion, Close, Reopen,
    Note, ReturnToReceiver,
});
same!(Scope => CoreScope { Inbox, Distributed, ClinicClosed, Mine, Groups, Waiting, Drafts, MyClosed, Search });
same!(ComposeKind => DomainMessageKind { PartialReply, CounterQuestion, FinalReply });

use core::{Scope as CoreScope, TargetKind as CoreTargetKind};
use domain::{CloseReason as DomainCloseReason, MessageKind as DomainMessageKind};

fn role(role: domain::Role) -> Option<Role> {
    match role {
        domain::Role::Receiver => Some(Role::Receiver),
        domain::Role::Handler => Some(Role::Handler),
        domain::Role::LocalAdmin => Some(Role::LocalAdmin),
        domain::Role::PermissionAdmin => Some(Role::PermissionAdmin),
        domain::Role::Auditor => Some(Role::Auditor),
        domain::Role::RegionAdmin => Some(Role::RegionAdmin),
        domain::Role::NationalAdmin => Some(Role::NationalAdmin),
        // residents never sign in here
        domain::Role::Resident | domain::Role::Proxy => None,
    }
}

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

fn case_state(state: domain::CaseState) -> CaseState {
    match state {
        domain::CaseState::New => CaseState::New,
        domain::CaseState::AssignedPerson => CaseState::AssignedPerson,
        domain::CaseState::AssignedGroup => CaseState::AssignedGroup,
        domain::CaseState::InProgress => CaseState::InProgress,
        domain::CaseState::AwaitingResident => CaseState::AwaitingResident,
        // a purged case is in nobody's mirror; should one ever be shown, it is closed
        domain::CaseState::Closed | domain::CaseState::Purged => CaseState::Closed,
    }
}

impl From<&Trouble> for Problem {
    fn from(trouble: &Trouble) -> Self {
        Self {
            code: trouble.code.clone(),
            facts: trouble.facts.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect(),
            detail: trouble.detail.clone(),
        }
    }
}

impl From<&Assignment> for AssignmentView {
    fn from(it: &Assignment) -> Self {
        Self {
            clinic: it.clinic.to_string(),
            clinic_name: it.clinic_name.clone(),
            roles: it.roles.iter().copied().filter_map(role).collect(),
            groups: it.groups.iter().map(|g| GroupView { id: g.id.to_string(), name: g.name.clone() }).collect(),
        }
    }
}

impl From<&Me> for SessionView {
    fn from(me: &Me) -> Self {
        Self {
            staff: StaffView {
                hsa_id: me.staff.hsa_id.to_string(),
                name: me.staff.name.clone(),
                title: me.staff.title.clone(),
                email: me.staff.email.clone(),
                phone: me.staff.phone.clone(),
                protected_identity: me.staff.protected_identity,
            },
            assignments: me.assignments.iter().map(Into::into).collect(),
        }
    }
}

impl From<&SessionFacts> for SessionView {
    fn from(session: &SessionFacts) -> Self {
        (&session.me).into()
    }
}

impl From<&Me> for PracticePerson {
    fn from(me: &Me) -> Self {
        let assignment = |it: &Assignment| PracticeAssignment {
            clinic_name: it.clinic_name.clone(),
            roles: it.roles.iter().copied().filter_map(role).collect(),
        };
        Self {
            hsa_id: me.staff.hsa_id.to_string(),
            name: me.staff.name.clone(),
            title: me.staff.title.clone(),
            protected_identity: me.staff.protected_identity,
            assignments: me.assignments.iter().map(assignment).collect(),
        }
    }
}

impl From<ConnectionState> for ConnectionView {
    fn from(state: ConnectionState) -> Self {
        match state {
            ConnectionState::Connected => Self::Connected,
            ConnectionState::Offline { since, problem } => {
                Self::Offline { since: since.map(time), problem: problem.as_ref().map(Into::into) }
            }
            ConnectionState::Syncing { done, total } => Self::Syncing { done: small(done), total: small(total) },
            ConnectionState::SignedOutByServer => Self::SignedOutByServer,
        }
    }
}

impl TryFrom<ListQuery> for core::ListQuery {
    type Error = ShellError;
    fn try_from(query: ListQuery) -> Result<Self, ShellError> {
        Ok(Self {
            scope: query.scope.into(),
            clinic: query.clinic.as_deref().map(id).transpose()?,
            search: query.search,
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
        }
    }
}

fn count(&(key, n): &(&'static str, u64)) -> Option<CardCount> {
    let key = match key {
        "undistributed" => CountKey::Undistributed,
        "dueToday" => CountKey::DueToday,
        "late" => CountKey::Late,
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
            reachable: it.reachable,
            contact: ContactView { mobile: it.mobile, email: it.email },
        }
    }
}

impl From<core::OutboxRow> for OutboxRow {
    fn from(it: core::OutboxRow) -> Self {
        Self {
            op_id: it.op.to_string(),
            case_id: it.case.to_string(),
            case_type: it.case_type,
            what: it.what.to_owned(),
            written_at: time(it.written_at),
            attempts: it.attempts,
            delivery: it.delivery.into(),
        }
    }
}

impl From<core::CaseView> for CaseView {
    fn from(it: core::CaseView) -> Self {
        let note = |note: core::NoteView| NoteView {
            id: note.id.to_string(),
            author: note.author,
            text: note.text,
            at: time(note.at),
            delivery: note.delivery.into(),
        };
        let history = |row: core::HistoryRow| HistoryRow {
            at: time(row.at),
            who: row.who,
            event: row.event.to_owned(),
            facts: row.facts.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
        };
        let act = |it: core::ActState| ActView {
            act: it.act.into(),
            allowed: it.why_not.is_none(),
            why: it.why_not.map(str::to_owned),
        };
        Self {
            row: it.row.into(),
            resident: it.resident.into(),
            messages: it.messages.into_iter().map(Into::into).collect(),
            notes: it.notes.into_iter().map(note).collect(),
            history: it.history.into_iter().map(history).collect(),
            acts: it.acts.into_iter().map(act).collect(),
            open_question: it.open_question.map(|id| id.to_string()),
            thread_version: it.thread_version,
            close_reason: it.close_reason.map(Into::into),
            draft: it.draft.map(Into::into),
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
        }
    }
}

impl From<Target> for core::Target {
    fn from(it: Target) -> Self {
        Self { kind: it.kind.into(), id: it.id }
    }
}

impl From<core::DraftView> for DraftView {
    fn from(it: core::DraftView) -> Self {
        let file = |file: core::DraftFile| DraftAttachment {
            id: file.id.to_string(),
            file_name: file.file_name,
            kind: file.kind.into(),
            size: small(file.size),
            sha256: file.sha256,
            pages: file.pages,
            reviewed: file.reviewed,
        };
        Self {
            case_id: it.case.to_string(),
            kind: match it.kind {
                domain::MessageKind::CounterQuestion => ComposeKind::CounterQuestion,
                domain::MessageKind::FinalReply => ComposeKind::FinalReply,
                _ => ComposeKind::PartialReply,
            },
            text: it.text,
            attachments: it.files.into_iter().map(file).collect(),
            updated_at: time(it.updated_at),
            signature: it.signature,
        }
    }
}

impl From<core::Attached> for AttachResult {
    fn from(it: core::Attached) -> Self {
        let refused =
            |file: core::RefusedFile| RefusedFile { problem: (&file.problem).into(), file_name: file.file_name };
        Self { draft: it.draft.into(), refused: it.refused.into_iter().map(refused).collect() }
    }
}

impl TryFrom<PreviewSource> for core::PreviewSource {
    type Error = ShellError;
    fn try_from(source: PreviewSource) -> Result<Self, ShellError> {
        Ok(match source {
            PreviewSource::Draft { case_id, attachment_id } => {
                Self::Draft { case: id(&case_id)?, file: id(&attachment_id)? }
            }
            PreviewSource::Case { case_id, attachment_id } => {
                Self::Case { case: id(&case_id)?, file: id(&attachment_id)? }
            }
        })
    }
}

impl From<core::PreviewOpened> for PreviewInfo {
    fn from(it: core::PreviewOpened) -> Self {
        let DocumentInfo { kind, pages, sizes, delays_ms, .. } = it.info;
        Self {
            token: it.token,
            file_name: it.file_name,
            kind: kind.into(),
            size: small(it.size),
            sha256: it.sha256,
            pages,
            sizes: sizes
                .into_iter()
                .map(|size| PageSize { width: f64::from(size.width), height: f64::from(size.height) })
                .collect(),
            delays: delays_ms,
        }
    }
}

impl From<Preferences> for PersonalSettings {
    fn from(it: Preferences) -> Self {
        Self {
            signature: it.signature,
            notify_new_case: it.notify_new_case,
            notify_assigned: it.notify_assigned,
            notify_answered: it.notify_answered,
        }
    }
}

impl From<PersonalSettings> for Preferences {
    fn from(it: PersonalSettings) -> Self {
        Self {
            signature: it.signature,
            notify_new_case: it.notify_new_case,
            notify_assigned: it.notify_assigned,
            notify_answered: it.notify_answered,
        }
    }
}
