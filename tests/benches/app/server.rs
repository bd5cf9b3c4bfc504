//! The practice server as a program of its own.

use crate::window::{Answer, until};
use jiff::Timestamp;
use mottaget_domain::{HsaId, Role};
use mottaget_protocol::Me;
use mottaget_protocol::session::{PracticePeople, PracticeSignIn, SignedIn};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

pub struct PracticeServer {
    child: Child,
    address: String,
    commits: Option<Receiver<Commit>>,
}

/// The server's own word that a clinic's feed grew.
pub struct Commit {
    /// Which clinic.
    pub clinic: String,
    /// When, in milliseconds since 1970.
    pub at: f64,
}

/// From a line of the server's log.
fn commit(line: &str) -> Option<Commit> {
    let (head, fields) = line.split_once("committed clinic=")?;
    let at: Timestamp = head.split_whitespace().next()?.parse().ok()?;
    let clinic = fields.split_whitespace().next()?.to_owned();
    #[allow(clippy::cast_precision_loss, reason = "microseconds since 1970 fit")]
    Some(Commit { clinic, at: at.as_microsecond() as f64 / 1000.0 })
}

impl PracticeServer {
    /// Starts it on a free port of this machine and waits until it answers.
    pub async fn start(program: &Path, data: &Path) -> Answer<Self> {
        let mut child = Command::new(program)
            .args(["serve", "--practice", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .env("RUST_LOG", "warn,mottaget_server::app=debug")
            .env("NO_COLOR", "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let mut line = String::new();
        let output = child.stdout.take().ok_or("no standard output")?;
        BufReader::new(output).read_line(&mut line).map_err(|error| error.to_string())?;
        let log = child.stderr.take().ok_or("no log")?;
        let (say, commits) = channel();
        thread::spawn(move || {
            for line in BufReader::new(log).lines().map_while(Result::ok) {
                match commit(&line) {
                    // Once nobody measures any more, the log is read all the same, or the server would get stuck.
                    Some(commit) => drop(say.send(commit)),
                    None => eprintln!("{line}"),
                }
            }
        });
        let server = Self { child, address: line.trim().to_owned(), commits: Some(commits) };
        until("the practice server's answer", || async { Ok(receiver(&server.address).await.ok()) }).await?;
        Ok(server)
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// What it commits from now on; given once.
    pub fn commits(&mut self) -> Answer<Receiver<Commit>> {
        let commits = self.commits.take().ok_or("somebody listens to the server already")?;
        while commits.try_recv().is_ok() {}
        Ok(commits)
    }
}

impl Drop for PracticeServer {
    fn drop(&mut self) {
        // Its folder is thrown away.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A demo person who is a receiver and nothing else, and their clinic.
pub async fn receiver(address: &str) -> Answer<(Me, HsaId)> {
    receivers(address).await?.into_iter().next().ok_or_else(|| "the demo clinic has no receiver".to_owned())
}

/// The demo people who are receivers and nothing else, each with their clinic.
pub async fn receivers(address: &str) -> Answer<Vec<(Me, HsaId)>> {
    let response = reqwest::get(format!("{address}/practice/people")).await.map_err(|error| error.to_string())?;
    let people: PracticePeople =
        serde_json::from_str(&response.text().await.map_err(|error| error.to_string())?).map_err(|e| e.to_string())?;
    let found = people.people.into_iter().filter_map(|me| match me.assignments.as_slice() {
        [one] if one.roles.iter().copied().eq([Role::Receiver]) => Some((me.clone(), one.clinic.clone())),
        _ => None,
    });
    Ok(found.collect())
}

/// One more session of the same person.
pub async fn token(address: &str, who: &Me) -> Answer<String> {
    let wish = PracticeSignIn { hsa_id: who.staff.hsa_id.clone() };
    let request = reqwest::Client::new().post(format!("{address}/practice/sign-in")).json(&wish);
    let response = request.send().await.map_err(|error| error.to_string())?;
    let signed: SignedIn =
        serde_json::from_str(&response.text().await.map_err(|error| error.to_string())?).map_err(|e| e.to_string())?;
    Ok(signed.token)
}
