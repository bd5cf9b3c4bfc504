//! Wake-ups: tells the open event streams that something moved. Only ever a hint: what it announces is in the feed.

use mottaget_domain::{CaseId, HsaId};
use tokio::sync::broadcast;

/// Something that a stream may have to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wake {
    /// A clinic's feed grew.
    Moved {
        /// The clinic.
        clinic: HsaId,
        /// The number that it reached.
        seq: u64,
    },
    /// Somebody's roles, groups or settings changed.
    Me {
        /// Whose.
        staff: HsaId,
    },
    /// Somebody came to a case, does something else there, or left.
    Presence {
        /// The clinic.
        clinic: HsaId,
        /// The case.
        case: CaseId,
    },
    /// A session ended.
    SignedOut {
        /// Hash of its token.
        token_hash: String,
    },
}

/// How many wake-ups a slow stream may lag behind before it is told to look at everything.
const BACKLOG: usize = 1024;

/// Where wake-ups are called out and heard.
#[derive(Clone, Debug)]
pub struct Wakes {
    sender: broadcast::Sender<Wake>,
}

impl Default for Wakes {
    fn default() -> Self {
        Self { sender: broadcast::Sender::new(BACKLOG) }
    }
}

impl Wakes {
    /// Calls out; nobody need listen.
    pub fn call(&self, wake: Wake) {
        let _listeners = self.sender.send(wake);
    }

    /// Hears everything from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Wake> {
        self.sender.subscribe()
    }
}
