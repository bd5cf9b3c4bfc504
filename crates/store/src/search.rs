//! From what a person types to a question that the index understands.
//!
//! Words of three characters or more are found inside other words too (förnyelse in receptförnyelse). Shorter ones are
//! looked up as beginnings of words in name, identity and type. All words must match. Identity numbers are found however
//! they are divided.

use crate::db::Fail;
use crate::words::{Proposal, SHORTEST, head, proposal, quoted, small, words};
use mottaget_domain::searched_number::{SearchedNumber, divides};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::collections::BTreeSet;

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

    /// Where the hits are, as from and condition with the row numbers in `f.rowid`, and the values in order; `r` is
    /// `case_row` if the caller has conditions on it. A hit may be in both places. In each the index stands first, so that its
    /// own order gives newest first without sorting.
    ///
    /// # Errors
    /// When the words that there are cannot be read.
    pub(crate) fn into_sql(self, db: &Connection, with_rows: bool) -> Result<Vec<(String, Vec<Value>)>, Fail> {
        let mut question = Question {
            index: self.short.iter().map(|beginning| quoted(&head(beginning))).collect(),
            ..Question::default()
        };
        for beginning in self.short {
            question.decisions.push(Decision { column: "heads", spellings: vec![format!(" {beginning} ")] });
        }
        for spellings in self.long {
            question.word(db, spellings)?;
        }
        question.into_sql(db, with_rows)
    }
}

/// How a case's own words decide on one of those that were typed: one of its spellings is in them.
struct Decision {
    column: &'static str,
    spellings: Vec<String>,
}

impl Decision {
    fn sql(&self) -> String {
        format!("({})", vec![format!("instr(w.{}, ?) > 0", self.column); self.spellings.len()].join(" OR "))
    }
}

/// What each word is asked for by.
#[derive(Default)]
struct Question {
    /// All of these in the index.
    index: Vec<String>,
    /// The index has nothing for one of the words.
    none: bool,
    /// Of what the index has, the words of the case decide on these.
    open: Vec<usize>,
    /// How the words of a case decide on each.
    decisions: Vec<Decision>,
    /// Of each word that some cases have alone: which word it is, which cases, and whether there can be no others.
    alone: Vec<(usize, BTreeSet<i64>, bool)>,
}

impl Question {
    fn word(&mut self, db: &Connection, spellings: Vec<String>) -> Result<(), Fail> {
        let (mut index, mut alone, mut open) = (Vec::new(), BTreeSet::new(), false);
        for word in &spellings {
            match proposal(db, word)? {
                Proposal::Exactly(words, rows) => {
                    index.extend(words.map(|words| format!("({words})")));
                    alone.extend(rows);
                }
                Proposal::Among(these) => {
                    open = true;
                    index.push(format!("({these})"));
                }
                Proposal::Nothing => {}
            }
        }
        let number = self.decisions.len();
        if open {
            self.open.push(number);
        }
        if !alone.is_empty() || index.is_empty() {
            self.alone.push((number, alone, index.is_empty()));
        }
        match index.is_empty() {
            true => self.none = true,
            false => self.index.push(format!("({})", index.join(" OR "))),
        }
        self.decisions.push(Decision { column: "words", spellings });
        Ok(())
    }

    fn into_sql(self, db: &Connection, with_rows: bool) -> Result<Vec<(String, Vec<Value>)>, Fail> {
        let rows = if with_rows { " CROSS JOIN case_row r ON r.rowid = f.rowid" } else { "" };
        let mut places = Vec::new();
        let alone = self.alone(db)?;
        if !alone.is_empty() {
            let alone = serde_json::to_string(&alone)?;
            places
                .push((format!("(SELECT value AS rowid FROM json_each(?)) f{rows} WHERE 1"), vec![Value::Text(alone)]));
        }
        if !self.none {
            let mut values = vec![Value::Text(self.index.join(" AND "))];
            let open = || self.open.iter().filter_map(|number| self.decisions.get(*number));
            let decisions: String = open().map(|decision| format!(" AND {}", decision.sql())).collect();
            values.extend(open().flat_map(|decision| &decision.spellings).cloned().map(Value::Text));
            let words = if decisions.is_empty() { "" } else { " CROSS JOIN case_words w ON w.rowid = f.rowid" };
            places.push((format!("case_index f{words}{rows} WHERE f.case_index MATCH ?{decisions}"), values));
        }
        if places.is_empty() {
            places.push((format!("case_index f{rows} WHERE 0"), Vec::new()));
        }
        Ok(places)
    }

    /// The hits among the cases that have one of the words alone, by number.
    fn alone(&self, db: &Connection) -> Result<Vec<i64>, Fail> {
        // Where nobody else can have a word, a hit has it; of several such words the rarest.
        let only = self.alone.iter().filter(|(_, _, only)| *only).min_by_key(|(_, rows, _)| rows.len());
        let rows: BTreeSet<i64> = match only {
            Some((_, rows, _)) => rows.clone(),
            None => self.alone.iter().flat_map(|(_, rows, _)| rows).copied().collect(),
        };
        let mut hits: Vec<i64> = rows.into_iter().collect();
        for (number, decision) in self.decisions.iter().enumerate() {
            let has = self.alone.iter().find(|(of, ..)| *of == number);
            let known = |row: &i64| has.is_some_and(|(_, rows, _)| rows.contains(row));
            let mut sure = Vec::with_capacity(hits.len());
            let mut decide =
                db.prepare_cached(&format!("SELECT 1 FROM case_words w WHERE w.rowid = ? AND {}", decision.sql()))?;
            for row in hits {
                let values =
                    std::iter::once(Value::Integer(row)).chain(decision.spellings.iter().cloned().map(Value::Text));
                if known(&row) || decide.exists(params_from_iter(values))? {
                    sure.push(row);
                }
            }
            hits = sure;
        }
        Ok(hits)
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
