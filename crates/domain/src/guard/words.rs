//! A text as words and numbers, with what stands between them.

use super::fold::{fold, is_mark};
use crate::hsa_id::is_hyphen;
use std::ops::Range;

/// A run of letters (with hyphens and apostrophes inside), or a run of digits.
#[derive(Clone, Debug)]
pub struct Word {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// Its plain letters, or its digits.
    pub folded: String,
    /// Is it a run of digits?
    pub number: bool,
    /// Does it begin with a capital?
    pub capital: bool,
    /// Is it in capitals throughout, and longer than one letter?
    pub all_capitals: bool,
    /// The parts of a double name, plain: *anna*, *karin*.
    pub parts: Vec<String>,
}

/// How a text is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Running text: *Anna-Karin* is one word.
    Text,
    /// A file name: signs divide, and so does a capital after a small letter.
    FileName,
}

/// Cuts a text into words and numbers.
pub fn words(text: &str, cut: Cut) -> Vec<Word> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut words = Vec::new();
    let mut at = 0;
    while let Some((start, c)) = chars.get(at).copied() {
        let length = match c {
            c if c.is_ascii_digit() => run(&chars, at, |_, _, c| c.is_ascii_digit()),
            c if c.is_alphabetic() => run(&chars, at, |before, next, c| in_word(before, next, c, cut)),
            _ => {
                at += 1;
                continue;
            }
        };
        at += length;
        let end = chars.get(at).map_or(text.len(), |(place, _)| *place);
        if let Some(word) = text.get(start..end) {
            words.push(made(word, start..end));
        }
    }
    words
}

/// How many characters from `at` on belong together.
fn run(chars: &[(usize, char)], at: usize, belongs: impl Fn(char, Option<char>, char) -> bool) -> usize {
    let sign = |place: usize| chars.get(place).map(|(_, c)| *c);
    let mut length = 1;
    while let (Some(before), Some(c)) = (sign(at + length - 1), sign(at + length)) {
        if !belongs(before, sign(at + length + 1), c) {
            break;
        }
        length += 1;
    }
    length
}

fn in_word(before: char, next: Option<char>, c: char, cut: Cut) -> bool {
    if is_mark(c) || c == '\u{ad}' {
        return true;
    }
    if c.is_alphabetic() {
        return cut == Cut::Text || !(before.is_lowercase() && c.is_uppercase());
    }
    let joins = is_hyphen(c) || matches!(c, '\'' | '\u{2019}');
    cut == Cut::Text && joins && next.is_some_and(char::is_alphabetic) && before.is_alphabetic()
}

fn made(word: &str, range: Range<usize>) -> Word {
    let first = word.chars().next();
    let letters: Vec<char> = word.chars().filter(|c| c.is_alphabetic()).collect();
    Word {
        range,
        number: first.is_some_and(|c| c.is_ascii_digit()),
        folded: if letters.is_empty() { word.to_owned() } else { fold(word) },
        capital: first.is_some_and(char::is_uppercase),
        all_capitals: letters.len() > 1 && letters.iter().all(|c| c.is_uppercase()),
        parts: word.split(is_hyphen).map(fold).filter(|part| !part.is_empty()).collect(),
    }
}

/// What stands between two words.
pub fn between<'t>(text: &'t str, before: &Word, after: &Word) -> &'t str {
    text.get(before.range.end..after.range.start).unwrap_or_default()
}

/// Are the words side by side: blanks between them, at most one line's end?
pub fn beside(text: &str, before: &Word, after: &Word, cut: Cut) -> bool {
    let between = between(text, before, after);
    let dividing = |c: char| c.is_whitespace() || (cut == Cut::FileName && !c.is_alphanumeric());
    between.chars().all(dividing) && between.matches('\n').count() <= 1 && between.chars().count() <= 4
}
