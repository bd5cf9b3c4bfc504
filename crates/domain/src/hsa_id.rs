//! HSA-id: the identity of staff and clinics in the national directory.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use utoipa::ToSchema;

/// Longest HSA-id, in characters (domain.md E5).
pub const MAX_LENGTH: usize = 31;

/// An HSA-id in normal form: `SE`, ten digits, `-`, one or more of A–Z and 0–9; at most 31 characters.
///
/// Directory ids are compared without regard to case, so the normal form is upper case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "SE2321000016-A001")]
pub struct HsaId(String);

/// Why a text is no HSA-id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HsaIdError {
    /// Nothing but blanks.
    #[error("the HSA-id is empty")]
    Empty,
    /// It must begin with the letters SE.
    #[error("an HSA-id begins with SE")]
    Prefix,
    /// Ten digits of the organisation number must follow.
    #[error("an HSA-id has ten digits after SE")]
    OrganisationNumber,
    /// A hyphen must follow the organisation number.
    #[error("an HSA-id has a hyphen after the ten digits")]
    Hyphen,
    /// One to eighteen letters or digits must follow the hyphen; å, ä, ö and @ are not allowed.
    #[error("after the hyphen an HSA-id has only the letters A–Z and digits")]
    Suffix,
    /// More than 31 characters.
    #[error("an HSA-id has at most 31 characters")]
    TooLong,
}

impl HsaId {
    /// Reads an id as people paste it: blanks of every kind around and inside are dropped (G1), hyphen look-alikes
    /// become hyphens, letters become upper case.
    ///
    /// # Errors
    /// [`HsaIdError`] names the first thing that is wrong.
    pub fn parse(input: &str) -> Result<Self, HsaIdError> {
        let text: String = input
            .chars()
            .filter(|c| !is_blank(*c))
            .map(|c| if is_hyphen(c) { '-' } else { c.to_ascii_uppercase() })
            .collect();
        if text.is_empty() {
            return Err(HsaIdError::Empty);
        }
        let rest = text.strip_prefix("SE").ok_or(HsaIdError::Prefix)?;
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        if digits != 10 {
            return Err(HsaIdError::OrganisationNumber);
        }
        let suffix =
            rest.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix('-').ok_or(HsaIdError::Hyphen)?;
        if suffix.is_empty() || !suffix.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(HsaIdError::Suffix);
        }
        if text.len() > MAX_LENGTH {
            return Err(HsaIdError::TooLong);
        }
        Ok(Self(text))
    }

    /// The normal form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Blanks that pasting brings along, the invisible ones included.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{00ad}')
}

/// Characters that look like a hyphen and mean one.
pub(crate) fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}')
}

impl std::fmt::Display for HsaId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for HsaId {
    type Err = HsaIdError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for HsaId {
    type Error = HsaIdError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<HsaId> for String {
    fn from(id: HsaId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_blanks_and_look_alikes_are_forgiven() {
        for pasted in [
            "SE2321000016-A001",
            " SE2321000016-A001",
            "\u{a0}SE2321000016-A001\r\n",
            "\u{feff}se2321000016-a001",
            "SE232100 0016 - A001",
            "SE2321000016\u{2013}A001",
        ] {
            assert_eq!(HsaId::parse(pasted).unwrap().as_str(), "SE2321000016-A001", "{pasted:?}");
        }
    }

    #[test]
    fn each_fault_is_named() {
        for (input, fault) in [
            ("  ", HsaIdError::Empty),
            ("NO2321000016-A001", HsaIdError::Prefix),
            ("SE232100001-A001", HsaIdError::OrganisationNumber),
            ("SE23210000166-A001", HsaIdError::OrganisationNumber),
            ("SE2321000016A001", HsaIdError::Hyphen),
            ("SE2321000016-", HsaIdError::Suffix),
            ("SE2321000016-Å1", HsaIdError::Suffix),
            ("SE2321000016-a@b", HsaIdError::Suffix),
            ("SE2321000016-1234567890123456789", HsaIdError::TooLong),
        ] {
            assert_eq!(HsaId::parse(input), Err(fault), "{input:?}");
        }
        assert!(HsaId::parse("SE2321000016-123456789012345678").is_ok());
    }
}
