//! The two clinics, their people with their machines and lines, the residents, and the time. Everything here waits for the
//! thing itself, so that each deed begins from a point that is the same in every run.

use crate::ledger::{Ledger, Who};
use crate::watch::Watch;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use journeys::person::everything;
use journeys::{Clinic, Mode, Person, ResidentAtHome};
use mottaget_client::view::{Delivery, WaitsFor};
use mottaget_client::{Client, ClientConfig, ConnectionState, HandClock, Keys};
use mottaget_domain::clinic::{RegionPolicy, UndoWindow};
use mottaget_domain::response_clock::swedish_day;
use mottaget_domain::{CaseId, HsaId, StaffActor};
use mottaget_server::ManualClock;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};
use tokio::time::{MissedTickBehavior, timeout};

/// Nothing that is waited for takes this long.
pub const PATIENCE: Duration = Duration::from_secs(40);
/// Longest time between two looks at what is waited for.
pub const PACE: Duration = Duration::from_millis(10);
/// After so long in vain the person's clock goes on by some seconds, and they ask for contact: what backs off until a time
/// by a clock that a hand holds would else wait for ever.
const NUDGE: Duration = Duration::from_millis(60);
/// A session lasts so long at the server.
const SESSION_HOURS: i64 = 12;
/// How many of the last deeds a failure tells.
const TOLD: usize = 30;

/// Receiver; handler; handler, in the same group; receiver and handler here and handler and administrator at the other
/// clinic; receiver there; administrator, who sees no case.
pub const STAFF: [&str; 6] =
    ["Anna Nyström", "Sara Lindqvist", "Maja Ek", "Eva Bergström", "Jonas Wikström", "Nils Åkesson"];
const ANNA: usize = 0;
const JONAS: usize = 4;
/// Petra has protected identity: nothing goes to her without a typed proof.
const RESIDENTS: [&str; 4] = ["Cecilia Forsman", "Petra Nordahl", "Hassan Karimi", "Ida Björklund"];

/// Somebody at work.
pub struct Colleague {
    pub person: Person,
    pub actors: Vec<StaffActor>,
    hand: HandClock,
    /// Seconds by which their machine's clock is ahead of the server's.
    pub ahead: i64,
    /// When their session ends at the server.
    until: Timestamp,
    /// Their program does not run.
    pub home: bool,
}

pub struct World {
    pub seed: u64,
    pub deed: u64,
    pub clinic: Clinic,
    pub people: Vec<Colleague>,
    pub residents: Vec<ResidentAtHome>,
    residents_until: Timestamp,
    pub watch: Watch,
    pub ledger: Ledger,
    pub now: Timestamp,
    /// The Swedish day by which everybody covers for whom they cover.
    day: Date,
    clock: ManualClock,
    /// Deeds until the server comes back; none while it runs.
    pub down_for: Option<u64>,
    /// The case to which the deed of now may have done something at the server.
    pub touched: Option<CaseId>,
    /// Who may have something in the outbox to decide about.
    pub waiting: BTreeSet<Who>,
    /// Cases in which somebody's act waits without contact.
    pub clashing: Vec<CaseId>,
    /// How often each kind of thing came about.
    pub tally: BTreeMap<String, u64>,
    story: VecDeque<String>,
    tell_all: bool,
}

/// A world that ends in a panic says how to come there again.
impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let story: Vec<&str> = self.story.iter().map(String::as_str).collect();
            eprintln!(
                "\nThe last deeds of seed {}:\n{}\n\nOnce more: cargo xtask simulate --seed {} --actions {}\n",
                self.seed,
                story.join("\n"),
                self.seed,
                self.deed + 1
            );
        }
    }
}

