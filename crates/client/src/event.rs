//! What the client tells whoever listens: ids only; the listener reads again.

use crate::error::Trouble;
use jiff::Timestamp;
use mottaget_domain::CaseId;
use tokio::sync::broadcast;

/// Something changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientEvent {
    /// These cases changed (or left).
    Moved {
        /// Which.
        cases: Vec<CaseId>,
    },
    /// Read everything again: the mirror was refilled, or this listener was too slow to be told one by one.
    Everything,
    /// The connection's state changed.
    Connection(ConnectionState),
    /// The outbox changed.
    Outbox,
    /// What work in the background meets in the local files changed: [`crate::Client::local_trouble`].
    LocalTrouble,
    /// Colleagues came to cases, do something else there, or left: [`crate::Client::company`].
    Company,
    /// There are notices to show or to withdraw.
    Notices,
    /// Roles, groups, assignments or preferences of the person changed.
    Me,
    /// The server has ended the session; sign in again. Drafts and outbox stay.
    SessionEnded,
}

/// How the client stands with the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionState {
    /// In contact, and nothing to catch up on.
    Connected,
    /// No contact.
    Offline {
        /// Since when; empty if there was none since the start.
        since: Option<Timestamp>,
        /// What the last try said; empty before the first try.
        problem: Option<Trouble>,
    },
    /// Catching up.
    Syncing {
        /// Cases taken so far.
        done: u64,
        /// Cases in all.
        total: u64,
    },
    /// The server has ended the session.
    SignedOutByServer,
}

/// A listener's end of the event line.
#[derive(Debug)]
pub struct Events(broadcast::Receiver<ClientEvent>);

impl Events {
    pub(crate) fn new(receiver: broadcast::Receiver<ClientEvent>) -> Self {
        Self(receiver)
    }

    /// The next event; `None` once the client has been shut down. Somebody too slow gets [`ClientEvent::Everything`] in
    /// place of what they missed.
    pub async fn next(&mut self) -> Option<ClientEvent> {
        match self.0.recv().await {
            Ok(event) => Some(event),
            Err(broadcast::error::RecvError::Lagged(_)) => Some(ClientEvent::Everything),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_slow_listener_is_told_to_read_everything() {
        let (line, receiver) = broadcast::channel(2);
        let mut events = Events::new(receiver);
        for _ in 0..5 {
            line.send(ClientEvent::Outbox).unwrap();
        }
        assert_eq!(events.next().await, Some(ClientEvent::Everything));
        assert_eq!(events.next().await, Some(ClientEvent::Outbox));
        drop(line);
        events.next().await;
        assert_eq!(events.next().await, None);
    }
}
