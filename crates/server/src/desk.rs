//! Where staff act on cases: one transaction per op, and the memory that makes a replay harmless.

use crate::app::App;
use crate::db::log::{Entry, Party};
use crate::db::ops::Known;
use crate::db::{blobs, cases, clinics, log, ops, residents, staff};
use crate::error::{Result, ServerError};
use crate::files::sha256_hex;
use crate::giving_back;
use jiff::Timestamp;
use mottaget_domain::attachment::AttachmentRefusal;
use mottaget_domain::clinic::ClinicFacts;
use mottaget_domain::guard::{GuardWord, check_guard};
use mottaget_domain::lifecycle::act;
use mottaget_domain::response_clock::swedish_day;
use mottaget_domain::signature::{Signers, check_signature, signature};
use mottaget_domain::{Act, Actor, Attachment, Case, Command, HsaId, OpId, Refusal, Role, StaffActor};
use mottaget_protocol::{Op, OpOutcome, Rejected};
use sqlx::AnyConnection;
use std::collections::BTreeSet;

/// Does what a member of staff asks, exactly once.
///
/// # Errors
/// [`ServerError::NotFound`] when the person has no role at the clinic (any more; an op of theirs that was answered
/// before is answered again); [`ServerError::IdReused`] when the op's id stands
/// for something else; [`Refusal::NotGuarded`] when a message to a resident comes without the word of the wrong-resident
/// guard, or without a typed proof for somebody with protected identity; [`ServerError::FileNotUploaded`] when bytes are missing (upload them and send the op again).
/// What the rules refuse is no error but [`OpOutcome::Rejected`].
pub async fn perform(app: &App, author: &HsaId, op: &Op) -> Result<OpOutcome> {
    let body = serde_json::to_vec(op).map_err(|_| ServerError::Internal("an op can't be written"))?;
    let body_hash = sha256_hex(&body);
    let now = app.now();
    let (mut tx, seq) = app.db.write_clinic(&op.clinic).await?.ok_or(ServerError::NotFound)?;
    let facts = clinics::facts(tx.conn(), &op.clinic).await?.ok_or(ServerError::NotFound)?;
    let known = ops::find(tx.conn(), op.id).await?;
    // Before the roles: whoever lost one after the act is still told what became of it, or they would take it for unsent.
    if let Some(known) = known.as_ref().filter(|known| known.author == *author && known.body_hash == body_hash) {
        tx.rollback().await?;
        return Ok(known.outcome.clone());
    }
    let mut actor = actor_at(&facts, author, now).ok_or(ServerError::NotFound)?;
    if known.is_some() {
        return Err(ServerError::IdReused);
    }
    actor.signature = signed(tx.conn(), &actor, op, &facts).await?;
    let message = op.command.message();
    if message.is_some_and(|message| message.guard.is_none()) {
        return Err(Refusal::NotGuarded.into());
    }
    let before = cases::find(tx.conn(), &op.clinic, op.case).await?;
    let decided = decide(before.as_ref(), &Actor::Staff(actor.clone()), op, &facts, now);
    let decided = match (decided, &before) {
        (Ok(after), Some(before)) => {
            let uploader = uploader_key_of_staff(author);
            check_files(tx.conn(), before, op.command.attachments(), &uploader).await?.map(|()| after)
        }
        (decided, _) => decided,
    };
    // only whoever may write to this resident learns that the identity is protected
    if let (Ok(_), Some(before), Some(message)) = (&decided, &before, message) {
        let resident = residents::find(tx.conn(), &before.resident).await?;
        let resident = resident.ok_or(ServerError::Internal("a case without its resident"))?;
        check_guard(message.guard.as_ref(), &resident)?;
    }
    let outcome = told(op, seq, before.as_ref(), &decided);
    if let Ok(after) = &decided {
        let mut after = after.clone();
        after.stamp(seq);
        cases::write(tx.conn(), seq, before.as_ref(), &after).await?;
        if let (Some(before), Command::WithdrawMessage { message, kept_here: false }) = (&before, &op.command) {
            giving_back::give_back(tx.conn(), (before, after.thread_version), *message, now).await?;
        }
    }
    let known = Known {
        id: op.id,
        author: author.clone(),
        clinic: op.clinic.clone(),
        case: op.case,
        body_hash,
        seq,
        outcome: outcome.clone(),
    };
    ops::insert(tx.conn(), &known).await?;
    log::append(tx.conn(), &line(&actor, op, before.as_ref(), &decided, now), now).await?;
    tx.commit().await?;
    app.moved(&op.clinic, seq);
    if matches!(outcome, OpOutcome::Accepted { release_at: Some(_), .. }) {
        app.held.notify_one();
    }
    Ok(outcome)
}

