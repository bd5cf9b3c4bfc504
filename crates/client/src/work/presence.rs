//! Tells the server which case is before the person, at every change and every few seconds (ADR 16). What fails is said anew
//! by the next heartbeat.

use crate::error::ClientError;
use crate::live::Live;
use mottaget_domain::Refusal;
use mottaget_protocol::{Attendance, HEARTBEAT};
use std::sync::Arc;

/// Until the session stops.
pub(crate) async fn run(live: Arc<Live>) {
    let mut told: Option<Attendance> = None;
    loop {
        let at = live.attended();
        if live.in_contact() && (at.is_some() || told.is_some()) {
            match live.core.wire.attend(&live.token, at).await {
                Ok(company) => {
                    told = at;
                    if let Some(company) = company {
                        live.take_company(&company.clinic.clone(), vec![company], false);
                    }
                }
                // the case is not the person's any more: they are nowhere now
                Err(ClientError::Refused(Refusal::NotFound)) => told = None,
                Err(error) => tracing::debug!(code = error.code(), "which case is open could not be told"),
            }
        }
        let beats = at.is_some() || told.is_some();
        tokio::select! {
            () = live.wake_presence.notified() => {}
            () = tokio::time::sleep(HEARTBEAT), if beats => {}
        }
    }
}

/// The person leaves whatever case was before them.
pub(crate) async fn leave(live: &Arc<Live>) -> Result<(), ClientError> {
    if live.memory().attending.take().is_some() {
        live.core.wire.attend(&live.token, None).await?;
    }
    Ok(())
}
