//! Attachment bytes by their SHA-256, in pieces, encrypted like everything else.

use crate::error::StoreError;
use crate::open::Store;
use mottaget_domain::{Attachment, CaseId};
use mottaget_protocol::Me;
use std::collections::HashSet;

impl Store {
    /// Keeps bytes under their hash (64 lower-case hexadecimal digits). Keeping them again is harmless.
    ///
    /// # Errors
    /// [`StoreError::HashMismatch`] when the bytes have another hash; others.
    pub fn put_blob(&self, sha256: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let _ = (sha256, bytes);
        Err(StoreError::missing())
    }

    /// The bytes; `None` when they are not here. Counts as use for [`Self::evict_blobs`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn blob(&self, sha256: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let _ = sha256;
        Err(StoreError::missing())
    }

    /// Which of these are here?
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn blobs_present(&self, sha256: &[&str]) -> Result<HashSet<String>, StoreError> {
        let _ = sha256;
        Err(StoreError::missing())
    }

    /// Bytes kept in all.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn blobs_size(&self) -> Result<u64, StoreError> {
        Err(StoreError::missing())
    }

    /// Lets go of the longest unused until at most `quota` bytes are kept, never of one that a draft or an op in the
    /// outbox names. Gives the number of bytes let go.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn evict_blobs(&self, quota: u64) -> Result<u64, StoreError> {
        let _ = quota;
        Err(StoreError::missing())
    }

    /// Files of the person's open cases (own, own groups', and the inboxes they receive for) that are not here yet, due
    /// first; at most `limit`. What the client prefetches.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn wanted_files(&self, me: &Me, limit: usize) -> Result<Vec<(CaseId, Attachment)>, StoreError> {
        let _ = (me, limit);
        Err(StoreError::missing())
    }
}
