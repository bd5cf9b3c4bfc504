//! One of the two programs that the crash journeys end in the middle of their work: a clinic's server, or somebody who writes
//! and sends without a pause. What has been acknowledged is said on standard output, line by line.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::person;
use mottaget_client::{Client, Keys};
use mottaget_domain::clinic::{RegionPolicy, UndoWindow};
use mottaget_domain::{CaseId, HsaId, MessageKind};
use mottaget_server::{Server, ServerConfig};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// Words of one message.
const WORDS: u32 = 6;
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
    // What is sent is out at once, so that one message may follow another.
    let policy = server.people().region_policy("98").await.unwrap();
    let undo = UndoWindow::default();
    server.people().set_region_policy("98", &RegionPolicy { undo, ..policy }).await.unwrap();
    say("ready");
    std::future::pending::<()>().await;
}

/// Which message, and how many of its words: «7: a a a».
fn read(text: &str) -> (u32, u32) {
    let (message, words) = text.split_once(':').expect("a message of ours");
    (message.parse().unwrap(), u32::try_from(words.split_whitespace().count()).unwrap())
}

fn text(message: u32, words: u32) -> String {
    format!("{message}:{}", " ord".repeat(words as usize))
}

async fn write(url: &str, folder: &Path, hsa_id: &str, cases: &[&str], drain: bool) {
    let mut secret = String::new();
    std::io::stdin().read_line(&mut secret).unwrap();
    let keys = Keys::from_secret(&secret).unwrap();
    let client = Client::start(person::config(url.to_owned(), folder)).unwrap();
    let hsa_id = HsaId::parse(hsa_id).unwrap();
    let mut beat = tokio::time::interval(PACE);
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
    let mut next = 0;
    let mut begun = None;
    for (place, case) in cases.iter().enumerate() {
        let view = client.read_case_again(*case).await.unwrap();
        let there =
            view.messages.iter().filter(|message| message.from_staff && message.mine).map(|one| read(&one.text).0);
        next = there.chain([next]).max().unwrap();
        if let Some(draft) = &view.draft {
            let (message, words) = read(&draft.text);
            say(&format!("found {message} {words}"));
            begun = Some((place, message, words));
            next = next.max(message);
        }
    }
    say(&format!("opened {next}"));
    let (mut place, mut message, mut words) = begun.unwrap_or((next as usize % cases.len(), next + 1, 0));
    if drain && begun.is_none() {
        message = 0;
    }
    while message > 0 {
        let case = cases[place];
        while words < WORDS {
            beat.tick().await;
            let draft = client.save_draft(case, MessageKind::PartialReply, text(message, words + 1)).await.unwrap();
            words = read(&draft.text).1;
            say(&format!("saved {message} {words}"));
        }
        say(&format!("sending {message}"));
        client.send_draft(case).await.unwrap();
        say(&format!("sent {message}"));
        if drain {
            break;
        }
        (place, message, words) = ((place + 1) % cases.len(), message + 1, 0);
    }
    while drain && !client.outbox().await.unwrap().is_empty() {
        beat.tick().await;
    }
    client.shutdown().await;
    say("drained");
}
