//! The start page: who has which cards (R22, R23).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::{Clinic, Person};
use mottaget_domain::HsaId;

/// Everybody who can sign in, by name, with their roles at Björken and Linden and the cards of their start page, in order.
/// What is about one clinic says which.
const CARDS: [(&str, &str, &str); 14] = [
    ("Anna Nyström", "AM", "ClinicCases@B Drafts Outbox PersonalSettings"),
    ("Sara Lindqvist", "AH", "AssignedCases@B MyGroups@B Drafts Outbox PersonalSettings"),
    ("Omar Haddad", "AH", "AssignedCases@B MyGroups@B Drafts Outbox PersonalSettings"),
    (
        "Eva Bergström",
        "AM+AH, AH+ADM",
        "ClinicCases@B AssignedCases@B MyGroups@B AssignedCases@L MyGroups@L Drafts Outbox \
         Staff ClinicSettings ClinicTexts PersonalSettings",
    ),
    ("Nils Åkesson", "ADM+BEH", "Staff ClinicSettings ClinicTexts PersonalSettings"),
    ("Karin Öberg", "GR, BEH", "Staff PersonalSettings"),
    ("Maja Ek", "AH", "AssignedCases@B MyGroups@B Covered@B Drafts Outbox PersonalSettings"),
    ("Jonas Wikström", "-, AM", "ClinicCases@L Drafts Outbox PersonalSettings"),
    ("Leila Farahani", "-, AH", "AssignedCases@L MyGroups@L Drafts Outbox PersonalSettings"),
    (
        "Maximiliana von Löwenhielm-Gyllenstråle af Västerfjället",
        "AH",
        "AssignedCases@B MyGroups@B Drafts Outbox PersonalSettings",
    ),
    ("Per Sandberg", "REG, REG", "RegionSettings RegionTexts PersonalSettings"),
    ("Ingrid Holm", "NAT", "RegionTexts PersonalSettings"),
    ("Lena Sjöberg", "AH", "AssignedCases@B Drafts Outbox PersonalSettings"),
    ("Gustav Norén", "AH", "AssignedCases@B Drafts Outbox PersonalSettings"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_has_the_cards_of_their_roles_and_no_others() {
    let clinic = Clinic::start().await;
    let short = |at: Option<HsaId>| match at {
        Some(at) if at == clinic.bjorken() => "@B",
        Some(at) if at == clinic.linden() => "@L",
        Some(at) => panic!("a card of {at}"),
        None => "",
    };
    let mut known = Vec::new();
    for (name, roles, expected) in CARDS {
        let person = Person::sign_in(&clinic, name).await;
        if known.is_empty() {
            let people = person.client.practice_people().await.unwrap();
            known = people.into_iter().map(|me| me.staff.name).collect();
        }
        let start = person.client.start_view().await.unwrap();
        let cards: Vec<String> =
            start.cards.into_iter().map(|card| format!("{:?}{}", card.kind, short(card.clinic))).collect();
        assert_eq!(cards.join(" "), expected, "{name}: {roles}");
    }
    let mut named: Vec<&str> = CARDS.iter().map(|(name, ..)| *name).collect();
    known.sort();
    named.sort_unstable();
    assert_eq!(named, known, "nobody is left out");
}
