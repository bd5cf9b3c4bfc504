//! The profile's open files, used from async code: every use is on a thread that may block, and closing waits for them.
//! A file that turns out to be damaged is moved aside on the spot (never deleted), what can be read of unsent work is
//! carried over, and the work goes on with a new one.

use crate::error::ClientError;
use mottaget_store::{File, Keys, OpenError, Store};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Notify;

/// The store, until it is closed.
#[derive(Clone, Debug)]
pub(crate) struct Files(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    keys: Keys,
    slot: RwLock<Slot>,
    healed: Notify,
    /// The mirror was replaced since somebody last waited for [`Files::healed`].
    mirror_is_new: AtomicBool,
}

#[derive(Debug)]
struct Slot {
    store: Option<Store>,
    /// Counts how often a damaged file was replaced, so that two who meet the same damage replace it once.
    generation: u64,
}

impl Files {
    /// Opens the profile's files. A damaged one is moved aside, and the next opening goes on without it.
    ///
    /// # Errors
    /// [`ClientError::CacheCorrupt`] once for each damage; the others of [`OpenError`].
    pub async fn open(folder: PathBuf, keys: Keys) -> Result<Self, ClientError> {
        let opened = tokio::task::spawn_blocking(move || match Store::open(&folder, &keys) {
            Ok(store) => {
                let slot = RwLock::new(Slot { store: Some(store), generation: 0 });
                Ok(Self(Arc::new(Inner {
                    folder,
                    keys,
                    slot,
                    healed: Notify::new(),
                    mirror_is_new: AtomicBool::new(false),
                })))
            }
            Err(OpenError::Corrupt { file }) => Err(move_aside(&folder, file, &keys)),
            Err(other) => Err(other.into()),
        });
        opened.await.unwrap_or_else(|_| Err(ClientError::Internal("opening the files broke down".into())))
    }

    /// Does something with the store.
    ///
    /// # Errors
    /// [`ClientError::SignedOut`] once closed; [`ClientError::CacheCorrupt`] if the damage was met just now (the damaged
    /// file is replaced then); what `work` says.
    pub async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, ClientError> + Send + 'static,
    ) -> Result<T, ClientError> {
        let inner = Arc::clone(&self.0);
        let done = tokio::task::spawn_blocking(move || {
            let (result, generation) = {
                let slot = inner.slot.read().unwrap_or_else(PoisonError::into_inner);
                (work(slot.store.as_ref().ok_or(ClientError::SignedOut)?), slot.generation)
            };
            match result {
                Err(ClientError::CacheCorrupt { file, .. }) => Err(inner.heal(file, generation)),
                other => other,
            }
        });
        done.await.unwrap_or_else(|_| Err(ClientError::Internal("a file task broke down".into())))
    }

    /// Done when a damaged file was replaced; true if the mirror was.
    pub async fn healed(&self) -> bool {
        self.0.healed.notified().await;
        self.0.mirror_is_new.swap(false, Ordering::AcqRel)
    }

    /// Closes the files once nobody uses them any more. Closing twice is harmless.
    pub async fn close(&self) {
        let inner = Arc::clone(&self.0);
        let done = tokio::task::spawn_blocking(move || {
            let store = inner.slot.write().unwrap_or_else(PoisonError::into_inner).store.take();
            store.map_or(Ok(()), Store::close)
        });
        if let Ok(Err(error)) = done.await {
            // what was acknowledged is on disk already; only the tidying failed
            tracing::warn!(code = error.code(), "closing the files");
        }
    }
}

impl Inner {
    /// Replaces the damaged file, unless somebody has done so since that generation; says what is to be told.
    fn heal(&self, name: &'static str, generation: u64) -> ClientError {
        let told = ClientError::CacheCorrupt { file: name, incomplete: false };
        let Some(file) = File::ALL.into_iter().find(|file| file.name() == name) else { return told };
        let mut slot = self.slot.write().unwrap_or_else(PoisonError::into_inner);
        if slot.generation != generation {
            return told;
        }
        let Some(store) = slot.store.take() else { return ClientError::SignedOut };
        // a damaged file may refuse to be closed in order
        drop(store);
        let told = move_aside(&self.folder, file, &self.keys);
        match Store::open(&self.folder, &self.keys) {
            Ok(store) => {
                *slot = Slot { store: Some(store), generation: generation + 1 };
                if file == File::Mirror {
                    self.mirror_is_new.store(true, Ordering::Release);
                }
                self.healed.notify_one();
                told
            }
            Err(error) => error.into(),
        }
    }
}

fn move_aside(folder: &Path, file: File, keys: &Keys) -> ClientError {
    match Store::set_aside(folder, file, keys) {
        Ok(aside) => {
            // an empty mirror fills itself again; only unsent work can be missing
            let incomplete = file != File::Mirror && !aside.incomplete.is_empty();
            tracing::warn!(file = file.name(), salvaged = aside.salvaged, incomplete, "a damaged file was set aside");
            ClientError::CacheCorrupt { file: file.name(), incomplete }
        }
        Err(error) => error.into(),
    }
}
