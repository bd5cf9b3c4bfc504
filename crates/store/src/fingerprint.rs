//! Telling a wrong key from a damaged file: SQLCipher says the same for both, so a fingerprint of each file's key lies
//! beside the files. The key is 256 random bits; its hash tells nothing about it.

use crate::db::Key;
use crate::error::File;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};

const NAME: &str = "keys.check";

/// Fingerprints by file, as found in the folder.
#[derive(Debug, Default)]
pub(crate) struct Fingerprints {
    lines: Vec<(String, String)>,
}

fn path(dir: &Path) -> PathBuf {
    dir.join(NAME)
}

fn of(file: File, key: &Key) -> String {
    let mut hash = Sha256::new();
    hash.update(b"mottaget key check 1 ");
    hash.update(file.name());
    hash.update(key.as_slice());
    let digest = hash.finalize();
    hex::encode(digest.get(..16).unwrap_or(&digest))
}

impl Fingerprints {
    /// Reads them; a missing or unreadable list is an empty one.
    pub(crate) fn read(dir: &Path) -> Self {
        let text = std::fs::read_to_string(path(dir)).unwrap_or_default();
        let line = |line: &str| line.split_once(' ').map(|(name, print)| (name.to_owned(), print.to_owned()));
        Self { lines: text.lines().filter_map(line).collect() }
    }

    /// Was the file made with this key? `None` when nothing is known of it.
    pub(crate) fn agrees(&self, file: File, key: &Key) -> Option<bool> {
        let (_, print) = self.lines.iter().find(|(name, _)| name == file.name())?;
        Some(*print == of(file, key))
    }

    /// Notes the file's key, or (`None`) forgets it, and writes the list if that changed it.
    pub(crate) fn note(&mut self, dir: &Path, file: File, key: Option<&Key>) -> std::io::Result<()> {
        let print = key.map(|key| of(file, key));
        let before = self.lines.iter().find(|(name, _)| name == file.name()).map(|(_, print)| print.clone());
        if before == print {
            return Ok(());
        }
        self.lines.retain(|(name, _)| name != file.name());
        self.lines.extend(print.map(|print| (file.name().to_owned(), print)));
        let text: String = self.lines.iter().map(|(name, print)| format!("{name} {print}\n")).collect();
        let draft = dir.join(format!("{NAME}.new"));
        let mut out = crate::place::create_private(&draft)?;
        out.write_all(text.as_bytes())?;
        out.sync_all()?;
        std::fs::rename(&draft, path(dir))
    }
}
