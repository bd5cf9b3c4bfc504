//! Search as somebody types, letter by letter, over 200,000 messages in the encrypted store: beside the same questions to
//! the same tables unencrypted, beside SQLite's own full-text index, and beside notmuch.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, missing_docs)]

mod cases;

use cases::copy::Copy;
use cases::corpus::Corpus;
use cases::figures::{Middles, Times, figure};
use cases::mails::{self, Mails};
use cases::plain::{Known, Plain};
use cases::story::{cases_with_messages, now};
use cases::typed::{Typed, typed};
use cases::{NEWS, WINDOW};
use mottaget_store::list::COUNTED;
use mottaget_store::{Keys, Scope, Store};
use std::path::Path;

const MESSAGES: usize = 200_000;
/// The first round is not counted.
const ROUNDS: usize = 6;
/// Rows that each is asked for: so many are shown, the rest counted.
const MOST: usize = WINDOW + COUNTED + 1;

fn main() {
    let (corpus, count) = (Corpus::new(), cases_with_messages(MESSAGES));
    let (dir, keys) = (tempfile::tempdir().unwrap(), Keys::generate().unwrap());
    let mails = Mails::open(dir.path());
    let plain = fill(dir.path(), &keys, &corpus, count, mails.as_ref());
    let mirror = dir.path().join("store/mirror.db");
    let copy = Copy::of(&mirror, &keys.mirror, &dir.path().join("copy.db"));
    let store = Store::open(&dir.path().join("store"), &keys).unwrap();
    let typed = typed(&corpus);
    let [ours, copied, own] = measure(&store, &copy, &plain, &typed);
    for (who, times) in [("ours", &ours), ("same tables", &copied), ("own index", &own)] {
        times.show_by_kind(who);
    }
    let mut against = vec![
        ("the same tables and questions, unencrypted", copied.p95(), Some(1.5)),
        ("SQLite's own full-text index, unencrypted", own.p95(), Some(1.5)),
    ];
    if let Some(mails) = mails {
        let [whole, after_start] = asked(&mails, &typed);
        whole.show_by_kind("notmuch");
        against.push(("notmuch search", whole.p95(), Some(1.0)));
        against.push(("notmuch search, its start not counted", after_start.p95(), Some(1.0)));
    } else {
        println!("notmuch is not installed and left out");
    }
    figure(&format!("search as you type, {MESSAGES} messages, p95"), ours.p95(), &against);
}

/// All of them by turns, so that a slow moment hits all alike. The store finds what its tables say, newest first.
fn measure(store: &Store, copy: &Copy, plain: &Plain, typed: &[Typed]) -> [Middles; 3] {
    let me = cases::me();
    let [mut ours, mut copied, mut own] = [(); 3].map(|()| Middles::default());
    for round in 0..ROUNDS {
        for (kind, text) in typed.iter().flat_map(Typed::letters) {
            let query = cases::first(Scope::Everything, Some(text));
            let (page, time) = Times::once(|| store.list(&me, &query, now()).unwrap());
            let ((total, lines), time_copied) = Times::once(|| copy.search(text, MOST, WINDOW));
            let ((_, _), time_own) = Times::once(|| plain.search(text, MOST, WINDOW));
            if round == 0 {
                assert_eq!((page.total, page.more), (total.min(MOST - 1), total == MOST), "{text}");
                let same = page.rows.iter().zip(&lines).filter(|(row, line)| line.contains(&row.id.to_string()));
                assert_eq!((same.count(), page.rows.len()), (page.rows.len(), lines.len()), "{text}");
                continue;
            }
            ours.add(kind, text, time);
            copied.add(kind, text, time_copied);
            own.add(kind, text, time_own);
        }
    }
    [ours, copied, own]
}

/// The whole of the program, and what it takes longer than for a question that finds nothing at once.
fn asked(mails: &Mails, typed: &[Typed]) -> [Middles; 2] {
    let [mut whole, mut after_start] = [(); 2].map(|()| Middles::default());
    let mut start = Times::default();
    for _ in 0..50 {
        start.of(|| mails.search("id:nothing", WINDOW));
    }
    for (kind, text) in typed.iter().flat_map(Typed::letters) {
        let Some(query) = mails::query(text) else { continue };
        let (_, time) = Times::once(|| mails.search(&query, WINDOW));
        whole.add(kind, text, time);
        after_start.add(kind, text, (time - start.median()).max(0.0));
    }
    [whole, after_start]
}

/// The same cases into all of them; the newest come one by one into the store.
fn fill(dir: &Path, keys: &Keys, corpus: &Corpus, count: usize, mails: Option<&Mails>) -> Plain {
    let store = cases::empty(&dir.join("store"), keys);
    let mut plain = Plain::open(&dir.join("plain.db"), true);
    for page in corpus.snapshot(NEWS..count).chain(corpus.news(0..NEWS)) {
        store.apply_page(&page, |_| Vec::new()).unwrap();
        plain.take(&page.documents, |_| Known::Nothing);
        mails.iter().for_each(|mails| page.documents.iter().for_each(|document| mails.take(document)));
    }
    println!("{count} cases");
    mails.iter().for_each(|mails| mails.index());
    store.close().unwrap();
    plain
}
