//! Nobody watches: whoever is away is left alone, their substitute hears, sees and takes over; where nobody covers the
//! receivers hear at once, and where too few are there the net widens.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use jiff::Timestamp;
use jiff::civil::{Date, date};
use journeys::person::{absences, everything, list};
use journeys::{Clinic, Person, ResidentAtHome};
use mottaget_client::view::{
    ActName, CaseRow, CaseView, EventKind, Filter, ListQuery, Scope, StartCardKind, Unwatched,
};
use mottaget_client::{Client, ClientConfig, HandClock, Keys, NoticeKind};
use mottaget_domain::clinic::ClinicSettings;
use mottaget_domain::{Absence, CaseId, MessageKind};
use mottaget_protocol::Anew;
use mottaget_server::ManualClock;

/// A Monday evening in Sweden: from here to midnight nobody's session ends.
const EVENING: &str = "2026-12-07T17:00:00Z";
const MIDNIGHT: &str = "2026-12-07T23:00:01Z";
const TODAY: Date = date(2026, 12, 7);
const TOMORROW: Date = date(2026, 12, 8);

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The two practice clinics with a clock for the server, and one for everybody's machine.
struct House {
    clinic: Clinic,
    server: ManualClock,
    machines: HandClock,
}

impl House {
    async fn open() -> Self {
        let server = ManualClock::at(at(EVENING));
        let clinic = Clinic::start_at(&server).await;
        Self { clinic, server, machines: HandClock::at(at(EVENING)) }
    }

    async fn person(&self, name: &str) -> Person {
        let hand = self.machines.clock();
        let set = |config: &mut ClientConfig| config.clock = hand;
        Person::sign_in_with(&self.clinic, name, Keys::generate().unwrap(), set).await
    }

    /// The clocks of everybody go on.
    fn goes_on(&self, to: &str) {
        self.server.set(at(to));
        self.machines.set(at(to));
    }

    /// A case of Cecilia's that Anna has given to Sara, who has asked something back.
    async fn asked(&self, anna: &mut Person, sara: &mut Person, cecilia: &ResidentAtHome) -> CaseId {
        let case = cecilia.file_case(&self.clinic.bjorken(), "Förnya recept", "Mer zoprimaxin, tack.", &[]).await;
        anna.has(case).await;
        anna.give_to(case, "Sara Lindqvist").await.unwrap();
        anna.outbox_empty().await;
        sara.has(case).await;
        sara.write(case, MessageKind::CounterQuestion, "Vilken styrka?").await.unwrap();
        sara.outbox_empty().await;
        case
    }

    /// Sara says that she is away.
    async fn away(&self, sara: &Person, from: Date, to: Date, substitute: Option<&Person>) {
        let absence = Absence { from, to, substitute: substitute.map(|person| person.hsa_id.clone()) };
        let (clinic, who) = (self.clinic.bjorken(), sara.hsa_id.clone());
        let anew =
            Anew { seen: absences(&sara.client, &self.clinic.bjorken(), &sara.hsa_id).await, now: vec![absence] };
        sara.client.save_absences(clinic, who, anew).await.unwrap();
    }
}

/// Takes all that waits, as shown: what comes after is news.
async fn hear(person: &Person) {
    for notice in person.client.take_notices().await.unwrap() {
        person.client.notice_shown(&notice.id).await.unwrap();
    }
}

/// Waits until the case stands like this in a list: to look into it would be to have seen what is new.
async fn listed(person: &mut Person, what: &str, case: CaseId, like: impl Fn(&CaseRow) -> bool) {
    person
        .until(what, async |client: Client| {
            let rows = client.list(everything()).await.unwrap().rows;
            rows.iter().any(|row| row.id == case && like(row)).then_some(())
        })
        .await;
}

async fn kinds(person: &mut Person) -> Vec<(NoticeKind, Option<CaseId>)> {
    person.notified().await.iter().map(|notice| (notice.kind, notice.case)).collect()
}

