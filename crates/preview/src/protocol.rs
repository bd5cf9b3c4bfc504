//! The words between the app and its worker: length-prefixed frames on two pipes.
//!
//! ```text
//! request  = tag    (1 byte)  length (4 bytes, big-endian)  body (length bytes)       app → worker, standard input
//! response = status (1 byte)  length (4 bytes, big-endian)  body (length bytes)       worker → app, standard output
//! ```
//!
//! The worker speaks first: a `READY` response (status 1, body = [`VERSION`] as 2 bytes) once its libraries are loaded.
//! After that each request gets exactly one response, in order. All numbers are big-endian.
//!
//! | tag | request  | body                                                          | body of the answer (status 0) |
//! |-----|----------|---------------------------------------------------------------|-------------------------------|
//! | 1   | document | the file's bytes; must come first, and only once per worker   | empty                         |
//! | 2   | inspect  | empty                                                         | [`DocumentInfo`] as JSON      |
//! | 3   | page     | page from 0 (4), unit (1: 1 = pixels of width, 2 = dpi), value (4) | PNG, RGB, 8 bits         |
//! | 4   | frame    | frame from 0 (4), pixels of width (4)                         | PNG, RGB, 8 bits              |
//! | 5   | text     | page from 0 (4)                                               | [`PageText`] as JSON          |
//!
//! Statuses: 0 done, 1 ready, 3 no such page, 4 the PDF library can't be loaded, 5 the
//! request makes no sense, 10–14 as in [`Refusal`]. A body other than of status 0 or 1 is empty. A worker that refuses the
//! document ends with that exit code. Closing the worker's standard input ends it.
//!
//! Lengths are capped on both sides *before* anything is allocated: a document at [`MAX_INPUT_BYTES`], any other request
//! at [`MAX_SMALL_BODY`], an answer at [`MAX_ANSWER`].

use crate::limits::MAX_INPUT_BYTES;
use crate::verdict::Refusal;
use mottaget_domain::attachment::FileKind;
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};

/// The version of this protocol; both programs are of one release, so it must be equal.
pub const VERSION: u16 = 2;
/// Bytes of a frame before its body.
pub const HEADER_BYTES: usize = 5;
/// Longest body of a request that is not the document.
pub const MAX_SMALL_BODY: usize = 64;
/// Longest body of an answer: the largest page as an incompressible PNG, with room to spare.
pub const MAX_ANSWER: usize = 160 * 1024 * 1024;

/// How large a page is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// So many pixels wide.
    Width(u32),
    /// So many pixels per inch (PDF; an image has no inches and is shown as it is).
    Dpi(u32),
}

/// What the app asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Here is the file.
    Document(Vec<u8>),
    /// What is it?
    Inspect,
    /// Show a page (or a frame, if it is an animation).
    Page {
        /// Counted from 0.
        index: u32,
        /// How large.
        size: Size,
    },
    /// Show a frame of an animation.
    Frame {
        /// Counted from 0.
        index: u32,
        /// Pixels of width.
        width: u32,
    },
    /// What does a page say?
    Text {
        /// Counted from 0.
        index: u32,
    },
}

const DOCUMENT: u8 = 1;
const INSPECT: u8 = 2;
const PAGE: u8 = 3;
const FRAME: u8 = 4;
const TEXT: u8 = 5;

