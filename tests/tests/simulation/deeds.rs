//! What people do, and what happens to them: drawn from the seed and the world as the server has it, done by the real client,
//! written down in the ledger.

use crate::chance::Chance;
use crate::ledger::{Sent, Who};
use crate::world::{PACE, PATIENCE, STAFF, World};
use journeys::Mode;
use journeys::person::{everything, list};
use mottaget_client::ClientError;
use mottaget_client::view::{AssigneeName, Delivery, ListQuery, Scope, Target, TargetKind};
use mottaget_domain::{Act, Actor, Assignee, CaseId, CloseReason, MessageKind, OpId, check, visibility};
use std::collections::BTreeSet;
use std::time::Instant;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    File,
    Answer,
    ReadAtHome,
    Give,
    GiveWithReply,
    Take,
    GiveBack,
    Write,
    Change,
    Discard,
    Send,
    Close,
    CloseWithWords,
    Reopen,
    Note,
    MarkRecorded,
    Open,
    Search,
    List,
    Withdraw,
    WithdrawQuestion,
    Decide,
    Seconds,
    Minutes,
    Hours,
    Days,
    WrongClock,
    Cut,
    Mend,
    Slow,
    Hang,
    Broken,
    Busy,
    Twice,
    LoseAnswer,
    KeepUnderway,
    ArriveLate,
    RestartClient,
    GoHome,
    Come,
    RestartServer,
    StopServer,
}

/// How often each, among all.
const DEEDS: [(u64, Deed); 42] = [
    (24, Deed::File),
    (25, Deed::Answer),
    (10, Deed::ReadAtHome),
    (70, Deed::Give),
    (15, Deed::GiveWithReply),
    (40, Deed::Take),
    (15, Deed::GiveBack),
    (80, Deed::Write),
    (45, Deed::Change),
    (15, Deed::Discard),
    (150, Deed::Send),
    (10, Deed::Close),
    (10, Deed::CloseWithWords),
    (20, Deed::Reopen),
    (25, Deed::Note),
    (12, Deed::MarkRecorded),
    (80, Deed::Open),
    (25, Deed::Search),
    (30, Deed::List),
    (35, Deed::Withdraw),
    (10, Deed::WithdrawQuestion),
    (60, Deed::Decide),
    (25, Deed::Seconds),
    (8, Deed::Minutes),
    (3, Deed::Hours),
    (1, Deed::Days),
    (4, Deed::WrongClock),
    (20, Deed::Cut),
    (20, Deed::Mend),
    (5, Deed::Slow),
    (4, Deed::Hang),
    (6, Deed::Broken),
    (4, Deed::Busy),
    (10, Deed::Twice),
    (14, Deed::LoseAnswer),
    (14, Deed::KeepUnderway),
    (10, Deed::ArriveLate),
    (4, Deed::RestartClient),
    (14, Deed::GoHome),
    (10, Deed::Come),
    (2, Deed::RestartServer),
    (1, Deed::StopServer),
];

/// How often each of [`STAFF`] acts.
const BUSY: [(u64, Who); STAFF.len()] = [(6, 0), (7, 1), (5, 2), (6, 3), (4, 4), (1, 5)];
/// Of [`STAFF`], most are at work.
const MOST_AT_HOME: usize = 3;
/// Most deeds are about one of so many of the newest cases; if none of them fits, of these.
const NEWEST: usize = 14;
const NEW: usize = 48;
/// So many cases are remembered in which an act waits without contact.
const CLASHING: usize = 3;
/// Where acts go.
const OPS: &str = "POST /api/v1/ops";
/// What no person should ever be told here.
const NEVER: [&str; 10] = [
    "internal",
    "cache-corrupt",
    "cache-locked",
    "cache-newer",
    "cache-in-use",
    "disk-full",
    "folder",
    "signed-out",
    "guard-changed",
    "guarded",
];

/// What became of a deed, for the story.
type Told = Result<String, ClientError>;

