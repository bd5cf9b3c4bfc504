//! Who may open a case at a clinic: the residents of its service area, those whom it has approved, and for one case type
//! those to whom it was granted (T1, W26–W31). What is open already goes on for everybody.

use crate::refusal::Refusal;
use crate::resident::{Resident, Sex};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// A municipality (kommun) by its four digits; the first two are its county's (SCB).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String)]
pub struct Municipality(String);

impl Municipality {
    /// Reads one; `None` if it is not four digits.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let four = code.len() == 4 && code.bytes().all(|digit| digit.is_ascii_digit());
        four.then(|| Self(code.to_owned()))
    }

    /// Its four digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The two digits of its county (län).
    #[must_use]
    pub fn county(&self) -> &str {
        self.0.get(..2).unwrap_or(&self.0)
    }
}

impl TryFrom<String> for Municipality {
    type Error = String;

    fn try_from(code: String) -> Result<Self, String> {
        Self::parse(&code).ok_or_else(|| format!("a municipality has four digits, not «{code}»"))
    }
}

impl From<Municipality> for String {
    fn from(it: Municipality) -> Self {
        it.0
    }
}

/// Betjäningsområde: whose residents reach the clinic without being approved. Each condition that is set must hold; none
/// is set at first, so that everybody does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceArea {
    /// Counties, by their two digits, whose registered residents belong to it.
    pub counties: BTreeSet<String>,
    /// Municipalities whose registered residents belong to it, beside those of the counties.
    pub municipalities: BTreeSet<Municipality>,
    /// One sex only.
    pub sex: Option<Sex>,
    /// From this age on, in whole years.
    pub age_from: Option<u8>,
    /// Up to and with this age, in whole years.
    pub age_to: Option<u8>,
}

impl ServiceArea {
    /// Does somebody who is registered there (`None`: not known, or in no municipality) belong to it? Who can't be shown
    /// to fulfil a condition does not.
    #[must_use]
    pub fn includes(&self, resident: &Resident, registered: Option<&Municipality>, today: Date) -> bool {
        let anywhere = self.counties.is_empty() && self.municipalities.is_empty();
        let here = |place: &Municipality| self.counties.contains(place.county()) || self.municipalities.contains(place);
        let age = resident.personal_id.age(today);
        let old_enough = self.age_from.is_none_or(|from| age.is_some_and(|age| age >= i16::from(from)));
        let young_enough = self.age_to.is_none_or(|to| age.is_some_and(|age| age <= i16::from(to)));
        let of_the_sex = self.sex.is_none_or(|sex| resident.sex == sex);
        (anywhere || registered.is_some_and(here)) && old_enough && young_enough && of_the_sex
    }
}

/// How somebody stands to a clinic that they want to ask something, and to the case type that they want to ask it with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Admission {
    /// Where they are registered, if that is known.
    pub registered: Option<Municipality>,
    /// Godkänd för kommunikation (W27).
    pub approved: bool,
    /// The case type has a restricted audience: only those to whom it was granted know of it.
    pub restricted: bool,
    /// The case type is granted to them today (W31).
    pub granted: bool,
}

