//! Who has which case before them right now (ADR 16). In memory only: a heartbeat makes it anew within seconds, and nothing
//! is decided by it; what decides is the thread's version.

use crate::app::App;
use crate::session::SignedInStaff;
use crate::wake::Wake;
use jiff::Timestamp;
use mottaget_domain::{CaseId, HsaId};
use mottaget_protocol::{Attendance, Company, PRESENCE_LASTS, Present};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// What every session has before it, by the hash of its token.
#[derive(Default)]
pub struct Presence {
    sessions: Mutex<BTreeMap<String, Here>>,
    came: Notify,
}

/// One session's case.
#[derive(Clone)]
struct Here {
    staff: HsaId,
    name: String,
    clinic: HsaId,
    at: Attendance,
    since: Timestamp,
    until: Timestamp,
}

impl Here {
    /// Where it is seen.
    fn place(&self) -> (HsaId, CaseId) {
        (self.clinic.clone(), self.at.case)
    }
}

impl Presence {
    /// Notes what a session has before it now; gives the places that look otherwise than before.
    fn note(&self, token_hash: &str, here: Option<Here>) -> BTreeSet<(HsaId, CaseId)> {
        let mut sessions = self.lock();
        let before = sessions.remove(token_hash);
        let same = matches!((&before, &here), (Some(before), Some(here)) if before.at == here.at);
        if let Some(mut here) = here.clone() {
            if let Some(before) = before.as_ref().filter(|_| same) {
                here.since = before.since;
            }
            sessions.insert(token_hash.to_owned(), here);
            self.came.notify_one();
        }
        if same {
            return BTreeSet::new();
        }
        [before, here].into_iter().flatten().map(|here| here.place()).collect()
    }

    /// Forgets who has not been heard of for too long; gives their places, and when the next would be forgotten.
    fn forget(&self, now: Timestamp) -> (BTreeSet<(HsaId, CaseId)>, Option<Timestamp>) {
        let mut sessions = self.lock();
        let mut places = BTreeSet::new();
        sessions.retain(|_, here| {
            let stays = here.until > now;
            if !stays {
                places.insert(here.place());
            }
            stays
        });
        (places, sessions.values().map(|here| here.until).min())
    }

    /// The cases of a clinic at which somebody is.
    pub fn cases_of(&self, clinic: &HsaId) -> BTreeSet<CaseId> {
        self.lock().values().filter(|here| here.clinic == *clinic).map(|here| here.at.case).collect()
    }