impl World {
    /// Draws the next deed and does it.
    pub async fn step(&mut self) {
        self.deed += 1;
        let mut chance = Chance::of(self.seed, self.deed);
        self.pass(1);
        self.follow_the_day().await;
        match self.down_for {
            Some(0) => self.start_server().await,
            Some(deeds) => self.down_for = Some(deeds - 1),
            None if self.watch.overdue(self.now) => self.look().await,
            None => {}
        }
        let deed = chance.weighted(&DEEDS);
        self.count("deeds");
        match deed {
            Deed::File | Deed::Answer | Deed::ReadAtHome => self.at_home(deed, &mut chance).await,
            Deed::Seconds | Deed::Minutes | Deed::Hours | Deed::Days | Deed::WrongClock => {
                self.time_goes_on(deed, &mut chance).await;
            }
            Deed::Cut
            | Deed::Mend
            | Deed::Slow
            | Deed::Hang
            | Deed::Broken
            | Deed::Busy
            | Deed::Twice
            | Deed::LoseAnswer
            | Deed::KeepUnderway
            | Deed::ArriveLate
            | Deed::RestartClient
            | Deed::GoHome
            | Deed::Come
            | Deed::RestartServer
            | Deed::StopServer => self.weather(deed, &mut chance).await,
            _ => self.staff_act(deed, &mut chance).await,
        }
    }

    /// A resident does something; they have no machine of ours, and no line that breaks.
    async fn at_home(&mut self, deed: Deed, chance: &mut Chance) {
        let resident = chance.below(self.residents.len() as u64) as usize;
        let who = STAFF.len() + resident;
        let linden = chance.percent(25);
        let case = self.any_case(chance, |world, case| {
            let case = &world.watch.documents[&case].case;
            case.resident == world.residents[resident].personal_id && case.open_question.is_some()
        });
        let told = if self.down_for.is_some() {
            self.count("refused: server-down");
            "the server is down".to_owned()
        } else if deed == Deed::File {
            let clinic = if linden { self.clinic.linden() } else { self.clinic.bjorken() };
            // which case it is becomes known only then
            let word = self.ledger.coin(who, case);
            let filed = self.residents[resident].file_case(&clinic, "Boka tid", &format!("Hej {word}."), &[]).await;
            self.ledger.words.get_mut(&word).unwrap().case = filed;
            self.look().await;
            self.count("accepted");
            format!("{} at {}", self.name(filed), if linden { "Linden" } else { "Björken" })
        } else if deed == Deed::Answer {
            let word = self.ledger.coin(who, case);
            let answered = self.residents[resident].try_answer(case, &format!("Svar {word}.")).await;
            self.look().await;
            match answered {
                Ok(()) => {
                    self.count("accepted");
                    format!("{} answered", self.name(case))
                }
                Err(code) => {
                    self.ledger.let_go([&word]);
                    self.count(&format!("refused: {code}"));
                    format!("{} {code}", self.name(case))
                }
            }
        } else {
            let theirs = self.watch.documents[&case].case.resident == self.residents[resident].personal_id;
            if theirs {
                self.residents[resident].sees(case).await;
                self.look().await;
            }
            format!("{} {theirs}", self.name(case))
        };
        let line = format!("{} {deed:?}: {told}", self.name_of(who));
        self.tell(&line);
    }

    async fn time_goes_on(&mut self, deed: Deed, chance: &mut Chance) {
        let (n, who) = (chance.below(1000) as i64, chance.weighted(&BUSY));
        let seconds = match deed {
            Deed::Seconds => 1 + n % 40,
            Deed::Minutes => 60 * (1 + n % 59),
            Deed::Hours => 3600 * (1 + n % 6),
            Deed::Days => 86_400 * (1 + n % 4),
            _ => 0,
        };
        if deed == Deed::WrongClock {
            // up to two hours fast or slow: what was set forward goes back with it
            self.shift(who, (n - 500) * 14);
            let line = format!("{} {deed:?}: {} s", self.name_of(who), (n - 500) * 14);
            return self.tell(&line);
        }
        self.pass(seconds);
        self.tell(&format!("{deed:?}: {seconds} s"));
        self.keep_sessions().await;
        self.follow_the_day().await;
        self.look().await;
    }

