//! What a region decides for its clinics, where they do not say otherwise (F1): response targets, eves, undo windows. It is
//! named by any clinic of it at which its administrator has the role.

use super::Route;
use super::extract::{Json, Path, Staff, id};
use crate::app::App;
use crate::db::clinics;
use crate::deciding;
use crate::desk::entitled;
use crate::error::{Result, ServerError};
use axum::extract::State;
use axum::routing::put;
use mottaget_domain::clinic::RegionPolicy;
use mottaget_domain::permission::decides_for_region;
use mottaget_domain::{HsaId, Role};
use mottaget_protocol::{Anew, Problem};
use std::collections::BTreeSet;

pub fn routes() -> Vec<Route> {
    vec![Route::put("/api/v1/clinics/{clinic}/region/settings", put(decide))]
}

/// The code of the region that the clinic belongs to, for somebody whose roles there may. Whoever has no business at the
/// clinic learns nothing of it.
pub(crate) async fn region_of(
    app: &App,
    person: &HsaId,
    clinic: &HsaId,
    may: impl Fn(&BTreeSet<Role>) -> bool,
) -> Result<String> {
    entitled(app, person, clinic, may).await?;
    let mut tx = app.db.read().await?;
    let region = clinics::region_of(&mut tx, clinic).await?;
    region.map(|(code, _)| code).ok_or(ServerError::Internal("a clinic without its region"))
}

/// Decides anew what holds in the region. The apps of all its clinics' staff are told.
#[utoipa::path(put, path = "/api/v1/clinics/{clinic}/region/settings", tag = "staff", security(("session" = [])),
    params(("clinic" = String, Path, description = "HSA-id of a clinic of the region")),
    request_body = Anew<RegionPolicy>, responses(
    (status = 200, description = "As they are now.", body = RegionPolicy),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 403, description = "Not one of the region's administrators.", body = Problem),
    (status = 404, description = "No such clinic for this person.", body = Problem),
    (status = 409, description = "Somebody else has decided meanwhile.", body = Problem),
    (status = 422, description = "Something is larger than it can be.", body = Problem),
))]
pub async fn decide(
    State(app): State<App>,
    Staff(person): Staff,
    Path(clinic): Path<String>,
    Json(policy): Json<Anew<RegionPolicy>>,
) -> Result<Json<RegionPolicy>> {
    let region = region_of(&app, &person.staff.hsa_id, &id(&clinic)?, decides_for_region).await?;
    deciding::region(&app, &region, policy).await.map(Json)
}
