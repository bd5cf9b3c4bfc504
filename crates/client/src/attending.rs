//! Attending: which case is before the person, for the colleagues to know; and which colleagues are at a case (ADR 16).
//! Only ever a hint: what decides about two replies is the thread's version.

use crate::client::{Answer, Client};
use crate::error::ClientError;
use crate::event::ClientEvent;
use crate::live::Live;
use crate::looking::Sight;
use jiff::Timestamp;
use mottaget_domain::{CaseId, HsaId};
use mottaget_protocol::{Attendance, Company, Doing, Me};
use mottaget_store::Store;

/// Setting: the case whose composer is open; empty if none is.
const WRITING: &str = "writing";

/// Attending.
impl Client {
    /// Says which case the screen has open now and what is done with it, or that none is. Colleagues hear of it as soon as
    /// there is contact; without contact nobody does. An open composer is noted on disk too ([`Client::left_writing`]).
    ///
    /// # Errors
    /// [`ClientError::SignedOut`]; errors of the local files, and then the colleagues are told all the same.
    pub async fn attend(&self, at: Option<(CaseId, Doing)>) -> Answer<()> {
        let live = self.live()?;
        live.memory().attending = at.map(|(case, doing)| Attendance { case, doing });
        live.wake_presence.notify_one();
        live.note_writing(at.and_then(|(case, doing)| (doing == Doing::Answering).then_some(case))).await
    }

    /// The case whose composer is open, or was open when the program ended or lost its session, if there is a draft to go
    /// on with. Signing out leaves nothing to go on with.
    ///
    /// # Errors
    /// [`ClientError::SignedOut`].
    pub fn left_writing(&self) -> Answer<Option<CaseId>> {
        let live = self.live()?;
        let writing = live.memory().writing;
        Ok(writing)
    }

    /// The colleagues who have cases before them, case by case, as far as this person may know. Nobody without contact.
    ///
    /// # Errors
    /// [`ClientError::SignedOut`].
    pub fn company(&self) -> Answer<Vec<Company>> {
        let live = self.live()?;
        let company = live.memory().company.values().cloned().collect();
        Ok(company)
    }
}

impl Live {
    /// Notes whose composer is open, for the next start to go on with.
    pub async fn note_writing(&self, case: Option<CaseId>) -> Answer<()> {
        // a session that the server has ended clears the screen; what was written in it is gone on with at the next sign-in
        if self.stop.is_cancelled() {
            return Ok(());
        }
        if self.memory().writing == case {
            return Ok(());
        }
        self.files
            .with(move |store| Ok(store.set_setting(WRITING, &case.map_or_else(String::new, |case| case.to_string()))?))
            .await?;
        // only what is on the disk: what could not be written is tried again at the next word
        self.memory().writing = case;
        Ok(())
    }

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

/// The case whose composer was open last time, if its draft is still there and the case can still be read.
pub(crate) fn left_writing(store: &Store, me: &Me, now: Timestamp) -> Result<Option<CaseId>, ClientError> {
    let Some(case) = store.setting(WRITING)?.and_then(|text| text.parse().ok()) else { return Ok(None) };
    let stands = store.draft(case)?.is_some() && store.case(me, case, now)?.is_some();
    Ok(stands.then_some(case))
}
