//! A clinic's own reply texts: kept and removed by its local administrators (R43, R108). All of its staff read them with the
//! directory.

use super::Route;
use super::extract::{Json, Path, Staff, id};
use crate::app::App;
use crate::db::{clinics, templates};
use crate::desk::actor_at;
use crate::error::{Result, ServerError};
use crate::people::People;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{delete, put};
use mottaget_domain::permission::{Action, Permission, permission};
use mottaget_domain::reply_template::MAX_TEMPLATES;
use mottaget_domain::{HsaId, MessageKind, Refusal, ReplyTemplate, ReplyTemplateId};
use mottaget_protocol::{Problem, ReplyTemplateText};

pub fn routes() -> Vec<Route> {
    vec![Route::put(AT, put(keep)), Route::delete(AT, delete(self::remove))]
}

const AT: &str = "/api/v1/clinics/{clinic}/reply-templates/{id}";

/// May they, at this clinic? Whoever has no business there learns nothing of it.
async fn administers(app: &App, person: &HsaId, clinic: &HsaId) -> Result<()> {
    let mut tx = app.db.read().await?;
    let facts = clinics::facts(&mut tx, clinic).await?.ok_or(ServerError::NotFound)?;
    let actor = actor_at(&facts, person, app.now()).ok_or(ServerError::NotFound)?;
    let may = actor.roles.iter().any(|role| permission(*role, Action::EditLocalTemplate) == Permission::Yes);
    if may { Ok(()) } else { Err(Refusal::Forbidden.into()) }
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
    let clinic: HsaId = id(&clinic)?;
    let template: ReplyTemplateId = id(&template)?;
    administers(&app, &person.staff.hsa_id, &clinic).await?;
    let template = ReplyTemplate {
        id: template,
        title: text.title.trim().to_owned(),
        text: text.text,
        kind: text.kind.filter(|kind| *kind != MessageKind::Submission && *kind != MessageKind::ResidentReply),
        case_type: text.case_type,
        central: false,
    };
    template.check()?;
    let owner = templates::Owner::Clinic(clinic.clone());
    let mut tx = app.db.write().await?;
    if !templates::put(tx.conn(), &owner, &template).await? {
        tx.rollback().await?;
        return Err(ServerError::NotFound);
    }
    if templates::count(tx.conn(), &owner).await? > MAX_TEMPLATES {
        tx.rollback().await?;
        return Err(Refusal::TooManyViews { limit: MAX_TEMPLATES }.into());
    }
    tx.commit().await?;
    People::new(app.clone()).tell_staff_of(&clinic).await?;
    Ok(Json(template))
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
    let clinic: HsaId = id(&clinic)?;
    let template: ReplyTemplateId = id(&template)?;
    administers(&app, &person.staff.hsa_id, &clinic).await?;
    let mut tx = app.db.write().await?;
    if !templates::remove(tx.conn(), &templates::Owner::Clinic(clinic.clone()), template).await? {
        tx.rollback().await?;
        return Err(ServerError::NotFound);
    }
    tx.commit().await?;
    People::new(app.clone()).tell_staff_of(&clinic).await?;
    Ok(StatusCode::NO_CONTENT)
}
