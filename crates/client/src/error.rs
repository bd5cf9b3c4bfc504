//! What can go wrong, with the stable codes that the screen turns into sentences.

use mottaget_domain::Refusal;
use mottaget_domain::attachment::{AttachmentRefusal, MAX_BYTES};
use mottaget_preview::PreviewError;
use mottaget_protocol::SERVER_CODES;
use mottaget_store::{OpenError, StoreError};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// Why something did not work. No variant carries anything about a patient; file names are facts for the screen only.
#[derive(Debug, Error)]
pub enum ClientError {
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    SignedOut,
    /// There is no contact with the server just now, and this can't be done without.
    #[error("there is no contact with the server")]
    Offline,
    /// The configured address is no safe address.
    #[error("the server's address can't be used")]
    ServerAddress,
    /// The server can't be reached: no network, no name, nothing listens.
    #[error("the server can't be reached")]
    ServerUnreachable,
    /// The server took too long.
    #[error("the server did not answer in time")]
    ServerTimeout,
    /// The server has trouble of its own.
    #[error("the server answered {status}")]
    ServerError {
        /// HTTP status.
        status: u16,
    },
    /// The server has more to do than it can; it changed nothing.
    #[error("the server is busy")]
    ServerBusy,
    /// The server has no room left; it changed nothing, and takes it once there is room again.
    #[error("the server is full")]
    ServerFull,
    /// What came back is not what a Mottaget server says.
    #[error("the server's answer makes no sense")]
    ServerNonsense,
    /// The session is over: sign in again. Drafts and outbox stay.
    #[error("the session has expired")]
    SessionExpired,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The server refused it, with its own code.
    #[error("the server refused: {code}")]
    ServerRefused {
        /// Stable code of the problem document.
        code: String,
        /// The server's English explanation; nothing about a patient.
        detail: String,
    },
    /// This file can't be attached.
    #[error("the file can't be attached")]
    File {
        /// Its name.
        name: String,
        /// Why.
        #[source]
        why: AttachmentRefusal,
    },
    /// The file could not be read from disk.
    #[error("the file can't be read")]
    FileUnreadable {
        /// Its name.
        name: String,
    },
    /// The file's bytes are not on this machine and there is no contact to fetch them.
    #[error("the file is not on this machine")]
    FileNotCached {
        /// Its name, where it is known.
        name: Option<String>,
    },
    /// The file that arrived is not the file that was announced.
    #[error("the file's bytes are not what was announced")]
    FileDamaged {
        /// Its name, where it is known.
        name: Option<String>,
    },
    /// Files must be looked at before they are sent.
    #[error("{count} files have not been looked at")]
    FilesNotReviewed {
        /// How many are left.
        count: usize,
    },
    /// The guard has found what may be somebody else's, or asks for a proof, and the person has not confirmed just that.
    #[error("{count} findings of the guard are not confirmed")]
    Guarded {
        /// Findings and files that could not be searched; 0 if only the proof for protected identity is missing.
        count: usize,
    },
    /// What was to be confirmed is not what is to be sent any more.
    #[error("the message has changed since it was searched")]
    GuardChanged,
    /// What was typed is not what protected identity asks for.
    #[error("what was typed is not the resident's")]
    GuardTyped,
    /// The draft does not exist.
    #[error("there is no draft")]
    NoDraft,
    /// The preview can't show it.
    #[error("{why}")]
    Preview {
        /// The file's name.
        name: String,
        /// Why.
        #[source]
        why: PreviewError,
    },
    /// The preview was closed, or was never open.
    #[error("the preview is not open")]
    PreviewClosed,
    /// A local file was damaged. It has been moved aside (never deleted), what could be read of drafts and outbox was
    /// carried over, and cases are fetched anew: trying again goes on.
    #[error("the local file {file} was damaged and has been set aside")]
    CacheCorrupt {
        /// Which file.
        file: &'static str,
        /// Is anything unsent possibly missing?
        incomplete: bool,
    },
    /// A local file was made with other keys than those in the keychain.
    #[error("the local file {file} belongs to another key")]
    CacheLocked {
        /// Which file.
        file: &'static str,
    },
    /// The folder for the local files can't be made or used.
    #[error("the folder for the local files can't be used: {0}")]
    Folder(String),
    /// The local files were written by a newer program.
    #[error("the local files belong to a newer version of the program")]
    CacheNewer,
    /// Another program has the local files open.
    #[error("the local files are in use by another program")]
    CacheInUse,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The act was tried already and may have reached the server: it can't be taken back here.
    #[error("the act may already be at the server")]
    OnItsWay,
    /// More cases at once than is allowed.
    #[error("at most {limit} cases at once")]
    BulkTooMany {
        /// The limit.
        limit: usize,
    },
    /// This machine's clock is wrong, beside the server's.
    #[error("the clock is wrong by {minutes} minutes")]
    ClockWrong {
        /// By how much; below zero when it is fast.
        minutes: i64,
    },
    /// Only a server in practice mode can do this.
    #[error("only possible in practice mode")]
    PracticeOnly,
    /// Something that should not happen.
    #[error("unexpected: {0}")]
    Internal(String),
}

