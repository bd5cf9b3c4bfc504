//! Who is signed in, the connection, and what the person chose.

use super::{small, time};
use crate::view::*;
use mottaget_client::{Assignment, ConnectionState, Me, Preferences, SessionFacts};
use mottaget_domain as domain;

pub(super) fn role(role: domain::Role) -> Option<Role> {
    match role {
        domain::Role::Receiver => Some(Role::Receiver),
        domain::Role::Handler => Some(Role::Handler),
        domain::Role::LocalAdmin => Some(Role::LocalAdmin),
        domain::Role::PermissionAdmin => Some(Role::PermissionAdmin),
        domain::Role::Auditor => Some(Role::Auditor),
        domain::Role::RegionAdmin => Some(Role::RegionAdmin),
        domain::Role::NationalAdmin => Some(Role::NationalAdmin),
        // residents never sign in here
        domain::Role::Resident | domain::Role::Proxy => None,
    }
}

impl From<&Assignment> for AssignmentView {
    fn from(it: &Assignment) -> Self {
        Self {
            clinic: it.clinic.to_string(),
            clinic_name: it.clinic_name.clone(),
            roles: it.roles.iter().copied().filter_map(role).collect(),
            groups: it.groups.iter().map(|g| GroupView { id: g.id.to_string(), name: g.name.clone() }).collect(),
        }
    }
}

impl From<&Me> for SessionView {
    fn from(me: &Me) -> Self {
        Self {
            staff: StaffView {
                hsa_id: me.staff.hsa_id.to_string(),
                name: me.staff.name.clone(),
                title: me.staff.title.clone(),
                email: me.staff.email.clone(),
                phone: me.staff.phone.clone(),
                protected_identity: me.staff.protected_identity,
            },
            assignments: me.assignments.iter().map(Into::into).collect(),
        }
    }
}

impl From<&SessionFacts> for SessionView {
    fn from(session: &SessionFacts) -> Self {
        (&session.me).into()
    }
}

impl From<&Me> for PracticePerson {
    fn from(me: &Me) -> Self {
        let assignment = |it: &Assignment| PracticeAssignment {
            clinic_name: it.clinic_name.clone(),
            roles: it.roles.iter().copied().filter_map(role).collect(),
        };
        Self {
            hsa_id: me.staff.hsa_id.to_string(),
            name: me.staff.name.clone(),
            title: me.staff.title.clone(),
            protected_identity: me.staff.protected_identity,
            assignments: me.assignments.iter().map(assignment).collect(),
        }
    }
}

impl From<ConnectionState> for ConnectionView {
    fn from(state: ConnectionState) -> Self {
        match state {
            ConnectionState::Connected => Self::Connected,
            ConnectionState::Offline { since, problem } => {
                Self::Offline { since: since.map(time), problem: problem.as_ref().map(Into::into) }
            }
            ConnectionState::Syncing { done, total } => Self::Syncing { done: small(done), total: small(total) },
            ConnectionState::SignedOutByServer => Self::SignedOutByServer,
        }
    }
}

impl From<Preferences> for PersonalSettings {
    fn from(it: Preferences) -> Self {
        Self {
            signature: it.signature,
            notify_new_case: it.notify_new_case,
            notify_assigned: it.notify_assigned,
            notify_answered: it.notify_answered,
            notify_mentioned: it.notify_mentioned,
            sign_as: it.sign_as.into(),
        }
    }
}

/// The saved views are the client's to keep.
impl From<PersonalSettings> for Preferences {
    fn from(it: PersonalSettings) -> Self {
        Self {
            signature: it.signature,
            notify_new_case: it.notify_new_case,
            notify_assigned: it.notify_assigned,
            notify_answered: it.notify_answered,
            notify_mentioned: it.notify_mentioned,
            sign_as: it.sign_as.into(),
            views: Vec::new(),
        }
    }
}
