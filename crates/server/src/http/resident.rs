//! The residents' interface: what can be asked, filing a case, reading it, answering.

use super::Route;
use super::extract::{Json, Path, Resident, id};
use crate::app::App;
use crate::counter::{self, Caller};
use crate::db::clinics;
use crate::error::Result;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use mottaget_domain::case::Sender;
use mottaget_domain::response_clock::{Due, due};
use mottaget_domain::visibility::messages_for_resident;
use mottaget_domain::{Act, Actor, Case, Message};
use mottaget_protocol::Problem;
use mottaget_protocol::resident::{NewCase, NewReply, ResidentCase, ResidentClinic, ResidentLimits, ResidentMessage};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/resident/v1/clinics", get(clinics_to_ask)),
        Route::get("/resident/v1/limits", get(limits)),
        Route::get("/resident/v1/cases", get(list)),
        Route::post("/resident/v1/cases", post(file)),
        Route::get("/resident/v1/cases/{case}", get(open)),
        Route::post("/resident/v1/cases/{case}/replies", post(reply)),
    ]
}

/// The clinics, and what this resident can ask there.
#[utoipa::path(get, path = "/resident/v1/clinics", tag = "resident", security(("session" = [])), responses(
    (status = 200, description = "By name.", body = Vec<ResidentClinic>),
    (status = 401, description = "No session, or it has ended.", body = Problem),
))]
pub async fn clinics_to_ask(State(app): State<App>, Resident(caller): Resident) -> Result<Json<Vec<ResidentClinic>>> {
    counter::clinics_to_ask(&app, &caller).await.map(Json)
}

/// What may be written and attached.
#[utoipa::path(get, path = "/resident/v1/limits", tag = "resident", security(("session" = [])), responses(
    (status = 200, description = "The limits.", body = ResidentLimits),
    (status = 401, description = "No session, or it has ended.", body = Problem),
))]
pub async fn limits(Resident(_caller): Resident) -> Json<ResidentLimits> {
    Json(ResidentLimits::of_the_rules())
}

/// The resident's cases, newest first. Listing them does not mark anything as read.
#[utoipa::path(get, path = "/resident/v1/cases", tag = "resident", security(("session" = [])), responses(
    (status = 200, description = "The cases.", body = Vec<ResidentCase>),
    (status = 401, description = "No session, or it has ended.", body = Problem),
))]
pub async fn list(State(app): State<App>, Resident(caller): Resident) -> Result<Json<Vec<ResidentCase>>> {
    let cases = counter::list(&app, &caller).await?;
    let mut seen = Vec::new();
    for case in &cases {
        seen.push(as_seen(&app, &caller, case).await?);
    }
    Ok(Json(seen))
}

/// Files a case. The same case again is answered with 200 and changes nothing.
#[utoipa::path(post, path = "/resident/v1/cases", tag = "resident", security(("session" = [])),
    request_body = NewCase, responses(
    (status = 201, description = "Filed.", body = ResidentCase),
    (status = 200, description = "It was filed before.", body = ResidentCase),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 403, description = "Outside the clinic's service area and not approved by it.", body = Problem),
    (status = 404, description = "No such clinic, or it does not offer that case type to this resident.", body = Problem),
    (status = 422, description = "The content can't be taken, an id was reused, or bytes are missing.", body = Problem),
    (status = 507, description = "The disk is full; nothing was changed.", body = Problem),
))]
pub async fn file(State(app): State<App>, Resident(caller): Resident, Json(new): Json<NewCase>) -> Result<Response> {
    let (inner, by) = (app.clone(), caller.clone());
    let (is_new, case) = app.to_the_end(async move { counter::file(&inner, &by, new).await }).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(as_seen(&app, &caller, &case).await?)).into_response())
}

/// Opens a case; the clinic sees that its messages were read.
#[utoipa::path(get, path = "/resident/v1/cases/{case}", tag = "resident", security(("session" = [])),
    params(("case" = String, Path, description = "Id of the case")), responses(
    (status = 200, description = "The case.", body = ResidentCase),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 404, description = "No such case for this person.", body = Problem),
))]
pub async fn open(
    State(app): State<App>,
    Resident(caller): Resident,
    Path(case): Path<String>,
) -> Result<Json<ResidentCase>> {
    let case = id(&case)?;
    let (inner, by) = (app.clone(), caller.clone());
    let case = app.to_the_end(async move { counter::open(&inner, &by, case).await }).await?;
    as_seen(&app, &caller, &case).await.map(Json)
}

/// Answers the open question. The same answer again changes nothing.
#[utoipa::path(post, path = "/resident/v1/cases/{case}/replies", tag = "resident", security(("session" = [])),
    params(("case" = String, Path, description = "Id of the case")), request_body = NewReply, responses(
    (status = 200, description = "The case with the answer in it.", body = ResidentCase),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 404, description = "No such case for this person.", body = Problem),
    (status = 409, description = "There is no open question, or the case is closed.", body = Problem),
    (status = 422, description = "The content can't be taken, an id was reused, or bytes are missing.", body = Problem),
    (status = 507, description = "The disk is full; nothing was changed.", body = Problem),
))]
pub async fn reply(
    State(app): State<App>,
    Resident(caller): Resident,
    Path(case): Path<String>,
    Json(new): Json<NewReply>,
) -> Result<Json<ResidentCase>> {
    let case = id(&case)?;
    let (inner, by) = (app.clone(), caller.clone());
    let case = app.to_the_end(async move { counter::reply(&inner, &by, case, new).await }).await?;
    as_seen(&app, &caller, &case).await.map(Json)
}

/// The case as the resident may see it.
async fn as_seen(app: &App, caller: &Caller, case: &Case) -> Result<ResidentCase> {
    let mut tx = app.db.read().await?;
    let facts = clinics::facts(&mut tx, &case.clinic).await?;
    let actor = Actor::Resident(caller.actor());
    let may_answer = facts
        .as_ref()
        .is_some_and(|facts| mottaget_domain::check(case, &actor, Act::ResidentReply, facts, app.now()).is_ok());
    let answer_by = facts.as_ref().and_then(|facts| match due(case, &facts.policy, app.now()) {
        Due::Running { at, .. } => Some(at),
        Due::Paused { .. } | Due::Done { .. } => None,
    });
    Ok(ResidentCase {
        id: case.id,
        clinic: case.clinic.clone(),
        clinic_name: facts.map(|facts| facts.name).unwrap_or_default(),
        case_type: case.case_type.name.clone(),
        state: counter::state_for_resident(case),
        may_answer,
        may_attach: may_answer && case.resident_may_attach(),
        messages: messages_for_resident(case).map(|message| message_as_seen(caller, message)).collect(),
        created_at: case.created_at,
        answer_by,
    })
}

fn message_as_seen(caller: &Caller, message: &Message) -> ResidentMessage {
    let (from, signature) = match &message.sender {
        Sender::Resident { guardian: None } => (caller.resident.name.clone(), None),
        Sender::Resident { guardian: Some(_) } => {
            let by = caller.guardian.as_ref().map_or("vårdnadshavare", |guardian| guardian.name.as_str());
            (format!("{by} för {}", caller.resident.name), None)
        }
        Sender::Staff { name, title, signature, .. } => (format!("{name}, {title}"), Some(signature.clone())),
    };
    ResidentMessage {
        id: message.id,
        kind: message.kind,
        from,
        signature,
        text: message.text.clone(),
        answers: message.answers.clone(),
        attachments: message.attachments.clone(),
        at: message.released_at.unwrap_or(message.accepted_at),
    }
}
