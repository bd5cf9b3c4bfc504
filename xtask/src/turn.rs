//! One tour at a time: all tours from one target folder drive the same programs and write into the same folder.

use std::fs::{File, OpenOptions, TryLockError, create_dir_all};
use std::path::Path;

use crate::problem::{Outcome, Problem, While};

/// Held as long as a tour is prepared and driven; given back when it is dropped, and by the system if this process dies.
#[derive(Debug)]
pub struct Turn {
    _file: File,
}

impl Turn {
    /// Takes the turn, or says that somebody else has it. Nobody waits: a tour takes minutes, and a person who started a
    /// second one by mistake should learn it now.
    pub fn take(target: &Path) -> Outcome<Self> {
        create_dir_all(target).could_not(format!("make {}", target.display()))?;
        let path = target.join("tour.lock");
        // never emptied: another process may have it open
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = file.could_not(format!("open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Problem::new("Another tour is under way in this target folder.")
                .advise("wait until it has ended, or give this one a folder of its own with CARGO_TARGET_DIR.")),
            Err(TryLockError::Error(error)) => Err(error).could_not(format!("lock {}", path.display())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_tour_is_refused_with_a_word_and_a_later_one_is_not() {
        let target = std::env::temp_dir().join(format!("mottaget-turn-{}", std::process::id()));
        let first = Turn::take(&target).unwrap();
        let refused = Turn::take(&target).unwrap_err();
        assert!(refused.what().contains("Another tour"), "{refused}");
        assert!(refused.advice().is_some_and(|advice| advice.contains("wait")), "{refused}");
        drop(first);
        Turn::take(&target).unwrap();
        std::fs::remove_dir_all(target).unwrap();
    }
}
