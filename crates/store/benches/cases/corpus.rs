//! What the people of a clinic write with: a vocabulary with a long tail (compounds, slips of the finger, names of
//! medicines, numbers), names, identity numbers, names of files.

use super::dice::Dice;
use super::words::{CODAS, COMMON, ENDINGS, FAMILY, GIVEN, ONSETS, STEMS, SYLLABLES, VOWELS};
use mottaget_domain::personal_id::check_digit;
use mottaget_domain::{Attachment, AttachmentId, FileKind, PersonalId, Resident, ResidentStatus, Sex};
use std::collections::HashSet;

/// Different words, before slips and numbers.
const VOCABULARY: usize = 60_000;
/// Different parts of words.
const ALL_STEMS: usize = 2_500;

pub struct Corpus {
    /// Common ones first: the word of rank r is written about 1/r as often as the first.
    words: Vec<String>,
}

impl Corpus {
    pub fn new() -> Self {
        let mut dice = Dice::seeded(0);
        let stems = stems(&mut dice);
        let mut words: Vec<String> = COMMON.iter().map(|word| (*word).to_owned()).collect();
        let mut seen: HashSet<String> = words.iter().cloned().collect();
        // Simple words before compounds, and short compounds before long ones, as people use them.
        while words.len() < VOCABULARY {
            let share = words.len() as f64 / VOCABULARY as f64;
            let mut word = dice.ranked(&stems).to_owned();
            if words.len() > 300 && dice.happens(0.5 + share) {
                word.push_str(if dice.roll(3) == 0 { "s" } else { "" });
                word.push_str(dice.ranked(&stems));
            }
            if dice.happens(share / 2.0) {
                word.push_str(dice.ranked(&stems));
            }
            word.push_str(dice.pick(&ENDINGS));
            if seen.insert(word.clone()) {
                words.push(word);
            }
        }
        Self { words }
    }

    /// So many words, in sentences of about twelve.
    pub fn text(&self, dice: &mut Dice, words: usize) -> String {
        let mut text = String::new();
        for n in 0..words {
            match n % 12 {
                0 if n == 0 => {}
                0 => text.push_str(".\n"),
                6 if dice.roll(2) == 0 => text.push_str(", "),
                _ => text.push(' '),
            }
            text.push_str(&self.word(dice));
        }
        text
    }

    fn word(&self, dice: &mut Dice) -> String {
        match dice.roll(200) {
            0..4 => format!("{} mg", [5, 10, 25, 50, 100, 250, 500][dice.roll(7)]),
            4 => format!("{}/{}", 1 + dice.roll(28), 1 + dice.roll(12)),
            5 => format!("070-{:03} {:02} {:02}", dice.roll(1000), dice.roll(100), dice.roll(100)),
            // The name of a medicine that hardly anybody else takes.
            6..8 => (0..3).map(|_| dice.pick(&SYLLABLES)).collect(),
            8..11 => {
                let meant = dice.ranked(&self.words);
                slip(dice, meant)
            }
            _ => dice.ranked(&self.words).to_owned(),
        }
    }
}

/// What words are put together from: those of the clinic, then some hundreds that sound as if they were.
fn stems(dice: &mut Dice) -> Vec<String> {
    let mut stems: Vec<String> = STEMS.iter().map(|word| (*word).to_owned()).collect();
    let mut seen: HashSet<String> = stems.iter().cloned().collect();
    while stems.len() < ALL_STEMS {
        let parts = (0..1 + dice.roll(2)).flat_map(|_| [&ONSETS[..], &VOWELS, &CODAS]);
        let stem: String = parts.map(|part| dice.pick(part)).collect();
        if stem.chars().count() > 2 && seen.insert(stem.clone()) {
            stems.push(stem);
        }
    }
    stems
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

pub fn file(dice: &mut Dice) -> Attachment {
    let (one, day) = (dice.pick(&STEMS), format!("2026-{:02}-{:02}", 1 + dice.roll(12), 1 + dice.roll(28)));
    let (file_name, kind) = match dice.roll(4) {
        0 => (format!("IMG_{:04}.jpg", dice.roll(10_000)), FileKind::Jpeg),
        1 => (format!("{one}{}.pdf", dice.pick(&STEMS)), FileKind::Pdf),
        2 => (format!("Skärmbild {day} {:02}.{:02}.png", dice.roll(24), dice.roll(60)), FileKind::Png),
        _ => (format!("{one}-{day}.pdf"), FileKind::Pdf),
    };
    let sha256 = format!("{:032x}{:032x}", dice.uuid().as_u128(), dice.uuid().as_u128());
    Attachment { id: AttachmentId(dice.uuid()), file_name, kind, size: 40_000, sha256 }
}

pub fn resident(dice: &mut Dice) -> Resident {
    // Birth numbers 980–999 are the authorities' test numbers.
    let body =
        format!("{:02}{:02}{:02}{}", 40 + dice.roll(59), 1 + dice.roll(12), 1 + dice.roll(28), 980 + dice.roll(20));
    let id = format!("19{body}{}", check_digit(&body));
    Resident {
        personal_id: PersonalId::try_from(id).unwrap(),
        name: format!("{} {}{}", dice.pick(&GIVEN), dice.pick(&FAMILY.0), dice.pick(&FAMILY.1)),
        sex: Sex::Unknown,
        protected_identity: dice.roll(200) == 0,
        status: ResidentStatus::Active,
        mobile: Some("070-174 06 05".into()),
        email: None,
        guardians: Vec::new(),
    }
}
