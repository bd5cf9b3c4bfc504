//! Who sees what: another clinic's case does not exist, and what is not mine any more leaves this machine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::{Clinic, Person};
use mottaget_client::Client;
use mottaget_client::view::{PreviewSource, Target, TargetKind};
use mottaget_domain::{Absence, AttachmentId, CloseReason, MessageKind, Role};
use mottaget_protocol::Anew;
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_clinics_case_is_not_found_whatever_is_tried() {
    let clinic = Clinic::start().await;
    let mut anna = clinic.anna().await;
    let mut jonas = clinic.jonas().await;
    let cecilia = clinic.cecilia().await;
    let case = cecilia.file_case(&clinic.bjorken(), "Boka tid", "Till Björken.", &[]).await;
    anna.has(case).await;
    let here = cecilia.file_case(&clinic.linden(), "Boka tid", "Till Linden.", &[]).await;
    jonas.has(here).await;

    let client = &jonas.client;
    let target = Target { kind: TargetKind::Person, id: jonas.hsa_id.to_string() };
    let source = PreviewSource::Case { case, file: AttachmentId::random() };
    for (what, code) in [
        ("open", client.open_case(case).await.map(drop)),
        ("read", client.read_case_again(case).await.map(drop)),
        ("targets", client.targets(case).await.map(drop)),
        ("distribute", client.distribute(case, target, None, false, None).await.map(drop)),
        ("take", client.take(case).await.map(drop)),
        ("draft", client.save_draft(case, MessageKind::FinalReply, "x".into()).await.map(drop)),
        ("attach", client.attach(case, "a.pdf".into(), b"%PDF-1.7".to_vec()).await.map(drop)),
        ("send", client.send_draft(case).await.map(drop)),
        ("close", client.close_case(case, CloseReason::Duplicate, None, false, None).await.map(drop)),
        ("note", client.add_note(case, "x".into()).await.map(drop)),
        ("preview", client.preview_open(source).await.map(drop)),
    ] {
        assert_eq!(code.unwrap_err().code(), "not-found", "{what}");
    }
    assert_eq!(client.outbox().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_is_taken_away_takes_the_cases_with_it() {
    let clinic = Clinic::start().await;
    let mut anna = clinic.anna().await;
    let cecilia = clinic.cecilia().await;
    let case = cecilia.file_case(&clinic.bjorken(), "Boka tid", "Till Björken.", &[]).await;
    anna.has(case).await;
    anna.client.add_note(case, "En tanke.".into()).await.unwrap();
    anna.outbox_empty().await;
    clinic.server().people().set_roles(&anna.hsa_id, &clinic.bjorken(), &BTreeSet::new()).await.unwrap();
    anna.has_not(case).await;
    assert_eq!(anna.client.open_case(case).await.unwrap_err().code(), "not-found");
    let left = anna.client.list(journeys::person::everything()).await.unwrap();
    assert_eq!(left.total, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_that_is_given_on_leaves_its_handler() {
    let clinic = Clinic::start().await;
    let mut anna = clinic.anna().await;
    let mut sara = clinic.sara().await;
    let cecilia = clinic.cecilia().await;
    let case = cecilia.file_case(&clinic.bjorken(), "Boka tid", "Till Björken.", &[]).await;
    anna.has(case).await;
    anna.give_to(case, "Sara Lindqvist").await.unwrap();
    sara.has(case).await;
    sara.give_to(case, "Omar Haddad").await.unwrap();
    sara.has_not(case).await;
    sara.outbox_empty().await;
    anna.sees("with Omar", case, |view| {
        matches!(&view.row.assignee, Some(mottaget_client::view::AssigneeName::Person { name, .. }) if name == "Omar Haddad")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_being_written_survives_that_the_case_goes_to_somebody_else() {
    let clinic = Clinic::start().await;
    let mut anna = clinic.anna().await;
    let mut sara = clinic.sara().await;
    let cecilia = clinic.cecilia().await;
    let mut cases = Vec::new();
    for text in ["Den första.", "Den andra."] {
        cases.push(sara.takes_on(&clinic, &cecilia, text, &[]).await);
    }
    let (begun, blank) = (cases[0], cases[1]);
    sara.client.save_draft(begun, MessageKind::FinalReply, "Du kan få tid".into()).await.unwrap();
    assert_eq!(sara.client.counts(None).await.unwrap().drafts, 1);
    for case in [begun, blank] {
        anna.sees("work begun", case, |view| view.row.state == mottaget_domain::CaseState::InProgress).await;
        anna.give_to(case, "Omar Haddad").await.unwrap();
        anna.outbox_empty().await;
        sara.has_not(case).await;
    }

    // the next letters, and the very first ones, are kept although the case has gone
    let whole = "Du kan få tid på tisdag.";
    let kept = sara.client.save_draft(begun, MessageKind::FinalReply, whole.into()).await.unwrap();
    assert_eq!(kept.text, whole);
    sara.client.save_draft(blank, MessageKind::PartialReply, "Vi ser över".into()).await.unwrap();
    sara.client.attach(blank, "svar.pdf".into(), journeys::files::fixture("svar.pdf")).await.unwrap();
    let drafts = journeys::person::list(mottaget_client::view::Scope::Drafts);
    assert_eq!(sara.client.list(drafts.clone()).await.unwrap().total, 0);
    assert_eq!(sara.client.counts(None).await.unwrap().drafts, 0, "no number for what can't be opened");
    assert_eq!(sara.client.send_draft(begun).await.unwrap_err().code(), "not-found");
    // over a restart too
    sara.restart().await.unwrap();
    sara.connected().await;
    sara.client.discard_draft(blank).await.unwrap();

    for case in [begun, blank] {
        anna.give_to(case, "Sara Lindqvist").await.unwrap();
        sara.has(case).await;
    }
    assert_eq!(sara.client.open_case(begun).await.unwrap().draft.unwrap().text, whole);
    assert_eq!(sara.client.open_case(blank).await.unwrap().draft, None, "thrown away is thrown away");
    assert_eq!(sara.client.list(drafts).await.unwrap().total, 1);
    assert_eq!(sara.client.counts(None).await.unwrap().drafts, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_lost_their_hsa_id_is_signed_out() {
    let clinic = Clinic::start().await;
    let mut sara = clinic.sara().await;
    clinic.server().people().set_active(&sara.hsa_id, false).await.unwrap();
    sara.until("signed out by the server", async |client: Client| {
        (client.connection() == mottaget_client::ConnectionState::SignedOutByServer).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn looks_made_offline_reach_the_servers_log() {
    let clinic = Clinic::start().await;
    let mut anna = clinic.anna().await;
    let cecilia = clinic.cecilia().await;
    let case = cecilia.file_case(&clinic.bjorken(), "Boka tid", "Till Björken.", &[]).await;
    anna.has(case).await;
    anna.go_offline().await;
    anna.client.open_case(case).await.unwrap();
    let folder = anna.profile_folder();
    let keys = anna.keys.clone();
    anna.quit().await;
    let waiting = |folder: &std::path::Path| {
        let store = mottaget_store::Store::open(folder, &keys).unwrap();
        let reads = store.unsent_reads(500).unwrap();
        store.close().unwrap();
        reads.iter().filter(|read| read.kind == mottaget_protocol::ReadKind::Case && read.cases == [case]).count()
    };
    assert_eq!(waiting(&folder), 1);
    anna.line.set(journeys::Mode::Open);
    anna.restart().await.unwrap();
    anna.connected().await;
    // at the latest when it ends
    anna.quit().await;
    assert_eq!(waiting(&folder), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn roles_that_came_without_contact_are_there_when_contact_is_back() {
    let clinic = Clinic::start().await;
    let (mut jonas, mut sara) = (clinic.jonas().await, clinic.sara().await);
    let cecilia = clinic.cecilia().await;
    jonas.go_offline().await;
    sara.go_offline().await;
    let both: BTreeSet<Role> = [Role::Receiver, Role::Handler].into();
    for person in [&jonas, &sara] {
        clinic.server().people().set_roles(&person.hsa_id, &clinic.bjorken(), &both).await.unwrap();
    }
    for person in [&mut jonas, &mut sara] {
        let case = cecilia.file_case(&clinic.bjorken(), "Boka tid", "Till Björken.", &[]).await;
        person.come_back().await;
        let inbox = journeys::person::list(mottaget_client::view::Scope::Inbox);
        person
            .until("the inbox of Björken", async |client: Client| {
                let rows = client.list(inbox.clone()).await.unwrap().rows;
                rows.iter().any(|row| row.id == case).then_some(())
            })
            .await;
        let name = person.name.clone();
        person.give_to(case, &name).await.unwrap();
        person.outbox_empty().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_works_nowhere_knows_too_whether_there_is_contact() {
    let clinic = Clinic::start().await;
    let mut anna = clinic.anna().await;
    let roles = [Role::Receiver].into();
    clinic.server().people().set_roles(&anna.hsa_id, &clinic.bjorken(), &BTreeSet::new()).await.unwrap();
    anna.until("no clinic", async |client: Client| client.session().unwrap().me.assignments.is_empty().then_some(()))
        .await;
    anna.go_offline().await;
    clinic.server().people().set_roles(&anna.hsa_id, &clinic.bjorken(), &roles).await.unwrap();
    anna.come_back().await;
    let case = clinic.cecilia().await.file_case(&clinic.bjorken(), "Boka tid", "Till Björken.", &[]).await;
    anna.has(case).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn colleagues_know_at_once_who_handles_cases_and_who_covers_whom() {
    let clinic = Clinic::start().await;
    let (mut anna, mut sara, mut omar) =
        (clinic.anna().await, clinic.sara().await, Person::sign_in(&clinic, "Omar Haddad").await);
    let (maja, nils) = (clinic.maja().await, Person::sign_in(&clinic, "Nils Åkesson").await);
    let (cecilia, bjorken, people) = (clinic.cecilia().await, clinic.bjorken(), clinic.server().people());
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    anna.has(case).await;
    let target = async |client: Client| {
        let targets = client.targets(case).await.unwrap();
        targets.iter().any(|target| target.name == "Nils Åkesson")
    };
    assert!(!target(anna.client.clone()).await);
    people.set_roles(&nils.hsa_id, &bjorken, &[Role::Handler].into()).await.unwrap();
    anna.until("Nils among whom it can be given to", async |client: Client| target(client).await.then_some(())).await;
    people.set_active(&nils.hsa_id, false).await.unwrap();
    anna.until("Nils gone again", async |client: Client| (!target(client).await).then_some(())).await;

    // Omar covers for Maja, who covers for Sara; without Maja in between he covers for nobody
    let today = mottaget_domain::response_clock::swedish_day(jiff::Timestamp::now());
    for (of, by) in [(&sara, &maja), (&maja, &omar)] {
        let absence = Absence { from: today, to: today, substitute: Some(by.hsa_id.clone()) };
        let anew = Anew { seen: Vec::new(), now: vec![absence] };
        of.client.save_absences(bjorken.clone(), of.hsa_id.clone(), anew).await.unwrap();
    }
    omar.has(case).await;
    people.set_roles(&maja.hsa_id, &bjorken, &[Role::LocalAdmin].into()).await.unwrap();
    omar.has_not(case).await;
}
