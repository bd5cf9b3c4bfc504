//! When somebody is away from a clinic, and who covers for them: said by themselves, by its receivers or its local
//! administrators. All of its staff read it with the directory.

use super::Route;
use super::extract::{Json, Path, Staff, id};
use crate::app::App;
use crate::error::Result;
use axum::extract::State;
use axum::routing::put;
use mottaget_domain::HsaId;
use mottaget_protocol::{Absences, Anew, Problem};

pub fn routes() -> Vec<Route> {
    vec![Route::put("/api/v1/clinics/{clinic}/staff/{person}/absences", put(set))]
}

/// Says anew when somebody is away from a clinic. Its staff's apps are told.
#[utoipa::path(put, path = "/api/v1/clinics/{clinic}/staff/{person}/absences", tag = "staff", security(("session" = [])),
    params(("clinic" = String, Path, description = "HSA-id of the clinic"), ("person" = String, Path, description = "HSA-id of whoever is away")),
    request_body = Anew<Absences>, responses(
    (status = 200, description = "As they are now.", body = Absences),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 403, description = "Somebody else's, and neither a receiver nor a local administrator of the clinic.", body = Problem),
    (status = 404, description = "No such clinic for this person, or nobody of that HSA-id works there.", body = Problem),
    (status = 409, description = "Somebody else has said so meanwhile.", body = Problem),
    (status = 422, description = "One ends before it begins, is too long, or has days in common with another; too many; the substitute can't handle cases there.", body = Problem),
))]
pub async fn set(
    State(app): State<App>,
    Staff(person): Staff,
    Path((clinic, of)): Path<(String, String)>,
    Json(Anew { seen, now }): Json<Anew<Absences>>,
) -> Result<Json<Absences>> {
    let (clinic, of): (HsaId, HsaId) = (id(&clinic)?, id(&of)?);
    crate::absences::set(&app, &person.staff.hsa_id, (&clinic, &of), &seen.absences, &now.absences).await?;
    Ok(Json(now))
}
