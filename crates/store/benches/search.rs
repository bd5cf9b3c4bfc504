//! Search as somebody types, letter by letter, over 200,000 messages in the encrypted store, beside the same on unencrypted
//! files and beside notmuch.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, missing_docs)]

mod cases;

use cases::WINDOW;
use cases::corpus::Corpus;
use cases::figures::{Times, figure};
use cases::mails::{self, Mails};
use cases::plain::{Known, Plain};
use cases::story::{cases_with_messages, now};
use cases::typed::typed;
use mottaget_store::{Keys, Scope, Store};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// The first round is not counted.
const ROUNDS: usize = 3;

fn main() {
    let messages: usize = std::env::var("MESSAGES").ok().and_then(|n| n.parse().ok()).unwrap_or(200_000);
    let (corpus, count) = (Corpus::new(), cases_with_messages(messages));
    let dir = tempfile::tempdir().unwrap();
    let keys = Keys::generate().unwrap();
    let mails = if std::env::var_os("NOMAILS").is_some() { None } else { Mails::open(dir.path()) };
    let plain = fill(dir.path(), &keys, &corpus, count, mails.as_ref());
    let store = Store::open(&dir.path().join("store"), &keys).unwrap();
    let me = cases::me();
    let typed = typed(&corpus);
    let mut by_kind: BTreeMap<&str, [Times; 2]> = BTreeMap::new();
    let [mut ours, mut theirs] = [Times::default(), Times::default()];
    let mut other = 0;
    for round in 0..ROUNDS {
        for one in &typed {
            for text in one.letters() {
                let query = cases::first(Scope::Everything, Some(text));
                let mut a = Times::default();
                let mut b = Times::default();
                let page = a.of(|| store.list(&me, &query, now()).unwrap());
                let rows = b.of(|| plain.search(text, WINDOW));
                let same = page.rows.len() == rows.len()
                    && page.rows.iter().zip(&rows).all(|(row, doc)| doc.contains(&row.id.to_string()));
                if round == 0 {
                    if !same {
                        other += 1;
                        println!("  other: «{text}» ours {} plain {}", page.total, rows.len());
                    }
                    continue;
                }
                if round == 1 && a.median() > 8.0 {
                    println!("  «{text}» {} hits: {:.1} {:.1}", page.total, a.median(), b.median());
                }
                ours.extend(&a);
                theirs.extend(&b);
                let kind = by_kind.entry(one.kind).or_default();
                kind[0].extend(&a);
                kind[1].extend(&b);
            }
        }
    }
    println!("other windows: {other}");
    for (kind, [ours, theirs]) in by_kind {
        println!("{kind}: ours {}; plain {}", ours.show(), theirs.show());
    }
    println!("all: ours {}; plain {}", ours.show(), theirs.show());
    let mut with = vec![("plain", theirs.percentile(95.0), Some(1.5))];
    let (mut whole, mut start) = (Times::default(), Times::default());
    if let Some(mails) = mails {
        for query in typed.iter().flat_map(|one| one.letters()).filter_map(mails::query) {
            whole.of(|| mails.search(&query, WINDOW));
            start.of(|| mails.search("id:nothing", WINDOW));
        }
        println!("notmuch: {}; start {}", whole.show(), start.show());
        with.push(("notmuch", whole.percentile(95.0), Some(1.0)));
        with.push(("notmuch without its start", whole.less(start.median()).percentile(95.0), Some(1.0)));
    }
    figure("search as you type", ours.percentile(95.0), &with);
}

fn fill(dir: &Path, keys: &Keys, corpus: &Corpus, count: usize, mails: Option<&Mails>) -> Plain {
    let store = cases::empty(&dir.join("store"), keys);
    let mut plain = Plain::open(&dir.join("plain.db"), true);
    let begun = Instant::now();
    let (mut a, mut b, mut c) = (Times::default(), Times::default(), Times::default());
    for page in corpus.snapshot(0..count) {
        a.of(|| store.apply_page(&page, |_| Vec::new()).unwrap());
        b.of(|| plain.take(&page.documents, |_| Known::Nothing));
        c.of(|| {
            if let Some(mails) = mails {
                page.documents.iter().for_each(|it| mails.take(it))
            }
        });
    }
    println!(
        "{count} cases: store {}, plain {}, letters {}, {:.1} s",
        a.show(),
        b.show(),
        c.show(),
        begun.elapsed().as_secs_f64()
    );
    let begun = Instant::now();
    mails.inspect(|mails| mails.index());
    println!("notmuch new: {:.1} s", begun.elapsed().as_secs_f64());
    for entry in std::fs::read_dir(dir.join("store")).unwrap().chain(std::fs::read_dir(dir).unwrap()) {
        let entry = entry.unwrap();
        println!("  {:?} {} KiB", entry.file_name(), entry.metadata().unwrap().len() / 1024);
    }
    store.close().unwrap();
    plain
}
