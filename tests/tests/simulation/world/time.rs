//! Time, and what comes with it: sessions that end, days on which others are covered, and what is decided of people.

use super::{RESIDENTS, SESSION_HOURS, World};
use crate::checks::people;
use crate::ledger::Who;
use jiff::ToSpan;
use jiff::civil::Date;
use journeys::ResidentAtHome;
use journeys::person::everything;
use mottaget_client::Client;
use mottaget_client::view::StaffRow;
use mottaget_domain::response_clock::swedish_day;
use mottaget_domain::{Absence, HsaId, Role, StaffFacts};
use std::collections::{BTreeMap, BTreeSet};

impl World {
    /// Time goes on, for everybody.
    pub fn pass(&mut self, seconds: i64) {
        self.now += seconds.seconds();
        self.clock.set(self.now);
        for who in 0..self.people.len() {
            self.set_hand(who);
        }
    }

    /// Over midnight it may be others whom somebody covers, and sessions end. Called after time has passed.
    pub async fn follow_the_day(&mut self) {
        self.keep_other_sessions().await;
        let today = swedish_day(self.now);
        let before = std::mem::replace(&mut self.day, today);
        if before != today && self.down_for.is_none() {
            // by the next healing most absences are over
            people::what_was_decided_holds(self).await;
        }
        if self.watch.cover_changes(before, today) {
            self.sights_change().await;
        }
    }

    /// Something was decided of who works where, or of who is away: whoever has contact is told of it.
    pub async fn decided(&mut self) {
        for colleague in &mut self.people {
            colleague.behind = true;
        }
        self.sights_change().await;
    }

    /// It may be other cases that people see from now on: whoever has contact has what they may see, all of it and no more.
    async fn sights_change(&mut self) {
        let mut others = Vec::new();
        for (who, colleague) in self.people.iter_mut().enumerate() {
            let actors = self.watch.actors(&colleague.person.hsa_id, self.now);
            if actors != colleague.actors {
                others.push(who);
            }
            colleague.actors = actors;
        }
        self.keep_sessions().await;
        self.look().await;
        // whoever comes back later asks for everything
        others.retain(|who| self.reachable(*who));
        for who in others {
            self.count("sees other cases");
            let theirs = self.entitled(who);
            self.waits(who, "what they may see from now on", async |client: Client| {
                let rows = client.list(everything()).await.unwrap().rows;
                rows.into_iter().map(|row| row.id).collect::<BTreeSet<_>>() == theirs
            })
            .await;
        }
    }

    /// Waits until somebody's machine knows what is decided: who works where in which roles, and who will be away.
    pub(super) async fn informed(&mut self, who: Who) {
        // also by a machine whose clock is fast, and goes on while it is waited for
        let fast = self.now + (self.people[who].ahead.max(0) + 120).seconds();
        let day = self.day.max(swedish_day(fast));
        let roles: BTreeMap<HsaId, BTreeSet<Role>> =
            self.people[who].actors.iter().map(|actor| (actor.clinic.clone(), actor.roles.clone())).collect();
        let staff: BTreeMap<HsaId, BTreeMap<HsaId, Known>> = roles
            .keys()
            .map(|clinic| {
                let people = self.watch.facts[clinic].staff.values().filter(|person| person.belongs_here());
                (clinic.clone(), people.map(|person| (person.hsa_id.clone(), Known::of(person, day))).collect())
            })
            .collect();
        self.waits(who, "what is decided", async |client: Client| {
            let me = client.session().expect("somebody is signed in").me;
            if me.assignments.into_iter().map(|at| (at.clinic, at.roles)).collect::<BTreeMap<_, _>>() != roles {
                return false;
            }
            for (clinic, people) in &staff {
                let there = client.staffing(clinic.clone()).await.unwrap().people;
                let there = there.into_iter().map(|row| (row.hsa_id.clone(), Known::shown(row, day)));
                if there.collect::<BTreeMap<_, _>>() != *people {
                    return false;
                }
            }
            true
        })
        .await;
        self.people[who].behind = false;
    }

    /// Somebody's machine goes wrong by so much.
    pub fn shift(&mut self, who: Who, ahead: i64) {
        self.people[who].ahead = ahead;
        self.set_hand(who);
    }

    fn set_hand(&self, who: Who) {
        let colleague = &self.people[who];
        colleague.hand.set(self.now + colleague.ahead.seconds());
    }

    /// What ended with the time is begun anew: sessions, at a well-defined point. Who has no contact does so when it is back.
    pub async fn keep_sessions(&mut self) {
        if self.down_for.is_some() {
            return;
        }
        self.keep_other_sessions().await;
        for who in 0..self.people.len() {
            self.recover(who).await;
        }
    }

    /// The sessions of those whose line never breaks: the residents, and who reads the truth.
    async fn keep_other_sessions(&mut self) {
        if self.residents_until <= self.now && self.down_for.is_none() {
            self.watch.sign_in(&self.clinic).await;
            self.sign_residents_in().await;
        }
    }

    pub(super) async fn sign_residents_in(&mut self) {
        self.residents.clear();
        for name in RESIDENTS {
            self.residents.push(ResidentAtHome::sign_in(&self.clinic, name).await);
        }
        self.residents_until = self.now + SESSION_HOURS.hours();
    }
}

/// What a machine should know of a colleague. Of absences that end today it depends on the machine's clock whether they are
/// still told of.
#[derive(PartialEq, Eq)]
struct Known {
    active: bool,
    roles: BTreeSet<Role>,
    away: Vec<Absence>,
}

impl Known {
    fn of(person: &StaffFacts, day: Date) -> Self {
        let away = person.absences.iter().filter(|absence| absence.to > day).cloned().collect();
        Self { active: person.active, roles: person.roles.clone(), away }
    }

    fn shown(row: StaffRow, day: Date) -> Self {
        let away = row.absences.into_iter().filter(|absence| absence.to > day);
        let away = away.map(|row| Absence { from: row.from, to: row.to, substitute: row.substitute }).collect();
        Self { active: row.active, roles: row.roles, away }
    }
}
