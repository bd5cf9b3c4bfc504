//! Is the server alive, and does its database answer?

use super::Route;
use super::extract::Json;
use crate::app::App;
use crate::db::clinics;
use crate::error::Result;
use axum::extract::State;
use axum::routing::get;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How the server is.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// `ok`.
    pub status: String,
    /// Version of the program.
    pub version: String,
    /// Is it a practice server with invented people?
    pub practice: bool,
}

pub fn routes() -> Vec<Route> {
    vec![Route::get("/health", get(health))]
}

/// Is the server alive, and does its database answer?
#[utoipa::path(get, path = "/health", tag = "server", responses(
    (status = 200, description = "It is well.", body = Health),
    (status = 500, description = "The database does not answer.", body = mottaget_protocol::Problem),
))]
pub async fn health(State(app): State<App>) -> Result<Json<Health>> {
    let mut tx = app.db.read().await?;
    clinics::all(&mut tx).await?;
    Ok(Json(Health { status: "ok".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), practice: app.practice }))
}
