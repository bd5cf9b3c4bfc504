//! Attachments: what may be attached, told by content and never by name alone (R84–R92).

use crate::id::AttachmentId;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use utoipa::ToSchema;

/// Largest file, in bytes: 20 × 1024 × 1024 (R92).
pub const MAX_BYTES: u64 = 20 * 1024 * 1024;
/// Most files in one message from staff (R90).
pub const MAX_FILES_STAFF: usize = 10;
/// Most files in one message from a resident (R91).
pub const MAX_FILES_RESIDENT: usize = 5;
/// Longest file name, in bytes of UTF-8: what every file system takes.
pub const MAX_NAME_BYTES: usize = 255;

/// The four allowed formats (R89).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    /// Portable Document Format, ISO 32000.
    Pdf,
    /// Graphics Interchange Format, 87a or 89a.
    Gif,
    /// JPEG (`.jpg` and `.jpeg` are the same, F23).
    Jpeg,
    /// Portable Network Graphics.
    Png,
}

impl FileKind {
    /// All four, in the order in which people are told of them.
    pub const ALL: [Self; 4] = [Self::Pdf, Self::Gif, Self::Jpeg, Self::Png];

    /// The media type for storage and transport.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Gif => "image/gif",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// As people say it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Gif => "GIF",
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
        }
    }

    /// What the names of such files may end in, without the dot, in small letters; large ones are as good.
    #[must_use]
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Gif => &["gif"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Png => &["png"],
        }
    }

    fn of_extension(extension: &str) -> Option<Self> {
        let ending = extension.to_ascii_lowercase();
        Self::ALL.into_iter().find(|kind| kind.endings().contains(&ending.as_str()))
    }
}

/// One attached file as everybody names it; the bytes are found by `sha256`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// Its id within the case.
    pub id: AttachmentId,
    /// The name that the sender gave it.
    pub file_name: String,
    /// What the bytes are.
    pub kind: FileKind,
    /// Length in bytes.
    pub size: u64,
    /// SHA-256 of the bytes, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

/// Why a file can't be attached.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AttachmentRefusal {
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// More than [`MAX_BYTES`].
    #[error("the file has {size} bytes; at most {MAX_BYTES} are allowed")]
    TooLarge {
        /// Its length in bytes.
        size: u64,
    },
    /// The content is none of the four formats.
    #[error("the file is neither PDF, GIF, JPEG nor PNG")]
    TypeNotAllowed,
    /// The content is one format and the name says another (or none).
    #[error("the file is a {} but its name ends in «{extension}»", content.label())]
    TypeMismatch {
        /// What the bytes are.
        content: FileKind,
        /// What the name ends in.
        extension: String,
    },
    /// The name is empty, too long, or has characters that could mislead.
    #[error("the file name can't be used")]
    BadName,
    /// More files than one message may have.
    #[error("{count} files; at most {limit} are allowed in one message")]
    TooMany {
        /// How many there would be.
        count: usize,
        /// How many are allowed.
        limit: usize,
    },
}

impl AttachmentRefusal {
    crate::stable_codes!(self -> &'static str {
        Self::Empty => "file-empty",
        Self::TooLarge { .. } => "file-too-large",
        Self::TypeNotAllowed => "file-type-not-allowed",
        Self::TypeMismatch { .. } => "file-type-mismatch",
        Self::BadName => "file-name-bad",
        Self::TooMany { .. } => "too-many-files",
    });
}

/// What the bytes are, by their first bytes; `None` if none of the four.
///
/// A PDF's header may stand within the first 1024 bytes (ISO 32000-1, annex H.3.4.1), so other formats are asked first.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Option<FileKind> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(FileKind::Png)
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        Some(FileKind::Jpeg)
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        Some(FileKind::Gif)
    } else if bytes.get(..bytes.len().min(1024)).unwrap_or_default().windows(5).any(|w| w == b"%PDF-") {
        Some(FileKind::Pdf)
    } else {
        None
    }
}

/// Checks one file as app and server both do: size, content, name against content.
///
/// # Errors
/// The first [`AttachmentRefusal`] that applies.
pub fn inspect(file_name: &str, bytes: &[u8]) -> Result<FileKind, AttachmentRefusal> {
    let size = bytes.len() as u64;
    if size == 0 {
        return Err(AttachmentRefusal::Empty);
    }
    if size > MAX_BYTES {
        return Err(AttachmentRefusal::TooLarge { size });
    }
    let content = sniff(bytes).ok_or(AttachmentRefusal::TypeNotAllowed)?;
    agree(file_name, content)?;
    Ok(content)
}

/// Does the name end as the content wants?
fn agree(file_name: &str, content: FileKind) -> Result<(), AttachmentRefusal> {
    usable_name(file_name)?;
    let extension = file_name.rsplit_once('.').map_or("", |(_, end)| end);
    if FileKind::of_extension(extension) == Some(content) {
        Ok(())
    } else {
        Err(AttachmentRefusal::TypeMismatch { content, extension: extension.to_owned() })
    }
}