/// The code of an act whose file is not on this machine any more.
pub(crate) const FILE_MISSING: &str = "file-missing";

/// Every stable code that a [`ClientError`] or a [`Trouble`] can have: the core's own, those of the rules, of the preview
/// and of the server. Sorted.
#[must_use]
pub fn all_codes() -> BTreeSet<&'static str> {
    let of_preview = [PreviewError::CODES, mottaget_preview::verdict::Refusal::CODES].concat();
    let of_rules = [Refusal::CODES, AttachmentRefusal::CODES].concat();
    let own = ClientError::CODES.iter().chain(SERVER_CODES).chain([&FILE_MISSING]);
    own.chain(&of_preview).chain(&of_rules).copied().collect()
}

/// What the screen is told: a stable code, facts for the sentence, and English words for a support report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Stable code.
    pub code: String,
    /// Facts, e.g. `fileName`, `limit`, `size`, `count`.
    pub facts: BTreeMap<&'static str, String>,
    /// English, technical; never about a patient.
    pub detail: String,
}

impl ClientError {
    mottaget_domain::stable_codes!(self -> &str {
        Self::SignedOut => "signed-out",
        Self::Offline => "offline",
        Self::ServerAddress => "server-address",
        Self::ServerUnreachable => "server-unreachable",
        Self::ServerTimeout => "server-timeout",
        Self::ServerError { .. } => "server-error",
        Self::ServerBusy => "busy",
        Self::ServerFull => "storage-full",
        Self::ServerNonsense => "server-nonsense",
        Self::SessionExpired => "session-expired",
        Self::FileUnreadable { .. } => "file-unreadable",
        Self::FileNotCached { .. } => "file-not-cached",
        Self::FileDamaged { .. } => "file-damaged",
        Self::FilesNotReviewed { .. } => "files-not-reviewed",
        Self::Guarded { .. } => "guard-findings",
        Self::GuardChanged => "guard-changed",
        Self::GuardTyped => "guard-typed",
        Self::BulkTooMany { .. } => "too-many-cases",
        Self::NoDraft => "no-draft",
        Self::PreviewClosed => "preview-closed",
        Self::CacheCorrupt { .. } => "cache-corrupt",
        Self::CacheLocked { .. } => "cache-locked",
        Self::Folder(_) => "folder-unusable",
        Self::OnItsWay => "on-its-way",
        Self::CacheNewer => "cache-newer",
        Self::CacheInUse => "cache-in-use",
        Self::DiskFull => "disk-full",
        Self::ClockWrong { .. } => "clock-wrong",
        Self::PracticeOnly => "practice-only",
        Self::Internal(_) => "internal",
    } else {
        Self::Refused(refusal) => refusal.code(),
        Self::ServerRefused { code, .. } => code,
        Self::File { why, .. } => why.code(),
        Self::Preview { why, .. } => why.code(),
    });

