//! A search whose whole text is one identity number: how it is spelled, and why it is none although it looks like one.
//!
//! Lists are searched while somebody types, so what may yet become a number is not called wrong, nor is a number of
//! another kind that happens to have as many digits.

use crate::hsa_id::{is_blank, is_hyphen};
use crate::personal_id::{PersonalId, PersonalIdError, check_digit};
use jiff::civil::Date;

/// The characters after the divider: birth number and check digit.
const TAIL: usize = 4;

/// The whole text of a search, read as ten or twelve characters of an identity number, divided in any way or not at all.
#[derive(Clone, PartialEq, Eq)]
pub struct SearchedNumber {
    bare: String,
    /// After how many characters something stands that divides them.
    divided: Vec<usize>,
    plus: bool,
}

/// What is wrong with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFault {
    /// The check digit does not agree.
    CheckDigit,
    /// There is no such day.
    Date,
    /// The day of birth has not come yet.
    Future,
    /// A plus sign, but the year says less than a hundred.
    Plus,
}

/// A text that was meant as an identity number and is none.
#[derive(Clone, PartialEq, Eq)]
pub struct MistypedNumber {
    /// The number as people write it.
    pub written: String,
    /// What is wrong with it.
    pub fault: NumberFault,
}

impl SearchedNumber {
    /// Reads a text; `None` if it is not ten or twelve letters and digits that begin with six digits.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (mut bare, mut divided, mut plus) = (String::new(), Vec::new(), false);
        for c in text.chars() {
            if c.is_ascii_alphanumeric() {
                bare.push(c.to_ascii_uppercase());
            } else if divides(c) {
                plus |= c == '+';
                divided.push(bare.len());
            } else {
                return None;
            }
        }
        divided.retain(|at| (1..bare.len()).contains(at));
        divided.dedup();
        looks_like_one(&bare).then_some(Self { bare, divided, plus })
    }

    /// Its characters without what divides them; letters are large.
    #[must_use]
    pub fn bare(&self) -> &str {
        &self.bare
    }

    /// What is wrong with it on this day, if somebody has written a whole number and meant one.
    #[must_use]
    pub fn fault(&self, today: Date) -> Option<MistypedNumber> {
        if !self.is_meant(today) {
            return None;
        }
        let fault = match PersonalId::parse(&self.written(), today).err()? {
            PersonalIdError::CheckDigit => NumberFault::CheckDigit,
            PersonalIdError::Date => NumberFault::Date,
            PersonalIdError::Future => NumberFault::Future,
            PersonalIdError::Plus => NumberFault::Plus,
            PersonalIdError::Empty | PersonalIdError::Length | PersonalIdError::Characters => return None,
        };
        Some(MistypedNumber { written: self.written(), fault })
    }

    fn is_meant(&self, today: Date) -> bool {
        let tail = self.bare.len() - TAIL;
        if self.divided.iter().any(|at| *at > tail) {
            return false;
        }
        let whole = self.divided.contains(&tail);
        if !self.bare.chars().all(|c| c.is_ascii_digit()) {
            return self.has_reserve_tail();
        }
        if self.bare.len() == 12 {
            return whole || ["18", "19", "20", "99"].iter().any(|century| self.bare.starts_with(century));
        }
        if self.bare.starts_with('0') {
            // Divided like a telephone number, or a day that there is not: a telephone number.
            return if self.divided.is_empty() { self.names_a_day() } else { self.divided == [tail] };
        }
        !self.is_organisation_number() && (whole || !self.may_go_on(today))
    }

    /// The last four of the reserve numbers that have letters.
    fn has_reserve_tail(&self) -> bool {
        let tail: Vec<char> = self.bare.chars().skip(self.bare.len() - TAIL).collect();
        match tail.as_slice() {
            ['S', b, n, _] => "FUXPL".contains(*b) && n.is_ascii_digit(),
            ['K' | 'M' | 'X', rest @ ..] => rest.iter().all(char::is_ascii_digit),
            _ => false,
        }
    }

    /// Ten digits whose month and day there are, a coordination number's likewise.
    fn names_a_day(&self) -> bool {
        let day = self.part(4, 6).map(|day| if day > 60 { day - 60 } else { day });
        // a leap year: whether this year had the day is the number's own fault
        self.part(2, 4).zip(day).is_some_and(|(month, day)| Date::new(2000, month, day).is_ok())
    }

    /// Ten digits, the third of them two or more, whose check digit agrees: an organisation's.
    fn is_organisation_number(&self) -> bool {
        let (body, last) = self.bare.split_at_checked(9).unwrap_or_default();
        self.part(2, 4).is_some_and(|month| month >= 20) && last.parse() == Ok(check_digit(body))
    }

    /// Ten digits that may be the beginning of twelve: they begin with a day of birth, century included.
    fn may_go_on(&self, today: Date) -> bool {
        let year = self.bare.get(..4).and_then(|year| year.parse::<i16>().ok());
        let born = year.is_some_and(|year| (1800..=today.year()).contains(&year))
            && self.part(4, 6).is_some_and(|month| (1..=12).contains(&month))
            && self.part(6, 8).is_some_and(|day| (1..=91).contains(&day));
        // Region Stockholm's reserve numbers begin with 99 and the year
        let stockholm = ["9918", "9919", "9920"].iter().any(|begin| self.bare.starts_with(begin));
        born || stockholm
    }

    fn part(&self, from: usize, to: usize) -> Option<i8> {
        self.bare.get(from..to)?.parse().ok()
    }

    fn written(&self) -> String {
        let (date, tail) = self.bare.split_at_checked(self.bare.len() - TAIL).unwrap_or_default();
        format!("{date}{}{tail}", if self.plus { '+' } else { '-' })
    }
}

