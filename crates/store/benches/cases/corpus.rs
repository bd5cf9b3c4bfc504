//! A clinic's years of messages, the same at every run: a vocabulary with a long tail (compounds, slips of the finger,
//! names of medicines, numbers), names, identity numbers, files. Any case can be made by its number alone, the newest
//! first, so that no run holds them all.

use super::words::{CODAS, COMMON, ENDINGS, FAMILY, GIVEN, ONSETS, STEMS, SYLLABLES, TYPES, VOWELS};
use super::{Dice, documents_page, facts, staged};
use jiff::{Timestamp, ToSpan};
use mottaget_domain::case::{Answer, CaseTypeRef};
use mottaget_domain::lifecycle::Submission;
use mottaget_domain::personal_id::check_digit;
use mottaget_domain::{
    Admission, Attachment, AttachmentId, CaseId, CaseTypeId, ClinicFacts, FileKind, MessageId, PersonalId, Resident,
    ResidentStatus, Sex, submit,
};
use mottaget_protocol::{CaseDocument, Page, Phase};
use std::collections::HashSet;
use uuid::Uuid;

/// Different words, before slips and numbers.
const VOCABULARY: usize = 60_000;
/// Different parts of words.
const ALL_STEMS: usize = 2_500;
/// Cases on a page of the feed, as the app asks for them.
pub const PAGE: usize = 500;

pub struct Corpus {
    /// Common ones first: the word of rank r is written about 1/r as often as the first.
    words: Vec<String>,
    facts: ClinicFacts,
}

impl Corpus {
    pub fn new() -> Self {
        let mut dice = Dice::new();
        let stems = stems(&mut dice);
        let mut words: Vec<String> = COMMON.iter().map(|word| (*word).to_owned()).collect();
        let mut seen: HashSet<String> = words.iter().cloned().collect();
        // Simple words before compounds, and short compounds before long ones, as people use them.
        while words.len() < VOCABULARY {
            let share = words.len() as f64 / VOCABULARY as f64;
            let mut word = ranked(&stems, &mut dice).to_owned();
            if words.len() > 300 && happens(&mut dice, 0.5 + share) {
                word.push_str(if dice.roll(3) == 0 { "s" } else { "" });
                word.push_str(ranked(&stems, &mut dice));
            }
            if happens(&mut dice, share / 2.0) {
                word.push_str(ranked(&stems, &mut dice));
            }
            word.push_str(dice.pick(&ENDINGS));
            if seen.insert(word.clone()) {
                words.push(word);
            }
        }
        Self { words, facts: facts() }
    }

