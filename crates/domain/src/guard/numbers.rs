//! Identity numbers in every spelling: ten or twelve characters, divided by signs, blanks or line breaks, or not at all.

use super::{FindingKind, overlap};
use crate::hsa_id::{is_blank, is_hyphen};
use crate::personal_id::{IdKind, PersonalId};
use jiff::civil::Date;
use std::ops::Range;

/// Most characters between two digits of one number: a line break and the next line's indentation are among them.
const LONGEST_GAP: usize = 40;
/// Most of them that are signs: ` - ` has one, `_-_` three.
const MOST_SIGNS: usize = 3;
/// Nobody is older; an older number is another kind of number.
const OLDEST: i16 = 130;

/// What was found, and what is taken: digits that belong to a number, the resident's own too.
#[derive(Debug, Default)]
pub struct Numbers {
    pub foreign: Vec<(FindingKind, Range<usize>)>,
    pub taken: Vec<Range<usize>>,
}

/// What stands between a digit and the one before it.
#[derive(Clone, Copy, Debug, Default)]
struct Gap {
    /// Anything that can be seen.
    divides: bool,
    wraps: bool,
    plus: bool,
    /// Blanks only.
    blank: bool,
}

#[derive(Clone, Copy, Debug)]
struct Digit {
    value: char,
    start: usize,
    end: usize,
    gap: Gap,
}

/// Searches a text.
pub fn search(text: &str, own: &[PersonalId], today: Date) -> Numbers {
    let mut found = Numbers::default();
    let runs = runs(text);
    let search = Search { text, own, today };
    // The resident's own numbers first, and the longer spelling before the shorter, so that what is a part of one number
    // is never taken for another.
    for pass in [Pass::OwnTwelve, Pass::ForeignTwelve, Pass::OwnTen, Pass::ForeignTen] {
        for run in &runs {
            search.pass(pass, run, &mut found);
        }
    }
    found
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pass {
    OwnTwelve,
    ForeignTwelve,
    OwnTen,
    ForeignTen,
}

/// Whose number it is.
enum Whose {
    Own,
    Foreign(FindingKind),
}

struct Search<'a> {
    text: &'a str,
    own: &'a [PersonalId],
    today: Date,
}