impl Request {
    /// The header of a document request of this length, so that the bytes need not be copied to be sent.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] if it is longer than [`MAX_INPUT_BYTES`].
    pub fn document_header(length: usize) -> io::Result<[u8; HEADER_BYTES]> {
        if length > MAX_INPUT_BYTES {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        Ok(header(DOCUMENT, length as u32))
    }

    /// The whole frame of this request.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let (tag, body) = match self {
            Self::Document(bytes) => (DOCUMENT, bytes.clone()),
            Self::Inspect => (INSPECT, Vec::new()),
            Self::Page { index, size } => {
                let (unit, value) = match size {
                    Size::Width(pixels) => (1, pixels),
                    Size::Dpi(dpi) => (2, dpi),
                };
                (PAGE, [&index.to_be_bytes()[..], &[unit], &value.to_be_bytes()[..]].concat())
            }
            Self::Frame { index, width } => (FRAME, [index.to_be_bytes(), width.to_be_bytes()].concat()),
            Self::Text { index } => (TEXT, index.to_be_bytes().to_vec()),
        };
        [&header(tag, body.len() as u32)[..], &body].concat()
    }

    /// Understands a body by its tag; `None` if it makes no sense.
    #[must_use]
    pub fn parse(tag: u8, body: Vec<u8>) -> Option<Self> {
        match tag {
            DOCUMENT => Some(Self::Document(body)),
            INSPECT => body.is_empty().then_some(Self::Inspect),
            PAGE => {
                let (index, rest) = split_u32(&body)?;
                let (unit, rest) = rest.split_first()?;
                let (value, rest) = split_u32(rest)?;
                let size = match unit {
                    1 => Size::Width(value),
                    2 => Size::Dpi(value),
                    _ => return None,
                };
                (rest.is_empty() && value > 0).then_some(Self::Page { index, size })
            }
            FRAME => {
                let (index, rest) = split_u32(&body)?;
                let (width, rest) = split_u32(rest)?;
                (rest.is_empty() && width > 0).then_some(Self::Frame { index, width })
            }
            TEXT => {
                let (index, rest) = split_u32(&body)?;
                rest.is_empty().then_some(Self::Text { index })
            }
            _ => None,
        }
    }
}

/// What came in on the worker's side.
#[derive(Debug)]
pub enum Incoming {
    /// A request that makes sense.
    Request(Request),
    /// The document is longer than it may be; its bytes were not read.
    TooLong,
    /// A frame that makes no sense; the pipe is not to be trusted any more.
    Nonsense,
    /// The app closed the pipe.
    End,
}

/// Reads one request.
///
/// # Errors
/// What the pipe says; a pipe that ends inside a frame is [`io::ErrorKind::UnexpectedEof`].
pub fn read_request(pipe: &mut impl Read) -> io::Result<Incoming> {
    let mut head = [0; HEADER_BYTES];
    let mut filled = 0;
    while let Some(rest) = head.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match pipe.read(rest) {
            Ok(0) if filled == 0 => return Ok(Incoming::End),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(n) => filled += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    let (tag, length) = parse_header(head);
    match (tag, length) {
        (DOCUMENT, n) if n > MAX_INPUT_BYTES => return Ok(Incoming::TooLong),
        (DOCUMENT, _) => {}
        (_, n) if n > MAX_SMALL_BODY => return Ok(Incoming::Nonsense),
        _ => {}
    }
    let mut body = vec![0; length];
    pipe.read_exact(&mut body)?;
    Ok(Request::parse(tag, body).map_or(Incoming::Nonsense, Incoming::Request))
}

/// How a request ended, without its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The body is what was asked for.
    Done,
    /// The worker's greeting.
    Ready,
    /// The document has no such page or frame.
    NoSuchPage,
    /// The PDF library can't be loaded.
    NoRenderer,
    /// The request made no sense.
    BadRequest,
    /// The document can't be shown.
    Refused(Refusal),
}

impl Status {
    /// As one byte.
    #[must_use]
    pub fn to_byte(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Ready => 1,
            Self::NoSuchPage => 3,
            Self::NoRenderer => 4,
            Self::BadRequest => 5,
            Self::Refused(refusal) => refusal.exit_code(),
        }
    }

    /// From one byte; `None` if there is no such status.
    #[must_use]
    pub fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Done),
            1 => Some(Self::Ready),
            3 => Some(Self::NoSuchPage),
            4 => Some(Self::NoRenderer),
            5 => Some(Self::BadRequest),
            other => Refusal::from_exit_code(other.into()).map(Self::Refused),
        }
    }
}

/// Writes one response and flushes.
///
/// # Errors
/// What the pipe says.
pub fn write_response(pipe: &mut impl Write, status: Status, body: &[u8]) -> io::Result<()> {
    let length = u32::try_from(body.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    pipe.write_all(&header(status.to_byte(), length))?;
    pipe.write_all(body)?;
    pipe.flush()
}

/// Understands a response's header: its status and the length of its body. `None` if it makes no sense or is longer than
/// [`MAX_ANSWER`].
#[must_use]
pub fn parse_response_header(head: [u8; HEADER_BYTES]) -> Option<(Status, usize)> {
    let (byte, length) = parse_header(head);
    let cap = match Status::from_byte(byte)? {
        Status::Done => MAX_ANSWER,
        _ => MAX_SMALL_BODY,
    };
    (length <= cap).then_some((Status::from_byte(byte)?, length))
}

fn header(tag: u8, length: u32) -> [u8; HEADER_BYTES] {
    let [a, b, c, d] = length.to_be_bytes();
    [tag, a, b, c, d]
}

fn parse_header([tag, a, b, c, d]: [u8; HEADER_BYTES]) -> (u8, usize) {
    (tag, u32::from_be_bytes([a, b, c, d]) as usize)
}

fn split_u32(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u32::from_be_bytes(*number), rest))
}