    /// Lines, machines and the server.
    async fn weather(&mut self, deed: Deed, chance: &mut Chance) {
        let mut who = chance.weighted(&BUSY);
        let deeds = 1 + chance.below(8);
        if deed == Deed::Mend {
            // somebody whose line needs it, if anybody's does
            let broken = |who: &Who| self.people[*who].person.line.mode() != Mode::Open;
            let broken: Vec<Who> = (0..STAFF.len()).filter(broken).collect();
            who = chance.pick(&broken).unwrap_or(who);
        }
        let at_home: Vec<Who> = (0..STAFF.len()).filter(|who| self.people[*who].home).collect();
        let from_home = chance.pick(&at_home);
        let line =
            format!("{} {deed:?}", self.name_of(if deed == Deed::Come { from_home.unwrap_or(who) } else { who }));
        self.tell(&line);
        self.count("weather");
        // a line can change while nobody uses it; a program that does not run can do nothing but start
        match (deed, from_home) {
            (Deed::Come, Some(from_home)) => who = from_home,
            (Deed::Come, None) => return,
            (Deed::GoHome, _) if at_home.len() >= MOST_AT_HOME => return,
            (Deed::GoHome | Deed::RestartClient | Deed::Hang, _) if self.people[who].home => return,
            _ => {}
        }
        let mode = match deed {
            Deed::Cut => Mode::Cut,
            Deed::Slow => Mode::Slow,
            Deed::Broken => Mode::Broken,
            Deed::Busy => Mode::Busy,
            Deed::Twice => Mode::TwiceEach(OPS),
            Deed::LoseAnswer => Mode::LoseAnswerTo(OPS),
            Deed::KeepUnderway => Mode::KeepUnderway(OPS),
            _ => Mode::Open,
        };
        match deed {
            Deed::ArriveLate => drop(self.people[who].person.line.deliver_late().await),
            Deed::Hang => self.hang(who).await,
            Deed::RestartClient => self.come(who).await,
            Deed::GoHome => self.leave(who).await,
            Deed::Come => self.come(who).await,
            Deed::RestartServer if self.down_for.is_none() => {
                self.stop_server(0).await;
                self.start_server().await;
            }
            Deed::StopServer if self.down_for.is_none() => return self.stop_server(deeds).await,
            Deed::RestartServer | Deed::StopServer => return,
            _ => self.people[who].person.line.set(mode),
        }
        self.recover(who).await;
        if !self.reachable(who) && !self.people[who].home {
            self.notices(who).await;
        }
        self.look().await;
    }

    /// Staff do something. What they may not do, or what is not as they believe, is a part of it.
    async fn staff_act(&mut self, deed: Deed, chance: &mut Chance) {
        let who = self.somebody_for(deed, chance);
        if self.reachable(who) {
            self.steady(who).await;
        }
        self.touched = None;
        let done = self.work(deed, who, chance).await;
        let told = match done {
            Ok(told) => told,
            Err(error) => {
                let code = error.code();
                assert!(!NEVER.contains(&code), "{} {deed:?}: {error}", self.name_of(who));
                self.count(&format!("refused: {code}"));
                code.to_owned()
            }
        };
        if self.touched.is_some() {
            self.handed_over(who).await;
        }
        let fate = self.fate(who).await;
        let line = format!("{} {deed:?}: {told} {fate}", self.name_of(who));
        self.tell(&line);
        if let Some(case) = self.touched.take() {
            let clinic = self.watch.documents[&case].case.clinic.clone();
            self.look_at(Some(&clinic)).await;
        }
    }

    async fn outbox(&self, who: Who) -> BTreeSet<OpId> {
        self.client(who).outbox().await.unwrap().iter().map(|row| row.op).collect()
    }

