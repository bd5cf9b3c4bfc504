//! Bytes on their way up: read once, hashed, looked at, kept.

use super::Route;
use super::extract::{FileName, Path, Resident, Staff, bad};
use crate::app::App;
use crate::db::blobs::{self, Found};
use crate::desk::uploader_key_of_staff;
use crate::error::{Result, ServerError};
use crate::files::{MAX_DRAINED, is_sha256, sha256_hex};
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::put;
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use mottaget_domain::Refusal;
use mottaget_domain::attachment::{AttachmentRefusal, MAX_BYTES, inspect};
use mottaget_protocol::Problem;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;

pub fn routes() -> Vec<Route> {
    vec![
        Route::put("/api/v1/blobs/{sha256}", put(staff_upload)),
        Route::put("/resident/v1/blobs/{sha256}", put(resident_upload)),
    ]
}

/// Brings the bytes of a file that an op will name.
#[utoipa::path(put, path = "/api/v1/blobs/{sha256}", tag = "staff", security(("session" = [])),
    params(("sha256" = String, Path, description = "SHA-256 of the bytes, 64 lower-case hexadecimal digits"),
    ("Mottaget-File-Name" = String, Header, description = "The file's name, percent-encoded UTF-8; its end must agree with the bytes")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 204, description = "The server has them."),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 413, description = "More than 20 MiB.", body = Problem),
    (status = 422, description = "Not one of the four types, name and bytes disagree, or `hash-mismatch`.", body = Problem),
    (status = 507, description = "The disk is full.", body = Problem),
))]
pub async fn staff_upload(
    State(app): State<App>,
    Staff(person): Staff,
    Path(sha256): Path<String>,
    FileName(name): FileName,
    body: Body,
) -> Result<StatusCode> {
    upload(&app, &app.staff_uploads, &uploader_key_of_staff(&person.staff.hsa_id), sha256, name, body).await
}

/// Brings the bytes of a file that a case or reply will name.
#[utoipa::path(put, path = "/resident/v1/blobs/{sha256}", tag = "resident", security(("session" = [])),
    params(("sha256" = String, Path, description = "SHA-256 of the bytes, 64 lower-case hexadecimal digits"),
    ("Mottaget-File-Name" = String, Header, description = "The file's name, percent-encoded UTF-8; its end must agree with the bytes")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 204, description = "The server has them."),
    (status = 401, description = "No session, or it has ended.", body = Problem),
    (status = 413, description = "More than 20 MiB.", body = Problem),
    (status = 422, description = "Not one of the four types, name and bytes disagree, or `hash-mismatch`.", body = Problem),
    (status = 507, description = "The disk is full.", body = Problem),
))]
pub async fn resident_upload(
    State(app): State<App>,
    Resident(caller): Resident,
    Path(sha256): Path<String>,
    FileName(name): FileName,
    body: Body,
) -> Result<StatusCode> {
    upload(&app, &app.resident_uploads, &caller.uploader_key(), sha256, name, body).await
}

/// The end of the uploads' addresses: their requests may take as long as their lines do ([`read`] sees to it).
pub const SLOW: &str = "/blobs/{sha256}";
/// Longest silence in the middle of a body.
const SILENCE: Duration = Duration::from_secs(60);
/// Longest that a body may take: 20 MiB on a line of 12 kB a second.
const WHOLE: Duration = Duration::from_secs(30 * 60);
/// Longest for what is done with it then.
const KEPT_WITHIN: Duration = Duration::from_secs(120);

async fn upload(
    app: &App,
    room: &Semaphore,
    uploader: &str,
    sha256: String,
    name: String,
    body: Body,
) -> Result<StatusCode> {
    let _room = timeout(KEPT_WITHIN, room.acquire()).await.map_err(|_| ServerError::Busy)?;
    let bytes = timeout(WHOLE, read(body)).await.map_err(|_| ServerError::Busy)??;
    timeout(KEPT_WITHIN, keep(app, uploader, sha256, name, bytes)).await.map_err(|_| ServerError::Busy)?
}

async fn keep(app: &App, uploader: &str, sha256: String, name: String, bytes: Bytes) -> Result<StatusCode> {
    if !is_sha256(&sha256) {
        return Err(bad("a blob's address is its SHA-256: 64 lower-case hexadecimal digits"));
    }
    let kind = inspect(&name, &bytes).map_err(Refusal::from)?;
    let bytes_again = bytes.clone();
    let found_hash = tokio::task::spawn_blocking(move || sha256_hex(&bytes_again))
        .await
        .map_err(|_| ServerError::Internal("hashing broke off"))?;
    if found_hash != sha256 {
        return Err(ServerError::HashMismatch);
    }
    let found = Found { size: bytes.len() as u64, kind };
    let (inner, uploader) = (app.clone(), uploader.to_owned());
    app.to_the_end(async move {
        let _no_purge = inner.bytes.read().await;
        inner.files.put(&sha256, bytes).await?;
        let mut tx = inner.db.write().await?;
        blobs::uploaded(tx.conn(), &sha256, found, &uploader, inner.now()).await?;
        Ok(tx.commit().await?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The whole body. One that is too large is read to its end (within reason) and thrown away, since an answer in the
/// middle of sending looks like a broken line to the one who sends. A slow line takes its time, a silent one does not.
async fn read(body: Body) -> Result<Bytes> {
    let mut stream = body.into_data_stream();
    let mut bytes = BytesMut::new();
    let mut size: u64 = 0;
    while let Some(chunk) = timeout(SILENCE, stream.next()).await.map_err(|_| ServerError::Busy)? {
        let chunk = chunk.map_err(|_| bad("the body broke off; send it again"))?;
        size += chunk.len() as u64;
        if size > MAX_DRAINED {
            break;
        }
        if size > MAX_BYTES {
            bytes.clear();
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    if size > MAX_BYTES { Err(Refusal::from(AttachmentRefusal::TooLarge { size }).into()) } else { Ok(bytes.freeze()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    /// A body of so many pieces of a kilobyte, one every so many seconds.
    fn trickle(pieces: usize, every: u64) -> Body {
        Body::from_stream(futures::stream::iter(0..pieces).then(move |_| async move {
            tokio::time::sleep(Duration::from_secs(every)).await;
            Ok::<_, Infallible>(Bytes::from(vec![0_u8; 1024]))
        }))
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_line_takes_its_time_and_a_silent_one_does_not() {
        // ten minutes for what a good line brings in a blink
        assert_eq!(read(trickle(20, 30)).await.unwrap().len(), 20 * 1024);
        let silent = read(trickle(2, SILENCE.as_secs() + 1)).await;
        assert!(matches!(silent, Err(ServerError::Busy)), "{silent:?}");
    }
}
