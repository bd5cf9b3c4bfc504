//! Notices: exactly one per event and person, none for what one did oneself, one for a storm, none at the very first sync.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::{Clinic, Person};
use mottaget_client::{Keys, NoticeKind, Sight};
use mottaget_domain::CaseId;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_very_first_sync_of_a_full_inbox_gives_none() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    cecilia.file_case(&clinic.bjorken(), "Boka tid", "Före.", &[]).await;
    let mut anna = clinic.anna().await;
    assert!(anna.client.counts(None).await.unwrap().inbox > 0);
    anna.not_notified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_is_told_once_over_restarts_and_refilled_mirrors() {
    let clinic = Clinic::start().await;
    let mut anna = clinic.anna().await;
    let cecilia = clinic.cecilia().await;
    let case = cecilia.file_case(&clinic.bjorken(), "Boka tid", "Ett nytt.", &[]).await;
    let notices = anna.notified().await;
    assert_eq!((notices.len(), notices[0].kind), (1, NoticeKind::NewCase));

    // a restart
    anna.restart().await.unwrap();
    anna.connected().await;
    anna.not_notified().await;

    // the mirror is filled anew because her roles changed
    let roles = [mottaget_domain::Role::Receiver, mottaget_domain::Role::Handler].into();
    clinic.server().people().set_roles(&anna.hsa_id, &clinic.bjorken(), &roles).await.unwrap();
    anna.until("the new role", async |client: mottaget_client::Client| {
        let me = client.session().unwrap().me;
        me.assignments[0].roles.contains(&mottaget_domain::Role::Handler).then_some(())
    })
    .await;
    anna.has(case).await;
    anna.connected().await;
    anna.not_notified().await;

    // and what comes after all that is told again
    let next = cecilia.file_case(&clinic.bjorken(), "Boka tid", "Ett till.", &[]).await;
    let notices = anna.notified().await;
    assert_eq!((notices.len(), notices[0].case), (1, Some(next)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notice_that_was_not_shown_is_given_again_after_a_restart() {
    let clinic = Clinic::start().await;
    let mut anna = clinic.anna().await;
    let cecilia = clinic.cecilia().await;
    let case = cecilia.file_case(&clinic.bjorken(), "Boka tid", "Ett nytt.", &[]).await;
    let given = anna
        .until("a notice", async |client: mottaget_client::Client| {
            client.take_notices().await.unwrap().into_iter().next()
        })
        .await;
    anna.not_notified().await;
    // the program dies before the notification is on the screen
    anna.restart().await.unwrap();
    let again = anna.notified().await;
    assert_eq!((again.len(), again[0].id.as_str(), again[0].case), (1, given.id.as_str(), Some(case)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn own_acts_are_no_news() {
    let clinic = Clinic::start().await;
    let mut eva = clinic.eva().await;
    let cecilia = clinic.cecilia().await;
    let case = cecilia.file_case(&clinic.bjorken(), "Boka tid", "Ett nytt.", &[]).await;
    let notices = eva.notified().await;
    assert_eq!((notices.len(), notices[0].kind), (1, NoticeKind::NewCase));
    eva.give_to(case, "Eva Bergström").await.unwrap();
    eva.outbox_empty().await;
    eva.sees("assigned to herself", case, |view| view.row.mine && view.pending.is_empty()).await;
    eva.not_notified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_long_absence_many_become_one() {
    let clinic = Clinic::start().await;
    let mut anna = clinic.anna().await;
    let cecilia = clinic.cecilia().await;
    anna.quit().await;
    let mut cases: Vec<CaseId> = Vec::new();
    for n in 0..5 {
        cases.push(cecilia.file_case(&clinic.bjorken(), "Boka tid", &format!("Nummer {n}."), &[]).await);
    }
    anna.restart().await.unwrap();
    let notices = anna.notified().await;
    assert_eq!(notices.len(), 1);
    assert_eq!((notices[0].kind, notices[0].count, notices[0].case), (NoticeKind::NewCases, 5, None));
    assert_eq!(notices[0].clinic_name.as_deref(), Some("Björkens vårdcentral"));
    anna.restart().await.unwrap();
    anna.connected().await;
    anna.not_notified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_colleague_has_dealt_with_meanwhile_is_no_news() {
    let clinic = Clinic::start().await;
    let mut anna = clinic.anna().await;
    let mut eva = clinic.eva().await;
    let cecilia = clinic.cecilia().await;
    anna.quit().await;
    let case = cecilia.file_case(&clinic.bjorken(), "Boka tid", "Ett nytt.", &[]).await;
    eva.has(case).await;
    eva.give_to(case, "Sara Lindqvist").await.unwrap();
    eva.outbox_empty().await;
    anna.restart().await.unwrap();
    anna.has(case).await;
    anna.connected().await;
    anna.not_notified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_hears_that_their_case_was_given_to_somebody_else_once_and_not_of_what_they_gave_away() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut anna = clinic.anna().await;
    let mut sara = clinic.sara().await;
    let case = cecilia.file_case(&clinic.bjorken(), "Boka tid", "Ett nytt.", &[]).await;
    anna.has(case).await;
    anna.give_to(case, "Sara Lindqvist").await.unwrap();
    assert_eq!(sara.notified().await[0].kind, NoticeKind::AssignedToMe);
    sara.has(case).await;

    // while she is away, so that only the page can tell
    sara.quit().await;
    anna.outbox_empty().await;
    anna.give_to(case, "Omar Haddad").await.unwrap();
    anna.outbox_empty().await;
    sara.restart().await.unwrap();
    let notices = sara.notified().await;
    let told: Vec<_> = notices.iter().map(|notice| (notice.kind, notice.case)).collect();
    assert_eq!(told, [(NoticeKind::TakenAway, None)], "it can't be opened any more");
    sara.has_not(case).await;
    sara.restart().await.unwrap();
    sara.connected().await;
    sara.not_notified().await;

    // back to her, and away by her own hand
    anna.give_to(case, "Sara Lindqvist").await.unwrap();
    assert_eq!(sara.notified().await[0].kind, NoticeKind::AssignedToMe);
    sara.give_to(case, "Omar Haddad").await.unwrap();
    sara.outbox_empty().await;
    sara.has_not(case).await;
    sara.not_notified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_want_to_hear_of_new_cases_does_not() {
    let clinic = Clinic::start().await;
    let mut anna = clinic.anna().await;
    let cecilia = clinic.cecilia().await;
    let mut preferences = anna.client.preferences().await.unwrap();
    preferences.notify_new_case = false;
    anna.client.save_preferences(preferences).await.unwrap();
    let case = cecilia.file_case(&clinic.bjorken(), "Boka tid", "Tyst.", &[]).await;
    anna.has(case).await;
    anna.not_notified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn catching_up_in_many_pages_misses_none_and_still_makes_one_summary() {
    let clinic = Clinic::start().await;
    let mut eva = clinic.eva().await;
    let cecilia = clinic.cecilia().await;
    let keys = Keys::generate().unwrap();
    let mut anna = Person::sign_in_with(&clinic, "Anna Nyström", keys, |config| config.page_size = 2).await;
    anna.quit().await;
    let mut cases: Vec<CaseId> = Vec::new();
    for n in 0..6 {
        cases.push(cecilia.file_case(&clinic.bjorken(), "Boka tid", &format!("Nummer {n}."), &[]).await);
    }
    // the oldest changes again, so it comes last, with an event that is older than the pages before it
    eva.has(cases[0]).await;
    eva.client.add_note(cases[0], "Ring först.".into()).await.unwrap();
    eva.outbox_empty().await;
    anna.restart().await.unwrap();
    let notices = anna.notified().await;
    assert_eq!(notices.len(), 1);
    assert_eq!((notices[0].kind, notices[0].count), (NoticeKind::NewCases, 6));
}

/// Spoils everything of the mirror on the disk while the program has it open, as a failing disk does.
fn spoil_mirror(person: &Person) {
    for name in ["mirror.db", "mirror.db-wal"] {
        let path = person.profile_folder().join(name);
        let Ok(facts) = std::fs::metadata(&path) else { continue };
        let noise = vec![0xA5; usize::try_from(facts.len()).unwrap()];
        // in place: the program keeps its hold on this very file
        let mut file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        std::io::Write::write_all(&mut file, &noise).unwrap();
    }
}

fn spoiled(person: &Person) -> usize {
    let there = std::fs::read_dir(person.profile_folder()).unwrap();
    let names = there.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with("mirror.db.damaged") && !name.ends_with("-wal")).count()
}

/// Waits until the damage was met, the mirror replaced, and this case is there again.
async fn healed_with(person: &mut Person, case: CaseId) {
    person
        .until("the case again", async |client: mottaget_client::Client| {
            match client.list(journeys::person::everything()).await {
                Ok(page) => page.rows.iter().any(|row| row.id == case).then_some(()),
                Err(error) => {
                    assert_eq!(error.code(), "cache-corrupt");
                    None
                }
            }
        })
        .await;
    person.connected().await;
    assert_eq!(spoiled(person), 1, "met while it ran, and set aside");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_mirror_was_damaged_and_healed_what_was_told_is_not_told_again_and_what_is_new_is() {
    let clinic = Clinic::start().await;
    let mut anna = clinic.anna().await;
    let cecilia = clinic.cecilia().await;
    let file = async |text: &str| cecilia.file_case(&clinic.bjorken(), "Boka tid", text, &[]).await;
    let told = file("Det första.").await;
    assert_eq!(anna.notified().await[0].case, Some(told));
    // read before it could be shown: no news either
    let read = file("Det andra.").await;
    anna.has(read).await;
    anna.client.open_case(read).await.unwrap();
    anna.not_notified().await;

    // the file goes bad while there is no contact, and something happens that nobody here has heard of
    anna.go_offline().await;
    let missed = file("Det tredje.").await;
    spoil_mirror(&anna);
    anna.line.set(journeys::Mode::Open);
    healed_with(&mut anna, missed).await;
    let notices = anna.notified().await;
    assert_eq!(notices.iter().map(|notice| notice.case).collect::<Vec<_>>(), [Some(missed)]);

    // and from then on as ever, also over a restart
    let next = file("Det fjärde.").await;
    assert_eq!(anna.notified().await[0].case, Some(next));
    anna.restart().await.unwrap();
    anna.connected().await;
    anna.not_notified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notice_that_waits_to_be_shown_survives_the_loss_of_the_mirror() {
    let clinic = Clinic::start().await;
    let mut anna = clinic.anna().await;
    let cecilia = clinic.cecilia().await;
    let case = cecilia.file_case(&clinic.bjorken(), "Boka tid", "Ett nytt.", &[]).await;
    // decided and handed out, but not on the screen yet
    let given = anna
        .until("a notice", async |client: mottaget_client::Client| client.take_notices().await.unwrap().pop())
        .await;
    assert_eq!(given.case, Some(case));
    spoil_mirror(&anna);
    healed_with(&mut anna, case).await;
    assert_eq!(anna.notified().await.iter().map(|notice| notice.case).collect::<Vec<_>>(), [Some(case)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_colleague_that_a_note_speaks_to_is_told_and_who_does_not_see_the_case_is_said() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let (mut anna, mut sara) = (clinic.anna().await, clinic.sara().await);
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    anna.has(case).await;
    anna.client.take_notices().await.unwrap();
    let colleagues = sara.client.colleagues(case).await.unwrap();
    let who = |name: &str| colleagues.iter().find(|one| one.name == name).unwrap();
    assert!(who("Anna Nyström").reads && !who("Nils Åkesson").reads);
    assert!(colleagues.iter().all(|one| one.hsa_id != sara.hsa_id), "nobody speaks to themselves");

    sara.client.add_note(case, "@Anna Nyström och @Nils Åkesson: titta".into()).await.unwrap();
    let told = anna.notified().await;
    assert_eq!((told.len(), told[0].kind, told[0].case), (1, NoticeKind::Mentioned, Some(case)));
    let note = anna.sees("the note", case, |view| !view.notes.is_empty()).await.notes.pop().unwrap();
    assert_eq!((note.mentions, note.missed), (vec!["Anna Nyström".to_owned()], vec!["Nils Åkesson".to_owned()]));
    sara.not_notified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_refused_in_the_background_is_told_until_it_is_decided_on() {
    let clinic = Clinic::start().await;
    let (mut anna, mut sara, mut eva) = (clinic.anna().await, clinic.sara().await, clinic.eva().await);
    let cecilia = clinic.cecilia().await;
    for (sight, told) in [(Sight::Front, false), (Sight::Hidden, true)] {
        let case = cecilia.file_case(&clinic.bjorken(), "Fråga sjuksköterska", "Ont i halsen.", &[]).await;
        anna.has(case).await;
        anna.give_to(case, "Sköterskegruppen").await.unwrap();
        sara.has(case).await;
        eva.has(case).await;
        for person in [&sara, &eva] {
            for notice in person.client.take_notices().await.unwrap() {
                person.client.notice_shown(&notice.id).await.unwrap();
            }
        }
        sara.go_offline().await;
        let op = sara.client.take(case).await.unwrap();
        sara.client.set_sight(sight);
        eva.client.take(case).await.unwrap();
        eva.outbox_empty().await;
        sara.come_back().await;
        assert_eq!(sara.stopped(op).await, "already-taken");
        if !told {
            sara.not_notified().await;
            sara.client.outbox_to_draft(op).await.unwrap();
            continue;
        }
        let notices = sara.notified().await;
        let [notice] = &notices[..] else { panic!("{notices:?}") };
        assert_eq!((notice.kind, notice.case), (NoticeKind::Stopped, None), "it is decided on in the outbox");
        // nobody hears of it twice, and the notification goes with the decision
        sara.restart().await.unwrap();
        sara.connected().await;
        sara.not_notified().await;
        sara.client.outbox_to_draft(op).await.unwrap();
        assert_eq!(sara.client.notices_to_close().await.unwrap(), std::slice::from_ref(&notice.id));
    }
}
