//! Invented replies of a clinic, Swedish and English, with and without facts of somebody else. The same seed gives the same
//! replies. All people are invented; birth numbers are 980–999.

use jiff::civil::Date;
use mottaget_domain::PersonalId;
use mottaget_domain::guard::{FindingKind, Known, Own};
use mottaget_domain::personal_id::check_digit;
use std::ops::Range;

pub const TODAY: Date = Date::constant(2026, 11, 26);

/// A reply, for whom it is, and what in it belongs to somebody else.
pub struct Reply {
    pub known: Known,
    pub text: String,
    pub foreign: Vec<(FindingKind, Range<usize>)>,
}

/// SplitMix64: small, and the same everywhere.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % limit as u64).unwrap()
    }

    pub fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + u8::try_from(self.below(10)).unwrap())).collect()
    }
}

/// First names; the last third is rare, and on no list of the guard's.
const FIRST: [&str; 36] = [
    "Anna",
    "Erik",
    "Maria",
    "Lars",
    "Karin",
    "Mohammed",
    "Elisabeth",
    "Johan",
    "Fatima",
    "Gunnar",
    "Ingrid",
    "Ali",
    "Astrid",
    "Sven",
    "Leila",
    "Björn",
    "Kerstin",
    "Per",
    "Emma",
    "Hassan",
    "Birgitta",
    "Oskar",
    "Bo",
    "Amina",
    "Tindrali",
    "Eskilina",
    "Xhevdet",
    "Ragnfrid",
    "Oluwaseun",
    "Thorgny",
    "Yngvild",
    "Bogumila",
    "Zebulon",
    "Hjördis",
    "Kveldulf",
    "Sunniva",
];

/// Surnames; the last third is rare.
const SURNAMES: [&str; 36] = [
    "Andersson",
    "Johansson",
    "Lindberg",
    "Nyström",
    "Svensson",
    "Haddad",
    "Eriksson",
    "Berg",
    "Lindqvist",
    "Karlsson",
    "Nguyen",
    "Holm",
    "Bergström",
    "Yilmaz",
    "Sandberg",
    "Olsson",
    "Ek",
    "Forsberg",
    "Nilsson",
    "Hedlund",
    "Ahmed",
    "Åkesson",
    "Wikström",
    "Lund",
    "Abenius",
    "Tranströmer-Quist",
    "Rehnskiöld",
    "Ogunleye",
    "Zetterwall",
    "Krusbär",
    "Uggla",
    "Hammarskiöld",
    "Dziubinski",
    "Silfverhjelm",
    "Kjellzon",
    "Ödmark",
];

fn day(random: &mut Random) -> Date {
    let (year, month, day) = (1925 + random.below(101), 1 + random.below(12), 1 + random.below(28));
    Date::new(i16::try_from(year).unwrap(), i8::try_from(month).unwrap(), i8::try_from(day).unwrap()).unwrap()
}

fn number(random: &mut Random, born: Date, coordination: bool) -> PersonalId {
    let day = born.day() + if coordination { 60 } else { 0 };
    let (date, birth) = (format!("{:02}{:02}{day:02}", born.year() % 100, born.month()), 980 + random.below(20));
    let nine = format!("{date}{birth}");
    PersonalId::try_from(format!("{:02}{nine}{}", born.year() / 100, check_digit(&nine))).unwrap()
}

/// A number as people write it.
fn spelled(random: &mut Random, id: &PersonalId) -> String {
    let full = id.as_str();
    let (date, last) = full.split_at(8);
    let short = &date[2..];
    match random.below(10) {
        0 => full.to_owned(),
        1 => full[2..].to_owned(),
        2 | 3 => format!("{date}-{last}"),
        4 | 5 => format!("{short}-{last}"),
        6 => format!("{short} {last}"),
        7 => format!("{short} - {last}"),
        8 => format!("{short}-\n{last}"),
        _ => format!("{}-{}-{} {last}", &date[..4], &date[4..6], &date[6..]),
    }
}

const MONTHS: [&str; 12] = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
];
const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn date_in(random: &mut Random, day: Date, swedish: bool) -> String {
    let (y, m, d) = (day.year(), day.month(), day.day());
    let month = usize::try_from(m - 1).unwrap();
    match (random.below(4), swedish) {
        (0, _) => day.to_string(),
        (1, true) => format!("{d}/{m} {y}"),
        (2, true) => format!("{d} {} -{:02}", MONTHS[month], y % 100),
        (_, true) => format!("{d} {} {y}", MONTHS[month]),
        (1, false) => format!("{} {d}, {y}", ENGLISH_MONTHS[month]),
        (_, false) => format!("{d} {} {y}", ENGLISH_MONTHS[month]),
    }
}

/// Days on which something happened or will, as a reply names them.
fn event_day(random: &mut Random) -> Date {
    let away = i64::try_from(random.below(700)).unwrap() - 550;
    TODAY.checked_add(jiff::Span::new().days(away)).unwrap()
}

