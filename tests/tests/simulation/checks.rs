//! What is always true once everything has healed. Each check is a function of its own; what it says names the case.

use crate::deeds::holder;
use crate::ledger::Who;
use crate::world::World;
use mottaget_client::Me;
use mottaget_domain::case::Happening;
use mottaget_domain::visibility::staff_may_read;
use mottaget_domain::{CaseId, Command, MessageKind, OpId};
use mottaget_protocol::feed::CaseDocument;
use mottaget_store::{Draft, OutboxRow, OutboxState, Query, Scope, Store};
use std::collections::{BTreeMap, BTreeSet};

/// What lies on one person's machine.
struct Machine {
    /// Every document of the mirror that the truth knows of, as the server told it.
    documents: BTreeMap<CaseId, CaseDocument>,
    /// What the person is shown when they ask for everything.
    listed: BTreeSet<CaseId>,
    /// What they find by words that stand in every case of ours.
    found: BTreeSet<CaseId>,
    outbox: Vec<OutboxRow>,
    drafts: Vec<Draft>,
    strays: BTreeSet<CaseId>,
    unsaid: usize,
}

/// Heals the world, ends every program, and looks at the server and at each machine.
pub async fn everything(world: &mut World) {
    let working = world.at_work();
    world.heal().await;
    let mut machines = Vec::new();
    for who in 0..world.people.len() {
        world.leave(who).await;
        machines.push(look_into(world, who));
    }
    mirrors_agree_with_the_server(world, &machines).await;
    nothing_is_shown_to_who_may_not_read_it(world, &machines);
    every_act_settled_once(world, &machines);
    no_case_has_two_final_answers(world);
    no_word_is_lost_or_doubled(world, &machines);
    no_draft_is_lost(world, &machines);
    no_look_is_unlogged(world, &machines).await;
    for who in working {
        world.come(who).await;
        world.steady(who).await;
    }
    world.count("checks");
}

fn look_into(world: &World, who: Who) -> Machine {
    let person = &world.people[who].person;
    let store = Store::open(&person.profile_folder(), &person.keys).expect("the files are sound");
    let me: Me = store.me().unwrap().expect("somebody was signed in");
    let shown = |search: Option<&str>| {
        let query = Query {
            scope: Scope::Everything,
            clinic: None,
            search: search.map(str::to_owned),
            filter: mottaget_store::Filter::default(),
            offset: 0,
            limit: 100_000,
        };
        store.list(&me, &query, world.now).unwrap().rows.iter().map(|row| row.id).collect()
    };
    let documents = world.watch.order.iter().filter_map(|id| Some((*id, store.document(*id).unwrap()?))).collect();
    let machine = Machine {
        documents,
        listed: shown(None),
        found: shown(Some("hej")),
        outbox: store.outbox().unwrap(),
        drafts: store.drafts().unwrap(),
        strays: store.stray_drafts(&me).unwrap().iter().map(|draft| draft.case).collect(),
        unsaid: store.unsent_reads(1000).unwrap().len(),
    };
    store.close().unwrap();
    machine
}

/// The cases that somebody may read by the rules, as the server has them.
fn entitled(world: &World, who: Who) -> BTreeSet<CaseId> {
    let may =
        |document: &&CaseDocument| world.people[who].actors.iter().any(|actor| staff_may_read(&document.case, actor));
    world.watch.documents.values().filter(may).map(|document| document.case.id).collect()
}

/// Every machine has exactly the documents that the server gives this person, each as the server has it.
async fn mirrors_agree_with_the_server(world: &World, machines: &[Machine]) {
    for (who, machine) in machines.iter().enumerate() {
        let name = world.name_of(who);
        let mut given = BTreeSet::new();
        for actor in &world.people[who].actors {
            given.extend(world.watch.all_of(&world.clinic, actor).await);
        }
        for id in &given {
            let (case, truth) = (world.name(*id), &world.watch.documents[id]);
            let Some(here) = machine.documents.get(id) else {
                panic!("{case} ({id}) is missing on {name}'s machine although the server gives it to them");
            };
            assert!(
                here == truth,
                "{case} ({id}) is another on {name}'s machine: {here:#?}\nthan at the server: {truth:#?}"
            );
            assert!(machine.listed.contains(id), "{case} ({id}) is in no list of {name}'s");
        }
        let here: BTreeSet<CaseId> = machine.documents.keys().copied().collect();
        if let Some(id) = here.difference(&given).next() {
            panic!("{} ({id}) is on {name}'s machine, and the server does not give it to them", world.name(*id));
        }
    }
}

