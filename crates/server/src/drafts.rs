//! Copies of what staff are writing (ADR 21): kept for as long as the draft is not sent or thrown away, told of to who may read
//! the case, and given to who takes it over. Nothing of it is ever part of a case, so no resident and no feed sees it.

use crate::app::App;
use crate::db::drafts::{self, Kept, Place};
use crate::db::log::{Entry, Party};
use crate::db::ops::{self, Known};
use crate::db::{blobs, cases, clinics, log};
use crate::desk::{actor_at, check_bytes, fresh_line_id, roles_text, uploader_key_of_staff};
use crate::error::{Result, ServerError};
use crate::files::sha256_hex;
use jiff::Timestamp;
use mottaget_domain::attachment::{MAX_FILES_STAFF, check_list};
use mottaget_domain::draft::{self, MAX_DRAFT_TEXT, Wanted, check_kind, has_become_a_message};
use mottaget_domain::response_clock::swedish_day;
use mottaget_domain::visibility::staff_may_read;
use mottaget_domain::{Actor, Case, CaseId, HsaId, MachineId, Refusal, StaffActor};
use mottaget_protocol::{DraftCopy, DraftHead, DraftKept, OpOutcome, TakeDraft, TakenDraft};
use sqlx::AnyConnection;

/// Which of somebody's drafts in a case are over.
#[derive(Clone, Copy, Debug)]
pub enum Ended {
    /// Those on one computer, up to a version.
    Up(MachineId, u64),
    /// All there are.
    All,
}

/// Keeps a copy of what somebody is writing. One that is not newer than what is known changes nothing.
///
/// # Errors
/// [`ServerError::NotFound`] for a case that they may not read, unless copies of theirs are there already: writing goes on
/// where a case was given away. [`ServerError::FileNotUploaded`] when bytes are missing; what the rules say of text and files.
pub async fn keep(app: &App, who: &HsaId, clinic: &HsaId, case: CaseId, copy: &DraftCopy) -> Result<DraftKept> {
    {
        let mut tx = app.db.read().await?;
        let case = cases::find(&mut tx, clinic, case).await?.ok_or(ServerError::NotFound)?;
        if !reads(&mut tx, who, &case, app.now()).await? && !drafts::any_of(&mut tx, case.id, who).await? {
            return Err(ServerError::NotFound);
        }
    }
    check_kind(copy.kind)?;
    if copy.text.chars().count() > MAX_DRAFT_TEXT {
        return Err(Refusal::TextTooLong { limit: MAX_DRAFT_TEXT }.into());
    }
    check_list(&copy.files, MAX_FILES_STAFF).map_err(Refusal::from)?;
    let place = Place { case, author: who.clone(), machine: copy.machine };
    let uploader = uploader_key_of_staff(who);
    let mut tx = app.db.write().await?;
    if !drafts::advance(tx.conn(), clinic, &place, copy.version).await? {
        let reached = drafts::reached(tx.conn(), &place).await?;
        tx.rollback().await?;
        return reached.map(|version| DraftKept { version }).ok_or(ServerError::NotFound);
    }
    let there = cases::find(tx.conn(), clinic, case).await?.ok_or(ServerError::NotFound)?;
    for file in &copy.files {
        check_bytes(tx.conn(), &there, file, &uploader).await??;
    }
    let unneeded = drafts::keep(tx.conn(), &place, copy, app.now()).await?;
    tx.commit().await?;
    let_go(app, &uploader, &unneeded).await?;
    Ok(DraftKept { version: copy.version })
}

/// What somebody was writing has been sent or thrown away: its copies go. What a colleague has taken over stays theirs.
///
/// # Errors
/// [`ServerError::NotFound`] for a case that they may not read, unless copies of theirs are there.
pub async fn end(app: &App, who: &HsaId, clinic: &HsaId, case: CaseId, what: Ended) -> Result<()> {
    {
        let mut tx = app.db.read().await?;
        let case = cases::find(&mut tx, clinic, case).await?.ok_or(ServerError::NotFound)?;
        if !reads(&mut tx, who, &case, app.now()).await? && !drafts::any_of(&mut tx, case.id, who).await? {
            return Err(ServerError::NotFound);
        }
    }
    let mut tx = app.db.write().await?;
    let unneeded = match what {
        Ended::Up(machine, version) => {
            drafts::end(tx.conn(), clinic, &Place { case, author: who.clone(), machine }, version).await?
        }
        Ended::All => drafts::end_all(tx.conn(), case, who).await?,
    };
    tx.commit().await?;
    let_go(app, &uploader_key_of_staff(who), &unneeded).await
}

