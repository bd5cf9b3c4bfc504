//! Why a file can't be shown: one list for exit codes, protocol, error codes and the sentence on standard error.

/// The reasons, each with its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Refusal {
    /// The content is neither PDF, GIF, JPEG nor PNG (R89).
    NotOneOfFour = 10,
    /// The content starts as one of the four but can't be read to its end.
    Damaged = 11,
    /// An encrypted PDF.
    NeedsPassword = 12,
    /// More bytes, pixels, pages or frames than [`crate::limits`] allow.
    TooLarge = 13,
    /// It took more time or memory than the worker may use.
    TimeOrMemory = 14,
}

impl Refusal {
    /// All of them, in the order of their exit codes.
    pub const ALL: [Self; 5] =
        [Self::NotOneOfFour, Self::Damaged, Self::NeedsPassword, Self::TooLarge, Self::TimeOrMemory];

    /// The exit code of the worker program.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        self as u8
    }

    /// The refusal with this exit code, if it is one.
    #[must_use]
    pub fn from_exit_code(code: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|r| i32::from(r.exit_code()) == code)
    }

    mottaget_domain::stable_codes!(self -> &'static str {
        Self::NotOneOfFour => "file-type-not-allowed",
        Self::Damaged => "file-damaged",
        Self::NeedsPassword => "file-encrypted",
        Self::TooLarge => "file-too-large-to-show",
        Self::TimeOrMemory => "preview-timeout",
    });

    /// One English sentence for a person at a shell. It never quotes the file.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NotOneOfFour => "This is neither a PDF, a GIF, a JPEG nor a PNG file.",
            Self::Damaged => "The file is damaged or incomplete and can't be shown.",
            Self::NeedsPassword => "The file needs a password and can't be shown.",
            Self::TooLarge => "The file is too large to show.",
            Self::TimeOrMemory => "Showing the file took too much time or memory.",
        }
    }
}
