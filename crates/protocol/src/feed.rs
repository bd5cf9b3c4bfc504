//! Down the wire: pages of the change feed, the clinic's directory, and the stream of wake-ups.

use crate::op::Rejected;
use crate::presence::Company;
use jiff::Timestamp;
use mottaget_domain::clinic::{ClinicFacts, Group, Policy, StaffFacts};
use mottaget_domain::{Absence, Case, CaseId, CaseTypeId, HsaId, MessageKind, OpId, ReplyTemplate, Resident};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A case as a member of staff may see it: the whole document, always.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CaseDocument {
    /// The clinic's feed number of its last change.
    pub seq: u64,
    /// The case.
    pub case: Case,
    /// Whom it is about.
    pub resident: Resident,
}

/// Which part of the feed a page comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    /// The first fill: everything the viewer may see, open cases first, newest first.
    Snapshot,
    /// Changes in the order in which they happened.
    Changes,
}

/// One page of a clinic's feed for one viewer.
///
/// Asked for with `GET /api/v1/clinics/{clinic}/feed?cursor=…&limit=…`; without a cursor a snapshot begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    /// The clinic.
    pub clinic: HsaId,
    /// Which part of the feed.
    pub phase: Phase,
    /// The page begins a new snapshot although a cursor was given (roles or groups changed, or the cursor is not known
    /// any more): the mirror of this clinic must be emptied in the same transaction that takes this page.
    pub reset: bool,
    /// Give this back to get the next page; opaque.
    pub cursor: String,
    /// The clinic's feed number that the viewer is at, or (in a snapshot) will be at once it is complete.
    pub seq: u64,
    /// Is there more right now?
    pub more: bool,
    /// In a snapshot: how many documents it has in all.
    pub total: Option<u64>,
    /// Cases that the viewer may see.
    pub documents: Vec<CaseDocument>,
    /// Cases that the viewer had and may not see any more.
    pub tombstones: Vec<CaseId>,
    /// Those of them that were the viewer's own and that somebody else has given away (T6).
    #[serde(default)]
    pub taken: Vec<Taken>,
    /// The viewer's own ops that have come to effect, whether or not they may still see the case.
    pub settled: Vec<Settled>,
    /// The viewer's own ops that were refused for good.
    pub rejected: Vec<Rejected>,
}

/// A case that somebody else has given away from the viewer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Taken {
    /// Which.
    pub case: CaseId,
    /// The feed number of that act.
    pub seq: u64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// A page that comes unasked on the event stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PushedPage {
    /// The cursor that this page goes on from. It is taken only by who has exactly this one.
    pub from: String,
    /// The page: changes only, and nothing more behind it.
    pub page: Page,
}

/// An op that has come to effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Settled {
    /// Which op.
    pub op: OpId,
    /// On which case.
    pub case: CaseId,
    /// The feed number of its commit.
    pub seq: u64,
}

/// What the app must know of a clinic beside its cases: `GET /api/v1/clinics/{clinic}/directory`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Directory {
    /// The clinic.
    pub clinic: HsaId,
    /// Its name.
    pub name: String,
    /// Name of its region.
    #[serde(default)]
    pub region: String,
    /// What it has decided.
    pub policy: Policy,
    /// Its staff, by name.
    pub staff: Vec<StaffFacts>,
    /// Its groups, by name.
    pub groups: Vec<Group>,
    /// How many open cases each handler has (only receivers and handlers of the clinic learn this).
    pub open_cases: Vec<OpenCases>,
    /// Its active case types.
    pub case_types: Vec<CaseTypeInfo>,
    /// Reply texts: the region's first, then the clinic's own, each by title.
    #[serde(default)]
    pub reply_templates: Vec<ReplyTemplate>,
}

impl Directory {
    /// The clinic as the rules take it.
    #[must_use]
    pub fn facts(&self) -> ClinicFacts {
        ClinicFacts {
            hsa_id: self.clinic.clone(),
            name: self.name.clone(),
            policy: self.policy.clone(),
            staff: self.staff.iter().map(|staff| (staff.hsa_id.clone(), staff.clone())).collect(),
            groups: self.groups.iter().map(|group| (group.id, group.clone())).collect(),
        }
    }
}

/// A reply text of the clinic's own, or of its region, without its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplyTemplateText {
    /// What it is called in the picker.
    pub title: String,
    /// What it says; blanks stand in double braces.
    pub text: String,
    /// For this kind of message alone.
    pub kind: Option<MessageKind>,
    /// For this case type alone.
    pub case_type: Option<CaseTypeId>,
}

impl From<ReplyTemplate> for ReplyTemplateText {
    fn from(template: ReplyTemplate) -> Self {
        let ReplyTemplate { title, text, kind, case_type, .. } = template;
        Self { title, text, kind, case_type }
    }
}

/// `PUT /api/v1/clinics/{clinic}/staff/{person}/absences`: when somebody is away, all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Absences {
    /// The absences; none has a day in common with another.
    pub absences: Vec<Absence>,
}

/// How much somebody has on the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OpenCases {
    /// `handler:HSA-ID` or `group:UUID`, as in [`mottaget_domain::visibility::ViewerKey`].
    pub key: String,
    /// Number of open cases.
    pub count: u32,
}

/// An active case type of a clinic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CaseTypeInfo {
    /// Its id.
    pub id: CaseTypeId,
    /// Its name.
    pub name: String,
    /// What it is for, as residents read it.
    pub description: String,
    /// May residents attach files?
    pub resident_files: bool,
    /// The questions of its form, in order.
    pub questions: Vec<String>,
    /// Its own response target in working days, where region and clinic say nothing of it.
    #[serde(default)]
    pub response_days: Option<u8>,
}

/// One event of `GET /api/v1/events` (server-sent events; `event:` names the kind, `data:` is this).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum StreamEvent {
    /// Something moved in this clinic: ask its feed. Durable: what it announces is in the feed.
    Moved {
        /// The clinic.
        clinic: HsaId,
        /// The feed number that it has reached.
        seq: u64,
    },
    /// Something moved, and the next page of the viewer's feed comes with the news (ADR 13). Whoever stands anywhere else
    /// than at `from` asks the feed instead, as after [`Self::Moved`].
    Page(Box<PushedPage>),
    /// The viewer's own roles, groups or session changed: ask `GET /api/v1/me`.
    Me,
    /// Colleagues came to cases that the viewer may see, do something else there, or left (ADR 16). Only ever a hint.
    Presence {
        /// The clinic.
        clinic: HsaId,
        /// Who is at which case now; a case that is not named stands as before.
        cases: Vec<Company>,
        /// At all other cases of the clinic there is nobody.
        whole: bool,
    },
}
