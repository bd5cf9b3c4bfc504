//! Without a keychain the app says what is missing and what to do; it neither falls back nor stays blank.

use crate::window::{Answer, Window};
use crate::{Places, axe, report::Report};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A session bus on which nobody offers secrets.
struct Bus(Child, String);

impl Bus {
    fn start(scratch: &std::path::Path) -> Answer<Self> {
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
}

impl Drop for Bus {
    fn drop(&mut self) {
        // It may have ended with the last of its clients.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub async fn walk(places: &Places, report: &mut Report, scratch: &std::path::Path) -> Answer<()> {
    let bus = Bus::start(scratch)?;
    let data = scratch.join("no-keychain");
    let args = ["--practice", "--data-dir", &data.to_string_lossy()];
    let window = Window::open(&places.app, &args, &[("DBUS_SESSION_BUS_ADDRESS", &bus.1)]).await?;
    let said = window.read("[data-test=blocked]", "nyckelring").await;
    let picture = window.picture().await;
    let looked = axe::check(&window, "without-a-keychain").await;
    window.close().await?;
    report.picture("without-a-keychain", &picture?);
    said?;
    looked?;
    if data.join("cache").is_dir() {
        return Err("something was kept although there is no keychain".into());
    }
    report.saw("without a keychain the app says what to install, and keeps nothing");
    Ok(())
}
