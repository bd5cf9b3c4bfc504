//! The profile's folder: for its owner only (0700, files 0600), and for one process at a time.

use std::fs::{self, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Makes the folder if needed and closes it to others.
pub(crate) fn make_private(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(dir, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Makes (or empties) a file that only its owner can read. SQLite gives its journals the same rights.
pub(crate) fn create_private(path: &Path) -> io::Result<fs::File> {
    private().write(true).create(true).truncate(true).open(path)
}

/// Makes the file if it is missing, and closes it to others in any case.
pub(crate) fn touch_private(path: &Path) -> io::Result<()> {
    let file = private().append(true).create(true).open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    drop(file);
    Ok(())
}

fn private() -> OpenOptions {
    #[allow(unused_mut, reason = "only Unix has a mode")]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

/// A folder that this process holds. It is let go in so many words: a program that this one is just starting has a copy of
/// the open file until it runs, and would hold the folder as long.
#[derive(Debug)]
pub(crate) struct Hold(fs::File);

impl Drop for Hold {
    fn drop(&mut self) {
        // What fails here is undone by the end of the program.
        let _ = self.0.unlock();
    }
}

/// Holds the folder for this process until dropped; `None` when another one has it.
pub(crate) fn hold(dir: &Path) -> io::Result<Option<Hold>> {
    let path = dir.join("in-use.lock");
    let file = private().write(true).create(true).truncate(false).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Hold(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// A database file and the journals beside it.
pub(crate) fn with_journals(path: &Path) -> [PathBuf; 3] {
    let beside = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    [path.to_path_buf(), beside("-wal"), beside("-shm")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_was_let_go_can_be_held_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let held = hold(dir.path()).unwrap().unwrap();
        assert!(hold(dir.path()).unwrap().is_none());
        // what a program in the middle of its start has
        let copy = held.0.try_clone().unwrap();
        drop(held);
        assert!(hold(dir.path()).unwrap().is_some());
        drop(copy);
    }
}
