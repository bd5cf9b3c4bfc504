//! Personal identities: personnummer, samordningsnummer and the regions' reserve numbers (domain.md E5).

use crate::hsa_id::{is_blank, is_hyphen};
use jiff::civil::Date;
use personnummer::Personnummer;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use utoipa::ToSchema;

/// What kind of number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum IdKind {
    /// Personal identity number from the population register.
    Personnummer,
    /// Coordination number: as a personnummer with 60 added to the day.
    Samordningsnummer,
    /// Reserve number of Region Stockholm: `99yyyyNNNNNC`.
    ReserveStockholm,
    /// Reserve number of Västra Götaland: `yyyymmddGggC`, G one of K, M, X.
    ReserveVastraGotaland,
    /// Reserve number of Värmland: `yyyymmddSBNC`, B one of F, U, X, P, L.
    ReserveVarmland,
    /// National reserve number: `yyyymmxxNNNC`, xx 32–59.
    ReserveNational,
}

impl IdKind {
    /// The Swedish name of the kind, as staff say it.
    #[must_use]
    pub fn swedish(self) -> &'static str {
        match self {
            Self::Personnummer => "personnummer",
            Self::Samordningsnummer => "samordningsnummer",
            Self::ReserveStockholm => "reservnummer (Stockholm)",
            Self::ReserveVastraGotaland => "reservnummer (Västra Götaland)",
            Self::ReserveVarmland => "reservnummer (Värmland)",
            Self::ReserveNational => "reservnummer (nationellt)",
        }
    }
}

/// A valid identity in its normal form: twelve characters, no divider.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "198001019804")]
pub struct PersonalId(String);

/// Why a text is no identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PersonalIdError {
    /// Nothing but blanks.
    #[error("the identity number is empty")]
    Empty,
    /// Neither ten nor twelve characters once blanks and divider are gone.
    #[error("an identity number has ten or twelve characters")]
    Length,
    /// Letters or signs where no kind of number has them.
    #[error("the identity number has characters that do not belong there")]
    Characters,
    /// No such day.
    #[error("the date in the identity number does not exist")]
    Date,
    /// The day of birth has not come yet.
    #[error("the date of birth is in the future")]
    Future,
    /// A plus sign, but the year of turning a hundred has not come.
    #[error("the plus sign says a hundred years or more, and the date says less")]
    Plus,
    /// The check digit does not agree.
    #[error("the check digit is wrong: one of the digits is mistyped")]
    CheckDigit,
}

impl PersonalId {
    /// Reads a number as people write it: 10 or 12 characters, with or without `-` or `+`, blanks anywhere.
    ///
    /// `today` decides the century of a ten-digit form: the youngest age that is not in the future; with `+` the youngest
    /// that reaches a hundred this year. Nobody is born after it: a valid number with such a date is refused as [`PersonalIdError::Future`],
    /// a coordination number likewise.
    ///
    /// # Errors
    /// [`PersonalIdError`] names what is wrong.
    pub fn parse(input: &str, today: Date) -> Result<Self, PersonalIdError> {
        let text: String = input
            .chars()
            .filter(|c| !is_blank(*c))
            .map(|c| if is_hyphen(c) { '-' } else { c.to_ascii_uppercase() })
            .collect();
        let plus = text.contains('+');
        let bare: String = text.chars().filter(|c| !matches!(c, '-' | '+')).collect();
        if bare.is_empty() {
            return Err(PersonalIdError::Empty);
        }
        if text.len() > bare.len() + 1 || !bare.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(PersonalIdError::Characters);
        }
        let full = match bare.len() {
            12 if plus && number(&bare, 0, 4).is_some_and(|year| year > today.year() - 100) => {
                return Err(PersonalIdError::Plus);
            }
            12 => bare,
            10 => with_century(&bare, plus, today)?,
            _ => return Err(PersonalIdError::Length),
        };
        let id = classify(&full).map(|_| Self(full))?;
        if id.birth_date().is_some_and(|born| born > today) { Err(PersonalIdError::Future) } else { Ok(id) }
    }

    /// The normal form: twelve characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What kind of number it is.
    #[must_use]
    pub fn kind(&self) -> IdKind {
        classify(&self.0).unwrap_or(IdKind::Personnummer)
    }

    /// Can the person log in and be reached? Only with a personnummer (W35).
    #[must_use]
    pub fn reachable(&self) -> bool {
        self.kind() == IdKind::Personnummer
    }

    /// The day of birth, where the number tells it.
    #[must_use]
    pub fn birth_date(&self) -> Option<Date> {
        let (year, month, day) = (number(&self.0, 0, 4)?, number(&self.0, 4, 6)?, number(&self.0, 6, 8)?);
        let day = match self.kind() {
            IdKind::Samordningsnummer => day - 60,
            IdKind::ReserveStockholm | IdKind::ReserveNational => return None,
            _ => day,
        };
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    }

    /// Age in whole years on the given day.
    #[must_use]
    pub fn age(&self, today: Date) -> Option<i16> {
        let born = self.birth_date()?;
        let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
        Some(today.year() - born.year() - i16::from(!had_birthday))
    }

    /// As staff read it: `19800101-9802`.
    #[must_use]
    pub fn written(&self) -> String {
        let (date, last) = (self.0.get(..8).unwrap_or(&self.0), self.0.get(8..).unwrap_or(""));
        format!("{date}-{last}")
    }
}

