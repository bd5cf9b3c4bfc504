//! What goes on in the background while a session is open: down (sync), up (push), copies of drafts, the wake-ups, and the
//! housework.

pub(crate) mod copies;
pub(crate) mod hours;
pub(crate) mod house;
pub(crate) mod presence;
pub(crate) mod push;
pub(crate) mod stream;
pub(crate) mod sync;
