//! Without a keychain the app says what is missing and what to do; it neither falls back nor stays blank. A keychain that
//! comes later, or is started anew, is found by trying again.

use crate::window::{Answer, Window, until};
use crate::{Places, axe, report::Report};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A session bus on which nobody offers secrets.
struct Bus(Child, String);

impl Bus {
    fn start(scratch: &Path) -> Answer<Self> {
        let config = scratch.join("bus.conf");
        let text = format!(
            "<busconfig><type>session</type><listen>unix:dir={}</listen><policy context=\"default\">\
             <allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>",
            scratch.display()
        );
        std::fs::write(&config, text).map_err(|error| error.to_string())?;
        let mut daemon = Command::new("dbus-daemon")
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--print-address"])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("dbus-daemon: {error}"))?;
        let mut address = String::new();
        let out = daemon.stdout.take().ok_or("no output")?;
        BufReader::new(out).read_line(&mut address).map_err(|error| error.to_string())?;
        Ok(Self(daemon, address.trim().to_owned()))
    }

    /// What the keychain on it answers to a question about an object, if it is there.
    fn ask(&self, object: &str, method: &str, words: &[&str]) -> Option<String> {
        let out = Command::new("dbus-send")
            .env("DBUS_SESSION_BUS_ADDRESS", &self.1)
            .args(["--session", "--print-reply=literal", "--dest=org.freedesktop.secrets", object, method])
            .args(words)
            .output()
            .ok()?;
        out.status.success().then(|| String::from_utf8_lossy(&out.stdout).trim().to_owned())
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        // It may have ended with the last of its clients.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A keychain of that bus, with its files in a place of their own.
struct Keychain(Child);

impl Keychain {
    async fn start(bus: &Bus, home: &Path) -> Answer<Self> {
        let mut daemon = Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--unlock", "--components=secrets"])
            .env("DBUS_SESSION_BUS_ADDRESS", &bus.1)
            .env("XDG_RUNTIME_DIR", home)
            .env("XDG_DATA_HOME", home)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("gnome-keyring-daemon: {error}"))?;
        let mut input = daemon.stdin.take().ok_or("no input")?;
        input.write_all(b"holds nothing but test data").map_err(|error| error.to_string())?;
        drop(input);
        let keychain = Self(daemon);
        until("an open keychain", || async {
            let name = "org.freedesktop.Secret.Service.ReadAlias";
            let collection = bus.ask("/org/freedesktop/secrets", name, &["string:default"]);
            let Some(collection) = collection.filter(|path| path.starts_with("/org/freedesktop/secrets/")) else {
                return Ok(None);
            };
            let locked = ["string:org.freedesktop.Secret.Collection", "string:Locked"];
            let answer = bus.ask(&collection, "org.freedesktop.DBus.Properties.Get", &locked);
            Ok(answer.filter(|answer| answer.ends_with("boolean false")).map(drop))
        })
        .await?;
        Ok(keychain)
    }
}

impl Drop for Keychain {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The folder of a keychain, which has to be nobody else's.
fn private(folder: PathBuf) -> Answer<PathBuf> {
    std::fs::DirBuilder::new().mode(0o700).create(&folder).map_err(|error| error.to_string())?;
    Ok(folder)
}

pub async fn walk(places: &Places, report: &mut Report, scratch: &Path) -> Answer<()> {
    let bus = Bus::start(scratch)?;
    let data = scratch.join("no-keychain");
    let args = ["--practice", "--data-dir", &data.to_string_lossy()];
    let window = Window::open(&places.app, &args, &[("DBUS_SESSION_BUS_ADDRESS", &bus.1)]).await?;
    let said = window.read("[data-test=blocked]", "nyckelring").await;
    let picture = window.picture().await;
    let looked = axe::check(&window, "without-a-keychain").await;
    let kept = data.join("cache").is_dir();
    let found = late(&window, &bus, scratch).await;
    window.close().await?;
    report.picture("without-a-keychain", &picture?);
    said?;
    looked?;
    if kept {
        return Err("something was kept although there is no keychain".into());
    }
    report.saw("without a keychain the app says what to install, and keeps nothing");
    found?;
    report.saw("a keychain that comes late, and one that was started anew, is used without starting the app again");
    Ok(())
}

/// The keychain comes while the app runs, and is started anew before somebody signs in.
async fn late(window: &Window, bus: &Bus, scratch: &Path) -> Answer<()> {
    let home = private(scratch.join("late-keychain"))?;
    let first = Keychain::start(bus, &home).await?;
    window.click("[data-test=retry]").await?;
    window.see("[data-test=person]").await?;
    drop(first);
    let _second = Keychain::start(bus, &home).await?;
    window.click("[data-test=person]").await?;
    window.see("[data-test=start] [data-test=card]").await.map(drop)
}
