//! Words, files and drafts: none is lost, none is doubled.

use super::Machine;
use crate::world::World;
use mottaget_domain::{CaseId, Command};
use std::collections::BTreeMap;

/// Every word and every file that was kept, and that nobody threw away, is in one place in its case: in the case at the server,
/// in a draft or a jotting, or in an act that waits for its person. What colleagues have taken over is in no more places than they
/// have copied it to. Seen to fail with a draft that stayed when it was sent, and with a message that came back over what was
/// there.
pub(super) fn no_word_is_lost_or_doubled(world: &World, machines: &[Machine]) {
    let mut places: BTreeMap<String, Vec<(CaseId, String)>> = BTreeMap::new();
    let mut note = |text: &str, files: &[&str], case: CaseId, place: &dyn Fn() -> String| {
        let files = files.iter().filter(|file| world.ledger.lives(file)).map(|file| (*file).to_owned());
        for word in world.ledger.words_in(text).into_iter().chain(files) {
            places.entry(word).or_default().push((case, place()));
        }
    };
    for document in world.watch.documents.values() {
        let case = &document.case;
        for message in &case.messages {
            let files: Vec<&str> = message.attachments.iter().map(|file| file.sha256.as_str()).collect();
            note(&message.text, &files, case.id, &|| format!("a message in {}", world.name(case.id)));
        }
        for words in &case.notes {
            note(&words.text, &[], case.id, &|| format!("a note in {}", world.name(case.id)));
        }
    }
    for (who, machine) in machines.iter().enumerate() {
        for draft in &machine.drafts {
            let files: Vec<&str> = draft.files.iter().map(|file| file.file.sha256.as_str()).collect();
            let place = || format!("a draft of {}'s in {}", world.name_of(who), world.name(draft.case));
            note(&draft.text, &files, draft.case, &place);
        }
        for jotting in &machine.jottings {
            let place = || format!("a jotting of {}'s in {}", world.name_of(who), world.name(jotting.case));
            note(&jotting.text, &[], jotting.case, &place);
        }
        for row in &machine.outbox {
            let place = || format!("{}'s outbox in {}", world.name_of(who), world.name(row.op.case));
            if let Some(message) = row.op.command.message() {
                let files: Vec<&str> = message.attachments.iter().map(|file| file.sha256.as_str()).collect();
                note(&message.text, &files, row.op.case, &place);
            }
            if let Command::AddNote { text, .. } | Command::Close { note: Some(text), .. } = &row.op.command {
                note(text, &[], row.op.case, &place);
            }
        }
    }
    for (word, about) in world.ledger.words.iter().filter(|(_, about)| !about.gone) {
        let found = places.get(word).map(Vec::as_slice).unwrap_or_default();
        let (name, case) = (world.name_of(about.who), world.name(about.case));
        assert!(!found.is_empty(), "what {name} wrote in {case} («{word}») is nowhere any more");
        let most = about.copies as usize + 1;
        assert!(found.len() <= most, "what {name} wrote in {case} («{word}») is in more places than {most}: {found:?}");
        assert!(
            found.iter().all(|(there, _)| *there == about.case),
            "what {name} wrote in {case} («{word}») is in another case: {found:?}"
        );
    }
}

/// Every draft is on its writer's machine with its last words and files, and can be reached: in its case, or among those whose
/// case has left. Seen to fail with a program that offered no draft whose case had left.
pub(super) fn no_draft_is_lost(world: &World, machines: &[Machine]) {
    for ((who, case), words) in &world.ledger.drafts {
        let (name, machine) = (world.name_of(*who), &machines[*who]);
        let living: Vec<&String> = words.iter().filter(|word| world.ledger.lives(word)).collect();
        let Some(draft) = machine.drafts.iter().find(|draft| draft.case == *case) else {
            panic!("{name}'s draft in {} is gone: {words:?}", world.name(*case));
        };
        let mut there = world.ledger.words_in(&draft.text);
        there.extend(draft.files.iter().map(|file| file.file.sha256.clone()));
        let lost: Vec<&&String> = living.iter().filter(|word| !there.contains(word)).collect();
        assert!(lost.is_empty(), "{name}'s draft in {} has lost {lost:?}: {}", world.name(*case), draft.text);
    }
    for (who, machine) in machines.iter().enumerate() {
        for draft in &machine.drafts {
            let reached = machine.listed.contains(&draft.case) || machine.strays.contains(&draft.case);
            assert!(reached, "{}'s draft in {} is offered nowhere", world.name_of(who), world.name(draft.case));
        }
        for jotting in &machine.jottings {
            let reached = machine.listed.contains(&jotting.case) || machine.strays.contains(&jotting.case);
            assert!(reached, "{}'s jotting in {} is offered nowhere", world.name_of(who), world.name(jotting.case));
        }
    }
}