    /// What became of the acts of this deed.
    async fn fate(&mut self, who: Who) -> &'static str {
        let deed = self.deed;
        let Some(op) = self.ledger.acts.iter().find(|(_, act)| act.deed == deed).map(|(op, _)| *op) else { return "" };
        let rows = self.client(who).outbox().await.unwrap();
        let fate = match rows.into_iter().find(|row| row.op == op).map(|row| row.delivery) {
            None => "accepted",
            Some(Delivery::Stopped { .. }) => "refused there",
            Some(_) => "queued",
        };
        if fate != "accepted" {
            self.waiting.insert(who);
        }
        if fate == "queued" {
            self.clashing.push(self.ledger.acts[&op].case);
            let old = self.clashing.len().saturating_sub(CLASHING);
            self.clashing.drain(..old);
        }
        self.count(fate);
        fate
    }

    async fn work(&mut self, deed: Deed, who: Who, chance: &mut Chance) -> Told {
        let client = self.client(who);
        match deed {
            Deed::Give => self.give(deed, who, chance).await,
            Deed::GiveWithReply => {
                let case = self.case_for(who, deed, chance);
                self.save(who, case, MessageKind::PartialReply, false).await?;
                let (target, seen) = (self.target(case, chance), self.seen(who, case).await?);
                self.past_the_guard(who, case).await?;
                let op = client.distribute(case, target, seen, true, None).await?;
                self.draft_went(who, case);
                Ok(self.sent(who, case, op, "distribute with a reply"))
            }
            Deed::Take => {
                let case = self.case_for(who, deed, chance);
                let op = client.take(case).await?;
                Ok(self.sent(who, case, op, "take"))
            }
            Deed::GiveBack => {
                let case = self.case_for(who, deed, chance);
                let clinic = self.watch.documents[&case].case.clinic.to_string();
                let seen = self.seen(who, case).await?;
                let target = Target { kind: TargetKind::Receiver, id: clinic };
                let op = client.distribute(case, target, seen, false, None).await?;
                Ok(self.sent(who, case, op, "give back"))
            }
            Deed::Write => {
                let case = self.case_for(who, deed, chance);
                self.save(who, case, some_kind(chance), chance.percent(50)).await?;
                Ok(self.name(case))
            }
            Deed::Change => {
                let Some(case) = self.draft_for(who, chance) else { return Ok("no draft".into()) };
                self.save(who, case, some_kind(chance), chance.percent(50)).await?;
                Ok(self.name(case))
            }
            Deed::Discard => {
                let Some(case) = self.draft_for(who, chance) else { return Ok("no draft".into()) };
                let text = self.draft_text(who, case).await?;
                client.discard_draft(case).await?;
                let words = self.ledger.words_in(&text.unwrap_or_default());
                self.ledger.let_go(&words);
                self.ledger.drafts.remove(&(who, case));
                Ok(self.name(case))
            }
            Deed::Send => self.send(deed, who, chance).await,
            Deed::Close => {
                let case = self.case_for(who, deed, chance);
                let reason = chance.pick(&CloseReason::ALL).unwrap();
                let word = chance.percent(50).then(|| self.ledger.coin(who, case));
                let note = word.as_ref().map(|word| format!("Stängt {word}."));
                let closed = client.close_case(case, reason, note, false, None).await;
                if closed.is_err() {
                    self.ledger.let_go(&word);
                }
                let told = self.sent(who, case, closed?, "close");
                self.ledger
                    .acts
                    .values_mut()
                    .filter(|act| act.deed == self.deed)
                    .for_each(|act| act.aside.clone_from(&word));
                Ok(told)
            }
            Deed::CloseWithWords => {
                let case = self.case_for(who, deed, chance);
                self.save(who, case, MessageKind::Closure, false).await?;
                self.past_the_guard(who, case).await?;
                let op = client.close_case(case, CloseReason::WrongClinic, None, true, None).await?;
                self.draft_went(who, case);
                Ok(self.sent(who, case, op, "close with words"))
            }
            Deed::Reopen => {
                let case = self.case_for(who, deed, chance);
                let op = client.reopen_case(case).await?;
                Ok(self.sent(who, case, op, "reopen"))
            }
            Deed::Note => {
                let case = self.case_for(who, deed, chance);
                let word = self.ledger.coin(who, case);
                let noted = client.add_note(case, format!("Tanke {word}.")).await;
                if noted.is_err() {
                    self.ledger.let_go([&word]);
                }
                Ok(self.sent(who, case, noted?, "note"))
            }
            Deed::MarkRecorded => {
                let case = self.case_for(who, deed, chance);
                let version = client.read_case_again(case).await?.thread_version;
                let op = client.mark_recorded(case, version).await?;
                Ok(self.sent(who, case, op, "mark recorded"))
            }
            Deed::Open => {
                let case = self.case_for(who, deed, chance);
                client.open_case(case).await?;
                self.touched = Some(case);
                *self.ledger.opened.entry((who, case)).or_default() += 1;
                self.count("opened");
                Ok(self.name(case))
            }
            Deed::Search | Deed::List => self.list(deed, who, chance).await,
            Deed::Withdraw => self.withdraw(deed, who, chance).await,
            Deed::WithdrawQuestion => {
                let case = self.case_for(who, deed, chance);
                let op = client.withdraw_question(case).await?;
                Ok(self.sent(who, case, op, "withdraw the question"))
            }
            Deed::Decide => self.decide(who, chance).await,
            other => unreachable!("{other:?} is not work"),
        }
    }

    async fn give(&mut self, deed: Deed, who: Who, chance: &mut Chance) -> Told {
        let client = self.client(who);
        let case = self.case_for(who, deed, chance);
        let target = self.target(case, chance);
        let blind = chance.percent(5);
        let seen = if blind { None } else { self.seen(who, case).await? };
        let op = client.distribute(case, target, seen, false, None).await?;
        Ok(self.sent(who, case, op, "distribute"))
    }

    /// Sends what is written somewhere; if nothing is, writes first.
    async fn send(&mut self, deed: Deed, who: Who, chance: &mut Chance) -> Told {
        let client = self.client(who);
        let (reads_news, kind) = (chance.percent(70), some_kind(chance));
        let case = match self.draft_to_send(who, chance).filter(|_| chance.percent(85)) {
            Some(case) => case,
            None => {
                let case = self.case_for(who, deed, chance);
                self.save(who, case, kind, false).await?;
                case
            }
        };
        self.past_the_guard(who, case).await?;
        let mut sent = client.send_draft(case).await;
        if reads_news && sent.as_ref().is_err_and(|error| error.code() == "thread-moved") {
            let news = client.read_case_again(case).await?.news;
            if let Some(news) = news {
                client.acknowledge_news(case, news.version).await?;
                sent = client.send_draft(case).await;
            }
        }
        let op = sent?;
        self.draft_went(who, case);
        Ok(self.sent(who, case, op, "send"))
    }

    async fn list(&mut self, deed: Deed, who: Who, chance: &mut Chance) -> Told {
        let scopes = [
            Scope::Inbox,
            Scope::Distributed,
            Scope::ClinicClosed,
            Scope::Mine,
            Scope::Groups,
            Scope::Covered,
            Scope::Waiting,
            Scope::Drafts,
            Scope::MyClosed,
        ];
        let scope = chance.pick(&scopes).unwrap();
        let place = chance.below(self.ledger.words.len().max(1) as u64) as usize;
        // the newest words are about the newest cases
        let word = self.ledger.words.keys().nth(place).cloned().unwrap_or_else(|| "forsman".into());
        let query = if deed == Deed::Search { ListQuery { search: Some(word), ..everything() } } else { list(scope) };
        let page = self.client(who).list(query).await?;
        for row in &page.rows {
            self.ledger.listed.insert((who, row.id));
            if self.reachable(who) {
                let case = &self.watch.documents[&row.id].case;
                let may = self.people[who].actors.iter().any(|actor| visibility::staff_may_read(case, actor));
                assert!(may, "{} is shown {} in a list and may not read it", self.name_of(who), self.name(row.id));
            }
        }
        Ok(format!("{} rows", page.rows.len()))
    }

    /// Takes back what the server holds, or what still waits here.
    async fn withdraw(&mut self, deed: Deed, who: Who, chance: &mut Chance) -> Told {
        let client = self.client(who);
        let case = self.case_for(who, deed, chance);
        let view = client.read_case_again(case).await?;
        let waits = |delivery: &Delivery| !matches!(delivery, Delivery::Sent { .. });
        let here = view.messages.iter().rev().find(|message| message.from_staff && waits(&message.delivery));
        let last = here.or_else(|| view.messages.iter().rev().find(|message| message.from_staff));
        let Some(message) = last else { return Ok("nothing to take back".into()) };
        client.withdraw_message(case, message.id).await?;
        self.touched = Some(case);
        self.count("taken back");
        if let Delivery::Here { op } | Delivery::Stopped { op, .. } = message.delivery
            && !self.outbox(who).await.contains(&op)
        {
            self.ledger.acts.remove(&op);
        }
        self.handed_over(who).await;
        let asked = client.outbox().await?.iter().any(|row| row.case == case && row.what == "withdrawMessage");
        if self.reachable(who) && !asked {
            // The outbox is empty as soon as the mirror says so; the words come back right behind it. Whoever writes in
            // between writes over them, so the next deed waits.
            let words = self.ledger.words_in(&message.text);
            self.comes_back(who, case, &words).await?;
        }
        self.draft_came(who, case).await?;
        Ok(self.name(case))
    }

    /// Decides about something in the outbox.
    async fn decide(&mut self, who: Who, chance: &mut Chance) -> Told {
        let client = self.client(who);
        let rows = client.outbox().await?;
        if rows.is_empty() {
            self.waiting.remove(&who);
        }
        let any = chance.percent(40);
        let stopped: Vec<usize> = rows
            .iter()
            .enumerate()
            .filter(|(_, row)| any || matches!(row.delivery, Delivery::Stopped { .. }))
            .map(|(place, _)| place)
            .collect();
        let (how, place) = (chance.below(100), chance.pick(&stopped));
        let Some(row) = place.map(|place| rows[place].clone()) else { return Ok("nothing to decide".into()) };
        // whatever is decided, what was behind it may go now
        self.touched = Some(row.case);
        if how < 30 {
            client.outbox_retry(row.op).await?;
            let again = client.outbox().await?.into_iter().find(|now| !rows.iter().any(|row| row.op == now.op));
            if let Some((again, act)) = again.zip(self.ledger.acts.remove(&row.op)) {
                self.ledger.acts.insert(again.op, Sent { deed: self.deed, ..act });
            }
            return Ok(format!("{} once more", self.name(row.case)));
        }
        match &row.note {
            Some(note) if how < 65 => {
                let word = self.ledger.coin(who, row.case);
                let changed = client.outbox_edit_note(row.op, format!("Annan tanke {word}.")).await;
                if let Err(error) = changed {
                    self.ledger.let_go([&word]);
                    return Err(error);
                }
                let words = self.ledger.words_in(note);
                self.ledger.let_go(&words);
                self.ledger.acts.remove(&row.op);
                Ok(format!("{} other words", self.name(row.case)))
            }
            Some(note) => {
                client.outbox_discard_note(row.op).await?;
                let words = self.ledger.words_in(note);
                self.ledger.let_go(&words);
                self.ledger.acts.remove(&row.op);
                Ok(format!("{} thrown away", self.name(row.case)))
            }
            None => {
                client.outbox_to_draft(row.op).await?;
                // a closing that is given up takes the words of its note with it
                let aside = self.ledger.acts.remove(&row.op).and_then(|act| act.aside);
                self.ledger.let_go(&aside);
                self.draft_came(who, row.case).await?;
                Ok(format!("{} given up", self.name(row.case)))
            }
        }
    }
}

