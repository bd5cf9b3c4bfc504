//! Residents: what the clinic may know of the person who writes.

use crate::personal_id::PersonalId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Guardians act for a child until the day the child turns this old (W67, F20).
pub const PROXY_MAX_AGE: i16 = 13;

/// Sex by the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Sex {
    /// Kvinna.
    Female,
    /// Man.
    Male,
    /// Not told by the number.
    Unknown,
}

/// Can the person be reached through the service (W32–W36)?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ResidentStatus {
    /// Reads the inbox.
    Active,
    /// The login is locked.
    Locked,
    /// The person is dead; the account is deactivated.
    Deceased,
    /// Moved from the country.
    Emigrated,
    /// Never activated the inbox.
    NotActivated,
}

/// What staff see of a resident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Resident {
    /// Identity number, twelve characters.
    pub personal_id: PersonalId,
    /// Full name.
    pub name: String,
    /// Sex.
    pub sex: Sex,
    /// Skyddad identitet: shown with a symbol (R73).
    pub protected_identity: bool,
    /// Reachability.
    pub status: ResidentStatus,
    /// Mobile number, if shared (R163).
    pub mobile: Option<String>,
    /// E-mail address, if shared (R163).
    pub email: Option<String>,
    /// Guardians by the population register.
    #[serde(default)]
    pub guardians: Vec<PersonalId>,
}

impl Resident {
    /// May `guardian` act for this person today? Only a guardian, only under 13, never where either is protected
    /// (W64, W67).
    #[must_use]
    pub fn may_be_represented_by(&self, guardian: &Resident, today: Date) -> bool {
        self.guardians.contains(&guardian.personal_id)
            && self.personal_id.age(today).is_some_and(|age| age < PROXY_MAX_AGE)
            && !self.protected_identity
            && !guardian.protected_identity
    }

    /// Can a message reach the person at all?
    #[must_use]
    pub fn reachable(&self) -> bool {
        self.status == ResidentStatus::Active && self.personal_id.reachable()
    }
}
