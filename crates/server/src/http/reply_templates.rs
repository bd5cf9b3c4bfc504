//! Reply texts: a clinic's own are kept and removed by its local administrators (R43, R108), the central ones by those of the
//! region. All of a clinic's staff read both with the directory.

use super::Route;
use super::extract::{Json, Path, Staff, id};
use super::region::region_of;
use crate::app::App;
use crate::db::templates::{self, Owner};
use crate::desk::entitled;
use crate::error::{Result, ServerError};
use crate::people::People;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{delete, put};
use mottaget_domain::permission::{Action, Permission, keeps_central_templates, permission};
use mottaget_domain::reply_template::MAX_TEMPLATES;
use mottaget_domain::{HsaId, MessageKind, Refusal, ReplyTemplate, ReplyTemplateId, Role};
use mottaget_protocol::{Problem, ReplyTemplateText};
use std::collections::BTreeSet;

pub fn routes() -> Vec<Route> {
    vec![
        Route::put(AT, put(keep)),
        Route::delete(AT, delete(self::remove)),
        Route::put(CENTRAL, put(keep_central)),
        Route::delete(CENTRAL, delete(remove_central)),
    ]
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

/// Puts a text in the place of the owner's own of that id, and tells who reads it.
async fn put_text(app: &App, owner: &Owner, id: ReplyTemplateId, text: ReplyTemplateText) -> Result<ReplyTemplate> {
    let template = ReplyTemplate {
        id,
        title: text.title.trim().to_owned(),
        text: text.text,
        kind: text.kind.filter(|kind| *kind != MessageKind::Submission && *kind != MessageKind::ResidentReply),
        case_type: text.case_type,
        central: matches!(owner, Owner::Region(_)),
    };
    template.check()?;
    let mut tx = app.db.write().await?;
    if !templates::put(tx.conn(), owner, &template).await? {
        tx.rollback().await?;
        return Err(ServerError::NotFound);
    }
    if templates::count(tx.conn(), owner).await? > MAX_TEMPLATES {
        tx.rollback().await?;
        return Err(Refusal::TooManyViews { limit: MAX_TEMPLATES }.into());
    }
    tx.commit().await?;
    tell(app, owner).await?;
    Ok(template)
}

async fn remove_text(app: &App, owner: &Owner, id: ReplyTemplateId) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    if !templates::remove(tx.conn(), owner, id).await? {
        tx.rollback().await?;
        return Err(ServerError::NotFound);
    }
    tx.commit().await?;
    tell(app, owner).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn tell(app: &App, owner: &Owner) -> Result<()> {
    let people = People::new(app.clone());
    match owner {
        Owner::Clinic(clinic) => people.tell_staff_of(clinic).await,
        Owner::Region(region) => people.tell_staff_in(region).await,
    }
}

/// Keeps a reply text of the clinic's own, in place of the one that has this id.
#[utoipa::path(put, path = "/api/v1/clinics/{clinic}/reply-templates/{id}", tag = "staff", security(("session" = [])),
    params(("clinic" = String, Path, description = "HSA-id of the clinic"), ("id" = String, Path, description = "Made by the app")),
    request_body = ReplyTemplateText, responses(
    (status = 200, description = "As it is now.", body = ReplyTemplate),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 403, description = "Not one of the clinic's local administrators.", body = Problem),
    (status = 404, description = "No such clinic for this person, or another's text has this id.", body = Problem),
    (status = 422, description = "Title or text is empty or too long, or the clinic keeps too many.", body = Problem),
))]
pub async fn keep(
    State(app): State<App>,
    Staff(person): Staff,
    Path((clinic, template)): Path<(String, String)>,
    Json(text): Json<ReplyTemplateText>,
) -> Result<Json<ReplyTemplate>> {
    let owner = administers(&app, &person.staff.hsa_id, &id(&clinic)?).await?;
    put_text(&app, &owner, id(&template)?, text).await.map(Json)
}

/// Removes a reply text of the clinic's own.
#[utoipa::path(delete, path = "/api/v1/clinics/{clinic}/reply-templates/{id}", tag = "staff", security(("session" = [])),
    params(("clinic" = String, Path, description = "HSA-id of the clinic"), ("id" = String, Path, description = "Its id")), responses(
    (status = 204, description = "It is not offered any more."),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 403, description = "Not one of the clinic's local administrators.", body = Problem),
    (status = 404, description = "No such text of this clinic's for this person.", body = Problem),
))]
pub async fn remove(
    State(app): State<App>,
    Staff(person): Staff,
    Path((clinic, template)): Path<(String, String)>,
) -> Result<StatusCode> {
    let owner = administers(&app, &person.staff.hsa_id, &id(&clinic)?).await?;
    remove_text(&app, &owner, id(&template)?).await
}

/// Keeps a central reply text, for all clinics of the region that this one belongs to, in place of the one that has this id.
#[utoipa::path(put, path = "/api/v1/clinics/{clinic}/region/reply-templates/{id}", tag = "staff", security(("session" = [])),
    params(("clinic" = String, Path, description = "HSA-id of a clinic of the region"), ("id" = String, Path, description = "Made by the app")),
    request_body = ReplyTemplateText, responses(
    (status = 200, description = "As it is now.", body = ReplyTemplate),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 403, description = "Not one of the region's administrators.", body = Problem),
    (status = 404, description = "No such clinic for this person, or another's text has this id.", body = Problem),
    (status = 422, description = "Title or text is empty or too long, or the region keeps too many.", body = Problem),
))]
pub async fn keep_central(
    State(app): State<App>,
    Staff(person): Staff,
    Path((clinic, template)): Path<(String, String)>,
    Json(text): Json<ReplyTemplateText>,
) -> Result<Json<ReplyTemplate>> {
    let owner = Owner::Region(region_of(&app, &person.staff.hsa_id, &id(&clinic)?, keeps_central_templates).await?);
    put_text(&app, &owner, id(&template)?, text).await.map(Json)
}

/// Removes a central reply text.
#[utoipa::path(delete, path = "/api/v1/clinics/{clinic}/region/reply-templates/{id}", tag = "staff", security(("session" = [])),
    params(("clinic" = String, Path, description = "HSA-id of a clinic of the region"), ("id" = String, Path, description = "Its id")), responses(
    (status = 204, description = "It is not offered any more."),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 403, description = "Not one of the region's administrators.", body = Problem),
    (status = 404, description = "No such text of this region's for this person.", body = Problem),
))]
pub async fn remove_central(
    State(app): State<App>,
    Staff(person): Staff,
    Path((clinic, template)): Path<(String, String)>,
) -> Result<StatusCode> {
    let owner = Owner::Region(region_of(&app, &person.staff.hsa_id, &id(&clinic)?, keeps_central_templates).await?);
    remove_text(&app, &owner, id(&template)?).await
}