fn some_kind(chance: &mut Chance) -> MessageKind {
    chance.weighted(&[
        (35, MessageKind::PartialReply),
        (30, MessageKind::CounterQuestion),
        (35, MessageKind::FinalReply),
    ])
}

/// The acts that a deed tries.
fn tries(deed: Deed) -> &'static [Act] {
    match deed {
        Deed::Give | Deed::GiveWithReply => &[Act::Distribute, Act::Redistribute],
        Deed::Take => &[Act::Take, Act::TakeOver],
        Deed::GiveBack => &[Act::ReturnToReceiver],
        Deed::Write => &[Act::FinalReply, Act::PartialReply],
        Deed::Send => &[Act::FinalReply],
        Deed::Close | Deed::CloseWithWords => &[Act::Close],
        Deed::Reopen => &[Act::Reopen],
        Deed::Note => &[Act::Note],
        Deed::MarkRecorded => &[Act::MarkRecorded],
        Deed::Open => &[Act::Read],
        Deed::Withdraw => &[Act::WithdrawMessage],
        Deed::WithdrawQuestion => &[Act::WithdrawQuestion],
        _ => &[],
    }
}

/// Choosing.
impl World {
    /// Mostly somebody who may do this to one of the newest cases as things stand at the server; else anybody.
    fn somebody_for(&self, deed: Deed, chance: &mut Chance) -> Who {
        let drawn = [(); 4].map(|()| chance.weighted(&BUSY));
        let at_work = self.at_work();
        let working: Vec<Who> = drawn.into_iter().filter(|who| at_work.contains(who)).collect();
        let otherwise = working.first().or(at_work.first()).copied().expect("somebody is at work");
        let order = &self.watch.order;
        let newest = &order[order.len().saturating_sub(NEW)..];
        let waits = |who: &Who| deed == Deed::Decide && self.waiting.contains(who);
        let could = |who: &Who| waits(who) || newest.iter().any(|case| self.may(*who, tries(deed), *case));
        working.into_iter().find(could).unwrap_or(otherwise)
    }

