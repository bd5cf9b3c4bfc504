//! Prints the guard's precision and recall on the invented corpus of its tests:
//! `cargo run -p mottaget-domain --example guard [REPLIES] [--examples]`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]

#[path = "../tests/guard/corpus.rs"]
mod corpus;
#[path = "../tests/guard/figures.rs"]
mod figures;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let replies = words.iter().find_map(|word| word.parse().ok()).unwrap_or(20_000);
    let figures = figures::measure(replies);
    println!("| Kind | somebody else's | found | found wrongly | precision | recall |\n|---|---|---|---|---|---|");
    for (kind, count) in &figures.kinds {
        let (all, right, wrong) = (count.right + count.missed, count.right, count.wrong);
        println!("| {kind:?} | {all} | {right} | {wrong} | {:.3} | {:.3} |", count.precision(), count.recall());
    }
    let share = |(all, stopped): (u32, u32)| 100.0 * f64::from(stopped) / f64::from(all.max(1));
    println!(
        "\n{replies} replies; stopped: {:.1} % of those with somebody else's facts, {:.1} % of the others.",
        share(figures.foreign),
        share(figures.clean)
    );
    if words.iter().any(|word| word == "--examples") {
        figures.examples.iter().for_each(|example| println!("{example}"));
    }
}
