//! The feed: nothing twice in a snapshot, nothing skipped, nothing torn, and whoever loses a case is told.

use crate::house::*;
use mottaget_domain::{CaseId, Role};
use mottaget_protocol::{OpOutcome, Page, Phase};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a client keeps of a clinic: it takes pages and nothing else.
#[derive(Default)]
struct Mirror {
    cases: BTreeMap<CaseId, (u64, String)>,
    settled: BTreeSet<String>,
    rejected: BTreeSet<String>,
    cursor: Option<String>,
    seq: u64,
}

impl Mirror {
    fn take(&mut self, page: &Page) {
        if page.reset {
            self.cases.clear();
        }
        for document in &page.documents {
            let text = serde_json::to_string(&document.case).unwrap();
            let before = self.cases.insert(document.case.id, (document.seq, text));
            assert!(before.is_none_or(|(seq, _)| seq <= document.seq), "a page never goes back");
        }
        for id in &page.tombstones {
            self.cases.remove(id);
        }
        self.settled.extend(page.settled.iter().map(|op| op.op.to_string()));
        self.rejected.extend(page.rejected.iter().map(|op| op.op.to_string()));
        assert!(page.reset || page.seq >= self.seq, "the number only grows");
        self.seq = page.seq;
        self.cursor = Some(page.cursor.clone());
    }

    async fn catch_up(&mut self, who: &Person, clinic: &str, limit: usize) {
        loop {
            let page = who.page(clinic, self.cursor.as_deref(), limit).await;
            assert!(page.documents.len() <= limit);
            self.take(&page);
            if !page.more {
                return;
            }
        }
    }
}

async fn fresh(who: &Person, clinic: &str) -> BTreeMap<CaseId, (u64, String)> {
    let mut mirror = Mirror::default();
    mirror.catch_up(who, clinic, 1000).await;
    mirror.cases
}

#[tokio::test]
async fn a_snapshot_has_every_case_once_open_first_newest_first_whatever_the_page() {
    let house = House::open().await;
    let anna = house.staff(ANNA).await;
    let whole = anna.page(BJORKEN, None, 1000).await;
    let n = whole.documents.len();
    assert!(n > 50 && !whole.more);
    assert_eq!((whole.phase, whole.total), (Phase::Snapshot, Some(n as u64)));
    let order: Vec<_> =
        whole.documents.iter().map(|d| (d.case.state.is_open(), d.case.created_at, d.case.id)).collect();
    assert!(order.windows(2).all(|pair| pair[0] > pair[1]));
    let ids = |pages: &[Page]| pages.iter().flat_map(|p| &p.documents).map(|d| d.case.id).collect::<Vec<_>>();
    let expected = ids(std::slice::from_ref(&whole));
    for limit in [1, 2, n - 1, n, n + 1] {
        let pages = anna.pages(BJORKEN, None, limit).await;
        assert_eq!(ids(&pages), expected, "limit {limit}");
        assert_eq!(pages.len(), n.div_ceil(limit), "limit {limit}: no empty page");
        assert!(pages.iter().all(|page| page.total == Some(n as u64) && !page.reset));
    }
}

#[tokio::test]
async fn changes_fill_pages_to_the_edge() {
    let house = House::open().await;
    let (anna, bo) = (house.staff(ANNA).await, house.resident("Bo ").await);
    let cursor = anna.pages(BJORKEN, None, 1000).await.pop().unwrap().cursor;
    let idle = anna.page(BJORKEN, Some(&cursor), 3).await;
    assert_eq!((idle.phase, idle.documents.len(), idle.more), (Phase::Changes, 0, false));
    let mut filed = Vec::new();
    for limit in [3_usize, 4, 2] {
        filed.push(bo.files(BJORKEN, "Fråga", "Ett till", vec![]).await);
        while filed.len() < 3 {
            filed.push(bo.files(BJORKEN, "Fråga", "Ett till", vec![]).await);
        }
        let pages = anna.pages(BJORKEN, Some(&cursor), limit).await;
        let got: Vec<CaseId> = pages.iter().flat_map(|p| &p.documents).map(|d| d.case.id).collect();
        assert_eq!(got, filed, "in the order in which they happened");
        assert_eq!(pages.len(), filed.len().div_ceil(limit));
    }
}

#[tokio::test]
async fn an_administrator_has_an_empty_feed() {
    let house = House::open().await;
    let page = house.staff(NILS).await.page(BJORKEN, None, 10).await;
    assert_eq!((page.documents.len(), page.total, page.more), (0, Some(0), false));
}

