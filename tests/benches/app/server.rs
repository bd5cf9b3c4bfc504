//! The practice server as a program of its own.

use crate::window::{Answer, until};
use mottaget_domain::{HsaId, Role};
use mottaget_protocol::Me;
use mottaget_protocol::session::{PracticePeople, PracticeSignIn, SignedIn};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

pub struct PracticeServer {
    child: Child,
    address: String,
}

impl PracticeServer {
    /// Starts it on a free port of this machine and waits until it answers.
    pub async fn start(program: &Path, data: &Path) -> Answer<Self> {
        let mut child = Command::new(program)
            .args(["serve", "--practice", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let mut line = String::new();
        let output = child.stdout.take().ok_or("no standard output")?;
        BufReader::new(output).read_line(&mut line).map_err(|error| error.to_string())?;
        let server = Self { child, address: line.trim().to_owned() };
        until("the practice server's answer", || async { Ok(receiver(&server.address).await.ok()) }).await?;
        Ok(server)
    }

    pub fn address(&self) -> &str {
        &self.address
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
    let response = reqwest::get(format!("{address}/practice/people")).await.map_err(|error| error.to_string())?;
    let people: PracticePeople =
        serde_json::from_str(&response.text().await.map_err(|error| error.to_string())?).map_err(|e| e.to_string())?;
    let found = people.people.into_iter().find_map(|me| match me.assignments.as_slice() {
        [one] if one.roles.iter().copied().eq([Role::Receiver]) => Some((me.clone(), one.clinic.clone())),
        _ => None,
    });
    found.ok_or_else(|| "the demo clinic has no receiver".to_owned())
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
