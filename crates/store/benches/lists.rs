//! Lists with 50,000 cached cases: what the screen asks for first must be there in a blink.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

mod cases;

use mottaget_store::{Filter, Keys, Query, Scope, Store};
use std::time::{Duration, Instant};

/// Milliseconds that nobody notices: two frames of a 60 Hz screen.
const BLINK: f64 = 30.0;
/// Milliseconds after which an answer no longer feels like one.
const AT_ONCE: f64 = 100.0;

fn main() {
    let count = std::env::var("CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(50_000);
    let dir = tempfile::tempdir().unwrap();
    let keys = Keys::generate().unwrap();
    fill(&Store::open(dir.path(), &keys).unwrap(), count);
    let me = cases::me();
    let first = |scope, search: Option<&str>| Query {
        scope,
        clinic: None,
        search: search.map(str::to_owned),
        filter: Filter::default(),
        offset: 0,
        limit: 100,
    };
    let opening = median((0..5).map(|_| timed(|| Store::open(dir.path(), &keys).unwrap()).1));
    cases::tell("opening the files", opening, "a blink", BLINK, 1.0);
    for (what, query) in [
        ("inbox", first(Scope::Inbox, None)),
        ("all closed cases", first(Scope::ClinicClosed, None)),
        ("last window of all closed cases", Query { offset: count * 8 / 10, ..first(Scope::ClinicClosed, None) }),
        ("search for a rare word", first(Scope::Everything, Some("knäfeberutslagning"))),
        ("search for a common word", first(Scope::Everything, Some("recept"))),
        ("search for two letters", first(Scope::Everything, Some("ör"))),
    ] {
        let time = from_cold(dir.path(), &keys, |store| {
            store.list(&me, &query, cases::now()).unwrap();
        });
        let (name, limit) = if query.search.is_some() { ("at once", AT_ONCE) } else { ("a blink", BLINK) };
        cases::tell(&format!("{what}, first asked, {count} cases"), time, name, limit, 1.0);
    }
    let counts = from_cold(dir.path(), &keys, |store| {
        store.counts(&me, None, cases::now()).unwrap();
    });
    cases::tell(&format!("counts, first asked, {count} cases"), counts, "a blink", BLINK, 1.0);
    let start = from_cold(dir.path(), &keys, |store| {
        store.start(&me, Some(cases::now()), cases::now()).unwrap();
    });
    cases::tell(&format!("start page, first asked, {count} cases"), start, "a blink", BLINK, 1.0);
}

fn fill(store: &Store, count: usize) {
    store.save_me(&cases::me()).unwrap();
    store.save_directory(&cases::directory()).unwrap();
    let begun = Instant::now();
    for page in cases::pages(&cases::cases(count)) {
        store.apply_page(&page, |_| Vec::new()).unwrap();
    }
    println!("{count} cases taken in within {:.1} s", begun.elapsed().as_secs_f64());
}

/// Opens the files anew, so that nothing is in the store's memory, and times the question alone; the median of five.
fn from_cold(dir: &std::path::Path, keys: &Keys, ask: impl Fn(&Store)) -> f64 {
    median((0..5).map(|_| {
        let store = Store::open(dir, keys).unwrap();
        timed(|| ask(&store)).1
    }))
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    (work(), begun.elapsed())
}

/// In milliseconds.
fn median(times: impl Iterator<Item = Duration>) -> f64 {
    let mut times: Vec<Duration> = times.collect();
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1000.0
}
