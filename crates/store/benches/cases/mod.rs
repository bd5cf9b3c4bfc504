//! An invented clinic with cases by the thousand, the same at every run, and what they are held against.
#![allow(dead_code, reason = "each bench needs a part of it")]

pub mod copy;
pub mod corpus;
pub mod dice;
pub mod figures;
pub mod mails;
pub mod plain;
pub mod story;
pub mod typed;
mod words;

use corpus::Corpus;
use mottaget_domain::{HsaId, Policy, Role, StaffFacts};
use mottaget_protocol::{Assignment, Directory, Me, Preferences, Staff};
use mottaget_store::{Filter, Keys, Query, Scope, Store};
use std::ops::Range;
use std::path::Path;

pub const ANNA: &str = "SE2321000016-A001";
pub const CLINIC: &str = "SE2321000016-B001";
/// Cases that come one by one after a snapshot: a store is hardly ever just as a snapshot leaves it.
pub const NEWS: usize = 50;
/// Rows that the screen asks for at a time.
pub const WINDOW: usize = 60;

pub fn hsa(id: &str) -> HsaId {
    HsaId::parse(id).unwrap()
}

pub fn directory() -> Directory {
    let anna = StaffFacts {
        hsa_id: hsa(ANNA),
        name: "Anna Provsson".into(),
        title: "Distriktssköterska".into(),
        active: true,
        roles: [Role::Receiver, Role::Handler].into(),
        absences: Vec::new(),
    };
    Directory {
        clinic: hsa(CLINIC),
        name: "Björkens vårdcentral".into(),
        policy: Policy::default(),
        staff: vec![anna],
        groups: Vec::new(),
        open_cases: Vec::new(),
        case_types: Vec::new(),
        reply_templates: Vec::new(),
        region: String::new(),
    }
}

pub fn me() -> Me {
    Me {
        staff: Staff {
            hsa_id: hsa(ANNA),
            name: "Anna Provsson".into(),
            title: "Distriktssköterska".into(),
            email: None,
            phone: None,
            protected_identity: false,
        },
        assignments: vec![Assignment {
            clinic: hsa(CLINIC),
            clinic_name: "Björkens vårdcentral".into(),
            roles: [Role::Receiver, Role::Handler].into(),
            groups: Vec::new(),
        }],
        preferences: Preferences {
            signature: "Anna".into(),
            notify_new_case: true,
            notify_assigned: true,
            notify_answered: true,
            notify_mentioned: true,
            sign_as: mottaget_domain::signature::SignAs::Person,
            views: Vec::new(),
        },
    }
}

/// A store that knows who is signed in and where, and no cases yet.
pub fn empty(dir: &Path, keys: &Keys) -> Store {
    let store = Store::open(dir, keys).unwrap();
    store.save_me(&me()).unwrap();
    store.save_directory(&directory()).unwrap();
    store
}

/// A store with these cases of the corpus, opened anew after it was filled: by a snapshot, and the newest of them by news.
pub fn filled(dir: &Path, keys: &Keys, corpus: &Corpus, numbers: Range<usize>) -> Store {
    let store = empty(dir, keys);
    let news = numbers.start..numbers.start + NEWS;
    for page in corpus.snapshot(news.end..numbers.end).chain(corpus.news(news)) {
        store.apply_page(&page, |_| Vec::new()).unwrap();
    }
    store.close().unwrap();
    Store::open(dir, keys).unwrap()
}

/// The first window of a list at the clinic.
pub fn first(scope: Scope, search: Option<&str>) -> Query {
    Query {
        scope,
        clinic: Some(hsa(CLINIC)),
        search: search.map(str::to_owned),
        filter: Filter::default(),
        offset: 0,
        limit: WINDOW,
    }
}