/// Neither lies on a machine nor stands in a list or among what is found what the rules keep from the person.
fn nothing_is_shown_to_who_may_not_read_it(world: &World, machines: &[Machine]) {
    for (who, machine) in machines.iter().enumerate() {
        let entitled = entitled(world, who);
        let here: BTreeSet<CaseId> = machine.documents.keys().copied().collect();
        for (place, ids) in
            [("on the machine", &here), ("in the list", &machine.listed), ("among what is found", &machine.found)]
        {
            if let Some(id) = ids.difference(&entitled).next() {
                let has = world.watch.documents.get(id).map(|there| holder(there.case.assignee.as_ref()));
                panic!(
                    "{} ({id}, with {has:?}) is {place} of {}, who may not read it",
                    world.name(*id),
                    world.name_of(who)
                );
            }
        }
    }
}

/// By which commits each act came to effect.
fn effects(world: &World) -> BTreeMap<OpId, BTreeSet<(CaseId, u64)>> {
    let mut effects: BTreeMap<OpId, BTreeSet<(CaseId, u64)>> = BTreeMap::new();
    for document in world.watch.documents.values() {
        for entry in &document.case.history {
            if let Some(op) = entry.op {
                effects.entry(op).or_default().insert((document.case.id, entry.seq));
            }
        }
    }
    effects
}

/// An act that has left the outbox came to effect in one commit of its case; one that is there has come to none, and waits
/// for a decision, or behind what does.
fn every_act_settled_once(world: &World, machines: &[Machine]) {
    let effects = effects(world);
    for (op, commits) in &effects {
        let (case, _) = commits.first().unwrap();
        assert_eq!(commits.len(), 1, "the act {op} came to effect twice in {}: {commits:?}", world.name(*case));
    }
    let mut waiting = BTreeSet::new();
    for (who, machine) in machines.iter().enumerate() {
        let mut blocked = BTreeSet::new();
        for row in &machine.outbox {
            let (name, case) = (world.name_of(who), world.name(row.op.case));
            match &row.state {
                OutboxState::Stopped { .. } => {
                    if !matches!(row.op.command, Command::AddNote { .. }) {
                        blocked.insert(row.op.case);
                    }
                }
                state => assert!(
                    blocked.contains(&row.op.case),
                    "{name}'s {} in {case} is still in the outbox, {state:?}, and waits for nobody",
                    row.what
                ),
            }
            assert!(
                !effects.contains_key(&row.op.id),
                "{name}'s {} in {case} came to effect and is in the outbox",
                row.what
            );
            waiting.insert(row.op.id);
        }
    }
    for (op, act) in &world.ledger.acts {
        if waiting.contains(op) {
            continue;
        }
        let at = effects.get(op).and_then(|commits| commits.first()).map(|(case, _)| *case);
        assert_eq!(
            at,
            Some(act.case),
            "{}'s act «{}» in {} (deed {}) has left the outbox and came to no effect there",
            world.name_of(act.who),
            act.what,
            world.name(act.case),
            act.deed
        );
    }
}

/// Between two final answers the case was opened again, or the resident has written.
fn no_case_has_two_final_answers(world: &World) {
    for document in world.watch.documents.values() {
        let mut answered = false;
        for entry in &document.case.history {
            match &entry.what {
                Happening::MessageReleased { kind: MessageKind::FinalReply, .. } => {
                    assert!(!answered, "{} ({}) has two final answers", world.name(document.case.id), document.case.id);
                    answered = true;
                }
                Happening::Reopened | Happening::ResidentReplied { .. } => answered = false,
                _ => {}
            }
        }
    }
}