impl Search<'_> {
    fn pass(&self, pass: Pass, run: &[Digit], found: &mut Numbers) {
        for at in (0..run.len()).filter(|at| begins(run, *at)) {
            let rest = run.get(at..).unwrap_or_default();
            let read = match pass {
                Pass::OwnTwelve | Pass::ForeignTwelve => self.lettered(rest).or_else(|| self.twelve(rest)),
                Pass::OwnTen | Pass::ForeignTen => self.ten(rest),
            };
            let Some((whose, range)) = read else { continue };
            if found.taken.iter().any(|taken| overlap(taken, &range)) {
                continue;
            }
            match whose {
                Whose::Own if matches!(pass, Pass::OwnTwelve | Pass::OwnTen) => found.taken.push(range),
                Whose::Foreign(kind) if matches!(pass, Pass::ForeignTwelve | Pass::ForeignTen) => {
                    found.taken.push(range.clone());
                    found.foreign.push((kind, range));
                }
                _ => {}
            }
        }
    }

    fn twelve(&self, rest: &[Digit]) -> Option<(Whose, Range<usize>)> {
        let digits = window(rest, 12)?;
        if !spelled(digits) || is_date_after(digits, rest) {
            return None;
        }
        let id = PersonalId::try_from(written(digits)).ok()?;
        let range = whole(digits)?;
        let detached = digits.get(2).is_some_and(|digit| digit.gap.divides);
        let mine = self.own.iter().any(|own| *own == id || (detached && last_ten(own) == last_ten(&id)));
        if mine {
            return Some((Whose::Own, range));
        }
        self.may_be(&id).then(|| (Whose::Foreign(kind(&id)), range))
    }

    fn ten(&self, rest: &[Digit]) -> Option<(Whose, Range<usize>)> {
        let digits = window(rest, 10)?;
        if !spelled(digits) || is_date_after(digits, rest) {
            return None;
        }
        let ten = written(digits);
        let range = whole(digits)?;
        if self.own.iter().any(|own| last_ten(own) == Some(ten.as_str())) {
            return Some((Whose::Own, range));
        }
        let plus = digits.iter().skip(1).any(|digit| digit.gap.plus);
        let (date, last) = (ten.get(..6)?, ten.get(6..)?);
        // a plus is sometimes only a divider, so the younger reading counts as well
        let older = plus.then(|| format!("{date}+{last}"));
        let readings = older.as_deref().into_iter().chain([ten.as_str()]);
        let id = readings
            .filter_map(|text| PersonalId::parse(text, self.today).ok())
            .find(|id| matches!(id.kind(), IdKind::Personnummer | IdKind::Samordningsnummer) && self.may_be(id))?;
        Some((Whose::Foreign(kind(&id)), range))
    }

    /// The reserve numbers whose last four have letters: `yyyymmddKnnn`, `yyyymmddSFnA`.
    fn lettered(&self, rest: &[Digit]) -> Option<(Whose, Range<usize>)> {
        let digits = rest.get(..8)?;
        if !spelled(digits) {
            return None;
        }
        let range = whole(digits)?;
        let after = self.text.get(range.end..)?;
        let tail_at = after.find(|c: char| !is_blank(c) && !is_hyphen(c))?;
        let tail: String = after.get(tail_at..)?.chars().take(4).collect();
        let next = after.get(tail_at..)?.chars().nth(4);
        let letters = tail.starts_with(|c: char| c.is_ascii_alphabetic()) && tail.is_ascii();
        if !letters || tail_at > LONGEST_GAP || next.is_some_and(char::is_alphanumeric) {
            return None;
        }
        let id = PersonalId::try_from(format!("{}{}", written(digits), tail.to_ascii_uppercase())).ok()?;
        let range = range.start..range.end + tail_at + tail.len();
        if self.own.contains(&id) {
            return Some((Whose::Own, range));
        }
        self.may_be(&id).then(|| (Whose::Foreign(kind(&id)), range))
    }

    /// Can somebody who lives today have it?
    fn may_be(&self, id: &PersonalId) -> bool {
        if let Some(born) = id.birth_date() {
            return born <= self.today && born.year() >= self.today.year() - OLDEST;
        }
        let years = if id.kind() == IdKind::ReserveStockholm { 2..6 } else { 0..4 };
        let year = id.as_str().get(years).and_then(|year| year.parse::<i16>().ok());
        year.is_some_and(|year| (self.today.year() - OLDEST..=self.today.year()).contains(&year))
    }
}

fn kind(id: &PersonalId) -> FindingKind {
    match id.kind() {
        IdKind::Personnummer => FindingKind::IdentityNumber,
        IdKind::Samordningsnummer => FindingKind::CoordinationNumber,
        IdKind::ReserveStockholm
        | IdKind::ReserveVastraGotaland
        | IdKind::ReserveVarmland
        | IdKind::ReserveNational => FindingKind::ReserveNumber,
    }
}

fn last_ten(id: &PersonalId) -> Option<&str> {
    id.as_str().get(2..)
}

/// Digits that nothing but blanks and dividing signs stands between.
fn runs(text: &str) -> Vec<Vec<Digit>> {
    let mut runs: Vec<Vec<Digit>> = Vec::new();
    let mut gap: Option<(Gap, usize, usize)> = None;
    let mut before = ' ';
    for (start, c) in text.char_indices() {
        // a sentence ends: what comes is another number
        let ends = before == '.' && c.is_whitespace();
        before = c;
        if let Some(value) = digit(c) {
            let end = start + c.len_utf8();
            match (gap, runs.last_mut()) {
                (Some((gap, length, signs)), Some(run)) if length <= LONGEST_GAP && signs <= MOST_SIGNS => {
                    run.push(Digit { value, start, end, gap });
                }
                _ => runs.push(vec![Digit { value, start, end, gap: Gap::default() }]),
            }
            gap = Some((Gap { blank: true, ..Gap::default() }, 0, 0));
        } else if let Some((gap, length, signs)) = &mut gap {
            *length += 1;
            if ends {
                *signs = MOST_SIGNS + 1;
            } else if is_blank(c) {
                gap.divides |= c.is_whitespace();
                gap.wraps |= matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
            } else if is_divider(c) {
                *signs += 1;
                gap.divides = true;
                gap.blank = false;
                gap.plus |= matches!(c, '+' | '\u{ff0b}');
            } else {
                *signs = MOST_SIGNS + 1;
            }
        }
    }
    runs
}

