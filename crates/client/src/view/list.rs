//! Lists of cases, the counts beside them, and the start page.

use jiff::Timestamp;
use jiff::civil::Date;
use mottaget_domain::{CaseId, CaseState, GroupId, HsaId};
use std::collections::BTreeSet;

pub use mottaget_domain::listing::{DueFilter, Filter, Holder, SavedView, Scope};
pub use mottaget_domain::{MistypedNumber, NumberFault, Unwatched};
pub use mottaget_store::{Away, JottingKind, UnwatchedCount};

/// What to list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListQuery {
    /// Which list.
    pub scope: Scope,
    /// Only this clinic; all of mine if empty.
    pub clinic: Option<HsaId>,
    /// Words to look for.
    pub search: Option<String>,
    /// What else it is narrowed to.
    pub filter: Filter,
    /// Rows to skip.
    pub offset: u64,
    /// Rows to give, at most.
    pub limit: u32,
}

/// How a case stands against its response target (D5); colour only supports the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueTone {
    /// There is time.
    OnTime,
    /// Due today.
    Today,
    /// Late.
    Late,
    /// First feedback was given, and a counter-question waits for the resident: the clock stands still until the answer.
    Paused,
    /// First feedback was given, or the case is closed.
    Done,
}

/// The response clock of one case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueView {
    /// The last moment for first feedback.
    pub at: Timestamp,
    /// In one word.
    pub tone: DueTone,
    /// Working days left, negative when late; 0 when paused or done.
    pub working_days_left: i32,
}

/// Who has a case, with the name as the directory knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssigneeName {
    /// One handler.
    Person {
        /// HSA-id.
        hsa_id: HsaId,
        /// Name; the HSA-id if the directory is not here yet.
        name: String,
    },
    /// A group.
    Group {
        /// Its id.
        id: GroupId,
        /// Name.
        name: String,
    },
}

/// One row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// The case.
    pub id: CaseId,
    /// Its clinic.
    pub clinic: HsaId,
    /// The clinic's name.
    pub clinic_name: String,
    /// Name of its type.
    pub case_type: String,
    /// Its state.
    pub state: CaseState,
    /// Something in it is new to me.
    pub unread: bool,
    /// Whom it is about.
    pub resident_name: String,
    /// Identity number as people write it.
    pub resident_id: String,
    /// Skyddad identitet.
    pub protected_identity: bool,
    /// When it came in.
    pub received_at: Timestamp,
    /// Its clock.
    pub due: DueView,
    /// Who has it.
    pub assignee: Option<AssigneeName>,
    /// Whoever has it by name is away today.
    pub away: Option<Away>,
    /// Is it assigned to me by name?
    pub mine: bool,
    /// Is it that of an absent colleague whom I cover today?
    pub covered: bool,
    /// Files in the thread.
    pub attachments: u32,
    /// Has a partial reply gone out?
    pub partial_reply_sent: bool,
    /// Do I have an unsent draft in it?
    pub has_draft: bool,
    /// Of what kinds have I begun internal words in it?
    pub jottings: BTreeSet<JottingKind>,
    /// My acts that have not come home yet.
    pub pending_ops: u32,
}

/// Some rows of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPage {
    /// Rows in the whole list, or as many as were counted.
    pub total: u64,
    /// There are more than `total`: a search is counted a little beyond the window that was asked for, no further.
    pub more: bool,
    /// Rows skipped.
    pub offset: u64,
    /// The rows.
    pub rows: Vec<CaseRow>,
    /// The mirror is still being filled: there may be more.
    pub incomplete: bool,
    /// The whole search was meant as an identity number, and this is why it is none.
    pub mistyped: Option<MistypedNumber>,
}

/// What a list can be narrowed by: only what occurs in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilterChoices {
    /// Names of types, by alphabet.
    pub case_types: Vec<String>,
    /// Who has any, by name.
    pub holders: Vec<AssigneeName>,
    /// Some are with nobody.
    pub unheld: bool,
}

