//! The frontier to the wire: everything that can go wrong, and the one place that says how it is told.

use crate::db::DbError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mottaget_domain::Refusal;
use mottaget_protocol::Problem;
use std::error::Error as StdError;
use thiserror::Error;

/// Why a request was not answered as wished.
#[derive(Debug, Error)]
pub enum ServerError {
    /// No token.
    #[error("sign in first, and send the token in the header Authorization")]
    SessionMissing,
    /// The token is unknown, has expired, or its owner's HSA-id is not active any more.
    #[error("the session has ended; sign in again")]
    SessionExpired,
    /// There is no such thing for this person: unknown, another clinic's, or not theirs. One answer for all.
    #[error("there is no such thing here for you; check the address and who is signed in")]
    NotFound,
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The request can't be understood; says what about it.
    #[error("{0}")]
    BadRequest(String),
    /// The method is not one of this address.
    #[error("this address does not take that method; the answer's header Allow names those that it takes")]
    Method,
    /// The body is not said to be what this address takes.
    #[error("the body must be JSON, sent with the content type application/json")]
    MediaType,
    /// The body is larger than any such body may be.
    #[error("the body is larger than {} MiB; send less at a time", crate::http::MAX_JSON / 1024 / 1024)]
    BodyTooLarge,
    /// An id for life was used for something else.
    #[error("this id was already used for something else; make a new one")]
    IdReused,
    /// A named file's bytes are not here.
    #[error("the bytes of an attached file are not here; upload them first")]
    FileNotUploaded,
    /// The bytes are not what the address says.
    #[error("the bytes do not have the SHA-256 of the address; read the file again and send it to the right one")]
    HashMismatch,
    /// Only a practice server does this.
    #[error("sign-in with a demo person works on a practice server only; an identity provider is not set up here yet")]
    PracticeOnly,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The place of the attachments' bytes failed.
    #[error("the attachment store failed")]
    Files(#[source] Box<dyn StdError + Send + Sync>),
    /// Too much at once, or it took too long.
    #[error("the server is busy; try again")]
    Busy,
    /// Something that should not be.
    #[error("{0}")]
    Internal(&'static str),
}

impl From<sqlx::Error> for ServerError {
    fn from(error: sqlx::Error) -> Self {
        Self::Db(error.into())
    }
}

/// Shorthand of this crate.
pub type Result<T> = std::result::Result<T, ServerError>;

/// Is a full disk at the bottom of it?
fn disk_is_full(error: &(dyn StdError + 'static)) -> bool {
    let mut current = Some(error);
    while let Some(error) = current {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
            if matches!(io.kind(), StorageFull | QuotaExceeded | FileTooLarge) {
                return true;
            }
            if let Some(inner) = io.get_ref() {
                current = Some(inner);
                continue;
            }
        }
        current = error.source();
    }
    false
}

impl ServerError {
    mottaget_domain::stable_codes!(self -> &'static str {
        Self::SessionMissing => "session-missing",
        Self::SessionExpired => "session-expired",
        Self::NotFound => "not-found",
        Self::BadRequest(_) | Self::Method | Self::MediaType => "bad-request",
        Self::BodyTooLarge => "too-large",
        Self::IdReused => "op-id-reused",
        Self::FileNotUploaded => "file-not-uploaded",
        Self::HashMismatch => "hash-mismatch",
        Self::PracticeOnly => "practice-only",
        Self::Db(error) if error.is_full() => "storage-full",
        Self::Files(error) if disk_is_full(error.as_ref()) => "storage-full",
        Self::Db(error) if error.is_busy() => "busy",
        Self::Busy => "busy",
        Self::Db(_) | Self::Files(_) | Self::Internal(_) => "internal",
    } else {
        Self::Refused(refusal) => refusal.code(),
    });

    /// The status that goes with it.
    fn status(&self) -> StatusCode {
        match self {
            Self::SessionMissing | Self::SessionExpired => StatusCode::UNAUTHORIZED,
            Self::NotFound | Self::PracticeOnly => StatusCode::NOT_FOUND,
            Self::Refused(refusal) => refusal_status(refusal),
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::IdReused | Self::FileNotUploaded | Self::HashMismatch => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Db(_) | Self::Files(_) | Self::Busy | Self::Internal(_) => match self.code() {
                "storage-full" => StatusCode::INSUFFICIENT_STORAGE,
                "busy" => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            },
        }
    }

    /// What is told of it: nothing of the inside.
    fn detail(&self, code: &str) -> String {
        match code {
            "internal" => {
                "something went wrong in the server; try again, and if it stays so, its log says what".to_owned()
            }
            "storage-full" => {
                "the server's disk is full, and nothing was changed; make room on it, then try again".to_owned()
            }
            "busy" => "the server is busy; try again".to_owned(),
            // Refusal says «case»; whatever it was, all that is not found sounds the same.
            "not-found" => Self::NotFound.to_string(),
            _ => self.to_string(),
        }
    }

    /// As the wire tells it.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let (status, code) = (self.status(), self.code());
        Problem {
            kind: "about:blank".to_owned(),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: self.detail(code),
            code: code.to_owned(),
        }
    }
}

