//! The wrong-resident guard: finds in what is about to be sent the numbers, birth dates and names that are not this
//! resident's (ADR 15).
//!
//! Pure and quick; it runs on the machine of the person who sends. Nothing is decided here about what a finding means:
//! that is the person's word, and this tells them where to look.

mod dates;
mod fold;
mod names;
mod numbers;
mod said;
mod words;

use crate::id::AttachmentId;
use crate::personal_id::PersonalId;
use jiff::civil::Date;
use names::People;
pub use said::{GuardWord, Proof, check_guard};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use utoipa::ToSchema;

/// Which edition of the rules below searched; raised with every change of what they find.
pub const VERSION: u16 = 1;

/// Most characters shown on either side of a finding.
const AROUND: usize = 30;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum FindingKind {
    /// Somebody else's personnummer, valid by its check digit.
    IdentityNumber,
    /// Somebody else's samordningsnummer, valid by its check digit.
    CoordinationNumber,
    /// Somebody else's reserve number (domain.md E5).
    ReserveNumber,
    /// A date that reads as somebody else's day of birth.
    BirthDate,
    /// A name that is neither the resident's nor a colleague's.
    PersonName,
}

impl FindingKind {
    /// All kinds, the surest first.
    pub const ALL: [Self; 5] =
        [Self::IdentityNumber, Self::CoordinationNumber, Self::ReserveNumber, Self::BirthDate, Self::PersonName];

    /// The stable word for it, as on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::IdentityNumber => "identityNumber",
            Self::CoordinationNumber => "coordinationNumber",
            Self::ReserveNumber => "reserveNumber",
            Self::BirthDate => "birthDate",
            Self::PersonName => "personName",
        }
    }
}

/// Where a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "in", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Place {
    /// The message itself.
    Message,
    /// The name of a file.
    FileName {
        /// Which.
        file: AttachmentId,
    },
    /// A page of a file.
    Page {
        /// Which.
        file: AttachmentId,
        /// Counted from 0.
        page: u32,
    },
}

/// Something that may belong to somebody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// In which text.
    pub place: Place,
    /// Which bytes of it; both ends lie between characters.
    pub range: Range<usize>,
    /// The words themselves.
    pub found: String,
    /// A little of what stands before them on the same line.
    pub before: String,
    /// A little of what stands after them on the same line.
    pub after: String,
}

/// Somebody whose facts may stand in the message: the resident, or the guardian who filed the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// Full name; may be empty where only the number is known.
    pub name: String,
    /// Identity number.
    pub personal_id: PersonalId,
}

/// What the guard knows of those who may be named.
#[derive(Clone, Debug)]
pub struct Known {
    /// The resident first, then who else reads along.
    pub own: Vec<Own>,
    /// Names of the clinic's staff.
    pub staff: Vec<String>,
    /// The Swedish day on which it is sent.
    pub today: Date,
}

/// The guard, ready to search.
#[derive(Debug)]
pub struct Guard {
    own: Vec<PersonalId>,
    people: People,
    today: Date,
}

impl Guard {
    /// Takes in what is known.
    #[must_use]
    pub fn new(known: &Known) -> Self {
        let own = known.own.iter().map(|own| own.personal_id.clone()).collect();
        let names = known.own.iter().map(|own| own.name.as_str());
        Self { own, people: People::new(names, known.staff.iter().map(String::as_str)), today: known.today }
    }

    /// Everything in one text, in the order in which it stands.
    #[must_use]
    pub fn search(&self, place: Place, text: &str) -> Vec<Finding> {
        let numbers = numbers::search(text, &self.own, self.today);
        let names = names::search(text, &self.people, matches!(place, Place::FileName { .. }));
        let dates = dates::search(text, &self.own, self.today, &numbers.taken, &names);
        let mut found: Vec<(FindingKind, Range<usize>)> = numbers.foreign;
        found.extend(dates.into_iter().map(|range| (FindingKind::BirthDate, range)));
        found.extend(names.into_iter().map(|range| (FindingKind::PersonName, range)));
        found.sort_by_key(|(kind, range)| (range.start, *kind));
        found.into_iter().map(|(kind, range)| finding(kind, place, text, range)).collect()
    }

    /// Everything in several texts.
    #[must_use]
    pub fn search_all<'a>(&self, texts: impl IntoIterator<Item = (Place, &'a str)>) -> Vec<Finding> {
        texts.into_iter().flat_map(|(place, text)| self.search(place, text)).collect()
    }
}

fn finding(kind: FindingKind, place: Place, text: &str, range: Range<usize>) -> Finding {
    let part = |range: Range<usize>| text.get(range).unwrap_or_default();
    let found = part(range.clone()).to_owned();
    let line_before = part(0..range.start).rsplit(['\n', '\r']).next().unwrap_or_default();
    let skip = line_before.chars().count().saturating_sub(AROUND);
    let before = line_before.chars().skip(skip).collect();
    let line_after = part(range.end..text.len()).split(['\n', '\r']).next().unwrap_or_default();
    let after = line_after.chars().take(AROUND).collect();
    Finding { kind, place, range, found, before, after }
}

/// Do the two share a byte?
fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

#[cfg(test)]
mod tests;