/// Every word that was kept, and that nobody threw away, is in one place: in a case at the server, in a draft, or in an act
/// that waits for its person.
fn no_word_is_lost_or_doubled(world: &World, machines: &[Machine]) {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut note = |text: &str, place: &dyn Fn() -> String| {
        for word in world.ledger.words_in(text) {
            places.entry(word).or_default().push(place());
        }
    };
    for document in world.watch.documents.values() {
        let case = &document.case;
        for message in &case.messages {
            note(&message.text, &|| format!("a message in {}", world.name(case.id)));
        }
        for words in &case.notes {
            note(&words.text, &|| format!("a note in {}", world.name(case.id)));
        }
    }
    for (who, machine) in machines.iter().enumerate() {
        for draft in &machine.drafts {
            note(&draft.text, &|| format!("a draft of {}'s in {}", world.name_of(who), world.name(draft.case)));
        }
        for row in &machine.outbox {
            let place = || format!("{}'s outbox in {}", world.name_of(who), world.name(row.op.case));
            if let Some(message) = row.op.command.message() {
                note(&message.text, &place);
            }
            if let Command::AddNote { text, .. } | Command::Close { note: Some(text), .. } = &row.op.command {
                note(text, &place);
            }
        }
    }
    for (word, about) in world.ledger.words.iter().filter(|(_, about)| !about.gone) {
        let found = places.get(word).map(Vec::as_slice).unwrap_or_default();
        let (name, case) = (world.name_of(about.who), world.name(about.case));
        assert!(!found.is_empty(), "what {name} wrote in {case} («{word}») is nowhere any more");
        assert_eq!(found.len(), 1, "what {name} wrote in {case} («{word}») is in more places than one: {found:?}");
    }
}

/// Every draft is on its writer's machine with its last words, and can be reached: in its case, or among those whose case
/// has left.
fn no_draft_is_lost(world: &World, machines: &[Machine]) {
    for ((who, case), words) in &world.ledger.drafts {
        let (name, machine) = (world.name_of(*who), &machines[*who]);
        let Some(draft) = machine.drafts.iter().find(|draft| draft.case == *case) else {
            panic!("{name}'s draft in {} is gone: {words:?}", world.name(*case));
        };
        let there = world.ledger.words_in(&draft.text);
        let lost: Vec<&String> = words.difference(&there).filter(|word| !world.ledger.words[*word].gone).collect();
        assert!(lost.is_empty(), "{name}'s draft in {} has lost {lost:?}: {}", world.name(*case), draft.text);
    }
    for (who, machine) in machines.iter().enumerate() {
        for draft in &machine.drafts {
            let reached = machine.listed.contains(&draft.case) || machine.strays.contains(&draft.case);
            assert!(reached, "{}'s draft in {} is offered nowhere", world.name_of(who), world.name(draft.case));
        }
    }
}

/// Every opening of a case, and every case that was shown in a list, is in the server's access log.
async fn no_look_is_unlogged(world: &World, machines: &[Machine]) {
    for (who, machine) in machines.iter().enumerate() {
        let name = world.name_of(who);
        assert_eq!(machine.unsaid, 0, "looks of {name}'s have not reached the server");
        let log = world.clinic.server().looks_of(&world.people[who].person.hsa_id).await.unwrap();
        let logged = |case: &CaseId, kind: &str| log.get(&(*case, kind.to_owned())).copied().unwrap_or(0);
        for ((_, case), times) in world.ledger.opened.iter().filter(|((looker, _), _)| *looker == who) {
            let lines = logged(case, "read");
            assert!(
                lines >= *times,
                "{name} has opened {} ({case}) {times} times, and the log has {lines} lines of it",
                world.name(*case)
            );
        }
        for (_, case) in world.ledger.listed.iter().filter(|(looker, _)| *looker == who) {
            assert!(
                logged(case, "list") > 0,
                "{name} was shown {} ({case}) in a list, and the log says nothing",
                world.name(*case)
            );
        }
    }
}
