//! Which public holiday a day is, by law, for any year.

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// First year in which 6 June is a public holiday (SFS 2004:1320); Whit Monday is none from then on.
pub(super) const NATIONAL_DAY_SINCE: i16 = 2005;

/// A public holiday (lag 1989:253), or one of the three eves that are treated as Sundays (lag 1930:173, 2 §).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Holiday {
    /// Nyårsdagen.
    NewYearsDay,
    /// Trettondedag jul.
    Epiphany,
    /// Långfredagen.
    GoodFriday,
    /// Påskdagen.
    EasterSunday,
    /// Annandag påsk.
    EasterMonday,
    /// Första maj.
    FirstOfMay,
    /// Kristi himmelsfärdsdag.
    AscensionDay,
    /// Pingstdagen.
    WhitSunday,
    /// Annandag pingst, until 2004.
    WhitMonday,
    /// Nationaldagen, from 2005.
    NationalDay,
    /// Midsommarafton (lag 1930:173).
    MidsummersEve,
    /// Midsommardagen.
    MidsummersDay,
    /// Alla helgons dag.
    AllSaintsDay,
    /// Julafton (lag 1930:173).
    ChristmasEve,
    /// Juldagen.
    ChristmasDay,
    /// Annandag jul.
    BoxingDay,
    /// Nyårsafton (lag 1930:173).
    NewYearsEve,
}

impl Holiday {
    /// All of them, in the order of the year.
    pub const ALL: [Self; 17] = [
        Self::NewYearsDay,
        Self::Epiphany,
        Self::GoodFriday,
        Self::EasterSunday,
        Self::EasterMonday,
        Self::FirstOfMay,
        Self::AscensionDay,
        Self::WhitSunday,
        Self::WhitMonday,
        Self::NationalDay,
        Self::MidsummersEve,
        Self::MidsummersDay,
        Self::AllSaintsDay,
        Self::ChristmasEve,
        Self::ChristmasDay,
        Self::BoxingDay,
        Self::NewYearsEve,
    ];

    /// The stable word for the screen.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NewYearsDay => "newYearsDay",
            Self::Epiphany => "epiphany",
            Self::GoodFriday => "goodFriday",
            Self::EasterSunday => "easterSunday",
            Self::EasterMonday => "easterMonday",
            Self::FirstOfMay => "firstOfMay",
            Self::AscensionDay => "ascensionDay",
            Self::WhitSunday => "whitSunday",
            Self::WhitMonday => "whitMonday",
            Self::NationalDay => "nationalDay",
            Self::MidsummersEve => "midsummersEve",
            Self::MidsummersDay => "midsummersDay",
            Self::AllSaintsDay => "allSaintsDay",
            Self::ChristmasEve => "christmasEve",
            Self::ChristmasDay => "christmasDay",
            Self::BoxingDay => "boxingDay",
            Self::NewYearsEve => "newYearsEve",
        }
    }

    /// What it is called in Swedish.
    #[must_use]
    pub fn swedish(self) -> &'static str {
        match self {
            Self::NewYearsDay => "nyårsdagen",
            Self::Epiphany => "trettondedag jul",
            Self::GoodFriday => "långfredagen",
            Self::EasterSunday => "påskdagen",
            Self::EasterMonday => "annandag påsk",
            Self::FirstOfMay => "första maj",
            Self::AscensionDay => "Kristi himmelsfärdsdag",
            Self::WhitSunday => "pingstdagen",
            Self::WhitMonday => "annandag pingst",
            Self::NationalDay => "nationaldagen",
            Self::MidsummersEve => "midsommarafton",
            Self::MidsummersDay => "midsommardagen",
            Self::AllSaintsDay => "alla helgons dag",
            Self::ChristmasEve => "julafton",
            Self::ChristmasDay => "juldagen",
            Self::BoxingDay => "annandag jul",
            Self::NewYearsEve => "nyårsafton",
        }
    }

    /// What it is called in English.
    #[must_use]
    pub fn english(self) -> &'static str {
        match self {
            Self::NewYearsDay => "New Year's Day",
            Self::Epiphany => "Epiphany",
            Self::GoodFriday => "Good Friday",
            Self::EasterSunday => "Easter Sunday",
            Self::EasterMonday => "Easter Monday",
            Self::FirstOfMay => "1 May",
            Self::AscensionDay => "Ascension Day",
            Self::WhitSunday => "Whit Sunday",
            Self::WhitMonday => "Whit Monday",
            Self::NationalDay => "the National Day",
            Self::MidsummersEve => "Midsummer's Eve",
            Self::MidsummersDay => "Midsummer's Day",
            Self::AllSaintsDay => "All Saints' Day",
            Self::ChristmasEve => "Christmas Eve",
            Self::ChristmasDay => "Christmas Day",
            Self::BoxingDay => "Boxing Day",
            Self::NewYearsEve => "New Year's Eve",
        }
    }
}

/// The public holiday (or eve treated as a Sunday) on that day.
#[must_use]
pub fn holiday(day: Date) -> Option<Holiday> {
    match (day.month(), day.day()) {
        (1, 1) => return Some(Holiday::NewYearsDay),
        (1, 6) => return Some(Holiday::Epiphany),
        (5, 1) => return Some(Holiday::FirstOfMay),
        (6, 6) if day.year() >= NATIONAL_DAY_SINCE => return Some(Holiday::NationalDay),
        (12, 24) => return Some(Holiday::ChristmasEve),
        (12, 25) => return Some(Holiday::ChristmasDay),
        (12, 26) => return Some(Holiday::BoxingDay),
        (12, 31) => return Some(Holiday::NewYearsEve),
        _ => {}
    }
    let weekday = day.weekday();
    match (day.month(), day.day()) {
        (6, 19..=25) if weekday == Weekday::Friday => Some(Holiday::MidsummersEve),
        (6, 20..=26) if weekday == Weekday::Saturday => Some(Holiday::MidsummersDay),
        (10, 31) | (11, 1..=6) if weekday == Weekday::Saturday => Some(Holiday::AllSaintsDay),
        (3..=6, _) => easter_holiday(day),
        _ => None,
    }
}

fn easter_holiday(day: Date) -> Option<Holiday> {
    let from_easter = day.since(easter_sunday(day.year())?).ok()?.get_days();
    match from_easter {
        -2 => Some(Holiday::GoodFriday),
        0 => Some(Holiday::EasterSunday),
        1 => Some(Holiday::EasterMonday),
        39 => Some(Holiday::AscensionDay),
        49 => Some(Holiday::WhitSunday),
        50 if day.year() < NATIONAL_DAY_SINCE => Some(Holiday::WhitMonday),
        _ => None,
    }
}

/// Easter Sunday of a year in the Gregorian calendar (the computus as given by Gauss, Meeus and Jones).
#[must_use]
pub fn easter_sunday(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
