//! Opening the three files, migrating them, and setting a damaged one aside.

use crate::error::{File, OpenError};
use crate::keys::Keys;
use std::path::{Path, PathBuf};

/// The open files of one profile (one member of staff at one server). `Send + Sync`.
///
/// Dropping it closes the files and wipes the keys: that is what locking does.
pub struct Store {}

/// What [`Store::set_aside`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetAside {
    /// Where the damaged file lies now (`<name>.damaged-<timestamp>`); empty if there was none.
    pub moved_to: Option<PathBuf>,
    /// How many rows of `unsent.db` were carried over into the new file.
    pub salvaged: usize,
    /// Tables of `unsent.db` of which something may be missing.
    pub incomplete: Vec<String>,
}

impl Store {
    /// Opens `mirror.db`, `unsent.db` and `blobs.db` in `dir`; makes what is missing, migrates what is older, and
    /// finishes what a crash interrupted. Ops found in the state "sending" wait again.
    ///
    /// # Errors
    /// [`OpenError`]; no file is changed by a refusal.
    pub fn open(dir: &Path, keys: &Keys) -> Result<Self, OpenError> {
        let _ = (dir, keys);
        Err(OpenError::Internal { detail: "not built yet".into() })
    }

    /// Moves a damaged file (with its journal) to `<name>.damaged-<timestamp>` and never deletes it. Of `unsent.db`
    /// every row that can still be read is carried over into a new file; the others start empty at the next
    /// [`Self::open`]. Only while no `Store` has the folder open.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn set_aside(dir: &Path, file: File, keys: &Keys) -> Result<SetAside, OpenError> {
        let _ = (dir, file, keys);
        Err(OpenError::Internal { detail: "not built yet".into() })
    }

    /// Writes everything into the files proper and closes them. Dropping does the same without telling of errors.
    ///
    /// # Errors
    /// [`crate::StoreError`].
    pub fn close(self) -> Result<(), crate::StoreError> {
        Err(crate::StoreError::Internal { detail: "not built yet".into() })
    }
}
