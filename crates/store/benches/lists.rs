//! Lists with 50,000 cached cases: what the screen asks for first must be there in a blink.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, missing_docs)]

mod cases;

use cases::corpus::Corpus;
use cases::figures::{Times, tell};
use cases::story::now;
use cases::typed::typed;
use mottaget_store::{Keys, Query, Scope, Store};

/// Milliseconds that nobody notices: two frames of a 60 Hz screen.
const BLINK: f64 = 30.0;
/// Milliseconds after which an answer no longer feels like one.
const AT_ONCE: f64 = 100.0;

fn main() {
    let count = std::env::var("CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(50_000);
    let dir = tempfile::tempdir().unwrap();
    let keys = Keys::generate().unwrap();
    let corpus = Corpus::new();
    drop(cases::filled(dir.path(), &keys, &corpus, 0..count));
    let rare = typed(&corpus).into_iter().find(|one| one.kind == "rare words").unwrap().text;
    let me = cases::me();
    let first = |scope, search| Query { clinic: None, limit: 100, ..cases::first(scope, search) };
    let mut opening = Times::default();
    (0..5).for_each(|_| drop(opening.of(|| Store::open(dir.path(), &keys).unwrap())));
    tell("opening the files", opening.median(), "a blink", BLINK, 1.0);
    for (what, query) in [
        ("inbox", first(Scope::Inbox, None)),
        ("all closed cases", first(Scope::ClinicClosed, None)),
        ("last window of all closed cases", Query { offset: count * 8 / 10, ..first(Scope::ClinicClosed, None) }),
        ("search for a rare word", first(Scope::Everything, Some(&rare))),
        ("search for a common word", first(Scope::Everything, Some("recept"))),
        ("search for two letters", first(Scope::Everything, Some("ör"))),
    ] {
        let time = from_cold(dir.path(), &keys, |store| {
            store.list(&me, &query, now()).unwrap();
        });
        let (name, limit) = if query.search.is_some() { ("at once", AT_ONCE) } else { ("a blink", BLINK) };
        tell(&format!("{what}, first asked, {count} cases"), time, name, limit, 1.0);
    }
    let counts = from_cold(dir.path(), &keys, |store| {
        store.counts(&me, None, now()).unwrap();
    });
    tell(&format!("counts, first asked, {count} cases"), counts, "a blink", BLINK, 1.0);
    let start = from_cold(dir.path(), &keys, |store| {
        store.start(&me, Some(now()), now()).unwrap();
    });
    tell(&format!("start page, first asked, {count} cases"), start, "a blink", BLINK, 1.0);
}

/// Opens the files anew, so that nothing is in the store's memory, and times the question alone; the median of five.
fn from_cold(dir: &std::path::Path, keys: &Keys, ask: impl Fn(&Store)) -> f64 {
    let mut times = Times::default();
    for _ in 0..5 {
        let store = Store::open(dir, keys).unwrap();
        times.of(|| ask(&store));
    }
    times.median()
}
