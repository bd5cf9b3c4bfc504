//! Where residents are served: filing a case, answering a question, reading.

use crate::app::App;
use crate::db::admissions::Standing;
use crate::db::clinics::CaseType;
use crate::db::log::{Entry, Party};
use crate::db::{admissions, cases, clinics, log, residents};
use crate::desk::{check_files, fresh_line_id};
use crate::error::{Result, ServerError};
use jiff::Timestamp;
use mottaget_domain::case::CaseState;
use mottaget_domain::lifecycle::{Submission, act, submit};
use mottaget_domain::response_clock::swedish_day;
use mottaget_domain::visibility::may_read;
use mottaget_domain::{
    Actor, Admission, Case, CaseId, Command, HsaId, MessageKind, PersonalId, Refusal, Resident, ResidentActor,
    may_submit,
};
use mottaget_protocol::resident::{NewCase, NewReply, ResidentClinic};
use sqlx::AnyConnection;

/// Who stands at the counter: for themselves, or for a child.
#[derive(Clone)]
pub struct Caller {
    /// Whom it is about.
    pub resident: Resident,
    /// The guardian who acts, if one does.
    pub guardian: Option<Resident>,
}

impl Caller {
    /// As the rules name them.
    #[must_use]
    pub fn actor(&self) -> ResidentActor {
        ResidentActor {
            personal_id: self.resident.personal_id.clone(),
            guardian: self.guardian.as_ref().map(|guardian| guardian.personal_id.clone()),
        }
    }

    /// Who is really there.
    fn signed_in(&self) -> &PersonalId {
        &self.guardian.as_ref().unwrap_or(&self.resident).personal_id
    }

    /// The name under which they upload.
    #[must_use]
    pub fn uploader_key(&self) -> String {
        format!("resident:{}", self.signed_in().as_str())
    }

    fn party(&self) -> Party {
        let acting_as = self.guardian.as_ref().map(|_| self.resident.personal_id.clone());
        Party::Resident { by: self.signed_in().clone(), acting_as }
    }

    fn line(&self, case: &Case, kind: &str, object: Option<String>, now: Timestamp) -> Entry {
        Entry {
            id: fresh_line_id("counter"),
            at: now,
            who: self.party(),
            clinic: case.clinic.clone(),
            resident: Some(case.resident.clone()),
            case: Some(case.id),
            kind: kind.to_owned(),
            object,
            outcome: "allowed".to_owned(),
            source: "server",
        }
    }
}

/// Finds out for whom somebody acts.
///
/// # Errors
/// [`Refusal::ProxyNotAllowed`] when the guardian may not act for that person (W64, W67).
pub async fn caller(
    conn: &mut AnyConnection,
    signed_in: &PersonalId,
    for_whom: Option<&PersonalId>,
    now: Timestamp,
) -> Result<Caller> {
    let person = residents::find(&mut *conn, signed_in).await?.ok_or(ServerError::NotFound)?;
    let Some(child) = for_whom.filter(|id| *id != signed_in) else {
        return Ok(Caller { resident: person, guardian: None });
    };
    let today = mottaget_domain::response_clock::swedish_day(now);
    let child = residents::find(conn, child).await?;
    match child.filter(|child| child.may_be_represented_by(&person, today)) {
        Some(child) => Ok(Caller { resident: child, guardian: Some(person) }),
        None => Err(Refusal::ProxyNotAllowed.into()),
    }
}

