//! What the writer of the crash journeys writes: numbered messages of a few words, of which some close their case, some carry a
//! file. The journey knows by the number what has to arrive.

use crate::files;
use mottaget_domain::MessageKind;

/// Words of one message.
pub const WORDS: u32 = 6;
/// Seconds for which the server holds a final reply; everything else is out at once.
pub const HELD_S: u16 = 1;

/// Every fourth message closes its case; the server holds it for a while.
pub fn kind(message: u32) -> MessageKind {
    if message.is_multiple_of(4) { MessageKind::FinalReply } else { MessageKind::PartialReply }
}

/// Every fifth message has a file: so one of each kind does.
pub fn file(message: u32) -> Option<(String, Vec<u8>)> {
    let mut points = [128; 64];
    points[..4].copy_from_slice(&message.to_be_bytes());
    message.is_multiple_of(5).then(|| (format!("bild {message}.png"), files::picture(points)))
}

/// A message as far as it is written: «7: ord ord».
pub fn text(message: u32, words: u32) -> String {
    format!("{message}:{}", " ord".repeat(words as usize))
}

/// Which message, and how many of its words.
pub fn read(text: &str) -> (u32, u32) {
    let (message, words) = text.split_once(':').expect("a message of ours");
    (message.parse().unwrap(), u32::try_from(words.split_whitespace().count()).unwrap())
}

/// Microseconds by the clock that every process of this machine reads.
pub fn now() -> u64 {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("it is after 1970");
    u64::try_from(since.as_micros()).unwrap()
}
