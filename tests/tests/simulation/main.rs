//! A simulation of both practice clinics: real clients with real files on lines of their own, a real server, and a clock and a
//! network that the seed decides. People act at random, rightly and wrongly; what they may do and whom they cover changes, and
//! their programs and the server end without warning. Again and again everything heals and is held against what must be true.
//! `cargo xtask simulate --seed N --actions N` does it from any seed for as long as wanted.
//!
//! What is the same in every run of a seed: the time, the deeds in their order, who does them and on which case, and what is
//! written. Deeds are drawn from the seed, their number, and the cases as the server has them; one is done at a time, and only
//! when everything of its person's that can come home has come home.
//!
//! What is not: ids, which the programs draw from the machine; and how the background work of a client falls between two deeds
//! (how often something is tried again, whether two changes come on one page or on two, by which second of a machine's clock,
//! whether a broken connection is met by a request or by the event stream first, how far something has come when its program is
//! killed). Where that decides what a person is told (a message that is tried for the first time on a line that answers with
//! nonsense, or is not tried at all), a run can take another way from there. The checks hold on every way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod chance;
mod checks;
mod deeds;
mod entitled;
mod home;
mod ledger;
mod watch;
mod world;

use std::collections::BTreeMap;
use world::World;

/// Seeds if nobody names one, and deeds from each. They never change, so that a change of the program that has nothing to do with
/// it is not stopped by what an unlucky seed finds; `cargo xtask simulate` adds one that nobody has tried before.
const SEEDS: [u64; 5] = [1, 20_261_128, 4_711, 98_765_432_123, 966_922_795];
const DEEDS: u64 = 2_016;
/// What has to have come about in all of them together: a check of something that never happens says nothing.
const RARE: [&str; 23] = [
    "programs killed",
    "servers killed",
    "roles lost",
    "roles gained",
    "HSA-ids switched off",
    "absences with a substitute",
    "absences without",
    "cases taken over",
    "cases left by who lost a role",
    "drafts taken over",
    "files looked at",
    "files compared",
    "cases read at home",
    "read at home with a message held",
    "distribute together",
    "take together",
    "close together",
    "undone together",
    "cases taken out",
    "clocks wrong by a day",
    "words looked up",
    "answers lost",
    "requests doubled",
];
/// Deeds between two healings.
const STRETCH: u64 = 504;

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// Does so many deeds from a seed; gives how often each kind of thing came about.
async fn simulate(seed: u64, deeds: u64) -> BTreeMap<String, u64> {
    println!("seed {seed}, {deeds} actions");
    let mut world = World::begin(seed).await;
    for done in 1..=deeds {
        world.step().await;
        if done % STRETCH == 0 || done == deeds {
            checks::everything(&mut world).await;
        }
    }
    world.count_the_rest();
    let tally: Vec<String> = world.tally.iter().map(|(what, times)| format!("{times} {what}")).collect();
    println!("seed {seed}: {} cases; {}", world.watch.order.len(), tally.join(", "));
    let accepted = world.tally.get("accepted").copied().unwrap_or(0);
    assert!(accepted > deeds / 10, "too little came about to say anything");
    for colleague in &mut world.people {
        colleague.person.quit().await;
    }
    world.clinic.stop_server().await;
    std::mem::take(&mut world.tally)
}

/// A seed of this moment.
fn fresh() -> u64 {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("it is after 1970");
    since.as_millis() as u64 % 1_000_000_000
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_people_and_network_do_everything_agrees_in_the_end() {
    let new = std::env::var_os("MOTTAGET_SIMULATE_FRESH").map(|_| fresh());
    let seeds =
        number("MOTTAGET_SIMULATE_SEED").map_or_else(|| SEEDS.into_iter().chain(new).collect(), |seed| vec![seed]);
    let deeds = number("MOTTAGET_SIMULATE_ACTIONS").unwrap_or(DEEDS);
    let whole = seeds.len() >= SEEDS.len() && deeds >= DEEDS;
    // all worlds at once: each waits much for its disk
    let tallies = futures::future::join_all(seeds.into_iter().map(|seed| simulate(seed, deeds))).await;
    for what in RARE.into_iter().filter(|_| whole) {
        assert!(
            tallies.iter().any(|tally| tally.get(what).is_some_and(|times| *times > 0)),
            "{what}: nothing of that came about"
        );
    }
}