/// An identity stays out of logs unless somebody asks for it by name.
impl std::fmt::Debug for PersonalId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonalId(…)")
    }
}

impl TryFrom<String> for PersonalId {
    type Error = PersonalIdError;
    /// The wire carries twelve characters only, so no clock is needed.
    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.len() != 12 || !text.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(PersonalIdError::Length);
        }
        classify(&text).map(|_| Self(text))
    }
}

impl From<PersonalId> for String {
    fn from(id: PersonalId) -> Self {
        id.0
    }
}

/// Puts the century before a ten-digit form (Skatteverket: `-` becomes `+` from the year of turning 100).
fn with_century(ten: &str, plus: bool, today: Date) -> Result<String, PersonalIdError> {
    let month_day = |text: &str| Some((number(text, 2, 4)?, number(text, 4, 6)?));
    let short_year = number(ten, 0, 2).ok_or(PersonalIdError::Characters)?;
    let (month, day) = month_day(ten).ok_or(PersonalIdError::Characters)?;
    let day = if (61..=91).contains(&day) { day - 60 } else { day };
    let this_year = today.year();
    let mut year = this_year - this_year.rem_euclid(100) + short_year;
    let in_future =
        year > this_year || (year == this_year && (month, day) > (i16::from(today.month()), i16::from(today.day())));
    if in_future {
        year -= 100;
    }
    // A plus sign stands from the first day of the year in which somebody turns a hundred, birthday or not.
    while plus && year > this_year - 100 {
        year -= 100;
    }
    Ok(format!("{:02}{ten}", year / 100))
}

/// Which kind a twelve-character number is, or what is wrong with it.
fn classify(id: &str) -> Result<IdKind, PersonalIdError> {
    if id.starts_with("99") && all_digits(id) {
        // Stockholm's check digit covers positions 5–11 only (domain.md E5).
        return check(id, 4, IdKind::ReserveStockholm);
    }
    if all_digits(id) {
        let day = number(id, 6, 8).ok_or(PersonalIdError::Characters)?;
        if !matches!(number(id, 0, 2), Some(18..=20)) {
            return Err(PersonalIdError::Date);
        }
        if (32..=59).contains(&day) {
            let month = number(id, 4, 6).ok_or(PersonalIdError::Characters)?;
            if !(1..=12).contains(&month) {
                return Err(PersonalIdError::Date);
            }
            return check(id, 2, IdKind::ReserveNational);
        }
        return classify_personnummer(id, day);
    }
    classify_lettered(id)
}

/// Twelve digits that are no reserve number.
fn classify_personnummer(id: &str, day: i16) -> Result<IdKind, PersonalIdError> {
    let coordination = day > 60;
    let real_day = if coordination { day - 60 } else { day };
    valid_date(id, real_day)?;
    if coordination {
        // The check digit covers the day with its 60 added; the crate leaves the 60 out, so it is not asked here.
        return check(id, 2, IdKind::Samordningsnummer);
    }
    match Personnummer::parse(id) {
        Ok(pnr) if pnr.valid() => Ok(IdKind::Personnummer),
        Ok(_) => Err(PersonalIdError::CheckDigit),
        Err(_) => Err(PersonalIdError::Date),
    }
}