/// Who writes in the case, without a word of it. What has become a message since is not told, but to its author.
///
/// # Errors
/// [`ServerError::NotFound`] for a case that the viewer may not read.
pub async fn heads(app: &App, who: &HsaId, clinic: &HsaId, case: CaseId) -> Result<Vec<DraftHead>> {
    let mut tx = app.db.read().await?;
    let case = cases::find(&mut tx, clinic, case).await?.ok_or(ServerError::NotFound)?;
    if !reads(&mut tx, who, &case, app.now()).await? {
        return Err(ServerError::NotFound);
    }
    let mut taken = drafts::last_taken(&mut tx, case.id).await?;
    let kept = drafts::newest(&mut tx, case.id).await?;
    let offered = kept.into_iter().filter(|kept| kept.place.author == *who || is_offered(&case, kept));
    let head = |Kept { place, name, at, copy, gone }| DraftHead {
        taken: taken.remove(&place).filter(|taken| taken.version > gone),
        mine: place.author == *who,
        came_back: copy.came_back,
        author: place.author,
        author_name: name,
        machine: place.machine,
        version: copy.version,
        kind: copy.kind,
        updated_at: copy.updated_at.min(at),
        characters: copy.text.chars().count() as u64,
        files: u32::try_from(copy.files.len()).unwrap_or(u32::MAX),
    };
    Ok(offered.map(head).collect())
}

/// Gives the whole of what somebody is writing: a colleague's to who takes it over, which is on record in the case's history
/// and in the access log; one's own from another computer.
///
/// # Errors
/// [`ServerError::NotFound`] for a case that the taker may not read; [`Refusal::DraftGone`]; what the rules say
/// ([`draft::take`]); [`ServerError::IdReused`].
pub async fn take(
    app: &App,
    who: &HsaId,
    clinic: &HsaId,
    case: CaseId,
    author: &HsaId,
    wish: TakeDraft,
) -> Result<TakenDraft> {
    let place = Place { case, author: author.clone(), machine: wish.machine };
    if author == who { own(app, clinic, &place).await } else { colleagues(app, who, clinic, &place, wish).await }
}

async fn colleagues(app: &App, who: &HsaId, clinic: &HsaId, place: &Place, wish: TakeDraft) -> Result<TakenDraft> {
    let now = app.now();
    let body_hash =
        sha256_hex(format!("take {clinic} {} {} {} {}", place.case, place.author, wish.machine, wish.op).as_bytes());
    let (mut tx, seq) = app.db.write_clinic(clinic).await?.ok_or(ServerError::NotFound)?;
    let facts = clinics::facts(tx.conn(), clinic).await?.ok_or(ServerError::NotFound)?;
    let taker = actor_at(&facts, who, now).ok_or(ServerError::NotFound)?;
    if let Some(known) = ops::find(tx.conn(), wish.op).await? {
        if known.author != *who || known.body_hash != body_hash {
            return Err(ServerError::IdReused);
        }
        let copy = drafts::taken_with(tx.conn(), wish.op).await?.ok_or(ServerError::NotFound)?;
        tx.rollback().await?;
        return Ok(TakenDraft { copy, seq: Some(known.seq) });
    }
    let before = cases::find(tx.conn(), clinic, place.case).await?.ok_or(ServerError::NotFound)?;
    if !staff_may_read(&before, &taker) {
        return Err(ServerError::NotFound);
    }
    let found = drafts::newest(tx.conn(), place.case).await?.into_iter().find(|kept| kept.place == *place);
    let kept = found.filter(|kept| is_offered(&before, kept)).ok_or(Refusal::DraftGone)?;
    let wanted = Wanted {
        author: place.author.clone(),
        name: kept.name,
        kind: kept.copy.kind,
        machine: place.machine,
        version: kept.copy.version,
    };
    let line = line(format!("op:{}", wish.op), "draft-taken", &taker, &before, &place.author, now);
    let mut after = match draft::take(&before, &Actor::Staff(taker), &wanted, wish.op, &facts, now) {
        Ok(after) => after,
        Err(refusal) => {
            tx.rollback().await?;
            // asked again with the same op it may be allowed, so the refusal has a line of its own
            let line = Entry { id: fresh_line_id("draft"), outcome: refusal.code().to_owned(), ..line };
            note(app, &line, now).await?;
            return Err(refusal.into());
        }
    };
    after.stamp(seq);
    cases::write(tx.conn(), seq, Some(&before), &after).await?;
    drafts::note_taken(tx.conn(), wish.op, place, who, &kept.copy, now).await?;
    let outcome = OpOutcome::Accepted { seq, release_at: None };
    let (author, clinic_id) = (who.clone(), clinic.clone());
    let known = Known { id: wish.op, author, clinic: clinic_id, case: place.case, body_hash, seq, outcome };
    ops::insert(tx.conn(), &known).await?;
    log::append(tx.conn(), &line, now).await?;
    tx.commit().await?;
    app.moved(clinic, seq);
    Ok(TakenDraft { copy: kept.copy, seq: Some(seq) })
}

