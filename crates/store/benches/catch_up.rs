//! Cases taken into the encrypted, indexed store page by page, beside the same documents taken into plain SQLite with an
//! index in one transaction: 5,000 cases into nothing, and 5,000 events into a store that has cases. Both start from
//! documents in memory and end with closed files.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, missing_docs)]

mod cases;

use cases::corpus::Corpus;
use cases::figures::{Times, tell};
use cases::plain::{Known, Plain};
use cases::story::{PAGE, Stage, page};
use mottaget_protocol::{CaseDocument, Page, Phase};
use mottaget_store::{Keys, Store};
use std::fs::{self, File};
use std::path::Path;
use tempfile::TempDir;

const ROUNDS: usize = 5;
const EVENTS: usize = 5_000;
/// Of the events so many are new cases; the others move cases that are there.
const NEW: usize = 2_000;
/// Cases that are there before the events.
const THERE: usize = 20_000;

fn main() {
    let (corpus, keys) = (Corpus::new(), Keys::generate().unwrap());
    let snapshot: Vec<Page> = corpus.snapshot(0..EVENTS).collect();
    let (ours, plain) = measure(&filled(&keys, &[]), &keys, &snapshot);
    tell("catch-up of 5,000 cases into nothing", ours, "plain SQLite with an index, one transaction", plain, 2.0);
    let before: Vec<Page> = corpus.snapshot(EVENTS..NEW + THERE).chain([before(&corpus)]).collect();
    let (ours, plain) = measure(&filled(&keys, &before), &keys, &events(&corpus));
    tell(
        "catch-up of 5,000 events beside 20,000 cases",
        ours,
        "plain SQLite with an index, one transaction",
        plain,
        1.6,
    );
}

/// How far a case has come that an event will move.
fn stage_before(n: usize) -> Stage {
    [Stage::New, Stage::Taken, Stage::Replied][n % 3]
}

/// Those cases as they are before.
fn before(corpus: &Corpus) -> Page {
    page((NEW..EVENTS).map(|n| corpus.case_at(n, stage_before(n))).collect(), Phase::Changes, false)
}

/// Pages of new cases and moved ones.
fn events(corpus: &Corpus) -> Vec<Page> {
    let (pages, moved) = (EVENTS / PAGE, EVENTS - NEW);
    let mixed = (0..pages).rev().map(|n| {
        let new = (n * NEW / pages..(n + 1) * NEW / pages).map(|n| corpus.case_at(n, Stage::New));
        let moved = (n * moved / pages..(n + 1) * moved / pages).map(|n| n + NEW);
        let moved = moved.map(|n| corpus.case_at(n, stage_before(n).next()));
        page(new.chain(moved).collect(), Phase::Changes, n > 0)
    });
    mixed.collect()
}

/// What plain SQLite is told of an event: it need not look whether the words of a case have changed.
fn known(document: &CaseDocument) -> Known {
    match document.seq as usize - 1 {
        n if !(NEW..EVENTS).contains(&n) => Known::Nothing,
        n if stage_before(n) == Stage::New => Known::Words,
        _ => Known::Case,
    }
}

/// Both with these pages.
fn filled(keys: &Keys, pages: &[Page]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let store = cases::empty(&dir.path().join("store"), keys);
    let mut plain = Plain::open(&dir.path().join("plain.db"), false);
    for page in pages {
        store.apply_page(page, |_| Vec::new()).unwrap();
        plain.take(&page.documents, |_| Known::Nothing);
    }
    store.close().unwrap();
    plain.close();
    dir
}

/// The best time of each for these pages, on top of what is there.
fn measure(there: &TempDir, keys: &Keys, pages: &[Page]) -> (f64, f64) {
    let [mut ours, mut plain] = [Times::default(), Times::default()];
    let fresh = pages[0].phase == Phase::Snapshot;
    let documents: Vec<CaseDocument> = pages.iter().flat_map(|page| &page.documents).cloned().collect();
    for _ in 0..ROUNDS {
        let dir = tempfile::tempdir().unwrap();
        copy(there.path(), dir.path());
        let store = Store::open(&dir.path().join("store"), keys).unwrap();
        ours.of(|| {
            for page in pages {
                store.apply_page(page, |_| Vec::new()).unwrap();
            }
            store.close().unwrap();
        });
        let mut db = Plain::open(&dir.path().join("plain.db"), false);
        plain.of(|| {
            db.take(&documents, |document| if fresh { Known::Nothing } else { known(document) });
            db.close();
        });
    }
    println!("ours {}; plain {}", ours.show(), plain.show());
    (ours.least(), plain.least())
}

/// Written to the disk, so that nothing of it is written meanwhile.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&to).unwrap();
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), &to).unwrap();
            File::open(&to).unwrap().sync_all().unwrap();
        }
    }
}
