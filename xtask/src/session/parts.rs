//! The parts of a session: each is started, and then asked until it answers.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::scratch::Folder;
use super::sweep;
use crate::problem::{Outcome, Problem, While};

/// The one screen: its size and depth.
const SCREEN: &str = "1440x900x24";

/// How long a part may take to answer, on a busy machine too.
const LONGEST_START: Duration = Duration::from_secs(30);
const LONGEST_END: Duration = Duration::from_secs(3);
const ASK_EVERY: Duration = Duration::from_millis(20);

/// The password of a keychain that lives as long as the session and holds nothing but test data.
const KEYCHAIN_PASSWORD: &[u8] = b"throw-away";

/// What is running, in the order in which it was started.
pub struct Parts<'a> {
    folder: &'a Folder,
    logs: &'a Path,
    env: BTreeMap<String, String>,
    running: Vec<(&'static str, Child)>,
}

impl<'a> Parts<'a> {
    /// Nothing is running yet.
    pub fn new(folder: &'a Folder, logs: &'a Path) -> Self {
        Self { folder, logs, env: folder.env(), running: Vec::new() }
    }

    /// The environment of the session.
    pub fn env(&self) -> &BTreeMap<String, String> {
        &self.env
    }

    /// The process ids of the parts.
    pub fn pids(&self) -> Vec<u32> {
        self.running.iter().map(|(_, child)| child.id()).collect()
    }

    /// Starts every part.
    pub fn start(&mut self) -> Outcome {
        self.display()?;
        self.bus()?;
        self.window_manager()?;
        self.keychain()?;
        self.notifications()
    }

    /// Ends every part, the last one first.
    pub fn stop(mut self) {
        while let Some((_, mut child)) = self.running.pop() {
            sweep::signal("TERM", &sweep::process(child.id()).into_iter().collect());
            let end = Instant::now() + LONGEST_END;
            while matches!(child.try_wait(), Ok(None)) {
                if Instant::now() >= end {
                    let _ = child.kill();
                    let _ = child.wait();
                    break;
                }
                thread::sleep(ASK_EVERY);
            }
        }
    }

    fn display(&mut self) -> Outcome {
        let auth = self.folder.path("xauthority");
        let mut command = self.command("Xvfb");
        command
            .args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset", "-auth"])
            .arg(auth)
            .stdout(Stdio::piped());
        let number = self.spawn_and_hear("Xvfb", &mut command)?;
        self.env.insert("DISPLAY".to_owned(), format!(":{number}"));
        Ok(())
    }

    fn bus(&mut self) -> Outcome {
        let address = format!("unix:path={}", self.folder.path("run/bus").display());
        let mut command = self.command("dbus-daemon");
        command
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1", "--address", &address])
            .stdout(Stdio::piped());
        let address = self.spawn_and_hear("dbus-daemon", &mut command)?;
        self.env.insert("DBUS_SESSION_BUS_ADDRESS".to_owned(), address);
        Ok(())
    }

    fn window_manager(&mut self) -> Outcome {
        let mut command = self.command("openbox");
        command.arg("--sm-disable").arg("--config-file").arg(self.folder.path("openbox.xml"));
        self.spawn("openbox", &mut command)?;
        self.until_answers("openbox", |parts| {
            parts
                .ask("xprop", &["-root", "_NET_SUPPORTING_WM_CHECK"])
                .is_some_and(|answer| answer.contains("window id"))
        })
    }

    fn keychain(&mut self) -> Outcome {
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--foreground", "--unlock", "--components=secrets"]).stdin(Stdio::piped());
        self.spawn("gnome-keyring-daemon", &mut command)?;
        if let Some((_, child)) = self.running.last_mut() {
            let mut input = child.stdin.take().ok_or_else(|| Problem::new("The keychain takes no password."))?;
            input.write_all(KEYCHAIN_PASSWORD).could_not("give the keychain its password")?;
        }
        self.until_answers("gnome-keyring-daemon", Self::keychain_is_open)
    }

