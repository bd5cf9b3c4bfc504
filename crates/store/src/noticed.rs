//! How far notices have been decided and shown, kept where the loss of the mirror does not reach: a mirror that fills
//! itself again tells nothing twice and leaves nothing out.

use crate::error::StoreError;
use crate::open::Store;
use jiff::Timestamp;
use mottaget_domain::HsaId;

/// Setting: up to when all reminders were told.
const REMINDED: &str = "reminded";

fn name(clinic: &HsaId) -> String {
    format!("noticed.{clinic}")
}

impl Store {
    /// Every event of the clinic's feed up to this number has been told or is no news; `None` before the first filling.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn noticed(&self, clinic: &HsaId) -> Result<Option<u64>, StoreError> {
        Ok(self.setting(&name(clinic))?.and_then(|text| text.parse().ok()))
    }

    /// Remembers it; never goes backwards.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep_noticed(&self, clinic: &HsaId, through: u64) -> Result<(), StoreError> {
        if self.noticed(clinic)?.is_some_and(|kept| kept >= through) {
            return Ok(());
        }
        self.set_setting(&name(clinic), &through.to_string())
    }

    /// Up to when all reminders were told; `None` before the first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn reminded(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.setting(REMINDED)?.and_then(|text| text.parse().ok()))
    }

    /// Remembers it; goes backwards only where the clock did.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep_reminded(&self, through: Timestamp) -> Result<(), StoreError> {
        if self.reminded()? == Some(through) {
            return Ok(());
        }
        self.set_setting(REMINDED, &through.to_string())
    }

    /// The person does not work there any more: should they come back, it is as at the very first time.
    pub(crate) fn forget_noticed(&self, clinic: &HsaId) -> Result<(), StoreError> {
        if self.noticed(clinic)?.is_none() {
            return Ok(());
        }
        self.set_setting(&name(clinic), "")
    }
}
