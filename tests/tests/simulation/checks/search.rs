//! Search: what stands in one case alone is found there by everybody who may read it, and by nobody else. Seen to fail with an
//! index that learned nothing of the words that came to a case later.

use super::Machine;
use crate::world::World;
use mottaget_domain::CaseId;
use std::collections::{BTreeMap, BTreeSet};

/// So many words that have not been looked up yet are looked up each time, and so many others.
const NEW: usize = 36;
const OLD: usize = 6;
/// Of those that stand in no case: what somebody still writes, has thrown away or taken back.
const NOWHERE: usize = 6;

/// A word, and the only case in which it stands, if there is one.
pub(super) struct LookedUp {
    pub word: String,
    case: Option<CaseId>,
}

/// Words of texts, of notes and of the names of files, as the server has the cases now.
pub(super) fn words_to_look_up(world: &mut World) -> Vec<LookedUp> {
    let mut places: BTreeMap<&str, BTreeSet<CaseId>> = BTreeMap::new();
    let words = world.ledger.words.keys().filter(|word| !world.ledger.files.contains_key(*word));
    for word in words.map(String::as_str).chain(world.ledger.words_in_names()) {
        places.insert(word, BTreeSet::new());
    }
    for document in world.watch.documents.values() {
        let case = &document.case;
        let texts = case.messages.iter().map(|message| &message.text).chain(case.notes.iter().map(|note| &note.text));
        let names = case.messages.iter().flat_map(|message| &message.attachments).map(|file| &file.file_name);
        for word in texts.chain(names).flat_map(|text| text.split(|c: char| !c.is_alphabetic())) {
            if let Some(there) = places.get_mut(word) {
                there.insert(case.id);
            }
        }
    }
    let round = world.tally.get("checks").copied().unwrap_or(0) as usize;
    let known = |word: &str| world.ledger.looked_up.contains(word);
    let (mut new, mut old, mut nowhere) = (Vec::new(), Vec::new(), Vec::new());
    for (word, there) in places {
        let one = LookedUp { word: word.to_owned(), case: there.first().copied() };
        match there.len() {
            0 => nowhere.push(one),
            1 if known(word) => old.push(one),
            1 => new.push(one),
            _ => {}
        }
    }
    let step = |of: &Vec<LookedUp>, most: usize| of.len().div_ceil(most).max(1);
    let (by_new, by_old, by_nowhere) = (step(&new, NEW), step(&old, OLD), step(&nowhere, NOWHERE));
    let new = new.into_iter().step_by(by_new);
    let old = old.into_iter().skip(round % by_old).step_by(by_old);
    let nowhere = nowhere.into_iter().skip(round % by_nowhere).step_by(by_nowhere);
    let chosen: Vec<LookedUp> = new.chain(old).chain(nowhere).collect();
    world.ledger.looked_up.extend(chosen.iter().map(|one| one.word.clone()));
    *world.tally.entry("words looked up".to_owned()).or_default() += chosen.len() as u64;
    chosen
}

/// Each finds by the word the case that has it, if they may read that, and nothing else.
pub(super) fn each_word_is_found_by_who_may_read_it(world: &World, words: &[LookedUp], machines: &[Machine]) {
    for (who, machine) in machines.iter().enumerate() {
        for (one, found) in words.iter().zip(&machine.found_by) {
            let theirs: BTreeSet<CaseId> = one.case.into_iter().filter(|case| world.may_see(who, *case)).collect();
            if *found != theirs {
                let names = |cases: &BTreeSet<CaseId>| cases.iter().map(|case| world.name(*case)).collect::<Vec<_>>();
                panic!(
                    "by «{}» {} finds {:?}, and what has that word and may be read by them is {:?}",
                    one.word,
                    world.name_of(who),
                    names(found),
                    names(&theirs)
                );
            }
        }
    }
}
