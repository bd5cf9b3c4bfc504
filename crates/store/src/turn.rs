//! Whose turn it is: what a person writes goes first, and what comes from the server lets it by.
//!
//! Both want the same processor and the same disk. Taking a page in is cut into steps; before each of them it is seen
//! whether a key that was pressed waits for its journal.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// So long a step waits at the most: a disk that hangs stops nothing else.
const PATIENCE: Duration = Duration::from_millis(250);

/// Counts those who go first.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    first: AtomicUsize,
    lock: Mutex<()>,
    over: Condvar,
}

/// Somebody goes first as long as this lives.
#[must_use]
pub(crate) struct First<'a>(&'a Turn);

impl Turn {
    /// What follows goes first.
    pub(crate) fn first(&self) -> First<'_> {
        self.first.fetch_add(1, Ordering::SeqCst);
        First(self)
    }

    /// Waits until nobody goes first, or for [`PATIENCE`].
    pub(crate) fn give_way(&self) {
        self.give_way_for(PATIENCE);
    }

    fn give_way_for(&self, patience: Duration) {
        let going = || self.first.load(Ordering::SeqCst) > 0;
        if going() {
            let lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
            // either way it goes on: what comes after a wait is the same
            let _ = self.over.wait_timeout_while(lock, patience, |()| going());
        }
    }
}

impl Drop for First<'_> {
    fn drop(&mut self) {
        self.0.first.fetch_sub(1, Ordering::SeqCst);
        // Under the lock: whoever has just seen somebody going is waiting by now.
        let _lock = self.0.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.over.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn what_can_wait_goes_on_when_all_who_go_first_are_done() {
        let turn = Turn::default();
        turn.give_way();
        let (one, other) = (turn.first(), turn.first());
        let (tell, told) = mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                turn.give_way_for(Duration::from_secs(600));
                tell.send("waited").unwrap();
            });
            drop(one);
            tell.send("first").unwrap();
            drop(other);
        });
        assert_eq!(told.try_iter().collect::<Vec<_>>(), ["first", "waited"]);
    }

    #[test]
    fn a_disk_that_hangs_stops_nothing_else() {
        let turn = Turn::default();
        let _first = turn.first();
        turn.give_way();
    }
}
