//! The server's clock: the machine's, or one that a test moves by hand.

use futures::future::BoxFuture;
use jiff::Timestamp;
use std::time::Duration;
use tokio::sync::watch;

/// Tells the time, and wakes at a time.
pub trait Clock: Send + Sync + 'static {
    /// Now, in whole milliseconds: what the database keeps.
    fn now(&self) -> Timestamp;
    /// Done once the clock has reached `at`.
    fn reached(&self, at: Timestamp) -> BoxFuture<'static, ()>;
}

/// Cuts a time to whole milliseconds.
fn whole_millis(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

/// Longest single sleep: a clock that was set is noticed within this time.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        whole_millis(Timestamp::now())
    }

    fn reached(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            loop {
                let left = at.duration_since(Timestamp::now());
                match Duration::try_from(left) {
                    Ok(left) if !left.is_zero() => {
                        tokio::time::sleep(left.min(LONGEST_SLEEP).max(Duration::from_millis(1))).await;
                    }
                    _ => return,
                }
            }
        })
    }
}

/// A clock that stands still until it is moved.
#[derive(Clone, Debug)]
pub struct ManualClock {
    now: watch::Sender<Timestamp>,
}

impl ManualClock {
    /// A clock that stands at `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self { now: watch::Sender::new(whole_millis(now)) }
    }

    /// Sets the clock.
    pub fn set(&self, now: Timestamp) {
        self.now.send_replace(whole_millis(now));
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let now = *self.now.borrow();
        self.set(now.checked_add(by).unwrap_or(now));
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.now.borrow()
    }

    fn reached(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        let mut now = self.now.subscribe();
        Box::pin(async move {
            if now.wait_for(|now| *now >= at).await.is_err() {
                // The clock is gone: nobody can reach that time any more.
                std::future::pending::<()>().await;
            }
        })
    }
}
