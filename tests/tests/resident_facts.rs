//! What staff see of a resident before they compose: protected identity, who acts for a child, and whether an answer reaches
//! anybody at all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use jiff::civil::date;
use journeys::resident::resident;
use journeys::{Clinic, Mode, ResidentAtHome};
use mottaget_client::view::{CaseView, ResidentFacts};
use mottaget_domain::clinic::Policy;
use mottaget_domain::{IdKind, MessageKind, PersonalId, Resident, ResidentStatus, Unreachable};

/// Of somebody who can be reached and needs no care.
fn plain(facts: &ResidentFacts) -> bool {
    !facts.protected_identity && facts.unreachable.is_none() && facts.guardian.is_none()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn protected_identity_and_the_guardian_of_a_child_are_told_in_the_case_and_the_list() {
    let clinic = Clinic::start().await;
    let (cecilia, petra) = (clinic.cecilia().await, clinic.petra().await);
    let selma = ResidentAtHome::sign_in_for(&clinic, "Elin Sjögren", "Selma Sjögren").await;
    let elin = resident(&clinic, "Elin Sjögren").await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    let theirs = sara.takes_on(&clinic, &petra, "Mer zoprimaxin, tack.", &[]).await;
    let childs = sara.takes_on(&clinic, &selma, "Ett barn som hostar.", &[]).await;
    sara.go_offline().await;
    let facts = async |case| sara.client.read_case_again(case).await.unwrap().resident;
    assert!(plain(&facts(case).await));
    let petras = facts(theirs).await;
    assert!(petras.protected_identity && petras.mobile.is_none() && petras.email.is_none());
    let selmas = facts(childs).await;
    assert_eq!((selmas.name.as_str(), selmas.age.is_some_and(|age| age < 13)), ("Selma Sjögren", true));
    let guardian = selmas.guardian.unwrap();
    assert_eq!((guardian.personal_id, guardian.reads), (elin.personal_id.written(), true));
    let rows = sara.client.list(journeys::person::everything()).await.unwrap().rows;
    let protected = |case| rows.iter().find(|row| row.id == case).unwrap().protected_identity;
    assert_eq!([case, theirs, childs].map(protected), [false, true, false]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn that_nothing_reaches_a_resident_any_more_is_told_while_their_case_is_open() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    sara.client.save_draft(case, MessageKind::FinalReply, "Jag förnyar".into()).await.unwrap();
    let known = resident(&clinic, "Cecilia Forsman").await;
    for (status, why) in [
        (ResidentStatus::Locked, Some(Unreachable::Locked)),
        (ResidentStatus::NotActivated, Some(Unreachable::NotActivated)),
        (ResidentStatus::Emigrated, Some(Unreachable::Emigrated)),
        (ResidentStatus::Deceased, Some(Unreachable::Deceased)),
        (ResidentStatus::Active, None),
    ] {
        let people = clinic.server().people();
        people.set_resident(&Resident { status, ..known.clone() }).await.unwrap();
        let told = |view: &CaseView| view.resident.unreachable == why;
        let view = sara.sees("what the register says", case, told).await;
        assert_eq!(view.draft.unwrap().text, "Jag förnyar", "the words stay");
        assert_eq!(view.news, None, "nothing was said in the case");
    }
    // nor is it forgotten without a network, and protection that comes later is asked for before anything is sent
    let protected = Resident { protected_identity: true, ..known };
    clinic.server().people().set_resident(&protected).await.unwrap();
    sara.sees("protected now", case, |view| view.resident.protected_identity).await;
    sara.line.set(Mode::Cut);
    sara.restart().await.unwrap();
    assert!(sara.client.read_case_again(case).await.unwrap().resident.protected_identity);
    assert!(sara.client.guard_draft(case).await.unwrap().proof.is_some());
}

/// Of each kind of number that opens no login one that is made up by its rule, and the practice clinic's coordination number.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_a_number_that_opens_no_login_is_told_to_be_out_of_reach() {
    let clinic = Clinic::start().await;
    // whoever is registered nowhere belongs to an area that asks for nothing
    clinic.server().people().set_policy(&clinic.bjorken(), &Policy::default()).await.unwrap();
    let yosef = resident(&clinic, "Yosef Tesfaye").await;
    let mut sara = clinic.sara().await;
    let coordination = yosef.personal_id.as_str().to_owned();
    for (number, kind) in [
        (coordination.as_str(), IdKind::Samordningsnummer),
        ("991981000010", IdKind::ReserveStockholm),
        ("19930829X802", IdKind::ReserveVastraGotaland),
    ] {
        let personal_id = PersonalId::parse(number, date(2026, 11, 23)).unwrap();
        let somebody = Resident { personal_id, name: format!("Nils Okänd {number}"), ..yosef.clone() };
        clinic
            .server()
            .people()
            .set_resident(&Resident { status: ResidentStatus::Active, ..somebody.clone() })
            .await
            .unwrap();
        let at_home = ResidentAtHome::through_portal(&clinic, &somebody);
        let case = sara.takes_on(&clinic, &at_home, "Mer zoprimaxin, tack.", &[]).await;
        let facts = sara.client.read_case_again(case).await.unwrap().resident;
        assert_eq!((facts.id_kind, facts.unreachable), (kind, Some(Unreachable::NoLogin)), "{number}");
        assert_eq!(facts.personal_id, somebody.personal_id.written());
    }
}
