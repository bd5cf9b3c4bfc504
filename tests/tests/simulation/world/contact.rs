//! Contact: who has it, what has to have come home while it lasts, and programs and a server that end and start.

use super::{PACE, PATIENCE, SESSION_HOURS, World};
use crate::ledger::Who;
use jiff::ToSpan;
use journeys::Mode;
use mottaget_client::view::{Delivery, WaitsFor};
use mottaget_client::{Client, ConnectionState};
use mottaget_domain::HsaId;
use std::time::{Duration, Instant};
use tokio::time::{MissedTickBehavior, timeout};

/// After so long in vain the person's clock goes on by some seconds, and they ask for contact: what backs off until a time
/// by a clock that a hand holds would else wait for ever.
const NUDGE: Duration = Duration::from_millis(60);

impl World {
    /// Somebody's program ends; what it can say to the server it says.
    pub async fn leave(&mut self, who: Who) {
        self.people[who].person.quit().await;
        self.people[who].home = true;
    }

    /// Somebody's program is killed, and started again with what it has left on the disk.
    pub async fn kill(&mut self, who: Who) {
        self.people[who].person.kill().await;
        self.come(who).await;
        self.count("programs killed");
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

    /// Could this person's requests be answered as they should be?
    pub fn reachable(&self, who: Who) -> bool {
        let carries = matches!(
            self.people[who].person.line.mode(),
            Mode::Open | Mode::Slow | Mode::TwiceEach(_) | Mode::LoseAnswerTo(_) | Mode::KeepUnderway(_)
        );
        let colleague = &self.people[who];
        carries && !colleague.home && !colleague.off && self.down_for.is_none() && self.now < colleague.until
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
            if self.people[who].behind {
                self.informed(who).await;
            }
        }
    }

    /// Somebody's HSA-id is switched off: their session is worth nothing any more.
    pub fn switched_off(&mut self, who: Who) {
        self.people[who].off = true;
        self.people[who].until = self.now;
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

    /// Waits until somebody is told that their session is over.
    pub async fn is_signed_out(&mut self, who: Who) {
        self.waits(who, "signed out", async |client: Client| client.connection() == ConnectionState::SignedOutByServer)
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

    pub(super) async fn waits(&mut self, who: Who, what: &str, look: impl AsyncFn(Client) -> bool) {
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

    /// The server is killed. With `deeds`, everybody notices; without, it is started again before they do.
    pub async fn kill_server(&mut self, deeds: u64) {
        self.clinic.kill_server().await;
        self.down_for = Some(deeds);
        self.count("servers killed");
        if deeds == 0 {
            return self.start_server().await;
        }
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
        for who in 0..self.people.len() {
            self.switch_on(who).await;
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