/// A sentence in which nobody else is named, many of them made to look as if.
fn harmless(random: &mut Random, swedish: bool) -> String {
    let r = random;
    if !swedish {
        return match r.below(14) {
            0 => format!("Please call us on 08-465 004 {}.", r.digits(2)),
            1 => format!("Your order number is {}.", r.digits(8)),
            2 => {
                let day = event_day(r);
                format!("Your appointment is on {} at 10.15.", date_in(r, day, false))
            }
            3 => "Take two tablets of Alvedon three times a day for 10 days.".to_owned(),
            4 => "Dr Nilsson at Karolinska will see you next week.".to_owned(),
            5 => format!("Your surgery on {} went well.", date_in(r, Date::constant(2011, 5, 3), false)),
            6 => "Please bring your medicines, for example Waran or Eliquis.".to_owned(),
            7 => format!("The invoice reference is {}.", reference(r)),
            8 => "We are closed in May and on Christmas Eve.".to_owned(),
            9 => "Your blood pressure was 135/85 and your pulse 72.".to_owned(),
            10 => "The test for Sjögren syndrome was negative.".to_owned(),
            11 => format!("Go to Erik Dahlbergs gata {}, second floor.", 1 + r.below(90)),
            12 => "Will you be able to come on Monday?".to_owned(),
            _ => "Thank you for your message.".to_owned(),
        };
    }
    match r.below(30) {
        0 => format!("Ring oss på 08-465 004 {} vardagar 8–16.", r.digits(2)),
        1 => format!("Du når mig på 070-174 06 {:02}.", 5 + r.below(90)),
        2 => format!("Växeln har nummer 0480-{} {} {}.", r.digits(2), r.digits(2), r.digits(2)),
        3 => format!("Beställningen har nummer {}.", r.digits(8)),
        4 => format!("Betala med OCR-nummer {}.", reference(r)),
        5 => format!("Fakturan har nummer {}.", reference(r)),
        6 => format!("Bankgiro {}-{}.", r.digits(4), r.digits(4)),
        7 => {
            let day = event_day(r);
            format!("Du är välkommen {} kl. 10.15.", date_in(r, day, true))
        }
        8 => {
            let day = event_day(r);
            format!("Provet togs {} och svaret är bra.", date_in(r, day, true))
        }
        9 => format!("Du opererades {} hos oss.", date_in(r, Date::constant(2004, 3, 9), true)),
        10 => format!("Senaste stelkrampssprutan fick du {}.", date_in(r, Date::constant(2012, 8, 21), true)),
        11 => "Ta Alvedon 500 mg, 1–2 tabletter högst 4 gånger per dag.".to_owned(),
        12 => "Waran tas som förut: 2,5 mg måndag, onsdag och fredag.".to_owned(),
        13 => "Schemat är 1-0-1-0 i 10 dagar och sedan 1+1+1.".to_owned(),
        14 => "Mottagningen ligger på Karl Johans gata 12.".to_owned(),
        15 => "Du är remitterad till S:t Eriks ögonsjukhus.".to_owned(),
        16 => "Remissen till Astrid Lindgrens barnsjukhus är skickad.".to_owned(),
        17 => "Dr Holmgren på Sahlgrenska tar över.".to_owned(),
        18 => "Karl Nilsson, leg. läkare, har skrivit intyget.".to_owned(),
        19 => "Provet för Sjögrens syndrom var negativt.".to_owned(),
        20 => "Blodtrycket var 135/85 och pulsen 72.".to_owned(),
        21 => "Per telefon går det också bra.".to_owned(),
        22 => "Frisk luft och vila hjälper.".to_owned(),
        23 => "Vi har stängt i maj och på julafton.".to_owned(),
        24 => "Hämta medicinen på Apoteket Kronan i Lund.".to_owned(),
        25 => format!(
            "Provsvar: Hb {}, SR {}, CRP {}, LPK {} {} {}.",
            120 + r.below(40),
            r.below(30),
            r.below(9),
            r.below(9),
            r.below(99),
            r.below(99)
        ),
        26 => format!("Intyget gäller till och med {}.", date_in(r, Date::constant(2027, 6, 1), true)),
        27 => format!("Artikel {}-{} finns på lager.", r.digits(6), r.digits(3)),
        28 => "Björkens vårdcentral bjuder på Falu rödfärg.".to_owned(),
        _ => "Tack för ditt meddelande.".to_owned(),
    }
}

/// A payment reference: any digits, and a check digit of the same kind as an identity number's.
fn reference(random: &mut Random) -> String {
    let length = [9, 9, 11, 13][random.below(4)];
    let digits = random.digits(length);
    // the weights run from the last digit, which the reference's own check digit follows
    let check = if length % 2 == 1 { check_digit(&digits) } else { 0 };
    format!("{digits}{check}")
}

