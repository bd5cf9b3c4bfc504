//! Acts of staff on their way up.

use super::Route;
use super::extract::{Json, Staff};
use crate::app::App;
use crate::desk;
use crate::error::Result;
use axum::extract::State;
use axum::routing::post;
use mottaget_protocol::{Op, OpOutcome, Problem};

pub fn routes() -> Vec<Route> {
    vec![Route::post("/api/v1/ops", post(perform))]
}

/// Does one act, exactly once. What the rules refuse is answered with 200 and `rejected`.
#[utoipa::path(post, path = "/api/v1/ops", tag = "staff", security(("session" = [])), request_body = Op, responses(
    (status = 200, description = "Accepted, or rejected by the rules for good.", body = OpOutcome),
    (status = 400, description = "The body can't be understood.", body = Problem),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 404, description = "No such clinic for this person.", body = Problem),
    (status = 422, description = "`op-id-reused`, or `file-not-uploaded`: upload and send again.", body = Problem),
    (status = 507, description = "The disk is full; nothing was changed.", body = Problem),
))]
pub async fn perform(State(app): State<App>, Staff(person): Staff, Json(op): Json<Op>) -> Result<Json<OpOutcome>> {
    let inner = app.clone();
    let outcome = app.to_the_end(async move { desk::perform(&inner, &person.staff.hsa_id, &op).await }).await?;
    Ok(Json(outcome))
}
