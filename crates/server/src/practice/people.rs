//! Who lives in the practice clinic: staff in every role, residents of every kind, and what can be asked.

use super::random::fixed_id;
use crate::db::clinics::CaseType;
use crate::db::staff::Person;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use mottaget_domain::calendar::{DaysOff, Eve, EveRule, working_day_after};
use mottaget_domain::clinic::{ClinicFacts, Group, Policy, RegionPolicy, StaffFacts, UndoWindow};
use mottaget_domain::personal_id::check_digit;
use mottaget_domain::response_clock::swedish_day;
use mottaget_domain::{
    Absence, Admission, CaseTypeId, GroupId, HsaId, Municipality, PersonalId, Resident, ResidentStatus, Role,
    ServiceArea, Sex,
};
use mottaget_protocol::feed::CaseTypeInfo;
use mottaget_protocol::session::Staff;
use std::collections::BTreeMap;

/// Code and name of the region.
pub const REGION: (&str, &str) = ("98", "Region Skogslandet");

/// Everybody, and everything that can be asked.
pub struct Cast {
    /// The two clinics as the rules know them.
    pub clinics: Vec<ClinicFacts>,
    /// All staff.
    pub staff: Vec<Person>,
    /// All residents.
    pub residents: Vec<Resident>,
    /// Where they are registered; who is missing is registered nowhere.
    pub homes: BTreeMap<PersonalId, Municipality>,
    /// Whom a clinic has approved for communication.
    pub approvals: Vec<(HsaId, PersonalId)>,
    /// To whom a clinic has granted a case type, until further notice.
    pub grants: Vec<(HsaId, PersonalId, CaseTypeId)>,
    /// All case types, active at both clinics.
    pub case_types: Vec<CaseType>,
}

impl Cast {
    /// How somebody stands to a clinic and to one of its case types.
    pub fn admission(&self, clinic: &HsaId, resident: &PersonalId, case_type: &CaseType) -> Admission {
        let granted = |(at, who, what): &(HsaId, PersonalId, CaseTypeId)| {
            at == clinic && who == resident && *what == case_type.about.id
        };
        Admission {
            registered: self.homes.get(resident).cloned(),
            approved: self.approvals.iter().any(|(at, who)| at == clinic && who == resident),
            restricted: case_type.restricted,
            granted: self.grants.iter().any(granted),
        }
    }
}

const BJORKEN: (&str, &str) = ("B001", "Björkens vårdcentral");
const LINDEN: (&str, &str) = ("L001", "Lindens vårdcentral");

use Role::{
    Auditor as GR, Handler as AH, LocalAdmin as ADM, NationalAdmin as NAT, PermissionAdmin as BEH, Receiver as AM,
    RegionAdmin as REG,
};

struct Member {
    id: &'static str,
    name: &'static str,
    title: &'static str,
    at_bjorken: &'static [Role],
    at_linden: &'static [Role],
}

const fn member(
    id: &'static str,
    name: &'static str,
    title: &'static str,
    at_bjorken: &'static [Role],
    at_linden: &'static [Role],
) -> Member {
    Member { id, name, title, at_bjorken, at_linden }
}

const STAFF: [Member; 15] = [
    member("P001", "Anna Nyström", "Sjuksköterska", &[AM], &[]),
    member("P002", "Sara Lindqvist", "Distriktssköterska", &[AH], &[]),
    member("P003", "Omar Haddad", "Specialistläkare i allmänmedicin", &[AH], &[]),
    member("P004", "Eva Bergström", "Verksamhetschef, sjuksköterska", &[AM, AH], &[AH, ADM]),
    member("P005", "Nils Åkesson", "Verksamhetsutvecklare", &[ADM, BEH], &[]),
    member("P006", "Karin Öberg", "Enhetschef", &[GR], &[BEH]),
    member("P007", "Maja Ek", "Undersköterska", &[AH], &[]),
    member("P008", "Jonas Wikström", "Sjuksköterska", &[], &[AM]),
    member("P009", "Leila Farahani", "Fysioterapeut", &[], &[AH]),
    member("P010", "Maximiliana von Löwenhielm-Gyllenstråle af Västerfjället", "Medicinsk sekreterare", &[AH], &[]),
    member("P011", "Per Sandberg", "Regional administratör", &[REG], &[REG]),
    member("P012", "Ingrid Holm", "Nationell support", &[NAT], &[]),
    member("P013", "Bengt Rosén", "Distriktssköterska", &[AH], &[]),
    member("P014", "Lena Sjöberg", "Distriktssköterska", &[AH], &[]),
    member("P015", "Gustav Norén", "Specialistläkare i allmänmedicin", &[AH], &[]),
];

