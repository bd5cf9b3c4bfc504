//! What has to be true afterwards: every word that somebody was told to be kept, every act that was taken, every case that was
//! opened. Written down when it happens, held against server and machines by the checks.

use mottaget_domain::{CaseId, OpId};
use std::collections::{BTreeMap, BTreeSet};

/// Who wrote or did something: the place among the people; residents come after them.
pub type Who = usize;

/// A word that occurs nowhere else, and where it was written.
pub struct Word {
    pub who: Who,
    pub case: CaseId,
    /// Written over or thrown away by a person, or never taken: nobody has to have it any more.
    pub gone: bool,
}

/// An act that a client has taken into its outbox.
pub struct Sent {
    pub who: Who,
    pub case: CaseId,
    pub what: &'static str,
    /// The deed that it came with.
    pub deed: u64,
    /// A word that goes with it beside a message: a closing's note.
    pub aside: Option<String>,
}

#[derive(Default)]
pub struct Ledger {
    coined: u64,
    pub words: BTreeMap<String, Word>,
    pub acts: BTreeMap<OpId, Sent>,
    /// The words of each draft that a client has said to have kept.
    pub drafts: BTreeMap<(Who, CaseId), BTreeSet<String>>,
    /// How often each has opened each case.
    pub opened: BTreeMap<(Who, CaseId), u64>,
    /// Which cases each has been shown in a list.
    pub listed: BTreeSet<(Who, CaseId)>,
}

impl Ledger {
    /// A new word, of a length that all have, so that none is a part of another.
    pub fn coin(&mut self, who: Who, case: CaseId) -> String {
        self.coined += 1;
        let (mut left, mut word) = (self.coined, String::new());
        for _ in 0..6 {
            let syllables =
                ["ba", "de", "fi", "go", "hu", "ky", "lå", "mä", "nö", "pa", "re", "si", "to", "vu", "zy", "jå"];
            word += syllables[(left % 16) as usize];
            left /= 16;
        }
        self.words.insert(word.clone(), Word { who, case, gone: false });
        word
    }

    /// The living words that a text has.
    pub fn words_in(&self, text: &str) -> BTreeSet<String> {
        let known = |word: &&str| self.words.get(*word).is_some_and(|word| !word.gone);
        text.split(|c: char| !c.is_alphabetic()).filter(known).map(str::to_owned).collect()
    }

    /// A person has thrown these away.
    pub fn let_go<'a>(&mut self, words: impl IntoIterator<Item = &'a String>) {
        for word in words {
            if let Some(word) = self.words.get_mut(word) {
                word.gone = true;
            }
        }
    }
}
