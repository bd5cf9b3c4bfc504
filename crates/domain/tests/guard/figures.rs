//! Precision and recall of the guard over the corpus, by kind.

use crate::corpus::reply;
use mottaget_domain::guard::{FindingKind, Guard, Place};
use std::collections::BTreeMap;

/// Counts for one kind.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count {
    /// Somebody else's, and found.
    pub right: u32,
    /// Found, and nobody else's.
    pub wrong: u32,
    /// Somebody else's, and not found.
    pub missed: u32,
}

impl Count {
    /// The share of what was found that is somebody else's.
    pub fn precision(self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    /// The share of what is somebody else's that was found.
    pub fn recall(self) -> f64 {
        share(self.right, self.right + self.missed)
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 1.0 } else { f64::from(part) / f64::from(whole) }
}

/// What came out.
#[derive(Debug, Default)]
pub struct Figures {
    pub kinds: BTreeMap<FindingKind, Count>,
    /// Replies with something of somebody else's; and those of them that were stopped.
    pub foreign: (u32, u32),
    /// Replies without; and those of them that were stopped.
    pub clean: (u32, u32),
    /// What was wrong or missed, for whoever wants to mend it.
    pub examples: Vec<String>,
}

/// Searches so many replies.
pub fn measure(replies: u64) -> Figures {
    let mut figures = Figures::default();
    for n in 0..replies {
        let reply = reply(n);
        let found = Guard::new(&reply.known).search(Place::Message, &reply.text);
        let mut open = reply.foreign.clone();
        for finding in &found {
            let count = figures.kinds.entry(finding.kind).or_default();
            let met = |(kind, range): &(FindingKind, std::ops::Range<usize>)| {
                *kind == finding.kind && range.start < finding.range.end && finding.range.start < range.end
            };
            if reply.foreign.iter().any(met) {
                // a name found in two halves is one name
                if let Some(place) = open.iter().position(met) {
                    count.right += 1;
                    open.remove(place);
                }
            } else {
                count.wrong += 1;
                figures.examples.push(format!(
                    "wrong: {:?} …{}[{}]{}…",
                    finding.kind, finding.before, finding.found, finding.after
                ));
            }
        }
        for (kind, range) in open {
            figures.kinds.entry(kind).or_default().missed += 1;
            figures.examples.push(format!("missed: {kind:?} {:?} of {:?}", &reply.text[range], reply.text));
        }
        let side = if reply.foreign.is_empty() { &mut figures.clean } else { &mut figures.foreign };
        side.0 += 1;
        side.1 += u32::from(!found.is_empty());
    }
    figures
}