/// What may stand between the parts of a number: hyphens, dashes, the plus of people past a hundred, blanks, and what pasting
/// brings along.
#[must_use]
pub fn divides(c: char) -> bool {
    c == '+' || c.is_control() || is_blank(c) || is_hyphen(c)
}

fn looks_like_one(bare: &str) -> bool {
    matches!(bare.len(), 10 | 12) && bare.chars().take(6).all(|c| c.is_ascii_digit())
}

/// What stands divided in a text and is read as one number when it is searched for, without what divides it; letters as they
/// are. The same place can be the beginning of two: of ten characters and of twelve.
#[must_use]
pub fn divided_numbers(text: &str) -> Vec<String> {
    let parts = parts(text);
    let mut found = Vec::new();
    for (n, (first, _)) in parts.iter().enumerate() {
        let mut bare = String::new();
        let rest = parts.iter().skip(n + 1).take_while(|(_, goes_on)| *goes_on).map(|(part, _)| part);
        for (count, part) in std::iter::once(first).chain(rest).enumerate() {
            bare.push_str(part);
            // Most texts have no number: whatever has a letter among the first six is left at once.
            if bare.len() > 12 || bare.bytes().take(6).any(|c| !c.is_ascii_digit()) {
                break;
            }
            if count > 0 && looks_like_one(&bare) {
                found.push(bare.clone());
            }
        }
    }
    found
}

/// Letters and digits of a text that stand together, and whether only what divides a number is between them and the ones
/// before.
fn parts(text: &str) -> Vec<(&str, bool)> {
    let mut parts = Vec::new();
    let mut goes_on = false;
    for piece in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let part = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        if !part.is_empty() {
            parts.push((part, goes_on));
            goes_on = true;
        }
        goes_on &= piece.chars().next_back().is_none_or(|c| c.is_ascii_alphanumeric() || divides(c));
    }
    parts
}

/// What is wrong with a search that was meant as one identity number; `None` if it was not, or nothing is.
#[must_use]
pub fn mistyped_number(search: &str, today: Date) -> Option<MistypedNumber> {
    SearchedNumber::read(search)?.fault(today)
}

/// An identity stays out of logs, a mistyped one too.
impl std::fmt::Debug for SearchedNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SearchedNumber(…)")
    }
}

