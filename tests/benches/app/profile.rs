//! A receiver's profile on this machine: signed in, with a cache full of cases.

use crate::server::receiver;
use crate::window::{Answer, Window, until};
use crate::{fill, program};
use mottaget_client::{Client, ClientConfig, ConnectionState, PreviewConfig, folder_mark};
use mottaget_store::Keys;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The name under which the app's entries stand in the keychain.
const SERVICE: &str = "se.mottaget.desktop";

pub struct Profile {
    app: PathBuf,
    /// Everything that the app keeps, settings among it; the names of its secrets begin with the folder's mark.
    data: PathBuf,
    arguments: Vec<String>,
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn keep(username: &str, secret: &str) -> Answer<()> {
    let mut tool = Command::new("secret-tool")
        .args(["store", "--label=Mottaget", "service", SERVICE, "username", username])
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|error| format!("secret-tool: {error}"))?;
    let mut input = tool.stdin.take().ok_or("secret-tool takes no secret")?;
    input.write_all(secret.as_bytes()).map_err(|error| error.to_string())?;
    drop(input);
    let status = tool.wait().map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err("secret-tool could not keep a secret".into()) }
}

impl Profile {
    fn new(app: &Path, folder: &Path, mode: &[&str]) -> Self {
        let data = folder.join("data");
        let mut arguments: Vec<String> = mode.iter().map(|word| (*word).to_owned()).collect();
        arguments.extend(["--data-dir".to_owned(), text(&data)]);
        Self { app: app.to_owned(), data, arguments }
    }

    /// A receiver in practice mode, signed in through the window.
    pub async fn in_practice(app: &Path, folder: &Path) -> Answer<Self> {
        let profile = Self::new(app, folder, &["--practice"]);
        let words: Vec<&str> = profile.arguments.iter().map(String::as_str).collect();
        let window = Window::open(app, &words, &[]).await?;
        window.see("[data-test=person]").await?;
        let address = profile.data.join("practice-server/address");
        let address = std::fs::read_to_string(address).map_err(|error| error.to_string())?;
        let (me, _) = receiver(&address).await?;
        window.click(&format!("[data-test=person][data-hsa-id='{}']", me.staff.hsa_id)).await?;
        window.see("[data-test=start] [data-test=card]").await?;
        window.read("[data-test=connection]", "Ansluten").await?;
        profile.end().await?;
        // The driver finds its browser gone.
        let _ = window.close().await;
        Ok(profile)
    }

    /// A receiver at a server elsewhere, who has signed in before. The window has no sign-in for such a server that a
    /// program could use, so the core does it, and what the app would remember is put where the app looks for it.
    pub async fn at_server(app: &Path, folder: &Path, address: &str) -> Answer<Self> {
        let profile = Self::new(app, folder, &["--server", address]);
        std::fs::create_dir_all(&profile.data).map_err(|error| error.to_string())?;
        let preview = PreviewConfig::find().map_err(|error| error.to_string())?;
        let config = ClientConfig::new(address, profile.data.join("cache"), preview);
        let client = Client::start(config).map_err(|error| error.to_string())?;
        let (me, _) = receiver(address).await?;
        let authenticated = client.authenticate_practice(&me.staff.hsa_id).await.map_err(|error| error.to_string())?;
        let keys = Keys::generate().map_err(|error| error.to_string())?;
        let name = authenticated.profile.to_string();
        let mark = folder_mark(&profile.data);
        keep(&format!("{mark}/{name}/keys"), &keys.to_secret())?;
        keep(&format!("{mark}/{name}/token"), authenticated.token.expose())?;
        client.open(authenticated, keys).await.map_err(|error| error.to_string())?;
        until("the first sync", || async { Ok((client.connection() == ConnectionState::Connected).then_some(())) })
            .await?;
        client.shutdown().await;
        let remembered = serde_json::json!({ "lastProfile": name }).to_string();
        std::fs::write(profile.data.join("settings.json"), remembered).map_err(|error| error.to_string())?;
        Ok(profile)
    }

    /// Asks the app to end, and waits until it has let go of its files.
    async fn end(&self) -> Answer<()> {
        let data = text(&self.data);
        for pid in program::naming(&data) {
            program::ask_to_end(pid)?;
        }
        until("the end of the app", || async { Ok(program::naming(&data).is_empty().then_some(())) }).await
    }

    /// Fills the cache up to so many cases, with the keys from the keychain.
    pub fn fill(&self, cases: usize) -> Answer<()> {
        let cache = self.data.join("cache");
        let mut folders = std::fs::read_dir(&cache).map_err(|error| error.to_string())?.filter_map(Result::ok);
        let folder = folders.find(|entry| entry.path().is_dir()).ok_or("no profile on disk")?;
        let username = format!("{}/{}/keys", folder_mark(&self.data), folder.file_name().to_string_lossy());
        let answer = Command::new("secret-tool")
            .args(["lookup", "service", SERVICE, "username", &username])
            .output()
            .map_err(|error| format!("secret-tool: {error}"))?;
        let keys = Keys::from_secret(&String::from_utf8_lossy(&answer.stdout)).map_err(|error| error.to_string())?;
        fill::fill(&folder.path(), &keys, cases)
    }

    /// The app as this profile starts it, with the list of the inbox as the first thing on the screen.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.app);
        command.args(&self.arguments).args(["--open", "/cases/inbox", "--time-start"]);
        command
    }
}
