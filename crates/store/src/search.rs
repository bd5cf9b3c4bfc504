//! From what a person types to a question that the index understands.
//!
//! Words of three characters or more are found inside other words too (förnyelse in receptförnyelse). Shorter ones are
//! looked up as beginnings of words in name, identity and type. All words must match. Identity numbers are found however
//! they are divided.

use crate::db::Fail;
use crate::words::{Proposal, SHORTEST, head, proposal, quoted, small, words};
use mottaget_domain::searched_number::{SearchedNumber, divides};
use rusqlite::Connection;
use rusqlite::types::Value;

/// Nobody types more words than this; the rest of a pasted page is left out.
const MOST_WORDS: usize = 16;

/// A search that has at least one word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Search {
    /// Each is to be in one of the case's words, in one of its spellings, in small letters.
    long: Vec<Vec<String>>,
    /// Beginnings of words, in small letters.
    short: Vec<String>,
}

impl Search {
    /// Reads what was typed; `None` if there is no word in it.
    pub(crate) fn read(typed: &str) -> Option<Self> {
        let typed = small(typed);
        if let Some(number) = SearchedNumber::read(&typed) {
            let bare = number.bare().to_ascii_lowercase();
            let as_typed: Vec<&str> = words(&typed).collect();
            let spellings = match as_typed.as_slice() {
                // Without a blank in it, it may also be a part of something longer that is divided in the same way.
                [word] if *word != bare => vec![bare, (*word).to_owned()],
                _ => vec![bare],
            };
            return Some(Self { long: vec![spellings], short: Vec::new() });
        }
        let mut search = Self { long: Vec::new(), short: Vec::new() };
        for word in words(&typed).take(MOST_WORDS) {
            if word.chars().count() < SHORTEST {
                search.short.push(word.to_owned());
            } else {
                search.long.push(spellings(word));
            }
        }
        // «100 %» means the number; only where nothing else was typed is a sign looked for itself.
        if !search.long.is_empty() || search.short.iter().any(|word| says_something(word)) {
            search.short.retain(|word| says_something(word));
        }
        (!search.long.is_empty() || !search.short.is_empty()).then_some(search)
    }

    /// From and condition, with the row numbers in `f.rowid`, and the values in order; `r` is `case_row` if the caller
    /// has conditions on it. The index stands first, so that its own order gives newest first without sorting.
    ///
    /// # Errors
    /// When the words that there are cannot be read.
    pub(crate) fn into_sql(self, db: &Connection, with_rows: bool) -> Result<(String, Vec<Value>), Fail> {
        let mut proposals: Vec<String> = self.short.iter().map(|beginning| quoted(&head(beginning))).collect();
        let (mut decisions, mut decided_by) = (String::new(), Vec::new());
        let mut nothing = false;
        for spellings in self.long {
            let (mut each, mut open) = (Vec::new(), false);
            for word in &spellings {
                match proposal(db, word)? {
                    Proposal::Exactly(these) => each.push(format!("({these})")),
                    Proposal::Among(these) => {
                        open = true;
                        each.push(format!("({these})"));
                    }
                    Proposal::Nothing => {}
                }
            }
            nothing |= each.is_empty();
            proposals.push(format!("({})", each.join(" OR ")));
            if open {
                let each = vec!["instr(w.words, ?) > 0"; spellings.len()];
                decisions.push_str(&format!(" AND ({})", each.join(" OR ")));
                decided_by.extend(spellings.into_iter().map(Value::Text));
            }
        }
        let mut from = "case_index f".to_owned();
        if !decisions.is_empty() {
            from.push_str(" CROSS JOIN case_words w ON w.rowid = f.rowid");
        }
        if with_rows {
            from.push_str(" CROSS JOIN case_row r ON r.rowid = f.rowid");
        }
        if nothing {
            return Ok((format!("{from} WHERE 0"), Vec::new()));
        }
        let mut values = vec![Value::Text(proposals.join(" AND "))];
        values.extend(decided_by);
        Ok((format!("{from} WHERE f.case_index MATCH ?{decisions}"), values))
    }
}

fn says_something(word: &str) -> bool {
    word.chars().any(char::is_alphanumeric)
}

/// A number with dividers in it is found without them too.
fn spellings(word: &str) -> Vec<String> {
    let bare: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
    let divided = bare.len() < word.len() && bare.chars().filter(char::is_ascii_digit).count() >= 3;
    let only_dividers = word.chars().all(|c| c.is_ascii_alphanumeric() || divides(c));
    if divided && only_dividers { vec![word.to_owned(), bare] } else { vec![word.to_owned()] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long(typed: &str) -> Vec<Vec<String>> {
        Search::read(typed).map(|search| search.long).unwrap_or_default()
    }

    #[test]
    fn blank_is_no_search() {
        assert_eq!(Search::read(" \t\n"), None);
        assert_eq!(Search::read(""), None);
    }

    #[test]
    fn everything_typed_is_text() {
        assert_eq!(long("Recept"), [["recept"]]);
        assert_eq!(long("a\"b OR NEAR(x"), [["a\"b"], ["near(x"]]);
        assert_eq!(long("name:elin*"), [["name:elin*"]]);
        assert_eq!(long("«Hej», (sa) hon."), [["hej"], ["hon"]], "signs around words are no part of them");
    }

    #[test]
    fn an_identity_is_one_however_it_is_divided() {
        for typed in ["19800101-9802", "800101-9802", "800101 9802", "19 80 01 01-9802", "800101+9802", "19800101–9802"]
        {
            let found = long(typed);
            assert!([["198001019802"], ["8001019802"]].contains(&[found[0][0].as_str()]), "{typed}: {found:?}");
        }
        assert_eq!(long("elin 800101-98"), [vec!["elin"], vec!["800101-98", "80010198"]]);
        assert_eq!(long("0701-23 45 67"), [["0701234567"]]);
        assert_eq!(long("19810829-M071"), [["19810829m071", "19810829-m071"]]);
    }

    #[test]
    fn short_words_take_the_other_path() {
        let search = Search::read("ÅS li").unwrap();
        assert!(search.long.is_empty());
        assert_eq!(search.short, ["ås", "li"]);
        // composed and decomposed are the same letter
        assert_eq!(Search::read("A\u{30a}s"), Search::read("Ås"));
    }
}
