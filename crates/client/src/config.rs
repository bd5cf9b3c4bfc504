//! What the client must be told before it starts: where things are, how long it may wait, and what time it is.

use crate::clock::Clock;
use crate::error::ClientError;
use mottaget_preview::PreviewConfig;
use reqwest::Url;
use std::path::PathBuf;
use std::time::Duration;

/// Settings of one running client.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// The server's address, e.g. `https://arenden.region.example`; plain `http` only to this machine.
    pub server: String,
    /// What the server is called when a profile is named. The address by default; practice mode gives a fixed word, so
    /// that its profile outlives a change of port.
    pub server_identity: String,
    /// The folder for all that this client keeps; one sub-folder per member of staff and server.
    pub data_dir: PathBuf,
    /// Where the preview's parts are.
    pub preview: PreviewConfig,
    /// What time it is.
    pub clock: Clock,
    /// How long it may wait for the network.
    pub timeouts: Timeouts,
    /// How it tries again.
    pub retry: RetryPolicy,
    /// The slow poll behind the event stream: at least this often the feed is asked, event or not.
    pub poll_every: Duration,
    /// Cases per page of the feed; the server may give fewer.
    pub page_size: u32,
    /// What somebody is writing is copied to the server at most this often (ADR 21).
    pub copy_every: Duration,
    /// At most this many bytes of attachments are fetched beforehand, in all.
    pub prefetch_bytes: u64,
    /// A session that goes on from an earlier start leaves the network and the tray's numbers alone until the window has
    /// drawn its first picture ([`crate::Client::picture_stands`]), but no longer than this: what is drawn comes from this
    /// machine, and on a small one the two would stand in each other's way. `None`: begins at once.
    pub first_picture: Option<Duration>,
    /// What is done to several cases at once stays here for so long before it is handed over, and can be taken back.
    pub bulk_undo: Duration,
}

impl ClientConfig {
    /// The usual settings for a server and a folder.
    #[must_use]
    pub fn new(server: impl Into<String>, data_dir: impl Into<PathBuf>, preview: PreviewConfig) -> Self {
        let server = server.into();
        Self {
            server_identity: server.clone(),
            server,
            data_dir: data_dir.into(),
            preview,
            clock: Clock::system(),
            timeouts: Timeouts::default(),
            retry: RetryPolicy::default(),
            poll_every: Duration::from_secs(60),
            page_size: 500,
            copy_every: Duration::from_secs(5),
            prefetch_bytes: 256 * 1024 * 1024,
            first_picture: None,
            bulk_undo: Duration::from_secs(10),
        }
    }

    /// The server's address as an URL that ends in `/`.
    ///
    /// # Errors
    /// [`ClientError::ServerAddress`] if it is none, or would carry patients' data in the clear over a network.
    pub fn server_url(&self) -> Result<Url, ClientError> {
        let text = self.server.trim();
        let text = if text.ends_with('/') { text.to_owned() } else { format!("{text}/") };
        let url = Url::parse(&text).map_err(|_| ClientError::ServerAddress)?;
        let safe = match url.scheme() {
            "https" => true,
            "http" => is_loopback(&url),
            _ => false,
        };
        if safe && url.host_str().is_some() { Ok(url) } else { Err(ClientError::ServerAddress) }
    }
}

fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// How long the client waits for the network before it says so.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For a whole request with its answer.
    pub request: Duration,
    /// While a file is carried: after this much time in which no piece of it moves and no answer comes, the line counts as
    /// broken. The whole may take as long as the line needs.
    pub transfer_silence: Duration,
    /// The event stream sends keep-alives; after this much silence it counts as broken.
    pub stream_silence: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            request: Duration::from_secs(30),
            transfer_silence: Duration::from_secs(120),
            stream_silence: Duration::from_secs(60),
        }
    }
}

/// Waiting longer after each failure, with chance in it, so that a region's clients don't come back all at once.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// After the first failure.
    pub first: Duration,
    /// Never longer than this.
    pub longest: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { first: Duration::from_secs(1), longest: Duration::from_secs(60) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mottaget_preview::Limits;

    fn with(server: &str) -> ClientConfig {
        let preview = PreviewConfig { worker: "w".into(), pdfium: "p".into(), limits: Limits::default() };
        ClientConfig::new(server, "data", preview)
    }

    #[test]
    fn plain_http_is_only_for_this_machine() {
        for good in ["http://127.0.0.1:8080", "http://[::1]:9", "http://localhost:1/", "https://arenden.example"] {
            assert!(with(good).server_url().is_ok(), "{good}");
        }
        for bad in ["http://arenden.example", "http://127.0.0.1.example", "ftp://localhost", "", "arenden.example"] {
            assert_eq!(with(bad).server_url().unwrap_err().code(), "server-address", "{bad}");
        }
    }
}
