//! A place in a feed, as text that the app keeps and gives back without looking inside.

use crate::db::feed::Place;
use std::fmt;

/// A place in one viewer's feed of one clinic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// What the viewer may see and in which database, as a hash; another one makes the cursor void.
    pub epoch: String,
    /// Where.
    pub position: Position,
}

/// Where in the feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// In the middle of a snapshot.
    Snapshot {
        /// The clinic's number when it began.
        until: u64,
        /// How many documents it has.
        total: u64,
        /// The last document given.
        place: Option<Place>,
        /// All documents are given; own ops up to this number too.
        ops_after: Option<u64>,
    },
    /// Everything up to this number is known.
    Changes {
        /// The number.
        after: u64,
    },
}

impl Cursor {
    /// The clinic's number that this cursor supposes; a database that has not come that far is an older copy.
    #[must_use]
    pub fn seq(&self) -> u64 {
        match self.position {
            Position::Snapshot { until, .. } => until,
            Position::Changes { after } => after,
        }
    }

    /// Reads a cursor; `None` if it is none of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        let (epoch, position) = match parts.as_slice() {
            ["c1", epoch, after] => (epoch, Position::Changes { after: after.parse().ok()? }),
            ["d1", epoch, until, total, open, created_at, id] => {
                let place = Place { open: *open == "1", created_at: created_at.parse().ok()?, id: id.parse().ok()? };
                let (until, total) = (until.parse().ok()?, total.parse().ok()?);
                (epoch, Position::Snapshot { until, total, place: Some(place), ops_after: None })
            }
            ["o1", epoch, until, total, after] => {
                let (until, total, after) = (until.parse().ok()?, total.parse().ok()?, after.parse().ok()?);
                (epoch, Position::Snapshot { until, total, place: None, ops_after: Some(after) })
            }
            _ => return None,
        };
        Some(Self { epoch: (*epoch).to_owned(), position })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let epoch = &self.epoch;
        match self.position {
            Position::Changes { after } => write!(f, "c1.{epoch}.{after}"),
            Position::Snapshot { until, total, ops_after: Some(after), .. } => {
                write!(f, "o1.{epoch}.{until}.{total}.{after}")
            }
            Position::Snapshot { until, total, place: Some(place), ops_after: None } => {
                let open = u8::from(place.open);
                write!(f, "d1.{epoch}.{until}.{total}.{open}.{}.{}", place.created_at, place.id)
            }
            // A snapshot that gave nothing yet is asked for without a cursor; should one ask for its text all the same,
            // beginning anew is right.
            Position::Snapshot { place: None, ops_after: None, .. } => write!(f, "n1.{epoch}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mottaget_domain::CaseId;

    #[test]
    fn what_was_written_reads_back() {
        let place = Place { open: true, created_at: -5, id: CaseId::random() };
        for position in [
            Position::Changes { after: 17 },
            Position::Snapshot { until: 9, total: 4, place: Some(place), ops_after: None },
            Position::Snapshot { until: 9, total: 4, place: None, ops_after: Some(3) },
        ] {
            let cursor = Cursor { epoch: "0123456789abcdef".into(), position };
            assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
        }
    }

    #[test]
    fn nonsense_is_no_cursor() {
        for text in ["", "c1", "c1.x.-1", "c1.x.1.2", "d1.e.1.1.1.1.not-an-id", "'; DROP TABLE case_doc; --"] {
            assert_eq!(Cursor::parse(text), None, "{text:?}");
        }
    }
}
