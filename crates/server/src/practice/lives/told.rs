//! One life while it is told: act by act, each at its time, each through the rules.

use super::super::papers::Paper;
use super::super::stories::Story;
use super::{End, Given, Outcome, Stage};
use crate::desk::actor_at;
use jiff::{Span, Timestamp, ToSpan};
use mottaget_domain::calendar::{DaysOff, is_working_day};
use mottaget_domain::clinic::ClinicFacts;
use mottaget_domain::guard::GuardWord;
use mottaget_domain::lifecycle::{Compose, act};
use mottaget_domain::{
    Actor, Assignee, Case, CloseReason, Command, HsaId, MessageId, MessageKind, NoteId, Resident, ResidentActor, Role,
};
use std::collections::BTreeSet;

/// One life while it is told.
pub(super) struct Told<'s, 'c, 'f> {
    pub(super) stage: &'s mut Stage<'c>,
    pub(super) facts: &'f ClinicFacts,
    pub(super) story: &'static Story,
    pub(super) resident: Resident,
    pub(super) guardian: Option<Resident>,
    pub(super) at: Timestamp,
    pub(super) moments: Vec<Timestamp>,
    pub(super) case: Case,
}

impl Told<'_, '_, '_> {
    /// Goes on until the life has come that far.
    pub(super) fn until(&mut self, end: End) -> Outcome<()> {
        match end {
            End::New => Ok(()),
            End::Returned => {
                let handler = self.given_to_person(false)?;
                let reason = Some("Gäller en annan profession".into());
                let from = self.case.assignee.clone();
                self.staff_does(&handler, Command::ReturnToReceiver { from, reason })
            }
            End::ToPerson => self.given_to_person(false).map(drop),
            End::ToGroup => self.given_to_group().map(drop),
            End::Taken => self.taken().map(drop),
            End::Lost => self.lost(),
            End::Purged => self.purged(),
            _ => self.worked_on(end),
        }
    }

    /// From the first act of a handler on.
    fn worked_on(&mut self, end: End) -> Outcome<()> {
        let handler = if self.stage.random.between(0, 3) == 0 {
            self.taken()?
        } else {
            self.given_to_person(end != End::Partial)?
        };
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
                return self.staff_does(&handler, Command::Close { reason, note: None, tell: None, based_on: None });
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
        let actor = staff_actor(&facts, who, self.at)?;
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

    fn given_to_person(&mut self, may_have_word: bool) -> Outcome<HsaId> {
        let able: Vec<&HsaId> = self.facts.staff.values().filter(|p| p.can_handle()).map(|p| &p.hsa_id).collect();
        let handler = self.stage.in_turn(self.facts, Given::Handler, &able).ok_or("no handler works here")?;
        let handler = (*handler).clone();
        let with_word = may_have_word && self.stage.random.between(0, 2) == 0;
        self.distribute(Assignee::Person { hsa_id: handler.clone() }, with_word)?;
        Ok(handler)
    }

    fn given_to_group(&mut self) -> Outcome<BTreeSet<HsaId>> {
        let groups: Vec<_> = self.facts.groups.values().collect();
        let group = self.stage.in_turn(self.facts, Given::Group, &groups).ok_or("the clinic has no group")?;
        let group = (*group).clone();
        self.distribute(Assignee::Group { id: group.id }, false)?;
        Ok(group.members)
    }

    fn taken(&mut self) -> Outcome<HsaId> {
        let members: Vec<HsaId> = self.given_to_group()?.into_iter().collect();
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
            guard: Some(GuardWord::clear()),
        }
    }

    fn send(&mut self, handler: &HsaId, kind: MessageKind, text: &str, papers: &[Paper]) -> Outcome<()> {
        let message = self.compose(text, papers);
        self.staff_does(handler, Command::Send { kind, message })?;
        self.resident_reads();
        Ok(())
    }

    fn close_and_tell(&mut self, handler: &HsaId) -> Outcome<()> {
        let tell = self.compose(
            "Hej {namn}! Vi har pratat i telefon i dag, så vi avslutar ärendet här. Hör gärna av dig igen.",
            &[],
        );
        let close =
            Command::Close { reason: CloseReason::HandledByPhone, note: None, tell: Some(tell), based_on: None };
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
        let others: Vec<HsaId> =
            self.facts.staff.values().filter(|p| p.can_handle()).map(|p| p.hsa_id.clone()).collect();
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
        let receiver = staff_actor(&before, &self.somebody(Role::Receiver)?, self.at)?;
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

fn staff_actor(facts: &ClinicFacts, who: &HsaId, at: Timestamp) -> Outcome<Actor> {
    let mut actor = actor_at(facts, who, at).ok_or_else(|| format!("{who} does not work here"))?;
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