    /// Do the rules allow one of these acts, as things stand at the server?
    fn may(&self, who: Who, acts: &[Act], case: CaseId) -> bool {
        let case = &self.watch.documents[&case].case;
        let there = self.people[who].actors.iter().filter(|actor| actor.clinic == case.clinic);
        let facts = &self.watch.facts[&case.clinic];
        there
            .map(|actor| Actor::Staff(actor.clone()))
            .any(|actor| acts.iter().any(|act| check(case, &actor, *act, facts, self.now).is_ok()))
    }

    /// Mostly one that fits: of those in which somebody's act waits without contact, so that two meet; of the newest; else
    /// any.
    fn any_case(&self, chance: &mut Chance, fits: impl Fn(&Self, CaseId) -> bool) -> CaseId {
        let order = &self.watch.order;
        let of = |from: &[CaseId]| -> Vec<CaseId> { from.iter().copied().filter(|case| fits(self, *case)).collect() };
        let (fit, clash, near) = (chance.percent(90), chance.percent(50), chance.percent(90));
        let (newest, new) = (&order[order.len().saturating_sub(NEWEST)..], &order[order.len().saturating_sub(NEW)..]);
        let mut fitting = if clash { of(&self.clashing) } else { Vec::new() };
        for wider in [newest, new] {
            if fitting.is_empty() {
                fitting = of(wider);
            }
        }
        let (chosen, any) = (chance.pick(&fitting), chance.pick(if near { newest } else { order }));
        chosen.filter(|_| fit).or(any).expect("the practice clinics have cases")
    }

