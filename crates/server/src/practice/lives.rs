//! The lives of the practice clinic's cases: each is filed, distributed and answered through the rules, in the past.

mod told;

use super::papers::Paper;
use super::people::Cast;
use super::random::Random;
use super::stories::{Fits, STORIES, Story};
use crate::desk::uploader_key_of_staff;
use crate::files::sha256_hex;
use jiff::{Timestamp, ToSpan};
use mottaget_domain::case::{Answer, Sender};
use mottaget_domain::clinic::ClinicFacts;
use mottaget_domain::lifecycle::{Submission, submit};
use mottaget_domain::{
    Attachment, AttachmentId, Case, CaseId, FileKind, HsaId, Message, MessageId, Resident, may_submit,
};
use std::collections::BTreeMap;
use told::Told;

/// A case as it stands now, with its place in the clinic's feed.
pub struct Life {
    /// The case.
    pub case: Case,
    /// The clinic's number of its last change.
    pub seq: u64,
    /// When it changed, every time.
    moments: Vec<Timestamp>,
}

impl Life {
    /// The name under which the sender of a message uploads.
    pub fn uploader(&self, message: &Message) -> String {
        match &message.sender {
            Sender::Staff { hsa_id, .. } => uploader_key_of_staff(hsa_id),
            Sender::Resident { guardian } => {
                format!("resident:{}", guardian.as_ref().unwrap_or(&self.case.resident).as_str())
            }
        }
    }
}

/// How far a life has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    New,
    Returned,
    ToPerson,
    ToGroup,
    Taken,
    InProgress,
    Partial,
    Awaiting,
    MovedWhileAwaiting,
    Answered,
    Replied,
    ClosedQuietly,
    ClosedAndTold,
    Reopened,
    Lost,
    Purged,
}

/// How many of each, at the first clinic and at the second.
const PLAN: [(End, usize, usize); 16] = [
    (End::New, 10, 4),
    (End::Returned, 2, 0),
    (End::ToPerson, 6, 3),
    (End::ToGroup, 5, 2),
    (End::Taken, 2, 0),
    (End::InProgress, 5, 2),
    (End::Partial, 3, 0),
    (End::Awaiting, 6, 2),
    (End::MovedWhileAwaiting, 1, 0),
    (End::Answered, 4, 1),
    (End::Replied, 11, 4),
    (End::ClosedQuietly, 3, 1),
    (End::ClosedAndTold, 1, 1),
    (End::Reopened, 1, 0),
    (End::Lost, 1, 0),
    (End::Purged, 1, 0),
];

type Papers = BTreeMap<Paper, (FileKind, Vec<u8>)>;
type Outcome<T> = Result<T, String>;

/// Everything that chance and the cast are needed for while lives are made.
struct Stage<'a> {
    cast: &'a Cast,
    papers: BTreeMap<Paper, (FileKind, u64, String)>,
    now: Timestamp,
    random: Random,
    /// Whose turn it is.
    turn: usize,
    /// Which story was told last.
    told: usize,
    /// How often a clinic's handlers, and its groups, have been given something.
    given: BTreeMap<(HsaId, Given), usize>,
}

/// To whom something is given in turn, so that nobody in the practice clinic sits before an empty list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Given {
    Handler,
    Group,
}

/// All lives, numbered in the order in which things happened at each clinic.
///
/// # Errors
/// What the rules refused: a fault in this module.
pub fn live(cast: &Cast, papers: &Papers, now: Timestamp) -> Outcome<Vec<Life>> {
    let known = |(paper, (kind, bytes)): (&Paper, &(FileKind, Vec<u8>))| {
        (*paper, (*kind, bytes.len() as u64, sha256_hex(bytes)))
    };
    let seed = now.as_millisecond().unsigned_abs();
    let papers = papers.iter().map(known).collect();
    let mut stage = Stage { cast, papers, now, random: Random::seeded(seed), turn: 0, told: 0, given: BTreeMap::new() };
    let mut all = Vec::new();
    for (place, facts) in cast.clinics.iter().enumerate() {
        let mut lives = Vec::new();
        for (end, first, second) in PLAN {
            for nth in 0..if place == 0 { first } else { second } {
                lives.push(stage.one(facts, end, nth)?);
            }
        }
        number(&mut lives);
        all.append(&mut lives);
    }
    Ok(all)
}

/// Gives every change its number in the clinic's feed, by time.
fn number(lives: &mut [Life]) {
    let mut moments: Vec<(Timestamp, CaseId)> =
        lives.iter().flat_map(|life| life.moments.iter().map(|at| (*at, life.case.id))).collect();
    moments.sort();
    let numbers: BTreeMap<(Timestamp, CaseId), u64> = moments.into_iter().zip(1..).collect();
    for life in lives {
        let id = life.case.id;
        for entry in &mut life.case.history {
            entry.seq = numbers.get(&(entry.at, id)).copied().unwrap_or(0);
        }
        life.seq = life.moments.iter().filter_map(|at| numbers.get(&(*at, id))).max().copied().unwrap_or(0);
    }
}