/// Reserve numbers with letters: Västra Götaland and Värmland.
fn classify_lettered(id: &str) -> Result<IdKind, PersonalIdError> {
    let (date, tail) = (id.get(..8), id.get(8..));
    let (Some(date), Some(tail)) = (date, tail) else {
        return Err(PersonalIdError::Length);
    };
    if !all_digits(date) {
        return Err(PersonalIdError::Characters);
    }
    let day = number(id, 6, 8).ok_or(PersonalIdError::Characters)?;
    valid_date(id, day)?;
    let tail: Vec<char> = tail.chars().collect();
    match tail.as_slice() {
        ['S', b, n, c] if "FUXPL".contains(*b) && n.is_ascii_digit() && varmland_order(*c) => {
            Ok(IdKind::ReserveVarmland)
        }
        [g, a, b, c] if "KMX".contains(*g) && [a, b, c].iter().all(|d| d.is_ascii_digit()) => {
            let gg = number(id, 9, 11).ok_or(PersonalIdError::Characters)?;
            if !(6..=89).contains(&gg) {
                return Err(PersonalIdError::Characters);
            }
            let as_digit = match g {
                'K' => "5",
                'M' => "7",
                _ => "8",
            };
            let digits = format!("{date}{as_digit}{a}{b}{c}");
            check(&digits, 2, IdKind::ReserveVastraGotaland)
        }
        _ => Err(PersonalIdError::Characters),
    }
}

/// Värmland's last sign: an order letter A–Z without V, or 1–9 for test numbers.
fn varmland_order(c: char) -> bool {
    (c.is_ascii_uppercase() && c != 'V') || ('1'..='9').contains(&c)
}

fn valid_date(id: &str, day: i16) -> Result<(), PersonalIdError> {
    let made = (|| {
        let (year, month) = (number(id, 0, 4)?, number(id, 4, 6)?);
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    })();
    made.map(|_| ()).ok_or(PersonalIdError::Date)
}

fn check(digits: &str, from: usize, kind: IdKind) -> Result<IdKind, PersonalIdError> {
    let body = digits.get(from..11).ok_or(PersonalIdError::Length)?;
    let last = number(digits, 11, 12).ok_or(PersonalIdError::Characters)?;
    if i16::from(check_digit(body)) == last { Ok(kind) } else { Err(PersonalIdError::CheckDigit) }
}

/// The Luhn check digit over the given digits, weights 2,1,2,… from the left (Skatteverket).
#[must_use]
pub fn check_digit(digits: &str) -> u8 {
    let sum: u32 = digits
        .chars()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(place, digit)| {
            let weighted = if place % 2 == 0 { digit * 2 } else { digit };
            weighted / 10 + weighted % 10
        })
        .sum();
    u8::try_from((10 - sum % 10) % 10).unwrap_or(0)
}

fn all_digits(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit())
}

