//! Practice mode (övningsläge): the clinic's server runs inside the app, on loopback, with a demo clinic.

use crate::error::ShellError;
use mottaget_server::{RunningServer, Server, ServerConfig};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use tokio::sync::Mutex;

/// Holds the running server's address.
const ADDRESS_FILE: &str = "address";

/// The practice server: on or off, always at the same address.
pub struct Practice {
    folder: PathBuf,
    running: Mutex<Option<RunningServer>>,
}

impl Practice {
    /// Not running yet; its files go into `folder`, apart from the app's own.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, running: Mutex::new(None) }
    }

    /// Starts it, on the port it had before if that is free. Answers with its address.
    ///
    /// # Errors
    /// [`ShellError::PracticeServer`].
    pub async fn start(&self, port: Option<u16>) -> Result<SocketAddr, ShellError> {
        let mut running = self.running.lock().await;
        if let Some(server) = running.as_ref() {
            return Ok(server.address());
        }
        let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, port.unwrap_or(0)));
        let started = match Server::start(ServerConfig::new(&self.folder, wanted, true)).await {
            Err(error) if port.is_some() => {
                tracing::info!(%error, "the practice server's old port is taken");
                let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
                Server::start(ServerConfig::new(&self.folder, any, true)).await
            }
            other => other,
        };
        let server = started.map_err(|error| ShellError::PracticeServer(error.to_string()))?;
        let address = server.address();
        // For whoever wants to be the resident in an ordinary browser; nothing depends on it.
        if let Err(error) = std::fs::write(self.folder.join(ADDRESS_FILE), format!("http://{address}")) {
            tracing::warn!(%error, "the address file");
        }
        *running = Some(server);
        Ok(address)
    }

    /// Stops it: what it has accepted is on disk.
    pub async fn stop(&self) {
        if let Some(server) = self.running.lock().await.take() {
            server.shutdown().await;
        }
    }

    /// Does it run?
    pub async fn is_running(&self) -> bool {
        self.running.lock().await.is_some()
    }
}
