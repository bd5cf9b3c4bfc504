//! Jotting: internal words that are being written (a note, why a case is closed or given to somebody else), kept on disk at
//! every change.

use crate::client::{Answer, Client};
use crate::error::ClientError;
use crate::reading::found;
use jiff::Timestamp;
use mottaget_domain::{CaseId, HsaId, Refusal};
use mottaget_store::{Jotting, JottingKind, Store};

/// Jotting.
impl Client {
    /// Keeps internal words that are being written, and says when; blank ones discard what is there.
    ///
    /// As with a draft, nothing is refused because the case went to somebody else meanwhile: where there is a jotting of that
    /// kind, or the case was on the screen in this session, the words are kept, and are there when the case comes back.
    ///
    /// # Errors
    /// As [`Client::open_case`].
    pub async fn keep_jotting(&self, case: CaseId, kind: JottingKind, text: String) -> Answer<Timestamp> {
        let live = self.live()?;
        let (me, now) = (live.me(), live.core.now());
        let shown = live.memory().shown.get(&case).map(|shown| shown.clinic.clone());
        let kept = live
            .files
            .with(move |store| {
                let here = match found(store, &me, case, now) {
                    Ok(read) => Some(read.document.case.clinic),
                    Err(ClientError::Refused(Refusal::NotFound)) => None,
                    Err(error) => return Err(error),
                };
                let clinic = match here.or(shown) {
                    Some(clinic) => clinic,
                    None => clinic_of(store, case, kind)?,
                };
                Ok(store.keep_jotting(Jotting { case, clinic, kind, text, updated_at: now })?)
            })
            .await?;
        if kept.moved {
            live.tell_draft(case);
        }
        Ok(kept.at)
    }

    /// Jottings whose case has left the person's sight, last changed first: their own words, and nothing of the case.
    ///
    /// # Errors
    /// As [`Client::start_view`].
    pub async fn stray_jottings(&self) -> Answer<Vec<Jotting>> {
        let live = self.live()?;
        let me = live.me();
        live.files.with(move |store| Ok(store.stray_jottings(&me)?)).await
    }
}

/// Where the words that are there were written; a case that was never here for this person is not found.
fn clinic_of(store: &Store, case: CaseId, kind: JottingKind) -> Answer<HsaId> {
    let there = store.jottings_of(case)?.into_iter().find(|there| there.kind == kind);
    there.map(|there| there.clinic).ok_or(ClientError::Refused(Refusal::NotFound))
}
