//! Days of birth in Swedish and English spellings. Most dates in a reply are appointments, samples and letters; what
//! makes a date a day of birth is the words around it, its distance from today, or the shape of half an identity number.

use super::overlap;
use super::words::{Cut, Word, between, words};
use crate::hsa_id::{is_blank, is_hyphen};
use crate::personal_id::PersonalId;
use jiff::civil::Date;
use std::ops::Range;

/// A date this many years back is taken for a day of birth unless the words before it say what else happened then.
const LONG_AGO: i16 = 10;
/// Nobody is older.
const OLDEST: i16 = 120;
/// So far ahead appointments are made.
const YEARS_AHEAD: i16 = 2;
/// How far before the date a word about birth may stand, in words.
const NEAR: usize = 4;

/// Words that say that a day of birth follows.
const BIRTH: [&str; 20] = [
    "fodd",
    "fodda",
    "foddes",
    "f",
    "fodelsedatum",
    "fodelsedag",
    "fodelsedagen",
    "fodelsedata",
    "fodelsear",
    "fodelsetid",
    "personnummer",
    "personnr",
    "pnr",
    "samordningsnummer",
    "born",
    "birth",
    "birthdate",
    "birthday",
    "dob",
    "birthdates",
];

/// Beginnings of words that say what else happened on a day.
const EVENTS: [&str; 61] = [
    "besok",
    "prov",
    "rontg",
    "operat",
    "operer",
    "remi",
    "recept",
    "vaccin",
    "dos",
    "diagnos",
    "journal",
    "inskriv",
    "utskriv",
    "skrev",
    "gallde",
    "giltig",
    "sedan",
    "fran",
    "till",
    "intyg",
    "dater",
    "datum",
    "ordiner",
    "behandl",
    "undersok",
    "svar",
    "brev",
    "samtal",
    "tid",
    "visit",
    "surger",
    "operation",
    "xray",
    "sampl",
    "test",
    "since",
    "from",
    "until",
    "prescri",
    "referr",
    "letter",
    "dated",
    "appointment",
    "issued",
    "valid",
    "lag",
    "foreskrift",
    "insatt",
    "utsatt",
    "borjade",
    "started",
    "mammografi",
    "cellprov",
    "stelkramp",
    "senast",
    "tagen",
    "tagna",
    "togs",
    "utfard",
    "last",
    "admitted",
];

/// Words behind which a date stands for a person: *provsvaret för 1984-03-12*.
const ABOUT: [&str; 5] = ["for", "galler", "om", "about", "regarding"];

/// What a date reads as, and how sure its shape makes it.
struct Read {
    range: Range<usize>,
    /// More than one where day and month may be either.
    days: Vec<Date>,
    shape: Shape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// A date like any other.
    Plain,
    /// Six digits, or a year of two digits that may be the next: a day of birth only where something says so.
    Vague,
    /// Half an identity number: the date with four signs behind it.
    HalfNumber,
}

/// The ranges of what reads as somebody else's day of birth. `taken` are the digits of identity numbers, `names` where
/// names were found.
pub fn search(
    text: &str,
    own: &[PersonalId],
    today: Date,
    taken: &[Range<usize>],
    names: &[Range<usize>],
) -> Vec<Range<usize>> {
    let words = words(text, Cut::FileName);
    let born: Vec<Date> = own.iter().filter_map(PersonalId::birth_date).collect();
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in 0..words.len() {
        let Some(read) = read_at(text, &words, at, today) else { continue };
        let free = !taken.iter().chain(&found).any(|other| overlap(other, &read.range));
        let mine = read.days.iter().any(|day| born.contains(day));
        let days: Vec<&Date> = read.days.iter().filter(|day| possible(**day, today)).collect();
        let beside_name = names.iter().any(|name| follows(text, name, &read.range));
        if free && !mine && is_birth(&read, &days, today, beside_name, || context(text, &words, at)) {
            found.push(read.range);
        }
    }
    found
}

