//! From a keystroke to the journal on the disk: while cases are being taken in, and while nothing else happens.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

mod cases;

use cases::corpus::Corpus;
use cases::figures::{Times, tell};
use cases::story::{PAGE, now, page};
use jiff::ToSpan;
use mottaget_domain::MessageKind;
use mottaget_protocol::{Page, Phase};
use mottaget_store::{Draft, Keys, Store};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Cases that are there before.
const THERE: usize = 5_000;
/// By turns: keystrokes alone, then as many while pages come.
const TURNS: usize = 8;
const PAGES: usize = 10;
/// Between two keystrokes: several people type as fast.
const PACE: Duration = Duration::from_millis(8);

fn main() {
    let corpus = Corpus::new();
    let dir = tempfile::tempdir().unwrap();
    let keys = Keys::generate().unwrap();
    let store = cases::filled(dir.path(), &keys, &corpus, TURNS * PAGES * PAGE..TURNS * PAGES * PAGE + THERE);
    let [mut alone, mut beside] = [Times::default(), Times::default()];
    for turn in 0..TURNS {
        let pages = pages(&corpus, turn);
        let done = AtomicBool::new(false);
        let begun = Instant::now();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                pages.iter().for_each(|page| drop(store.apply_page(page, |_| Vec::new()).unwrap()));
                done.store(true, Ordering::Release);
            });
            type_until(&store, &corpus, &mut beside, |_| done.load(Ordering::Acquire));
        });
        println!("{} pages within {:.2} s", pages.len(), begun.elapsed().as_secs_f64());
        let strokes = beside.len() / (turn + 1);
        type_until(&store, &corpus, &mut alone, |n| n >= strokes);
    }
    println!("alone: {}; while pages come: {}", alone.show(), beside.show());
    tell(
        "keystroke to journal, p99, during a catch-up",
        beside.percentile(99.0),
        "without one",
        alone.percentile(99.0),
        1.2,
    );
}

fn pages(corpus: &Corpus, turn: usize) -> Vec<Page> {
    let first = (TURNS - turn - 1) * PAGES * PAGE;
    let starts = (first..first + PAGES * PAGE).step_by(PAGE).rev();
    starts.map(|start| page((start..start + PAGE).map(|n| corpus.case(n)).collect(), Phase::Changes, true)).collect()
}

/// A reply grows letter by letter.
fn type_until(store: &Store, corpus: &Corpus, times: &mut Times, enough: impl Fn(usize) -> bool) {
    let case = corpus.case(TURNS * PAGES * PAGE + 1).case;
    let text = corpus.text(&mut cases::dice::Dice::seeded(1), 400);
    let mut next = Instant::now();
    for (n, (at, _)) in text.char_indices().cycle().enumerate() {
        if enough(n) {
            return;
        }
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
        next += PACE;
        let draft = Draft {
            case: case.id,
            clinic: case.clinic.clone(),
            kind: MessageKind::FinalReply,
            text: text[..at].to_owned(),
            files: Vec::new(),
            based_on: case.thread_version,
            updated_at: now() + (n as i64).milliseconds(),
            sign_as: None,
        };
        times.of(|| store.edit_draft(case.id, |_| Some(draft)).unwrap());
    }
}
