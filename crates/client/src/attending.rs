//! Attending: which case is before the person, for the colleagues to know; and which colleagues are at a case (ADR 16).
//! Only ever a hint: what decides about two replies is the thread's version.

use crate::client::{Answer, Client};
use crate::event::ClientEvent;
use crate::live::Live;
use crate::looking::Sight;
use mottaget_domain::{CaseId, HsaId};
use mottaget_protocol::{Attendance, Company, Doing};

/// Attending.
impl Client {
    /// Says which case the screen has open now and what is done with it, or that none is. Colleagues hear of it as soon as
    /// there is contact; without contact nobody does.
    ///
    /// # Errors
    /// [`crate::ClientError::SignedOut`].
    pub fn attend(&self, at: Option<(CaseId, Doing)>) -> Answer<()> {
        let live = self.live()?;
        live.memory().attending = at.map(|(case, doing)| Attendance { case, doing });
        live.wake_presence.notify_one();
        Ok(())
    }

    /// The colleagues who have cases before them, case by case, as far as this person may know. Nobody without contact.
    ///
    /// # Errors
    /// [`crate::ClientError::SignedOut`].
    pub fn company(&self) -> Answer<Vec<Company>> {
        let live = self.live()?;
        let company = live.memory().company.values().cloned().collect();
        Ok(company)
    }
}

impl Live {
    /// What colleagues are told: a window that nobody sees reads nothing, but a text begun in it is still being written.
    pub fn attended(&self) -> Option<Attendance> {
        let hidden = self.core.sight() == Sight::Hidden;
        self.memory().attending.filter(|at| !(hidden && at.doing == Doing::Reading))
    }

    /// Takes what the server tells of colleagues; `whole` of the clinic, or these cases only.
    pub fn take_company(&self, clinic: &HsaId, cases: Vec<Company>, whole: bool) {
        let changed = {
            let company = &mut self.memory().company;
            let before = company.clone();
            company.retain(|_, there| !(whole && there.clinic == *clinic));
            for there in cases {
                if there.people.is_empty() {
                    company.remove(&there.case);
                } else {
                    company.insert(there.case, there);
                }
            }
            *company != before
        };
        if changed {
            self.core.tell(ClientEvent::Company);
        }
    }

    /// Nothing is known of the colleagues any more.
    pub fn forget_company(&self) {
        let known = !std::mem::take(&mut self.memory().company).is_empty();
        if known {
            self.core.tell(ClientEvent::Company);
        }
    }
}