/// Own words are only read; there is nothing in the case to be changed by it.
async fn own(app: &App, clinic: &HsaId, place: &Place) -> Result<TakenDraft> {
    let now = app.now();
    let (line, copy) = {
        let mut tx = app.db.read().await?;
        let (taker, _) =
            clinics::viewer(&mut tx, clinic, &place.author, swedish_day(now)).await?.ok_or(ServerError::NotFound)?;
        let case = cases::find(&mut tx, clinic, place.case).await?.filter(|case| staff_may_read(case, &taker));
        let case = case.ok_or(ServerError::NotFound)?;
        let found = drafts::newest(&mut tx, place.case).await?.into_iter().find(|kept| kept.place == *place);
        let line = line(fresh_line_id("draft"), "draft-fetched", &taker, &case, &place.author, now);
        (line, found.ok_or(Refusal::DraftGone)?.copy)
    };
    note(app, &line, now).await?;
    Ok(TakenDraft { copy, seq: None })
}

/// May they read the case as things stand?
async fn reads(conn: &mut AnyConnection, who: &HsaId, case: &Case, now: Timestamp) -> Result<bool> {
    let viewer = clinics::viewer(conn, &case.clinic, who, swedish_day(now)).await?;
    Ok(viewer.is_some_and(|(viewer, _)| staff_may_read(case, &viewer)))
}

/// Nobody is offered to send once more what its author has sent.
fn is_offered(case: &Case, kept: &Kept) -> bool {
    !has_become_a_message(case, &kept.place.author, kept.at)
}

fn line(id: String, kind: &str, taker: &StaffActor, case: &Case, author: &HsaId, now: Timestamp) -> Entry {
    Entry {
        id,
        at: now,
        who: Party::Staff { hsa_id: taker.hsa_id.clone(), roles: roles_text(taker) },
        clinic: case.clinic.clone(),
        resident: Some(case.resident.clone()),
        case: Some(case.id),
        kind: kind.to_owned(),
        object: Some(author.to_string()),
        outcome: "allowed".to_owned(),
        source: "server",
    }
}

async fn note(app: &App, line: &Entry, now: Timestamp) -> Result<()> {
    let mut tx = app.db.write().await?;
    log::append(tx.conn(), line, now).await?;
    Ok(tx.commit().await?)
}

/// Bytes that an author's drafts do not name any more go, unless something else needs them.
async fn let_go(app: &App, uploader: &str, files: &[String]) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let _no_upload = app.bytes.write().await;
    let mut tx = app.db.write().await?;
    let gone = blobs::let_go(tx.conn(), files, uploader).await?;
    tx.commit().await?;
    for sha256 in gone {
        app.files.delete(&sha256).await?;
    }
    Ok(())
}
