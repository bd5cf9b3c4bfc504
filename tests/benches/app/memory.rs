//! Memory of a program with all that it started: proportional set size, so that shared pages are counted once.

use crate::window::{Answer, until};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_millis(250);
/// A minute of them.
const MOST_LOOKS: usize = 240;
/// The memory is at rest when this many looks in a row lie within one per cent.
const LOOKS_AT_REST: usize = 8;

/// MiB, once it no longer changes.
pub async fn at_rest(pid: u32) -> Answer<f64> {
    let mut seen: Vec<f64> = Vec::new();
    let mut looks = tokio::time::interval(LOOK_EVERY);
    while seen.len() < MOST_LOOKS {
        looks.tick().await;
        let now = mebibytes(&tree(pid));
        seen.push(now);
        let last = seen.iter().rev().take(LOOKS_AT_REST);
        let spread = last.clone().fold(0.0_f64, |spread, value| spread.max((value - now).abs()));
        if last.len() == LOOKS_AT_REST && spread < now / 100.0 {
            return Ok(now);
        }
    }
    Err("a program's memory did not come to rest within a minute".into())
}

/// A process and all its descendants.
pub fn tree(pid: u32) -> BTreeSet<u32> {
    let parents: BTreeMap<u32, u32> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, parent(pid)?)))
        .collect();
    let mut found = BTreeSet::from([pid]);
    loop {
        let before = found.len();
        found.extend(
            parents.iter().filter(|(_, parent)| found.contains(parent)).map(|(pid, _)| *pid).collect::<Vec<_>>(),
        );
        if found.len() == before {
            return found;
        }
    }
}

/// The parent of a process that has not ended.
fn parent(pid: u32) -> Option<u32> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in parentheses and may hold anything, so count from its end.
    let mut fields = text.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    if matches!(state, "Z" | "X") { None } else { fields.next()?.parse().ok() }
}

/// Waits until none of them is left: what is left of one program would share its pages with the next.
pub async fn until_gone(family: &BTreeSet<u32>) -> Answer<()> {
    let gone = || !family.iter().any(|pid| parent(*pid).is_some());
    until("the end of a program with all that it started", || async { Ok(gone().then_some(())) }).await
}

fn mebibytes(family: &BTreeSet<u32>) -> f64 {
    let pss = |pid: &u32| {
        let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
        text.lines().find_map(|line| line.strip_prefix("Pss:"))?.split_whitespace().next()?.parse::<u32>().ok()
    };
    f64::from(family.iter().filter_map(pss).sum::<u32>()) / 1024.0
}
