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
        live.forget_company();
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
    // what moved while nobody listened; and what was decided meanwhile of the person and of whom they work with
    live.want(Wanted { all: true, me: true, ..Wanted::default() });
    let mut parser = Parser::default();
    while let Some(bytes) = live.core.wire.piece(&mut stream).await? {
        *failures = 0;
        for event in parser.push(&bytes).map_err(|_| ClientError::ServerNonsense)? {
            match serde_json::from_str(&event.data) {
                Ok(StreamEvent::Presence { clinic, cases, whole }) => live.take_company(&clinic, cases, whole),
                Ok(event) => live.want(meaning(event)),
                // one that is not known (a newer server's) asks for nothing
                Err(_) => {}
            }
        }
    }
    Ok(())
}

/// What an event asks for.
fn meaning(event: StreamEvent) -> Wanted {
    match event {
        StreamEvent::Moved { clinic, seq } => Wanted { reached: [(clinic, seq)].into(), ..Wanted::default() },
        StreamEvent::Page(pushed) => Wanted { pushed: vec![*pushed], ..Wanted::default() },
        StreamEvent::Me => Wanted { me: true, all: true, ..Wanted::default() },
        StreamEvent::Presence { .. } => Wanted::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mottaget_domain::HsaId;

    #[test]
    fn events_ask_for_what_they_name() {
        let clinic = HsaId::parse("SE2321000016-C001").unwrap();
        let asks = |text: &str| serde_json::from_str(text).ok().map(meaning);
        let moved = r#"{"kind":"moved","clinic":"SE2321000016-C001","seq":7}"#;
        assert_eq!(asks(moved), Some(Wanted { reached: [(clinic, 7)].into(), ..Wanted::default() }));
        assert_eq!(asks(r#"{"kind":"me"}"#), Some(Wanted { me: true, all: true, ..Wanted::default() }));
        assert_eq!(asks(r#"{"kind":"weather"}"#), None);
        assert_eq!(asks("nonsense"), None);
    }
}
