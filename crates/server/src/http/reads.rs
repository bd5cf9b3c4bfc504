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
use mottaget_domain::{Case, CaseId, HsaId, StaffActor};
use mottaget_protocol::{MAX_READ_CASES, MAX_READ_ENTRIES, Problem, ReadBatch, ReadEntry, ReadKind};
use std::collections::BTreeMap;

pub fn routes() -> Vec<Route> {
    vec![Route::post("/api/v1/reads", post(reads))]
}

/// Takes what the person looked at. What they have lost since is taken too, and whatever it names, the answer is the
/// same: a log must never be lost, and never tell.
#[utoipa::path(post, path = "/api/v1/reads", tag = "staff", security(("session" = [])), request_body = ReadBatch,
    responses(
    (status = 204, description = "They are in the log; sending them again changes nothing."),
    (status = 400, description = "More than 500 entries, or more than 5000 cases.", body = Problem),
    (status = 401, description = "No session, or it has ended.", body = Problem),
))]
pub async fn reads(State(app): State<App>, Staff(person): Staff, Json(batch): Json<ReadBatch>) -> Result<StatusCode> {
    let cases: usize = batch.entries.iter().map(|entry| entry.cases.len()).sum();
    if batch.entries.len() > MAX_READ_ENTRIES || cases > MAX_READ_CASES {
        return Err(bad("at most 500 entries and 5000 cases in one batch"));
    }
    let inner = app.clone();
    app.to_the_end(async move {
        let now = inner.now();
        let lines = {
            let mut tx = inner.db.read().await?;
            let mut lines = Vec::new();
            let mut known = BTreeMap::new();
            for entry in &batch.entries {
                let reader = match known.get(&entry.clinic) {
                    Some(reader) => reader,
                    None => {
                        let facts = clinics::facts(&mut tx, &entry.clinic).await?;
                        let actor = facts.and_then(|facts| actor_at(&facts, &person.staff.hsa_id, now));
                        &*known.entry(entry.clinic.clone()).or_insert(actor)
                    }
                };
                for case in &entry.cases {
                    let found = cases::find(&mut tx, &entry.clinic, *case).await?;
                    lines.push(line(&person.staff.hsa_id, reader.as_ref(), entry, *case, found));
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

fn line(reader: &HsaId, actor: Option<&StaffActor>, entry: &ReadEntry, id: CaseId, case: Option<Case>) -> Entry {
    let may = matches!((actor, &case), (Some(actor), Some(case)) if staff_may_read(case, actor));
    let kind = match entry.kind {
        ReadKind::Case => "read",
        ReadKind::Attachment => "read-attachment",
        ReadKind::Saved => "save-attachment",
        ReadKind::Record => "copy-to-record",
        ReadKind::Printed => "print",
        ReadKind::List => "list",
    };
    Entry {
        // The reader is part of the id: nobody can take the place of somebody else's line.
        id: format!("read:{reader}:{}:{id}", entry.id),
        at: entry.at,
        who: Party::Staff { hsa_id: reader.clone(), roles: actor.map(roles_text).unwrap_or_default() },
        clinic: entry.clinic.clone(),
        resident: case.map(|case| case.resident),
        case: Some(id),
        kind: kind.to_owned(),
        object: entry.attachment.map(|attachment| attachment.to_string()),
        outcome: if may { "allowed" } else { "not-allowed-now" }.to_owned(),
        source: "app",
    }
}
