//! The two clinics, their people with their machines and lines, the residents, and the time. Everything here waits for the
//! thing itself, so that each deed begins from a point that is the same in every run.

mod contact;
mod time;

use crate::ledger::{Ledger, Who};
use crate::watch::Watch;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use journeys::{Clinic, Line, Person, ResidentAtHome};
use mottaget_client::{Client, ClientConfig, HandClock};
use mottaget_domain::case::Happening;
use mottaget_domain::response_clock::swedish_day;
use mottaget_domain::{CaseId, StaffActor};
use mottaget_server::ManualClock;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

/// Nothing that is waited for takes this long.
pub const PATIENCE: Duration = Duration::from_secs(40);
/// Longest time between two looks at what is waited for.
pub const PACE: Duration = Duration::from_millis(10);
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
    /// Their HSA-id is switched off.
    pub off: bool,
    /// Their machine has not been told yet of all that is decided.
    behind: bool,
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
    pub began: Timestamp,
    pub now: Timestamp,
    /// The Swedish day by which everybody covers for whom they cover.
    pub day: Date,
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
        let clinic = Clinic::start_to_be_killed(&clock).await;
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
                // a few files, so that machines let go of some all the time
                config.prefetch_bytes = 8_000;
                config.bulk_undo = Duration::from_secs(2);
            };
            let person = Person::sign_in_to_be_killed(&clinic, name, set).await;
            people.push(Colleague {
                person,
                actors: Vec::new(),
                hand,
                ahead: 0,
                until: now + SESSION_HOURS.hours(),
                home: false,
                off: false,
                behind: false,
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
            began: now,
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
        for document in world.watch.documents.values() {
            world.ledger.residents.insert(document.case.id, document.case.resident.clone());
        }
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

    /// Counts what is told by the cases and the lines alone.
    pub fn count_the_rest(&mut self) {
        let cases = self.watch.documents.values().map(|document| &document.case);
        let lines = cases.flat_map(|case| &case.history).filter(|line| line.at > self.began);
        let (mut taken, mut lost) = (0, 0);
        for line in lines {
            taken += u64::from(matches!(line.what, Happening::TakenOver { .. }));
            lost += u64::from(matches!(line.what, Happening::AssigneeLost { .. }));
        }
        self.tally.insert("cases taken over".to_owned(), taken);
        self.tally.insert("cases left by who lost a role".to_owned(), lost);
        let lines = || self.people.iter().map(|colleague| &colleague.person.line);
        let (lost, doubled) = (lines().map(Line::lost).sum::<u32>(), lines().map(Line::doubled).sum::<u32>());
        self.tally.insert("answers lost".to_owned(), lost.into());
        self.tally.insert("requests doubled".to_owned(), doubled.into());
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
