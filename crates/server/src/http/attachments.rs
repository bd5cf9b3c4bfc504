//! Bytes on their way down, to those who may read the case; logged.

use super::Route;
use super::extract::{Path, Resident, Staff, id};
use crate::app::App;
use crate::db::log::{Entry, Party};
use crate::db::{cases, clinics, drafts, log};
use crate::desk::{actor_at, fresh_line_id, roles_text};
use crate::error::{Result, ServerError};
use crate::{counter, session};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use mottaget_domain::lifecycle::check;
use mottaget_domain::{Act, Actor, Attachment, AttachmentId, CaseId};
use mottaget_protocol::Problem;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/cases/{case}/attachments/{attachment}", get(for_staff)),
        Route::get("/resident/v1/cases/{case}/attachments/{attachment}", get(for_resident)),
    ]
}

/// The bytes of a file of a case that the person may read, or of what they write in it or have taken over there.
#[utoipa::path(get, path = "/api/v1/cases/{case}/attachments/{attachment}", tag = "staff", security(("session" = [])),
    params(("case" = String, Path, description = "Id of the case"),
        ("attachment" = String, Path, description = "Id of the attachment")), responses(
    (status = 200, description = "The bytes, to be saved, never to be shown by a browser.", body = Vec<u8>,
        content_type = "application/octet-stream"),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 404, description = "No such file for this person.", body = Problem),
))]
pub async fn for_staff(
    State(app): State<App>,
    Staff(person): Staff,
    Path((case, attachment)): Path<(String, String)>,
) -> Result<Response> {
    let file = find_for_staff(&app, &person, id(&case)?, id(&attachment)?).await?;
    respond(&app, &file).await
}

/// The bytes of a file of a message that was released to the resident.
#[utoipa::path(get, path = "/resident/v1/cases/{case}/attachments/{attachment}", tag = "resident",
    security(("session" = [])), params(("case" = String, Path, description = "Id of the case"),
        ("attachment" = String, Path, description = "Id of the attachment")), responses(
    (status = 200, description = "The bytes, to be saved, never to be shown by a browser.", body = Vec<u8>,
        content_type = "application/octet-stream"),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 404, description = "No such file for this person.", body = Problem),
))]
pub async fn for_resident(
    State(app): State<App>,
    Resident(caller): Resident,
    Path((case, attachment)): Path<(String, String)>,
) -> Result<Response> {
    let file = counter::attachment(&app, &caller, id(&case)?, id(&attachment)?).await?;
    respond(&app, &file).await
}

async fn find_for_staff(
    app: &App,
    person: &session::SignedInStaff,
    case: CaseId,
    attachment: AttachmentId,
) -> Result<Attachment> {
    let now = app.now();
    let (line, file) = {
        let mut tx = app.db.read().await?;
        let (_, case) = cases::find_anywhere(&mut tx, case).await?.ok_or(ServerError::NotFound)?;
        let facts = clinics::facts(&mut tx, &case.clinic).await?.ok_or(ServerError::NotFound)?;
        let actor = actor_at(&facts, &person.staff.hsa_id, now).ok_or(ServerError::NotFound)?;
        let roles = roles_text(&actor);
        check(&case, &Actor::Staff(actor), Act::Read, &facts, now)?;
        let file = match case.attachment(attachment) {
            Some((_, file)) => file.clone(),
            None => drafts::file_of(&mut tx, case.id, &person.staff.hsa_id, attachment)
                .await?
                .ok_or(ServerError::NotFound)?,
        };
        let line = Entry {
            id: fresh_line_id("fetch"),
            at: now,
            who: Party::Staff { hsa_id: person.staff.hsa_id.clone(), roles },
            clinic: case.clinic.clone(),
            resident: Some(case.resident.clone()),
            case: Some(case.id),
            kind: "fetch-attachment".to_owned(),
            object: Some(attachment.to_string()),
            outcome: "allowed".to_owned(),
            source: "server",
        };
        (line, file)
    };
    let mut tx = app.db.write().await?;
    log::append(tx.conn(), &line, now).await?;
    tx.commit().await?;
    Ok(file)
}

async fn respond(app: &App, file: &Attachment) -> Result<Response> {
    let bytes = app.files.get(&file.sha256).await?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.kind.media_type()));
    headers.insert(header::CONTENT_DISPOSITION, disposition(&file.file_name)?);
    // Already packed, and clients want to know the length.
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("identity"));
    Ok(response)
}

/// To be saved under its name (RFC 6266), with a plain name for those who know no other.
fn disposition(name: &str) -> Result<HeaderValue> {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_. ".contains(c) { c } else { '_' }).collect();
    let mut full = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            full.push(char::from(byte));
        } else {
            full.push_str(&format!("%{byte:02X}"));
        }
    }
    HeaderValue::from_str(&format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}"))
        .map_err(|_| ServerError::Internal("a file name can't be told"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_anything_in_them_stay_one_header() {
        let value = disposition("rön\"tgen; x=1 å.pdf").unwrap();
        let text = value.to_str().unwrap();
        assert_eq!(
            text,
            "attachment; filename=\"r_n_tgen_ x_1 _.pdf\"; filename*=UTF-8''r%C3%B6n%22tgen%3B%20x%3D1%20%C3%A5.pdf"
        );
    }
}
