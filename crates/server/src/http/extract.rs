//! What handlers ask for: bodies and addresses that were understood, and who is asking.

use crate::app::App;
use crate::counter::{Caller, caller};
use crate::db::sessions::{self, Subject};
use crate::error::{Result, ServerError};
use crate::files::sha256_hex;
use crate::session::{SignedInStaff, staff_of};
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mottaget_domain::PersonalId;
use mottaget_protocol::{FILE_NAME_HEADER, file_name};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::str::FromStr;

/// A JSON body, in or out.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = ServerError;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        match axum::Json::<T>::from_request(request, app).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(JsonRejection::BytesRejection(e)) if e.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(ServerError::BodyTooLarge)
            }
            // The reason may quote what was sent, so only its kind is told.
            Err(JsonRejection::JsonDataError(_)) => {
                Err(bad("the body's JSON does not have the expected form; /openapi.json describes it"))
            }
            Err(JsonRejection::JsonSyntaxError(_)) => {
                Err(bad("the body is not JSON; look for a missing bracket or quotation mark"))
            }
            Err(JsonRejection::MissingJsonContentType(_)) => Err(ServerError::MediaType),
            Err(_) => Err(bad("the body broke off; send it again")),
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// A request that can't be understood.
pub fn bad(what: &str) -> ServerError {
    ServerError::BadRequest(what.to_owned())
}

/// The values in the address. What can't be read names nothing: not found.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Path<T> {
    type Rejection = ServerError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, app).await;
        path.map(|axum::extract::Path(value)| Self(value)).map_err(|_| ServerError::NotFound)
    }
}

/// An id in an address; one that can't be read names nothing: not found.
pub fn id<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| ServerError::NotFound)
}

/// What follows the question mark.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = ServerError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, app).await;
        query
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|_| bad("what follows the question mark can't be read; /openapi.json describes it"))
    }
}

/// The file name that goes with an upload.
pub struct FileName(pub String);

impl FromRequestParts<App> for FileName {
    type Rejection = ServerError;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self> {
        let value =
            parts.headers.get(FILE_NAME_HEADER).ok_or_else(|| bad("the header Mottaget-File-Name is missing"))?;
        let name = value.to_str().ok().and_then(file_name::decode);
        name.map(Self).ok_or_else(|| bad("the header Mottaget-File-Name is not percent-encoded UTF-8"))
    }
}

/// A member of staff who is signed in.
pub struct Staff(pub SignedInStaff);

impl FromRequestParts<App> for Staff {
    type Rejection = ServerError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        staff_of(app, bearer(&parts.headers)?).await.map(Self)
    }
}

/// A resident who is signed in, or whom a portal speaks for.
pub struct Resident(pub Caller);

/// Names the resident: for a portal always, for a guardian when acting for a child.
const FOR_WHOM: &str = "mottaget-resident";
/// Names the guardian whom a portal speaks for.
const GUARDIAN: &str = "mottaget-guardian";

impl FromRequestParts<App> for Resident {
    type Rejection = ServerError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let token = bearer(&parts.headers)?;
        let for_whom = named(&parts.headers, FOR_WHOM)?;
        let signed_in = if is_portal(app, token) {
            let resident = for_whom.clone().ok_or_else(|| bad("the header Mottaget-Resident is missing"))?;
            named(&parts.headers, GUARDIAN)?.unwrap_or(resident)
        } else {
            resident_of(app, token).await?
        };
        let mut tx = app.db.read().await?;
        caller(&mut tx, &signed_in, for_whom.as_ref(), app.now()).await.map(Self)
    }
}

/// Compared by hash, so that the time it takes tells nothing.
fn is_portal(app: &App, token: &str) -> bool {
    let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
    app.portal_token.is_some_and(|known| known == hash)
}

async fn resident_of(app: &App, token: &str) -> Result<PersonalId> {
    let mut tx = app.db.read().await?;
    let session = sessions::find(&mut tx, &sha256_hex(token.as_bytes())).await?;
    match session {
        Some(session) if session.expires_at > app.now() => match session.subject {
            Subject::Resident(id) => Ok(id),
            Subject::Staff(_) => Err(ServerError::SessionExpired),
        },
        _ => Err(ServerError::SessionExpired),
    }
}

fn named(headers: &HeaderMap, name: &'static str) -> Result<Option<PersonalId>> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let text = value.to_str().map_err(|_| bad("an identity in a header can't be read"))?;
    let id = PersonalId::try_from(text.to_owned()).map_err(|_| bad("an identity in a header is not valid"))?;
    Ok(Some(id))
}

fn bearer(headers: &HeaderMap) -> Result<&str> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, token) = value.and_then(|value| value.split_once(' ')).ok_or(ServerError::SessionMissing)?;
    let token = token.trim();
    if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() {
        Ok(token)
    } else {
        Err(ServerError::SessionMissing)
    }
}
