//! Invented cases by the thousand, the same at every run, and figures in the form that `cargo xtask bench` reads.

use jiff::{Timestamp, ToSpan};
use mottaget_domain::Admission;
use mottaget_domain::case::{Answer, CaseTypeRef, HistoryEntry, Sender};
use mottaget_domain::lifecycle::Submission;
use mottaget_domain::personal_id::check_digit;
use mottaget_domain::{
    Assignee, Attachment, AttachmentId, CaseId, CaseState, CaseTypeId, ClinicFacts, FileKind, HsaId, Message,
    MessageId, MessageKind, Note, NoteId, PersonalId, Policy, Resident, ResidentStatus, Role, Sex, StaffFacts, Who,
    submit,
};
use mottaget_protocol::{Assignment, CaseDocument, Directory, Me, Page, Phase, Preferences, Staff};
use std::collections::BTreeMap;
use std::io::Write;
use uuid::Uuid;

/// A small generator of pseudo-random numbers (SplitMix64): the same cases at every run.
pub struct Dice(u64);

impl Dice {
    pub fn new() -> Self {
        Self(1177)
    }

    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }

    fn uuid(&mut self) -> Uuid {
        let mut half = || (self.roll(1 << 32) as u128) << 32 | self.roll(1 << 32) as u128;
        Uuid::from_u128(half() << 64 | half())
    }

    /// About 60 characters a line, some words common and most put together.
    fn text(&mut self, words: usize) -> String {
        let mut text = String::new();
        for n in 0..words {
            text.push_str(if n % 12 == 11 { ".\n" } else { " " });
            match self.roll(3) {
                0 => text.push_str(self.pick(&COMMON)),
                1 => text.push_str(self.pick(&STEMS)),
                _ => {
                    text.push_str(self.pick(&STEMS));
                    text.push_str(self.pick(&STEMS));
                    text.push_str(self.pick(&ENDINGS));
                }
            }
        }
        text
    }
}

const COMMON: [&str; 16] =
    ["jag", "har", "och", "det", "inte", "sedan", "att", "för", "med", "som", "på", "vill", "kan", "ni", "den", "en"];
const STEMS: [&str; 40] = [
    "recept", "förnya", "läkar", "besök", "värk", "hosta", "feber", "astma", "spray", "tid", "bok", "provsvar",
    "remiss", "blod", "tryck", "knä", "rygg", "huvud", "mage", "allergi", "vaccin", "intyg", "sjuk", "skriv", "apotek",
    "tablett", "dos", "vecka", "måna", "dag", "natt", "sömn", "öga", "öra", "hud", "utslag", "sår", "läkning", "svull",
    "kontroll",
];
const ENDINGS: [&str; 8] = ["", "en", "et", "ar", "or", "ning", "s", "erna"];
const GIVEN: [&str; 10] = ["Elin", "Åke", "Örjan", "Maja", "Sven", "Astrid", "Nils", "Greta", "Vera", "Björn"];
const FAMILY: [&str; 10] = [
    "Testberg",
    "Låtsas",
    "Provsson",
    "Påhitt",
    "Exempelgren",
    "Fiktiv",
    "Övningsdal",
    "Mönster",
    "Skenberg",
    "Trolig",
];
const TYPES: [&str; 6] =
    ["Förnya recept", "Boka tid", "Sjukintyg", "Provsvar", "Fråga om läkemedel", "Ändra eller avboka besök"];

pub const ANNA: &str = "SE2321000016-A001";
pub const CLINIC: &str = "SE2321000016-B001";

pub fn hsa(id: &str) -> HsaId {
    HsaId::parse(id).unwrap()
}

/// Monday morning.
pub fn now() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().unwrap()
}

pub fn directory() -> Directory {
    let anna = StaffFacts {
        hsa_id: hsa(ANNA),
        name: "Anna Provsson".into(),
        title: "Distriktssköterska".into(),
        active: true,
        roles: [Role::Receiver, Role::Handler].into(),
        absences: Vec::new(),
    };
    Directory {
        clinic: hsa(CLINIC),
        name: "Björkens vårdcentral".into(),
        policy: Policy::default(),
        staff: vec![anna],
        groups: Vec::new(),
        open_cases: Vec::new(),
        case_types: Vec::new(),
        reply_templates: Vec::new(),
        region: String::new(),
    }
}

pub fn me() -> Me {
    Me {
        staff: Staff {
            hsa_id: hsa(ANNA),
            name: "Anna Provsson".into(),
            title: "Distriktssköterska".into(),
            email: None,
            phone: None,
            protected_identity: false,
        },
        assignments: vec![Assignment {
            clinic: hsa(CLINIC),
            clinic_name: "Björkens vårdcentral".into(),
            roles: [Role::Receiver, Role::Handler].into(),
            groups: Vec::new(),
        }],
        preferences: Preferences {
            signature: "Anna".into(),
            notify_new_case: true,
            notify_assigned: true,
            notify_answered: true,
            notify_mentioned: true,
            sign_as: mottaget_domain::signature::SignAs::Person,
            views: Vec::new(),
        },
    }
}

/// Cases in the order of a snapshot: open ones first, newest first. One in ten is open.
pub fn cases(count: usize) -> Vec<CaseDocument> {
    let mut dice = Dice::new();
    let facts = ClinicFacts {
        hsa_id: hsa(CLINIC),
        name: "Björkens vårdcentral".into(),
        policy: Policy::default(),
        staff: BTreeMap::new(),
        groups: BTreeMap::new(),
    };
    let mut cases: Vec<CaseDocument> = (0..count).map(|n| one(&mut dice, &facts, n)).collect();
    cases.sort_by_key(|document| (!document.case.state.is_open(), std::cmp::Reverse(document.case.created_at)));
    cases
}

