//! A receiver's profile on this machine, made as a person makes it: by signing in at the window.

use crate::server::receiver;
use crate::window::{Answer, Window, until};
use crate::{fill, program};
use mottaget_store::Keys;
use std::path::{Path, PathBuf};
use std::process::Command;

pub struct Profile {
    app: PathBuf,
    /// The app's own folder for settings; each profile remembers its session there.
    settings: PathBuf,
    data: PathBuf,
    arguments: Vec<String>,
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

impl Profile {
    /// Signs a receiver in through the window; at the server given, or else at the one of practice mode.
    pub async fn sign_in(app: &Path, folder: &Path, server: Option<&str>) -> Answer<Self> {
        let (settings, data) = (folder.join("settings"), folder.join("data"));
        let mode = match server {
            Some(address) => vec!["--server".to_owned(), address.to_owned()],
            None => vec!["--practice".to_owned()],
        };
        let arguments = [mode, vec!["--data-dir".to_owned(), text(&data)]].concat();
        let profile = Self { app: app.to_owned(), settings, data, arguments };

        let words: Vec<&str> = profile.arguments.iter().map(String::as_str).collect();
        let window = Window::open(app, &words, &[("XDG_DATA_HOME", &text(&profile.settings))]).await?;
        window.see("[data-test=person]").await?;
        let address = match server {
            Some(address) => address.to_owned(),
            None => std::fs::read_to_string(profile.data.join("practice-server/address")).map_err(|e| e.to_string())?,
        };
        let (me, _) = receiver(&address).await?;
        window.click(&format!("[data-test=person][data-hsa-id='{}']", me.staff.hsa_id)).await?;
        window.see("[data-test=start] [data-test=card]").await?;
        window.read("[data-test=connection]", "Ansluten").await?;
        profile.end().await?;
        // The driver finds its browser gone.
        let _ = window.close().await;
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
        let username = format!("{}/keys", folder.file_name().to_string_lossy());
        let answer = Command::new("secret-tool")
            .args(["lookup", "service", "se.mottaget.desktop", "username", &username])
            .output()
            .map_err(|error| format!("secret-tool: {error}"))?;
        let keys = Keys::from_secret(&String::from_utf8_lossy(&answer.stdout)).map_err(|error| error.to_string())?;
        fill::fill(&folder.path(), &keys, cases)
    }

    /// The app as this profile starts it, with the list of the inbox as the first thing on the screen.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.app);
        command.args(&self.arguments).args(["--open", "/cases/inbox", "--time-start"]);
        command.env("XDG_DATA_HOME", &self.settings);
        command
    }
}
