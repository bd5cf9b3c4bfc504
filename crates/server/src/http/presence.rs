//! What a session has before it: told every few seconds, answered with who else is there.

use super::Route;
use super::extract::{Json, Staff};
use crate::app::App;
use crate::db::{cases, clinics};
use crate::error::{Result, ServerError};
use axum::extract::State;
use axum::routing::put;
use mottaget_domain::response_clock::swedish_day;
use mottaget_domain::visibility::staff_may_read;
use mottaget_domain::{CaseId, HsaId};
use mottaget_protocol::{Attend, Attendance, Company, Problem};

pub fn routes() -> Vec<Route> {
    vec![Route::put("/api/v1/presence", put(attend))]
}

/// Says which case this session has before it, and what is done with it (ADR 16): at every change, and every five seconds.
/// Who has not been heard of for fifteen is not there any more. Answers with the colleagues at the same case.
#[utoipa::path(put, path = "/api/v1/presence", tag = "staff", security(("session" = [])), request_body = Attend,
    responses(
    (status = 200, description = "Who else is at the case; nothing, when none was named.", body = Option<Company>),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 404, description = "No such case for this person. The session has nothing before it now.", body = Problem),
))]
pub async fn attend(
    State(app): State<App>,
    Staff(person): Staff,
    Json(body): Json<Attend>,
) -> Result<Json<Option<Company>>> {
    let at = match body.at {
        Some(at) => readable(&app, &person.staff.hsa_id, at.case).await?.map(|clinic| (clinic, at)),
        None => None,
    };
    app.attends(&person, at.clone());
    match (at, body.at) {
        (None, Some(_)) => Err(ServerError::NotFound),
        (at, _) => {
            let company =
                |(clinic, at): (HsaId, Attendance)| app.presence.company(&clinic, at.case, &person.staff.hsa_id);
            Ok(Json(at.map(company)))
        }
    }
}

/// The clinic of a case that the person may read.
async fn readable(app: &App, who: &HsaId, case: CaseId) -> Result<Option<HsaId>> {
    let mut tx = app.db.read().await?;
    let Some((_, case)) = cases::find_anywhere(&mut tx, case).await? else { return Ok(None) };
    let viewer = clinics::viewer(&mut tx, &case.clinic, who, swedish_day(app.now())).await?;
    Ok(viewer.filter(|(viewer, _)| staff_may_read(&case, viewer)).map(|_| case.clinic))
}
