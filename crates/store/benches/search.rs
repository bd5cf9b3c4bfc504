//! Search as somebody types, letter by letter, over 200,000 messages.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, missing_docs)]

mod cases;

use cases::corpus::{Corpus, received};
use cases::figures::{Times, figure};
use cases::plain::Plain;
use cases::typed::typed;
use mottaget_protocol::Phase;
use mottaget_store::list::COUNTED;
use mottaget_store::{Filter, Keys, Query, Scope, Store};
use std::collections::BTreeMap;
use std::time::Instant;

const WINDOW: usize = 60;

fn main() {
    let corpus = Corpus::new();
    let messages: usize = std::env::var("MESSAGES").ok().and_then(|n| n.parse().ok()).unwrap_or(200_000);
    let count = corpus.cases_with_messages(messages);
    let dir = tempfile::tempdir().unwrap();
    let keys = Keys::generate().unwrap();
    let store = Store::open(&dir.path().join("store"), &keys).unwrap();
    store.save_me(&cases::me()).unwrap();
    store.save_directory(&cases::directory()).unwrap();
    let mut plain = Plain::open(&dir.path().join("plain.db"));
    let (mut ours, mut theirs) = (0.0, 0.0);
    for page in corpus.pages(0..count, Phase::Snapshot) {
        let begun = cases::cpu::cpu();
        store.apply_page(&page, |_| Vec::new()).unwrap();
        ours += (cases::cpu::cpu() - begun).as_secs_f64();
        let begun = cases::cpu::cpu();
        if std::env::var_os("NOPLAIN").is_none() { plain.take(&page, |document| i64::MAX / 2 - document.seq as i64);
        theirs += (cases::cpu::cpu() - begun).as_secs_f64(); }
    }
    println!("{count} cases: ours {ours:.1} s, plain {theirs:.1} s");
    for entry in std::fs::read_dir(dir.path().join("store")).unwrap().chain(std::fs::read_dir(dir.path()).unwrap()) {
        let entry = entry.unwrap();
        println!("  {:?} {} KiB", entry.file_name(), entry.metadata().unwrap().len() / 1024);
    }
    let me = cases::me();
    if std::env::var_os("FILLONLY").is_some() { return; }
    let typed = typed(&corpus);
    let mut by_kind: BTreeMap<&str, (Times, Times)> = BTreeMap::new();
    let (mut our_times, mut plain_times) = (Times::default(), Times::default());
    for round in 0..2 {
        for one in &typed {
            for text in one.letters() {
                let query = Query {
                    scope: Scope::Everything,
                    clinic: Some(cases::hsa(cases::CLINIC)),
                    search: Some(text.to_owned()),
                    filter: Filter::default(),
                    offset: 0,
                    limit: WINDOW,
                };
                let mut a = Times::default();
                let mut b = Times::default();
                let page = a.of(|| store.list(&me, &query, cases::now()).unwrap());
                let (total, rows) = b.of(|| plain.search(text, WINDOW + COUNTED + 1, WINDOW));
                if std::env::var_os("DIFF").is_some() && page.total != total.min(WINDOW + COUNTED) || page.rows.len() != rows.len() {
                    println!("  «{text}»: ours {}, plain {total}", page.total);
                }
                if round == 1 {
                    if a.p50() > 10.0 { println!("  «{text}» {} hits: {:.1} {:.1}", page.total, a.p50(), b.p50()); }
                    our_times.extend(&a);
                    plain_times.extend(&b);
                    let kind = by_kind.entry(one.kind).or_default();
                    kind.0.extend(&a);
                    kind.1.extend(&b);
                }
            }
        }
    }
    for (kind, (a, b)) in by_kind {
        println!("{kind}: ours {}; plain {}", a.show(), b.show());
    }
    println!("all: ours {}; plain {}", our_times.show(), plain_times.show());
    figure("p95", our_times.p95(), &[("plain", plain_times.p95(), Some(1.5))]);
    let _ = received(0);
}
