//! The lives of the practice clinic's cases: each is filed, distributed and answered through the rules, in the past.

use super::papers::Paper;
use super::people::Cast;
use super::random::Random;
use super::stories::{Fits, STORIES, Story};
use crate::desk::{actor_at, uploader_key_of_staff};
use crate::files::sha256_hex;
use jiff::{Span, Timestamp, ToSpan};
use mottaget_domain::calendar::{DaysOff, is_working_day};
use mottaget_domain::case::{Answer, Sender};
use mottaget_domain::clinic::ClinicFacts;
use mottaget_domain::lifecycle::{Compose, Submission, act, submit};
use mottaget_domain::{
    Actor, Assignee, Attachment, AttachmentId, Case, CaseId, CloseReason, Command, FileKind, HsaId, Message, MessageId,
    MessageKind, NoteId, Resident, ResidentActor, Role,
};
use std::collections::{BTreeMap, BTreeSet};

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
    let mut stage = Stage { cast, papers, now, random: Random::seeded(seed), turn: 0, told: 0 };
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
    fn resident(&mut self) -> Outcome<(Resident, Option<Resident>)> {
        let able: Vec<&Resident> = self.cast.residents.iter().filter(|resident| resident.reachable()).collect();
        self.turn += 1;
        let resident = *able.get(self.turn * 11 % able.len().max(1)).ok_or("nobody lives here")?;
        let guardian = self.cast.residents.iter().find(|other| resident.guardians.contains(&other.personal_id));
        Ok((resident.clone(), guardian.cloned()))
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
        let (resident, guardian) = self.resident()?;
        let story = self.story(facts, &resident)?;
        let at = whole_millis(self.now.checked_sub(age.minutes()).map_err(|error| error.to_string())?);
        let case_type = self.cast.case_types.get(story.case_type).ok_or("no such case type")?;
        let questions = case_type.about.questions.iter().zip(story.answers);
        let submission = Submission {
            case: CaseId(self.random.uuid()),
            message: MessageId(self.random.uuid()),
            case_type: case_type.reference(),
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
    !["Sara", "Omar", "Haddad"].iter().any(|name| says.contains(name)) && !story.reply_files.contains(&Paper::Certificate)
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

/// One life while it is told.
struct Told<'s, 'c, 'f> {
    stage: &'s mut Stage<'c>,
    facts: &'f ClinicFacts,
    story: &'static Story,
    resident: Resident,
    guardian: Option<Resident>,
    at: Timestamp,
    moments: Vec<Timestamp>,
    case: Case,
}

impl Told<'_, '_, '_> {
    fn until(&mut self, end: End) -> Outcome<()> {
        match end {
            End::New => Ok(()),
            End::Returned => {
                let handler = self.to_person(false)?;
                self.staff_does(&handler, Command::ReturnToReceiver { reason: Some("Gäller en annan profession".into()) })
            }
            End::ToPerson => self.to_person(false).map(drop),
            End::ToGroup => self.to_group().map(drop),
            End::Taken => self.taken().map(drop),
            End::Lost => self.lost(),
            End::Purged => self.purged(),
            _ => self.worked_on(end),
        }
    }

    /// From the first act of a handler on.
    fn worked_on(&mut self, end: End) -> Outcome<()> {
        let handler = if self.stage.random.between(0, 3) == 0 { self.taken()? } else { self.to_person(end != End::Partial)? };
        self.staff_does(&handler, Command::Start)?;
        if !self.story.note.is_empty() {
            let note = NoteId(self.stage.random.uuid());
            self.staff_does(&handler, Command::AddNote { note, text: self.story.note.to_owned() })?;
        }
        match end {
            End::InProgress => return Ok(()),
            End::Partial => return self.send(&handler, MessageKind::PartialReply, self.story.partial, &[]),
            End::ClosedQuietly => {
                let reasons = [CloseReason::HandledByPhone, CloseReason::HandledAtVisit, CloseReason::Duplicate];
                let reason = self.stage.random.pick(&reasons).copied().unwrap_or(CloseReason::HandledByPhone);
                return self.staff_does(&handler, Command::Close { reason, note: None, tell: None });
            }
            End::ClosedAndTold => return self.close_and_tell(&handler),
            _ => {}
        }
        if end != End::Replied || self.stage.random.between(0, 2) > 0 {
            self.send(&handler, MessageKind::CounterQuestion, self.story.question, &[])?;
            if matches!(end, End::Awaiting | End::MovedWhileAwaiting) {
                return if end == End::Awaiting { Ok(()) } else { self.move_on() };
            }
            self.resident_answers()?;
        }
        if end == End::Answered {
            return Ok(());
        }
        self.send(&handler, MessageKind::FinalReply, self.story.reply, self.story.reply_files)?;
        if end == End::Reopened { self.staff_does(&handler, Command::Reopen) } else { Ok(()) }
    }

    /// The next moment: some hours later, for staff within office hours, never in the future.
    fn later(&mut self, least_minutes: i64, most_minutes: i64, staff: bool) {
        let minutes = self.stage.random.between(least_minutes, most_minutes);
        let wish = self.at.checked_add(minutes.minutes()).unwrap_or(self.at);
        let wish = if staff { office_hours(wish) } else { wish };
        let left = self.stage.now.as_millisecond() - self.at.as_millisecond();
        let soon = self.at.as_millisecond() + (left / 3).max(1);
        let wish = if wish < self.stage.now { wish.as_millisecond() } else { soon };
        self.at = Timestamp::from_millisecond(wish.max(self.at.as_millisecond() + 1)).unwrap_or(self.at);
    }

    fn does(&mut self, actor: &Actor, command: &Command, facts: &ClinicFacts) -> Outcome<()> {
        let after = act(&self.case, actor, command, None, facts, self.at);
        self.case = after.map_err(|why| format!("{command:?} at {:?}: {why}", self.case.state))?;
        self.moments.push(self.at);
        Ok(())
    }

    fn staff_does(&mut self, who: &HsaId, command: Command) -> Outcome<()> {
        self.later(20, 20 * 60, true);
        let facts = self.facts.clone();
        let actor = staff_actor(&facts, who)?;
        self.does(&actor, &command, &facts)
    }

    /// One of the clinic's active people with that role.
    fn somebody(&mut self, role: Role) -> Outcome<HsaId> {
        let able: Vec<&HsaId> =
            self.facts.staff.values().filter(|p| p.active && p.roles.contains(&role)).map(|p| &p.hsa_id).collect();
        self.stage.random.pick(&able).map(|id| (*id).clone()).ok_or_else(|| format!("no {role:?} works here"))
    }

    fn distribute(&mut self, to: Assignee, with_word: bool) -> Outcome<()> {
        let receiver = self.somebody(Role::Receiver)?;
        let partial_reply = if with_word { Some(self.compose(self.story.partial, &[])) } else { None };
        self.staff_does(&receiver, Command::Distribute { to, from: None, reason: None, partial_reply })?;
        if with_word {
            self.resident_reads();
        }
        Ok(())
    }

    fn to_person(&mut self, may_have_word: bool) -> Outcome<HsaId> {
        let handler = self.somebody(Role::Handler)?;
        let with_word = may_have_word && self.stage.random.between(0, 2) == 0;
        self.distribute(Assignee::Person { hsa_id: handler.clone() }, with_word)?;
        Ok(handler)
    }

    fn to_group(&mut self) -> Outcome<BTreeSet<HsaId>> {
        let groups: Vec<_> = self.facts.groups.values().collect();
        let group = (*self.stage.random.pick(&groups).ok_or("the clinic has no group")?).clone();
        self.distribute(Assignee::Group { id: group.id }, false)?;
        Ok(group.members)
    }

    fn taken(&mut self) -> Outcome<HsaId> {
        let members: Vec<HsaId> = self.to_group()?.into_iter().collect();
        let member = self.stage.random.pick(&members).ok_or("the group is empty")?.clone();
        self.staff_does(&member, Command::Take)?;
        Ok(member)
    }

    fn compose(&mut self, text: &str, papers: &[Paper]) -> Compose {
        let writer = self.guardian.as_ref().unwrap_or(&self.resident);
        let given = writer.name.split(' ').next().unwrap_or_default();
        Compose {
            message: MessageId(self.stage.random.uuid()),
            text: text.replace("{namn}", given),
            attachments: self.stage.files(papers),
            based_on: self.case.thread_version,
        }
    }

    fn send(&mut self, handler: &HsaId, kind: MessageKind, text: &str, papers: &[Paper]) -> Outcome<()> {
        let message = self.compose(text, papers);
        self.staff_does(handler, Command::Send { kind, message })?;
        self.resident_reads();
        Ok(())
    }

    fn close_and_tell(&mut self, handler: &HsaId) -> Outcome<()> {
        let tell = self.compose("Hej {namn}! Vi har pratat i telefon i dag, så vi avslutar ärendet här. Hör gärna av dig igen.", &[]);
        let close = Command::Close { reason: CloseReason::HandledByPhone, note: None, tell: Some(tell) };
        self.staff_does(handler, close)
    }

    /// Most people read what they get, some time later.
    fn resident_reads(&mut self) {
        if self.stage.random.between(0, 4) == 0 {
            return;
        }
        self.later(3, 9 * 60, false);
        if self.case.mark_read_by_resident(self.at) {
            self.moments.push(self.at);
        }
    }

    fn resident_answers(&mut self) -> Outcome<()> {
        self.later(15, 30 * 60, false);
        let actor = Actor::Resident(ResidentActor {
            personal_id: self.resident.personal_id.clone(),
            guardian: self.guardian.as_ref().map(|guardian| guardian.personal_id.clone()),
        });
        let message = MessageId(self.stage.random.uuid());
        let text = self.story.answer.to_owned();
        let facts = self.facts.clone();
        self.does(&actor, &Command::ResidentReply { message, text, attachments: Vec::new() }, &facts)
    }

    /// A receiver gives the waiting case to somebody else.
    fn move_on(&mut self) -> Outcome<()> {
        let receiver = self.somebody(Role::Receiver)?;
        let from = self.case.assignee.clone();
        let others: Vec<HsaId> = self.facts.staff.values().filter(|p| p.can_handle()).map(|p| p.hsa_id.clone()).collect();
        let others: Vec<&HsaId> = others.iter().filter(|id| !self.case.is_assigned_to(id)).collect();
        let hsa_id = (*self.stage.random.pick(&others).ok_or("nobody else works here")?).clone();
        let reason = Some("Ledig resten av veckan".to_owned());
        let to = Assignee::Person { hsa_id };
        self.staff_does(&receiver, Command::Distribute { to, from, reason, partial_reply: None })
    }

    /// Whoever has it leaves; the system notices.
    fn lost(&mut self) -> Outcome<()> {
        let mut before = self.facts.clone();
        let leaver = before.staff.values_mut().find(|p| !p.active && p.roles.contains(&Role::Handler));
        let leaver = leaver.map(|p| {
            p.active = true;
            p.hsa_id.clone()
        });
        let hsa_id = leaver.ok_or("nobody has left this clinic")?;
        let receiver = staff_actor(&before, &self.somebody(Role::Receiver)?)?;
        self.later(20, 20 * 60, true);
        let to = Assignee::Person { hsa_id };
        self.does(&receiver, &Command::Distribute { to, from: None, reason: None, partial_reply: None }, &before)?;
        self.later(60, 20 * 60, true);
        let facts = self.facts.clone();
        self.does(&Actor::System, &Command::LoseAssignee, &facts)
    }

    /// Long ago answered, and gone by rule two years later (R93).
    fn purged(&mut self) -> Outcome<()> {
        self.worked_on(End::Replied)?;
        let closed = self.case.closed_at.unwrap_or(self.at);
        let due = closed.to_zoned(jiff::tz::TimeZone::UTC).checked_add(Span::new().years(2).days(1));
        self.at = due.map_err(|error| error.to_string())?.timestamp();
        let facts = self.facts.clone();
        self.does(&Actor::System, &Command::Purge, &facts)
    }
}

fn staff_actor(facts: &ClinicFacts, who: &HsaId) -> Outcome<Actor> {
    let mut actor = actor_at(facts, who).ok_or_else(|| format!("{who} does not work here"))?;
    actor.signature = format!("{}\n{}", actor.name, actor.title);
    Ok(Actor::Staff(actor))
}

/// The moment itself if somebody is at work then in Sweden, else some time in the next morning that is worked.
fn office_hours(at: Timestamp) -> Timestamp {
    let Ok(local) = at.in_tz("Europe/Stockholm") else { return at };
    let off = DaysOff::default();
    let open = |time: jiff::civil::Time| (7..17).contains(&time.hour());
    if is_working_day(local.date(), &off) && open(local.time()) {
        return at;
    }
    let mut day = local.date();
    if local.time().hour() >= 7 || !is_working_day(day, &off) {
        day = mottaget_domain::calendar::working_day_after(day, 1, &off);
    }
    let minute = i8::try_from(at.as_second().rem_euclid(60)).unwrap_or(0);
    let second = i8::try_from((at.as_second() / 60).rem_euclid(60)).unwrap_or(0);
    day.at(7, minute, second, 0).in_tz("Europe/Stockholm").map_or(at, |zoned| zoned.timestamp())
}
