//! The truth: what the server has, asked for past all lines with the eyes of one receiver of each clinic.

use jiff::Timestamp;
use jiff::civil::Date;
use journeys::Clinic;
use mottaget_domain::clinic::{ClinicFacts, StaffFacts};
use mottaget_domain::response_clock::swedish_day;
use mottaget_domain::{Absence, AttachmentId, CaseId, HsaId, Role, StaffActor};
use mottaget_protocol::feed::{CaseDocument, Directory, Page};
use mottaget_protocol::session::{PracticeSignIn, SignedIn};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

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
    /// What holds at each clinic: as it was found, with all that was decided since.
    pub facts: BTreeMap<HsaId, ClinicFacts>,
    /// Everybody who has worked at one of the clinics.
    cast: BTreeMap<HsaId, StaffFacts>,
    /// Those who have no role at a clinic any more, as they were there.
    gone: BTreeMap<(HsaId, HsaId), StaffFacts>,
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
            cast: BTreeMap::new(),
            gone: BTreeMap::new(),
            held: BTreeMap::new(),
        };
        watch.sign_in(clinic).await;
        for facts in watch.told(clinic).await {
            watch.cast.extend(facts.staff.clone());
            watch.facts.insert(facts.hsa_id.clone(), facts);
        }
        watch.look(clinic, None).await;
        watch
    }

    /// Begins new sessions: they end as everybody's do.
    pub async fn sign_in(&mut self, clinic: &Clinic) {
        for eye in &mut self.eyes {
            eye.token = token(&self.http, clinic, &eye.who).await.expect("a receiver can sign in");
        }
    }

    /// What the server says of who works at the clinics.
    pub async fn told(&self, clinic: &Clinic) -> Vec<ClinicFacts> {
        let mut told = Vec::new();
        for eye in &self.eyes {
            let path = format!("clinics/{}/directory", eye.clinic);
            let directory: Directory = get(&self.http, clinic, &eye.token, &path).await;
            told.push(directory.facts());
        }
        told
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
        let token = self.token_of(clinic, &who.hsa_id).await.expect("whoever works somewhere can sign in");
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

    /// A session of somebody's beside those of their program; none if they can't sign in.
    pub async fn token_of(&self, clinic: &Clinic, who: &HsaId) -> Option<String> {
        token(&self.http, clinic, who).await
    }

    /// The bytes of a file as the server gives them in that session, or the status with which it refuses.
    pub async fn download(
        &self,
        clinic: &Clinic,
        token: &str,
        case: CaseId,
        file: AttachmentId,
    ) -> Result<Vec<u8>, u16> {
        let url = format!("{}/api/v1/cases/{case}/attachments/{file}", clinic.server().url());
        let answer = self.http.get(url).bearer_auth(token).send().await.unwrap();
        let status = answer.status();
        if status.is_success() { Ok(answer.bytes().await.unwrap().to_vec()) } else { Err(status.as_u16()) }
    }
}

/// What is decided of who works where, written down when it is decided: what programs and server say is held against it.
impl Watch {
    pub fn roles_of(&self, clinic: &HsaId, who: &HsaId) -> BTreeSet<Role> {
        self.facts[clinic].staff.get(who).map(|person| person.roles.clone()).unwrap_or_default()
    }

    /// Somebody has exactly these roles at a clinic from now on.
    pub fn roles_are(&mut self, clinic: &HsaId, who: &HsaId, roles: BTreeSet<Role>) {
        let place = (clinic.clone(), who.clone());
        let staff = &mut self.facts.get_mut(clinic).unwrap().staff;
        let known = staff.remove(who).or_else(|| self.gone.remove(&place));
        let known = known.unwrap_or_else(|| StaffFacts { absences: Vec::new(), ..self.cast[who].clone() });
        let person = StaffFacts { roles, active: self.cast[who].active, ..known };
        if person.roles.is_empty() {
            self.gone.insert(place, person);
        } else {
            staff.insert(who.clone(), person);
        }
    }

    /// Somebody's HSA-id is switched on or off.
    pub fn is_active(&mut self, who: &HsaId, active: bool) {
        self.cast.get_mut(who).unwrap().active = active;
        for person in self.facts.values_mut().filter_map(|facts| facts.staff.get_mut(who)) {
            person.active = active;
        }
    }

    /// Somebody is away from a clinic at these times and at no other.
    pub fn absences_are(&mut self, clinic: &HsaId, who: &HsaId, absences: Vec<Absence>) {
        self.facts.get_mut(clinic).unwrap().staff.get_mut(who).unwrap().absences = absences;
    }
}

async fn token(http: &reqwest::Client, clinic: &Clinic, who: &HsaId) -> Option<String> {
    let url = format!("{}/practice/sign-in", clinic.server().url());
    let answer = http.post(url).json(&PracticeSignIn { hsa_id: who.clone() }).send().await.unwrap();
    if answer.status().is_success() { Some(answer.json::<SignedIn>().await.unwrap().token) } else { None }
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