/// An identity stays out of logs, a mistyped one too.
impl std::fmt::Debug for MistypedNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MistypedNumber(…, {:?})", self.fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TODAY: Date = Date::constant(2026, 11, 22);

    fn fault(text: &str) -> Option<NumberFault> {
        mistyped_number(text, TODAY).map(|number| number.fault)
    }

    #[test]
    fn what_is_wrong_with_a_whole_number_is_said() {
        use NumberFault::*;
        for (text, wrong, written) in [
            ("19900101-9999", CheckDigit, "19900101-9999"),
            ("199001019999", CheckDigit, "19900101-9999"),
            ("19900101 9999", CheckDigit, "19900101-9999"),
            ("1990 01 01 9999", CheckDigit, "19900101-9999"),
            ("\u{a0}19900101\u{2013}9999\r\n", CheckDigit, "19900101-9999"),
            ("900101-9999", CheckDigit, "900101-9999"),
            ("9001019999", CheckDigit, "900101-9999"),
            ("900101+9999", CheckDigit, "900101+9999"),
            ("19800161-9802", CheckDigit, "19800161-9802"),
            ("991981000011", CheckDigit, "99198100-0011"),
            ("19810829m072", CheckDigit, "19810829-M072"),
            ("198108320015", CheckDigit, "19810832-0015"),
            ("19801301-9804", Date, "19801301-9804"),
            ("19800230-9804", Date, "19800230-9804"),
            ("800230-9804", Date, "800230-9804"),
            ("21800101-9804", Date, "21800101-9804"),
            ("19811329SF1A", Date, "19811329-SF1A"),
            ("20261123-9803", Future, "20261123-9803"),
            ("19800101+9804", Plus, "19800101+9804"),
            ("070123-9800", CheckDigit, "070123-9800"),
            ("0701239800", CheckDigit, "070123-9800"),
        ] {
            let found = mistyped_number(text, TODAY).unwrap_or_else(|| panic!("{text:?} is not told"));
            assert_eq!((found.fault, found.written.as_str()), (wrong, written), "{text:?}");
        }
    }

    #[test]
    fn a_number_that_is_one_is_not_mistyped() {
        for text in [
            "19800101-9804",
            "198001019804",
            "800101-9804",
            "800101+9804",
            "8001019804",
            "19800161-9801",
            "991981000010",
            "19810829M071",
            "19810829SF1A",
            "198108320014",
        ] {
            assert_eq!(fault(text), None, "{text:?}");
            assert!(SearchedNumber::read(text).is_some(), "{text:?}");
        }
    }

    #[test]
    fn nobody_is_told_while_they_type() {
        for whole in ["19900101-9999", "199001019999", "900101-9999", "20010111-9898", "200101119898", "991981000011"] {
            for end in 1..whole.len() {
                assert_eq!(fault(&whole[..end]), None, "{:?} of {whole:?}", &whole[..end]);
            }
            assert!(fault(whole).is_some(), "{whole:?}");
        }
    }

    #[test]
    fn other_words_and_numbers_are_none_of_ours() {
        for text in [
            "",
            "recept",
            "elin 19900101-9999",
            "070-123 45 67",
            "070 123 45 67",
            "08-123 456 78",
            "08-12 34 56 78",
            "0735123456",
            "0812345678",
            "+46 70 123 45 67",
            "556036-0793",
            "5560360793",
            "165560360793",
            "199001-019-999",
            "19900101-99-99",
            "1990-01-01",
            "123456abcd",
            "19900101ABCD",
            "SE2321000016-1002",
        ] {
            assert_eq!(fault(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_number_in_a_text_is_read_as_it_is_searched_for() {
        for (text, found) in [
            ("Ring 070-123 45 67.", vec!["0701234567"]),
            ("(19 80 01 01-9804), tack", vec!["198001019804", "8001019804"]),
            ("800101+9804!", vec!["8001019804"]),
            ("19810829–m071", vec!["19810829m071"]),
            ("198001019804 och 8001019804", vec![]),
            ("Den 2026-01-01, 10.30: 5 mg", vec![]),
            ("070-123, 45 67", vec![]),
            ("1980-01-01 98 04", vec!["1980010198", "198001019804"]),
            ("", vec![]),
        ] {
            assert_eq!(divided_numbers(text), found, "{text}");
        }
    }

    #[test]
    fn a_debug_print_never_shows_the_number() {
        let number = mistyped_number("19900101-9999", TODAY).unwrap();
        assert!(!format!("{number:?}{:?}", SearchedNumber::read("19900101-9999")).contains("1990"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic_and_no_valid_number_is_told(text in "\\PC{0,24}") {
            let told = mistyped_number(&text, TODAY);
            prop_assert!(told.is_none() || PersonalId::parse(&text, TODAY).is_err());
        }

        #[test]
        fn a_divided_number_is_found_again_in_any_text(text in "[0-9a-f]{1,6}([- +–][0-9a-f]{1,6}){1,4}", around in "[.,: å]{0,3}") {
            let found = divided_numbers(&format!("x{around}, {text}.{around}"));
            if let Some(number) = SearchedNumber::read(&text) {
                prop_assert!(found.contains(&number.bare().to_ascii_lowercase()), "{text}: {found:?}");
            }
        }

        #[test]
        fn a_number_with_one_wrong_digit_is_told_however_it_is_divided(place in 8usize..12, by in 1u32..10, divider in "[- +–]?") {
            let mut digits: Vec<char> = "192001019807".chars().collect();
            prop_assert_eq!(fault(&digits.iter().collect::<String>()), None);
            digits[place] = char::from_digit((digits[place].to_digit(10).unwrap() + by) % 10, 10).unwrap();
            let (date, tail): (String, String) = (digits[..8].iter().collect(), digits[8..].iter().collect());
            prop_assert_eq!(fault(&format!("{date}{divider}{tail}")), Some(NumberFault::CheckDigit));
        }
    }
}
