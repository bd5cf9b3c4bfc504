//! Who works where in which roles, who can sign in at all, and who is away, with or without somebody who stands in.

use super::{Deed, Told};
use crate::chance::Chance;
use crate::checks::people;
use crate::ledger::Who;
use crate::world::{STAFF, World};
use jiff::ToSpan;
use journeys::person::absences;
use mottaget_client::ClientError;
use mottaget_domain::absence::to_come;
use mottaget_domain::{Absence, HsaId, Role};
use mottaget_protocol::Anew;

/// Roles that come and go. The two receivers with whose eyes the truth is read stay receivers.
const CHANGES: [(Who, Place, Role); 11] = [
    (0, Place::Bjorken, Role::Handler),
    (1, Place::Bjorken, Role::Handler),
    (1, Place::Bjorken, Role::Receiver),
    (1, Place::Linden, Role::Handler),
    (2, Place::Bjorken, Role::Handler),
    (3, Place::Bjorken, Role::Receiver),
    (3, Place::Bjorken, Role::Handler),
    (3, Place::Linden, Role::Handler),
    (4, Place::Linden, Role::Handler),
    (4, Place::Bjorken, Role::Handler),
    (5, Place::Bjorken, Role::Handler),
];
/// Who had which of them in the beginning.
const USUAL: [bool; CHANGES.len()] = [false, true, false, false, true, true, true, true, false, false, false];
/// Whose HSA-id is switched off and on.
const SWITCHED: [Who; 4] = [1, 2, 3, 5];

#[derive(Clone, Copy, Debug)]
enum Place {
    Bjorken,
    Linden,
}

impl World {
    /// What offices decide: roles, and HSA-ids.
    pub(super) async fn offices(&mut self, deed: Deed, chance: &mut Chance) {
        let told = if self.down_for.is_some() {
            "the server is down".to_owned()
        } else if deed == Deed::Roles {
            self.change_roles(chance).await
        } else {
            self.switch(chance).await
        };
        // at once: by the next healing most are back in their roles
        people::no_case_is_left_to_who_is_gone(self);
        self.tell(&format!("{deed:?}: {told}"));
    }

    fn place(&self, place: Place) -> HsaId {
        match place {
            Place::Bjorken => self.clinic.bjorken(),
            Place::Linden => self.clinic.linden(),
        }
    }

    /// Somebody gets a role or loses it; more often than not it is as it was in the beginning then.
    async fn change_roles(&mut self, chance: &mut Chance) -> String {
        let has = |n: usize| {
            let (who, place, role) = CHANGES[n];
            self.watch.roles_of(&self.place(place), &self.people[who].person.hsa_id).contains(&role)
        };
        let unusual: Vec<usize> = (0..CHANGES.len()).filter(|n| has(*n) != USUAL[*n]).collect();
        let (back, any) = (chance.pick(&unusual).filter(|_| chance.percent(60)), chance.below(CHANGES.len() as u64));
        let (who, place, role) = CHANGES[back.unwrap_or(any as usize)];
        let (clinic, person) = (self.place(place), self.people[who].person.hsa_id.clone());
        let mut roles = self.watch.roles_of(&clinic, &person);
        let lost = roles.remove(&role);
        if !lost {
            roles.insert(role);
        }
        self.clinic.server().people().set_roles(&person, &clinic, &roles).await.unwrap();
        self.watch.roles_are(&clinic, &person, roles);
        self.decided().await;
        self.count(if lost { "roles lost" } else { "roles gained" });
        format!("{} {} {role:?} at {place:?}", self.name_of(who), if lost { "is no longer" } else { "is now" })
    }

    /// Somebody's HSA-id is switched off, or on again.
    async fn switch(&mut self, chance: &mut Chance) -> String {
        let off: Vec<Who> = SWITCHED.into_iter().filter(|who| self.people[*who].off).collect();
        let (back, any) = (chance.pick(&off).filter(|_| chance.percent(75)), chance.pick(&SWITCHED).unwrap());
        if let Some(who) = back {
            self.switch_on(who).await;
            return format!("{} can sign in again", self.name_of(who));
        }
        if self.people[any].off {
            return "nobody".into();
        }
        self.switch_off(any).await;
        format!("{} can not sign in any more", self.name_of(any))
    }

    async fn switch_off(&mut self, who: Who) {
        let (person, in_contact) = (self.people[who].person.hsa_id.clone(), self.reachable(who));
        let session = self.watch.token_of(&self.clinic, &person).await.expect("they could sign in until now");
        self.clinic.server().people().set_active(&person, false).await.unwrap();
        self.watch.is_active(&person, false);
        self.switched_off(who);
        if in_contact {
            self.is_signed_out(who).await;
        }
        assert_eq!(
            self.watch.token_of(&self.clinic, &person).await,
            None,
            "nobody signs in with an HSA-id that is off"
        );
        self.gets_nothing(who, &session).await;
        self.decided().await;
        self.count("HSA-ids switched off");
    }

