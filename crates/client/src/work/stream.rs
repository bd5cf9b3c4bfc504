//! The wake-ups: listens to the server's event stream. A lost event is only late, never wrong: the poll finds it.

use crate::error::ClientError;
use crate::live::Live;
use crate::plan::Wanted;
use crate::retry;
use crate::sse::Parser;
use mottaget_protocol::StreamEvent;
use std::sync::Arc;

/// Until the session stops: listens, and comes back when the line breaks.
pub(crate) async fn run(live: Arc<Live>) {
    let mut failures = 0_u32;
    loop {
        match listen(&live, &mut failures).await {
            Err(ClientError::SessionExpired) => return live.session_over(),
            ended => {
                failures = failures.saturating_add(1);
                let code = ended.as_ref().err().map(ClientError::code).unwrap_or_default();
                tracing::debug!(code, failures, "the event stream ended");
            }
        }
        // the sync task finds out whether there is contact at all
        live.want(Wanted { all: true, ..Wanted::default() });
        tokio::select! {
            () = live.wake_stream.notified() => {}
            () = tokio::time::sleep(retry::wait(live.core.config.retry, failures, retry::dice())) => {}
        }
    }
}

async fn listen(live: &Arc<Live>, failures: &mut u32) -> Result<(), ClientError> {
    let mut stream = live.core.wire.stream(&live.token).await?;
    // what moved while nobody listened
    live.want(Wanted { all: true, ..Wanted::default() });
    let mut parser = Parser::default();
    while let Some(bytes) = live.core.wire.piece(&mut stream).await? {
        *failures = 0;
        for event in parser.push(&bytes).map_err(|_| ClientError::ServerNonsense)? {
            if let Some(wanted) = meaning(&event.data) {
                live.want(wanted);
            }
        }
    }
    Ok(())
}

/// What an event asks for; one that is not known (a newer server's) asks for nothing.
fn meaning(data: &str) -> Option<Wanted> {
    match serde_json::from_str(data) {
        Ok(StreamEvent::Moved { clinic, seq }) => Some(Wanted { reached: [(clinic, seq)].into(), ..Wanted::default() }),
        Ok(StreamEvent::Page(pushed)) => Some(Wanted { pushed: vec![*pushed], ..Wanted::default() }),
        Ok(StreamEvent::Me) => Some(Wanted { me: true, all: true, ..Wanted::default() }),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mottaget_domain::HsaId;

    #[test]
    fn events_ask_for_what_they_name() {
        let clinic = HsaId::parse("SE2321000016-C001").unwrap();
        let moved = r#"{"kind":"moved","clinic":"SE2321000016-C001","seq":7}"#;
        assert_eq!(meaning(moved), Some(Wanted { reached: [(clinic, 7)].into(), ..Wanted::default() }));
        assert_eq!(meaning(r#"{"kind":"me"}"#), Some(Wanted { me: true, all: true, ..Wanted::default() }));
        assert_eq!(meaning(r#"{"kind":"presence"}"#), None);
        assert_eq!(meaning("nonsense"), None);
    }
}