/// Has protected identity.
const PROTECTED: &str = "P007";
/// Has left: the HSA-id is not active any more.
const LEFT: &str = "P013";
/// Who is away: since and for how many days yet, and who covers meanwhile.
const AWAY: [(&str, i64, i64, Option<&str>); 2] = [("P014", 2, 12, Some("P007")), ("P015", 4, 5, None)];

/// The groups: name, clinic, members.
const GROUPS: [(&str, &str, &[&str]); 3] = [
    ("Sköterskegruppen", BJORKEN.0, &["P002", "P004", "P007"]),
    ("Läkargruppen", BJORKEN.0, &["P003", "P010"]),
    ("Rehabgruppen", LINDEN.0, &["P004", "P009"]),
];

/// HSA-ids of the invented region: all parts are ours, so reading one can't fail.
fn hsa(suffix: &str) -> Option<HsaId> {
    HsaId::parse(&format!("SE2321000016-{suffix}")).ok()
}

/// Everybody as they are at `now`.
pub fn cast(now: Timestamp) -> Cast {
    let today = swedish_day(now);
    let of = |name: &str| RESIDENTS.iter().find(|citizen| citizen.0 == name).and_then(|one| number(one, today));
    let homes = RESIDENTS.iter().filter_map(|citizen| Some((number(citizen, today)?, home(citizen)?)));
    let granted = CaseTypeId(fixed_id(RESTRICTED));
    Cast {
        clinics: [BJORKEN, LINDEN].into_iter().filter_map(|(id, name)| clinic(id, name, now)).collect(),
        staff: STAFF.iter().filter_map(person).collect(),
        residents: residents(now),
        homes: homes.collect(),
        approvals: hsa(BJORKEN.0).zip(of(APPROVED)).into_iter().collect(),
        grants: hsa(BJORKEN.0).zip(of(GRANTED)).map(|(clinic, who)| (clinic, who, granted)).into_iter().collect(),
        case_types: case_types(),
    }
}

/// Lives outside the clinics' service area, and is approved at the first.
const APPROVED: &str = "Örjan Kvist";
/// Lives outside it too, and is not.
const OUTSIDE: &str = "Wilma Sandell";
/// Has been granted the case type that is only for some.
const GRANTED: &str = "Klara Nilsdotter";

/// Where somebody is registered: in the invented region 98, but for few.
fn home(citizen: &Citizen) -> Option<Municipality> {
    match citizen {
        Citizen(APPROVED | OUTSIDE, ..) => Municipality::parse("9701"),
        // a coordination number is for somebody who is registered nowhere
        Citizen(.., Coordination) => None,
        Citizen(..) => Municipality::parse("9801"),
    }
}

fn person(member: &Member) -> Option<Person> {
    let hsa_id = hsa(member.id)?;
    let protected = member.id == PROTECTED;
    let given = member.name.split(' ').next().unwrap_or_default();
    let email = format!("{}.{}@exempel.invalid", plain(given), member.id.to_lowercase());
    Some(Person {
        staff: Staff {
            hsa_id,
            name: member.name.to_owned(),
            title: member.title.to_owned(),
            email: (!protected).then_some(email),
            // A series that is set aside for fiction by the Swedish post and telecom authority.
            phone: (!protected).then(|| format!("08-465 004 {}", member.id.get(2..).unwrap_or("00"))),
            protected_identity: protected,
        },
        active: member.id != LEFT,
    })
}

fn plain(name: &str) -> String {
    name.to_lowercase().replace(['å', 'ä'], "a").replace('ö', "o")
}

/// What the region has decided: three working days, the usual half-days, and the usual undo windows.
pub fn region_policy() -> RegionPolicy {
    let half_days = [Eve::Epiphany, Eve::MaundyThursday, Eve::Walpurgis, Eve::AllSaints];
    RegionPolicy {
        response_days: 3,
        eves: half_days.map(|eve| (eve, EveRule::Half)).into(),
        undo: UndoWindow::PRESET,
        ..RegionPolicy::default()
    }
}

/// The first clinic answers within two working days; the second follows its region, and is closed on the next working
/// day for a day of training.
fn policy(id: &str, now: Timestamp) -> Policy {
    // What was sent in the lives before the practice began has gone long ago: nothing of it is held.
    let region = RegionPolicy { undo: UndoWindow::default(), ..region_policy() };
    let service_area = Some(ServiceArea { counties: [REGION.0.to_owned()].into(), ..ServiceArea::default() });
    if id == BJORKEN.0 {
        return Policy { region, service_area, response_days: Some(2), ..Policy::default() };
    }
    let training = working_day_after(swedish_day(now), 1, &DaysOff::default());
    Policy { region, service_area, closed_days: [training].into(), ..Policy::default() }
}