fn number(text: &str, from: usize, to: usize) -> Option<i16> {
    text.get(from..to)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn today() -> Date {
        Date::constant(2026, 11, 22)
    }

    fn parse(text: &str) -> Result<(IdKind, String), PersonalIdError> {
        PersonalId::parse(text, today()).map(|id| (id.kind(), id.as_str().to_owned()))
    }

    #[test]
    fn published_examples_of_reserve_numbers_are_known() {
        for (id, kind) in [
            ("991981000010", IdKind::ReserveStockholm),
            ("991945000023", IdKind::ReserveStockholm),
            ("991993000032", IdKind::ReserveStockholm),
            ("19810829M071", IdKind::ReserveVastraGotaland),
            ("19450829K088", IdKind::ReserveVastraGotaland),
            ("19930829X802", IdKind::ReserveVastraGotaland),
            ("198108320014", IdKind::ReserveNational),
            ("19810829SF1A", IdKind::ReserveVarmland),
        ] {
            assert_eq!(parse(id), Ok((kind, id.to_owned())), "{id}");
        }
    }

    #[test]
    fn every_way_to_write_one_number_gives_one_normal_form() {
        let full = format!("19800101980{}", check_digit("800101980"));
        let ten = &full[2..];
        for written in [
            full.clone(),
            ten.to_owned(),
            format!("{}-{}", &ten[..6], &ten[6..]),
            format!(" {}-{} ", &full[..8], &full[8..]),
            format!("{}\u{a0}{}", &full[..8], &full[8..]),
            format!("{}\u{2013}{}", &full[..8], &full[8..]),
        ] {
            assert_eq!(parse(&written), Ok((IdKind::Personnummer, full.clone())), "{written:?}");
        }
    }

    #[test]
    fn ten_digits_get_the_century_from_the_given_day() {
        let ten = format!("261122980{}", check_digit("261122980"));
        assert!(parse(&ten).unwrap().1.starts_with("2026"));
        let tomorrow = format!("261123980{}", check_digit("261123980"));
        assert!(parse(&tomorrow).unwrap().1.starts_with("1926"));
        let plus = format!("201122+980{}", check_digit("201122980"));
        assert!(parse(&plus).unwrap().1.starts_with("1920"));
    }

    #[test]
    fn a_plus_sign_stands_from_the_first_day_of_the_year_of_turning_a_hundred() {
        // born on 15 December 1926
        let plus = format!("261215+980{}", check_digit("261215980"));
        let century = |on: (i16, i8, i8)| {
            let read = PersonalId::parse(&plus, Date::constant(on.0, on.1, on.2));
            read.map(|id| id.as_str()[..4].to_owned())
        };
        for day in [(2026, 1, 1), (2026, 12, 14), (2026, 12, 15), (2026, 12, 31), (2027, 1, 1)] {
            assert_eq!(century(day).as_deref(), Ok("1926"), "{day:?}");
        }
        assert_eq!(century((2025, 12, 31)).as_deref(), Ok("1826"), "nobody of that year has the sign yet");
        // with the century written out it has to agree
        let whole = |year: &str| format!("{year}0101+980{}", check_digit(&format!("{}0101980", &year[2..])));
        assert_eq!(parse(&whole("1980")), Err(PersonalIdError::Plus));
        assert_eq!(parse(&whole("1926")).map(|read| read.0), Ok(IdKind::Personnummer));
        assert_eq!(parse(&whole("1927")), Err(PersonalIdError::Plus));
    }

    #[test]
    fn coordination_numbers_tell_the_birth_date_but_cannot_be_reached() {
        let id = format!("19800161980{}", check_digit("800161980"));
        let id = PersonalId::parse(&id, today()).unwrap();
        assert_eq!(id.kind(), IdKind::Samordningsnummer);
        assert_eq!(id.birth_date(), Some(Date::constant(1980, 1, 1)));
        assert!(!id.reachable());
    }

    #[test]
    fn each_fault_is_named() {
        let good = check_digit("800101980");
        for (input, fault) in [
            ("", PersonalIdError::Empty),
            ("8001019", PersonalIdError::Length),
            ("19800101-98-02", PersonalIdError::Characters),
            ("19801301-9802", PersonalIdError::Date),
            ("19800230-9802", PersonalIdError::Date),
            ("21800101-9802", PersonalIdError::Date),
            ("1980010Å9802", PersonalIdError::Characters),
            (&format!("19800101980{}", (good + 1) % 10), PersonalIdError::CheckDigit),
        ] {
            assert_eq!(parse(input), Err(fault), "{input:?}");
        }
    }

    #[test]
    fn nobody_is_born_tomorrow() {
        for (day, fault) in [("22", Ok(())), ("82", Ok(())), ("23", Err(())), ("83", Err(()))] {
            let id = format!("202611{day}980{}", check_digit(&format!("2611{day}980")));
            let read = parse(&id).map(|_| ());
            assert_eq!(read, fault.map_err(|()| PersonalIdError::Future), "{id}");
        }
        assert_eq!(parse("20270829M078"), Err(PersonalIdError::Future));
        let mistyped = format!("20261123980{}", (check_digit("261123980") + 1) % 10);
        assert_eq!(parse(&mistyped), Err(PersonalIdError::CheckDigit), "a mistyped digit is said first");
        let next_year =
            PersonalId::parse(&format!("20261123980{}", check_digit("261123980")), Date::constant(2027, 1, 1));
        assert!(next_year.is_ok(), "the day is an argument");
    }

    #[test]
    fn a_debug_print_never_shows_the_number() {
        let id = PersonalId::parse("991981000010", today()).unwrap();
        assert!(!format!("{id:?}").contains("1981"));
    }

    #[test]
    fn age_turns_on_the_birthday() {
        let id = PersonalId::parse(&format!("20131122980{}", check_digit("131122980")), today()).unwrap();
        assert_eq!(id.age(Date::constant(2026, 11, 21)), Some(12));
        assert_eq!(id.age(Date::constant(2026, 11, 22)), Some(13));
    }

    proptest! {
        #[test]
        fn any_text_is_refused_or_reads_back_as_itself(text in "\\PC{0,24}") {
            if let Ok(id) = PersonalId::parse(&text, today()) {
                prop_assert_eq!(PersonalId::parse(id.as_str(), today()).unwrap(), id.clone());
                prop_assert_eq!(PersonalId::try_from(id.as_str().to_owned()).unwrap(), id);
            }
        }

        #[test]
        fn one_mistyped_digit_is_always_noticed(place in 2usize..12, by in 1u32..10) {
            let good: Vec<char> = format!("19800101980{}", check_digit("800101980")).chars().collect();
            let mut bad = good.clone();
            bad[place] = char::from_digit((good[place].to_digit(10).unwrap() + by) % 10, 10).unwrap();
            let read = parse(&bad.iter().collect::<String>());
            // a day moved into 32–59 makes it a reserve number, whose check digit must fail all the same
            prop_assert!(read.is_err());
        }
    }
}