/// A sentence with something of somebody else's, which stands in its place.
fn foreign(random: &mut Random, swedish: bool, known: &Known) -> (String, FindingKind, String) {
    use FindingKind::{BirthDate, CoordinationNumber, IdentityNumber, PersonName, ReserveNumber};
    let r = random;
    let own = &known.own[0];
    let born = loop {
        let born = day(r);
        if Some(born) != own.personal_id.birth_date() && born < Date::constant(2025, 1, 1) {
            break born;
        }
    };
    let kind = [IdentityNumber, IdentityNumber, CoordinationNumber, ReserveNumber, BirthDate, BirthDate, PersonName]
        [r.below(7)];
    let (words, sentences): (String, &[&str]) = match (kind, swedish) {
        (IdentityNumber | CoordinationNumber, _) => {
            let id = number(r, born, kind == CoordinationNumber);
            let sentences: &[&str] = if swedish {
                &[
                    "Svaret för {} är klart.",
                    "{}: inget att anmärka.",
                    "Se även {}.",
                    "Personnummer: {}.",
                    "Remiss {} skickad.",
                ]
            } else {
                &["The result for {} is ready.", "Personal identity number: {}.", "See also {}."]
            };
            (spelled(r, &id), sentences)
        }
        (ReserveNumber, _) => {
            let date = born.to_string().replace('-', "");
            let text = match r.below(2) {
                0 => format!("{date}SF{}A", 1 + r.below(8)),
                _ => {
                    let year = format!("{}0000{}", born.year(), r.digits(1));
                    format!("99{year}{}", check_digit(&year[2..]))
                }
            };
            (text, &["Reservnummer {}.", "Svaret för {} är klart."])
        }
        (BirthDate, true) => (
            date_in(r, born, true),
            &["Patienten är född {}.", "Provsvaret gäller barnet, född {}.", "Hen, {}, är kallad.", "Födelsedatum: {}"],
        ),
        (BirthDate, false) => (
            date_in(r, born, false),
            &["The patient was born {}.", "Date of birth: {}.", "The result for {} is ready."],
        ),
        (PersonName, _) => {
            let mut fresh = |list: &[&'static str]| loop {
                let name = r.one(list);
                if !own.name.contains(name) && !known.staff.iter().any(|staff| staff.contains(name)) {
                    break name;
                }
            };
            let (first, last) = (fresh(&FIRST), fresh(&SURNAMES));
            let full = format!("{first} {last}");
            match (r.below(6), swedish) {
                (0, true) => (first.to_owned(), &["Hej {}!", "Kära {},"]),
                (0, false) => (first.to_owned(), &["Dear {},", "Hello {}!"]),
                (1, true) => (last.to_owned(), &["Vi har talat med fru {}.", "Hälsa herr {}."]),
                (1, false) => (last.to_owned(), &["We have spoken with Mrs {}.", "Mr {} has been told."]),
                (2, _) => (full.to_uppercase(), &["{}: svar klart.", "Gäller {}."]),
                (_, true) => (full, &["Provsvaret gäller {}.", "{} är välkommen till oss.", "Vi ringer {} i morgon."]),
                (_, false) => (full, &["The result for {} is ready.", "We will call {} tomorrow."]),
            }
        }
    };
    (r.one(sentences).to_owned(), kind, words)
}

/// Reply number `n` of the corpus. Every other one has something of somebody else's.
pub fn reply(n: u64) -> Reply {
    let mut random = Random(n.wrapping_mul(0x1234_5678_9abc_def1));
    let r = &mut random;
    let born = day(r);
    let own = Own { name: format!("{} {}", r.one(&FIRST), r.one(&SURNAMES)), personal_id: number(r, born, false) };
    let staff = ["Sara Lindqvist", "Omar Haddad", "Anna Nyström", "Eva Bergström"].map(str::to_owned).to_vec();
    let known = Known { own: vec![own], staff, today: TODAY };
    let swedish = r.below(4) > 0;
    let first = known.own[0].name.split(' ').next().unwrap().to_owned();
    let mut text = match (r.below(3), swedish) {
        (0, true) => format!("Hej {first}!\n"),
        (0, false) => format!("Dear {first},\n"),
        (_, true) => "Hej!\n".to_owned(),
        (_, false) => "Hello,\n".to_owned(),
    };
    let mut spans = Vec::new();
    let sentences = 2 + r.below(5);
    let at = n.is_multiple_of(2).then(|| r.below(sentences));
    for sentence in 0..sentences {
        if at == Some(sentence) {
            let (template, kind, words) = foreign(r, swedish, &known);
            let (before, after) = template.split_once("{}").unwrap();
            let start = text.len() + before.len();
            spans.push((kind, start..start + words.len()));
            text.push_str(&format!("{before}{words}{after}\n"));
        } else if r.below(6) == 0 {
            let id = known.own[0].personal_id.clone();
            let spelling = spelled(r, &id);
            text.push_str(&format!("Du är {} {spelling}.\n", known.own[0].name));
        } else {
            text.push_str(&harmless(r, swedish));
            text.push('\n');
        }
    }
    text.push_str(if swedish { "Vänliga hälsningar\nSara Lindqvist" } else { "Kind regards\nSara Lindqvist" });
    Reply { known, text, foreign: spans }
}