fn absence(member: &Member, today: Date) -> Option<Absence> {
    let (_, since, until, substitute) = AWAY.into_iter().find(|(id, ..)| *id == member.id)?;
    Some(Absence {
        from: today.checked_sub(since.days()).ok()?,
        to: today.checked_add(until.days()).ok()?,
        substitute: substitute.and_then(hsa),
    })
}

fn clinic(id: &str, name: &str, now: Timestamp) -> Option<ClinicFacts> {
    let staff: BTreeMap<HsaId, StaffFacts> = STAFF
        .iter()
        .filter_map(|member| {
            let roles = if id == BJORKEN.0 { member.at_bjorken } else { member.at_linden };
            let facts = StaffFacts {
                hsa_id: hsa(member.id)?,
                name: member.name.to_owned(),
                title: member.title.to_owned(),
                active: member.id != LEFT,
                roles: roles.iter().copied().collect(),
                absences: absence(member, swedish_day(now)).into_iter().collect(),
            };
            (!roles.is_empty()).then_some((facts.hsa_id.clone(), facts))
        })
        .collect();
    let groups: BTreeMap<GroupId, Group> = GROUPS
        .iter()
        .filter(|(_, clinic, _)| *clinic == id)
        .map(|(name, _, members)| {
            let group_id = GroupId(fixed_id(name));
            let members = members.iter().filter_map(|member| hsa(member)).collect();
            (group_id, Group { id: group_id, name: (*name).to_owned(), members })
        })
        .collect();
    Some(ClinicFacts { hsa_id: hsa(id)?, name: name.to_owned(), policy: policy(id, now), staff, groups })
}

