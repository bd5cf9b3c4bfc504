//! Files: whoever may have one gets it byte for byte as it was sent, and nobody else gets anything.

use super::Machine;
use crate::world::{STAFF, World};
use mottaget_domain::{Attachment, Case};

/// Of the files that have been compared once, so many are left out for each that is compared again.
const LEFT_OUT: usize = 12;

/// What lies on a machine is what was attached. What somebody writes, or waits to send, has its files there. Seen to fail with
/// programs that made room without asking what drafts name.
pub(super) fn what_lies_on_machines_is_what_was_sent(world: &World, machines: &[Machine]) {
    for (who, machine) in machines.iter().enumerate() {
        let name = world.name_of(who);
        for (sha256, bytes) in &machine.files {
            let file = &world.ledger.files[sha256];
            assert!(file.bytes == *bytes, "«{}» is another on {name}'s machine", file.name);
        }
        let written = machine.drafts.iter().flat_map(|draft| draft.files.iter().map(|file| &file.file));
        let waiting = machine.outbox.iter().flat_map(|row| row.op.command.attachments());
        for file in written.chain(waiting) {
            let here = machine.files.contains_key(&file.sha256) || !world.ledger.files.contains_key(&file.sha256);
            assert!(here, "«{}», which {name} is to send, is not on their machine", file.file_name);
        }
    }
}

/// Asks the server, past all programs: the resident whose case it is and everybody who may read it get the bytes that were
/// attached, every other resident and colleague gets nothing. New files are asked for by everybody, old ones now and then.
/// Seen to fail with a server that gave files to all staff of the clinic.
pub(super) async fn whoever_may_gets_what_was_sent_and_nobody_else_anything(world: &mut World) {
    let mut sessions = Vec::new();
    for colleague in &world.people {
        let session = world.watch.token_of(&world.clinic, &colleague.person.hsa_id).await;
        sessions.push(session.expect("everybody can sign in"));
    }
    let round = world.tally.get("checks").copied().unwrap_or(0) as usize;
    let mut compared = Vec::new();
    let (mut n, mut fetched) = (0, 0);
    for document in world.watch.documents.values() {
        let case = &document.case;
        for file in case.messages.iter().flat_map(|message| &message.attachments) {
            let place = (case.id, file.sha256.clone());
            n += 1;
            let again = (n + round).is_multiple_of(LEFT_OUT);
            if !world.ledger.files.contains_key(&file.sha256) || (world.ledger.compared.contains(&place) && !again) {
                continue;
            }
            is_what_was_sent(world, case, file, &sessions).await;
            fetched += 1;
            compared.push(place);
        }
    }
    world.ledger.compared.extend(compared);
    *world.tally.entry("files compared".to_owned()).or_default() += fetched;
}

async fn is_what_was_sent(world: &World, case: &Case, file: &Attachment, sessions: &[String]) {
    let (there, sent) = (world.name(case.id), &world.ledger.files[&file.sha256]);
    let told = (&file.file_name, file.size);
    assert_eq!(told, (&sent.name, sent.bytes.len() as u64), "a file of {there}");
    for resident in &world.residents {
        let got = resident.try_file(case.id, file.id).await;
        let may = resident.personal_id == case.resident;
        is_right(got, &sent.bytes, may, &format!("{} asks for «{}» of {there}", resident.name, sent.name));
    }
    for (who, session) in sessions.iter().enumerate() {
        let got = world.watch.download(&world.clinic, session, case.id, file.id).await;
        let what = format!("{} asks for «{}» of {there}", STAFF[who], sent.name);
        is_right(got, &sent.bytes, world.may_see(who, case.id), &what);
    }
}

fn is_right(got: Result<Vec<u8>, u16>, sent: &[u8], may: bool, what: &str) {
    match got {
        Ok(bytes) => {
            assert!(may, "{what}, gets it, and may not read that case");
            assert!(bytes == sent, "{what}, and gets other bytes than were sent");
        }
        Err(status) => assert!(!may && status == 404, "{what}, may read that case: {may}, and gets {status}"),
    }
}