/// The outcome as the author is told it; the release is that of a message which this very op brought.
fn told(op: &Op, seq: u64, before: Option<&Case>, decided: &std::result::Result<Case, Refusal>) -> OpOutcome {
    match decided {
        Ok(after) => {
            let is_new = |id| before.is_none_or(|before| before.message(id).is_none());
            let held = after.pending().filter(|message| is_new(message.id));
            OpOutcome::Accepted { seq, release_at: held.map(|message| message.release_at) }
        }
        Err(refusal) => OpOutcome::Rejected(Rejected {
            op: op.id,
            case: op.case,
            code: refusal.code().to_owned(),
            detail: refusal.to_string(),
        }),
    }
}

/// What the rules say. A case that is not there is refused as one that may not be read; what is wrong with the op
/// itself is said before, so that it tells nothing about the case.
fn decide(
    case: Option<&Case>,
    actor: &Actor,
    op: &Op,
    facts: &ClinicFacts,
    now: Timestamp,
) -> std::result::Result<Case, Refusal> {
    op.signature.as_deref().map_or(Ok(()), check_signature)?;
    let case = case.ok_or(Refusal::NotFound)?;
    act(case, actor, &op.command, Some(op.id), facts, now)
}

/// The person as they act at the clinic at that time; `None` without any role there or with an inactive HSA-id.
#[must_use]
pub fn actor_at(facts: &ClinicFacts, hsa_id: &HsaId, now: Timestamp) -> Option<StaffActor> {
    facts.actor(hsa_id, swedish_day(now))
}

/// What is known of a clinic, for somebody whose roles there may do something; whoever has none there learns nothing of it.
///
/// # Errors
/// [`ServerError::NotFound`]; [`Refusal::Forbidden`]; when the database fails.
pub async fn entitled(
    app: &App,
    person: &HsaId,
    clinic: &HsaId,
    may: impl Fn(&BTreeSet<Role>) -> bool,
) -> Result<ClinicFacts> {
    let mut tx = app.db.read().await?;
    let facts = clinics::facts(&mut tx, clinic).await?.ok_or(ServerError::NotFound)?;
    let actor = actor_at(&facts, person, app.now()).ok_or(ServerError::NotFound)?;
    if may(&actor.roles) { Ok(facts) } else { Err(Refusal::Forbidden.into()) }
}

/// The signature that stood under the text when the person pressed send; else the one they chose.
async fn signed(conn: &mut AnyConnection, actor: &StaffActor, op: &Op, facts: &ClinicFacts) -> Result<String> {
    if let Some(frozen) = &op.signature {
        return Ok(frozen.clone());
    }
    let person = staff::find(&mut *conn, &actor.hsa_id).await?.ok_or(ServerError::SessionExpired)?;
    let chosen = staff::preferences(conn, &person.staff).await?;
    let signers = Signers {
        own: &chosen.signature,
        name: &actor.name,
        title: &actor.title,
        of_clinic: &facts.policy.signature,
        clinic: &facts.name,
    };
    Ok(signature(chosen.sign_as, signers))
}

/// The name under which a member of staff uploads.
#[must_use]
pub fn uploader_key_of_staff(hsa_id: &HsaId) -> String {
    format!("staff:{hsa_id}")
}