/// Files a case; true if it is new, false if the very same was filed before.
///
/// # Errors
/// [`ServerError::IdReused`] when the id stands for something else; the rules' refusals; missing bytes.
pub async fn file(app: &App, caller: &Caller, new: NewCase) -> Result<(bool, Case)> {
    let now = app.now();
    let (mut tx, seq) = app.db.write_clinic(&new.clinic).await?.ok_or(ServerError::NotFound)?;
    if let Some((_, known)) = cases::find_anywhere(tx.conn(), new.id).await? {
        tx.rollback().await?;
        return if same_case(&known, &new, caller) { Ok((false, known)) } else { Err(ServerError::IdReused) };
    }
    let facts = clinics::facts(tx.conn(), &new.clinic).await?.ok_or(ServerError::NotFound)?;
    let types = clinics::case_types(tx.conn(), &new.clinic).await?;
    let case_type = types.iter().find(|t| t.about.id == new.case_type).ok_or(ServerError::NotFound)?;
    let standing = standing(tx.conn(), caller, &new.clinic, now).await?;
    let submission = Submission {
        case: new.id,
        message: new.message,
        case_type: case_type.reference(),
        admission: admission(&standing, case_type),
        text: new.text,
        answers: new.answers,
        attachments: new.attachments.clone(),
    };
    let mut case = submit(submission, &caller.resident, caller.guardian.as_ref(), &facts, now)?;
    let empty = Case { messages: Vec::new(), ..case.clone() };
    check_files(tx.conn(), &empty, &new.attachments, &caller.uploader_key()).await??;
    case.stamp(seq);
    cases::write(tx.conn(), seq, None, &case).await?;
    log::append(tx.conn(), &caller.line(&case, "submit", None, now), now).await?;
    tx.commit().await?;
    app.moved(&case.clinic, seq);
    Ok((true, case))
}

/// How who it is about stands to the clinic.
async fn standing(conn: &mut AnyConnection, caller: &Caller, clinic: &HsaId, now: Timestamp) -> Result<Standing> {
    Ok(admissions::standing(conn, clinic, &caller.resident.personal_id, swedish_day(now)).await?)
}

fn admission(standing: &Standing, case_type: &CaseType) -> Admission {
    Admission {
        registered: standing.registered.clone(),
        approved: standing.approved,
        restricted: case_type.restricted,
        granted: standing.granted.contains(&case_type.about.id),
    }
}

/// What somebody can ask at each clinic, by the clinics' names.
///
/// # Errors
/// When the database fails.
pub async fn clinics_to_ask(app: &App, caller: &Caller) -> Result<Vec<ResidentClinic>> {
    let now = app.now();
    let mut tx = app.db.read().await?;
    let mut found = Vec::new();
    for (clinic, name) in clinics::all(&mut tx).await? {
        let facts = clinics::facts(&mut tx, &clinic).await?.ok_or(ServerError::NotFound)?;
        let area = facts.policy.service_area.as_ref();
        let standing = standing(&mut tx, caller, &clinic, now).await?;
        let mut to_ask = ResidentClinic { clinic, name, case_types: Vec::new(), approval_needed: false };
        for case_type in clinics::case_types(&mut tx, &to_ask.clinic).await? {
            match may_submit(&admission(&standing, &case_type), &caller.resident, area, swedish_day(now)) {
                Ok(()) => to_ask.case_types.push(case_type.about),
                Err(Refusal::OutsideServiceArea) => to_ask.approval_needed = true,
                Err(_) => {}
            }
        }
        found.push(to_ask);
    }
    Ok(found)
}

/// Was exactly this filed before?
fn same_case(known: &Case, new: &NewCase, caller: &Caller) -> bool {
    known.resident == caller.resident.personal_id
        && known.filed_by_guardian == caller.actor().guardian
        && known.clinic == new.clinic
        && known.case_type.id == new.case_type
        && known.messages.first().is_some_and(|first| {
            first.id == new.message
                && first.text == new.text
                && first.answers == new.answers
                && first.attachments == new.attachments
        })
}

/// The case, if this caller may read it.
async fn readable(conn: &mut AnyConnection, caller: &Caller, id: CaseId) -> Result<(u64, Case)> {
    let found = cases::find_anywhere(conn, id).await?;
    let actor = Actor::Resident(caller.actor());
    found.filter(|(_, case)| may_read(case, &actor)).ok_or(ServerError::NotFound)
}