/// What the numbers of a [`PageSize`] count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// 1/72 inch: a PDF.
    Points,
    /// Pixels: an image.
    Pixels,
}

/// The size of a page as it is shown, that is after its own rotation or the camera's orientation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageSize {
    /// In the document's [`Unit`].
    pub width: f32,
    /// In the document's [`Unit`].
    pub height: f32,
}

/// What a file that can be shown is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentInfo {
    /// What its bytes are (R89), whatever its name says.
    pub kind: FileKind,
    /// Pages of a PDF, frames of a GIF, else 1.
    pub pages: u32,
    /// What the sizes count.
    pub unit: Unit,
    /// One for each page or frame.
    pub sizes: Vec<PageSize>,
    /// For an animation, how long each frame stands, in milliseconds, as browsers play it (10 ms or less become 100);
    /// else empty.
    pub delays_ms: Vec<u32>,
}

/// What one page of a PDF says: its words, what was filled into its form, and what was noted on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PageText {
    /// The words, in the order in which the file has them.
    pub text: String,
    /// Something is drawn on the page, but no words: a scanned sheet, or words that were turned into lines. What it says
    /// can only be read by a person.
    pub wordless: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_survive_the_pipe() {
        let all = [
            Request::Document(b"GIF89a".to_vec()),
            Request::Inspect,
            Request::Page { index: 7, size: Size::Width(900) },
            Request::Page { index: u32::MAX, size: Size::Dpi(150) },
            Request::Frame { index: 3, width: 64 },
            Request::Text { index: 9 },
        ];
        let mut pipe: Vec<u8> = all.iter().flat_map(Request::encode).collect();
        let mut reader = pipe.as_slice();
        for expected in &all {
            match read_request(&mut reader).unwrap() {
                Incoming::Request(got) => assert_eq!(&got, expected),
                other => panic!("{other:?}"),
            }
        }
        assert!(matches!(read_request(&mut reader).unwrap(), Incoming::End));
        pipe.truncate(8);
        assert_eq!(read_request(&mut pipe.as_slice()).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn lengths_are_capped_before_anything_is_allocated() {
        let endless = [DOCUMENT, 0xff, 0xff, 0xff, 0xff];
        assert!(matches!(read_request(&mut endless.as_slice()).unwrap(), Incoming::TooLong));
        let endless = [INSPECT, 0xff, 0xff, 0xff, 0xff];
        assert!(matches!(read_request(&mut endless.as_slice()).unwrap(), Incoming::Nonsense));
        assert!(parse_response_header([0, 0xff, 0xff, 0xff, 0xff]).is_none());
        assert!(parse_response_header([11, 0, 0, 1, 0]).is_none());
        assert!(Request::document_header(MAX_INPUT_BYTES).is_ok());
        assert!(Request::document_header(MAX_INPUT_BYTES + 1).is_err());
    }

    #[test]
    fn nonsense_is_nonsense() {
        for (tag, body) in [
            (0, vec![]),
            (2, vec![1]),
            (3, vec![0; 8]),
            (3, vec![0; 9]),
            (3, vec![1; 10]),
            (4, vec![9; 7]),
            (5, vec![]),
            (5, vec![0; 5]),
            (9, vec![]),
        ] {
            assert_eq!(Request::parse(tag, body.clone()), None, "{tag} {body:?}");
        }
        assert_eq!(Status::from_byte(2), None);
        assert_eq!(Status::from_byte(15), None);
        for byte in [0, 1, 3, 4, 5, 10, 11, 12, 13, 14] {
            assert_eq!(Status::from_byte(byte).unwrap().to_byte(), byte);
        }
    }
}
