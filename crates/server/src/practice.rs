//! The practice clinic: two invented clinics with people, cases and files, so that the product can be tried with nothing.

use crate::db::Db;
use crate::error::StartError;
use crate::files::Files;
use jiff::Timestamp;

/// Fills an empty database.
///
/// # Errors
/// When something can't be written.
pub async fn fill(_db: &Db, _files: &Files, _now: Timestamp) -> Result<(), StartError> {
    Ok(())
}
