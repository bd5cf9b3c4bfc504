//! The server's folder: made for the owner alone, used by one server at a time.

use crate::error::StartError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The folder while the server uses it.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    lock: File,
}

/// Let go in so many words: a program that this one is just starting has a copy of the open file until it runs, and would
/// hold the folder as long.
impl Drop for Folder {
    fn drop(&mut self) {
        // What fails here is undone by the end of the program.
        let _ = self.lock.unlock();
    }
}

impl Folder {
    /// Makes the folder if need be and takes it.
    ///
    /// # Errors
    /// [`StartError::InUse`] when another server has it; [`StartError::Folder`] when it can't be made or written.
    pub fn take(root: &Path) -> Result<Self, StartError> {
        let name = root.display().to_string();
        let wrong = |source| StartError::Folder { folder: name.clone(), source };
        let lock = (|| {
            make(root)?;
            make(&root.join("attachments"))?;
            touch(&root.join("server.db"))?;
            touch(&root.join("lock"))
        })()
        .map_err(wrong)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { root: root.to_owned(), lock }),
            Err(TryLockError::WouldBlock) => Err(StartError::InUse(name)),
            Err(TryLockError::Error(source)) => Err(wrong(source)),
        }
    }

    /// The database file; SQLite gives its companions the same permissions.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.root.join("server.db")
    }

    /// The folder of the attachments' bytes.
    #[must_use]
    pub fn attachments(&self) -> PathBuf {
        self.root.join("attachments")
    }
}

fn make(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    only_owner(folder, 0o700)
}

fn touch(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true).read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let open = options.open(file)?;
    only_owner(file, 0o600)?;
    Ok(open)
}

/// Takes everybody else's permissions away, where the system has such.
///
/// # Errors
/// When the system says no.
pub fn only_owner(path: &Path, mode: u32) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))?;
    }
    #[cfg(not(unix))]
    let _unused = (path, mode);
    Ok(())
}

/// Makes a folder's list of names last; on Windows the file system does that by itself.
///
/// # Errors
/// When the system says no.
pub fn sync(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _unused = folder;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_free_as_soon_as_its_server_has_ended() {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::take(root.path()).unwrap();
        assert!(matches!(Folder::take(root.path()), Err(StartError::InUse(_))));
        // what a program in the middle of its start has
        let copy = folder.lock.try_clone().unwrap();
        drop(folder);
        assert!(Folder::take(root.path()).is_ok());
        drop(copy);
    }
}