impl World {
    pub async fn begin(seed: u64) -> Self {
        let now: Timestamp = "2026-11-30T08:00:00Z".parse().unwrap();
        let clock = ManualClock::at(now);
        let clinic = Clinic::start_at(&clock).await;
        let policy = RegionPolicy { undo: UndoWindow::PRESET, ..clinic.region_policy().await };
        clinic.set_region_policy(&policy).await;
        let mut people = Vec::new();
        for name in STAFF {
            let hand = HandClock::at(now);
            let set = |config: &mut ClientConfig| {
                config.clock = hand.clock();
                // a busy machine is no broken line
                config.timeouts.request = Duration::from_secs(20);
                // who is waited for is asked to try; the others need not try all the time
                config.retry.longest = Duration::from_secs(10);
                config.page_size = 100;
            };
            let person = Person::sign_in_with(&clinic, name, Keys::generate().unwrap(), set).await;
            people.push(Colleague {
                person,
                actors: Vec::new(),
                hand,
                ahead: 0,
                until: now + SESSION_HOURS.hours(),
                home: false,
            });
        }
        let receivers =
            [(&people[ANNA].person.hsa_id, clinic.bjorken()), (&people[JONAS].person.hsa_id, clinic.linden())];
        let watch = Watch::over(&clinic, receivers).await;
        for colleague in &mut people {
            colleague.actors = watch.actors(&colleague.person.hsa_id, now);
        }
        let mut world = Self {
            seed,
            deed: 0,
            clinic,
            people,
            residents: Vec::new(),
            residents_until: now,
            watch,
            ledger: Ledger::default(),
            now,
            day: swedish_day(now),
            clock,
            down_for: None,
            touched: None,
            clashing: Vec::new(),
            waiting: BTreeSet::new(),
            tally: BTreeMap::new(),
            story: VecDeque::new(),
            tell_all: std::env::var_os("MOTTAGET_SIMULATE_STORY").is_some(),
        };
        world.sign_residents_in().await;
        world
    }

    /// A line of the story.
    pub fn tell(&mut self, line: &str) {
        let line = format!("{:>6}  {line}", self.deed);
        if self.tell_all {
            println!("{line}");
        }
        self.story.push_back(line);
        if self.story.len() > TOLD {
            self.story.pop_front();
        }
    }

    pub fn count(&mut self, what: &str) {
        *self.tally.entry(what.to_owned()).or_default() += 1;
    }

    /// A case as the story names it.
    pub fn name(&self, case: CaseId) -> String {
        let place = self.watch.order.iter().position(|there| *there == case);
        place.map_or_else(|| "an unknown case".to_owned(), |place| format!("case {place}"))
    }

    pub fn client(&self, who: Who) -> Client {
        self.people[who].person.client.clone()
    }

    /// A resident is somebody behind the people.
    pub fn name_of(&self, who: Who) -> &str {
        STAFF.get(who).copied().unwrap_or_else(|| RESIDENTS[who - STAFF.len()])
    }
}

/// Time.
impl World {
    /// Time goes on, for everybody.
    pub fn pass(&mut self, seconds: i64) {
        self.now += seconds.seconds();
        self.clock.set(self.now);
        for who in 0..self.people.len() {
            self.set_hand(who);
        }
    }

    /// Over midnight it may be others whom somebody covers: whoever has contact has what they may see from then on. Called
    /// after time has passed.
    pub async fn follow_the_day(&mut self) {
        let today = swedish_day(self.now);
        let before = std::mem::replace(&mut self.day, today);
        if !self.watch.cover_changes(before, today) {
            return;
        }
        let mut others = Vec::new();
        for (who, colleague) in self.people.iter_mut().enumerate() {
            let actors = self.watch.actors(&colleague.person.hsa_id, self.now);
            if actors != colleague.actors {
                others.push(who);
            }
            colleague.actors = actors;
        }
        self.keep_sessions().await;
        self.look().await;
        // whoever comes back later asks for everything
        others.retain(|who| self.reachable(*who));
        for who in others {
            self.count("covers for others");
            let mut given = BTreeSet::new();
            for actor in &self.people[who].actors {
                given.extend(self.watch.all_of(&self.clinic, actor).await);
            }
            self.waits(who, "what they may see today", async |client: Client| {
                let rows = client.list(everything()).await.unwrap().rows;
                rows.into_iter().map(|row| row.id).collect::<BTreeSet<_>>() == given
            })
            .await;
        }
    }

