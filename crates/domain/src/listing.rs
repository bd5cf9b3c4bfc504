//! Which cases a list shows: where it looks, what it is narrowed to, and the views that a person saves.
//!
//! What a filter means is said once, in [`Filter::fits`]; a store asks its tables the same question and is tested
//! against it.

use crate::case::{Assignee, Case, CaseState};
use crate::clinic::{ClinicFacts, Policy};
use crate::hsa_id::HsaId;
use crate::id::GroupId;
use crate::refusal::Refusal;
use crate::response_clock::{Due, due, start_of_swedish_day, swedish_day};
use crate::watch::{Unwatched, unwatched};
use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Most views that one person saves.
pub const MAX_VIEWS: usize = 30;
/// Longest name of a view, in characters.
pub const MAX_VIEW_NAME: usize = 60;
/// Longest search kept in a view, in characters.
pub const MAX_VIEW_SEARCH: usize = 200;
/// Most case types, or states, that one filter names.
pub const MAX_CHOICES: usize = 50;

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Scope {
    /// Undistributed: new, or back for a new distribution; clinics where the person is a receiver.
    Inbox,
    /// Distributed and ongoing; clinics where the person is a receiver.
    Distributed,
    /// Closed; clinics where the person is a receiver.
    ClinicClosed,
    /// Assigned to the person, open.
    Mine,
    /// Assigned to one of the person's groups, open, nobody took it.
    Groups,
    /// Assigned by name to an absent colleague whom the person covers today, open.
    Covered,
    /// Assigned to the person, waiting for the resident.
    Waiting,
    /// Cases with an unsent draft of the person's, as far as the person still sees them.
    Drafts,
    /// Assigned to the person, closed.
    MyClosed,
    /// Everything that the person may see.
    Everything,
}

/// Only open cases whose response clock runs and stands like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum DueFilter {
    /// First feedback is late.
    Late,
    /// First feedback is due today (Swedish day), and not late yet.
    Today,
}

/// Only cases that somebody has, or nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Holder {
    /// Nobody has it.
    Nobody,
    /// One handler has it by name.
    Person {
        /// Their HSA-id.
        hsa_id: HsaId,
    },
    /// A group has it.
    Group {
        /// The group.
        id: GroupId,
    },
}

/// What a list is narrowed to: everything named has to hold, one of each kind's choices. Empty: nothing is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Filter {
    /// In one of these states.
    pub states: Vec<CaseState>,
    /// Of one of these types, by name, as lists show it.
    pub case_types: Vec<String>,
    /// Due like this.
    pub due: Option<DueFilter>,
    /// With this person or group, or with nobody.
    pub holder: Option<Holder>,
    /// Received on this Swedish day or later.
    #[schema(value_type = Option<String>, format = Date)]
    pub received_from: Option<Date>,
    /// Received on this Swedish day or earlier.
    #[schema(value_type = Option<String>, format = Date)]
    pub received_to: Option<Date>,
    /// With something that is new to the person.
    pub unread: bool,
    /// About somebody with protected identity (R73).
    pub protected_identity: bool,
    /// Watched by nobody, for one of these reasons.
    pub unwatched: Vec<Unwatched>,
}

/// What a filter looks at.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    /// The case.
    pub case: &'a Case,
    /// The resident has protected identity.
    pub protected_identity: bool,
    /// Something in it is new to the person.
    pub unread: bool,
}

impl Filter {
    /// Does it leave nothing out?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// From the first moment to before the last one: the days of receipt as times, where they are bounded.
    #[must_use]
    pub fn received_between(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        let after = |day: Date| day.checked_add(1.day()).ok().and_then(start_of_swedish_day);
        (self.received_from.and_then(start_of_swedish_day), self.received_to.and_then(after))
    }

    /// Is the case among what is shown? `clinic` is the case's.
    #[must_use]
    pub fn fits(&self, listed: Listed<'_>, clinic: &ClinicFacts, now: Timestamp) -> bool {
        let case = listed.case;
        let (from, before) = self.received_between();
        (self.states.is_empty() || self.states.contains(&case.state))
            && (self.case_types.is_empty() || self.case_types.contains(&case.case_type.name))
            && self.due.is_none_or(|wanted| is_due(wanted, case, &clinic.policy, now))
            && self.holder.as_ref().is_none_or(|holder| holder.has(case))
            && from.is_none_or(|from| case.created_at >= from)
            && before.is_none_or(|before| case.created_at < before)
            && (!self.unread || listed.unread)
            && (!self.protected_identity || listed.protected_identity)
            && (self.unwatched.is_empty()
                || unwatched(case, clinic, now).is_some_and(|why| self.unwatched.contains(&why)))
    }

    fn check(&self) -> Result<(), Refusal> {
        let most = self.states.len().max(self.case_types.len()).max(self.unwatched.len());
        if most > MAX_CHOICES { Err(Refusal::TooManyViews { limit: MAX_CHOICES }) } else { Ok(()) }
    }
}

