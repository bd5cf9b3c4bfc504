//! The yardstick of the way from server to notification: listens to the event stream, calls the daemon, nothing else.
//!
//! `bare_notifier ADDRESS TOKEN`; it writes the line `listening` when the stream has begun.

use std::collections::HashMap;
use std::error::Error;

use notify_rust::{Notification, Timeout};
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// What it understands of an event.
#[derive(Deserialize)]
struct Moved {
    clinic: String,
    seq: u64,
}

/// The same, with the page or without; what is on the page is passed over.
#[derive(Deserialize)]
#[serde(untagged)]
enum Event {
    Page { page: Moved },
    Moved(Moved),
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(token)) = (arguments.next(), arguments.next()) else {
        return Err("usage: bare_notifier ADDRESS TOKEN".into());
    };
    let host = address.strip_prefix("http://").ok_or("plain http to this machine is all that it knows")?;
    let mut line = TcpStream::connect(host).await?;
    let request = format!(
        "GET /api/v1/events HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nAccept: text/event-stream\r\n\r\n"
    );
    line.write_all(request.as_bytes()).await?;
    let mut lines = BufReader::new(line).lines();
    let mut reached: HashMap<String, u64> = HashMap::new();
    while let Some(text) = lines.next_line().await? {
        let event = text.strip_prefix("data:").and_then(|data| serde_json::from_str::<Event>(data.trim()).ok());
        let Some(Event::Moved(Moved { clinic, seq }) | Event::Page { page: Moved { clinic, seq } }) = event else {
            continue;
        };
        match reached.insert(clinic, seq) {
            // The stream begins with what each clinic has reached.
            None => println!("listening"),
            Some(before) if before < seq => {
                let mut notification = Notification::new();
                notification.appname("Bare").summary("Nytt ärende").timeout(Timeout::Never).action("default", "Öppna");
                notification.show_async().await?;
            }
            Some(_) => {}
        }
    }
    Ok(())
}