    /// A case for this deed: mostly one that the rules allow it for as things stand at the server.
    fn case_for(&self, who: Who, deed: Deed, chance: &mut Chance) -> CaseId {
        self.any_case(chance, |world, case| world.may(who, tries(deed), case))
    }

    /// A case in which somebody has a draft.
    fn draft_for(&self, who: Who, chance: &mut Chance) -> Option<CaseId> {
        let theirs = |case: &&CaseId| self.ledger.drafts.contains_key(&(who, **case));
        // in the order of the cases, which every run has alike
        let drafts: Vec<CaseId> = self.watch.order.iter().filter(theirs).copied().collect();
        chance.pick(&drafts)
    }

    /// Mostly one that the rules let them send as things stand at the server.
    fn draft_to_send(&self, who: Who, chance: &mut Chance) -> Option<CaseId> {
        let theirs = |case: &&CaseId| self.ledger.drafts.contains_key(&(who, **case));
        let allowed = |case: &&CaseId| self.may(who, tries(Deed::Send), **case);
        let drafts: Vec<CaseId> = self.watch.order.iter().filter(theirs).filter(allowed).copied().collect();
        let (likely, any, fit) = (chance.pick(&drafts), self.draft_for(who, chance), chance.percent(90));
        if fit { likely } else { any }
    }

    /// Somebody or some group of the case's clinic; sometimes somebody who can't have it.
    fn target(&self, case: CaseId, chance: &mut Chance) -> Target {
        let facts = &self.watch.facts[&self.watch.documents[&case].case.clinic];
        let wrong = chance.percent(5);
        let staff = facts.staff.values().filter(|staff| wrong || staff.can_handle());
        let known = staff.filter(|staff| wrong || STAFF.contains(&staff.name.as_str()));
        let people: Vec<String> = known.map(|staff| staff.hsa_id.to_string()).collect();
        let groups: Vec<String> = facts.groups.keys().map(ToString::to_string).collect();
        let (group, person_at, group_at) =
            (chance.percent(40), chance.below(people.len() as u64), chance.below(groups.len() as u64));
        if group {
            Target { kind: TargetKind::Group, id: groups[group_at as usize].clone() }
        } else {
            Target { kind: TargetKind::Person, id: people[person_at as usize].clone() }
        }
    }
}

