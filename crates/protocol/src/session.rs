//! Who is signed in: person, assignments, preferences.

use mottaget_domain::clinic::Group;
use mottaget_domain::listing::SavedView;
use mottaget_domain::signature::SignAs;
use mottaget_domain::{HsaId, Role};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// A member of staff, from the directory (R65–R69).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Staff {
    /// HSA-id.
    pub hsa_id: HsaId,
    /// Given and family name.
    pub name: String,
    /// Title.
    pub title: String,
    /// E-mail from the directory.
    pub email: Option<String>,
    /// Telephone from the directory.
    pub phone: Option<String>,
    /// Has protected identity (R70).
    pub protected_identity: bool,
}

/// One clinic at which the person works (R20, R21).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Assignment {
    /// The clinic.
    pub clinic: HsaId,
    /// Its name.
    pub clinic_name: String,
    /// Roles there.
    pub roles: BTreeSet<Role>,
    /// Groups there that the person belongs to.
    pub groups: Vec<Group>,
}

/// What the person chose (R62–R68).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Preferences {
    /// Stands under every message to a resident; the default is name and title (W38).
    pub signature: String,
    /// In whose name messages are signed where the writer does not say otherwise.
    #[serde(default)]
    pub sign_as: SignAs,
    /// Notify when a case has come in (R63).
    pub notify_new_case: bool,
    /// Notify when a case was assigned to me or my group (R64).
    pub notify_assigned: bool,
    /// Notify when the resident answered.
    pub notify_answered: bool,
    /// Notify when a colleague speaks to me in an internal note.
    #[serde(default = "yes")]
    pub notify_mentioned: bool,
    /// Saved views, in the person's own order.
    #[serde(default)]
    pub views: Vec<SavedView>,
}

/// What holds where an older program says nothing.
fn yes() -> bool {
    true
}

/// `GET /api/v1/me`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// The person.
    pub staff: Staff,
    /// Where they work.
    pub assignments: Vec<Assignment>,
    /// What they chose; `PUT /api/v1/me/preferences` changes it.
    pub preferences: Preferences,
}

/// The answer to a sign-in.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    /// Opaque session token, for `Authorization: Bearer …`.
    pub token: String,
    /// Who it is.
    pub me: Me,
}

/// `POST /practice/sign-in`: practice mode only, no password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PracticeSignIn {
    /// The demo person's HSA-id.
    pub hsa_id: HsaId,
}

/// `GET /practice/people`: the demo people to pick from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PracticePeople {
    /// Everybody who can sign in.
    pub people: Vec<Me>,
}
