//! Swedish working days for any year: weekends, public holidays, the eves that count as Sundays, and what a region or a
//! clinic adds.
//!
//! Public holidays: lag 1989:253 om allmänna helgdagar, with Whit Monday until 2004 and the National Day from 2005 (SFS
//! 2004:1320). Midsummer's Eve, Christmas Eve and New Year's Eve are treated as Sundays by 2 § lag 1930:173 om beräkning av
//! lagstadgad tid. Years before 1953, when Midsummer and All Saints' lay on other days, are counted by the present rules.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

mod holidays;

pub use holidays::{Holiday, easter_sunday, holiday};

/// Eves that the law leaves to the employer: ordinary working days until a region or a clinic says otherwise. Eves that are
/// always Saturdays (Easter, Whitsun) need no rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Eve {
    /// Trettondagsafton, 5 January.
    Epiphany,
    /// Skärtorsdagen, the day before Good Friday.
    MaundyThursday,
    /// Valborgsmässoafton, 30 April.
    Walpurgis,
    /// The day before Ascension Day.
    Ascension,
    /// The day before the National Day, 5 June.
    NationalDay,
    /// Allhelgonaafton, the Friday before All Saints' Day.
    AllSaints,
    /// The day before Christmas Eve, 23 December.
    LittleChristmas,
}

impl Eve {
    /// All of them, in the order of the year.
    pub const ALL: [Self; 7] = [
        Self::Epiphany,
        Self::MaundyThursday,
        Self::Walpurgis,
        Self::Ascension,
        Self::NationalDay,
        Self::AllSaints,
        Self::LittleChristmas,
    ];

    /// The eve that this day is. Where two fall together (30 April can be both Walpurgis Night and the eve of Ascension
    /// Day) the one that comes first in the year's order.
    #[must_use]
    pub fn on(day: Date) -> Option<Self> {
        match (day.month(), day.day()) {
            (1, 5) => return Some(Self::Epiphany),
            (4, 30) => return Some(Self::Walpurgis),
            (6, 5) if day.year() >= holidays::NATIONAL_DAY_SINCE => return Some(Self::NationalDay),
            (12, 23) => return Some(Self::LittleChristmas),
            _ => {}
        }
        match holiday(day.tomorrow().ok()?)? {
            Holiday::GoodFriday => Some(Self::MaundyThursday),
            Holiday::AscensionDay => Some(Self::Ascension),
            Holiday::AllSaintsDay => Some(Self::AllSaints),
            _ => None,
        }
    }

    /// The stable word for the screen.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Epiphany => "epiphanyEve",
            Self::MaundyThursday => "maundyThursday",
            Self::Walpurgis => "walpurgisNight",
            Self::Ascension => "ascensionEve",
            Self::NationalDay => "nationalDayEve",
            Self::AllSaints => "allSaintsEve",
            Self::LittleChristmas => "littleChristmas",
        }
    }

    /// What it is called in English.
    #[must_use]
    pub fn english(self) -> &'static str {
        match self {
            Self::Epiphany => "the eve of Epiphany",
            Self::MaundyThursday => "Maundy Thursday",
            Self::Walpurgis => "Walpurgis Night",
            Self::Ascension => "the eve of Ascension Day",
            Self::NationalDay => "the eve of the National Day",
            Self::AllSaints => "the eve of All Saints' Day",
            Self::LittleChristmas => "the day before Christmas Eve",
        }
    }
}

/// How a region or a clinic treats an eve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum EveRule {
    /// A working day like any other; a clinic says so where its region says otherwise.
    Working,
    /// A half-day: it counts, but what is due that day is due at noon.
    Half,
    /// A day off: it does not count.
    Off,
}

/// Days off beyond the law: what a region and a clinic add.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DaysOff {
    /// Whole days on which the clinic is closed.
    pub closed: BTreeSet<Date>,
    /// Eves that are not ordinary working days.
    pub eves: BTreeMap<Eve, EveRule>,
}

/// Why a day does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayOff {
    /// Saturday or Sunday.
    Weekend,
    /// A public holiday, or an eve that the law treats as a Sunday.
    Holiday(Holiday),
    /// An eve that region or clinic has made a day off.
    Eve(Eve),
    /// The clinic is closed.
    Closed,
}

impl DayOff {
    /// The stable word for the screen: `weekend`, `closed`, a holiday's or an eve's own.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Weekend => "weekend",
            Self::Holiday(holiday) => holiday.code(),
            Self::Eve(eve) => eve.code(),
            Self::Closed => "closed",
        }
    }

    /// Every one of these words.
    #[must_use]
    pub fn codes() -> Vec<&'static str> {
        let holidays = Holiday::ALL.into_iter().map(Holiday::code);
        ["weekend", "closed"].into_iter().chain(holidays).chain(Eve::ALL.into_iter().map(Eve::code)).collect()
    }
}

/// Why the response clock stands still on that day; `None` on a working day. A weekend that is also a holiday is named as
/// the holiday.
#[must_use]
pub fn day_off(day: Date, off: &DaysOff) -> Option<DayOff> {
    if let Some(holiday) = holiday(day) {
        return Some(DayOff::Holiday(holiday));
    }
    if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
        return Some(DayOff::Weekend);
    }
    if off.closed.contains(&day) {
        return Some(DayOff::Closed);
    }
    eve_as(day, off, EveRule::Off).map(DayOff::Eve)
}

/// The eve that makes this day a half-day, if one does.
#[must_use]
pub fn half_day(day: Date, off: &DaysOff) -> Option<Eve> {
    eve_as(day, off, EveRule::Half)
}

fn eve_as(day: Date, off: &DaysOff, rule: EveRule) -> Option<Eve> {
    if off.eves.is_empty() {
        return None;
    }
    Eve::on(day).filter(|eve| off.eves.get(eve) == Some(&rule))
}

/// Is it a day on which the response clock runs: no weekend, no holiday, no closed day?
#[must_use]
pub fn is_working_day(day: Date, off: &DaysOff) -> bool {
    // Most days off are weekends, and those are told at once.
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && day_off(day, off).is_none()
}

/// The `n`th working day after `day` (n = 0: `day` itself if it is one, else the next).
#[must_use]
pub fn working_day_after(day: Date, n: u8, off: &DaysOff) -> Date {
    let mut current = day;
    if n == 0 && is_working_day(current, off) {
        return current;
    }
    let mut left = n.max(1);
    // Two years of closed days in a row end the search: then the date is as good as any other.
    for _ in 0..730 {
        let Ok(next) = current.checked_add(1.day()) else {
            return current;
        };
        current = next;
        if is_working_day(current, off) {
            left -= 1;
            if left == 0 {
                return current;
            }
        }
    }
    current
}

/// Working days from `from` (not counted) to `to` (counted); negative when `to` lies before.
#[must_use]
pub fn working_days_between(from: Date, to: Date, off: &DaysOff) -> i32 {
    if to < from {
        return -working_days_between(to, from, off);
    }
    let mut count = 0;
    let mut current = from;
    while current < to {
        let Ok(next) = current.checked_add(1.day()) else {
            break;
        };
        current = next;
        count += i32::from(is_working_day(current, off));
    }
    count
}

#[cfg(test)]
mod tests;
