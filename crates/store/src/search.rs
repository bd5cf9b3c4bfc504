//! From what a person types to a question that the index understands.
//!
//! Words of three characters or more go to the trigram index, which finds them inside other words too (förnyelse in
//! receptförnyelse). Shorter ones are looked up as beginnings of words in name, identity and type. All words must match.
//! Identity numbers are found however they are divided.

use crate::facts::composed;
use mottaget_domain::searched_number::SearchedNumber;
use rusqlite::types::Value;

/// Fewer characters than this and a trigram index finds nothing.
const SHORTEST: usize = 3;
/// Nobody types more words than this; the rest of a pasted page is left out.
const MOST_WORDS: usize = 16;

/// A search that has at least one word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Search {
    /// For the index: an expression of FTS5; empty if all words are short.
    expression: String,
    /// Beginnings of words, in small letters.
    short: Vec<String>,
}

impl Search {
    /// Reads what was typed; `None` if there is no word in it.
    pub(crate) fn read(typed: &str) -> Option<Self> {
        let text: String = composed(typed).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let mut search = Self { expression: String::new(), short: Vec::new() };
        if let Some(number) = SearchedNumber::read(&text) {
            // A telephone number looks like one, and stands in texts as it was written.
            search.expression = format!("({} OR {})", quoted(number.bare()), quoted(text.trim()));
            return Some(search);
        }
        for word in text.split_whitespace().take(MOST_WORDS) {
            if word.chars().count() < SHORTEST {
                search.short.push(word.to_lowercase());
            } else {
                search.and(&word_expression(word));
            }
        }
        // «100 %» means the number; only where nothing else was typed is a sign looked for itself.
        if !search.expression.is_empty() || search.short.iter().any(|word| says_something(word)) {
            search.short.retain(|word| says_something(word));
        }
        (!search.expression.is_empty() || !search.short.is_empty()).then_some(search)
    }

    fn and(&mut self, part: &str) {
        if !self.expression.is_empty() {
            self.expression.push_str(" AND ");
        }
        self.expression.push_str(part);
    }

    /// From and condition, with the row numbers in `r.rowid`, and the values in order; `r` is `case_row` if the caller
    /// has conditions on it. The index stands first, so that its own order gives newest first without sorting.
    pub(crate) fn into_sql(self, with_rows: bool) -> (String, Vec<Value>) {
        let (indexed, short) = (!self.expression.is_empty(), !self.short.is_empty());
        let (table, alias) = (if indexed { "case_index" } else { "case_words" }, if with_rows { "f" } else { "r" });
        let mut from = format!("{table} {alias}");
        // Words too short for the index are looked up in a table of their own.
        let words = if indexed { "w" } else { alias };
        if indexed && short {
            from.push_str(&format!(" CROSS JOIN case_words w ON w.rowid = {alias}.rowid"));
        }
        if with_rows {
            from.push_str(" CROSS JOIN case_row r ON r.rowid = f.rowid");
        }
        from.push_str(" WHERE 1");
        let mut values = Vec::new();
        if indexed {
            from.push_str(&format!(" AND {alias}.case_index MATCH ?"));
            values.push(Value::Text(self.expression));
        }
        for word in self.short {
            from.push_str(&format!(" AND instr({words}.words, ?) > 0"));
            values.push(Value::Text(format!(" {word}")));
        }
        (from, values)
    }
}

fn says_something(word: &str) -> bool {
    word.chars().any(char::is_alphanumeric)
}

/// A string of FTS5: everything between quotes is text, a quote is written twice.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn word_expression(word: &str) -> String {
    let bare: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
    let divided = bare.len() < word.len() && bare.chars().filter(char::is_ascii_digit).count() >= 4;
    let only_dividers = word.chars().all(|c| c.is_ascii_alphanumeric() || is_divider(c));
    if divided && only_dividers { format!("({} OR {})", quoted(word), quoted(&bare)) } else { quoted(word) }
}

/// Hyphens, dashes, the plus of people past a hundred, and blanks that pasting brings along.
fn is_divider(c: char) -> bool {
    matches!(c, '-' | '+' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(typed: &str) -> String {
        Search::read(typed).map(|search| search.expression).unwrap_or_default()
    }

    #[test]
    fn blank_is_no_search() {
        assert_eq!(Search::read(" \t\n"), None);
        assert_eq!(Search::read(""), None);
    }

    #[test]
    fn everything_typed_is_text() {
        assert_eq!(expression("recept"), "\"recept\"");
        assert_eq!(expression("a\"b OR NEAR(x"), "\"a\"\"b\" AND \"NEAR(x\"");
        assert_eq!(expression("name:elin*"), "\"name:elin*\"");
    }

    #[test]
    fn an_identity_is_one_however_it_is_divided() {
        for typed in ["19800101-9802", "800101-9802", "800101 9802", "19 80 01 01-9802", "800101+9802", "19800101–9802"]
        {
            let found = expression(typed);
            assert!(found.starts_with("(\"198001019802\"") || found.starts_with("(\"8001019802\""), "{typed}: {found}");
        }
        assert_eq!(expression("elin 800101-98"), "\"elin\" AND (\"800101-98\" OR \"80010198\")");
    }

    #[test]
    fn short_words_take_the_other_path() {
        let search = Search::read("ÅS li").unwrap();
        assert_eq!(
            (search.expression.as_str(), search.short.as_slice()),
            ("", ["ås".to_owned(), "li".to_owned()].as_slice())
        );
        // composed and decomposed are the same letter
        assert_eq!(Search::read("A\u{30a}s"), Search::read("Ås"));
    }
}