    /// Somebody's program ends; what it can say to the server it says.
    pub async fn leave(&mut self, who: Who) {
        self.people[who].person.quit().await;
        self.people[who].home = true;
    }

    /// Somebody's program starts (again), with what lies on their machine.
    pub async fn come(&mut self, who: Who) {
        if let Err(error) = self.people[who].person.restart().await {
            panic!("{} can not start again: {error}", self.name_of(who));
        }
        self.people[who].home = false;
    }

    /// Whose program runs.
    pub fn at_work(&self) -> Vec<Who> {
        (0..self.people.len()).filter(|who| !self.people[*who].home).collect()
    }

    /// Somebody's machine goes wrong by so much.
    pub fn shift(&mut self, who: Who, ahead: i64) {
        self.people[who].ahead = ahead;
        self.set_hand(who);
    }

    fn set_hand(&self, who: Who) {
        let colleague = &self.people[who];
        colleague.hand.set(self.now + colleague.ahead.seconds());
    }

    /// What ended with the time is begun anew: sessions, at a well-defined point. Who has no contact does so when it is back.
    pub async fn keep_sessions(&mut self) {
        if self.down_for.is_some() {
            return;
        }
        if self.residents_until <= self.now {
            self.watch.sign_in(&self.clinic).await;
            self.sign_residents_in().await;
        }
        for who in 0..self.people.len() {
            self.recover(who).await;
        }
    }

    async fn sign_residents_in(&mut self) {
        self.residents.clear();
        for name in RESIDENTS {
            self.residents.push(ResidentAtHome::sign_in(&self.clinic, name).await);
        }
        self.residents_until = self.now + SESSION_HOURS.hours();
    }
}

/// Contact.
impl World {
    /// Could this person's requests be answered as they should be?
    pub fn reachable(&self, who: Who) -> bool {
        let carries = matches!(
            self.people[who].person.line.mode(),
            Mode::Open | Mode::Slow | Mode::TwiceEach(_) | Mode::LoseAnswerTo(_) | Mode::KeepUnderway(_)
        );
        carries && !self.people[who].home && self.down_for.is_none() && self.now < self.people[who].until
    }

    /// The line works again, or the server does: signed in again if need be, and all that waited handed over.
    pub async fn recover(&mut self, who: Who) {
        if self.people[who].home {
            return;
        }
        if self.people[who].until <= self.now && self.down_for.is_none() {
            let before = self.people[who].until;
            self.people[who].until = self.now + SESSION_HOURS.hours();
            if !self.reachable(who) {
                self.people[who].until = before;
                return;
            }
            if let Err(error) = self.people[who].person.sign_in_again().await {
                panic!("{} can not sign in again: {error}", self.name_of(who));
            }
        }
        if self.reachable(who) {
            self.client(who).retry_connection();
            self.steady(who).await;
        }
    }

    /// Waits until somebody with contact has everything that the server has for them, and the server everything of theirs.
    pub async fn steady(&mut self, who: Who) {
        let clinics: Vec<_> = self.people[who].actors.iter().map(|actor| actor.clinic.clone()).collect();
        let reached: Vec<_> = clinics
            .into_iter()
            .filter_map(|clinic| Some((clinic.clone(), *self.watch.reached.get(&clinic)?)))
            .collect();
        self.waits(who, "everything here", async |client: Client| {
            let taken = client.taken_in().await.unwrap();
            let here = reached.iter().all(|(clinic, seq)| taken.get(clinic).is_some_and(|taken| taken >= seq));
            here && client.connection() == ConnectionState::Connected && at_rest(&client).await
        })
        .await;
    }

    /// Waits until nothing of somebody's is under way any more.
    pub async fn handed_over(&mut self, who: Who) {
        if self.reachable(who) {
            self.waits(who, "everything handed over", async |client: Client| at_rest(&client).await).await;
        }
    }