fn one(dice: &mut Dice, facts: &ClinicFacts, n: usize) -> CaseDocument {
    let received = now() - (n as i64 * 17).minutes();
    let kind = dice.pick(&TYPES);
    let answer = |dice: &mut Dice| Answer { question: "Beskriv dina besvär".into(), answer: dice.text(8) };
    let attachments = if dice.roll(3) == 0 { vec![file(dice)] } else { Vec::new() };
    let submission = Submission {
        admission: Admission::default(),
        case: CaseId(dice.uuid()),
        message: MessageId(dice.uuid()),
        case_type: CaseTypeRef {
            id: CaseTypeId(Uuid::new_v5(&Uuid::NAMESPACE_OID, kind.as_bytes())),
            name: kind.into(),
            resident_files: true,
            response_days: None,
        },
        text: dice.text(60),
        answers: vec![answer(dice), answer(dice), answer(dice)],
        attachments,
    };
    let resident = resident(dice);
    let mut case = submit(submission, &resident, None, facts, received).unwrap();
    if !n.is_multiple_of(20) {
        case.assignee = Some(Assignee::Person { hsa_id: hsa(ANNA) });
        case.state = if n % 10 == 1 { CaseState::InProgress } else { CaseState::Closed };
        case.notes.push(Note {
            id: NoteId(dice.uuid()),
            author: hsa(ANNA),
            author_name: "Anna Provsson".into(),
            text: dice.text(10),
            mentions: std::collections::BTreeSet::new(),
            at: received,
        });
    }
    if case.state == CaseState::Closed {
        for kind in [MessageKind::PartialReply, MessageKind::FinalReply] {
            reply(dice, &mut case, kind, received + 5.hours());
        }
        (case.first_feedback_at, case.closed_at) = (Some(received + 5.hours()), Some(received + 5.hours()));
    }
    case.stamp(n as u64 + 1);
    CaseDocument { seq: n as u64 + 1, case, resident }
}

fn reply(dice: &mut Dice, case: &mut mottaget_domain::Case, kind: MessageKind, at: Timestamp) {
    let message = MessageId(dice.uuid());
    case.thread_version += 1;
    case.messages.push(Message {
        id: message,
        kind,
        sender: Sender::Staff {
            hsa_id: hsa(ANNA),
            name: "Anna Provsson".into(),
            title: "Distriktssköterska".into(),
            signature: "Anna Provsson, distriktssköterska".into(),
        },
        text: dice.text(40),
        answers: Vec::new(),
        attachments: Vec::new(),
        accepted_at: at,
        release_at: at,
        released_at: Some(at),
        read_by_resident_at: None,
    });
    case.history.push(HistoryEntry {
        seq: 0,
        at,
        who: Who::Staff { hsa_id: hsa(ANNA), name: "Anna Provsson".into() },
        op: None,
        what: mottaget_domain::case::Happening::MessageReleased { message, kind },
        thread_version: Some(case.thread_version),
    });
}

fn file(dice: &mut Dice) -> Attachment {
    let name = format!("{}.pdf", dice.pick(&STEMS));
    let sha256 = format!("{:032x}{:032x}", dice.uuid().as_u128(), dice.uuid().as_u128());
    Attachment { id: AttachmentId(dice.uuid()), file_name: name, kind: FileKind::Pdf, size: 40_000, sha256 }
}

fn resident(dice: &mut Dice) -> Resident {
    // Birth numbers 980–999 are the authorities' test numbers.
    let body =
        format!("{:02}{:02}{:02}{}", 40 + dice.roll(59), 1 + dice.roll(12), 1 + dice.roll(28), 980 + dice.roll(20));
    let id = format!("19{body}{}", check_digit(&body));
    Resident {
        personal_id: PersonalId::try_from(id).unwrap(),
        name: format!("{} {}", dice.pick(&GIVEN), dice.pick(&FAMILY)),
        sex: Sex::Unknown,
        protected_identity: false,
        status: ResidentStatus::Active,
        mobile: Some("070-174 06 05".into()),
        email: None,
        guardians: Vec::new(),
    }
}

/// The pages of a first snapshot, as the app asks for them: a small one, so that something is there, then large ones.
pub fn pages(cases: &[CaseDocument]) -> Vec<Page> {
    let (first, rest) = cases.split_at(cases.len().min(100));
    let parts: Vec<&[CaseDocument]> = std::iter::once(first).chain(rest.chunks(500)).collect();
    let last = parts.len() - 1;
    let page = |(n, part): (usize, &&[CaseDocument])| Page {
        clinic: hsa(CLINIC),
        phase: Phase::Snapshot,
        reset: false,
        cursor: n.to_string(),
        seq: cases.len() as u64,
        more: n < last,
        total: Some(cases.len() as u64),
        documents: part.to_vec(),
        tombstones: Vec::new(),
        taken: Vec::new(),
        settled: Vec::new(),
        rejected: Vec::new(),
    };
    parts.iter().enumerate().map(page).collect()
}

/// Prints a figure, and writes it down for `cargo xtask bench` if that asked.
pub fn tell(what: &str, ours: f64, name: &str, value: f64, limit: f64) {
    println!("{what}: {ours:.1} ms; {name}: {value:.1} ms; ratio {:.2} (to reach: {limit})", ours / value);
    let Some(out) = std::env::var_os("MOTTAGET_BENCH_OUT") else { return };
    let against = serde_json::json!([{ "name": name, "value": value, "limit": limit }]);
    let figure = serde_json::json!({ "what": what, "unit": "ms", "ours": ours, "against": against });
    let mut out = std::fs::OpenOptions::new().append(true).create(true).open(out).unwrap();
    writeln!(out, "{figure}").unwrap();
}
