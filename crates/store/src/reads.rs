//! The read log on its way up: who looked at what, kept until the server has acknowledged it (invariant 10).

use crate::error::StoreError;
use crate::open::Store;
use mottaget_protocol::ReadEntry;
use rusqlite::params;
use uuid::Uuid;

impl Store {
    /// Writes a look; on the disk when this returns. The same id twice counts once.
    ///
    /// # Errors
    /// [`StoreError`]: then do not show what was to be looked at.
    pub fn log_read(&self, entry: &ReadEntry) -> Result<(), StoreError> {
        self.unsent.write(|db| {
            db.prepare_cached("INSERT INTO read_log (id, json) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING")?
                .execute(params![entry.id.as_bytes(), serde_json::to_string(entry)?])?;
            Ok(())
        })
    }

    /// The oldest entries that the server has not acknowledged, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn unsent_reads(&self, limit: usize) -> Result<Vec<ReadEntry>, StoreError> {
        self.unsent.read(|db| {
            let mut rows = db.prepare_cached("SELECT json FROM read_log ORDER BY n LIMIT ?1")?;
            let rows = rows.query_map([limit], |row| row.get::<_, String>(0))?;
            rows.map(|json| Ok(serde_json::from_str(&json?)?)).collect()
        })
    }

    /// The server has them: they go.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn reads_acknowledged(&self, ids: &[Uuid]) -> Result<(), StoreError> {
        self.unsent.write(|db| {
            let mut row = db.prepare_cached("DELETE FROM read_log WHERE id = ?1")?;
            for id in ids {
                row.execute([id.as_bytes()])?;
            }
            Ok(())
        })
    }
}
