//! Reply texts: a clinic's own are kept and removed by its local administrators (R43, R108), the central ones by those of the
//! region. All of a clinic's staff read both with the directory.

use super::Route;
use super::extract::{Json, Path, Staff, id};
use super::region::region_of;
use crate::app::App;
use crate::db::templates::Owner;
use crate::deciding;
use crate::desk::entitled;
use crate::error::Result;
use axum::extract::State;
use axum::routing::put;
use mottaget_domain::permission::{Action, Permission, keeps_central_templates, permission};
use mottaget_domain::{HsaId, ReplyTemplate, Role};
use mottaget_protocol::{Problem, ReplyTemplateAnew};
use std::collections::BTreeSet;

pub fn routes() -> Vec<Route> {
    vec![Route::put(AT, put(keep)), Route::put(CENTRAL, put(keep_central))]
}

const AT: &str = "/api/v1/clinics/{clinic}/reply-templates/{id}";
const CENTRAL: &str = "/api/v1/clinics/{clinic}/region/reply-templates/{id}";

/// May they, at this clinic? Whoever has no business there learns nothing of it.
async fn administers(app: &App, person: &HsaId, clinic: &HsaId) -> Result<Owner> {
    let keeps = |roles: &BTreeSet<Role>| {
        roles.iter().any(|role| permission(*role, Action::EditLocalTemplate) == Permission::Yes)
    };
    entitled(app, person, clinic, keeps).await?;
    Ok(Owner::Clinic(clinic.clone()))
}

/// Keeps a reply text of the clinic's own, in place of the one that has this id; or removes that.
#[utoipa::path(put, path = "/api/v1/clinics/{clinic}/reply-templates/{id}", tag = "staff", security(("session" = [])),
    params(("clinic" = String, Path, description = "HSA-id of the clinic"), ("id" = String, Path, description = "Made by the app")),
    request_body = ReplyTemplateAnew, responses(
    (status = 200, description = "As it is now; null if it is removed.", body = Option<ReplyTemplate>),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 403, description = "Not one of the clinic's local administrators.", body = Problem),
    (status = 404, description = "No such clinic for this person, or another's text has this id.", body = Problem),
    (status = 409, description = "Somebody else has changed or removed it meanwhile.", body = Problem),
    (status = 422, description = "Title or text is empty or too long, or the clinic keeps too many.", body = Problem),
))]
pub async fn keep(
    State(app): State<App>,
    Staff(person): Staff,
    Path((clinic, template)): Path<(String, String)>,
    Json(text): Json<ReplyTemplateAnew>,
) -> Result<Json<Option<ReplyTemplate>>> {
    let owner = administers(&app, &person.staff.hsa_id, &id(&clinic)?).await?;
    deciding::template(&app, &owner, id(&template)?, text).await.map(Json)
}

/// Keeps a central reply text, for all clinics of the region that this one belongs to, in place of the one that has
/// this id; or removes that.
#[utoipa::path(put, path = "/api/v1/clinics/{clinic}/region/reply-templates/{id}", tag = "staff", security(("session" = [])),
    params(("clinic" = String, Path, description = "HSA-id of a clinic of the region"), ("id" = String, Path, description = "Made by the app")),
    request_body = ReplyTemplateAnew, responses(
    (status = 200, description = "As it is now; null if it is removed.", body = Option<ReplyTemplate>),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 403, description = "Not one of the region's administrators.", body = Problem),
    (status = 404, description = "No such clinic for this person, or another's text has this id.", body = Problem),
    (status = 409, description = "Somebody else has changed or removed it meanwhile.", body = Problem),
    (status = 422, description = "Title or text is empty or too long, or the region keeps too many.", body = Problem),
))]
pub async fn keep_central(
    State(app): State<App>,
    Staff(person): Staff,
    Path((clinic, template)): Path<(String, String)>,
    Json(text): Json<ReplyTemplateAnew>,
) -> Result<Json<Option<ReplyTemplate>>> {
    let owner = Owner::Region(region_of(&app, &person.staff.hsa_id, &id(&clinic)?, keeps_central_templates).await?);
    deciding::template(&app, &owner, id(&template)?, text).await.map(Json)
}
