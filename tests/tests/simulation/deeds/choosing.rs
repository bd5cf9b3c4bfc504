//! Who does it, in which case, and to whom it is given.

use super::{BUSY, Deed};
use crate::chance::Chance;
use crate::ledger::Who;
use crate::world::{STAFF, World};
use mottaget_client::view::{Target, TargetKind};
use mottaget_domain::{Act, Actor, CaseId, check};

/// Most deeds are about one of so many of the newest cases; if none of them fits, of these.
const NEWEST: usize = 14;
const NEW: usize = 48;

/// The acts that a deed tries.
pub(super) fn tries(deed: Deed) -> &'static [Act] {
    match deed {
        Deed::Give | Deed::GiveWithReply | Deed::Together => &[Act::Distribute, Act::Redistribute],
        Deed::Take => &[Act::Take, Act::TakeOver],
        Deed::GiveBack => &[Act::ReturnToReceiver],
        Deed::Write | Deed::Attach | Deed::TakeDraft => &[Act::FinalReply, Act::PartialReply],
        Deed::Send => &[Act::FinalReply],
        Deed::Close | Deed::CloseWithWords => &[Act::Close],
        Deed::Reopen => &[Act::Reopen],
        Deed::Note => &[Act::Note],
        Deed::MarkRecorded | Deed::Print | Deed::CopyToRecord => &[Act::MarkRecorded],
        Deed::Open | Deed::LookAtFile => &[Act::Read],
        Deed::Withdraw => &[Act::WithdrawMessage],
        Deed::WithdrawQuestion => &[Act::WithdrawQuestion],
        _ => &[],
    }
}

impl World {
    /// Mostly somebody who may do this to one of the newest cases as things stand at the server; else anybody.
    pub(super) fn somebody_for(&self, deed: Deed, chance: &mut Chance) -> Who {
        let drawn = [(); 4].map(|()| chance.weighted(&BUSY));
        let at_work = self.at_work();
        let working: Vec<Who> = drawn.into_iter().filter(|who| at_work.contains(who)).collect();
        let otherwise = working.first().or(at_work.first()).copied().expect("somebody is at work");
        let order = &self.watch.order;
        let newest = &order[order.len().saturating_sub(NEW)..];
        let waits = |who: &Who| deed == Deed::Decide && self.waiting.contains(who);
        let could = |who: &Who| waits(who) || newest.iter().any(|case| self.may(*who, tries(deed), *case));
        working.into_iter().find(could).unwrap_or(otherwise)
    }

    /// Do the rules allow one of these acts, as things stand at the server?
    pub(super) fn may(&self, who: Who, acts: &[Act], case: CaseId) -> bool {
        let case = &self.watch.documents[&case].case;
        let there = self.people[who].actors.iter().filter(|actor| actor.clinic == case.clinic);
        let facts = &self.watch.facts[&case.clinic];
        there
            .map(|actor| Actor::Staff(actor.clone()))
            .any(|actor| acts.iter().any(|act| check(case, &actor, *act, facts, self.now).is_ok()))
    }

    /// Mostly one that fits: of those in which somebody's act waits without contact, so that two meet; of the newest; else
    /// any.
    pub(super) fn any_case(&self, chance: &mut Chance, fits: impl Fn(&Self, CaseId) -> bool) -> CaseId {
        let order = &self.watch.order;
        let of = |from: &[CaseId]| -> Vec<CaseId> { from.iter().copied().filter(|case| fits(self, *case)).collect() };
        let (fit, clash, near) = (chance.percent(90), chance.percent(50), chance.percent(90));
        let (newest, new) = (&order[order.len().saturating_sub(NEWEST)..], &order[order.len().saturating_sub(NEW)..]);
        let mut fitting = if clash { of(&self.clashing) } else { Vec::new() };
        for wider in [newest, new] {
            if fitting.is_empty() {
                fitting = of(wider);
            }
        }
        let (chosen, any) = (chance.pick(&fitting), chance.pick(if near { newest } else { order }));
        chosen.filter(|_| fit).or(any).expect("the practice clinics have cases")
    }

    /// A case for this deed: mostly one that the rules allow it for as things stand at the server.
    pub(super) fn case_for(&self, who: Who, deed: Deed, chance: &mut Chance) -> CaseId {
        self.any_case(chance, |world, case| world.may(who, tries(deed), case))
    }

    /// A case in which somebody has a draft.
    pub(super) fn draft_for(&self, who: Who, chance: &mut Chance) -> Option<CaseId> {
        let theirs = |case: &&CaseId| self.ledger.drafts.contains_key(&(who, **case));
        // in the order of the cases, which every run has alike
        let drafts: Vec<CaseId> = self.watch.order.iter().filter(theirs).copied().collect();
        chance.pick(&drafts)
    }

    /// Mostly one that the rules let them send as things stand at the server.
    pub(super) fn draft_to_send(&self, who: Who, chance: &mut Chance) -> Option<CaseId> {
        let theirs = |case: &&CaseId| self.ledger.drafts.contains_key(&(who, **case));
        let allowed = |case: &&CaseId| self.may(who, tries(Deed::Send), **case);
        let drafts: Vec<CaseId> = self.watch.order.iter().filter(theirs).filter(allowed).copied().collect();
        let (likely, any, fit) = (chance.pick(&drafts), self.draft_for(who, chance), chance.percent(90));
        if fit { likely } else { any }
    }

    /// Somebody or some group of the case's clinic; sometimes somebody who can't have it.
    pub(super) fn target(&self, case: CaseId, chance: &mut Chance) -> Target {
        let facts = &self.watch.facts[&self.watch.documents[&case].case.clinic];
        let wrong = chance.percent(5);
        let staff = facts.staff.values().filter(|staff| wrong || staff.can_handle());
        let known = staff.filter(|staff| wrong || STAFF.contains(&staff.name.as_str()));
        let people: Vec<String> = known.map(|staff| staff.hsa_id.to_string()).collect();
        let groups: Vec<String> = facts.groups.keys().map(ToString::to_string).collect();
        let group = chance.percent(40);
        let at = |all: &[String], chance: &mut Chance| all.get(chance.below(all.len().max(1) as u64) as usize).cloned();
        let (person, in_group) = (at(&people, chance), at(&groups, chance));
        match person.filter(|_| !group) {
            Some(id) => Target { kind: TargetKind::Person, id },
            None => Target { kind: TargetKind::Group, id: in_group.expect("both clinics have a group") },
        }
    }
}