    /// There is a default collection, and it is not locked.
    fn keychain_is_open(&self) -> bool {
        if !self.has_name("org.freedesktop.secrets") {
            return false;
        }
        let service = "--dest=org.freedesktop.secrets";
        let alias = ["--session", "--print-reply=literal", service, "/org/freedesktop/secrets"];
        let read = [&alias[..], &["org.freedesktop.Secret.Service.ReadAlias", "string:default"]].concat();
        let Some(collection) = self.ask("dbus-send", &read) else {
            return false;
        };
        let locked = [
            "--session",
            "--print-reply=literal",
            service,
            collection.trim(),
            "org.freedesktop.DBus.Properties.Get",
            "string:org.freedesktop.Secret.Collection",
            "string:Locked",
        ];
        self.ask("dbus-send", &locked).is_some_and(|answer| answer.contains("boolean false"))
    }

    fn notifications(&mut self) -> Outcome {
        let mut command = self.command("dunst");
        command.arg("-config").arg(self.folder.path("dunstrc"));
        self.spawn("dunst", &mut command)?;
        self.until_answers("dunst", |parts| parts.has_name("org.freedesktop.Notifications"))
    }

    /// Whether somebody has this name on the bus; asking so starts nobody.
    fn has_name(&self, name: &str) -> bool {
        let name = format!("string:{name}");
        let question = [
            "--session",
            "--print-reply=literal",
            "--dest=org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus.NameHasOwner",
            &name,
        ];
        self.ask("dbus-send", &question).is_some_and(|answer| answer.contains("boolean true"))
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.envs(&self.env).stdin(Stdio::null());
        command
    }

    /// The standard output of a question that succeeded.
    fn ask(&self, program: &str, arguments: &[&str]) -> Option<String> {
        let output = self.command(program).args(arguments).stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn spawn(&mut self, name: &'static str, command: &mut Command) -> Outcome {
        let path = self.logs.join(format!("{name}.log"));
        let log = File::create(&path).could_not(format!("write {}", path.display()))?;
        // a part whose standard output is listened to has set that before
        if !matches!(name, "Xvfb" | "dbus-daemon") {
            command.stdout(log.try_clone().could_not("write a log")?);
        }
        let child = command.stderr(log).spawn().map_err(|error| {
            Problem::new(format!("The private session needs `{name}`, which could not be started: {error}."))
                .advise("run `cargo xtask setup`.")
        })?;
        self.running.push((name, child));
        Ok(())
    }

    /// Starts a part that says one line when it is ready, and gives that line.
    fn spawn_and_hear(&mut self, name: &'static str, command: &mut Command) -> Outcome<String> {
        self.spawn(name, command)?;
        let output = self.running.last_mut().and_then(|(_, child)| child.stdout.take());
        let mut line = String::new();
        if let Some(output) = output {
            BufReader::new(output).read_line(&mut line).could_not(format!("hear from {name}"))?;
        }
        if line.trim().is_empty() {
            return Err(self.silent(name, "ended before it was ready"));
        }
        Ok(line.trim().to_owned())
    }

    /// Asks until the answer is yes, the part has ended, or patience has.
    fn until_answers(&mut self, name: &'static str, ready: impl Fn(&Self) -> bool) -> Outcome {
        let end = Instant::now() + LONGEST_START;
        loop {
            if ready(self) {
                return Ok(());
            }
            let gone = self.running.last_mut().is_some_and(|(_, child)| !matches!(child.try_wait(), Ok(None)));
            if gone {
                return Err(self.silent(name, "ended before it was ready"));
            }
            if Instant::now() >= end {
                return Err(self.silent(name, "does not answer"));
            }
            thread::sleep(ASK_EVERY);
        }
    }

    fn silent(&self, name: &str, how: &str) -> Problem {
        let said = fs::read_to_string(self.logs.join(format!("{name}.log"))).unwrap_or_default();
        let last: Vec<&str> = said.lines().rev().take(3).collect();
        Problem::new(format!("{name} of the private session {how}. Its last words: {}", last.join(" / ")))
    }
}
