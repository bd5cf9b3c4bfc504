//! Between columns and the house's own types.

use jiff::Timestamp;
use mottaget_domain::HsaId;
use rusqlite::types::Type;
use uuid::Uuid;

/// Milliseconds since 1970, UTC: the resolution of every time that has a column.
pub(crate) fn ms(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// [`ms`] read back.
pub(crate) fn time(ms: i64) -> rusqlite::Result<Timestamp> {
    Timestamp::from_millisecond(ms).map_err(|error| strange(Type::Integer, error))
}

/// [`ms`] read back, where there may be none.
pub(crate) fn maybe_time(ms: Option<i64>) -> rusqlite::Result<Option<Timestamp>> {
    ms.map(time).transpose()
}

/// Ids are 16 bytes.
pub(crate) fn uuid(bytes: [u8; 16]) -> Uuid {
    Uuid::from_bytes(bytes)
}

/// HSA-ids are text in normal form.
pub(crate) fn hsa(text: String) -> rusqlite::Result<HsaId> {
    HsaId::try_from(text).map_err(|error| strange(Type::Text, error))
}

fn strange(kind: Type, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, kind, Box::new(error))
}