#[tokio::test]
async fn whoever_loses_a_case_is_told_and_still_learns_what_became_of_their_op() {
    let house = House::open().await;
    let (anna, sara, omar) = (house.staff(ANNA).await, house.staff(SARA).await, house.staff(OMAR).await);
    let case = house.resident("Bo ").await.files(BJORKEN, "Fråga", "Hej", vec![]).await;
    let (mut hers, mut his, mut all) = (Mirror::default(), Mirror::default(), Mirror::default());
    hers.catch_up(&sara, BJORKEN, 50).await;
    his.catch_up(&omar, BJORKEN, 50).await;
    all.catch_up(&anna, BJORKEN, 50).await;
    anna.does(BJORKEN, case, to_person(SARA)).await;
    hers.catch_up(&sara, BJORKEN, 50).await;
    assert!(hers.cases.contains_key(&case));
    let op = new_op(BJORKEN, case, moved(SARA, OMAR));
    assert!(matches!(sara.op(&op).await, OpOutcome::Accepted { .. }));
    let page = sara.page(BJORKEN, hers.cursor.as_deref(), 50).await;
    assert_eq!(page.tombstones, [case]);
    assert_eq!(page.taken, [], "she gave it away herself");
    assert_eq!(page.settled.iter().map(|settled| settled.op).collect::<Vec<_>>(), [op.id]);
    hers.take(&page);
    his.catch_up(&omar, BJORKEN, 50).await;
    assert!(!hers.cases.contains_key(&case) && his.cases.contains_key(&case));
    let page = omar.page(BJORKEN, his.cursor.as_deref(), 50).await;
    assert!(page.tombstones.is_empty() && page.settled.is_empty(), "other people's ops are theirs");
    omar.does(BJORKEN, case, moved(OMAR, SARA)).await;
    let back = sara.page(BJORKEN, hers.cursor.as_deref(), 50).await;
    assert_eq!((back.documents.len(), back.tombstones.len()), (1, 0), "it came back");
    all.catch_up(&anna, BJORKEN, 50).await;
    assert!(all.cases.contains_key(&case));

    // a receiver takes it from her and gives it to him: she is told who did not do it herself
    hers.take(&back);
    anna.does(BJORKEN, case, moved(SARA, OMAR)).await;
    let page = sara.page(BJORKEN, hers.cursor.as_deref(), 50).await;
    let given: Vec<_> = page.taken.iter().map(|taken| (taken.case, taken.seq)).collect();
    assert_eq!((page.tombstones.clone(), given), (vec![case], vec![(case, page.seq)]));
    let page = omar.page(BJORKEN, his.cursor.as_deref(), 50).await;
    assert_eq!((page.documents.len(), page.taken.len()), (1, 0), "he has it, and lost nothing by another's hand");
}

#[tokio::test]
async fn what_became_of_own_ops_comes_with_a_new_snapshot_too() {
    let house = House::open().await;
    let (anna, bo) = (house.staff(ANNA).await, house.resident("Bo ").await);
    let mut accepted = BTreeSet::new();
    for _ in 0..5 {
        let case = bo.files(BJORKEN, "Fråga", "Hej", vec![]).await;
        let op = new_op(BJORKEN, case, to_person(SARA));
        anna.op(&op).await;
        accepted.insert(op.id.to_string());
    }
    let refused = new_op(BJORKEN, CaseId::random(), note("x"));
    anna.op(&refused).await;
    for limit in [1, 2, 5, 6, 1000] {
        let mut mirror = Mirror::default();
        mirror.catch_up(&anna, BJORKEN, limit).await;
        assert_eq!(mirror.settled, accepted, "limit {limit}");
        assert_eq!(mirror.rejected, BTreeSet::from([refused.id.to_string()]));
    }
}

#[tokio::test]
async fn another_role_or_group_or_a_strange_cursor_begins_anew() {
    let house = House::open().await;
    let sara = house.staff(SARA).await;
    let cursor = sara.pages(BJORKEN, None, 1000).await.pop().unwrap().cursor;
    assert!(!sara.page(BJORKEN, Some(&cursor), 10).await.reset);
    let people = house.server().people();
    people.set_roles(&hsa(SARA), &hsa(BJORKEN), &BTreeSet::from([Role::Handler, Role::Receiver])).await.unwrap();
    let page = sara.page(BJORKEN, Some(&cursor), 1000).await;
    assert!(page.reset && page.phase == Phase::Snapshot && page.documents.len() > 50);
    assert!(!sara.page(BJORKEN, Some(&page.cursor), 10).await.reset);

    people.set_roles(&hsa(SARA), &hsa(BJORKEN), &BTreeSet::from([Role::Handler])).await.unwrap();
    assert!(sara.page(BJORKEN, Some(&page.cursor), 1000).await.reset);
    let cursor = sara.pages(BJORKEN, None, 1000).await.pop().unwrap().cursor;
    let directory: mottaget_protocol::Directory =
        sara.get(&format!("/api/v1/clinics/{BJORKEN}/directory")).await.json();
    let group = directory.groups.iter().find(|group| group.members.contains(&hsa(SARA))).unwrap();
    let without = group.members.iter().filter(|member| **member != hsa(SARA)).cloned().collect();
    people.set_members(&hsa(BJORKEN), group.id, &without).await.unwrap();
    assert!(sara.page(BJORKEN, Some(&cursor), 1000).await.reset);

    let annas = house.staff(ANNA).await.pages(BJORKEN, None, 1000).await.pop().unwrap().cursor;
    for strange in [annas.as_str(), "nonsense", "c1.0000000000000000.5", ""] {
        let page = sara.page(BJORKEN, Some(strange), 1000).await;
        assert!(page.reset && page.phase == Phase::Snapshot, "{strange:?}");
    }
    people.set_roles(&hsa(SARA), &hsa(BJORKEN), &BTreeSet::new()).await.unwrap();
    assert_eq!(sara.get(&format!("/api/v1/clinics/{BJORKEN}/feed")).await.code(), "not-found");
}