    /// Facts for the sentence on the screen.
    #[must_use]
    pub fn facts(&self) -> BTreeMap<&'static str, String> {
        let mut facts = BTreeMap::new();
        match self {
            Self::ServerError { status } => {
                facts.insert("status", status.to_string());
            }
            Self::Refused(Refusal::OutOfRange { most }) => {
                facts.insert("limit", most.to_string());
            }
            Self::Refused(Refusal::BlankLeft { blank }) => {
                facts.insert("blank", blank.clone());
            }
            Self::BulkTooMany { limit } => {
                facts.insert("limit", limit.to_string());
            }
            Self::Refused(Refusal::TextTooLong { limit } | Refusal::TooManyViews { limit }) => {
                facts.insert("limit", limit.to_string());
            }
            Self::Refused(Refusal::Attachment(why)) => attachment_facts(why, &mut facts),
            Self::File { name, why } => {
                facts.insert("fileName", name.clone());
                attachment_facts(why, &mut facts);
            }
            Self::FileUnreadable { name }
            | Self::Preview { name, .. }
            | Self::FileNotCached { name: Some(name) }
            | Self::FileDamaged { name: Some(name) } => {
                facts.insert("fileName", name.clone());
            }
            Self::FilesNotReviewed { count } | Self::Guarded { count } => {
                facts.insert("count", count.to_string());
            }
            Self::CacheCorrupt { file, incomplete } => {
                facts.insert("file", (*file).to_owned());
                facts.insert("incomplete", incomplete.to_string());
            }
            Self::CacheLocked { file } => {
                facts.insert("file", (*file).to_owned());
            }
            Self::Folder(path) => {
                facts.insert("folder", path.clone());
            }
            Self::ClockWrong { minutes } => {
                facts.insert("minutes", minutes.unsigned_abs().to_string());
                facts.insert("fast", (*minutes < 0).to_string());
            }
            _ => {}
        }
        facts
    }

    /// Are the local files in trouble, whoever uses them? What should not happen counts too: below the network it can only
    /// be a disk that does not do as it is told.
    #[must_use]
    pub fn is_of_files(&self) -> bool {
        matches!(
            self,
            Self::DiskFull
                | Self::CacheCorrupt { .. }
                | Self::CacheLocked { .. }
                | Self::CacheNewer
                | Self::CacheInUse
                | Self::Folder(_)
                | Self::Internal(_)
        )
    }

    /// Has a file been replaced that does not fill itself again, so that a person has to see what is left?
    #[must_use]
    pub fn asks_to_look(&self) -> bool {
        matches!(self, Self::CacheCorrupt { file, .. } if *file != mottaget_store::File::Mirror.name())
    }

    /// Does nobody answer, so that what is not on this machine can't be had now?
    #[must_use]
    pub fn is_of_the_line(&self) -> bool {
        matches!(self, Self::Offline | Self::ServerUnreachable | Self::ServerTimeout)
    }

    /// Is it the network or the server that is in trouble, so that trying again later makes sense?
    #[must_use]
    pub fn is_connection(&self) -> bool {
        matches!(
            self,
            Self::Offline
                | Self::ServerUnreachable
                | Self::ServerTimeout
                | Self::ServerError { .. }
                | Self::ServerBusy
                | Self::ServerFull
                | Self::ServerNonsense
        )
    }
}

impl From<StoreError> for ClientError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::DiskFull => Self::DiskFull,
            StoreError::Corrupt { file } => Self::CacheCorrupt { file: file.name(), incomplete: false },
            StoreError::NoSuchOp => Self::Refused(Refusal::NotFound),
            StoreError::OpIdUsed => Self::Refused(Refusal::IdUsed),
            StoreError::OnItsWay => Self::OnItsWay,
            StoreError::BlobMissing { .. } => Self::FileNotCached { name: None },
            StoreError::HashMismatch { .. } => Self::FileDamaged { name: None },
            StoreError::Internal { detail } => Self::Internal(detail),
        }
    }
}

impl From<OpenError> for ClientError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Newer { .. } => Self::CacheNewer,
            OpenError::Corrupt { file } => Self::CacheCorrupt { file: file.name(), incomplete: false },
            OpenError::WrongKey { file } => Self::CacheLocked { file: file.name() },
            OpenError::InUse => Self::CacheInUse,
            OpenError::DiskFull => Self::DiskFull,
            OpenError::Folder { path, .. } => Self::Folder(path.display().to_string()),
            OpenError::Internal { detail } => Self::Internal(detail),
        }
    }
}

fn attachment_facts(why: &AttachmentRefusal, facts: &mut BTreeMap<&'static str, String>) {
    match why {
        AttachmentRefusal::TooLarge { size } => {
            facts.insert("size", size.to_string());
            facts.insert("limit", MAX_BYTES.to_string());
        }
        AttachmentRefusal::TypeMismatch { content, extension } => {
            facts.insert("content", content.label().to_owned());
            facts.insert("extension", extension.clone());
        }
        AttachmentRefusal::TooMany { count, limit } => {
            facts.insert("count", count.to_string());
            facts.insert("limit", limit.to_string());
        }
        AttachmentRefusal::Empty | AttachmentRefusal::TypeNotAllowed | AttachmentRefusal::BadName => {}
    }
}

impl From<&ClientError> for Trouble {
    fn from(error: &ClientError) -> Self {
        Self { code: error.code().to_owned(), facts: error.facts(), detail: error.to_string() }
    }
}
