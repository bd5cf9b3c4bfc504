//! The read log on its way up: who looked at what, kept until the server has acknowledged it (invariant 10).

use crate::error::StoreError;
use crate::open::Store;
use mottaget_protocol::ReadEntry;
use uuid::Uuid;

impl Store {
    /// Writes a look; on the disk when this returns. The same id twice counts once.
    ///
    /// # Errors
    /// [`StoreError`]: then do not show what was to be looked at.
    pub fn log_read(&self, entry: &ReadEntry) -> Result<(), StoreError> {
        let _ = entry;
        Err(StoreError::missing())
    }

    /// The oldest entries that the server has not acknowledged, at most `limit` (the wire takes 500).
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn unsent_reads(&self, limit: usize) -> Result<Vec<ReadEntry>, StoreError> {
        let _ = limit;
        Err(StoreError::missing())
    }

    /// The server has them: they go.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn reads_acknowledged(&self, ids: &[Uuid]) -> Result<(), StoreError> {
        let _ = ids;
        Err(StoreError::missing())
    }
}
