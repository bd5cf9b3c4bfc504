//! The app's clock: the machine's, or one that a test moves by hand.

use jiff::{SignedDuration, Timestamp};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Longest single sleep: a clock that was set, and a machine that slept, are noticed within this time.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// The clock, handed in so that a test can hold it.
#[derive(Clone)]
pub struct Clock {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Tells when it was moved, where nobody but a hand moves it.
    hand: Option<watch::Receiver<Timestamp>>,
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::from_fn(Timestamp::now)
    }

    /// A clock of one's own that goes by itself.
    #[must_use]
    pub fn from_fn(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self { now: Arc::new(now), hand: None }
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// Done once it is `at`.
    pub(crate) async fn reached(&self, at: Timestamp) {
        if let Some(hand) = &self.hand {
            if hand.clone().wait_for(|now| *now >= at).await.is_err() {
                // The hand is gone: nobody moves the clock any more.
                std::future::pending::<()>().await;
            }
            return;
        }
        while let Ok(left) = Duration::try_from(at.duration_since(self.now()))
            && !left.is_zero()
        {
            tokio::time::sleep(left.min(LONGEST_SLEEP).max(Duration::from_millis(1))).await;
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// How far the server's clock is ahead of this machine's, as the server said last; empty before it has said anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ahead(pub Option<SignedDuration>);

/// The server says whole seconds, and its word takes a while to come: no less than this is a difference.
const A_DIFFERENCE: SignedDuration = SignedDuration::from_secs(2);
/// A clock that is wrong by this much is told of: days and due times may be wrong by it. What services that sign people in
/// commonly put up with.
const WRONG: SignedDuration = SignedDuration::from_mins(5);

impl Ahead {
    /// What this machine's clock shows at that time of the server's, so that what is counted down here ends when it ends there.
    pub fn here(self, at: Timestamp) -> Timestamp {
        match self.0 {
            Some(ahead) if ahead.abs() >= A_DIFFERENCE => at.saturating_sub(ahead).unwrap_or(at),
            _ => at,
        }
    }

    /// How wrong this machine's clock is, if it is worth telling: above zero when it is slow.
    pub fn wrong(self) -> Option<SignedDuration> {
        self.0.filter(|ahead| ahead.abs() >= WRONG)
    }
}

/// A clock that stands still until it is moved; whoever waits for a time is woken by the hand that reaches it.
#[derive(Clone, Debug)]
pub struct HandClock(watch::Sender<Timestamp>);

impl HandClock {
    /// A clock that stands at `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(watch::Sender::new(now))
    }

    /// Sets it, forward or back.
    pub fn set(&self, now: Timestamp) {
        self.0.send_replace(now);
    }

    /// The clock, for a client.
    #[must_use]
    pub fn clock(&self) -> Clock {
        let hand = self.0.subscribe();
        let read = hand.clone();
        Clock { now: Arc::new(move || *read.borrow()), hand: Some(hand) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    fn second(n: i64) -> Timestamp {
        Timestamp::from_second(n).unwrap()
    }

    #[tokio::test]
    async fn a_hand_wakes_who_waits_for_the_time_that_it_reaches() {
        let hand = HandClock::at(second(10));
        let clock = hand.clock();
        clock.reached(second(10)).await;
        let waiting = tokio::spawn(async move {
            clock.reached(second(20)).await;
            clock.now()
        });
        hand.set(second(15));
        hand.set(second(5));
        hand.set(second(21));
        assert_eq!(waiting.await.unwrap(), second(21));
    }

    #[test]
    fn a_clock_that_is_wrong_still_counts_down_to_the_servers_moment() {
        let at = second(1000);
        let ahead = |seconds| Ahead(Some(SignedDuration::from_secs(seconds)));
        assert_eq!(
            [Ahead(None).here(at), ahead(1).here(at)],
            [at, at],
            "what can't be told from the way of the answer"
        );
        assert_eq!([ahead(86_400).here(at), ahead(-60).here(at)], [second(1000 - 86_400), second(1060)]);
        assert_eq!(ahead(299).wrong(), None);
        assert_eq!(ahead(-300).wrong(), Some(SignedDuration::from_secs(-300)));
    }

    #[tokio::test]
    async fn a_clock_that_goes_by_itself_is_asked_until_it_is_time() {
        let asked = Arc::new(AtomicI64::new(0));
        let counting = Arc::clone(&asked);
        // a millisecond to go at first; then somebody sets it forward by an hour
        let clock = Clock::from_fn(move || match counting.fetch_add(1, Ordering::Relaxed) {
            0 => Timestamp::from_millisecond(9_999).unwrap(),
            _ => second(3610),
        });
        clock.reached(second(10)).await;
        assert_eq!(asked.load(Ordering::Relaxed), 2);
    }
}
