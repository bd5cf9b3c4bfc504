//! What the app must know of a clinic beside its cases.

use super::Route;
use super::extract::{Json, Path, Staff, id};
use crate::app::App;
use crate::db::{clinics, templates};
use crate::desk::actor_at;
use crate::error::{Result, ServerError};
use axum::extract::State;
use axum::routing::get;
use mottaget_domain::clinic::{Group, StaffFacts};
use mottaget_domain::{HsaId, Role};
use mottaget_protocol::{Directory, Problem};

pub fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/clinics/{clinic}/directory", get(directory))]
}

/// Staff, groups, case types and decisions of a clinic at which the person has a role.
#[utoipa::path(get, path = "/api/v1/clinics/{clinic}/directory", tag = "staff", security(("session" = [])),
    params(("clinic" = String, Path, description = "HSA-id of the clinic")), responses(
    (status = 200, description = "The directory.", body = Directory),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 404, description = "No such clinic for this person.", body = Problem),
))]
pub async fn directory(
    State(app): State<App>,
    Staff(person): Staff,
    Path(clinic): Path<String>,
) -> Result<Json<Directory>> {
    let clinic: HsaId = id(&clinic)?;
    let mut tx = app.db.read().await?;
    let facts = clinics::facts(&mut tx, &clinic).await?.ok_or(ServerError::NotFound)?;
    let actor = actor_at(&facts, &person.staff.hsa_id, app.now()).ok_or(ServerError::NotFound)?;
    let works_with_cases = actor.has(Role::Receiver) || actor.has(Role::Handler);
    let open_cases = if works_with_cases { clinics::open_cases(&mut tx, &clinic).await? } else { Vec::new() };
    let case_types = clinics::case_types(&mut tx, &clinic).await?;
    let reply_templates = templates::at(&mut tx, &clinic).await?;
    let region = clinics::region_of(&mut tx, &clinic).await?.map(|(_, name)| name).unwrap_or_default();
    let mut staff: Vec<StaffFacts> = facts.staff.into_values().collect();
    staff.sort_by(|a, b| (&a.name, &a.hsa_id).cmp(&(&b.name, &b.hsa_id)));
    let mut groups: Vec<Group> = facts.groups.into_values().collect();
    groups.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    Ok(Json(Directory {
        clinic,
        name: facts.name,
        region,
        policy: facts.policy,
        staff,
        groups,
        open_cases,
        case_types: case_types.into_iter().map(|case_type| case_type.about).collect(),
        reply_templates,
    }))
}
