//! Saved views: a list with its filter under a name, the same at every computer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::{Clinic, Person};
use mottaget_client::Client;
use mottaget_client::view::{DueFilter, Filter, ListQuery, SavedView, Scope};
use mottaget_domain::CaseState;

fn view(name: &str, filter: Filter) -> SavedView {
    SavedView { name: name.to_owned(), scope: Scope::Everything, clinic: None, search: None, filter }
}

fn waiting() -> Filter {
    Filter { states: vec![CaseState::AwaitingResident], ..Filter::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_view_kept_without_a_network_is_at_the_persons_other_computer_and_counts_what_its_list_shows() {
    let clinic = Clinic::start().await;
    let mut anna = clinic.anna().await;
    anna.connected().await;
    anna.go_offline().await;
    let kept = vec![
        view("Väntar på svar", waiting()),
        view("Brinner", Filter { due: Some(DueFilter::Late), ..Filter::default() }),
    ];
    anna.client.save_views(kept.clone()).await.unwrap();
    assert_eq!(anna.client.preferences().await.unwrap().views, kept, "at once here");
    let counts = anna.client.view_counts().await.unwrap();
    for (view, n) in kept.iter().zip(&counts) {
        let query = ListQuery {
            scope: view.scope,
            clinic: None,
            search: None,
            filter: view.filter.clone(),
            offset: 0,
            limit: 1000,
        };
        let page = anna.client.list(query).await.unwrap();
        assert_eq!((page.total, page.rows.len() as u64), (*n, *n), "{}", view.name);
    }
    assert!(counts[0] > 0, "somebody waits for a resident in the practice clinic");
    anna.come_back().await;
    let mut elsewhere = Person::sign_in(&clinic, "Anna Nyström").await;
    elsewhere
        .until("the views at the other computer", async |client: Client| {
            (client.preferences().await.unwrap().views == kept).then_some(())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_settings_leave_the_views_alone_and_a_bad_view_is_refused_and_changes_nothing() {
    let clinic = Clinic::start().await;
    let anna = clinic.anna().await;
    anna.client.save_views(vec![view("Väntar", waiting())]).await.unwrap();
    let mut preferences = anna.client.preferences().await.unwrap();
    preferences.views.clear();
    preferences.notify_answered = !preferences.notify_answered;
    anna.client.save_preferences(preferences).await.unwrap();
    assert_eq!(anna.client.preferences().await.unwrap().views.len(), 1);

    let twice = vec![view("Väntar", waiting()), view("väntar ", Filter::default())];
    assert_eq!(anna.client.save_views(twice).await.unwrap_err().code(), "name-taken");
    assert_eq!(anna.client.save_views(vec![view(" ", waiting())]).await.unwrap_err().code(), "text-empty");
    let many = (0..31).map(|n| view(&n.to_string(), waiting())).collect();
    assert_eq!(anna.client.save_views(many).await.unwrap_err().code(), "too-many-views");
    assert_eq!(anna.client.preferences().await.unwrap().views, [view("Väntar", waiting())]);
}
