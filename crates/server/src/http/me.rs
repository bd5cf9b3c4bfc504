//! The signed-in member of staff: who they are, what they chose, and leaving.

use super::Route;
use super::extract::{Json, Staff};
use crate::app::App;
use crate::db::{sessions, staff};
use crate::error::Result;
use crate::session;
use crate::wake::Wake;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use mottaget_domain::listing::check_views;
use mottaget_domain::signature::check_signature;
use mottaget_protocol::{Me, Preferences, Problem};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/me", get(me)),
        Route::put("/api/v1/me/preferences", put(set_preferences)),
        Route::post("/api/v1/sign-out", post(sign_out)),
    ]
}

/// Who is signed in, where they work and what they chose.
#[utoipa::path(get, path = "/api/v1/me", tag = "staff", security(("session" = [])), responses(
    (status = 200, description = "The person.", body = Me),
    (status = 401, description = "No session, or it has ended.", body = Problem),
))]
pub async fn me(State(app): State<App>, Staff(person): Staff) -> Result<Json<Me>> {
    let mut tx = app.db.read().await?;
    session::me(&mut tx, &person.staff).await.map(Json)
}

/// Changes what the person chose.
#[utoipa::path(put, path = "/api/v1/me/preferences", tag = "staff", security(("session" = [])),
    request_body = Preferences, responses(
    (status = 200, description = "As they are now.", body = Preferences),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 422, description = "The signature is too long, or the saved views are no views.", body = Problem),
))]
pub async fn set_preferences(
    State(app): State<App>,
    Staff(person): Staff,
    Json(preferences): Json<Preferences>,
) -> Result<Json<Preferences>> {
    check_signature(&preferences.signature)?;
    check_views(&preferences.views)?;
    let mut tx = app.db.write().await?;
    staff::set_preferences(tx.conn(), &person.staff.hsa_id, &preferences).await?;
    tx.commit().await?;
    app.wakes.call(Wake::Me { staff: person.staff.hsa_id });
    Ok(Json(preferences))
}

/// Ends the session and its event streams.
#[utoipa::path(post, path = "/api/v1/sign-out", tag = "staff", security(("session" = [])), responses(
    (status = 204, description = "The token is worth nothing any more."),
    (status = 401, description = "No session, or it has ended.", body = Problem),
))]
pub async fn sign_out(State(app): State<App>, Staff(person): Staff) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    sessions::end(tx.conn(), &person.token_hash).await?;
    tx.commit().await?;
    app.attends(&person, None);
    app.wakes.call(Wake::SignedOut { token_hash: person.token_hash });
    Ok(StatusCode::NO_CONTENT)
}