fn is_divider(c: char) -> bool {
    is_hyphen(c) || matches!(c, '+' | '\u{ff0b}' | '.' | '/' | '_' | '·' | '•' | '|')
}

/// A digit of this or another script, as an ASCII digit.
fn digit(c: char) -> Option<char> {
    let zero = match c {
        '0'..='9' => return Some(c),
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6f0}'..='\u{6f9}' => 0x6f0,
        '\u{966}'..='\u{96f}' => 0x966,
        '\u{ff10}'..='\u{ff19}' => 0xff10,
        '\u{1d7ce}'..='\u{1d7ff}' => 0x1d7ce,
        _ => return None,
    };
    char::from_digit((u32::from(c) - zero) % 10, 10)
}

/// May a number begin at this digit?
fn begins(run: &[Digit], at: usize) -> bool {
    at == 0 || run.get(at).is_some_and(|digit| digit.gap.divides)
}

/// The first `length` digits, if a number may end behind them.
fn window(rest: &[Digit], length: usize) -> Option<&[Digit]> {
    let digits = rest.get(..length)?;
    rest.get(length).is_none_or(|next| next.gap.divides).then_some(digits)
}

fn written(digits: &[Digit]) -> String {
    digits.iter().map(|digit| digit.value).collect()
}

fn whole(digits: &[Digit]) -> Option<Range<usize>> {
    Some(digits.first()?.start..digits.last()?.end)
}

/// Is it divided as people divide an identity number, and not as a telephone number or a row of figures?
///
/// Divided after the century, the year, the month, the day, or in the middle of the last four; or after every digit, as in
/// the boxes of a form; or by the end of a line, wherever that falls.
fn spelled(digits: &[Digit]) -> bool {
    let length = digits.len();
    let divided = |place: usize| digits.get(place).is_some_and(|digit| digit.gap.divides);
    let all: Vec<usize> = (1..length).filter(|place| divided(*place)).collect();
    if all.len() + 1 == length {
        return true;
    }
    let wraps = |place: usize| digits.get(place).is_some_and(|digit| digit.gap.wraps);
    let seen: Vec<usize> = all.iter().copied().filter(|place| !wraps(*place)).collect();
    if all.len() - seen.len() > 1 || seen.iter().any(|place| place % 2 == 1) {
        return false;
    }
    // An area code of four digits: `0480-12 34 56`.
    if length == 10 && seen.contains(&4) && !divided(2) {
        return false;
    }
    // A time of day behind a date (`2024-03-12 10.15`) is no end of a number.
    let ends_apart = length > 8 && seen.contains(&(length - 2));
    let blank = digits.get(length - 2).is_some_and(|digit| digit.gap.blank);
    !ends_apart || (blank && divided(length - 4))
}

/// Are the last four the year of the next date, as in `2024-03-12 – 2024-05-01`?
fn is_date_after(digits: &[Digit], rest: &[Digit]) -> bool {
    let last_four = digits.get(digits.len().saturating_sub(4)..).unwrap_or_default();
    let apart = last_four.first().is_some_and(|digit| digit.gap.divides);
    let one = last_four.iter().skip(1).all(|digit| !digit.gap.divides);
    let year = matches!(written(last_four).get(..2), Some("19" | "20"));
    let behind = rest.get(digits.len()..).unwrap_or_default();
    let tied = |place: usize| behind.get(place).is_some_and(|digit| digit.gap.divides && !digit.gap.blank);
    apart && one && year && tied(0) && tied(2)
}
