//! Who is signed in, and whether there is contact.

use super::Problem;
use serde::{Deserialize, Serialize};
use specta::Type;

/// A role at a clinic (R20).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum Role {
    Receiver,
    Handler,
    LocalAdmin,
    PermissionAdmin,
    Auditor,
    RegionAdmin,
    NationalAdmin,
}

/// Where a demo person works.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PracticeAssignment {
    /// Name of the clinic.
    pub clinic_name: String,
    /// Roles there.
    pub roles: Vec<Role>,
}

/// A demo person to pick in practice mode.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PracticePerson {
    /// HSA-id.
    pub hsa_id: String,
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Has protected identity (R70).
    pub protected_identity: bool,
    /// Where they work.
    pub assignments: Vec<PracticeAssignment>,
}

/// A group of staff.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GroupView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// One clinic at which the person works.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AssignmentView {
    /// HSA-id of the clinic.
    pub clinic: String,
    /// Its name.
    pub clinic_name: String,
    /// Roles there.
    pub roles: Vec<Role>,
    /// Groups there that the person belongs to.
    pub groups: Vec<GroupView>,
}

/// The signed-in person.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StaffView {
    /// HSA-id.
    pub hsa_id: String,
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// E-mail from the directory (R65).
    pub email: Option<String>,
    /// Telephone from the directory (R67).
    pub phone: Option<String>,
    /// Has protected identity.
    pub protected_identity: bool,
}

/// Who is signed in, and where they work.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    /// The person.
    pub staff: StaffView,
    /// Their clinics.
    pub assignments: Vec<AssignmentView>,
}

/// What the screen must know before anything else.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AppStateView {
    /// Version of the program.
    pub version: String,
    /// Practice mode (övningsläge).
    pub practice: bool,
    /// Practice mode only: does the built-in server run?
    pub practice_server_running: bool,
    /// Where the server is.
    pub server_address: String,
    /// Who is signed in.
    pub session: Option<SessionView>,
    /// The clinic that this person looked at last; none is all of theirs.
    pub clinic: Option<String>,
    /// The case whose composer was open when the program ended or lost its session.
    pub writing: Option<String>,
    /// Something the app cannot work without is missing or broken.
    pub blocked: Option<Problem>,
    /// Why the last session did not go on, for the sign-in page; others can sign in all the same. The fact `startAnew`
    /// says that nothing opens the local files any more; it names the profile for the command of that name, and `folder`
    /// is the place where they are set aside.
    pub trouble: Option<Problem>,
    /// Where the settings file lies that could not be read at this start; what it held is as when nothing had been set.
    pub settings_kept: Option<String>,
}

/// Is there contact with the server?
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[allow(missing_docs, reason = "fields are named as in the structs of the same words")]
pub enum ConnectionView {
    /// Yes.
    Connected,
    /// No: since when, and why if known.
    Offline { since: Option<String>, problem: Option<Problem> },
    /// Yes, and a catch-up is under way.
    Syncing { done: u32, total: u32 },
    /// The session ended at the server.
    SignedOutByServer,
}
