//! Time, lines, machines and the server.

use super::{BUSY, Deed};
use crate::chance::Chance;
use crate::ledger::Who;
use crate::world::{STAFF, World};
use journeys::Mode;

/// Of [`STAFF`], most are at work.
const MOST_AT_HOME: usize = 3;
/// Which requests a line does something to, and how often it is these: acts; the feed, files, what is being written, what is
/// taken over and the looks, of either clinic.
const REQUESTS: [(u64, &str); 9] = [
    (16, "POST /api/v1/ops"),
    (5, "GET /api/v1/clinics/SE2321000016-B001/feed"),
    (2, "GET /api/v1/clinics/SE2321000016-L001/feed"),
    (4, "PUT /api/v1/blobs/"),
    (5, "PUT /api/v1/clinics/SE2321000016-B001/cases/"),
    (2, "PUT /api/v1/clinics/SE2321000016-L001/cases/"),
    (2, "DELETE /api/v1/clinics/"),
    (2, "POST /api/v1/clinics/"),
    (3, "POST /api/v1/reads"),
];

impl World {
    pub(super) async fn time_goes_on(&mut self, deed: Deed, chance: &mut Chance) {
        let (n, who) = (chance.below(1000) as i64, chance.weighted(&BUSY));
        let seconds = match deed {
            Deed::Seconds => 1 + n % 40,
            Deed::Minutes => 60 * (1 + n % 59),
            Deed::Hours => 3600 * (1 + n % 6),
            Deed::Days => 86_400 * (1 + n % 4),
            _ => 0,
        };
        if deed == Deed::WrongClock {
            // up to two hours fast or slow, or a whole day: what was set forward goes back with it
            let ahead = match n % 4 {
                0 => 86_400,
                1 => -86_400,
                _ => (n - 500) * 14,
            };
            self.shift(who, ahead);
            if ahead.abs() == 86_400 {
                self.count("clocks wrong by a day");
            }
            let line = format!("{} {deed:?}: {ahead} s", self.name_of(who));
            return self.tell(&line);
        }
        self.pass(seconds);
        self.tell(&format!("{deed:?}: {seconds} s"));
        self.keep_sessions().await;
        self.follow_the_day().await;
        self.look().await;
    }

    /// Lines, machines and the server.
    pub(super) async fn weather(&mut self, deed: Deed, chance: &mut Chance) {
        let mut who = chance.weighted(&BUSY);
        let (deeds, request) = (1 + chance.below(8), chance.weighted(&REQUESTS));
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
        let line = match deed {
            Deed::Twice | Deed::LoseAnswer | Deed::KeepUnderway => format!("{line} {request}"),
            _ => line,
        };
        self.tell(&line);
        self.count("weather");
        // a line can change while nobody uses it; a program that does not run can do nothing but start
        match (deed, from_home) {
            (Deed::Come, Some(from_home)) => who = from_home,
            (Deed::Come, None) => return,
            (Deed::GoHome, _) if at_home.len() >= MOST_AT_HOME => return,
            (Deed::GoHome | Deed::RestartClient | Deed::KillClient | Deed::Hang, _) if self.people[who].home => return,
            _ => {}
        }
        let mode = match deed {
            Deed::Cut => Mode::Cut,
            Deed::Slow => Mode::Slow,
            Deed::Broken => Mode::Broken,
            Deed::Busy => Mode::Busy,
            Deed::Twice => Mode::TwiceEach(request),
            Deed::LoseAnswer => Mode::LoseAnswerTo(request),
            Deed::KeepUnderway => Mode::KeepUnderway(request),
            _ => Mode::Open,
        };
        match deed {
            Deed::ArriveLate => drop(self.people[who].person.line.deliver_late().await),
            Deed::Hang => self.hang(who).await,
            Deed::RestartClient => self.come(who).await,
            Deed::KillClient => self.kill(who).await,
            Deed::GoHome => self.leave(who).await,
            Deed::Come => self.come(who).await,
            Deed::RestartServer if self.down_for.is_none() => {
                self.stop_server(0).await;
                self.start_server().await;
            }
            Deed::StopServer if self.down_for.is_none() => return self.stop_server(deeds).await,
            Deed::KillServer if self.down_for.is_none() => self.kill_server(if deeds < 4 { 0 } else { deeds }).await,
            Deed::RestartServer | Deed::StopServer | Deed::KillServer => return,
            _ => self.people[who].person.line.set(mode),
        }
        self.recover(who).await;
        if !self.reachable(who) && !self.people[who].home {
            self.notices(who).await;
        }
        self.look().await;
    }
}
