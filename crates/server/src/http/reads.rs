//! The read log on its way up: what was looked at in the app, offline too.

use super::Route;
use super::extract::{Json, Staff, bad};
use crate::app::App;
use crate::db::log::{Entry, Party};
use crate::db::{cases, clinics, log};
use crate::desk::{actor_at, roles_text};
use crate::error::Result;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use mottaget_domain::visibility::staff_may_read;
use mottaget_domain::{CaseId, HsaId};
use mottaget_protocol::{Problem, ReadBatch, ReadEntry, ReadKind};
use sqlx::AnyConnection;

/// Most entries in one batch.
const MAX_ENTRIES: usize = 500;
/// Most cases in one entry: a page of a list.
const MAX_CASES: usize = 1000;

pub fn routes() -> Vec<Route> {
    vec![Route::post("/api/v1/reads", post(reads))]
}

/// Takes what the person looked at. What they have lost since is taken too, and whatever it names, the answer is the
/// same: a log must never be lost, and never tell.
#[utoipa::path(post, path = "/api/v1/reads", tag = "staff", security(("session" = [])), request_body = ReadBatch,
    responses(
    (status = 204, description = "They are in the log; sending them again changes nothing."),
    (status = 400, description = "More than 500 entries.", body = Problem),
    (status = 401, description = "No session, or it has ended.", body = Problem),
))]
pub async fn reads(State(app): State<App>, Staff(person): Staff, Json(batch): Json<ReadBatch>) -> Result<StatusCode> {
    if batch.entries.len() > MAX_ENTRIES || batch.entries.iter().any(|entry| entry.cases.len() > MAX_CASES) {
        return Err(bad("at most 500 entries with at most 1000 cases each"));
    }
    let inner = app.clone();
    app.to_the_end(async move {
        let now = inner.now();
        let lines = {
            let mut tx = inner.db.read().await?;
            let mut lines = Vec::new();
            for entry in &batch.entries {
                for case in &entry.cases {
                    lines.push(line(&mut tx, &person.staff.hsa_id, entry, *case).await?);
                }
            }
            lines
        };
        let mut tx = inner.db.write().await?;
        for line in &lines {
            log::append(tx.conn(), line, now).await?;
        }
        Ok(tx.commit().await?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn line(conn: &mut AnyConnection, reader: &HsaId, entry: &ReadEntry, id: CaseId) -> Result<Entry> {
    let facts = clinics::facts(&mut *conn, &entry.clinic).await?;
    let actor = facts.as_ref().and_then(|facts| actor_at(facts, reader));
    let case = cases::find(conn, &entry.clinic, id).await?;
    let may = matches!((&actor, &case), (Some(actor), Some(case)) if staff_may_read(case, actor));
    let kind = match entry.kind {
        ReadKind::Case => "read",
        ReadKind::Attachment => "read-attachment",
        ReadKind::Saved => "save-attachment",
        ReadKind::List => "list",
    };
    Ok(Entry {
        // The reader is part of the id: nobody can take the place of somebody else's line.
        id: format!("read:{reader}:{}:{id}", entry.id),
        at: entry.at,
        who: Party::Staff { hsa_id: reader.clone(), roles: actor.as_ref().map(roles_text).unwrap_or_default() },
        clinic: entry.clinic.clone(),
        resident: case.map(|case| case.resident),
        case: Some(id),
        kind: kind.to_owned(),
        object: entry.attachment.map(|attachment| attachment.to_string()),
        outcome: if may { "allowed" } else { "not-allowed-now" }.to_owned(),
        source: "app",
    })
}