/// What a resident's name and number are made of: name, sex, day of birth (or age in years), birth number.
struct Citizen(&'static str, Sex, Born, u16, Kind);

enum Born {
    On(&'static str),
    YearsAgo(i16),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ordinary,
    Protected,
    Child,
    Guardian,
    Coordination,
    Locked,
    Quiet,
}

use Born::{On, YearsAgo};
use Kind::{Child, Coordination, Guardian, Locked, Ordinary, Protected, Quiet};
use Sex::{Female as F, Male as M};

const RESIDENTS: [Citizen; 26] = [
    Citizen("Astrid Lindgård", F, On("19480312"), 980, Ordinary),
    Citizen("Bo Hallström", M, On("19530921"), 981, Ordinary),
    Citizen("Cecilia Forsman", F, On("19790604"), 982, Ordinary),
    Citizen("David Ekblad", M, On("19911130"), 983, Ordinary),
    Citizen("Elin Sjögren", F, On("19850217"), 984, Guardian),
    Citizen("Fredrik Dahlberg", M, On("19670808"), 985, Ordinary),
    Citizen("Gunilla Åström", F, On("19421225"), 986, Quiet),
    Citizen("Hassan Karimi", M, On("19880119"), 987, Ordinary),
    Citizen("Ida Björklund", F, On("20020530"), 988, Ordinary),
    Citizen("Johan Lönnroth-Stiernspetz de Bourgogne-Älvsborg", M, On("19741012"), 989, Ordinary),
    Citizen("Klara Nilsdotter", F, On("19960403"), 990, Ordinary),
    Citizen("Lars-Göran Pettersson", M, On("19510707"), 991, Ordinary),
    Citizen("Margareta Holmgren", F, On("19370215"), 992, Quiet),
    Citizen("Nadia Yilmaz", F, On("19820923"), 994, Ordinary),
    Citizen("Olle Fransson", M, On("19990101"), 993, Ordinary),
    Citizen("Petra Nordahl", F, On("19870616"), 996, Protected),
    Citizen("Rolf Engman", M, On("19460228"), 995, Ordinary),
    Citizen("Selma Sjögren", F, YearsAgo(7), 998, Child),
    Citizen("Tomas Wallin", M, On("19621103"), 997, Ordinary),
    Citizen("Ulrika Hedlund", F, On("19700520"), 980, Ordinary),
    Citizen("Viktor Öhman", M, On("20051218"), 999, Ordinary),
    Citizen("Wilma Sandell", F, On("20010909"), 982, Ordinary),
    Citizen("Yosef Tesfaye", M, On("19900414"), 981, Coordination),
    Citizen("Åke Lundin", M, On("19400601"), 983, Locked),
    Citizen("Ängla Ros", F, On("19930825"), 984, Ordinary),
    Citizen("Örjan Kvist", M, On("19581116"), 985, Ordinary),
];

fn residents(now: Timestamp) -> Vec<Resident> {
    let today = swedish_day(now);
    let guardian = RESIDENTS.iter().find(|citizen| citizen.4 == Guardian).and_then(|citizen| number(citizen, today));
    RESIDENTS
        .iter()
        .filter_map(|citizen| {
            let Citizen(name, sex, _, _, kind) = citizen;
            let given = plain(name.split([' ', '-']).next().unwrap_or_default());
            let shares = matches!(kind, Ordinary | Guardian | Locked);
            Some(Resident {
                personal_id: number(citizen, today)?,
                name: (*name).to_owned(),
                sex: *sex,
                protected_identity: *kind == Protected,
                status: match kind {
                    Locked => ResidentStatus::Locked,
                    Coordination => ResidentStatus::NotActivated,
                    _ => ResidentStatus::Active,
                },
                // A series that is set aside for fiction.
                mobile: shares.then(|| format!("070-174 06 {:02}", 5 + citizen.3 % 90)),
                email: shares.then(|| format!("{given}@exempel.invalid")),
                guardians: if *kind == Child { guardian.iter().cloned().collect() } else { Vec::new() },
            })
        })
        .collect()
}

/// The published test number of a citizen: birth numbers 980–999 belong to nobody.
fn number(citizen: &Citizen, today: jiff::civil::Date) -> Option<PersonalId> {
    let day = match citizen.2 {
        On(day) => day.to_owned(),
        YearsAgo(years) => format!("{:04}0115", today.year() - years),
    };
    let day = if citizen.4 == Coordination { plus_sixty(&day)? } else { day };
    let nine = format!("{}{:03}", day.get(2..)?, citizen.3);
    PersonalId::try_from(format!("{day}{:03}{}", citizen.3, check_digit(&nine))).ok()
}

fn plus_sixty(day: &str) -> Option<String> {
    let (month, number) = (day.get(..6)?, day.get(6..)?.parse::<u8>().ok()?);
    Some(format!("{month}{}", number + 60))
}

/// Name, description, may files be attached, own response days, questions.
type Kinds = (&'static str, &'static str, bool, Option<u8>, &'static [&'static str]);

/// The case type that only those see to whom it was granted.
const RESTRICTED: &str = "Sömnskola: veckans uppföljning";

const CASE_TYPES: [Kinds; 7] = [
    (
        "Förnya recept",
        "När du behöver ett nytt recept på ett läkemedel som du redan har.",
        true,
        None,
        &["Vilket läkemedel gäller det?", "Hur tar du läkemedlet i dag?", "Hur länge räcker det du har hemma?"],
    ),
    (
        "Boka tid",
        "När du vill ha en tid hos oss. Vi svarar med ett förslag.",
        false,
        None,
        &["Vad vill du ha hjälp med?", "Vilka dagar passar dig?"],
    ),
    (
        "Fråga sjuksköterska",
        "När du undrar över besvär som inte är akuta. Ring 112 om det är bråttom.",
        true,
        None,
        &["Vad är det för besvär?", "Hur länge har du haft besvären?", "Vad har du provat själv?"],
    ),
    (
        "Beställa intyg",
        "När du behöver ett intyg om din hälsa.",
        true,
        Some(5),
        &["Vilket intyg behöver du?", "Vem ska ha intyget?", "När behöver du det?"],
    ),
    (
        "Synpunkter och klagomål",
        "Tyck till om oss, bra som dåligt. Du får alltid ett svar.",
        true,
        Some(10),
        &["När hände det?", "Vad vill du att vi gör?"],
    ),
    (
        "Förnya hjälpmedel, inkontinensprodukter och förbrukningsmaterial till egenvård inom hemmet",
        "När du behöver fler av de hjälpmedel eller produkter som vi har skrivit ut till dig.",
        true,
        Some(3),
        &["Vad behöver du mer av?", "Hur många behöver du?"],
    ),
    (
        RESTRICTED,
        "För dig som går i vår sömnskola. Berätta hur veckan har varit.",
        false,
        None,
        &["Hur har du sovit den här veckan?"],
    ),
];

fn case_types() -> Vec<CaseType> {
    let made = CASE_TYPES.iter().map(|(name, description, files, response_days, questions)| CaseType {
        about: CaseTypeInfo {
            id: CaseTypeId(fixed_id(name)),
            name: (*name).to_owned(),
            description: (*description).to_owned(),
            resident_files: *files,
            questions: questions.iter().map(|question| (*question).to_owned()).collect(),
            response_days: *response_days,
        },
        restricted: *name == RESTRICTED,
    });
    made.collect()
}
