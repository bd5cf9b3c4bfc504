//! The profile's open files, used from async code: every use is on a thread that may block, and closing waits for them.

use crate::error::ClientError;
use mottaget_store::Store;
use std::sync::{Arc, PoisonError, RwLock};

/// The store, until it is closed.
#[derive(Clone, Debug)]
pub(crate) struct Files(Arc<RwLock<Option<Store>>>);

impl Files {
    pub fn new(store: Store) -> Self {
        Self(Arc::new(RwLock::new(Some(store))))
    }

    /// Does something with the store.
    ///
    /// # Errors
    /// [`ClientError::SignedOut`] once closed; what `work` says.
    pub async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, ClientError> + Send + 'static,
    ) -> Result<T, ClientError> {
        let slot = Arc::clone(&self.0);
        let done = tokio::task::spawn_blocking(move || {
            let guard = slot.read().unwrap_or_else(PoisonError::into_inner);
            work(guard.as_ref().ok_or(ClientError::SignedOut)?)
        });
        done.await.unwrap_or_else(|_| Err(ClientError::Internal("a file task broke down".into())))
    }

    /// Closes the files once nobody uses them any more. Closing twice is harmless.
    pub async fn close(&self) {
        let slot = Arc::clone(&self.0);
        let done = tokio::task::spawn_blocking(move || {
            let store = slot.write().unwrap_or_else(PoisonError::into_inner).take();
            store.map_or(Ok(()), Store::close)
        });
        if let Ok(Err(error)) = done.await {
            // what was acknowledged is on disk already; only the tidying failed
            tracing::warn!(code = error.code(), "closing the files");
        }
    }
}