/// What waits for me.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Undistributed, for receivers.
    pub inbox: u64,
    /// Distributed and ongoing, for receivers.
    pub distributed: u64,
    /// Assigned to me, open.
    pub mine: u64,
    /// With my groups, not taken.
    pub groups: u64,
    /// Those of absent colleagues whom I cover.
    pub covered: u64,
    /// Mine, waiting for the resident.
    pub waiting: u64,
    /// Cases in which I have a draft or have begun internal words.
    pub drafts: u64,
    /// My acts that have not come home.
    pub outbox: u64,
    /// My drafts and internal words in cases that have left my sight.
    pub stray_drafts: u64,
    /// Unread cases of mine, of my groups, of those whom I cover, and (for receivers) in the inbox: the tray's number.
    pub unread: u64,
}

/// The cards of the start page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StartCardKind {
    /// Mottagningens ärenden (R25).
    ClinicCases,
    /// Hantera tilldelade ärenden (R32).
    AssignedCases,
    /// My groups' cases (R38).
    MyGroups,
    /// Cases of absent colleagues whom I cover.
    Covered,
    /// My drafts.
    Drafts,
    /// My outbox.
    Outbox,
    /// Who works at my clinics (R55).
    Staff,
    /// What my clinics decide (R58).
    ClinicSettings,
    /// My clinics' reply texts (R43; the sources' card of templates, R60, as far as there are any).
    ClinicTexts,
    /// What my region decides.
    RegionSettings,
    /// My region's reply texts.
    RegionTexts,
    /// Personal settings (R62).
    PersonalSettings,
}

impl StartCardKind {
    /// Those of administrators, in their order.
    pub(crate) const ADMINISTRATION: [Self; 5] =
        [Self::Staff, Self::ClinicSettings, Self::ClinicTexts, Self::RegionSettings, Self::RegionTexts];
}

/// The case that has waited longest: nothing about the resident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oldest {
    /// Which.
    pub case: CaseId,
    /// Name of its type.
    pub case_type: String,
    /// Since when.
    pub received_at: Timestamp,
}

/// One card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartCard {
    /// Which.
    pub kind: StartCardKind,
    /// For which clinic; empty for the cards that are the person's own.
    pub clinic: Option<HsaId>,
    /// The clinic's name.
    pub clinic_name: Option<String>,
    /// Numbers by name: `undistributed`, `dueToday`, `late`, both with `Distributed` for the distributed cases, `unread`, `open`, `waiting`, `groups`, `covered`, `drafts`, `outbox`.
    pub counts: Vec<(&'static str, u64)>,
    /// The case that has waited longest.
    pub oldest: Option<Oldest>,
    /// For receivers: open cases that nobody watches, by reason and list.
    pub unwatched: Vec<UnwatchedCount>,
    /// Whom I cover there, by name.
    pub covers: Vec<Covers>,
}

/// A colleague whom I cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covers {
    /// Their name.
    pub name: String,
    /// The last day on which they are away.
    pub until: Date,
}

/// Fewer people than the clinic wants look into its inbox today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortInbox {
    /// The clinic.
    pub clinic: HsaId,
    /// Its name.
    pub clinic_name: String,
    /// Receivers who are there.
    pub there: u32,
    /// As many as there should be.
    pub least: u32,
}

/// Where I am away today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAway {
    /// The clinic.
    pub clinic: HsaId,
    /// Its name.
    pub clinic_name: String,
    /// The last day of it.
    pub until: Date,
    /// Name of whoever covers, if anybody does.
    pub substitute: Option<String>,
}

/// The start page (R22, R23).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartView {
    /// Cards, by role.
    pub cards: Vec<StartCard>,
    /// When the person was last here, before this session.
    pub new_since: Option<Timestamp>,
    /// Cases in these cards that came or changed since, and were not read.
    pub new_cases: u64,
    /// For local administrators: inboxes that too few look into.
    pub short_inboxes: Vec<ShortInbox>,
    /// Where I am away today myself, so that no notice reaches me.
    pub away: Vec<OwnAway>,
}
