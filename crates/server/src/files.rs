//! The bytes of attachments, found by their SHA-256: a local folder for now.

use crate::error::{Result, ServerError, StartError};
use bytes::Bytes;
use mottaget_domain::attachment::MAX_BYTES;
use object_store::local::LocalFileSystem;
use object_store::path::Path as StorePath;
use object_store::{ObjectStore, PutPayload};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the bytes are.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    folder: PathBuf,
}

/// The SHA-256 of the bytes, 64 lower-case hexadecimal digits.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Is it 64 lower-case hexadecimal digits?
#[must_use]
pub fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

impl Files {
    /// Uses a folder that exists.
    ///
    /// # Errors
    /// When it can't be opened.
    pub fn open(folder: &Path) -> std::result::Result<Self, StartError> {
        let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| StartError::Files(Box::new(error)))?;
        Ok(Self { store: Arc::new(store), folder: folder.to_owned() })
    }

    /// Keeps the bytes: written beside, then renamed, then on the disk for sure. Bytes that are here stay as they are.
    ///
    /// # Errors
    /// When they can't be written; then nothing is there under that name.
    pub async fn put(&self, sha256: &str, bytes: Bytes) -> Result<()> {
        if self.size(sha256).await? == Some(bytes.len() as u64) {
            return Ok(());
        }
        let path = place(sha256);
        self.store.put(&path, PutPayload::from_bytes(bytes)).await.map_err(failed)?;
        let file = self.folder.join(path.as_ref());
        tokio::task::spawn_blocking(move || settle(&file))
            .await
            .map_err(|error| ServerError::Files(Box::new(error)))?
            .map_err(|error| ServerError::Files(Box::new(error)))
    }

    /// The bytes.
    ///
    /// # Errors
    /// When they are not here or are not what they were.
    pub async fn get(&self, sha256: &str) -> Result<Bytes> {
        let found = self.store.get(&place(sha256)).await.map_err(failed)?;
        let bytes = found.bytes().await.map_err(failed)?;
        if sha256_hex(&bytes) == sha256 { Ok(bytes) } else { Err(ServerError::Internal("stored bytes are damaged")) }
    }

    /// Deletes the bytes; harmless if they are not here.
    ///
    /// # Errors
    /// When they can't be deleted.
    pub async fn delete(&self, sha256: &str) -> Result<()> {
        match self.store.delete(&place(sha256)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }

    async fn size(&self, sha256: &str) -> Result<Option<u64>> {
        match self.store.head(&place(sha256)).await {
            Ok(found) => Ok(Some(found.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }
}

fn failed(error: object_store::Error) -> ServerError {
    ServerError::Files(Box::new(error))
}

/// Two letters of the hash make the folder, so that no folder grows without end.
fn place(sha256: &str) -> StorePath {
    let folder = sha256.get(..2).unwrap_or("xx");
    StorePath::from_iter([folder, sha256])
}

/// Only the owner may read it, and it survives a power cut: the file first, then the folder that names it.
fn settle(file: &Path) -> std::io::Result<()> {
    let open = std::fs::File::open(file)?;
    crate::folder::only_owner(file, 0o600)?;
    open.sync_all()?;
    if let Some(parent) = file.parent() {
        crate::folder::only_owner(parent, 0o700)?;
        crate::folder::sync(parent)?;
    }
    Ok(())
}

/// Largest body that is read (and thrown away) to be able to answer politely that a file is too large, in bytes.
pub const MAX_DRAINED: u64 = 4 * MAX_BYTES;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn bytes_come_back_and_only_the_owner_can_read_them() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path()).unwrap();
        let bytes = Bytes::from_static(b"%PDF-1.7 hej");
        let name = sha256_hex(&bytes);
        files.put(&name, bytes.clone()).await.unwrap();
        files.put(&name, bytes.clone()).await.unwrap();
        assert_eq!(files.get(&name).await.unwrap(), bytes);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let file = folder.path().join(&name[..2]).join(&name);
            assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[tokio::test]
    async fn damaged_bytes_are_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path()).unwrap();
        let name = sha256_hex(b"as it was");
        files.put(&name, Bytes::from_static(b"as it was")).await.unwrap();
        std::fs::write(folder.path().join(&name[..2]).join(&name), b"otherwise").unwrap();
        assert!(matches!(files.get(&name).await, Err(ServerError::Internal(_))));
    }

    #[test]
    fn only_a_sha256_is_a_name() {
        assert!(is_sha256(&sha256_hex(b"")));
        assert!(!is_sha256("../../etc/passwd"));
        assert!(!is_sha256(&sha256_hex(b"").to_uppercase()));
    }
}