    /// Who is at a case, but for the viewer. Of somebody with several machines what matters most is told.
    pub fn company(&self, clinic: &HsaId, case: CaseId, viewer: &HsaId) -> Company {
        let mut people: BTreeMap<HsaId, Present> = BTreeMap::new();
        for here in self.lock().values().filter(|here| here.at.case == case && here.staff != *viewer) {
            let Here { staff, name, at, since, .. } = here.clone();
            let present = Present { staff: staff.clone(), name, doing: at.doing, since };
            let known = people.entry(staff).or_insert_with(|| present.clone());
            if present.doing > known.doing || (present.doing == known.doing && present.since < known.since) {
                *known = present;
            }
        }
        let mut people: Vec<Present> = people.into_values().collect();
        people.sort_by(|a, b| (a.since, &a.staff).cmp(&(b.since, &b.staff)));
        Company { clinic: clinic.clone(), case, people }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Here>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    /// Notes what a session has before it now, the case with its clinic, and tells who sees it.
    pub fn attends(&self, person: &SignedInStaff, at: Option<(HsaId, Attendance)>) {
        let now = self.now();
        let here = at.map(|(clinic, at)| Here {
            staff: person.staff.hsa_id.clone(),
            name: person.staff.name.clone(),
            clinic,
            at,
            since: now,
            until: now.checked_add(PRESENCE_LASTS).unwrap_or(now),
        });
        self.tell_presence(self.presence.note(&person.token_hash, here));
    }

    fn tell_presence(&self, places: BTreeSet<(HsaId, CaseId)>) {
        for (clinic, case) in places {
            self.wakes.call(Wake::Presence { clinic, case });
        }
    }
}

/// Forgets who is not heard of any more, until the server stops.
pub async fn run(app: App) {
    loop {
        let (gone, next) = app.presence.forget(app.now());
        app.tell_presence(gone);
        let reached = async {
            match next {
                Some(next) => app.clock.reached(next).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = app.presence.came.notified(), if next.is_none() => {}
            () = reached => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mottaget_protocol::Doing;

    const CLINIC: &str = "SE2321000016-C001";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn here(person: u8, case: CaseId, doing: Doing, second: i64) -> Option<Here> {
        Some(Here {
            staff: HsaId::parse(&format!("SE2321000016-100{person}")).unwrap(),
            name: format!("Person {person}"),
            clinic: HsaId::parse(CLINIC).unwrap(),
            at: Attendance { case, doing },
            since: at(second),
            until: at(second + 15),
        })
    }

    fn told(presence: &Presence, case: CaseId, viewer: u8) -> Vec<(String, Doing, Timestamp)> {
        let viewer = HsaId::parse(&format!("SE2321000016-100{viewer}")).unwrap();
        presence
            .company(&HsaId::parse(CLINIC).unwrap(), case, &viewer)
            .people
            .into_iter()
            .map(|one| (one.name, one.doing, one.since))
            .collect()
    }

    #[test]
    fn a_heartbeat_is_no_news_and_keeps_since_when() {
        let (presence, case) = (Presence::default(), CaseId::random());
        assert_eq!(presence.note("a", here(1, case, Doing::Reading, 0)).len(), 1);
        assert_eq!(presence.note("a", here(1, case, Doing::Reading, 5)).len(), 0);
        assert_eq!(told(&presence, case, 2), [("Person 1".into(), Doing::Reading, at(0))]);
        assert_eq!(presence.note("a", here(1, case, Doing::Answering, 8)).len(), 1);
        assert_eq!(told(&presence, case, 2), [("Person 1".into(), Doing::Answering, at(8))]);
        assert_eq!(told(&presence, case, 1), [], "nobody is told of themselves");
    }

    #[test]
    fn going_to_another_case_is_news_at_both_and_leaving_at_one() {
        let (presence, one, two) = (Presence::default(), CaseId::random(), CaseId::random());
        presence.note("a", here(1, one, Doing::Reading, 0));
        assert_eq!(presence.note("a", here(1, two, Doing::Reading, 1)).len(), 2);
        assert_eq!((told(&presence, one, 2).len(), told(&presence, two, 2).len()), (0, 1));
        assert_eq!(presence.note("a", None).len(), 1);
        assert_eq!(presence.note("a", None).len(), 0);
        assert_eq!(told(&presence, two, 2), []);
    }

    #[test]
    fn two_machines_are_one_person_and_who_began_first_comes_first() {
        let (presence, case) = (Presence::default(), CaseId::random());
        presence.note("b", here(2, case, Doing::Answering, 3));
        presence.note("a-home", here(1, case, Doing::Reading, 1));
        presence.note("a-work", here(1, case, Doing::Answering, 4));
        let names: Vec<_> = told(&presence, case, 3);
        assert_eq!(names, [("Person 2".into(), Doing::Answering, at(3)), ("Person 1".into(), Doing::Answering, at(4))]);
    }

    #[test]
    fn who_is_not_heard_of_is_forgotten_in_time_and_no_sooner() {
        let (presence, case) = (Presence::default(), CaseId::random());
        presence.note("a", here(1, case, Doing::Reading, 0));
        presence.note("b", here(2, case, Doing::Reading, 5));
        assert_eq!(presence.forget(at(14)), (BTreeSet::new(), Some(at(15))));
        let (gone, next) = presence.forget(at(15));
        assert_eq!((gone.len(), next), (1, Some(at(20))));
        assert_eq!(told(&presence, case, 3).len(), 1);
        assert_eq!(presence.forget(at(20)).1, None);
    }
}