#[tokio::test]
async fn a_handler_who_leaves_leaves_the_cases_to_be_distributed_anew() {
    let house = House::open().await;
    let (anna, bo) = (house.staff(ANNA).await, house.resident("Bo ").await);
    let case = bo.files(BJORKEN, "Fråga", "Hej", vec![]).await;
    anna.does(BJORKEN, case, to_person(MAXIMILIANA)).await;
    house.server().people().set_active(&hsa(MAXIMILIANA), false).await.unwrap();
    assert!(anna.case(BJORKEN, case).await.unwrap().case.needs_redistribution);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_page_skips_or_tears_while_many_write() {
    let house = House::open().await;
    let (anna, sara, bo) = (house.staff(ANNA).await, house.staff(SARA).await, house.resident("Bo ").await);
    let mut cases = Vec::new();
    for _ in 0..6 {
        cases.push(bo.files(BJORKEN, "Fråga", "Hej", vec![]).await);
    }
    let writing = Arc::new(AtomicBool::new(true));
    let readers: Vec<_> = [(anna.clone(), 2), (anna.clone(), 7), (sara.clone(), 1), (sara.clone(), 3)]
        .into_iter()
        .map(|(who, limit)| {
            let writing = Arc::clone(&writing);
            tokio::spawn(async move {
                let mut mirror = Mirror::default();
                while writing.load(Ordering::SeqCst) {
                    mirror.catch_up(&who, BJORKEN, limit).await;
                }
                mirror.catch_up(&who, BJORKEN, limit).await;
                mirror
            })
        })
        .collect();
    // Each case goes to and fro between two handlers, gets notes, and new ones arrive: all at once.
    let writers: Vec<_> = cases
        .into_iter()
        .map(|case| {
            let (anna, bo) = (anna.clone(), bo.clone());
            tokio::spawn(async move {
                let mut sent = Vec::new();
                let steps =
                    [to_person(SARA), note("a"), moved(SARA, OMAR), moved(OMAR, SARA), note("b"), moved(SARA, OMAR)];
                for command in steps {
                    let op = new_op(BJORKEN, case, command);
                    assert!(matches!(anna.op(&op).await, OpOutcome::Accepted { .. }));
                    sent.push(op.id.to_string());
                }
                bo.files(BJORKEN, "Fråga", "Ny", vec![]).await;
                sent
            })
        })
        .collect();
    let mut sent = BTreeSet::new();
    for writer in writers {
        sent.extend(writer.await.unwrap());
    }
    writing.store(false, Ordering::SeqCst);
    let mut mirrors = Vec::new();
    for reader in readers {
        mirrors.push(reader.await.unwrap());
    }
    let (whole, hers) = (fresh(&anna, BJORKEN).await, fresh(&sara, BJORKEN).await);
    for (mirror, expected) in mirrors.iter().zip([&whole, &whole, &hers, &hers]) {
        assert_eq!(&mirror.cases, expected, "following the feed ends where a snapshot is");
    }
    assert!(mirrors[..2].iter().all(|mirror| mirror.settled == sent));
}

#[tokio::test]
async fn pages_are_packed_for_the_line() {
    let house = House::open().await;
    let anna = house.staff(ANNA).await;
    let request = anna.request(reqwest::Method::GET, &format!("/api/v1/clinics/{BJORKEN}/feed"));
    let mut plain = reqwest::Client::builder()
        .no_gzip()
        .no_proxy()
        .build()
        .unwrap()
        .execute(request.header("accept-encoding", "gzip").build().unwrap())
        .await
        .unwrap();
    assert_eq!(plain.headers()["content-encoding"], "gzip");
    assert!(plain.chunk().await.unwrap().unwrap().starts_with(&[0x1f, 0x8b]));
}
