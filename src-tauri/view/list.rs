//! Lists, counts and the start page.

use super::{AwayView, CloseReason, JottingKind, Target, Unwatched};
use serde::{Deserialize, Serialize};
use specta::Type;

/// Where a case is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum CaseState {
    New,
    AssignedPerson,
    AssignedGroup,
    InProgress,
    AwaitingResident,
    Closed,
}

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum Scope {
    Inbox,
    Distributed,
    ClinicClosed,
    Mine,
    Groups,
    Covered,
    Waiting,
    Drafts,
    MyClosed,
    Search,
}

/// Only open cases whose response clock stands like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum DueFilter {
    Late,
    Today,
}

/// Only cases that somebody has, or nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[allow(missing_docs, reason = "fields are named as in the structs of the same words")]
pub enum HolderFilter {
    /// Nobody has it.
    Nobody,
    /// One handler has it.
    Person { hsa_id: String },
    /// A group has it.
    Group { id: String },
}

/// What a list is narrowed to; what is empty leaves nothing out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ListFilter {
    /// In one of these states.
    pub states: Vec<CaseState>,
    /// Of one of these types, by name.
    pub case_types: Vec<String>,
    /// Due like this.
    pub due: Option<DueFilter>,
    /// With this one.
    pub holder: Option<HolderFilter>,
    /// Received on this Swedish day (2026-11-28) or later.
    pub received_from: Option<String>,
    /// Received on this day or earlier.
    pub received_to: Option<String>,
    /// Only what is new to the person.
    pub unread: bool,
    /// Only residents with protected identity.
    pub protected_identity: bool,
    /// Only what nobody watches, for one of these reasons.
    pub unwatched: Vec<Unwatched>,
}

/// A list that the person has given a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SavedView {
    /// Its name.
    pub name: String,
    /// Which list.
    pub scope: Scope,
    /// Only this clinic.
    pub clinic: Option<String>,
    /// Words to find.
    pub search: Option<String>,
    /// What else it is narrowed to.
    pub filter: ListFilter,
}

/// A saved view and how many cases it holds now.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CountedView {
    /// The view.
    pub view: SavedView,
    /// How many.
    pub n: u32,
}

/// What a list can be narrowed by: only what occurs in it.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FilterChoices {
    /// Names of types.
    pub case_types: Vec<String>,
    /// Who has any.
    pub holders: Vec<AssigneeView>,
    /// Some are with nobody.
    pub unheld: bool,
}

/// What is to be done to several cases at once.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[allow(missing_docs, reason = "fields are named as in the structs of the same words")]
pub enum BulkWish {
    /// Give them to somebody.
    Give { to: Target },
    /// Take them from my groups.
    Take,
    /// Close them without a reply.
    Close { reason: CloseReason, note: Option<String> },
}

/// How a case was when it was looked at.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BulkSeen {
    /// The thread's version.
    pub version: u32,
    /// Who had it; nobody if empty.
    pub assignee: Option<Target>,
}

/// What would happen to one of several cases.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BulkCase {
    /// Case id.
    pub case_id: String,
    /// Name of its type; empty when it has left.
    pub case_type: String,
    /// Whom it is about.
    pub resident_name: String,
    /// Skyddad identitet (R73).
    pub protected_identity: bool,
    /// How it is now; empty when it has left.
    pub seen: Option<BulkSeen>,
    /// Code of the reason why nothing would be done to it.
    pub why: Option<String>,
}

/// A case to which something is to be done, as it was seen.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BulkPick {
    /// Case id.
    pub case_id: String,
    /// As it was in the preview.
    pub seen: BulkSeen,
}

/// What was done to several cases.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BulkDone {
    /// The acts, to take them back by.
    pub op_ids: Vec<String>,
    /// To how many nothing was done.
    pub refused: u32,
    /// Until then all of it can be taken back.
    pub until: String,
}

/// What a list should show.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ListQuery {
    /// Which list.
    pub scope: Scope,
    /// Only this clinic.
    pub clinic: Option<String>,
    /// Words to find.
    pub search: Option<String>,
    /// What else it is narrowed to.
    pub filter: ListFilter,
    /// First row, from 0.
    pub offset: u32,
    /// Most rows.
    pub limit: u32,
}

/// How a due time should look; words say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum DueTone {
    OnTime,
    Today,
    Late,
    Paused,
    Done,
    None,
}

/// When first feedback is due.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DueView {
    /// The last moment.
    pub at: String,
    /// How it should look.
    pub tone: DueTone,
    /// Working days left; negative when late.
    pub working_days_left: i32,
}

/// Who has a case.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[allow(missing_docs, reason = "fields are named as in the structs of the same words")]
pub enum AssigneeView {
    /// One handler.
    Person { hsa_id: String, name: String },
    /// A group.
    Group { id: String, name: String },
}