/// Doing, and writing it down.
impl World {
    /// Who has the case as this person sees it.
    async fn seen(&self, who: Who, case: CaseId) -> Result<Option<Target>, ClientError> {
        let view = self.client(who).read_case_again(case).await?;
        Ok(view.row.assignee.map(|assignee| match assignee {
            AssigneeName::Person { hsa_id, .. } => Target { kind: TargetKind::Person, id: hsa_id.to_string() },
            AssigneeName::Group { id, .. } => Target { kind: TargetKind::Group, id: id.to_string() },
        }))
    }

    /// What somebody has written there, also when the case has left.
    async fn draft_text(&self, who: Who, case: CaseId) -> Result<Option<String>, ClientError> {
        match self.client(who).read_case_again(case).await {
            Ok(view) => Ok(view.draft.map(|draft| draft.text)),
            Err(error) if error.code() == "not-found" => {
                let strays = self.client(who).stray_drafts().await?;
                Ok(strays.into_iter().find(|draft| draft.case == case).map(|draft| draft.text))
            }
            Err(error) => Err(error),
        }
    }

    /// Writes a new word there, after what is there or over it.
    async fn save(&mut self, who: Who, case: CaseId, kind: MessageKind, append: bool) -> Result<(), ClientError> {
        let before = self.draft_text(who, case).await?.unwrap_or_default();
        let word = self.ledger.coin(who, case);
        let text = if append { format!("{before} Och {word}.") } else { format!("Vi svarar {word}.") };
        let saved = self.client(who).save_draft(case, kind, text.clone()).await;
        match saved {
            Ok(draft) => assert_eq!(draft.text, text, "what was saved is what is there"),
            Err(error) => {
                self.ledger.let_go([&word]);
                return Err(error);
            }
        }
        if !append {
            let over = self.ledger.words_in(&before);
            self.ledger.let_go(&over);
        }
        let words = self.ledger.words_in(&text);
        self.ledger.drafts.insert((who, case), words);
        self.count("saved");
        Ok(())
    }

    /// The draft has become a message.
    fn draft_went(&mut self, who: Who, case: CaseId) {
        self.ledger.drafts.remove(&(who, case));
    }

    /// Waits until what was taken back is in the draft.
    async fn comes_back(&self, who: Who, case: CaseId, words: &BTreeSet<String>) -> Result<(), ClientError> {
        let end = Instant::now() + PATIENCE;
        let mut beat = tokio::time::interval(PACE);
        loop {
            let text = self.draft_text(who, case).await?.unwrap_or_default();
            if words.is_subset(&self.ledger.words_in(&text)) {
                return Ok(());
            }
            assert!(
                Instant::now() < end,
                "what {} has taken back in {} does not come to the draft: {words:?}",
                self.name_of(who),
                self.name(case)
            );
            beat.tick().await;
        }
    }

    /// A message has become a draft, or a part of one.
    async fn draft_came(&mut self, who: Who, case: CaseId) -> Result<(), ClientError> {
        if let Some(text) = self.draft_text(who, case).await? {
            let words = self.ledger.words_in(&text);
            self.ledger.drafts.insert((who, case), words);
        }
        Ok(())
    }

    /// What the guard finds is looked at and confirmed, with the proof that it asks for.
    async fn past_the_guard(&self, who: Who, case: CaseId) -> Result<(), ClientError> {
        let client = self.client(who);
        let told = client.guard_draft(case).await?;
        if told.stops {
            let number = client.read_case_again(case).await?.resident.personal_id;
            let typed = told.proof.map(|_| number.chars().skip(number.chars().count() - 4).collect());
            client.confirm_findings(case, &told.fingerprint, typed).await?;
        }
        Ok(())
    }

    /// An act is in the outbox.
    fn sent(&mut self, who: Who, case: CaseId, op: OpId, what: &'static str) -> String {
        self.ledger.acts.insert(op, Sent { who, case, what, deed: self.deed, aside: None });
        self.touched = Some(case);
        format!("{} {what}", self.name(case))
    }
}

/// Who has a case, for a sentence.
pub fn holder(assignee: Option<&Assignee>) -> String {
    match assignee {
        Some(Assignee::Person { hsa_id }) => hsa_id.to_string(),
        Some(Assignee::Group { id }) => format!("group {id}"),
        None => "nobody".into(),
    }
}
