//! Trouble with the local files that nobody was waiting for: met by work in the background, it has no command to be the
//! answer of. It is kept here until the same work succeeds, so that the screen can tell it.

use crate::client::{Answer, Client};
use crate::error::{ClientError, Trouble};
use crate::event::ClientEvent;
use crate::live::Live;
use std::collections::BTreeMap;

/// Work in the background that uses the local files. What one of them met is over when that one succeeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Work {
    /// Taking in what the feeds bring.
    Sync,
    /// Reading what is to be handed over, and noting that it is tried.
    HandOver,
    /// Writing what became of an attempt.
    Outcome,
    /// Copying what is being written.
    Copies,
    /// Housework: the read log, preferences, directories, files fetched beforehand.
    House,
    /// Reading which notices wait.
    Notices,
    /// Noting which notices were shown.
    Shown,
    /// Deciding on reminders.
    Reminders,
    /// Noting how far everything is told.
    Told,
    /// Noting when the person was here.
    Presence,
    /// Looking for what has become late.
    Hours,
    /// Filling a new file.
    Refill,
}

/// What is to be told.
#[derive(Debug, Default)]
pub(crate) struct Troubles {
    now: BTreeMap<Work, Trouble>,
    /// A file with drafts, unsent work or attachments was replaced: something may be missing, so a person has to look.
    replaced: Option<Trouble>,
    /// This machine's clock is wrong.
    clock: Option<Trouble>,
}

impl Troubles {
    /// What is told first: what a person has to look at, then what hinders the work that matters most, then what makes times
    /// wrong.
    pub fn told(&self) -> Option<Trouble> {
        self.replaced.as_ref().or_else(|| self.now.values().next()).or(self.clock.as_ref()).cloned()
    }

    /// Some work has ended so.
    fn ended(&mut self, work: Work, error: Option<&ClientError>) {
        match error {
            None => {
                self.now.remove(&work);
            }
            Some(error) if error.asks_to_look() => {
                let incomplete = |told: &Trouble| told.facts.get("incomplete").is_some_and(|it| it == "true");
                if !self.replaced.as_ref().is_some_and(incomplete) {
                    self.replaced = Some(Trouble::from(error));
                }
            }
            Some(error) if error.is_of_files() => {
                self.now.insert(work, Trouble::from(error));
            }
            // It says nothing about the files.
            Some(_) => {}
        }
    }

    fn seen(&mut self) {
        self.replaced = None;
    }
}

impl Live {
    /// Says how some work in the background has ended: trouble with the local files is told, and no longer told once the
    /// same work succeeds.
    pub(crate) fn ended<T>(&self, work: Work, outcome: &Result<T, ClientError>) {
        self.change_troubles(|troubles| troubles.ended(work, outcome.as_ref().err()));
    }

    /// A file was found damaged and has been replaced by work that is told of otherwise.
    pub(crate) fn found_replaced(&self, error: &ClientError) {
        self.change_troubles(|troubles| troubles.ended(Work::HandOver, Some(error)));
    }

    /// After an answer of the server's: tells whether this machine's clock is wrong beside its.
    pub(crate) fn look_at_the_clock(&self) {
        let wrong = self.core.wire.ahead().wrong();
        let wrong = wrong.map(|ahead| Trouble::from(&ClientError::ClockWrong { minutes: ahead.as_mins() }));
        self.change_troubles(|troubles| troubles.clock = wrong);
    }

    fn change_troubles(&self, change: impl FnOnce(&mut Troubles)) {
        let mut troubles = self.troubles();
        let before = troubles.told();
        change(&mut troubles);
        let now = troubles.told();
        drop(troubles);
        if before != now {
            self.core.tell(ClientEvent::LocalTrouble);
        }
    }
}

/// Trouble with the local files.
impl Client {
    /// What work in the background has met in the local files and has not got over yet; empty too while nobody is signed
    /// in. What a command meets is its own answer and not told here.
    #[must_use]
    pub fn local_trouble(&self) -> Option<Trouble> {
        let live = self.live().ok()?;
        live.troubles().told()
    }

    /// The person has seen that a damaged file was replaced.
    ///
    /// # Errors
    /// [`ClientError::SignedOut`].
    pub fn local_trouble_seen(&self) -> Answer<()> {
        self.live()?.change_troubles(Troubles::seen);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(troubles: &Troubles) -> Option<String> {
        troubles.told().map(|trouble| trouble.code)
    }

    #[test]
    fn trouble_is_told_until_the_same_work_succeeds() {
        let mut troubles = Troubles::default();
        troubles.ended(Work::House, Some(&ClientError::DiskFull));
        troubles.ended(Work::Sync, Some(&ClientError::DiskFull));
        troubles.ended(Work::House, None);
        assert_eq!(code(&troubles).as_deref(), Some("disk-full"), "syncing still can't write");
        troubles.ended(Work::Sync, Some(&ClientError::ServerUnreachable));
        assert_eq!(code(&troubles).as_deref(), Some("disk-full"), "no contact is no room on the disk");
        troubles.ended(Work::Sync, None);
        assert_eq!(code(&troubles), None);
        troubles.ended(Work::Outcome, Some(&ClientError::Internal("disk I/O error".into())));
        assert_eq!(code(&troubles).as_deref(), Some("internal"), "a disk that fails is not only in the log");
        troubles.ended(Work::Outcome, None);
        troubles.ended(Work::Sync, Some(&ClientError::ServerTimeout));
        assert_eq!(code(&troubles), None, "the connection has a line of its own");
    }

    #[test]
    fn a_replaced_file_is_told_until_somebody_has_seen_it() {
        let damaged = |file, incomplete| ClientError::CacheCorrupt { file, incomplete };
        let mut troubles = Troubles::default();
        troubles.ended(Work::Sync, Some(&damaged("mirror.db", false)));
        assert_eq!(troubles.told().unwrap().facts["file"], "mirror.db");
        troubles.ended(Work::Sync, None);
        assert_eq!(code(&troubles), None, "it has filled itself again");
        troubles.ended(Work::HandOver, Some(&damaged("unsent.db", true)));
        troubles.ended(Work::House, Some(&damaged("blobs.db", false)));
        troubles.ended(Work::HandOver, None);
        let told = troubles.told().unwrap();
        assert_eq!((told.facts["file"].as_str(), told.facts["incomplete"].as_str()), ("unsent.db", "true"));
        troubles.seen();
        assert_eq!(code(&troubles), None);
    }
}
