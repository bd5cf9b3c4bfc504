//! What a list, a case and a search take with 50,000 cases beside what they take with the newest 5,000 of them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, missing_docs)]

mod cases;

use cases::corpus::Corpus;
use cases::dice::Dice;
use cases::figures::{Middles, Times, tell};
use cases::story::now;
use cases::typed::{Typed, typed};
use mottaget_domain::CaseId;
use mottaget_store::{Keys, Scope, Store};

const FEW: usize = 5_000;
const MANY: usize = 50_000;
const LIMIT: f64 = 1.3;
/// The first round is not counted.
const ROUNDS: usize = 8;
/// Cases that are opened, any of all there are.
const OPENED: usize = 300;

const LISTS: [(&str, Scope); 6] = [
    ("inbox", Scope::Inbox),
    ("distributed", Scope::Distributed),
    ("mine", Scope::Mine),
    ("closed", Scope::ClinicClosed),
    ("closed by me", Scope::MyClosed),
    ("everything", Scope::Everything),
];

fn main() {
    let corpus = Corpus::new();
    let (dir, keys, me) = (tempfile::tempdir().unwrap(), Keys::generate().unwrap(), cases::me());
    let stores =
        [FEW, MANY].map(|count| (count, cases::filled(&dir.path().join(count.to_string()), &keys, &corpus, 0..count)));
    measure("first window of a list", &stores, |_, store, middles| {
        for (name, scope) in LISTS {
            let (_, time) = Times::once(|| store.list(&me, &cases::first(scope, None), now()).unwrap());
            middles.add("lists", name, time);
        }
    });
    let opened = stores.each_ref().map(|(count, _)| opened(&corpus, *count));
    measure("a case is opened", &stores, |n, store, middles| {
        for id in &opened[n] {
            let (_, time) = Times::once(|| store.case(&me, *id, now()).unwrap().unwrap());
            middles.add("cases", &id.to_string(), time);
        }
    });
    let typed = typed(&corpus);
    measure("search as you type", &stores, |_, store, middles| {
        for (kind, text) in typed.iter().flat_map(Typed::letters) {
            let query = cases::first(Scope::Everything, Some(text));
            let (_, time) = Times::once(|| store.list(&me, &query, now()).unwrap());
            middles.add(kind, text, time);
        }
    });
}

/// Both stores by turns.
fn measure(what: &str, stores: &[(usize, Store); 2], work: impl Fn(usize, &Store, &mut Middles)) {
    let mut counted = [Middles::default(), Middles::default()];
    for round in 0..ROUNDS {
        for (n, (_, store)) in stores.iter().enumerate() {
            let mut warm_up = Middles::default();
            work(n, store, if round == 0 { &mut warm_up } else { &mut counted[n] });
        }
    }
    for ((count, _), middles) in stores.iter().zip(&counted) {
        middles.show_by_kind(&format!("{what}, {count} cases"));
    }
    let [few, many] = counted.map(|middles| middles.p95());
    tell(&format!("{what}, 50,000 cases, p95"), many, "with 5,000 cases", few, LIMIT);
}

fn opened(corpus: &Corpus, count: usize) -> Vec<CaseId> {
    let mut dice = Dice::seeded(1);
    (0..OPENED).map(|_| corpus.case(dice.roll(count)).case.id).collect()
}
