//! Practice mode (övningsläge): the clinic's server runs inside the app, on loopback, with a demo clinic.

use crate::error::ShellError;
use mottaget_client::ClientError;
use mottaget_server::{RunningServer, Server, ServerConfig, StartError};
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
    /// A full disk and a folder that takes nothing, as they are told of the app's own files; [`ShellError::PracticeServer`].
    pub async fn start(&self, port: Option<u16>) -> Result<SocketAddr, ShellError> {
        let mut running = self.running.lock().await;
        if let Some(server) = running.as_ref() {
            return Ok(server.address());
        }
        let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, port.unwrap_or(0)));
        let started = match Server::start(ServerConfig::new(&self.folder, wanted, true)).await {
            Err(error @ StartError::Listen { .. }) if port.is_some() => {
                tracing::info!(%error, "the practice server's old port is taken");
                let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
                Server::start(ServerConfig::new(&self.folder, any, true)).await
            }
            other => other,
        };
        let server = started.map_err(refused)?;
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

/// Why it did not start: what somebody can mend is named.
fn refused(error: StartError) -> ShellError {
    tracing::error!(%error, "the practice server");
    if error.is_full() {
        return ClientError::DiskFull.into();
    }
    match error {
        StartError::Folder { folder, .. } => ClientError::Folder(folder).into(),
        other => ShellError::PracticeServer(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    async fn started(folder: &Path, port: Option<u16>) -> Result<u16, String> {
        let practice = Practice::new(folder.to_owned());
        let address = practice.start(port).await.map_err(|error| error.code().to_owned())?;
        assert!(practice.is_running().await);
        let told = std::fs::read_to_string(folder.join(ADDRESS_FILE));
        practice.stop().await;
        assert!(!practice.is_running().await);
        assert!(told.map_or(true, |told| told == format!("http://{address}")));
        Ok(address.port())
    }

    #[tokio::test]
    async fn it_keeps_its_port_and_takes_another_when_that_one_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let port = started(folder.path(), None).await.unwrap();
        assert_eq!(started(folder.path(), Some(port)).await, Ok(port));
        let somebody = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let taken = somebody.local_addr().unwrap().port();
        assert_ne!(started(folder.path(), Some(taken)).await.unwrap(), taken);
    }

    #[tokio::test]
    async fn a_folder_that_takes_nothing_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert_eq!(started(&file.join("practice-server"), None).await, Err("folder-unusable".into()));
    }

    /// No file may grow beyond some blocks of 512 bytes: what a quota or a full disk does, without being root. First there is
    /// room for nothing, then not for what lies beside the database, then not for the practice clinic.
    #[cfg(unix)]
    #[tokio::test]
    async fn a_full_disk_is_named_and_with_room_again_it_starts() {
        if let Some(folder) = std::env::var_os("MOTTAGET_FULL_DISK") {
            return println!("practice: {:?}", started(Path::new(&folder), None).await);
        }
        let name = "practice::tests::a_full_disk_is_named_and_with_room_again_it_starts";
        for blocks in ["0", "16", "400"] {
            let folder = tempfile::tempdir().unwrap();
            let child = tokio::process::Command::new("sh")
                .args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")])
                .arg(std::env::current_exe().unwrap())
                .args(["--exact", name, "--nocapture"])
                .env("MOTTAGET_FULL_DISK", folder.path())
                .output()
                .await
                .unwrap();
            let said = String::from_utf8_lossy(&child.stdout);
            assert!(
                said.contains("practice: Err(\"disk-full\")"),
                "{said}\n{}",
                String::from_utf8_lossy(&child.stderr)
            );
            started(folder.path(), None).await.unwrap();
        }
    }
}
