//! The machine's processes as Linux shows them under /proc: who is whose child, and who is still there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// One process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// The process that started it.
    pub parent: u32,
    /// When it began, in clock ticks; with the id this names a process for good, although ids are used again.
    pub began: u64,
    /// It has ended and only waits for its parent to notice.
    pub ended: bool,
}

/// What is known about one process, if there is one with this id.
pub fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // the name stands in parentheses and may hold anything, so count from its end
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    Some(Stat {
        ended: matches!(*fields.first()?, "Z" | "X"),
        parent: fields.get(1)?.parse().ok()?,
        began: fields.get(19)?.parse().ok()?,
    })
}

/// All processes that there are now.
pub fn all() -> BTreeMap<u32, Stat> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, stat(pid)?)))
        .collect()
}

/// These processes and all their descendants.
pub fn with_descendants(all: &BTreeMap<u32, Stat>, mut found: BTreeSet<u32>) -> BTreeSet<u32> {
    loop {
        let children: Vec<u32> = all
            .iter()
            .filter(|(pid, stat)| found.contains(&stat.parent) && !found.contains(pid))
            .map(|(pid, _)| *pid)
            .collect();
        if children.is_empty() {
            return found;
        }
        found.extend(children);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn this_process_and_its_ancestors_are_seen() {
        let all = all();
        let me = std::process::id();
        let parent = all[&me].parent;
        assert!(!all[&me].ended);
        assert!(with_descendants(&all, BTreeSet::from([parent])).contains(&me));
        assert!(!with_descendants(&all, BTreeSet::from([me])).contains(&parent));
        assert_eq!(stat(me), all.get(&me).copied());
    }
}