/// Names that hide, reorder or escape are refused: separators, control characters, text-direction marks.
fn usable_name(name: &str) -> Result<(), AttachmentRefusal> {
    let misleading = |c: char| {
        c.is_control()
            || matches!(c, '/' | '\\' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if stem.trim().is_empty() || name.len() > MAX_NAME_BYTES || name.chars().any(misleading) {
        return Err(AttachmentRefusal::BadName);
    }
    Ok(())
}

/// Checks the list of a message: how many, and that each entry could be true (the bytes are checked by [`inspect`]).
///
/// # Errors
/// The first [`AttachmentRefusal`] that applies.
pub fn check_list(attachments: &[Attachment], limit: usize) -> Result<(), AttachmentRefusal> {
    if attachments.len() > limit {
        return Err(AttachmentRefusal::TooMany { count: attachments.len(), limit });
    }
    for file in attachments {
        if file.size == 0 {
            return Err(AttachmentRefusal::Empty);
        }
        if file.size > MAX_BYTES {
            return Err(AttachmentRefusal::TooLarge { size: file.size });
        }
        agree(&file.file_name, file.kind)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PDF: &[u8] = b"%PDF-1.7\n";
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....";
    const JPEG: &[u8] = b"\xff\xd8\xff\xe0....";
    const GIF: &[u8] = b"GIF89a....";

    #[test]
    fn the_four_formats_are_known_by_content() {
        for (name, bytes, kind) in [
            ("brev.pdf", PDF, FileKind::Pdf),
            ("BREV.PDF", PDF, FileKind::Pdf),
            ("bild.png", PNG, FileKind::Png),
            ("bild.jpg", JPEG, FileKind::Jpeg),
            ("bild.jpeg", JPEG, FileKind::Jpeg),
            ("rörlig bild.gif", GIF, FileKind::Gif),
        ] {
            assert_eq!(inspect(name, bytes), Ok(kind), "{name}");
        }
    }

    #[test]
    fn a_name_that_disagrees_is_refused_and_says_what_the_file_is() {
        assert_eq!(
            inspect("brev.pdf", PNG),
            Err(AttachmentRefusal::TypeMismatch { content: FileKind::Png, extension: "pdf".into() })
        );
        assert_eq!(inspect("brev.pdf", b"Hej, detta \xc3\xa4r text"), Err(AttachmentRefusal::TypeNotAllowed));
        assert_eq!(inspect("brev.exe", b"MZ\x90"), Err(AttachmentRefusal::TypeNotAllowed));
        assert!(matches!(inspect("brev", PDF), Err(AttachmentRefusal::TypeMismatch { .. })));
    }

    #[test]
    fn the_limit_is_exact() {
        let mut bytes = PDF.to_vec();
        bytes.resize(usize::try_from(MAX_BYTES).unwrap(), 0);
        assert_eq!(inspect("a.pdf", &bytes), Ok(FileKind::Pdf));
        bytes.push(0);
        assert_eq!(inspect("a.pdf", &bytes), Err(AttachmentRefusal::TooLarge { size: MAX_BYTES + 1 }));
        assert_eq!(inspect("a.pdf", b""), Err(AttachmentRefusal::Empty));
    }

    #[test]
    fn names_that_mislead_are_refused() {
        for name in ["../../etc/x.pdf", "a\u{202e}fdp.pdf", ".pdf", "  .pdf", "a\nb.pdf", "c:\\x.pdf"] {
            assert_eq!(inspect(name, PDF), Err(AttachmentRefusal::BadName), "{name:?}");
        }
    }

    #[test]
    fn ten_from_staff_and_five_from_residents() {
        let file = Attachment {
            id: AttachmentId::random(),
            file_name: "a.pdf".into(),
            kind: FileKind::Pdf,
            size: 9,
            sha256: "0".repeat(64),
        };
        let list = |n: usize| vec![file.clone(); n];
        assert_eq!(check_list(&list(10), MAX_FILES_STAFF), Ok(()));
        assert_eq!(check_list(&list(11), MAX_FILES_STAFF), Err(AttachmentRefusal::TooMany { count: 11, limit: 10 }));
        assert_eq!(check_list(&list(5), MAX_FILES_RESIDENT), Ok(()));
        assert_eq!(check_list(&list(6), MAX_FILES_RESIDENT), Err(AttachmentRefusal::TooMany { count: 6, limit: 5 }));
    }

    proptest! {
        #[test]
        fn nothing_gets_in_without_one_of_the_four_beginnings(bytes in proptest::collection::vec(any::<u8>(), 0..2048)) {
            if let Ok(kind) = inspect("x.pdf", &bytes) {
                prop_assert_eq!(kind, FileKind::Pdf);
                prop_assert_eq!(sniff(&bytes), Some(FileKind::Pdf));
            }
        }
    }
}