fn why_not(view: &CaseView, act: ActName) -> Option<&'static str> {
    view.acts.iter().find(|state| state.act == act).unwrap().why_not
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_substitute_is_told_sees_takes_over_and_answers_and_loses_the_rest_when_the_colleague_is_back() {
    let house = House::open().await;
    let mut anna = house.person("Anna Nyström").await;
    let (mut sara, mut omar) = (house.person("Sara Lindqvist").await, house.person("Omar Haddad").await);
    let cecilia = house.clinic.cecilia().await;
    let (taken, left) =
        (house.asked(&mut anna, &mut sara, &cecilia).await, house.asked(&mut anna, &mut sara, &cecilia).await);
    hear(&sara).await;
    hear(&omar).await;

    house.away(&sara, TODAY, TODAY, Some(&omar)).await;
    listed(&mut omar, "hers", taken, |row| row.covered).await;
    listed(&mut omar, "hers", left, |row| row.covered).await;
    omar.not_notified().await;
    let view = omar.client.read_case_again(taken).await.unwrap();
    let away = view.row.away.clone().unwrap();
    assert_eq!((away.until, away.substitute.as_deref(), view.row.mine), (TODAY, Some("Omar Haddad"), false));
    let covered = |client: Client| async move { client.list(list(Scope::Covered)).await.unwrap().rows };
    assert!(covered(omar.client.clone()).await.iter().any(|row| row.id == left));
    let start = omar.client.start_view().await.unwrap();
    let card = start.cards.iter().find(|card| card.kind == StartCardKind::Covered).unwrap();
    assert_eq!(
        card.covers.iter().map(|one| (one.name.as_str(), one.until)).collect::<Vec<_>>(),
        [("Sara Lindqvist", TODAY)]
    );
    let hers = sara.client.start_view().await.unwrap().away;
    assert_eq!(
        hers.iter().map(|away| (away.until, away.substitute.as_deref())).collect::<Vec<_>>(),
        [(TODAY, Some("Omar Haddad"))]
    );
    omar.not_notified().await;

    cecilia.answer(taken, "Femtio milligram.").await;
    assert_eq!(kinds(&mut omar).await, [(NoticeKind::AnsweredForColleague, Some(taken))]);
    listed(&mut sara, "the answer", taken, |row| row.unread).await;
    sara.not_notified().await;

    // he reads, he may leave a note, and for the rest he takes it over
    let view = omar.client.open_case(taken).await.unwrap();
    assert_eq!((why_not(&view, ActName::FinalReply), why_not(&view, ActName::Take)), (Some("take-over-first"), None));
    let refused = omar.write(taken, MessageKind::FinalReply, "Receptet är förnyat.").await;
    assert_eq!(refused.unwrap_err().code(), "take-over-first");
    omar.client.add_note(taken, "Sara är ledig i dag.".into()).await.unwrap();
    omar.client.take(taken).await.unwrap();
    omar.outbox_empty().await;
    let view = omar.sees("his", taken, |view| view.row.mine).await;
    let line = view.history.iter().find(|line| line.event == EventKind::TakenOver).unwrap();
    assert_eq!((line.who.as_str(), line.facts["from"].as_str()), ("Omar Haddad", "Sara Lindqvist"));
    omar.client.send_draft(taken).await.unwrap();
    omar.outbox_empty().await;
    assert_eq!(cecilia.texts(taken).await.last().unwrap(), "Receptet är förnyat.");
    sara.has_not(taken).await;
    sara.not_notified().await;

    // at midnight she is back, and what he has not taken is hers alone
    house.goes_on(MIDNIGHT);
    omar.has_not(left).await;
    omar.has(taken).await;
    assert_eq!(omar.client.read_case_again(left).await.unwrap_err().code(), "not-found");
    assert!(covered(omar.client.clone()).await.is_empty());
    let view = sara.sees("hers still", left, |view| view.row.mine && view.row.away.is_none()).await;
    assert_eq!(why_not(&view, ActName::PartialReply), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_covers_from_tomorrow_has_the_cases_at_midnight_without_asking() {
    let house = House::open().await;
    let mut anna = house.person("Anna Nyström").await;
    let (mut sara, mut omar) = (house.person("Sara Lindqvist").await, house.person("Omar Haddad").await);
    let cecilia = house.clinic.cecilia().await;
    let case = house.asked(&mut anna, &mut sara, &cecilia).await;
    house.away(&sara, TOMORROW, TOMORROW, Some(&omar)).await;
    omar.until("told of it", async |client: Client| {
        let staffing = client.staffing(anna_clinic()).await.unwrap();
        let her = staffing.people.iter().find(|row| row.name == "Sara Lindqvist").unwrap();
        (her.absences.len() == 1 && her.away_until.is_none()).then_some(())
    })
    .await;
    assert!(!omar.client.list(everything()).await.unwrap().rows.iter().any(|row| row.id == case), "not today");
    house.goes_on(MIDNIGHT);
    listed(&mut omar, "hers", case, |row| row.covered).await;
    omar.connected().await;
    omar.not_notified().await;
    let view = omar.client.read_case_again(case).await.unwrap();
    assert_eq!(why_not(&view, ActName::Take), None);
}

fn anna_clinic() -> mottaget_domain::HsaId {
    mottaget_domain::HsaId::parse("SE2321000016-B001").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nobody_covers_the_receivers_hear_at_once_and_the_board_leads_to_it() {
    let house = House::open().await;
    let mut anna = house.person("Anna Nyström").await;
    let mut sara = house.person("Sara Lindqvist").await;
    let cecilia = house.clinic.cecilia().await;
    let case = house.asked(&mut anna, &mut sara, &cecilia).await;
    hear(&anna).await;
    hear(&sara).await;
    house.away(&sara, TODAY, TOMORROW, None).await;
    let view = anna.sees("nobody's", case, |view| view.unwatched.is_some()).await;
    assert_eq!((view.unwatched, view.row.away.clone().unwrap().substitute), (Some(Unwatched::HolderAbsent), None));
    cecilia.answer(case, "Femtio milligram.").await;
    assert_eq!(kinds(&mut anna).await, [(NoticeKind::AnsweredUnwatched, Some(case))]);
    listed(&mut sara, "the answer", case, |row| row.unread).await;
    sara.not_notified().await;

    let board = async |client: Client| {
        let start = client.start_view().await.unwrap();
        let card = start.cards.into_iter().find(|card| card.kind == StartCardKind::ClinicCases).unwrap();
        card.unwatched.into_iter().find(|count| count.why == Unwatched::HolderAbsent).unwrap()
    };
    let count = board(anna.client.clone()).await;
    let filter = Filter { unwatched: vec![count.why], ..Filter::default() };
    let query = ListQuery { clinic: Some(house.clinic.bjorken()), filter, ..list(count.scope) };
    let rows = anna.client.list(query).await.unwrap().rows;
    assert_eq!(rows.len() as u64, count.n, "what the number says");
    assert!(rows.iter().any(|row| row.id == case));

    // a dialog that gives it away says who is away, and offers whoever covers
    let targets = anna.client.targets(case).await.unwrap();
    let away = |name: &str| targets.iter().find(|target| target.name == name).unwrap().away.clone();
    let lena = away("Lena Sjöberg").unwrap();
    assert_eq!(lena.substitute.unwrap().1, "Maja Ek", "in the practice clinic somebody always is");
    assert_eq!(away("Omar Haddad"), None);
    anna.give_to(case, "Omar Haddad").await.unwrap();
    anna.outbox_empty().await;
    let closed = anna
        .until("the notice taken back", async |client: Client| {
            let closed = client.notices_to_close().await.unwrap();
            (!closed.is_empty()).then_some(closed)
        })
        .await;
    assert_eq!(closed.len(), 1);
    assert_eq!(board(anna.client.clone()).await.n, count.n - 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taking_over_without_a_network_overrules_no_colleague() {
    let house = House::open().await;
    let mut anna = house.person("Anna Nyström").await;
    let (mut sara, mut omar) = (house.person("Sara Lindqvist").await, house.person("Omar Haddad").await);
    let cecilia = house.clinic.cecilia().await;
    let case = house.asked(&mut anna, &mut sara, &cecilia).await;
    house.away(&sara, TODAY, TODAY, Some(&omar)).await;
    omar.sees("hers", case, |view| view.row.covered).await;
    omar.go_offline().await;
    let op = omar.client.take(case).await.unwrap();
    assert!(
        omar.client
            .read_case_again(case)
            .await
            .unwrap()
            .acts
            .iter()
            .any(|act| act.act == ActName::FinalReply && act.why_not.is_none())
    );
    anna.give_to(case, "Maja Ek").await.unwrap();
    anna.outbox_empty().await;
    omar.come_back().await;
    assert_eq!(omar.stopped(op).await, "already-taken");
    let view = anna.sees("Maja's", case, |view| view.row.assignee.is_some()).await;
    assert!(format!("{:?}", view.row.assignee).contains("Maja Ek"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn absences_are_refused_here_where_they_make_no_sense_and_need_contact() {
    let house = House::open().await;
    let (mut sara, omar) = (house.person("Sara Lindqvist").await, house.person("Omar Haddad").await);
    let save = async |client: Client, of: &Person, from, to, substitute: Option<&Person>| {
        let absence = Absence { from, to, substitute: substitute.map(|person| person.hsa_id.clone()) };
        let anew = Anew { seen: absences(&client, &anna_clinic(), &of.hsa_id).await, now: vec![absence] };
        client.save_absences(anna_clinic(), of.hsa_id.clone(), anew).await.map_err(|e| e.code().to_owned())
    };
    sara.go_offline().await;
    let her = || sara.client.clone();
    assert_eq!(save(her(), &sara, TOMORROW, TODAY, None).await, Err("dates-reversed".into()));
    assert_eq!(save(her(), &sara, TODAY, TODAY, Some(&sara)).await, Err("substitute-unfit".into()));
    assert_eq!(save(her(), &omar, TODAY, TODAY, None).await, Err("forbidden".into()));
    assert_eq!(save(her(), &sara, TODAY, TODAY, Some(&omar)).await, Err("server-unreachable".into()));
    sara.come_back().await;
    assert_eq!(save(sara.client.clone(), &sara, TODAY, TODAY, Some(&omar)).await, Ok(()));
    let staffing = sara.client.staffing(anna_clinic()).await.unwrap();
    let row = staffing.people.iter().find(|row| row.me).unwrap();
    assert_eq!((row.away_until, row.covered_by.as_deref(), row.may_set), (Some(TODAY), Some("Omar Haddad"), true));
    assert!(staffing.people.iter().filter(|row| !row.me).all(|row| !row.may_set));
    // those who look in from outside are no staff of the clinic
    let named = |name: &str| staffing.people.iter().any(|row| row.name == name);
    assert!(named("Nils Åkesson") && !named("Ingrid Holm") && !named("Per Sandberg"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_inbox_that_too_few_look_into_is_told_to_the_administrator_and_leaves_nobody_out() {
    let house = House::open().await;
    let (mut anna, mut eva) = (house.person("Anna Nyström").await, house.person("Eva Bergström").await);
    let mut nils = house.person("Nils Åkesson").await;
    let cecilia = house.clinic.cecilia().await;
    let mut quiet = eva.client.preferences().await.unwrap();
    quiet.notify_new_case = false;
    eva.client.save_preferences(quiet).await.unwrap();
    let first = cecilia.file_case(&house.clinic.bjorken(), "Boka tid", "Hej!", &[]).await;
    anna.has(first).await;
    eva.has(first).await;
    hear(&anna).await;
    eva.not_notified().await;
    assert!(nils.client.start_view().await.unwrap().short_inboxes.is_empty(), "two are there");

    house.away(&anna, TODAY, TODAY, None).await;
    let short =
        nils.until("told of it", async |client: Client| client.start_view().await.unwrap().short_inboxes.pop()).await;
    assert_eq!((short.there, short.least, short.clinic_name.as_str()), (1, 2, "Björkens vårdcentral"));
    eva.until("known to her", async |client: Client| {
        (client.staffing(anna_clinic()).await.unwrap().receivers_there == 1).then_some(())
    })
    .await;
    let case = cecilia.file_case(&house.clinic.bjorken(), "Boka tid", "Är någon där?", &[]).await;
    assert_eq!(kinds(&mut eva).await, [(NoticeKind::NewCase, Some(case))]);
    assert_eq!(anna.client.take_notices().await.unwrap(), [], "she is away");

    // one is enough, if the clinic says so
    let own = nils.client.decisions(house.clinic.bjorken()).await.unwrap().clinic;
    let one = Anew { now: ClinicSettings { min_watchers: 1, ..own.clone() }, seen: own };
    nils.client.save_clinic_settings(house.clinic.bjorken(), one).await.unwrap();
    nils.until("no warning any more", async |client: Client| {
        client.start_view().await.unwrap().short_inboxes.is_empty().then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_with_one_left_is_the_receivers_business_too() {
    let house = House::open().await;
    let (mut anna, mut eva) = (house.person("Anna Nyström").await, house.person("Eva Bergström").await);
    let cecilia = house.clinic.cecilia().await;
    // the doctors are two
    let omar = house.person("Omar Haddad").await;
    house.away(&omar, TODAY, TODAY, None).await;
    eva.until("known to her", async |client: Client| {
        let groups = client.staffing(anna_clinic()).await.unwrap().groups;
        groups.iter().any(|group| group.name == "Läkargruppen" && (group.there, group.handlers) == (1, 2)).then_some(())
    })
    .await;
    let case = cecilia.file_case(&house.clinic.bjorken(), "Beställa intyg", "Hej!", &[]).await;
    anna.has(case).await;
    hear(&eva).await;
    let target = anna.target(case, "Läkargruppen").await;
    anna.client.distribute(case, target, None, false, None).await.unwrap();
    anna.outbox_empty().await;
    listed(&mut eva, "given to the group", case, |row| row.assignee.is_some()).await;
    let told = eva.client.take_notices().await.unwrap();
    let told: Vec<_> = told.iter().map(|notice| (notice.kind, notice.case)).collect();
    assert!(told.contains(&(NoticeKind::ShortGroup, Some(case))), "{told:?}");
}
