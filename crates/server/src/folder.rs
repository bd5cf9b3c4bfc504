//! The server's folder: made for the owner alone, used by one server at a time.

use crate::error::StartError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The folder while the server uses it.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    _lock: File,
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
            Ok(()) => Ok(Self { root: root.to_owned(), _lock: lock }),
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