impl Stage<'_> {
    /// How long ago it began, in minutes.
    fn age(&mut self, end: End, nth: usize) -> i64 {
        const HOUR: i64 = 60;
        const DAY: i64 = 24 * HOUR;
        match end {
            // Some just now, some that have waited too long.
            End::New => 12 + i64::try_from(nth * nth).unwrap_or(0) * 75 + self.random.between(0, HOUR),
            End::Returned | End::ToPerson | End::ToGroup | End::Taken => self.random.between(5 * HOUR, 4 * DAY),
            End::InProgress | End::Partial | End::Lost => self.random.between(2 * DAY, 8 * DAY),
            End::Awaiting | End::Answered | End::MovedWhileAwaiting => self.random.between(3 * DAY, 12 * DAY),
            End::Replied | End::ClosedQuietly | End::ClosedAndTold => self.random.between(6 * DAY, 40 * DAY),
            End::Reopened => self.random.between(10 * DAY, 20 * DAY),
            End::Purged => 800 * DAY,
        }
    }

    /// A matter that this person could have at this clinic.
    fn story(&mut self, facts: &ClinicFacts, resident: &Resident) -> Outcome<&'static Story> {
        let first = self.cast.clinics.first().is_some_and(|clinic| clinic.hsa_id == facts.hsa_id);
        for _ in 0..STORIES.len() {
            self.told += 1;
            let Some(story) = STORIES.get(self.told * 7 % STORIES.len()) else { continue };
            if (first || may_happen_anywhere(story)) && fits(story.fits, resident, self.now) {
                return Ok(story);
            }
        }
        Err("there is no story for somebody".to_owned())
    }

    /// Somebody who could have written it; a child's guardian writes for the child.
    fn resident(&mut self, facts: &ClinicFacts) -> Outcome<(Resident, Option<Resident>)> {
        let today = mottaget_domain::response_clock::swedish_day(self.now);
        let any = self.cast.case_types.first().ok_or("nothing can be asked")?;
        let area = facts.policy.service_area.as_ref();
        let admitted = |resident: &&Resident| {
            let admission = self.cast.admission(&facts.hsa_id, &resident.personal_id, any);
            resident.reachable() && may_submit(&admission, resident, area, today).is_ok()
        };
        let able: Vec<&Resident> = self.cast.residents.iter().filter(admitted).collect();
        self.turn += 1;
        let resident = *able.get(self.turn * 11 % able.len().max(1)).ok_or("nobody lives here")?;
        let guardian = self.cast.residents.iter().find(|other| resident.guardians.contains(&other.personal_id));
        Ok((resident.clone(), guardian.cloned()))
    }

    /// Whose turn it is at a clinic.
    fn in_turn<'t, T>(&mut self, facts: &ClinicFacts, what: Given, all: &'t [T]) -> Option<&'t T> {
        let given = self.given.entry((facts.hsa_id.clone(), what)).or_default();
        let next = all.get(*given % all.len().max(1));
        *given += 1;
        next
    }

    fn files(&mut self, papers: &[Paper]) -> Vec<Attachment> {
        let random = &mut self.random;
        papers
            .iter()
            .filter_map(|paper| {
                let (kind, size, sha256) = self.papers.get(paper)?.clone();
                let id = AttachmentId(random.uuid());
                Some(Attachment { id, file_name: paper.file_name().to_owned(), kind, size, sha256 })
            })
            .collect()
    }

    fn one(&mut self, facts: &ClinicFacts, end: End, nth: usize) -> Outcome<Life> {
        let age = self.age(end, nth);
        let (resident, guardian) = self.resident(facts)?;
        let story = self.story(facts, &resident)?;
        let at = whole_millis(self.now.checked_sub(age.minutes()).map_err(|error| error.to_string())?);
        let case_type = self.cast.case_types.get(story.case_type).ok_or("no such case type")?;
        let questions = case_type.about.questions.iter().zip(story.answers);
        let submission = Submission {
            case: CaseId(self.random.uuid()),
            message: MessageId(self.random.uuid()),
            case_type: case_type.reference(),
            admission: self.cast.admission(&facts.hsa_id, &resident.personal_id, case_type),
            text: story.text.to_owned(),
            answers: questions.map(|(q, a)| Answer { question: q.clone(), answer: (*a).to_owned() }).collect(),
            attachments: self.files(story.files),
        };
        let case = submit(submission, &resident, guardian.as_ref(), facts, at).map_err(|why| why.to_string())?;
        let mut told = Told { stage: self, facts, story, resident, guardian, at, moments: vec![at], case };
        told.until(end)?;
        Ok(Life { case: told.case, seq: 0, moments: told.moments })
    }
}

/// Names nobody who works at the first clinic only.
fn may_happen_anywhere(story: &Story) -> bool {
    let says = [story.reply, story.question, story.partial, story.note].concat();
    !["Sara", "Omar", "Haddad"].iter().any(|name| says.contains(name))
        && !story.reply_files.contains(&Paper::Certificate)
}

fn fits(who: Fits, resident: &Resident, now: Timestamp) -> bool {
    let age = resident.personal_id.age(mottaget_domain::response_clock::swedish_day(now)).unwrap_or(50);
    match who {
        Fits::Child => age < 13,
        Fits::Anyone => age >= 13,
        Fits::Working => (13..65).contains(&age),
        Fits::YoungWoman => resident.sex == mottaget_domain::Sex::Female && (13..46).contains(&age),
    }
}

fn whole_millis(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
