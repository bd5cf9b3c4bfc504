//! Starting anew: a whole profile moved aside. For files that no key opens any more; they are never deleted.

use crate::error::{File, OpenError};
use crate::open::{Store, folder};
use crate::place;
use jiff::Timestamp;
use std::path::{Path, PathBuf};

impl Store {
    /// Are there encrypted files in `dir`, sound or damaged? Then a missing key is a lost one, and a new one opens none
    /// of them.
    #[must_use]
    pub fn has_files(dir: &Path) -> bool {
        let Ok(entries) = std::fs::read_dir(dir) else { return false };
        entries.filter_map(Result::ok).any(|entry| {
            let name = entry.file_name();
            File::ALL.iter().any(|file| name.to_string_lossy().starts_with(file.name()))
        })
    }

    /// Moves the folder with everything in it to `<dir>.set-aside-<timestamp>` beside it; `None` if there is none. What
    /// is in it opens with its old keys only. Only while no `Store` has the folder open.
    ///
    /// # Errors
    /// [`OpenError`]; the folder is then where it was.
    pub fn set_folder_aside(dir: &Path) -> Result<Option<PathBuf>, OpenError> {
        if !dir.is_dir() {
            return Ok(None);
        }
        let hold = place::hold(dir).map_err(|error| folder(dir, &error))?.ok_or(OpenError::InUse)?;
        // There no folder moves while a file in it is open; one that somebody opens in this moment stops the move.
        #[cfg(windows)]
        drop(hold);
        let stamp = Timestamp::now().strftime("%Y%m%dT%H%M%S%3fZ").to_string();
        let mut name = dir.as_os_str().to_owned();
        name.push(format!(".set-aside-{stamp}"));
        let target = PathBuf::from(name);
        std::fs::rename(dir, &target).map_err(|error| folder(dir, &error))?;
        #[cfg(not(windows))]
        drop(hold);
        Ok(Some(target))
    }
}