    /// Waits until somebody knows that there is no contact.
    pub async fn notices(&mut self, who: Who) {
        self.client(who).retry_connection();
        self.waits(who, "no contact noticed", async |client: Client| {
            matches!(
                client.connection(),
                ConnectionState::Offline { since: Some(_), .. } | ConnectionState::SignedOutByServer
            )
        })
        .await;
    }

    /// Requests go out on a line where nothing comes back, and then the line breaks.
    pub async fn hang(&mut self, who: Who) {
        let line = &self.people[who].person.line;
        let before = line.connections();
        line.set(Mode::Hang);
        let mut beat = tokio::time::interval(PACE);
        while self.people[who].person.line.connections() == before && self.people[who].until > self.now {
            self.client(who).retry_connection();
            beat.tick().await;
        }
        self.people[who].person.line.set(Mode::Cut);
    }

    async fn waits(&mut self, who: Who, what: &str, look: impl AsyncFn(Client) -> bool) {
        let client = self.client(who);
        let mut events = client.events();
        let end = Instant::now() + PATIENCE;
        let (mut nudge, mut seconds) = (Instant::now() + NUDGE, 1);
        while !look(client.clone()).await {
            // not everything that is waited for is told
            let _ = timeout(PACE, events.next()).await;
            if Instant::now() > nudge {
                nudge = Instant::now() + NUDGE;
                let ahead = self.people[who].ahead;
                self.shift(who, ahead + seconds);
                seconds = (seconds * 2).min(16);
                client.retry_connection();
            }
            if Instant::now() > end {
                let (taken, outbox) = (client.taken_in().await, client.outbox().await);
                panic!(
                    "{} waits in vain for: {what} ({:?}, taken in {taken:?} of {:?}, outbox {outbox:?})",
                    self.name_of(who),
                    client.connection(),
                    self.watch.reached,
                );
            }
        }
    }

    /// Looks at what the server has now, when everything that has fallen due there is done.
    pub async fn look(&mut self) {
        self.look_at(None).await;
    }

    /// The same for one clinic alone.
    pub async fn look_at(&mut self, at: Option<&HsaId>) {
        if self.down_for.is_some() {
            return;
        }
        let end = Instant::now() + PATIENCE;
        let mut beat = tokio::time::interval(PACE);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            self.watch.look(&self.clinic, at).await;
            if !self.watch.overdue(self.now) {
                return;
            }
            assert!(Instant::now() < end, "a held message is not released although its time is over");
            beat.tick().await;
        }
    }

    pub async fn stop_server(&mut self, deeds: u64) {
        self.clinic.stop_server().await;
        self.down_for = Some(deeds);
        for who in self.at_work() {
            self.notices(who).await;
        }
    }

    pub async fn start_server(&mut self) {
        self.clinic.start_server().await;
        self.down_for = None;
        self.keep_sessions().await;
        self.look().await;
    }

    /// Every line works, the server runs, every message is out, and everybody has everything.
    pub async fn heal(&mut self) {
        if self.down_for.is_some() {
            self.start_server().await;
        }
        for who in 0..self.people.len() {
            self.people[who].person.line.set(Mode::Open);
            self.people[who].person.line.deliver_late().await;
            self.shift(who, 0);
            if self.people[who].home {
                self.come(who).await;
            }
        }
        self.keep_sessions().await;
        // beyond the longest undo window of the practice clinics
        self.pass(60);
        self.follow_the_day().await;
        self.look().await;
        for who in 0..self.people.len() {
            self.steady(who).await;
        }
        self.look().await;
    }
}

/// Nothing is under way: what is left waits for the person's decision, or behind what does.
async fn at_rest(client: &Client) -> bool {
    client.outbox().await.unwrap().iter().all(|row| {
        matches!(row.delivery, Delivery::Stopped { .. })
            || row.waits.as_ref().is_some_and(|waits| waits.why == WaitsFor::EarlierStopped)
    })
}
