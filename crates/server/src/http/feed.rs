//! Pages of a clinic's feed.

use super::Route;
use super::extract::{Json, Path, Query, Staff, id};
use crate::app::App;
use crate::error::Result;
use crate::feed;
use axum::extract::State;
use axum::routing::get;
use mottaget_protocol::{Page, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

pub fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/clinics/{clinic}/feed", get(page))]
}

/// Where to go on, and how far.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// The cursor of the last page; without one a snapshot begins.
    cursor: Option<String>,
    /// Most documents on the page: 200 unless told, 1 to 1000.
    limit: Option<usize>,
}

/// The next page of the feed, as this person sees it.
#[utoipa::path(get, path = "/api/v1/clinics/{clinic}/feed", tag = "staff", security(("session" = [])),
    params(("clinic" = String, Path, description = "HSA-id of the clinic"), Asked), responses(
    (status = 200, description = "A page.", body = Page),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 404, description = "No such clinic for this person.", body = Problem),
))]
pub async fn page(
    State(app): State<App>,
    Staff(person): Staff,
    Path(clinic): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Json<Page>> {
    let limit = asked.limit.unwrap_or(feed::DEFAULT_LIMIT);
    let page = feed::page(&app, &person.staff.hsa_id, &id(&clinic)?, asked.cursor.as_deref(), limit).await?;
    Ok(Json(page))
}
