//! What is told of a search once a message goes out: counts, never words; and the bar that protected identity raises.

use super::{FindingKind, VERSION};
use crate::personal_id::IdKind;
use crate::refusal::Refusal;
use crate::resident::Resident;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write;
use utoipa::ToSchema;

/// What the guard said of a message, and what its sender took upon themselves by sending it all the same. It goes with the
/// message and into history and log, so it has counts only: the words that were found stay on the sender's machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GuardWord {
    /// The edition of the rules that searched ([`VERSION`]), from 1.
    pub edition: u16,
    /// How many findings of each kind the sender has confirmed; kinds without any are left out.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub confirmed: BTreeMap<FindingKind, u32>,
    /// How many files could not be searched, or not wholly, and were confirmed by the sender.
    #[serde(default)]
    pub unsearched: u32,
    /// The sender typed what [`Proof`] asks for.
    #[serde(default)]
    pub typed: bool,
}

impl GuardWord {
    /// Searched by this edition, and nothing found.
    #[must_use]
    pub fn clear() -> Self {
        Self { edition: VERSION, confirmed: BTreeMap::new(), unsearched: 0, typed: false }
    }

    /// How many findings of all kinds were confirmed.
    #[must_use]
    pub fn findings(&self) -> u32 {
        self.confirmed.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// For the access log, if there is anything to say: `guard: 2 confirmed (identityNumber 1, personName 1), typed`.
    #[must_use]
    pub fn log_words(&self) -> Option<String> {
        let mut parts = Vec::new();
        if self.findings() > 0 {
            let mut kinds = String::new();
            for (kind, count) in &self.confirmed {
                let comma = if kinds.is_empty() { "" } else { ", " };
                // writing into a String can't fail
                let _ = write!(kinds, "{comma}{} {count}", kind.word());
            }
            parts.push(format!("{} confirmed ({kinds})", self.findings()));
        }
        if self.unsearched > 0 {
            parts.push(format!("{} files not searched", self.unsearched));
        }
        if self.typed {
            parts.push("typed".to_owned());
        }
        (!parts.is_empty()).then(|| format!("guard: {}", parts.join(", ")))
    }
}

/// May a message with this word of the guard go to this resident? Without a search none may, and to somebody with protected
/// identity none whose sender has not typed whom it goes to.
///
/// # Errors
/// [`Refusal::NotGuarded`].
pub fn check_guard(word: Option<&GuardWord>, resident: &Resident) -> Result<(), Refusal> {
    match word {
        Some(word) if word.edition > 0 && (word.typed || !resident.protected_identity) => Ok(()),
        _ => Err(Refusal::NotGuarded),
    }
}

/// What a sender types to show that they know to whom the message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Proof {
    /// The last four signs of the identity number.
    LastFour,
    /// The name: a reserve number says nothing to anybody.
    Name,
}

impl Proof {
    /// What is asked before a message goes to this resident, if anything is: only protected identity raises the bar.
    #[must_use]
    pub fn asked_for(resident: &Resident) -> Option<Self> {
        resident.protected_identity.then(|| match resident.personal_id.kind() {
            IdKind::Personnummer | IdKind::Samordningsnummer => Self::LastFour,
            _ => Self::Name,
        })
    }

    /// Is it what was asked for? Blanks and a hyphen around it, and the case of letters, do not matter.
    #[must_use]
    pub fn given_by(self, typed: &str, resident: &Resident) -> bool {
        let plain = |text: &str| -> String {
            text.split_whitespace().flat_map(|word| word.chars().chain([' '])).flat_map(char::to_lowercase).collect()
        };
        match self {
            Self::LastFour => {
                let signs: String = typed.chars().filter(|sign| !sign.is_whitespace() && *sign != '-').collect();
                resident.personal_id.as_str().get(8..).is_some_and(|last| last.eq_ignore_ascii_case(&signs))
            }
            Self::Name => !typed.trim().is_empty() && plain(typed) == plain(&resident.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::personal_id::PersonalId;
    use crate::resident::{ResidentStatus, Sex};
    use jiff::civil::date;

    fn resident(number: &str, protected_identity: bool) -> Resident {
        Resident {
            personal_id: PersonalId::parse(number, date(2026, 11, 27)).unwrap(),
            name: "Åsa Testberg".into(),
            sex: Sex::Female,
            protected_identity,
            status: ResidentStatus::Active,
            mobile: None,
            email: None,
            guardians: Vec::new(),
        }
    }

    #[test]
    fn nothing_goes_out_unsearched_and_protected_identity_asks_for_more() {
        let (open, hidden) = (resident("199801019804", false), resident("199801019804", true));
        let typed = GuardWord { typed: true, ..GuardWord::clear() };
        assert_eq!(check_guard(None, &open), Err(Refusal::NotGuarded));
        assert_eq!(check_guard(Some(&GuardWord { edition: 0, ..GuardWord::clear() }), &open), Err(Refusal::NotGuarded));
        assert_eq!(check_guard(Some(&GuardWord::clear()), &open), Ok(()));
        assert_eq!(check_guard(Some(&GuardWord::clear()), &hidden), Err(Refusal::NotGuarded));
        assert_eq!(check_guard(Some(&typed), &hidden), Ok(()));
    }

    #[test]
    fn the_last_four_or_the_name_are_asked_for_and_known() {
        assert_eq!(Proof::asked_for(&resident("199801019804", false)), None);
        let hidden = resident("199801019804", true);
        assert_eq!(Proof::asked_for(&hidden), Some(Proof::LastFour));
        for (typed, right) in
            [("9804", true), (" 98 04 ", true), ("-9804", true), ("9805", false), ("", false), ("804", false)]
        {
            assert_eq!(Proof::LastFour.given_by(typed, &hidden), right, "{typed:?}");
        }
        for (typed, right) in [("Åsa Testberg", true), ("  åsa   TESTBERG ", true), ("Åsa", false), ("", false)] {
            assert_eq!(Proof::Name.given_by(typed, &hidden), right, "{typed:?}");
        }
    }

    #[test]
    fn the_log_has_counts_and_kinds() {
        assert_eq!(GuardWord::clear().log_words(), None);
        let confirmed = BTreeMap::from([(FindingKind::PersonName, 2), (FindingKind::IdentityNumber, 1)]);
        let word = GuardWord { confirmed, unsearched: 1, typed: true, ..GuardWord::clear() };
        assert_eq!(word.findings(), 3);
        let words = word.log_words().unwrap();
        assert_eq!(words, "guard: 3 confirmed (identityNumber 1, personName 2), 1 files not searched, typed");
    }
}