    /// The n-th newest case; one in ten is open. On average it has 2.8 messages.
    pub fn case(&self, n: usize) -> CaseDocument {
        let mut dice = Dice::seeded(n as u64);
        let kind = dice.pick(&TYPES);
        let mut answer = || Answer { question: "Beskriv dina besvär".into(), answer: self.text(&mut dice, 8) };
        let answers = vec![answer(), answer(), answer()];
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
            answers,
            text: self.text(&mut dice, 60),
            attachments: if dice.roll(3) == 0 { vec![self.file(&mut dice)] } else { Vec::new() },
        };
        let resident = resident(&mut dice);
        let received = super::now() - (n as i64 * 17).minutes();
        let case = submit(submission, &resident, None, &self.facts, received).unwrap();
        let mut text = |words| self.text(&mut dice, words);
        let texts = [text(10), text(40), text(40)];
        staged(&mut dice, case, resident, n, received, texts)
    }

    /// The first so many cases, newest first, until they have this many messages in all.
    pub fn cases_with_messages(&self, messages: usize) -> usize {
        let mut count = 0;
        (0..).find(|n| {
            count += super::messages_of(*n);
            count >= messages
        })
        .unwrap()
            + 1
    }

    /// Pages of the feed with these cases, made as they are taken.
    pub fn pages(&self, numbers: std::ops::Range<usize>, phase: Phase) -> impl Iterator<Item = Page> {
        let all = numbers.len();
        let starts: Vec<usize> = numbers.clone().step_by(PAGE).collect();
        starts.into_iter().map(move |start| {
            let end = (start + PAGE).min(numbers.end);
            let documents = (start..end).map(|n| self.case(n)).collect();
            documents_page(documents, phase, end < numbers.end, all)
        })
    }

    /// Words in lines of about twelve; how common each is falls with its rank (Zipf).
    pub fn text(&self, dice: &mut Dice, words: usize) -> String {
        let mut text = String::new();
        for n in 0..words {
            match n % 12 {
                0 if n == 0 => {}
                0 => text.push_str(".\n"),
                6 if dice.roll(2) == 0 => text.push_str(", "),
                _ => text.push(' '),
            }
            self.word(dice, &mut text);
        }
        text
    }

    fn word(&self, dice: &mut Dice, text: &mut String) {
        match dice.roll(200) {
            0..4 => text.push_str(&format!("{} mg", [5, 10, 25, 50, 100, 250, 500][dice.roll(7)])),
            4 => text.push_str(&format!("{}/{}", 1 + dice.roll(28), 1 + dice.roll(12))),
            5 => text.push_str(&format!("070-{:03} {:02} {:02}", dice.roll(1000), dice.roll(100), dice.roll(100))),
            6..8 => {
                // The name of a medicine that hardly anybody else takes.
                for _ in 0..3 {
                    text.push_str(dice.pick(&SYLLABLES));
                }
            }
            8..11 => {
                let meant = ranked(&self.words, dice);
                text.push_str(&slip(dice, meant));
            }
            _ => text.push_str(ranked(&self.words, dice)),
        }
    }

    fn file(&self, dice: &mut Dice) -> Attachment {
        let (one, day) = (dice.pick(&STEMS).to_owned(), format!("2026-{:02}-{:02}", 1 + dice.roll(12), 1 + dice.roll(28)));
        let (name, kind) = match dice.roll(4) {
            0 => (format!("IMG_{:04}.jpg", dice.roll(10_000)), FileKind::Jpeg),
            1 => (format!("{one}{}.pdf", dice.pick(&STEMS)), FileKind::Pdf),
            2 => (format!("Skärmbild {day} {:02}.{:02}.png", dice.roll(24), dice.roll(60)), FileKind::Png),
            _ => (format!("{one}-{day}.pdf"), FileKind::Pdf),
        };
        let sha256 = format!("{:032x}{:032x}", dice.uuid().as_u128(), dice.uuid().as_u128());
        Attachment { id: AttachmentId(dice.uuid()), file_name: name, kind, size: 40_000, sha256 }
    }
}

/// What words are put together from: those of the clinic, then some hundreds that sound as if they were.
fn stems(dice: &mut Dice) -> Vec<String> {
    let mut stems: Vec<String> = STEMS.iter().map(|word| (*word).to_owned()).collect();
    let mut seen: HashSet<String> = stems.iter().cloned().collect();
    while stems.len() < ALL_STEMS {
        let mut stem = String::new();
        for _ in 0..1 + dice.roll(2) {
            for part in [&ONSETS[..], &VOWELS, &CODAS] {
                stem.push_str(dice.pick(part));
            }
        }
        if stem.chars().count() > 2 && seen.insert(stem.clone()) {
            stems.push(stem);
        }
    }
    stems
}

/// One of these; the one of rank r comes about 1/r as often as the first (Zipf).
fn ranked<'a>(words: &'a [String], dice: &mut Dice) -> &'a str {
    let rank = ((words.len() as f64 + 1.0).powf(share(dice)) - 1.0) as usize;
    &words[rank.min(words.len() - 1)]
}

fn happens(dice: &mut Dice, share_of_times: f64) -> bool {
    share(dice) < share_of_times
}

/// A number in 0..1.
fn share(dice: &mut Dice) -> f64 {
    dice.roll(1 << 30) as f64 / f64::from(1 << 30)
}

/// Two letters in the wrong order.
fn slip(dice: &mut Dice, word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() > 3 {
        let at = 1 + dice.roll(letters.len() - 2);
        letters.swap(at, at - 1);
    }
    letters.into_iter().collect()
}

fn resident(dice: &mut Dice) -> Resident {
    // Birth numbers 980–999 are the authorities' test numbers.
    let body =
        format!("{:02}{:02}{:02}{}", 40 + dice.roll(59), 1 + dice.roll(12), 1 + dice.roll(28), 980 + dice.roll(20));
    let id = format!("19{body}{}", check_digit(&body));
    let name = format!("{} {}{}", dice.pick(&GIVEN), dice.pick(&FAMILY.0), dice.pick(&FAMILY.1));
    Resident {
        personal_id: PersonalId::try_from(id).unwrap(),
        name,
        sex: Sex::Unknown,
        protected_identity: dice.roll(200) == 0,
        status: ResidentStatus::Active,
        mobile: Some("070-174 06 05".into()),
        email: None,
        guardians: Vec::new(),
    }
}

/// When the n-th newest case was received.
pub fn received(n: usize) -> Timestamp {
    super::now() - (n as i64 * 17).minutes()
}
