//! What goes on in the background while a session is open: down (sync), up (push), the wake-ups, and the housework.

pub(crate) mod hours;
pub(crate) mod house;
pub(crate) mod presence;
pub(crate) mod push;
pub(crate) mod stream;
pub(crate) mod sync;
