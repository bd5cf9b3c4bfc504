//! What can go wrong with the files, in few stable codes.

use std::path::PathBuf;
use thiserror::Error;

/// One of the three files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum File {
    /// `mirror.db`: what the server told; may be thrown away and filled again.
    Mirror,
    /// `unsent.db`: outbox, drafts, unacknowledged read log; never thrown away.
    Unsent,
    /// `blobs.db`: attachment bytes; those of unsent work are not at the server yet.
    Blobs,
}

impl File {
    /// All three, in the order in which a step that needs several takes them (design.md 11).
    pub const ALL: [Self; 3] = [Self::Blobs, Self::Mirror, Self::Unsent];

    /// Its name in the profile's folder.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mirror => "mirror.db",
            Self::Unsent => "unsent.db",
            Self::Blobs => "blobs.db",
        }
    }
}

impl std::fmt::Display for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Why the files can't be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// A newer version of the program wrote the file; it is left as it is. Install that version or newer.
    #[error("{file} has version {found}; this program knows versions up to {known}")]
    Newer {
        /// Which file.
        file: File,
        /// The file's version.
        found: u32,
        /// The newest version that this program knows.
        known: u32,
    },
    /// The key is right but the file is damaged: [`Store::set_aside`](crate::Store::set_aside), then open again.
    #[error("{file} is damaged")]
    Corrupt {
        /// Which file.
        file: File,
    },
    /// The file was made with another key than the one given.
    #[error("{file} belongs to another key")]
    WrongKey {
        /// Which file.
        file: File,
    },
    /// Another process of the same profile has the files open.
    #[error("the files are in use by another program")]
    InUse,
    /// No room on the disk.
    #[error("the disk is full")]
    DiskFull,
    /// The folder can't be made or used.
    #[error("the folder {path} can't be used: {detail}")]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// Something else.
    #[error("opening failed: {detail}")]
    Internal {
        /// English, technical; nothing about a patient.
        detail: String,
    },
}

impl OpenError {
    /// The stable code that the screen uses.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Newer { .. } => "cache-newer",
            Self::Corrupt { .. } => "cache-corrupt",
            Self::WrongKey { .. } => "cache-locked",
            Self::InUse => "cache-in-use",
            Self::DiskFull => "disk-full",
            Self::Folder { .. } | Self::Internal { .. } => "internal",
        }
    }
}

/// Why something can't be read or written. Nothing that was acknowledged before is lost by any of these.
#[derive(Debug, Error)]
pub enum StoreError {
    /// No room on the disk. What was being written is not written; what was written before still is.
    #[error("the disk is full")]
    DiskFull,
    /// The file turned out to be damaged: close, [`Store::set_aside`](crate::Store::set_aside), open again.
    #[error("{file} is damaged")]
    Corrupt {
        /// Which file.
        file: File,
    },
    /// The op id stands for another act already (design.md 11: an op keeps one id for life).
    #[error("the op id is already used for something else")]
    OpIdUsed,
    /// There is no such op in the outbox (any more).
    #[error("there is no such op in the outbox")]
    NoSuchOp,
    /// The op is on its way or accepted: it can't be taken back here.
    #[error("the op is already on its way")]
    OnItsWay,
    /// The bytes of a file that an op names are not here; store them first.
    #[error("the bytes of {sha256} are not stored")]
    BlobMissing {
        /// Which file.
        sha256: String,
    },
    /// The bytes are not those that the hash names.
    #[error("the bytes do not have the hash {expected}")]
    HashMismatch {
        /// The hash that was given.
        expected: String,
    },
    /// Something else.
    #[error("the store failed: {detail}")]
    Internal {
        /// English, technical; nothing about a patient.
        detail: String,
    },
}

impl StoreError {
    /// The stable code that the screen uses.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::DiskFull => "disk-full",
            Self::Corrupt { .. } => "cache-corrupt",
            Self::OpIdUsed => "op-id-reused",
            Self::NoSuchOp => "not-found",
            Self::OnItsWay => "already-released",
            Self::BlobMissing { .. } => "file-missing",
            Self::HashMismatch { .. } => "hash-mismatch",
            Self::Internal { .. } => "internal",
        }
    }
}
