//! From the core's words to the screen's: ids and times become text, nothing is decided here.

mod case;
mod clock;
mod company;
mod compose;
mod list;
mod session;
mod settings;
mod staffing;

use super::*;
use crate::error::ShellError;
use jiff::Timestamp;
use mottaget_client::Trouble;
use mottaget_client::view as core;
use mottaget_domain as domain;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::str::FromStr;

/// Reads an id that came from the screen.
///
/// # Errors
/// `bad-request` if it is none; only a broken screen sends such.
pub fn id<T: FromStr>(text: &str) -> Result<T, ShellError> {
    text.parse().map_err(|_| ShellError::BadRequest(format!("not an id: {} characters", text.len())))
}

/// What something was when it was read, as the screen hands it back with what is decided anew.
fn to_hand_back<T: Serialize>(it: &T) -> String {
    serde_json::to_string(it).unwrap_or_default()
}

/// The same, handed back.
fn as_seen<T: DeserializeOwned>(text: &str) -> Result<T, ShellError> {
    serde_json::from_str(text).map_err(|_| ShellError::BadRequest("not what was handed out".to_owned()))
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

same!(mottaget_client::Doing => Doing { Reading, Distributing, Answering });
same!(domain::MessageKind => MessageKind { Submission, ResidentReply, PartialReply, CounterQuestion, FinalReply, Closure });
same!(domain::signature::SignAs => SignAs { Person, Clinic });
impl From<SignAs> for domain::signature::SignAs {
    fn from(it: SignAs) -> Self {
        match it {
            SignAs::Person => Self::Person,
            SignAs::Clinic => Self::Clinic,
        }
    }
}
same!(domain::NumberFault => NumberFault { CheckDigit, Date, Future, Plus });
same!(domain::FileKind => FileKind { Pdf, Gif, Jpeg, Png });
same!(domain::CloseReason => CloseReason { HandledByPhone, HandledAtVisit, Duplicate, WrongClinic, ResidentWithdrew, Other });
impl CloseReason {
    /// With these the resident knows without a message that the matter is over, by the rules.
    #[must_use]
    pub fn known_to_resident() -> Vec<Self> {
        domain::CloseReason::ALL.into_iter().filter(|reason| reason.known_to_resident()).map(Into::into).collect()
    }
}
same!(CloseReason => DomainCloseReason { HandledByPhone, HandledAtVisit, Duplicate, WrongClinic, ResidentWithdrew, Other });
same!(domain::Sex => SexView { Female, Male, Unknown });
same!(domain::Unreachable => Unreachable { Deceased, Emigrated, Locked, NoLogin, NotActivated });
same!(core::DueTone => DueTone { OnTime, Today, Late, Paused, Done });
same!(DueFilter => CoreDueFilter { Late, Today });
same!(core::DueFilter => DueFilter { Late, Today });
same!(domain::response_clock::Cause => DueCause { Submitted, Answered });
same!(domain::response_clock::Level => DueLevel { Region, Clinic, CaseType });
same!(core::StartCardKind => CardId {
    ClinicCases, AssignedCases, MyGroups, Covered, Drafts, Outbox, Staff, ClinicSettings, ClinicTexts, RegionSettings,
    RegionTexts, PersonalSettings,
});
same!(domain::Unwatched => Unwatched { Undistributed, HolderInactive, HolderAbsent, GroupUnstaffed, NotBegun });
same!(Unwatched => DomainUnwatched { Undistributed, HolderInactive, HolderAbsent, GroupUnstaffed, NotBegun });
same!(core::TargetKind => TargetKind { Person, Group, Receiver });
same!(TargetKind => CoreTargetKind { Person, Group, Receiver });
same!(core::ActName => ActName {
    Distribute, Redistribute, Take, PartialReply, CounterQuestion, FinalReply, Attach, WithdrawQuestion, Close, Reopen,
    Note, ReturnToReceiver, MarkRecorded,
});
same!(ComposeKind => DomainMessageKind { PartialReply, CounterQuestion, FinalReply, Closure });

use core::{DueFilter as CoreDueFilter, TargetKind as CoreTargetKind};
use domain::{CloseReason as DomainCloseReason, MessageKind as DomainMessageKind, Unwatched as DomainUnwatched};

fn domain_state(state: CaseState) -> domain::CaseState {
    match state {
        CaseState::New => domain::CaseState::New,
        CaseState::AssignedPerson => domain::CaseState::AssignedPerson,
        CaseState::AssignedGroup => domain::CaseState::AssignedGroup,
        CaseState::InProgress => domain::CaseState::InProgress,
        CaseState::AwaitingResident => domain::CaseState::AwaitingResident,
        CaseState::Closed => domain::CaseState::Closed,
    }
}

/// The screen calls the list of everything by what it is for.
impl From<Scope> for core::Scope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Inbox => Self::Inbox,
            Scope::Distributed => Self::Distributed,
            Scope::ClinicClosed => Self::ClinicClosed,
            Scope::Mine => Self::Mine,
            Scope::Groups => Self::Groups,
            Scope::Covered => Self::Covered,
            Scope::Waiting => Self::Waiting,
            Scope::Drafts => Self::Drafts,
            Scope::MyClosed => Self::MyClosed,
            Scope::Search => Self::Everything,
        }
    }
}

impl From<core::Scope> for Scope {
    fn from(scope: core::Scope) -> Self {
        match scope {
            core::Scope::Inbox => Self::Inbox,
            core::Scope::Distributed => Self::Distributed,
            core::Scope::ClinicClosed => Self::ClinicClosed,
            core::Scope::Mine => Self::Mine,
            core::Scope::Groups => Self::Groups,
            core::Scope::Covered => Self::Covered,
            core::Scope::Waiting => Self::Waiting,
            core::Scope::Drafts => Self::Drafts,
            core::Scope::MyClosed => Self::MyClosed,
            core::Scope::Everything => Self::Search,
        }
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
