//! Finding: as one types, over everything that one may see, without a network; and the same through filters and saved views.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    missing_docs
)]

use journeys::files::fixture;
use journeys::person::everything;
use journeys::{Clinic, Person};
use mottaget_client::Client;
use mottaget_client::view::{Filter, ListQuery, SavedView, Scope};
use mottaget_domain::CaseId;

/// What is found by these words, in the order of the list. All that is shown can be counted too.
async fn found_in(person: &Person, words: &str, filter: Filter) -> Vec<CaseId> {
    let query = ListQuery { search: Some(words.to_owned()), filter, ..everything() };
    let page = person.client.list(query).await.unwrap();
    assert_eq!((page.total, page.incomplete), (page.rows.len() as u64, false), "{words}");
    page.rows.into_iter().map(|row| row.id).collect()
}

async fn found(person: &Person, words: &str) -> Vec<CaseId> {
    found_in(person, words, Filter::default()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn swedish_letters_parts_of_compounds_and_names_of_files_find_as_one_types_newest_first() {
    let clinic = Clinic::start().await;
    let (cecilia, petra) = (clinic.cecilia().await, clinic.petra().await);
    let mut anna = clinic.anna().await;
    let file = [("kvällsdagbok äpple.pdf", fixture("svar.pdf"))];
    let text = "Jag behöver en kvastrinförnyelse, tack.";
    let first = cecilia.file_case(&clinic.bjorken(), "Förnya recept", text, &file).await;
    anna.has(first).await;
    let second = petra.file_case(&clinic.bjorken(), "Boka tid", "Kvastrin hjälper inte mot åkommöran.", &[]).await;
    anna.has(second).await;
    anna.go_offline().await;

    // every key finds, from the third on in texts too; with the first few letters others' words too
    let word: Vec<char> = "kvastrinförnyelse".chars().collect();
    for typed in 3..=word.len() {
        let words: String = word[..typed].iter().collect();
        let expected = if typed <= "kvastrin".len() { vec![second, first] } else { vec![first] };
        let mut there = found(&anna, &words).await;
        there.retain(|case| typed > "kvast".len() || [first, second].contains(case));
        assert_eq!(there, expected, "{words}");
    }
    for part in ["rinförny", "FÖRNYELSE, tack", "kvastrinfo\u{308}rny", "tack kvastrin"] {
        assert!(found(&anna, part).await.contains(&first), "{part}");
    }
    // a letter with a ring or dots is another letter
    for (words, expected) in [
        ("åkommör", vec![second]),
        ("akommor", vec![]),
        ("åkommor", vec![]),
        ("kvastrinfornyelse", vec![]),
        ("kvällsdagbok", vec![first]),
        ("dagbok äpp", vec![first]),
        ("kvallsdagbok", vec![]),
        ("kvastrin dagbok", vec![first]),
        ("kvastrin finnsintealls", vec![]),
    ] {
        assert_eq!(found(&anna, words).await, expected, "{words}");
    }
    // and one or two keys find people
    for words in ["ce", "Fo", "c forsman"] {
        assert!(found(&anna, words).await.contains(&first), "{words}");
    }
    // what comes while one is looking is found with it, before the rest
    anna.come_back().await;
    let third = cecilia.file_case(&clinic.bjorken(), "Boka tid", "Mer om kvastrin.", &[]).await;
    anna.has(third).await;
    assert_eq!(found(&anna, "kvastrin").await, [third, second, first]);
    // nobody finds what they may not read
    let sara = clinic.sara().await;
    assert_eq!(found(&sara, "kvastrin").await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_identity_number_finds_in_every_spelling_what_is_that_persons_and_nothing_else() {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut anna = clinic.anna().await;
    let case = cecilia.file_case(&clinic.bjorken(), "Boka tid", "En tid, tack.", &[]).await;
    anna.has(case).await;
    let number = cecilia.personal_id.as_str();
    let written = cecilia.personal_id.written();
    let rows = anna.client.list(everything()).await.unwrap().rows;
    let mut theirs: Vec<CaseId> = rows.iter().filter(|row| row.resident_id == written).map(|row| row.id).collect();
    theirs.sort_unstable();
    assert!(theirs.contains(&case) && theirs.len() < rows.len());
    let (century, short, last) = (&number[..2], &number[2..8], &number[8..]);
    for spelled in [
        number.to_owned(),
        written.clone(),
        format!("{short}{last}"),
        format!("{short}-{last}"),
        format!("{short} {last}"),
        format!("{century}{short} {last}"),
        format!("{short}\u{2013}{last}"),
        format!("{short}\u{2011}{last}"),
        format!("{century} {} {} {} {last}", &short[..2], &short[2..4], &short[4..]),
        format!("  {written} "),
        format!("forsman {short}-{last}"),
        format!("{short}-{last} cecilia"),
    ] {
        let mut found = found(&anna, &spelled).await;
        found.sort_unstable();
        assert_eq!(found, theirs, "{spelled}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_saved_view_with_words_and_filters_counts_what_its_list_shows_as_it_changes() {
    let clinic = Clinic::start().await;
    let (cecilia, petra) = (clinic.cecilia().await, clinic.petra().await);
    let mut anna = clinic.anna().await;
    let recipes = Filter { case_types: vec!["Förnya recept".into()], ..Filter::default() };
    let protected = Filter { protected_identity: true, ..Filter::default() };
    let unread = Filter { unread: true, ..Filter::default() };
    let view = |name: &str, filter: &Filter| SavedView {
        name: name.to_owned(),
        scope: Scope::Everything,
        clinic: None,
        search: Some("kvastrin".into()),
        filter: filter.clone(),
    };
    let views = [view("Recept", &recipes), view("Skyddade", &protected), view("Olästa", &unread)];
    anna.client.save_views(views.to_vec()).await.unwrap();
    let counts = async |anna: &Person| anna.client.view_counts().await.unwrap();
    assert_eq!(counts(&anna).await, [0, 0, 0]);

    let recipe = cecilia.file_case(&clinic.bjorken(), "Förnya recept", "Kvastrin, tack.", &[]).await;
    let guarded = petra.file_case(&clinic.bjorken(), "Boka tid", "Om kvastrin.", &[]).await;
    let other = petra.file_case(&clinic.bjorken(), "Förnya recept", "Något annat.", &[]).await;
    for case in [recipe, guarded, other] {
        anna.has(case).await;
    }
    for (filter, expected) in [(&recipes, vec![recipe]), (&protected, vec![guarded]), (&unread, vec![guarded, recipe])]
    {
        assert_eq!(found_in(&anna, "kvastrin", filter.clone()).await, expected);
    }
    assert_eq!(counts(&anna).await, [1, 1, 2]);
    anna.client.open_case(guarded).await.unwrap();
    anna.until("one less unread", async |client: Client| {
        (client.view_counts().await.unwrap() == [1, 1, 1]).then_some(())
    })
    .await;
    assert_eq!(found_in(&anna, "kvastrin", unread).await, [recipe]);
}
