//! Messages that have left this machine: the server holds each until its release, and until then it can be taken back by
//! anybody entitled.

use crate::client::{Answer, Client};
use crate::reading::outbox_rows;
use crate::show::message_of;
use crate::view::{Delivery, HeldMessage, MessageOut, OutboxPage};
use jiff::Timestamp;
use jiff::civil::Date;
use mottaget_domain::response_clock::swedish_day;
use mottaget_domain::{Command, HsaId, MessageId, OpId};
use mottaget_protocol::{CaseDocument, Me};
use mottaget_store::{OutboxRow, OutboxState, Store};

impl Client {
    /// My messages that the server holds, the first to be released first: those that the mirror knows of, and those just
    /// accepted. The release is told by this machine's clock, so that it can be counted down to. Told until the server's page says that a message is out, whatever the clock here says.
    ///
    /// # Errors
    /// [`ClientError::SignedOut`](crate::ClientError::SignedOut); errors of the local files.
    pub async fn held_messages(&self) -> Answer<Vec<HeldMessage>> {
        let live = self.live()?;
        let (me, now, ahead) = (live.me(), live.core.now(), live.core.wire.ahead());
        live.files
            .with(move |store| {
                let held = held(store, &me, &store.outbox()?, now)?;
                let here = |it: HeldMessage| HeldMessage { release_at: ahead.here(it.release_at), ..it };
                Ok(held.into_iter().map(|(message, _)| here(message)).collect())
            })
            .await
    }

    /// The outbox with where my messages are that have left it: held by the server, or sent on this Swedish day, the last
    /// twenty of them. A day, because who comes back from a patient, a meeting or an evening without contact wants to see
    /// that it went; the days before are in the cases.
    ///
    /// # Errors
    /// As [`Client::held_messages`].
    pub async fn outbox_page(&self) -> Answer<OutboxPage> {
        let live = self.live()?;
        let (me, now, connection) = (live.me(), live.core.now(), live.core.connection());
        let ahead = live.core.wire.ahead();
        live.files
            .with(move |store| {
                // in the order of the way: what moves on meanwhile is met twice, never missed
                let rows = store.outbox()?;
                let held = held(store, &me, &rows, now)?;
                let (sent, today) = (store.sent()?, swedish_day(now));
                let sent: Vec<MessageOut> = sent.iter().filter_map(|(id, case)| sent_on(today, *id, case)).collect();
                let is_sent = |id| sent.iter().any(|sent| sent.message == id);
                let held = held.into_iter().filter(|(held, _)| !is_sent(held.message));
                let mut out: Vec<MessageOut> = held.map(|(held, case_type)| still_held(held, case_type)).collect();
                out.extend(sent);
                let is_out = |row: &&OutboxRow| {
                    let message = message_of(&row.op.command).map(|(_, it)| it.message);
                    message.is_some_and(|id| out.iter().any(|out| out.message == id))
                };
                let gone: Vec<OpId> = rows.iter().filter(is_out).map(|row| row.op.id).collect();
                let mut waiting = outbox_rows(store, &me, &rows, &connection, now)?;
                waiting.retain(|row| !gone.contains(&row.op));
                let deliveries = waiting.iter_mut().map(|row| &mut row.delivery);
                deliveries.chain(out.iter_mut().map(|out| &mut out.delivery)).for_each(|it| it.told_here(ahead));
                Ok(OutboxPage { waiting, out })
            })
            .await
    }
}

/// With the name of each case's type.
fn held(store: &Store, me: &Me, outbox: &[OutboxRow], now: Timestamp) -> Answer<Vec<(HeldMessage, String)>> {
    let documents = store.held()?;
    let mut held: Vec<(HeldMessage, String)> =
        documents.iter().filter_map(|document| in_the_mirror(document, &me.staff.hsa_id, outbox)).collect();
    for row in outbox {
        let Some(case) = store.case(me, row.op.case, now)? else { continue };
        held.extend(just_accepted(row, &case.document, outbox));
    }
    held.sort_by_key(|(message, _)| (message.release_at, message.message));
    Ok(held)
}

fn still_held(held: HeldMessage, case_type: String) -> MessageOut {
    MessageOut {
        case: held.case,
        message: held.message,
        kind: held.kind,
        case_type,
        resident_name: held.resident_name,
        delivery: Delivery::AtServer { op: None, release_at: Some(held.release_at) },
        asked_back: held.asked_back,
    }
}

fn sent_on(day: Date, message: MessageId, document: &CaseDocument) -> Option<MessageOut> {
    let message = document.case.message(message)?;
    let at = message.released_at.filter(|at| swedish_day(*at) == day)?;
    Some(MessageOut {
        case: document.case.id,
        message: message.id,
        kind: message.kind,
        case_type: document.case.case_type.name.clone(),
        resident_name: document.resident.name.clone(),
        delivery: Delivery::Sent { at },
        asked_back: false,
    })
}

fn in_the_mirror(document: &CaseDocument, me: &HsaId, outbox: &[OutboxRow]) -> Option<(HeldMessage, String)> {
    let message = document.case.pending().filter(|message| message.is_from(me))?;
    let held = HeldMessage {
        case: document.case.id,
        message: message.id,
        kind: message.kind,
        resident_name: document.resident.name.clone(),
        release_at: message.release_at,
        asked_back: asked_back(outbox, message.id),
    };
    Some((held, document.case.case_type.name.clone()))
}

/// The server has it, but its page has not come yet.
fn just_accepted(row: &OutboxRow, document: &CaseDocument, outbox: &[OutboxRow]) -> Option<(HeldMessage, String)> {
    let OutboxState::Accepted { release_at: Some(release_at), .. } = row.state else { return None };
    let (kind, message) = message_of(&row.op.command)?;
    let known = document.case.message(message.message).is_some();
    let held = HeldMessage {
        case: document.case.id,
        message: message.message,
        kind,
        resident_name: document.resident.name.clone(),
        release_at,
        asked_back: asked_back(outbox, message.message),
    };
    (!known).then(|| (held, document.case.case_type.name.clone()))
}

/// Is it the withdrawal of this message?
pub(crate) fn asks_back(row: &OutboxRow, message: MessageId) -> bool {
    matches!(row.op.command, Command::WithdrawMessage { message: asked, .. } if asked == message)
}

/// Does the withdrawal of this message wait in the outbox?
pub(crate) fn asked_back(outbox: &[OutboxRow], message: MessageId) -> bool {
    outbox
        .iter()
        .find(|row| asks_back(row, message))
        .is_some_and(|row| !matches!(row.state, OutboxState::Stopped { .. }))
}