/// Not found and not allowed are as everywhere; wrong content is 422; everything else depends on the case's state: 409.
fn refusal_status(refusal: &Refusal) -> StatusCode {
    use mottaget_domain::attachment::AttachmentRefusal as File;
    match refusal {
        Refusal::NotFound => StatusCode::NOT_FOUND,
        Refusal::Forbidden | Refusal::ProxyNotAllowed | Refusal::OutsideServiceArea => StatusCode::FORBIDDEN,
        Refusal::Attachment(File::TooLarge { .. }) => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::Attachment(
            File::Empty | File::TypeNotAllowed | File::TypeMismatch { .. } | File::BadName | File::TooMany { .. },
        )
        | Refusal::TextEmpty
        | Refusal::TextTooLong { .. }
        | Refusal::BlankLeft { .. }
        | Refusal::OutOfRange { .. }
        | Refusal::ReasonMissing
        | Refusal::TooManyViews { .. }
        | Refusal::NameTaken
        | Refusal::DatesReversed
        | Refusal::AbsencesOverlap
        | Refusal::SubstituteUnfit
        | Refusal::NotGuarded
        | Refusal::FilesNotAllowed => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::CaseClosed
        | Refusal::NotClosed
        | Refusal::NotDistributed
        | Refusal::AlreadyDistributed
        | Refusal::TakeFirst
        | Refusal::TakeOverFirst
        | Refusal::AlreadyTaken
        | Refusal::NotAssignee
        | Refusal::TargetInactive
        | Refusal::GroupEmpty
        | Refusal::SameAssignee
        | Refusal::ReopenWindowPassed
        | Refusal::AlreadyRecorded
        | Refusal::NoOpenQuestion
        | Refusal::QuestionOpen
        | Refusal::MessagePending
        | Refusal::AlreadyReleased
        | Refusal::TooEarly
        | Refusal::ThreadMoved
        | Refusal::DecidedMeanwhile
        | Refusal::DraftGone
        | Refusal::IdUsed => StatusCode::CONFLICT,
    }
}

impl IntoResponse for ServerError {
    fn into_response(self) -> Response {
        let problem = self.problem();
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if status.is_server_error() {
            // Engine errors name columns and codes, never content.
            tracing::error!(code = %problem.code, error = %chain(&self), "request failed");
        }
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The error with all its causes, for the log.
fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// Why the server can't start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The folder can't be used.
    #[error("the folder {folder} can't be used: {source}")]
    Folder {
        /// Which.
        folder: String,
        /// Why.
        source: std::io::Error,
    },
    /// Another server has the folder.
    #[error("another server is using the folder {0}")]
    InUse(String),
    /// A practice folder for a real server, or the other way round.
    #[error("the folder {folder} belongs to a {found} server; choose another folder or start it as such")]
    Mode {
        /// Which.
        folder: String,
        /// `practice` or `live`.
        found: String,
    },
    /// A practice server would be reachable from other machines.
    #[error("a practice server listens on this machine only (127.0.0.1 or ::1)")]
    NotLoopback,
    /// The address can't be listened on.
    #[error("can't listen on {address}: {source}")]
    Listen {
        /// Which.
        address: std::net::SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The database can't be opened.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The attachments' place can't be opened.
    #[error("the attachment store can't be opened: {0}")]
    Files(Box<dyn StdError + Send + Sync>),
    /// The practice clinic can't be filled.
    #[error("the practice clinic can't be made: {0}")]
    Practice(String),
    /// The practice clinic's files can't be kept.
    #[error("the practice clinic's files can't be kept: {0}")]
    Fill(#[source] ServerError),
}

impl StartError {
    /// Is a full disk at the bottom of it?
    #[must_use]
    pub fn is_full(&self) -> bool {
        match self {
            Self::Db(error) => error.is_full(),
            Self::Folder { source, .. } => disk_is_full(source),
            Self::Files(error) => disk_is_full(error.as_ref()),
            Self::Fill(error) => error.code() == "storage-full",
            Self::InUse(_) | Self::Mode { .. } | Self::NotLoopback | Self::Listen { .. } | Self::Practice(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inside_is_never_told() {
        let inside = ServerError::Db(DbError::Engine(sqlx::Error::Protocol("secret 198001019802".into())));
        let problem = inside.problem();
        assert_eq!((problem.status, problem.code.as_str()), (500, "internal"));
        assert!(!serde_json::to_string(&problem).unwrap().contains("secret"));
    }

    #[test]
    fn the_codes_are_those_of_the_protocol() {
        let own: std::collections::BTreeSet<_> = ServerError::CODES.iter().collect();
        assert_eq!(own, mottaget_protocol::SERVER_CODES.iter().collect());
    }

    #[test]
    fn everything_not_found_sounds_the_same() {
        assert_eq!(ServerError::NotFound.problem(), ServerError::from(Refusal::NotFound).problem());
    }

    #[test]
    fn a_full_disk_is_known_through_all_wrappings() {
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let wrapped = std::io::Error::other(full);
        assert_eq!(ServerError::Files(Box::new(wrapped)).problem().code, "storage-full");
        let other = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        assert_eq!(ServerError::Files(Box::new(other)).problem().code, "internal");
    }
}
