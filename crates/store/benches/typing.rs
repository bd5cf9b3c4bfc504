//! From a keystroke to the journal on the disk: while 5,000 cases are being taken in, and while nothing else happens.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, missing_docs)]

mod cases;

use cases::corpus::Corpus;
use cases::dice::Dice;
use cases::figures::{Times, figure};
use cases::story::{PAGE, now, page};
use jiff::ToSpan;
use mottaget_domain::{Case, MessageKind};
use mottaget_protocol::{Page, Phase};
use mottaget_store::{Draft, Keys, Store};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Catch-ups of so many cases each, and as many keystrokes without one, by turns.
const TURNS: usize = 8;
const EVENTS: usize = 5_000;
/// Cases that are there before.
const THERE: usize = 5_000;
/// Between two keystrokes: faster than anybody types.
const PACE: Duration = Duration::from_millis(8);
/// After each turn: once nobody types, the next page has its journal written back.
const PAUSE: Duration = Duration::from_millis(2_500);

fn main() {
    let (corpus, dir, keys) = (Corpus::new(), tempfile::tempdir().unwrap(), Keys::generate().unwrap());
    let all = TURNS * EVENTS;
    let store = cases::filled(dir.path(), &keys, &corpus, all..all + THERE);
    let person =
        Person { store: &store, case: corpus.case(all + 1).case, text: corpus.text(&mut Dice::seeded(1), 400) };
    let [mut alone, mut beside, mut busy] = [(); 3].map(|()| Times::default());
    for turn in 0..TURNS {
        let pages = pages(&corpus, all - (turn + 1) * EVENTS..all - turn * EVENTS);
        while_this(|| pages.iter().for_each(|page| take(&store, page)), |done| person.types(&mut beside, |_| done()));
        std::thread::sleep(PAUSE);
        take(&store, &page(vec![corpus.case(all)], Phase::Changes, false));
        let strokes = beside.len() / (turn + 1);
        person.types(&mut alone, |n| n >= strokes);
        // How much of it is only that a processor has something else to do.
        let over = AtomicBool::new(false);
        let spin = || {
            while !over.load(Ordering::Relaxed) {
                std::hint::spin_loop();
            }
        };
        while_this(spin, |_| {
            person.types(&mut busy, |n| n >= strokes);
            over.store(true, Ordering::Relaxed);
        });
    }
    for (when, times) in [("nothing else", &alone), ("a catch-up", &beside), ("a busy processor", &busy)] {
        println!("{when}: {}", times.show());
    }
    let p99 = |times: &Times| times.percentile(99.0);
    let against = [("without one", p99(&alone), Some(1.2)), ("beside a thread that only counts", p99(&busy), None)];
    figure("keystroke to journal during a catch-up, p99", p99(&beside), &against);
}

fn take(store: &Store, page: &Page) {
    store.apply_page(page, |_| Vec::new()).unwrap();
}

/// Does the one in a thread of its own while the other goes on, which can ask whether it is done.
fn while_this(work: impl FnOnce() + Send, meanwhile: impl FnOnce(&dyn Fn() -> bool)) {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            work();
            done.store(true, Ordering::Release);
        });
        meanwhile(&|| done.load(Ordering::Acquire));
    });
}

/// Oldest first.
fn pages(corpus: &Corpus, numbers: Range<usize>) -> Vec<Page> {
    let starts = numbers.step_by(PAGE).rev();
    starts.map(|start| page((start..start + PAGE).map(|n| corpus.case(n)).collect(), Phase::Changes, true)).collect()
}

struct Person<'a> {
    store: &'a Store,
    case: Case,
    text: String,
}

impl Person<'_> {
    /// A reply grows letter by letter.
    fn types(&self, times: &mut Times, enough: impl Fn(usize) -> bool) {
        let mut next = Instant::now();
        for (n, (end, _)) in self.text.char_indices().cycle().enumerate() {
            if enough(n) {
                return;
            }
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
            next += PACE;
            let draft = Draft {
                case: self.case.id,
                clinic: self.case.clinic.clone(),
                kind: MessageKind::FinalReply,
                text: self.text[..end].to_owned(),
                files: Vec::new(),
                based_on: self.case.thread_version,
                updated_at: now() + (n as i64).milliseconds(),
                sign_as: None,
            };
            times.of(|| self.store.edit_draft(self.case.id, |_| Some(draft)).unwrap());
        }
    }
}