    pub async fn switch_on(&mut self, who: Who) {
        if !std::mem::replace(&mut self.people[who].off, false) {
            return;
        }
        let person = self.people[who].person.hsa_id.clone();
        self.clinic.server().people().set_active(&person, true).await.unwrap();
        self.watch.is_active(&person, true);
        self.decided().await;
    }

    /// A session from before gives nobody a file any more.
    async fn gets_nothing(&self, who: Who, session: &str) {
        let documents = self.watch.order.iter().rev().map(|case| &self.watch.documents[case].case);
        let of = |case: &mottaget_domain::Case| {
            let files = case.messages.iter().flat_map(|message| &message.attachments);
            files.map(|file| (case.id, file.id)).next()
        };
        let files: Vec<_> = documents.filter_map(of).take(3).collect();
        for (case, file) in files {
            let got = self.watch.download(&self.clinic, session, case, file).await;
            assert_eq!(got.map(|bytes| bytes.len()), Err(401), "{} with an HSA-id that is off", self.name_of(who));
        }
    }

    /// Somebody says that they are away, or that a colleague is.
    pub(super) async fn go_away(&mut self, who: Who, chance: &mut Chance) -> Told {
        let themselves = chance.percent(60);
        let any = chance.below(STAFF.len() as u64) as usize;
        let of = if themselves { who } else { any };
        let person = self.people[of].person.hsa_id.clone();
        let at: Vec<HsaId> = self.watch.facts.values().map(|facts| facts.hsa_id.clone()).collect();
        let at: Vec<HsaId> = at.into_iter().filter(|at| !self.watch.roles_of(at, &person).is_empty()).collect();
        let (first, lasts) = (chance.below(3).saturating_sub(1) as i64, chance.below(3) as i64);
        let (wrong, covered) = (chance.percent(5), chance.percent(75));
        let Some(clinic) = chance.pick(&(0..at.len()).collect::<Vec<_>>()).map(|n| at[n].clone()) else {
            return Ok(format!("{} works nowhere", self.name_of(of)));
        };
        let fits = |other: &Who| {
            wrong || (*other != of && self.watch.facts[&clinic].can_handle(&self.people[*other].person.hsa_id))
        };
        let others: Vec<Who> = (0..STAFF.len()).filter(fits).collect();
        let substitute = chance.pick(&others).filter(|_| covered);
        let from = self.day.checked_add(first.days()).unwrap();
        let to = from.checked_add(lasts.days()).unwrap();
        let by = substitute.map(|who| self.people[who].person.hsa_id.clone());
        let absences = vec![Absence { from, to, substitute: by }];
        self.say_absences(who, &clinic, &person, absences.clone()).await?;
        self.decided().await;
        self.count(if substitute.is_some() { "absences with a substitute" } else { "absences without" });
        let cover = substitute.map_or("nobody", |who| self.name_of(who));
        Ok(format!("{} from {from} to {to}, {cover} stands in", self.name_of(of)))
    }

    /// Somebody who is away is back, or stays after all.
    pub(super) async fn come_back(&mut self, who: Who, chance: &mut Chance) -> Told {
        let mut away = Vec::new();
        for facts in self.watch.facts.values() {
            for of in 0..STAFF.len() {
                let person = facts.staff.get(&self.people[of].person.hsa_id);
                if person.is_some_and(|person| person.absences.iter().any(|absence| absence.to >= self.day)) {
                    away.push((of, facts.hsa_id.clone()));
                }
            }
        }
        let Some((of, clinic)) = chance.pick(&(0..away.len()).collect::<Vec<_>>()).map(|n| away[n].clone()) else {
            return Ok("nobody is away".into());
        };
        let person = self.people[of].person.hsa_id.clone();
        self.say_absences(who, &clinic, &person, Vec::new()).await?;
        self.decided().await;
        self.count("absences ended");
        Ok(self.name_of(of).to_owned())
    }

    /// Whoever says it decides on what their app knows; nobody overrules what it does not.
    async fn say_absences(
        &mut self,
        who: Who,
        clinic: &HsaId,
        person: &HsaId,
        now: Vec<Absence>,
    ) -> Result<(), ClientError> {
        let seen = absences(&self.client(who), clinic, person).await;
        let anew = Anew { seen: seen.clone(), now: now.clone() };
        self.client(who).save_absences(clinic.clone(), person.clone(), anew).await?;
        let there = self.watch.facts.get(clinic).and_then(|facts| facts.staff.get(person));
        let there = there.map(|staff| staff.absences.clone()).unwrap_or_default();
        let [seen, new, there] = [&seen, &now, &there].map(|absences| to_come(absences, self.day));
        assert!(there == seen || there == new, "{person} was overruled at {clinic}: {seen:?} {there:?}");
        self.watch.absences_are(clinic, person, now);
        Ok(())
    }
}
