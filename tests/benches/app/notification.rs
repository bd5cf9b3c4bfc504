//! From the server's commit to the call of the notification daemon; beside a program that does nothing else.
//!
//! The app and the bare client wait for the same wake-ups of the same server. Residents file cases one by one; a third
//! listener on the stream says when the server has committed, and a monitor on the bus when each of the two called.

use crate::Places;
use crate::figure::{Yardstick, median, spread, write};
use crate::profile::Profile;
use crate::program::Program;
use crate::resident::Portal;
use crate::server::{receiver, token};
use crate::window::Answer;
use mottaget_domain::{HsaId, ResidentStatus};
use mottaget_protocol::StreamEvent;
use mottaget_protocol::resident::PracticeResidents;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const ROUNDS: usize = 40;
/// The first ones warm up and do not count.
const WARM_UP: usize = 5;
const LONGEST: Duration = Duration::from_secs(20);
/// Between rounds the app reads its list again and tells of its reads; none of that belongs to the next round.
const BREATH: Duration = Duration::from_millis(400);
const OURS: &str = "Mottaget";
const BARE: &str = "Bare";

/// Something was seen, in milliseconds since 1970.
enum Seen {
    Committed(f64),
    Notified(String, f64),
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64() * 1000.0
}

pub async fn measure(places: &Places, profile: &Profile, address: &str) -> Answer<()> {
    println!("measuring: server commit to notification call");
    let (me, clinic) = receiver(address).await?;
    let (say, seen) = channel();
    listen(address, &token(address, &me).await?, clinic.clone(), say.clone())?;
    let _monitor = Monitor::start(say)?;
    let mut bare = Command::new(&places.bare_notifier);
    bare.args([address, &token(address, &me).await?]);
    let bare = Program::start(bare)?;
    bare.said("listening")?;
    let app = Program::start(profile.command())?;
    app.said("painted")?;

    let portal = somebody(address).await?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..WARM_UP + ROUNDS {
        tokio::time::sleep(BREATH).await;
        while seen.try_recv().is_ok() {}
        let text = format!("Mätning nummer {round}: jag behöver förnya ett recept.");
        portal.file(&clinic, "Förnya recept", &text, &[]).await?;
        let answered = now();
        let (committed, calls) = tokio::task::block_in_place(|| gather(&seen))?;
        if round >= WARM_UP {
            // Whoever heard of it first was nearest to the commit.
            let committed = committed.min(answered);
            ours.push(calls[OURS] - committed);
            theirs.push(calls[BARE] - committed);
        }
        let closed = Command::new("dunstctl").arg("close-all").status();
        closed.map_err(|error| format!("dunstctl: {error}"))?;
    }
    app.end()?;
    drop(bare);
    println!("the app:         {} ms", spread(&ours));
    println!("the bare client: {} ms", spread(&theirs));
    let against = Yardstick { name: "a bare event-stream client", value: median(&theirs), limit: Some(2.0) };
    write(&places.out, "server commit to notification call", "ms", median(&ours), &[against])
}

/// The commit and both calls of one round.
fn gather(seen: &Receiver<Seen>) -> Answer<(f64, BTreeMap<String, f64>)> {
    let (mut committed, mut calls) = (None, BTreeMap::new());
    loop {
        match seen.recv_timeout(LONGEST).map_err(|_| format!("not all was seen: {committed:?}, {calls:?}"))? {
            Seen::Committed(at) => committed = committed.or(Some(at)),
            Seen::Notified(who, at) => {
                calls.entry(who).or_insert(at);
            }
        }
        if let Some(at) = committed
            && calls.contains_key(OURS)
            && calls.contains_key(BARE)
        {
            return Ok((at, calls));
        }
    }
}

/// A resident who may write.
async fn somebody(address: &str) -> Answer<Portal> {
    let response = reqwest::get(format!("{address}/practice/residents")).await.map_err(|error| error.to_string())?;
    let residents: PracticeResidents =
        serde_json::from_str(&response.text().await.map_err(|error| error.to_string())?).map_err(|e| e.to_string())?;
    let able = residents.residents.iter().find(|one| one.status == ResidentStatus::Active && one.guardians.is_empty());
    Portal::sign_in(address, &able.ok_or("no resident who may write")?.personal_id).await
}

/// Listens to the stream on a thread of its own and says when the clinic moved.
fn listen(address: &str, token: &str, clinic: HsaId, say: Sender<Seen>) -> Answer<()> {
    let host = address.strip_prefix("http://").ok_or("an address on this machine was expected")?;
    let mut line = TcpStream::connect(host).map_err(|error| error.to_string())?;
    let request = format!(
        "GET /api/v1/events HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nAccept: text/event-stream\r\n\r\n"
    );
    line.write_all(request.as_bytes()).map_err(|error| error.to_string())?;
    thread::spawn(move || {
        for text in BufReader::new(line).lines().map_while(Result::ok) {
            let at = now();
            let event = text.strip_prefix("data:").and_then(|data| serde_json::from_str(data.trim()).ok());
            if let Some(StreamEvent::Moved { clinic: moved, .. }) = event
                && moved == clinic
                && say.send(Seen::Committed(at)).is_err()
            {
                break;
            }
        }
    });
    Ok(())
}

/// Sees every call of the notification daemon on the session's bus, with the time at which the bus passed it on.
struct Monitor(Child);

impl Monitor {
    fn start(say: Sender<Seen>) -> Answer<Self> {
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
                    if say.send(Seen::Notified(name.to_owned(), at)).is_err() {
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