impl Holder {
    /// Has this one the case?
    #[must_use]
    pub fn has(&self, case: &Case) -> bool {
        case.assignee == self.assignee()
    }

    /// Who that is; nobody for nobody.
    #[must_use]
    pub fn assignee(&self) -> Option<Assignee> {
        match self {
            Self::Nobody => None,
            Self::Person { hsa_id } => Some(Assignee::Person { hsa_id: hsa_id.clone() }),
            Self::Group { id } => Some(Assignee::Group { id: *id }),
        }
    }
}

fn is_due(wanted: DueFilter, case: &Case, policy: &Policy, now: Timestamp) -> bool {
    let Due::Running { at, .. } = due(case, policy, now) else { return false };
    let late = at < now;
    match wanted {
        DueFilter::Late => late,
        DueFilter::Today => !late && swedish_day(at) == swedish_day(now),
    }
}

/// A list with its filter that a person has given a name, to come back to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SavedView {
    /// What the person calls it; unique among theirs.
    pub name: String,
    /// Which list.
    pub scope: Scope,
    /// Only this clinic; all of the person's if empty.
    pub clinic: Option<HsaId>,
    /// Words to find.
    pub search: Option<String>,
    /// What else it is narrowed to.
    #[serde(default)]
    pub filter: Filter,
}

/// May these be somebody's saved views?
///
/// # Errors
/// [`Refusal::TooManyViews`]; [`Refusal::TextEmpty`] and [`Refusal::TextTooLong`] for a name or search;
/// [`Refusal::NameTaken`] if two have the same name.
pub fn check_views(views: &[SavedView]) -> Result<(), Refusal> {
    if views.len() > MAX_VIEWS {
        return Err(Refusal::TooManyViews { limit: MAX_VIEWS });
    }
    let mut names = BTreeSet::new();
    for view in views {
        let name = view.name.trim();
        if name.is_empty() {
            return Err(Refusal::TextEmpty);
        }
        within(name, MAX_VIEW_NAME)?;
        within(view.search.as_deref().unwrap_or_default(), MAX_VIEW_SEARCH)?;
        view.filter.check()?;
        if !names.insert(name.to_lowercase()) {
            return Err(Refusal::NameTaken);
        }
    }
    Ok(())
}

fn within(text: &str, limit: usize) -> Result<(), Refusal> {
    if text.chars().count() > limit { Err(Refusal::TextTooLong { limit }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(name: &str) -> SavedView {
        SavedView {
            name: name.to_owned(),
            scope: Scope::Inbox,
            clinic: None,
            search: None,
            filter: Filter { due: Some(DueFilter::Late), ..Filter::default() },
        }
    }

    #[test]
    fn days_of_receipt_are_swedish_ones_and_both_count() {
        let day = jiff::civil::date(2026, 3, 29); // 23 hours long
        let filter = Filter { received_from: Some(day), received_to: Some(day), ..Filter::default() };
        let (from, before) = filter.received_between();
        assert_eq!(from.unwrap().to_string(), "2026-03-28T23:00:00Z");
        assert_eq!(before.unwrap().to_string(), "2026-03-29T22:00:00Z");
    }

    #[test]
    fn a_filter_is_written_in_words_and_an_older_one_is_read() {
        let filter = Filter {
            states: vec![CaseState::New],
            holder: Some(Holder::Person { hsa_id: "SE2321000131-P000000000001".parse().unwrap() }),
            received_from: Some(jiff::civil::date(2026, 11, 1)),
            unwatched: vec![Unwatched::HolderAbsent],
            ..Filter::default()
        };
        let text = serde_json::to_string(&filter).unwrap();
        assert!(text.contains(r#""unwatched":["holderAbsent"]"#), "{text}");
        assert!(text.contains(r#""states":["new"]"#) && text.contains(r#""receivedFrom":"2026-11-01""#), "{text}");
        assert_eq!(serde_json::from_str::<Filter>(&text).unwrap(), filter);
        let nobody = Filter { holder: Some(Holder::Nobody), ..Filter::default() };
        let text = serde_json::to_string(&nobody).unwrap();
        assert!(text.contains(r#""holder":{"kind":"nobody"}"#), "{text}");
        assert_eq!(serde_json::from_str::<Filter>(&text).unwrap(), nobody);
        assert!(serde_json::from_str::<Filter>("{}").unwrap().is_empty());
    }

    #[test]
    fn views_have_names_of_their_own_and_there_are_not_too_many() {
        assert_eq!(check_views(&[view("Sent"), view("Skyddade")]), Ok(()));
        assert_eq!(check_views(&[view("Sent"), view(" sent ")]), Err(Refusal::NameTaken));
        assert_eq!(check_views(&[view("  ")]), Err(Refusal::TextEmpty));
        assert_eq!(check_views(&[view(&"x".repeat(61))]), Err(Refusal::TextTooLong { limit: 60 }));
        let many: Vec<_> = (0..=MAX_VIEWS).map(|n| view(&n.to_string())).collect();
        assert_eq!(check_views(&many), Err(Refusal::TooManyViews { limit: MAX_VIEWS }));
    }
}
