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

/// Why no message reaches somebody through the service (W32–W36).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unreachable {
    /// The person is dead.
    Deceased,
    /// Moved from the country.
    Emigrated,
    /// The login is locked.
    Locked,
    /// A reserve or coordination number opens no login (W35).
    NoLogin,
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
        self.guardians.contains(&guardian.personal_id) && self.guardians_read(today) && !guardian.protected_identity
    }

    /// Why no message reaches the person; `None` if one does. What can't be helped comes first.
    #[must_use]
    pub fn unreachable(&self) -> Option<Unreachable> {
        match self.status {
            ResidentStatus::Deceased => Some(Unreachable::Deceased),
            ResidentStatus::Emigrated => Some(Unreachable::Emigrated),
            _ if !self.personal_id.reachable() => Some(Unreachable::NoLogin),
            ResidentStatus::Locked => Some(Unreachable::Locked),
            ResidentStatus::NotActivated => Some(Unreachable::NotActivated),
            ResidentStatus::Active => None,
        }
    }

    /// Can a message reach the person at all?
    #[must_use]
    pub fn reachable(&self) -> bool {
        self.unreachable().is_none()
    }

    /// Do those who wrote in this person's place still read what is answered, as far as the person's own facts tell?
    /// Guardians do until the child turns 13, and never where the child is protected (W64, W67).
    #[must_use]
    pub fn guardians_read(&self, today: Date) -> bool {
        self.personal_id.age(today).is_some_and(|age| age < PROXY_MAX_AGE) && !self.protected_identity
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn born(number: &str, status: ResidentStatus) -> Resident {
        Resident {
            personal_id: PersonalId::parse(number, date(2026, 11, 28)).unwrap(),
            name: "Elin Testberg".into(),
            sex: Sex::Female,
            protected_identity: false,
            status,
            mobile: None,
            email: None,
            guardians: Vec::new(),
        }
    }

    #[test]
    fn why_nothing_reaches_somebody_begins_with_what_cannot_be_helped() {
        use ResidentStatus::{Active, Deceased, Emigrated, Locked, NotActivated};
        let (person, coordination) = ("19800101-9804", "19900474-9819");
        for (number, status, why) in [
            (person, Active, None),
            (person, Locked, Some(Unreachable::Locked)),
            (person, NotActivated, Some(Unreachable::NotActivated)),
            (coordination, Active, Some(Unreachable::NoLogin)),
            (coordination, NotActivated, Some(Unreachable::NoLogin)),
            (coordination, Deceased, Some(Unreachable::Deceased)),
            (person, Emigrated, Some(Unreachable::Emigrated)),
        ] {
            let resident = born(number, status);
            assert_eq!((resident.unreachable(), resident.reachable()), (why, why.is_none()), "{number} {status:?}");
        }
    }

    #[test]
    fn guardians_read_until_the_day_of_thirteen_and_not_where_the_child_is_protected() {
        let mut child = born("20140115-9981", ResidentStatus::Active);
        assert!(child.guardians_read(date(2027, 1, 14)));
        assert!(!child.guardians_read(date(2027, 1, 15)));
        child.protected_identity = true;
        assert!(!child.guardians_read(date(2026, 1, 1)));
    }
}