/// Answers the open question. Sending the very same answer again changes nothing.
///
/// # Errors
/// [`ServerError::NotFound`] for a case that is not theirs; the rules' refusals; missing bytes.
pub async fn reply(app: &App, caller: &Caller, id: CaseId, new: NewReply) -> Result<Case> {
    let clinic = {
        let mut tx = app.db.read().await?;
        readable(&mut tx, caller, id).await?.1.clinic
    };
    let now = app.now();
    let (mut tx, seq) = app.db.write_clinic(&clinic).await?.ok_or(ServerError::NotFound)?;
    let (_, before) = readable(tx.conn(), caller, id).await?;
    if let Some(known) = before.message(new.message) {
        let same =
            known.kind == MessageKind::ResidentReply && known.text == new.text && known.attachments == new.attachments;
        tx.rollback().await?;
        return if same { Ok(before) } else { Err(ServerError::IdReused) };
    }
    let facts = clinics::facts(tx.conn(), &clinic).await?.ok_or(ServerError::NotFound)?;
    let command = Command::ResidentReply { message: new.message, text: new.text, attachments: new.attachments.clone() };
    let mut after = act(&before, &Actor::Resident(caller.actor()), &command, None, &facts, now)?;
    check_files(tx.conn(), &before, &new.attachments, &caller.uploader_key()).await??;
    after.stamp(seq);
    cases::write(tx.conn(), seq, Some(&before), &after).await?;
    let line = caller.line(&after, "resident-reply", Some(new.message.to_string()), now);
    log::append(tx.conn(), &line, now).await?;
    tx.commit().await?;
    app.moved(&clinic, seq);
    Ok(after)
}

/// The caller's cases, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<Case>> {
    let mut tx = app.db.read().await?;
    Ok(cases::of_resident(&mut tx, &caller.resident.personal_id).await?)
}

/// Opens a case: what staff sent is read from now on (W50).
///
/// # Errors
/// [`ServerError::NotFound`] for a case that is not theirs.
pub async fn open(app: &App, caller: &Caller, id: CaseId) -> Result<Case> {
    let now = app.now();
    let seen = {
        let mut tx = app.db.read().await?;
        readable(&mut tx, caller, id).await?.1
    };
    if !seen.clone().mark_read_by_resident(now) {
        let mut tx = app.db.write().await?;
        log::append(tx.conn(), &caller.line(&seen, "read", None, now), now).await?;
        tx.commit().await?;
        return Ok(seen);
    }
    let (mut tx, seq) = app.db.write_clinic(&seen.clinic).await?.ok_or(ServerError::NotFound)?;
    let (_, before) = readable(tx.conn(), caller, id).await?;
    let mut after = before.clone();
    after.mark_read_by_resident(now);
    cases::write(tx.conn(), seq, Some(&before), &after).await?;
    log::append(tx.conn(), &caller.line(&after, "read", None, now), now).await?;
    tx.commit().await?;
    app.moved(&after.clinic, seq);
    Ok(after)
}

/// Finds a file that the caller may have: only of released messages. Logged.
///
/// # Errors
/// [`ServerError::NotFound`] for everything else.
pub async fn attachment(
    app: &App,
    caller: &Caller,
    id: CaseId,
    attachment: mottaget_domain::AttachmentId,
) -> Result<mottaget_domain::Attachment> {
    let now = app.now();
    let case = {
        let mut tx = app.db.read().await?;
        readable(&mut tx, caller, id).await?.1
    };
    let file = case
        .attachment(attachment)
        .filter(|(message, _)| !message.is_pending())
        .map(|(_, file)| file.clone())
        .ok_or(ServerError::NotFound)?;
    let mut tx = app.db.write().await?;
    let line = caller.line(&case, "fetch-attachment", Some(attachment.to_string()), now);
    log::append(tx.conn(), &line, now).await?;
    tx.commit().await?;
    Ok(file)
}

/// What a clinic's inside state means to the resident (domain.md D1).
#[must_use]
pub fn state_for_resident(case: &Case) -> mottaget_protocol::resident::ResidentState {
    use mottaget_protocol::resident::ResidentState as Seen;
    if case.state == CaseState::Closed || reopened_in_silence(case) {
        return Seen::Closed;
    }
    if case.open_question.is_some() {
        return Seen::QuestionToYou;
    }
    match case.state {
        CaseState::New if case.needs_redistribution => Seen::Received,
        CaseState::New => Seen::Sent,
        CaseState::AssignedPerson | CaseState::AssignedGroup => Seen::Received,
        CaseState::InProgress | CaseState::AwaitingResident => Seen::BeingHandled,
        CaseState::Closed | CaseState::Purged => Seen::Closed,
    }
}

/// The resident learns of a reopening only with a new message (T15).
fn reopened_in_silence(case: &Case) -> bool {
    use mottaget_domain::case::Happening;
    case.history
        .iter()
        .rev()
        .find_map(|entry| match entry.what {
            Happening::Reopened => Some(true),
            Happening::MessageReleased { .. } => Some(false),
            _ => None,
        })
        .unwrap_or(false)
}
