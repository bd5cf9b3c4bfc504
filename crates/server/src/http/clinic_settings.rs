//! What a clinic's local administrator decides (R39): response target, closed days and eves, reminders, undo windows. Its staff
//! read it with the directory.

use super::Route;
use super::extract::{Json, Path, Staff, id};
use crate::app::App;
use crate::deciding;
use crate::desk::entitled;
use crate::error::Result;
use axum::extract::State;
use axum::routing::put;
use mottaget_domain::clinic::ClinicSettings;
use mottaget_domain::permission::{Action, Permission, permission};
use mottaget_domain::{HsaId, Role};
use mottaget_protocol::{Anew, Problem};
use std::collections::BTreeSet;

pub fn routes() -> Vec<Route> {
    vec![Route::put("/api/v1/clinics/{clinic}/settings", put(decide))]
}

/// Decides anew what holds at a clinic. Its staff's apps are told.
#[utoipa::path(put, path = "/api/v1/clinics/{clinic}/settings", tag = "staff", security(("session" = [])),
    params(("clinic" = String, Path, description = "HSA-id of the clinic")),
    request_body = Anew<ClinicSettings>, responses(
    (status = 200, description = "As they are now.", body = ClinicSettings),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 403, description = "Not one of the clinic's local administrators.", body = Problem),
    (status = 404, description = "No such clinic for this person.", body = Problem),
    (status = 409, description = "Somebody else has decided meanwhile.", body = Problem),
    (status = 422, description = "Something is larger than it can be.", body = Problem),
))]
pub async fn decide(
    State(app): State<App>,
    Staff(person): Staff,
    Path(clinic): Path<String>,
    Json(settings): Json<Anew<ClinicSettings>>,
) -> Result<Json<ClinicSettings>> {
    let clinic: HsaId = id(&clinic)?;
    let decides =
        |roles: &BTreeSet<Role>| roles.iter().any(|role| permission(*role, Action::ClinicSettings) == Permission::Yes);
    entitled(&app, &person.staff.hsa_id, &clinic, decides).await?;
    deciding::clinic(&app, &clinic, settings).await.map(Json)
}
