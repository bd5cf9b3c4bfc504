//! Who has which case before them.

use super::time;
use crate::view::*;
use mottaget_client as core;

impl From<Doing> for core::Doing {
    fn from(value: Doing) -> Self {
        match value {
            Doing::Reading => Self::Reading,
            Doing::Distributing => Self::Distributing,
            Doing::Answering => Self::Answering,
        }
    }
}

impl From<core::Company> for CaseCompany {
    fn from(it: core::Company) -> Self {
        let colleague = |one: core::Present| Colleague {
            hsa_id: one.staff.to_string(),
            name: one.name,
            doing: one.doing.into(),
            since: time(one.since),
        };
        Self { case_id: it.case.to_string(), people: it.people.into_iter().map(colleague).collect() }
    }
}