/// Are the files what they claim, and may this person attach them? The outer error asks to upload first; the inner one
/// is the rules' answer for good.
///
/// # Errors
/// [`ServerError::FileNotUploaded`] when the bytes were neither brought by this person nor are in this case already.
pub async fn check_files(
    conn: &mut AnyConnection,
    case: &Case,
    files: &[Attachment],
    uploader: &str,
) -> Result<std::result::Result<(), Refusal>> {
    let used: BTreeSet<_> = case.messages.iter().flat_map(|message| &message.attachments).map(|file| file.id).collect();
    let mut named = BTreeSet::new();
    for file in files {
        if used.contains(&file.id) || !named.insert(file.id) {
            return Ok(Err(Refusal::IdUsed));
        }
        if let Err(refusal) = check_bytes(&mut *conn, case, file, uploader).await? {
            return Ok(Err(refusal));
        }
    }
    Ok(Ok(()))
}

/// The same for one file, wherever else it is named.
///
/// # Errors
/// As [`check_files`].
pub async fn check_bytes(
    conn: &mut AnyConnection,
    case: &Case,
    file: &Attachment,
    uploader: &str,
) -> Result<std::result::Result<(), Refusal>> {
    let in_case = case.messages.iter().any(|message| message.attachments.iter().any(|f| f.sha256 == file.sha256));
    if !in_case && !blobs::brought_by(&mut *conn, &file.sha256, uploader).await? {
        return Err(ServerError::FileNotUploaded);
    }
    let found = blobs::find(conn, &file.sha256).await?.ok_or(ServerError::FileNotUploaded)?;
    if found.kind == file.kind && found.size == file.size {
        return Ok(Ok(()));
    }
    let extension = file.file_name.rsplit_once('.').map_or("", |(_, end)| end).to_owned();
    Ok(Err(AttachmentRefusal::TypeMismatch { content: found.kind, extension }.into()))
}

/// The stable word of the access log for an act.
#[must_use]
pub fn log_kind(act: Act) -> &'static str {
    match act {
        Act::Read => "read",
        Act::Start => "start",
        Act::Distribute => "distribute",
        Act::Redistribute => "redistribute",
        Act::ReturnToReceiver => "return-to-receiver",
        Act::Take => "take",
        Act::TakeOver => "take-over",
        Act::PartialReply => "send-partial-reply",
        Act::CounterQuestion => "send-counter-question",
        Act::FinalReply => "send-final-reply",
        Act::WithdrawMessage => "withdraw-message",
        Act::WithdrawQuestion => "withdraw-question",
        Act::Close => "close",
        Act::Reopen => "reopen",
        Act::Note => "note",
        Act::MarkRecorded => "mark-recorded",
        Act::ResidentReply => "resident-reply",
        Act::Release => "release",
        Act::LoseAssignee => "assignee-lost",
        Act::Purge => "purge",
    }
}

/// The roles of somebody as the log has them.
#[must_use]
pub fn roles_text(actor: &StaffActor) -> String {
    actor.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(",")
}

fn line(
    actor: &StaffActor,
    op: &Op,
    before: Option<&Case>,
    decided: &std::result::Result<Case, Refusal>,
    now: Timestamp,
) -> Entry {
    let kind = before.map_or("unknown-case", |case| log_kind(op.command.act(case)));
    Entry {
        id: format!("op:{}", op.id),
        at: now,
        who: Party::Staff { hsa_id: actor.hsa_id.clone(), roles: roles_text(actor) },
        clinic: op.clinic.clone(),
        resident: before.map(|case| case.resident.clone()),
        case: Some(op.case),
        kind: kind.to_owned(),
        object: op.command.message().and_then(|message| message.guard.as_ref()).and_then(GuardWord::log_words),
        outcome: decided.as_ref().err().map_or("allowed", Refusal::code).to_owned(),
        source: "server",
    }
}

/// A fresh id for a line of the log that has no natural one.
#[must_use]
pub fn fresh_line_id(kind: &str) -> String {
    format!("{kind}:{}", OpId::random())
}