/// One row of a list.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CaseRow {
    /// Case id.
    pub id: String,
    /// HSA-id of the clinic.
    pub clinic: String,
    /// Its name.
    pub clinic_name: String,
    /// Name of the type.
    pub case_type: String,
    /// Where it is.
    pub state: CaseState,
    /// Something in it is new to this person.
    pub unread: bool,
    /// Name of the resident.
    pub resident_name: String,
    /// Identity as staff read it.
    pub resident_id: String,
    /// Skyddad identitet (R73).
    pub protected_identity: bool,
    /// When it came in.
    pub received_at: String,
    /// When first feedback is due.
    pub due: DueView,
    /// Who has it.
    pub assignee: Option<AssigneeView>,
    /// Whoever has it by name is away today.
    pub away: Option<AwayView>,
    /// Assigned to this person.
    pub mine: bool,
    /// That of an absent colleague whom this person covers today.
    pub covered: bool,
    /// Number of files in the thread.
    pub attachments: u32,
    /// A partial reply went out.
    pub partial_reply_sent: bool,
    /// This person has a draft here.
    pub has_draft: bool,
    /// Internal words that this person has begun here.
    pub jottings: Vec<JottingKind>,
    /// Own acts that wait in the outbox.
    pub pending_ops: u32,
}

/// A window of a list.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ListPage {
    /// Rows in all, or as many as were counted.
    pub total: u32,
    /// Search only: there are more than `total`.
    pub more: bool,
    /// First row of this window.
    pub offset: u32,
    /// The rows.
    pub rows: Vec<CaseRow>,
    /// Search only: the index does not hold everything yet.
    pub incomplete: bool,
    /// The whole search was meant as an identity number, and this is why it is none.
    pub mistyped: Option<MistypedNumber>,
}

/// What was typed as an identity number and is none.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MistypedNumber {
    /// As people write it.
    pub number: String,
    /// What is wrong with it.
    pub fault: NumberFault,
}

/// What is wrong with an identity number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum NumberFault {
    /// The check digit does not agree.
    CheckDigit,
    /// There is no such day.
    Date,
    /// The day of birth has not come yet.
    Future,
    /// A plus sign, but the year says less than a hundred.
    Plus,
}

/// What waits for this person.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Undistributed at the clinic.
    pub inbox: u32,
    /// Distributed and open.
    pub distributed: u32,
    /// Assigned to me.
    pub mine: u32,
    /// With my groups.
    pub groups: u32,
    /// Those of absent colleagues whom I cover.
    pub covered: u32,
    /// Mine, waiting for the resident.
    pub waiting: u32,
    /// My drafts.
    pub drafts: u32,
    /// Waiting in the outbox.
    pub outbox: u32,
    /// My drafts in cases that I do not see any more.
    pub stray_drafts: u32,
}

/// A card of the start page (R23).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum CardId {
    ClinicCases,
    AssignedCases,
    MyGroups,
    Covered,
    Drafts,
    Outbox,
    Staff,
    ClinicSettings,
    ClinicTexts,
    RegionSettings,
    RegionTexts,
    PersonalSettings,
}

/// What a number on a card counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum CountKey {
    Undistributed,
    DueToday,
    Late,
    DueTodayDistributed,
    LateDistributed,
    Unread,
    Open,
    Waiting,
    Groups,
    Covered,
    Drafts,
    Outbox,
}

/// A number on a card.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CardCount {
    /// What it counts.
    pub key: CountKey,
    /// How many.
    pub n: u32,
}

/// The case that has waited longest; nothing about the resident.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OldestCase {
    /// Its id.
    pub case_id: String,
    /// Its type.
    pub case_type: String,
    /// When it came in.
    pub received_at: String,
}

/// One card.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StartCard {
    /// Which.
    pub id: CardId,
    /// For this clinic.
    pub clinic: Option<String>,
    /// Its name.
    pub clinic_name: Option<String>,
    /// Live numbers.
    pub counts: Vec<CardCount>,
    /// What has waited longest.
    pub oldest: Option<OldestCase>,
    /// For receivers: what nobody watches, by reason and list.
    pub unwatched: Vec<UnwatchedView>,
    /// Whom this person covers there.
    pub covers: Vec<CoversView>,
}

/// Open cases that nobody watches.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UnwatchedView {
    /// Why.
    pub why: Unwatched,
    /// In which list.
    pub scope: Scope,
    /// How many.
    pub n: u32,
}

/// A colleague whom the person covers.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CoversView {
    /// Their name.
    pub name: String,
    /// The last day on which they are away.
    pub until: String,
}

/// Fewer people than the clinic wants look into its inbox today.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ShortInbox {
    /// HSA-id of the clinic.
    pub clinic: String,
    /// Its name.
    pub clinic_name: String,
    /// Receivers who are there.
    pub there: u32,
    /// As many as there should be.
    pub least: u32,
}

/// Where this person is away today.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OwnAway {
    /// HSA-id of the clinic.
    pub clinic: String,
    /// Its name.
    pub clinic_name: String,
    /// The last day of it.
    pub until: String,
    /// Name of whoever covers, if anybody does.
    pub substitute: Option<String>,
}

/// The start page.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StartView {
    /// Cards of this person's roles (R22).
    pub cards: Vec<StartCard>,
    /// When this person was last here.
    pub new_since: Option<String>,
    /// Unread cases in these cards that came or changed since then.
    pub new_cases: u32,
    /// For local administrators: inboxes that too few look into.
    pub short_inboxes: Vec<ShortInbox>,
    /// Where this person is away today, so that no notice reaches them.
    pub away: Vec<OwnAway>,
}