fn possible(day: Date, today: Date) -> bool {
    day <= today && day.year() >= today.year() - OLDEST
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Context {
    Birth,
    Event,
    Nothing,
}

fn is_birth(read: &Read, days: &[&Date], today: Date, beside_name: bool, context: impl Fn() -> Context) -> bool {
    let Some(day) = days.first() else { return false };
    if read.shape == Shape::HalfNumber {
        return true;
    }
    match context() {
        Context::Birth => true,
        _ if beside_name => true,
        Context::Event => false,
        Context::Nothing => read.shape == Shape::Plain && day.year() <= today.year() - LONG_AGO,
    }
}

/// What the words before say. The nearest one counts, and none beyond the end of a sentence.
fn context(text: &str, words: &[Word], at: usize) -> Context {
    let mut next = words.get(at);
    for word in words.get(at.saturating_sub(NEAR)..at).unwrap_or_default().iter().rev() {
        let ends_sentence = next.is_some_and(|next| {
            let between = between(text, word, next);
            between.contains(['!', '?', ';'])
                || (between.trim_end() != between && between.contains('.') && word.folded.len() > 3)
        });
        if ends_sentence {
            return Context::Nothing;
        }
        if BIRTH.contains(&word.folded.as_str()) {
            return Context::Birth;
        }
        if ABOUT.contains(&word.folded.as_str()) {
            return Context::Nothing;
        }
        if EVENTS.iter().any(|event| word.folded.starts_with(event)) {
            return Context::Event;
        }
        next = Some(word);
    }
    Context::Nothing
}

/// Does the date stand behind the name, with no more than a comma or a bracket between?
fn follows(text: &str, name: &Range<usize>, date: &Range<usize>) -> bool {
    let between = text.get(name.end..date.start);
    between.is_some_and(|between| between.chars().count() <= 3 && !between.contains(['!', '?', '\n']))
}

/// The date that begins with this word.
fn read_at(text: &str, words: &[Word], at: usize, today: Date) -> Option<Read> {
    let first = words.get(at)?;
    if !first.number {
        return month_first(text, words, at, today);
    }
    match first.folded.len() {
        8 => solid(text, first, 0, today),
        6 => solid(text, first, 2, today),
        4 => year_first(text, words, at),
        1 | 2 => month_in_words(text, words, at, today).or_else(|| day_first(text, words, at, today)),
        _ => None,
    }
}

/// `19840312` and `840312`, with or without four signs behind.
fn solid(text: &str, word: &Word, missing: usize, today: Date) -> Option<Read> {
    let digits = &word.folded;
    let pair = |from: usize| digits.get(from - missing..from + 2 - missing)?.parse::<i16>().ok();
    let year = if missing == 0 { digits.get(..4)?.parse().ok()? } else { century(pair(2)?, today) };
    let day = day(year, pair(4)?, pair(6)?)?;
    let tail = tail(text.get(word.range.end..).unwrap_or_default());
    let shape = match (tail, missing) {
        (Some(_), _) => Shape::HalfNumber,
        (None, 0) => Shape::Plain,
        (None, _) => Shape::Vague,
    };
    let end = word.range.end + tail.unwrap_or(0);
    Some(Read { range: word.range.start..end, days: vec![day], shape })
}

/// The length of `-1234` or `-XXXX` where it stands at the beginning and ends there.
fn tail(after: &str) -> Option<usize> {
    let mut chars = after.chars();
    let sign = chars.next().filter(|c| is_hyphen(*c) || *c == '+')?;
    let four: String = chars.by_ref().take(4).collect();
    let hidden = |c: char| matches!(c, 'x' | 'X' | '*' | '#' | '•');
    let whole = four.chars().count() == 4
        && (four.chars().all(|c| c.is_ascii_digit()) || four.chars().all(hidden))
        && !chars.next().is_some_and(char::is_alphanumeric);
    whole.then_some(sign.len_utf8() + four.len())
}

/// `1984-03-12`, `1984/3/12`, `1984.03.12`, `1984 03 12`.
fn year_first(text: &str, words: &[Word], at: usize) -> Option<Read> {
    let (year, month, last) = (words.get(at)?, words.get(at + 1)?, words.get(at + 2)?);
    let numbers = month.number && last.number && month.folded.len() <= 2 && last.folded.len() <= 2;
    let sign = divider(between(text, year, month))?;
    let same = divider(between(text, month, last)) == Some(sign);
    let blanks_only = sign != ' ' || (month.folded.len() == 2 && last.folded.len() == 2);
    if !(numbers && same && blanks_only) {
        return None;
    }
    let day = day(number(year)?, number(month)?, number(last)?)?;
    let tail = tail(text.get(last.range.end..).unwrap_or_default());
    let shape = if tail.is_some() { Shape::HalfNumber } else { Shape::Plain };
    Some(Read { range: year.range.start..last.range.end + tail.unwrap_or(0), days: vec![day], shape })
}

/// `12/3 1984`, `12/3-84`, `12.3.1984`, `12-03-1984`, `3/12/1984`.
fn day_first(text: &str, words: &[Word], at: usize, today: Date) -> Option<Read> {
    let (first, second, last) = (words.get(at)?, words.get(at + 1)?, words.get(at + 2)?);
    let sign = divider(between(text, first, second)).filter(|sign| *sign != ' ')?;
    if !(second.number && second.folded.len() <= 2 && last.number) {
        return None;
    }
    let gap = between(text, second, last);
    let year = match last.folded.len() {
        4 if divider(gap).is_some() => number(last)?,
        2 if sign != '-' && is_year_gap(gap) => century(number(last)?, today),
        _ => return None,
    };
    let (a, b) = (number(first)?, number(second)?);
    let days: Vec<Date> = [day(year, b, a), day(year, a, b)].into_iter().flatten().collect();
    (!days.is_empty()).then_some(Read {
        range: first.range.start..last.range.end,
        days,
        shape: shape_of_year(last, today),
    })
}

/// `12 mars 1984`, `12:e mars -84`, `12th of March, 1984`.
fn month_in_words(text: &str, words: &[Word], at: usize, today: Date) -> Option<Read> {
    let first = words.get(at)?;
    let mut next = at + 1;
    for filler in ["e", "a", "st", "nd", "rd", "th", "of"] {
        if words.get(next).is_some_and(|word| word.folded == filler) {
            next += 1;
        }
    }
    let (named, last) = (words.get(next)?, words.get(next + 1)?);
    let close = words.get(at..=next)?.windows(2).all(|pair| match pair {
        [a, b] => between(text, a, b).chars().all(|c| is_blank(c) || matches!(c, ':' | '.')),
        _ => true,
    });
    if !close || !last.number {
        return None;
    }
    let year = year_behind(between(text, named, last), last, today)?;
    let day = day(year, month(&named.folded)?, number(first)?)?;
    Some(Read { range: first.range.start..last.range.end, days: vec![day], shape: shape_of_year(last, today) })
}

/// `March 12, 1984`, `mars 12 1984`.
fn month_first(text: &str, words: &[Word], at: usize, today: Date) -> Option<Read> {
    let named = words.get(at)?;
    let month = month(&named.folded)?;
    let second = words.get(at + 1).filter(|word| word.number && word.folded.len() <= 2)?;
    let mut next = at + 2;
    if words.get(next).is_some_and(|word| matches!(word.folded.as_str(), "st" | "nd" | "rd" | "th")) {
        next += 1;
    }
    let (before, last) = (words.get(next - 1)?, words.get(next).filter(|word| word.number)?);
    let close = between(text, named, second).chars().all(|c| is_blank(c) || c == '.');
    let year = year_behind(between(text, before, last), last, today).filter(|_| close)?;
    let day = day(year, month, number(second)?)?;
    Some(Read { range: named.range.start..last.range.end, days: vec![day], shape: shape_of_year(last, today) })
}

/// A year of four digits, or of two with a sign before (`-84`, `'84`).
fn year_behind(gap: &str, word: &Word, today: Date) -> Option<i16> {
    let plain = |c: char| is_blank(c) || matches!(c, ',' | '.');
    match word.folded.len() {
        4 if gap.chars().all(plain) => number(word),
        2 if is_year_gap(gap) => Some(century(number(word)?, today)),
        _ => None,
    }
}

fn is_year_gap(gap: &str) -> bool {
    let signs: Vec<char> = gap.chars().filter(|c| !is_blank(*c)).collect();
    matches!(signs.as_slice(), [c] if is_hyphen(*c) || matches!(c, '/' | '.' | '\'' | '\u{2019}'))
}

/// The one sign between two numbers of a date; a blank if there is nothing else.
fn divider(gap: &str) -> Option<char> {
    let mut signs = gap.chars().filter(|c| !is_blank(*c));
    let sign = signs.next();
    if signs.next().is_some() || gap.is_empty() || gap.chars().count() > 3 {
        return None;
    }
    match sign {
        None => Some(' '),
        Some(c) if is_hyphen(c) => Some('-'),
        Some(c @ ('/' | '.' | '_')) => Some(c),
        Some(_) => None,
    }
}

/// The month of a Swedish or English name, whole or cut short.
fn month(folded: &str) -> Option<i16> {
    const MONTHS: [[&str; 3]; 12] = [
        ["januari", "january", "jan"],
        ["februari", "february", "feb"],
        ["mars", "march", "mar"],
        ["april", "april", "apr"],
        ["maj", "may", "maj"],
        ["juni", "june", "jun"],
        ["juli", "july", "jul"],
        ["augusti", "august", "aug"],
        ["september", "sept", "sep"],
        ["oktober", "october", "okt"],
        ["november", "november", "nov"],
        ["december", "december", "dec"],
    ];
    let folded = if folded == "oct" { "okt" } else { folded };
    let place = MONTHS.iter().position(|names| names.contains(&folded))?;
    i16::try_from(place + 1).ok()
}

fn number(word: &Word) -> Option<i16> {
    word.folded.parse().ok()
}

/// The latest year with these two digits that is not in the future.
fn century(short: i16, today: Date) -> i16 {
    let year = today.year() - today.year().rem_euclid(100) + short;
    if year > today.year() { year - 100 } else { year }
}

/// May two digits mean a year that comes, as in *welcome on 10 March -27*?
fn shape_of_year(short: &Word, today: Date) -> Shape {
    let ahead = number(short).map(|short| short - today.year().rem_euclid(100));
    match ahead {
        Some(1..=YEARS_AHEAD) if short.folded.len() == 2 => Shape::Vague,
        _ => Shape::Plain,
    }
}

fn day(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// For the tests: is the list of events in folded form?
#[cfg(test)]
pub fn lists_are_plain() -> bool {
    BIRTH.iter().chain(&EVENTS).all(|word| super::fold::fold(word) == **word)
}
