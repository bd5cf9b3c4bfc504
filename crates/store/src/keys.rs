//! The three keys: random, wiped from memory when dropped, never shown.

use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Bytes of one key (AES-256).
const LENGTH: usize = 32;

/// One raw key per file. Losing the mirror's key makes the mirror unreadable and touches nothing unsent (design.md 7).
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Keys {
    /// Of `mirror.db`.
    pub mirror: [u8; LENGTH],
    /// Of `unsent.db`.
    pub unsent: [u8; LENGTH],
    /// Of `blobs.db`.
    pub blobs: [u8; LENGTH],
}

/// Why there are no keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    NoRandomness,
    /// The text from the keychain is not one that [`Keys::to_secret`] made.
    #[error("the text is not a key of this program")]
    NotASecret,
}

impl Keys {
    /// New random keys from the operating system.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn generate() -> Result<Self, KeyError> {
        let mut keys = Self { mirror: [0; LENGTH], unsent: [0; LENGTH], blobs: [0; LENGTH] };
        for key in [&mut keys.mirror, &mut keys.unsent, &mut keys.blobs] {
            getrandom::fill(key).map_err(|_| KeyError::NoRandomness)?;
        }
        Ok(keys)
    }

    /// The same unsent and blob keys with a new one for the mirror: what is in `mirror.db` can't be read any more
    /// (sign-out, lost entitlement). [`Store::set_aside`](crate::Store::set_aside) or delete the file before opening.
    ///
    /// # Errors
    /// [`KeyError::NoRandomness`].
    pub fn with_new_mirror(&self) -> Result<Self, KeyError> {
        let fresh = Self::generate()?;
        Ok(Self { mirror: fresh.mirror, unsent: self.unsent, blobs: self.blobs })
    }

    /// One line of 192 hexadecimal digits for the keychain.
    #[must_use]
    pub fn to_secret(&self) -> Zeroizing<String> {
        let mut text = String::with_capacity(LENGTH * 6);
        for key in [&self.mirror, &self.unsent, &self.blobs] {
            let part = Zeroizing::new(hex::encode(key));
            text.push_str(&part);
        }
        Zeroizing::new(text)
    }

    /// Reads [`Self::to_secret`] back; blanks around it do not matter.
    ///
    /// # Errors
    /// [`KeyError::NotASecret`].
    pub fn from_secret(secret: &str) -> Result<Self, KeyError> {
        let mut all = Zeroizing::new([0_u8; LENGTH * 3]);
        hex::decode_to_slice(secret.trim(), all.as_mut_slice()).map_err(|_| KeyError::NotASecret)?;
        let mut keys = Self { mirror: [0; LENGTH], unsent: [0; LENGTH], blobs: [0; LENGTH] };
        let (mirror, rest) = all.split_at(LENGTH);
        let (unsent, blobs) = rest.split_at(LENGTH);
        keys.mirror.copy_from_slice(mirror);
        keys.unsent.copy_from_slice(unsent);
        keys.blobs.copy_from_slice(blobs);
        Ok(keys)
    }
}

/// A key stays out of logs.
impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}
