//! Messages that the server holds: until its release each can be taken back by anybody entitled.

use crate::client::{Answer, Client};
use crate::show::message_of;
use crate::view::HeldMessage;
use mottaget_domain::case::Sender;
use mottaget_domain::{Command, HsaId, Message, MessageId};
use mottaget_protocol::CaseDocument;
use mottaget_store::{OutboxRow, OutboxState};

impl Client {
    /// My messages that the server holds, the first to be released first: those that the mirror knows of, and those just
    /// accepted. Told until the server's page says that a message is out, whatever the clock here says.
    ///
    /// # Errors
    /// [`ClientError::SignedOut`](crate::ClientError::SignedOut); errors of the local files.
    pub async fn held_messages(&self) -> Answer<Vec<HeldMessage>> {
        let live = self.live()?;
        let (me, now) = (live.me().staff.hsa_id.clone(), live.core.now());
        let mine = live.me();
        live.files
            .with(move |store| {
                let outbox = store.outbox()?;
                let mut held: Vec<HeldMessage> =
                    store.held()?.iter().filter_map(|document| in_the_mirror(document, &me, &outbox)).collect();
                for row in &outbox {
                    let Some(case) = store.case(&mine, row.op.case, now)? else { continue };
                    held.extend(just_accepted(row, &case.document, &outbox));
                }
                held.sort_by_key(|message| (message.release_at, message.message));
                Ok(held)
            })
            .await
    }
}

fn in_the_mirror(document: &CaseDocument, me: &HsaId, outbox: &[OutboxRow]) -> Option<HeldMessage> {
    let mine = |message: &&Message| matches!(&message.sender, Sender::Staff { hsa_id, .. } if hsa_id == me);
    let message = document.case.pending().filter(mine)?;
    Some(HeldMessage {
        case: document.case.id,
        message: message.id,
        kind: message.kind,
        resident_name: document.resident.name.clone(),
        release_at: message.release_at,
        asked_back: asked_back(outbox, message.id),
    })
}

/// The server has it, but its page has not come yet.
fn just_accepted(row: &OutboxRow, document: &CaseDocument, outbox: &[OutboxRow]) -> Option<HeldMessage> {
    let OutboxState::Accepted { release_at: Some(release_at), .. } = row.state else { return None };
    let (kind, message) = message_of(&row.op.command)?;
    let known = document.case.message(message.message).is_some();
    (!known).then(|| HeldMessage {
        case: document.case.id,
        message: message.message,
        kind,
        resident_name: document.resident.name.clone(),
        release_at,
        asked_back: asked_back(outbox, message.message),
    })
}

/// Does the withdrawal of this message wait in the outbox?
pub(crate) fn asked_back(outbox: &[OutboxRow], message: MessageId) -> bool {
    let asks = |row: &&OutboxRow| row.op.command == Command::WithdrawMessage { message };
    outbox.iter().find(asks).is_some_and(|row| !matches!(row.state, OutboxState::Stopped { .. }))
}
