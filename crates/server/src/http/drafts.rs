//! Copies of what staff are writing (ADR 21): on their way up, told of, and taken over.

use super::Route;
use super::extract::{Json, Path, Query, Staff, bad, id};
use crate::app::App;
use crate::drafts::{self, Ended};
use crate::error::Result;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{delete, get, post, put};
use mottaget_domain::{CaseId, HsaId, MachineId};
use mottaget_protocol::{DraftCopy, DraftHead, DraftKept, Problem, TakeDraft, TakenDraft};
use serde::Deserialize;
use utoipa::IntoParams;

const OWN: &str = "/api/v1/clinics/{clinic}/cases/{case}/draft";

pub fn routes() -> Vec<Route> {
    vec![
        Route::put(OWN, put(keep)),
        Route::delete(OWN, delete(end)),
        Route::get("/api/v1/clinics/{clinic}/cases/{case}/drafts", get(heads)),
        Route::post("/api/v1/clinics/{clinic}/cases/{case}/drafts/{author}/take", post(take)),
    ]
}

/// Which of the person's drafts in the case are over; without both, all of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// Those on this computer.
    machine: Option<MachineId>,
    /// Up to this version.
    version: Option<u64>,
}

/// Keeps a copy of what the person is writing in the case. A version that is not newer than the last changes nothing. The
/// newest twenty are kept.
#[utoipa::path(put, path = "/api/v1/clinics/{clinic}/cases/{case}/draft", tag = "staff", security(("session" = [])),
    params(("clinic" = String, Path, description = "HSA-id of the clinic"),
        ("case" = String, Path, description = "Id of the case")),
    request_body = DraftCopy, responses(
    (status = 200, description = "The newest version that the server knows of.", body = DraftKept),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 403, description = "Staff write no such message.", body = Problem),
    (status = 404, description = "No such case for this person, and no copy of theirs in it.", body = Problem),
    (status = 422, description = "Too long, too many files, or `file-not-uploaded`: upload and send again.", body = Problem),
    (status = 507, description = "The disk is full; nothing was changed.", body = Problem),
))]
pub async fn keep(
    State(app): State<App>,
    Staff(person): Staff,
    Path((clinic, case)): Path<(String, String)>,
    Json(copy): Json<DraftCopy>,
) -> Result<Json<DraftKept>> {
    let (clinic, case): (HsaId, CaseId) = (id(&clinic)?, id(&case)?);
    let inner = app.clone();
    let kept = async move { drafts::keep(&inner, &person.staff.hsa_id, &clinic, case, &copy).await };
    app.to_the_end(kept).await.map(Json)
}

/// The person's draft was sent or thrown away: its copies go. What a colleague has taken over stays with them.
#[utoipa::path(delete, path = "/api/v1/clinics/{clinic}/cases/{case}/draft", tag = "staff", security(("session" = [])),
    params(("clinic" = String, Path, description = "HSA-id of the clinic"),
        ("case" = String, Path, description = "Id of the case"), Asked), responses(
    (status = 204, description = "They are gone; asking again changes nothing."),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 404, description = "No such case for this person, and no copy of theirs in it.", body = Problem),
))]
pub async fn end(
    State(app): State<App>,
    Staff(person): Staff,
    Path((clinic, case)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<StatusCode> {
    let (clinic, case): (HsaId, CaseId) = (id(&clinic)?, id(&case)?);
    let what = match (asked.machine, asked.version) {
        (Some(machine), Some(version)) if version > 0 => Ended::Up(machine, version),
        (None, None) => Ended::All,
        _ => return Err(bad("a computer is named with the version up to which its drafts are over, from 1")),
    };
    let inner = app.clone();
    app.to_the_end(async move { drafts::end(&inner, &person.staff.hsa_id, &clinic, case, what).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who is writing in the case, when, what kind of message and how much, without a word of it.
#[utoipa::path(get, path = "/api/v1/clinics/{clinic}/cases/{case}/drafts", tag = "staff", security(("session" = [])),
    params(("clinic" = String, Path, description = "HSA-id of the clinic"),
        ("case" = String, Path, description = "Id of the case")), responses(
    (status = 200, description = "By name; two computers of one person are two drafts.", body = Vec<DraftHead>),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 404, description = "No such case for this person.", body = Problem),
))]
pub async fn heads(
    State(app): State<App>,
    Staff(person): Staff,
    Path((clinic, case)): Path<(String, String)>,
) -> Result<Json<Vec<DraftHead>>> {
    drafts::heads(&app, &person.staff.hsa_id, &id(&clinic)?, id(&case)?).await.map(Json)
}

/// Takes over what a colleague is writing: for who could send such a message in the case now. It is on record in the case's
/// history and in the access log. Their own draft stays. With the person's own HSA-id: what they wrote on another computer.
#[utoipa::path(post, path = "/api/v1/clinics/{clinic}/cases/{case}/drafts/{author}/take", tag = "staff",
    security(("session" = [])), params(("clinic" = String, Path, description = "HSA-id of the clinic"),
        ("case" = String, Path, description = "Id of the case"),
        ("author" = String, Path, description = "HSA-id of whoever writes it")),
    request_body = TakeDraft, responses(
    (status = 200, description = "The whole of it; the same op is answered with the same words.", body = TakenDraft),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 403, description = "They could not send such a message.", body = Problem),
    (status = 404, description = "No such case for this person.", body = Problem),
    (status = 409, description = "`draft-gone`: sent or thrown away; or nothing can be sent in the case now.", body = Problem),
    (status = 422, description = "`op-id-reused`.", body = Problem),
    (status = 507, description = "The disk is full; nothing was changed.", body = Problem),
))]
pub async fn take(
    State(app): State<App>,
    Staff(person): Staff,
    Path((clinic, case, author)): Path<(String, String, String)>,
    Json(wish): Json<TakeDraft>,
) -> Result<Json<TakenDraft>> {
    let (clinic, case, author): (HsaId, CaseId, HsaId) = (id(&clinic)?, id(&case)?, id(&author)?);
    let inner = app.clone();
    let taken = async move { drafts::take(&inner, &person.staff.hsa_id, &clinic, case, &author, wish).await };
    app.to_the_end(taken).await.map(Json)
}
