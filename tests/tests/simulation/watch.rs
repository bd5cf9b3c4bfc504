//! The truth: what the server has, asked for past all lines with the eyes of one receiver of each clinic.

use jiff::Timestamp;
use jiff::civil::Date;
use journeys::Clinic;
use mottaget_domain::clinic::ClinicFacts;
use mottaget_domain::response_clock::swedish_day;
use mottaget_domain::{CaseId, HsaId, StaffActor};
use mottaget_protocol::feed::{CaseDocument, Directory, Page};
use mottaget_protocol::session::{PracticeSignIn, SignedIn};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// Whoever reads every case of a clinic.
struct Eye {
    who: HsaId,
    clinic: HsaId,
    token: String,
    cursor: Option<String>,
}

/// All cases of both clinics, as the server has them.
pub struct Watch {
    http: reqwest::Client,
    eyes: Vec<Eye>,
    pub documents: BTreeMap<CaseId, CaseDocument>,
    /// Every case in the order in which it came: what a seed names is the place in here.
    pub order: Vec<CaseId>,
    /// How far each clinic's feed has come.
    pub reached: BTreeMap<HsaId, u64>,
    pub facts: BTreeMap<HsaId, ClinicFacts>,
    /// Messages that are held, and until when.
    held: BTreeMap<CaseId, Timestamp>,
}

impl Watch {
    pub async fn over(clinic: &Clinic, receivers: [(&HsaId, HsaId); 2]) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let eye = |(who, clinic): (&HsaId, HsaId)| Eye { who: who.clone(), clinic, token: String::new(), cursor: None };
        let mut watch = Self {
            http,
            eyes: receivers.into_iter().map(eye).collect(),
            documents: BTreeMap::new(),
            order: Vec::new(),
            reached: BTreeMap::new(),
            facts: BTreeMap::new(),
            held: BTreeMap::new(),
        };
        watch.sign_in(clinic).await;
        for n in 0..watch.eyes.len() {
            let facts = watch.directory(clinic, n).await;
            watch.facts.insert(facts.hsa_id.clone(), facts);
        }
        watch.look(clinic, None).await;
        watch
    }

    /// Begins new sessions: they end as everybody's do.
    pub async fn sign_in(&mut self, clinic: &Clinic) {
        for eye in &mut self.eyes {
            eye.token = token(&self.http, clinic, &eye.who).await;
        }
    }

    async fn directory(&self, clinic: &Clinic, n: usize) -> ClinicFacts {
        let eye = &self.eyes[n];
        let path = format!("clinics/{}/directory", eye.clinic);
        let directory: Directory = get(&self.http, clinic, &eye.token, &path).await;
        directory.facts()
    }

    /// Takes in what is new, at both clinics or at one.
    pub async fn look(&mut self, clinic: &Clinic, at: Option<&HsaId>) {
        for n in 0..self.eyes.len() {
            if at.is_some_and(|at| *at != self.eyes[n].clinic) {
                continue;
            }
            loop {
                let eye = &self.eyes[n];
                let page = page(&self.http, clinic, &eye.token, &eye.clinic, eye.cursor.as_deref()).await;
                self.eyes[n].cursor = Some(page.cursor.clone());
                let more = page.more;
                self.take_in(page);
                if !more {
                    break;
                }
            }
        }
    }

    fn take_in(&mut self, page: Page) {
        assert!(page.tombstones.is_empty(), "a receiver loses no case: {:?}", page.tombstones);
        self.reached.insert(page.clinic, page.seq);
        let mut documents = page.documents;
        documents.sort_by_key(|document| (document.case.created_at, document.case.id));
        for document in documents {
            let id = document.case.id;
            match document.case.pending() {
                Some(message) => drop(self.held.insert(id, message.release_at)),
                None => drop(self.held.remove(&id)),
            }
            if self.documents.insert(id, document).is_none() {
                self.order.push(id);
            }
        }
    }

    /// Is a message held whose time is over by then?
    pub fn overdue(&self, now: Timestamp) -> bool {
        self.held.values().any(|until| *until <= now)
    }

    /// Is whom people cover on the one day another than on the other?
    pub fn cover_changes(&self, before: Date, after: Date) -> bool {
        self.facts.values().any(|facts| facts.cover_on(before) != facts.cover_on(after))
    }

    /// What somebody is at each clinic at that time, as the rules name it.
    pub fn actors(&self, who: &HsaId, now: Timestamp) -> Vec<StaffActor> {
        let at = |facts: &ClinicFacts| {
            let person = facts.staff.get(who).filter(|person| person.active && !person.roles.is_empty())?;
            Some(StaffActor {
                hsa_id: who.clone(),
                name: person.name.clone(),
                title: person.title.clone(),
                signature: String::new(),
                clinic: facts.hsa_id.clone(),
                roles: person.roles.clone(),
                groups: facts.groups_of(who),
                stands_in_for: facts.stands_in_for(who, swedish_day(now)),
            })
        };
        self.facts.values().filter_map(at).collect()
    }

    /// The ids that the server gives somebody who asks for everything, from the beginning.
    pub async fn all_of(&self, clinic: &Clinic, who: &StaffActor) -> Vec<CaseId> {
        let token = token(&self.http, clinic, &who.hsa_id).await;
        let (mut ids, mut cursor) = (Vec::new(), None);
        loop {
            let page = page(&self.http, clinic, &token, &who.clinic, cursor.as_deref()).await;
            ids.extend(page.documents.iter().map(|document| document.case.id));
            if !page.more {
                return ids;
            }
            cursor = Some(page.cursor);
        }
    }
}

async fn token(http: &reqwest::Client, clinic: &Clinic, who: &HsaId) -> String {
    let url = format!("{}/practice/sign-in", clinic.server().url());
    let answer = http.post(url).json(&PracticeSignIn { hsa_id: who.clone() }).send().await.unwrap();
    answer.json::<SignedIn>().await.unwrap().token
}

async fn page(http: &reqwest::Client, clinic: &Clinic, token: &str, of: &HsaId, cursor: Option<&str>) -> Page {
    let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
    get(http, clinic, token, &format!("clinics/{of}/feed?limit=1000{cursor}")).await
}

async fn get<T: DeserializeOwned>(http: &reqwest::Client, clinic: &Clinic, token: &str, path: &str) -> T {
    let url = format!("{}/api/v1/{path}", clinic.server().url());
    let answer = http.get(url).bearer_auth(token).send().await.unwrap();
    assert!(answer.status().is_success(), "GET {path}: {}", answer.status());
    answer.json().await.unwrap()
}
