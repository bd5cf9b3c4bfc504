//! What a list, a case and a search take with 50,000 cases beside what they take with the newest 5,000 of them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, missing_docs)]

mod cases;

use cases::corpus::Corpus;
use cases::dice::Dice;
use cases::figures::{Times, tell};
use cases::story::now;
use cases::typed::typed;
use mottaget_domain::CaseId;
use mottaget_store::{Keys, Query, Scope, Store};

const FEW: usize = 5_000;
const MANY: usize = 50_000;
const LIMIT: f64 = 1.3;
/// The first round is not counted.
const ROUNDS: usize = 4;
/// Cases that are opened in a round, any of all there are.
const OPENED: usize = 300;

const LISTS: [Scope; 6] =
    [Scope::Inbox, Scope::Distributed, Scope::Mine, Scope::ClinicClosed, Scope::MyClosed, Scope::Everything];

fn main() {
    let corpus = Corpus::new();
    let dirs = [FEW, MANY].map(|_| tempfile::tempdir().unwrap());
    let keys = Keys::generate().unwrap();
    let stores = [0, 1].map(|n| cases::filled(dirs[n].path(), &keys, &corpus, 0..[FEW, MANY][n]));
    let all = [FEW, MANY].map(|count| (0..count).map(|n| corpus.case(n).case.id).collect::<Vec<_>>());
    measure("first window of a list", &stores, |store, _, times| lists(store, times));
    measure("a case is opened", &stores, |store, (n, round), times| open(store, &all[n], round, times));
    let letters: Vec<Query> = typed(&corpus)
        .iter()
        .flat_map(|one| one.letters().map(|text| cases::first(Scope::Everything, Some(text))).collect::<Vec<_>>())
        .collect();
    measure("search as you type", &stores, |store, _, times| {
        for query in &letters {
            times.of(|| store.list(&cases::me(), query, now()).unwrap());
        }
    });
}

/// Both stores by turns.
fn measure(what: &str, stores: &[Store; 2], work: impl Fn(&Store, (usize, usize), &mut Times)) {
    let mut times = [Times::default(), Times::default()];
    for round in 0..ROUNDS {
        for n in 0..2 {
            let mut counted = Times::default();
            work(&stores[n], (n, round), &mut counted);
            if round > 0 {
                times[n].extend(&counted);
            }
        }
    }
    let [few, many] = times;
    println!("{what}: {FEW}: {}; {MANY}: {}", few.show(), many.show());
    tell(&format!("{what}, 50,000 cases"), many.percentile(95.0), "5,000 cases", few.percentile(95.0), LIMIT);
}

fn lists(store: &Store, times: &mut Times) {
    let me = cases::me();
    for _ in 0..20 {
        for scope in LISTS {
            times.of(|| store.list(&me, &cases::first(scope, None), now()).unwrap());
        }
    }
}

fn open(store: &Store, all: &[CaseId], round: usize, times: &mut Times) {
    let (mut dice, me) = (Dice::seeded(round as u64), cases::me());
    for _ in 0..OPENED {
        let id = all[dice.roll(all.len())];
        times.of(|| store.case(&me, id, now()).unwrap().unwrap());
    }
}
