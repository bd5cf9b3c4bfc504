//! What a case's document says in the columns of its row and in the search index.

use crate::columns::ms;
use mottaget_domain::response_clock::{Due, due};
use mottaget_domain::visibility::ViewerKey;
use mottaget_domain::watch::patience_ends;
use mottaget_domain::{Assignee, CaseState, HsaId, Policy};
use mottaget_protocol::CaseDocument;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Sort key of an open case whose response clock has stopped: after every date, and small enough to stay exact.
pub(crate) const NOT_DUE: i64 = 1 << 52;
/// Row numbers count seconds from here (2015-01-01, UTC), in ms since 1970: small numbers keep the index small.
const FIRST_SECOND: i64 = 1_420_070_400_000;

/// Which of the clinic's lists a case is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shelf {
    /// New, or back for a new distribution.
    Inbox,
    /// Distributed and ongoing.
    Distributed,
    /// Closed.
    Closed,
}

impl Shelf {
    /// As stored; never changes.
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::Inbox => 0,
            Self::Distributed => 1,
            Self::Closed => 2,
        }
    }
}

/// A document with its columns.
pub(crate) struct Facts<'a> {
    pub(crate) document: &'a CaseDocument,
    pub(crate) shelf: Shelf,
    pub(crate) sort: i64,
    pub(crate) watch: i64,
    pub(crate) received: i64,
    pub(crate) waiting: bool,
    pub(crate) assignee: Option<String>,
    pub(crate) files: usize,
    /// The thread's version up to which the person knows it because they moved it themselves; 0 if somebody else did.
    pub(crate) known_by_own_hand: u32,
}

/// A state as stored; never changes.
pub(crate) fn state_number(state: CaseState) -> i64 {
    match state {
        CaseState::New => 0,
        CaseState::AssignedPerson => 1,
        CaseState::AssignedGroup => 2,
        CaseState::InProgress => 3,
        CaseState::AwaitingResident => 4,
        CaseState::Closed => 5,
        CaseState::Purged => 6,
    }
}

/// The key under which an assignee is stored.
pub(crate) fn assignee_key(assignee: &Assignee) -> String {
    match assignee {
        Assignee::Person { hsa_id } => ViewerKey::Handler(hsa_id.clone()).as_text(),
        Assignee::Group { id } => ViewerKey::Group(*id).as_text(),
    }
}

impl<'a> Facts<'a> {
    pub(crate) fn of(document: &'a CaseDocument, policy: &Policy, me: Option<&HsaId>) -> Self {
        let case = &document.case;
        let shelf = match case.state {
            state if !state.is_open() => Shelf::Closed,
            CaseState::New => Shelf::Inbox,
            _ if case.needs_redistribution => Shelf::Inbox,
            _ => Shelf::Distributed,
        };
        let moved_last = case.history.iter().rev().find(|entry| entry.thread_version.is_some());
        let own = moved_last.is_some_and(|entry| me.is_some_and(|me| entry.who.is_staff(me)));
        Self {
            document,
            shelf,
            sort: sort_key(document, policy),
            watch: watch_key(document, policy),
            received: ms(case.created_at),
            waiting: case.state == CaseState::AwaitingResident,
            assignee: case.assignee.as_ref().map(assignee_key),
            files: case.messages.iter().map(|message| message.attachments.len()).sum(),
            known_by_own_hand: if own { case.thread_version } else { 0 },
        }
    }
}

/// The row number that a case received at this time (ms) wants: seconds, so that descending numbers are newest first.
pub(crate) fn row_for(received: i64) -> i64 {
    // Nothing was received before the service began; such times share the first number and what follows it.
    ((received - FIRST_SECOND) / 1000).max(1)
}

/// Due time while the clock runs, then [`NOT_DUE`]; closed cases the last closed first.
pub(crate) fn sort_key(document: &CaseDocument, policy: &Policy) -> i64 {
    let case = &document.case;
    if !case.state.is_open() {
        return -ms(case.closed_at.unwrap_or(case.created_at));
    }
    // Whether the clock runs and when it ends do not depend on the time of asking.
    match due(case, policy, case.created_at) {
        Due::Running { at, .. } => ms(at),
        Due::Paused { .. } | Due::Done { .. } => NOT_DUE,
    }
}

/// When patience ends with a case that waits for the first hand, or [`NOT_DUE`].
pub(crate) fn watch_key(document: &CaseDocument, policy: &Policy) -> i64 {
    patience_ends(&document.case, policy).map_or(NOT_DUE, ms)
}

/// Composed form: å as one letter, however it was typed.
pub(crate) fn composed(text: &str) -> String {
    if is_nfc(text) { text.to_owned() } else { text.nfc().collect() }
}
