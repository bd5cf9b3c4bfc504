//! Changes of staff: whoever can't handle cases any more leaves them to be distributed anew, all of them or nothing (T19).

use crate::events::Stream;
use crate::house::*;
use mottaget_domain::case::Happening;
use mottaget_domain::{Assignee, Case, CaseId, Command, GroupId, Role};
use mottaget_protocol::Directory;
use std::collections::BTreeSet;

/// A house with two cases of Maximiliana's and one of a group in which she is the only one.
async fn with_her_cases() -> (House, Person, [CaseId; 3], GroupId) {
    let house = House::open().await;
    let (bo, anna) = (house.resident("Bo ").await, house.staff(ANNA).await);
    handles(&house, true).await;
    let directory: Directory = anna.get(&format!("/api/v1/clinics/{BJORKEN}/directory")).await.json();
    let group = directory.groups[0].id;
    let only_her = BTreeSet::from([hsa(MAXIMILIANA)]);
    house.server().people().set_members(&hsa(BJORKEN), group, &only_her).await.unwrap();
    let her = Assignee::Person { hsa_id: hsa(MAXIMILIANA) };
    let mut cases = Vec::new();
    for to in [her.clone(), her, Assignee::Group { id: group }] {
        let case = bo.files(BJORKEN, "Fråga", "Hej", vec![]).await;
        anna.does(BJORKEN, case, Command::Distribute { to, from: None, reason: None, partial_reply: None }).await;
        cases.push(case);
    }
    (house, anna, cases.try_into().unwrap(), group)
}

async fn handles(house: &House, may: bool) {
    let role = if may { Role::Handler } else { Role::LocalAdmin };
    house.server().people().set_roles(&hsa(MAXIMILIANA), &hsa(BJORKEN), &BTreeSet::from([role])).await.unwrap();
}

async fn all(anna: &Person, ids: &[CaseId]) -> Vec<Case> {
    let mut cases = Vec::new();
    for id in ids {
        cases.push(anna.case(BJORKEN, *id).await.unwrap().case);
    }
    cases
}

fn times_lost(case: &Case) -> usize {
    case.history.iter().filter(|entry| matches!(entry.what, Happening::AssigneeLost { .. })).count()
}

#[tokio::test]
async fn a_lost_role_brings_back_ones_cases_and_those_of_a_group_without_anybody_else() {
    let (house, anna, ids, _) = with_her_cases().await;
    let mut stream = Stream::open(&anna).await;
    let before = stream.moved().await.1;
    handles(&house, false).await;
    stream.moved_beyond(BJORKEN, before).await;
    for case in all(&anna, &ids).await {
        assert!(case.needs_redistribution && times_lost(&case) == 1);
    }
    handles(&house, false).await;
    house.server().people().set_active(&hsa(MAXIMILIANA), false).await.unwrap();
    assert!(all(&anna, &ids).await.iter().all(|case| times_lost(case) == 1), "told once");
}

#[tokio::test]
async fn a_group_with_another_handler_keeps_its_case_until_that_one_leaves_too() {
    let (house, anna, ids, group) = with_her_cases().await;
    let people = house.server().people();
    let both = BTreeSet::from([hsa(MAXIMILIANA), hsa(SARA)]);
    people.set_members(&hsa(BJORKEN), group, &both).await.unwrap();
    people.set_active(&hsa(MAXIMILIANA), false).await.unwrap();
    let lost: Vec<bool> = all(&anna, &ids).await.iter().map(|case| case.needs_redistribution).collect();
    assert_eq!(lost, [true, true, false]);
    people.set_members(&hsa(BJORKEN), group, &BTreeSet::from([hsa(MAXIMILIANA)])).await.unwrap();
    assert!(all(&anna, &ids).await.iter().all(|case| case.needs_redistribution));
}

#[tokio::test]
async fn the_role_is_not_lost_while_one_of_the_cases_can_not_come_back() {
    let (house, anna, ids, _) = with_her_cases().await;
    let mut db = house.database().await;
    let trigger = format!(
        "CREATE TRIGGER broken BEFORE INSERT ON access_log WHEN NEW.kind = 'assignee-lost' AND NEW.case_id = '{}' \
         BEGIN SELECT RAISE(ABORT, 'broken'); END",
        ids[1]
    );
    sqlx::query(sqlx::AssertSqlSafe(trigger)).execute(&mut db).await.unwrap();
    let people = house.server().people();
    people.set_roles(&hsa(MAXIMILIANA), &hsa(BJORKEN), &BTreeSet::new()).await.unwrap_err();
    people.set_active(&hsa(MAXIMILIANA), false).await.unwrap_err();
    assert!(all(&anna, &ids).await.iter().all(|case| !case.needs_redistribution && times_lost(case) == 0));
    let her = house.staff(MAXIMILIANA).await;
    assert!(her.case(BJORKEN, ids[0]).await.is_some(), "she still has her role and her cases");
    sqlx::query("DROP TRIGGER broken").execute(&mut db).await.unwrap();
    people.set_active(&hsa(MAXIMILIANA), false).await.unwrap();
    assert!(all(&anna, &ids).await.iter().all(|case| case.needs_redistribution));
}
