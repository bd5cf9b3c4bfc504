//! One of the two programs that the crash journeys end in the middle of their work: a clinic's server, or somebody who writes
//! and sends without a pause. Each key, and what has been acknowledged, is said on standard output, line by line.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::{person, script};
use mottaget_client::view::{CaseView, Delivery, PreviewSource};
use mottaget_client::{Client, Keys};
use mottaget_domain::clinic::{RegionPolicy, UndoWindow};
use mottaget_domain::{CaseId, CaseState, HsaId, MessageKind};
use mottaget_server::{Server, ServerConfig};
use std::io::Write;
use std::path::Path;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior};

/// Between two keys.
const PACE: Duration = Duration::from_millis(7);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["server", folder, address] => serve(Path::new(folder), address).await,
        ["writer", url, folder, hsa_id, cases @ ..] => write(url, Path::new(folder), hsa_id, cases, false).await,
        ["drain", url, folder, hsa_id, cases @ ..] => write(url, Path::new(folder), hsa_id, cases, true).await,
        other => panic!("part server FOLDER ADDRESS | part writer|drain URL FOLDER HSA-ID CASE…, not {other:?}"),
    }
}

/// Said, and out of this process before anything else happens.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

async fn serve(folder: &Path, address: &str) {
    let server = Server::start(ServerConfig::new(folder, address.parse().unwrap(), true)).await.expect("a server");
    // Most of what is sent is out at once, so that one message may follow another; some is held when the end comes.
    let policy = server.people().region_policy("98").await.unwrap();
    let undo = UndoWindow { final_reply_s: script::HELD_S, ..UndoWindow::default() };
    server.people().set_region_policy("98", &RegionPolicy { undo, ..policy }).await.unwrap();
    say("ready");
    std::future::pending::<()>().await;
}

async fn write(url: &str, folder: &Path, hsa_id: &str, cases: &[&str], drain: bool) {
    let mut secret = String::new();
    std::io::stdin().read_line(&mut secret).unwrap();
    let keys = Keys::from_secret(&secret).unwrap();
    let client = Client::start(person::config(url.to_owned(), folder)).unwrap();
    let hsa_id = HsaId::parse(hsa_id).unwrap();
    let mut beat = tokio::time::interval(PACE);
    // nobody types faster because something took its time before
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // the server may be ending or starting just now
    let authenticated = loop {
        beat.tick().await;
        if let Ok(authenticated) = client.authenticate_practice(&hsa_id).await {
            break authenticated;
        }
    };
    client.open(authenticated, keys).await.expect("the files open, whatever happened to them");
    let cases: Vec<CaseId> = cases.iter().map(|case| case.parse().unwrap()).collect();
    for case in &cases {
        while client.open_case(*case).await.is_err() {
            beat.tick().await;
        }
    }
    let mut writer = Writer { client, cases, beat, place: 0 };
    let (next, begun) = writer.find().await;
    say(&format!("opened {next}"));
    let mut message = next + 1;
    if let Some((begun, words)) = begun {
        writer.finish(begun, words).await;
        message = begun + 1;
    }
    if !drain {
        loop {
            writer.go_to_the_next_case().await;
            writer.finish(message, 0).await;
            message += 1;
        }
    }
    let client = writer.client;
    while !client.outbox().await.unwrap().is_empty() || !client.held_messages().await.unwrap().is_empty() {
        writer.beat.tick().await;
    }
    client.shutdown().await;
    say("drained");
}

struct Writer {
    client: Client,
    cases: Vec<CaseId>,
    beat: Interval,
    /// In which of the cases.
    place: usize,
}

impl Writer {
    fn case(&self) -> CaseId {
        self.cases[self.place]
    }

    /// What is there: the newest message that was handed over, and what is being written with how many words of it.
    async fn find(&mut self) -> (u32, Option<(u32, u32)>) {
        let (mut next, mut begun) = (0, None);
        for place in 0..self.cases.len() {
            let view = self.client.read_case_again(self.cases[place]).await.unwrap();
            let mine = view.messages.iter().filter(|message| message.from_staff && message.mine);
            next = mine.map(|one| script::read(&one.text).0).chain([next]).max().unwrap();
            if let Some(draft) = &view.draft {
                let (message, words) = script::read(&draft.text);
                say(&format!("found {message} {words} {}", draft.files.len()));
                assert_eq!(begun.replace((message, words)), None, "one message is written at a time");
                self.place = place;
            }
        }
        (next, begun)
    }

    /// The next case whose last word is out; one that a final reply has closed is opened again.
    async fn go_to_the_next_case(&mut self) {
        let closing = |view: &CaseView| {
            let waits = |delivery: &Delivery| !matches!(delivery, Delivery::Sent { .. });
            view.messages.iter().any(|one| one.kind == MessageKind::FinalReply && waits(&one.delivery))
        };
        loop {
            for _ in 0..self.cases.len() {
                self.place = (self.place + 1) % self.cases.len();
                let view = self.client.read_case_again(self.case()).await.unwrap();
                if closing(&view) {
                    continue;
                }
                if view.row.state == CaseState::Closed {
                    let opened = self.client.reopen_case(self.case()).await;
                    // it may have been before the end
                    assert!(opened.is_ok() || opened.is_err_and(|error| error.code() == "not-closed"));
                }
                return;
            }
            self.beat.tick().await;
        }
    }

    /// Writes on from so many words, attaches what goes with it, and sends it.
    async fn finish(&mut self, message: u32, words: u32) {
        self.type_on(message, words).await;
        let (client, case) = (&self.client, self.case());
        let draft = client.read_case_again(case).await.unwrap().draft.expect("it was saved just now");
        if let Some((name, bytes)) = script::file(message).filter(|_| draft.files.is_empty()) {
            let attached = client.attach(case, name, bytes).await.unwrap();
            assert_eq!(attached.refused, []);
            say(&format!("attached {message}"));
        }
        for file in client.read_case_again(case).await.unwrap().draft.unwrap().files {
            let opened = client.preview_open(PreviewSource::Draft { case, file: file.id }).await.unwrap();
            client.preview_seen(&opened.token).await.unwrap();
            client.preview_close(&opened.token).await;
        }
        let told = client.guard_draft(case).await.unwrap();
        if told.stops {
            client.confirm_findings(case, &told.fingerprint, None).await.unwrap();
        }
        say(&format!("sending {message}"));
        client.send_draft(case).await.unwrap();
        say(&format!("sent {message}"));
    }

    /// The keys come at their pace, whether or not what was typed before is on the disk.
    async fn type_on(&mut self, message: u32, words: u32) {
        let (client, case) = (self.client.clone(), self.case());
        let (typed, mut to_save) = watch::channel(words);
        let beat = &mut self.beat;
        let typing = async move {
            for word in words + 1..=script::WORDS {
                beat.tick().await;
                say(&format!("key {message} {word} {}", script::now()));
                typed.send_replace(word);
            }
        };
        let saving = async {
            while to_save.changed().await.is_ok() {
                let word = *to_save.borrow_and_update();
                let text = script::text(message, word);
                let draft = client.save_draft(case, script::kind(message), text).await.unwrap();
                assert_eq!(script::read(&draft.text), (message, word));
                say(&format!("saved {message} {word} {}", script::now()));
            }
        };
        tokio::join!(typing, saving);
    }
}
