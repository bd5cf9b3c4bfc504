//! Who may read what: the one answer to "does this person see this case, this message, this file?"

use crate::case::{Assignee, Case, CaseState, Message};
use crate::clinic::{ClinicFacts, StaffFacts};
use crate::hsa_id::HsaId;
use crate::id::GroupId;
use crate::lifecycle::{Actor, ResidentActor, StaffActor};
use crate::permission::{Action, Permission, Role, permission};
use jiff::civil::Date;

/// May this person read the case at all?
#[must_use]
pub fn may_read(case: &Case, actor: &Actor) -> bool {
    match actor {
        Actor::Staff(staff) => staff_may_read(case, staff),
        Actor::Resident(resident) => resident_may_read(case, resident),
        Actor::System => true,
    }
}

/// ÄM reads every case of the clinic, ÄH the own ones (R29, R34) and those of an absent colleague whom they cover (ADR 20);
/// nobody reads another clinic's or a purged one.
#[must_use]
pub fn staff_may_read(case: &Case, staff: &StaffActor) -> bool {
    if case.clinic != staff.clinic || case.state == CaseState::Purged {
        return false;
    }
    staff.roles.iter().any(|role| match permission(*role, Action::ReadCase) {
        Permission::Yes => true,
        Permission::Own => is_own(case, staff) || is_covered(case, staff),
        Permission::Configured | Permission::View | Permission::No => false,
    })
}

/// "Own": assigned to the person or to one of their groups.
#[must_use]
pub fn is_own(case: &Case, staff: &StaffActor) -> bool {
    match &case.assignee {
        Some(Assignee::Person { hsa_id }) => *hsa_id == staff.hsa_id,
        Some(Assignee::Group { id }) => staff.groups.contains(id),
        None => false,
    }
}

/// Assigned by name to somebody whom the person covers. It can be read and noted in; for everything else it is taken over
/// first.
#[must_use]
pub fn is_covered(case: &Case, staff: &StaffActor) -> bool {
    matches!(&case.assignee, Some(Assignee::Person { hsa_id }) if staff.stands_in_for.contains(hsa_id))
}

/// The staff of the clinic who may read the case on that day.
pub fn readers<'a>(case: &'a Case, clinic: &'a ClinicFacts, day: Date) -> impl Iterator<Item = &'a StaffFacts> {
    clinic
        .staff
        .values()
        .filter(move |person| clinic.actor(&person.hsa_id, day).is_some_and(|staff| staff_may_read(case, &staff)))
}

fn resident_may_read(case: &Case, reader: &ResidentActor) -> bool {
    case.state != CaseState::Purged && case.resident == reader.personal_id
}

/// The messages that the resident sees: their own, and the clinic's once released.
pub fn messages_for_resident(case: &Case) -> impl Iterator<Item = &Message> {
    case.messages.iter().filter(|message| !message.is_pending())
}

/// Whom the feed must tell when a case stops being theirs: the keys under which people saw it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ViewerKey {
    /// Every receiver of the clinic.
    Receivers,
    /// The handler it is assigned to.
    Handler(HsaId),
    /// The handlers of a group.
    Group(GroupId),
}

impl ViewerKey {
    /// As text, for a database column: `receivers`, `handler:…`, `group:…`.
    #[must_use]
    pub fn as_text(&self) -> String {
        match self {
            Self::Receivers => "receivers".into(),
            Self::Handler(id) => format!("handler:{id}"),
            Self::Group(id) => format!("group:{id}"),
        }
    }
}

/// The keys under which the case is visible now. [`viewer_keys`] of a person meets these exactly when
/// [`staff_may_read`] says yes (a property test holds the two together).
#[must_use]
pub fn keys_of_case(case: &Case) -> Vec<ViewerKey> {
    if case.state == CaseState::Purged {
        return Vec::new();
    }
    let mut keys = vec![ViewerKey::Receivers];
    match &case.assignee {
        Some(Assignee::Person { hsa_id }) => keys.push(ViewerKey::Handler(hsa_id.clone())),
        Some(Assignee::Group { id }) => keys.push(ViewerKey::Group(*id)),
        None => {}
    }
    keys
}

/// The keys under which a person sees cases of the clinic. Whom a receiver covers for adds no key, since receivers see it
/// all: their mirrors are not filled anew whenever a colleague goes away.
#[must_use]
pub fn viewer_keys(staff: &StaffActor) -> Vec<ViewerKey> {
    let mut keys = Vec::new();
    if staff.roles.contains(&Role::Receiver) {
        keys.push(ViewerKey::Receivers);
    }
    if staff.roles.contains(&Role::Handler) {
        keys.push(ViewerKey::Handler(staff.hsa_id.clone()));
        keys.extend(staff.groups.iter().map(|id| ViewerKey::Group(*id)));
        if !staff.roles.contains(&Role::Receiver) {
            keys.extend(staff.stands_in_for.iter().cloned().map(ViewerKey::Handler));
        }
    }
    keys
}
