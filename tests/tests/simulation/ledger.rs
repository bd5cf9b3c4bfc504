//! What has to be true afterwards: every word and every file that somebody was told to be kept, every act that was taken, every
//! case that was opened. Written down when it happens, held against server and machines by the checks.

use journeys::files;
use mottaget_client::view::DraftView;
use mottaget_domain::{CaseId, OpId, PersonalId};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Syllables of a word, of two letters each.
const SYLLABLES: usize = 6;

/// Who wrote or did something: the place among the people; residents come after them.
pub type Who = usize;

/// A word that occurs nowhere else, or a file of which there is no second one; and where it was written.
pub struct Word {
    pub who: Who,
    pub case: CaseId,
    /// Written over or thrown away by a person, or never taken: nobody has to have it any more.
    pub gone: bool,
    /// How often it has been copied, by colleagues who took a draft over: in so many places more it may stand.
    pub copies: u32,
}

/// A file as it was attached.
pub struct File {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// An act that a client has taken into its outbox.
pub struct Sent {
    pub who: Who,
    pub case: CaseId,
    pub what: &'static str,
    /// The deed that it came with.
    pub deed: u64,
    /// The words and files of its message, as often as they stood before its writer when it was sent.
    pub parts: Vec<String>,
}

#[derive(Default)]
pub struct Ledger {
    coined: u64,
    /// Words by themselves, files by the SHA-256 of their bytes.
    pub words: BTreeMap<String, Word>,
    pub files: BTreeMap<String, File>,
    pub acts: BTreeMap<OpId, Sent>,
    /// Whose each case is.
    pub residents: BTreeMap<CaseId, PersonalId>,
    /// The words and files of each draft that a client has said to have kept.
    pub drafts: BTreeMap<(Who, CaseId), BTreeSet<String>>,
    /// Acts that were taken back together before anybody heard of them.
    pub undone: BTreeSet<OpId>,
    /// How often each has looked at each case, by what the access log calls it.
    pub looks: BTreeMap<(Who, CaseId, &'static str), u64>,
    /// Which cases each has been shown in a list.
    pub listed: BTreeSet<(Who, CaseId)>,
    /// Words that have been looked up once.
    pub looked_up: BTreeSet<String>,
    /// Files of messages that have been fetched and compared once.
    pub compared: BTreeSet<(CaseId, String)>,
}

impl Ledger {
    /// A new word, of a length that all have, so that none is a part of another.
    pub fn coin(&mut self, who: Who, case: CaseId) -> String {
        self.coined += 1;
        let word = spelled(self.coined);
        self.words.insert(word.clone(), Word { who, case, gone: false, copies: 0 });
        word
    }

    /// A new file; gives the SHA-256 of its bytes.
    pub fn coin_file(&mut self, who: Who, case: CaseId, letter: bool) -> String {
        self.coined += 1;
        let n = self.coined;
        let (name, bytes) = if letter {
            (format!("brev {}.pdf", spelled(n)), files::letter(&[&format!("Blad nummer {n}")]))
        } else {
            let mut points = [128; 64];
            points[..8].copy_from_slice(&n.to_be_bytes());
            (format!("bild {}.png", spelled(n)), files::picture(points))
        };
        let sha256 = hex::encode(Sha256::digest(&bytes));
        self.words.insert(sha256.clone(), Word { who, case, gone: false, copies: 0 });
        self.files.insert(sha256.clone(), File { name, bytes });
        sha256
    }

    /// These files, as they are attached.
    pub fn bring<'a>(&'a self, files: &'a [String]) -> Vec<(&'a str, Vec<u8>)> {
        files.iter().map(|sha256| &self.files[sha256]).map(|file| (file.name.as_str(), file.bytes.clone())).collect()
    }

    /// The living words that a text has, as often as it has them.
    pub fn words_in(&self, text: &str) -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphabetic());
        words.filter(|word| self.lives(word)).map(str::to_owned).collect()
    }

    /// The living words and files of a draft.
    pub fn parts_of(&self, draft: &DraftView) -> Vec<String> {
        let files = draft.files.iter().filter(|file| self.lives(&file.sha256)).map(|file| file.sha256.clone());
        self.words_in(&draft.text).into_iter().chain(files).collect()
    }

    /// Somebody has looked at a case, in the way that the access log calls so.
    pub fn look(&mut self, who: Who, case: CaseId, how: &'static str) {
        *self.looks.entry((who, case, how)).or_default() += 1;
    }

    /// The words that nothing else has and that the names of files have.
    pub fn words_in_names(&self) -> impl Iterator<Item = &str> {
        let words = self.files.values().flat_map(|file| file.name.split(|c: char| !c.is_alphabetic()));
        words.filter(|word| word.chars().count() == SYLLABLES * 2)
    }

    pub fn lives(&self, word: &str) -> bool {
        self.words.get(word).is_some_and(|word| !word.gone)
    }

    /// A person has thrown these away; where there is a copy, one of the places.
    pub fn let_go<'a>(&mut self, words: impl IntoIterator<Item = &'a String>) {
        for word in words {
            if let Some(word) = self.words.get_mut(word) {
                match word.copies {
                    0 => word.gone = true,
                    _ => word.copies -= 1,
                }
            }
        }
    }

    /// A person has taken over what a colleague wrote: before there were these in their draft, now there are those.
    pub fn copied(&mut self, before: &[String], after: &[String]) {
        let mut before = before.to_vec();
        for word in after {
            match before.iter().position(|there| there == word) {
                Some(place) => drop(before.swap_remove(place)),
                None => self.words.get_mut(word).unwrap().copies += 1,
            }
        }
    }
}

/// A number as a word that is in no dictionary.
fn spelled(mut n: u64) -> String {
    let syllables = ["ba", "de", "fi", "go", "hu", "ky", "lå", "mä", "nö", "pa", "re", "si", "to", "vu", "zy", "jå"];
    let mut word = String::new();
    for _ in 0..SYLLABLES {
        word += syllables[(n % 16) as usize];
        n /= 16;
    }
    word
}