/// May they open a case of that type? `area` is the clinic's; without one everybody has to be approved (W27).
///
/// # Errors
/// [`Refusal::NotFound`] for a restricted type that was not granted: nobody else learns that it is there;
/// [`Refusal::OutsideServiceArea`].
pub fn may_submit(
    admission: &Admission,
    resident: &Resident,
    area: Option<&ServiceArea>,
    today: Date,
) -> Result<(), Refusal> {
    if admission.granted {
        return Ok(());
    }
    if admission.restricted {
        return Err(Refusal::NotFound);
    }
    let in_area = || area.is_some_and(|area| area.includes(resident, admission.registered.as_ref(), today));
    if admission.approved || in_area() { Ok(()) } else { Err(Refusal::OutsideServiceArea) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::personal_id::PersonalId;
    use crate::resident::ResidentStatus;

    const TODAY: Date = jiff::civil::date(2026, 11, 28);

    /// Forty-six years old.
    fn elin() -> Resident {
        Resident {
            personal_id: PersonalId::parse("19800101-9804", TODAY).unwrap(),
            name: "Elin Testberg".into(),
            sex: Sex::Female,
            protected_identity: false,
            status: ResidentStatus::Active,
            mobile: None,
            email: None,
            guardians: Vec::new(),
        }
    }

    fn place(code: &str) -> Municipality {
        Municipality::parse(code).unwrap()
    }

    fn in_area(area: &ServiceArea, registered: Option<&str>) -> bool {
        area.includes(&elin(), registered.map(place).as_ref(), TODAY)
    }

    #[test]
    fn each_condition_that_is_set_must_hold() {
        let everybody = ServiceArea::default();
        assert!(in_area(&everybody, None) && in_area(&everybody, Some("0180")));
        let county = ServiceArea { counties: ["98".to_owned()].into(), ..ServiceArea::default() };
        assert!(in_area(&county, Some("9801")) && in_area(&county, Some("9899")));
        assert!(!in_area(&county, Some("0198")), "the county is what it begins with");
        assert!(!in_area(&county, None), "who is registered nowhere is in no county");
        let one = ServiceArea { municipalities: [place("0180")].into(), ..county.clone() };
        assert!(in_area(&one, Some("0180")) && in_area(&one, Some("9801")), "the one or the other");
        assert!(!in_area(&one, Some("0181")));
        for (from, to, fits) in
            [(None, Some(45), false), (None, Some(46), true), (Some(46), None, true), (Some(47), None, false)]
        {
            let aged = ServiceArea { age_from: from, age_to: to, ..county.clone() };
            assert_eq!(in_area(&aged, Some("9801")), fits, "{from:?} {to:?}");
            assert!(!in_area(&aged, Some("0180")));
        }
        let men = ServiceArea { sex: Some(Sex::Male), ..ServiceArea::default() };
        assert!(!in_area(&men, None));
        let unknown = Resident { sex: Sex::Unknown, ..elin() };
        let women = ServiceArea { sex: Some(Sex::Female), ..ServiceArea::default() };
        assert!(in_area(&women, None) && !women.includes(&unknown, None, TODAY));
    }

    #[test]
    fn t1_area_approval_or_grant_and_a_restricted_type_by_grant_alone() {
        let area = ServiceArea { counties: ["98".to_owned()].into(), ..ServiceArea::default() };
        for bits in 0..16_u8 {
            let on = |bit: u8| bits & bit != 0;
            let admission = Admission {
                registered: on(1).then(|| place("9801")),
                approved: on(2),
                restricted: on(4),
                granted: on(8),
            };
            let may = |area| may_submit(&admission, &elin(), area, TODAY);
            let expected = match (on(4), on(8)) {
                (_, true) => Ok(()),
                (true, false) => Err(Refusal::NotFound),
                (false, false) if on(1) || on(2) => Ok(()),
                (false, false) => Err(Refusal::OutsideServiceArea),
            };
            assert_eq!(may(Some(&area)), expected, "{admission:?}");
            // a clinic without a service area is open to those whom it has approved
            let approved = match expected {
                Ok(()) if !on(2) && !on(8) => Err(Refusal::OutsideServiceArea),
                other => other,
            };
            assert_eq!(may(None), approved, "{admission:?}, no area");
        }
    }

    #[test]
    fn a_municipality_is_four_digits_also_from_outside() {
        for wrong in ["", "018", "01800", "018a", "٠١٨٠"] {
            assert_eq!(Municipality::parse(wrong), None, "{wrong}");
            assert!(serde_json::from_value::<Municipality>(wrong.into()).is_err());
        }
        assert_eq!(serde_json::to_value(place("0180")).unwrap(), "0180");
    }
}
