//! From the server's commit to the call of the notification daemon; beside a program that does nothing else.
//!
//! The app works for the receiver of one clinic, the bare client listens for the receiver of another one. Residents file
//! cases one by one, now here, now there, so that each has the machine to itself. The server says when it has committed,
//! and a monitor on the bus when each of the two called.

use crate::Places;
use crate::figure::{Yardstick, median, spread, write};
use crate::profile::Profile;
use crate::program::Program;
use crate::resident::Portal;
use crate::server::{Commit, PracticeServer, receivers, token};
use crate::window::Answer;
use mottaget_domain::{HsaId, ResidentStatus};
use mottaget_protocol::resident::PracticeResidents;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

const ROUNDS: usize = 40;
/// The first ones warm up and do not count.
const WARM_UP: usize = 5;
const LONGEST: Duration = Duration::from_secs(20);
const APART: Duration = Duration::from_millis(600);
const OURS: &str = "Mottaget";
const BARE: &str = "Bare";

/// A call of the notification daemon.
struct Call {
    program: String,
    /// Milliseconds since 1970.
    at: f64,
}

pub async fn measure(places: &Places, profile: &Profile, server: &mut PracticeServer) -> Answer<()> {
    println!("measuring: server commit to notification call");
    let address = server.address().to_owned();
    let both = receivers(&address).await?;
    let (_, here) = both.first().ok_or("no receiver")?;
    let (somebody_else, there) = both.iter().find(|(_, clinic)| clinic != here).ok_or("no second clinic")?;
    let commits = server.commits()?;
    let (say, calls) = channel();
    let _monitor = Monitor::start(say)?;
    let mut bare = Command::new(&places.bare_notifier);
    bare.args([&address, &token(&address, somebody_else).await?]);
    let bare = Program::start(bare)?;
    bare.said("listening")?;
    let app = Program::start(profile.command())?;
    app.said("painted")?;

    let portal = somebody(&address).await?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // Between rounds the app reads its list again and tells of its reads; none of that belongs to the next round.
    let mut beat = tokio::time::interval(APART);
    for round in 0..WARM_UP + ROUNDS {
        for (program, clinic, seen) in [(OURS, here, &mut ours), (BARE, there, &mut theirs)] {
            beat.tick().await;
            while calls.try_recv().is_ok() || commits.try_recv().is_ok() {}
            let text = format!("Mätning nummer {round}: jag behöver förnya ett recept.");
            portal.file(clinic, "Förnya recept", &text, &[]).await?;
            let took = tokio::task::block_in_place(|| one(program, clinic, &commits, &calls))?;
            if round >= WARM_UP {
                seen.push(took);
            }
            let closed = Command::new("dunstctl").arg("close-all").status();
            closed.map_err(|error| format!("dunstctl: {error}"))?;
        }
    }
    app.end().await?;
    drop(bare);
    println!("the app:         {} ms", spread(&ours));
    println!("the bare client: {} ms", spread(&theirs));
    let against = Yardstick { name: "a bare event-stream client", value: median(&theirs), limit: Some(2.0) };
    write(&places.out, "server commit to notification call", "ms", median(&ours), &[against])
}

/// Milliseconds between the clinic's commit and the program's call.
fn one(program: &str, clinic: &HsaId, commits: &Receiver<Commit>, calls: &Receiver<Call>) -> Answer<f64> {
    let committed = loop {
        let commit = commits.recv_timeout(LONGEST).map_err(|_| "the server committed nothing")?;
        if commit.clinic == clinic.as_str() {
            break commit.at;
        }
    };
    loop {
        let call = calls.recv_timeout(LONGEST).map_err(|_| format!("{program} called nobody"))?;
        if call.program == program {
            return Ok(call.at - committed);
        }
    }
}

/// A resident who may write.
pub async fn somebody(address: &str) -> Answer<Portal> {
    let response = reqwest::get(format!("{address}/practice/residents")).await.map_err(|error| error.to_string())?;
    let residents: PracticeResidents =
        serde_json::from_str(&response.text().await.map_err(|error| error.to_string())?).map_err(|e| e.to_string())?;
    let able = residents.residents.iter().find(|one| one.status == ResidentStatus::Active && one.guardians.is_empty());
    Portal::sign_in(address, &able.ok_or("no resident who may write")?.personal_id).await
}

/// Sees every call of the notification daemon on the session's bus, with the time at which the bus passed it on.
struct Monitor(Child);

impl Monitor {
    fn start(say: Sender<Call>) -> Answer<Self> {
        let mut child = Command::new("dbus-monitor")
            .args(["--session", "type='method_call',interface='org.freedesktop.Notifications',member='Notify'"])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("dbus-monitor: {error}"))?;
        let output = child.stdout.take().ok_or("no standard output")?;
        thread::spawn(move || {
            let mut called = None;
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if line.starts_with("method call") && line.contains("member=Notify") {
                    called = time_of(&line);
                } else if let Some(at) = called
                    && let Some(name) = line.trim().strip_prefix("string \"").and_then(|rest| rest.strip_suffix('"'))
                {
                    called = None;
                    if say.send(Call { program: name.to_owned(), at }).is_err() {
                        break;
                    }
                }
            }
        });
        Ok(Self(child))
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn time_of(line: &str) -> Option<f64> {
    let seconds: f64 = line.split_once("time=")?.1.split_whitespace().next()?.parse().ok()?;
    Some(seconds * 1000.0)
}
