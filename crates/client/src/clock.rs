//! The app's clock: the machine's, or one that a test moves by hand.

use jiff::Timestamp;
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
