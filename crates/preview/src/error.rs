//! What can go wrong between a file and its picture, as the app sees it.

use crate::verdict::Refusal;
use std::path::PathBuf;
use thiserror::Error;

/// Why there is no preview. No variant carries anything of the file's content.
#[derive(Debug, Error)]
pub enum PreviewError {
    /// The content is none of the four allowed formats (R89).
    #[error("the file is neither a PDF, a GIF, a JPEG nor a PNG")]
    UnsupportedType,
    /// The file can't be read to its end.
    #[error("the file is damaged or incomplete")]
    Damaged,
    /// The PDF is encrypted and opens only with a password.
    #[error("the file needs a password")]
    NeedsPassword,
    /// More bytes, pixels, pages or frames than [`crate::limits`] allow.
    #[error("the file is too large to show")]
    TooLarge,
    /// The worker used more time or memory than it may, and was ended.
    #[error("showing the file took too much time or memory")]
    TimedOut,
    /// The worker program or its PDF library is not where it should be: the installation is incomplete.
    #[error("the preview program is not installed rightly: {}", .0.display())]
    WorkerMissing(PathBuf),
    /// The worker died or spoke nonsense. The next document gets a new one.
    #[error("the preview program broke down: {0}")]
    WorkerCrashed(String),
    /// The document has no such page.
    #[error("there is no page {asked} (counted from 0) in {pages}")]
    NoSuchPage {
        /// The page asked for, counted from 0.
        asked: u32,
        /// How many pages there are.
        pages: u32,
    },
    /// The operating system refused something else.
    #[error("the preview could not be made")]
    Io(#[from] std::io::Error),
}

impl PreviewError {
    mottaget_domain::stable_codes!(self -> &'static str {
        Self::WorkerMissing(_) => "preview-missing",
        Self::WorkerCrashed(_) => "preview-crashed",
        Self::NoSuchPage { .. } => "not-found",
        Self::Io(_) => "internal",
    } else {
        Self::UnsupportedType => Refusal::NotOneOfFour.code(),
        Self::Damaged => Refusal::Damaged.code(),
        Self::NeedsPassword => Refusal::NeedsPassword.code(),
        Self::TooLarge => Refusal::TooLarge.code(),
        Self::TimedOut => Refusal::TimeOrMemory.code(),
    });
}

impl From<Refusal> for PreviewError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotOneOfFour => Self::UnsupportedType,
            Refusal::Damaged => Self::Damaged,
            Refusal::NeedsPassword => Self::NeedsPassword,
            Refusal::TooLarge => Self::TooLarge,
            Refusal::TimeOrMemory => Self::TimedOut,
        }
    }
}
