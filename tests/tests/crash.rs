//! The app and the server end at any moment, as a power cut ends them, in the middle of a resident's request and while a message
//! is held: nothing that was acknowledged is lost, nor more than a second of typing; nothing is sent or filed twice, and what is
//! on the disk opens again. `cargo xtask crash --times N` does it more often; the seed is printed. That too much typing is lost
//! was seen to be told with a program that kept what was typed two seconds late.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::{Clinic, ResidentAtHome, a_case, script};
use mottaget_domain::{CaseId, CaseTypeId, HsaId, MessageKind};
use mottaget_protocol::resident::NewCase;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// How often, and from which seed, if nobody says otherwise.
const TIMES: u64 = 200;
const SEED: u64 = 20_261_128;
/// Nothing that is waited for takes this long.
const PATIENCE: Duration = Duration::from_secs(40);
/// From one filed case to the next.
const FILING_PACE: Duration = Duration::from_millis(30);
/// So many cases are in the writer's hands: enough that some are open while what closes others is held.
const CASES: usize = 5;
/// At most so much typing is lost, in microseconds.
const LOST: u64 = 1_000_000;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// Chance that can be had again (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

/// A process that is ended without a word.
struct Part {
    child: Child,
    lines: Receiver<String>,
}

impl Part {
    fn start(words: &[&str], secret: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_part"))
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the part starts");
        writeln!(child.stdin.take().unwrap(), "{secret}").unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (tell, lines) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, lines }
    }

    /// The next line, or none when the time has come.
    fn line(&self, until: Instant) -> Option<String> {
        match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => panic!("the part ended by itself"),
        }
    }

    /// Ends it, and gives what it had said until then.
    fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.lines.iter().collect()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the writer has typed, and been told to be safe.
#[derive(Debug, Default)]
struct Known {
    /// The last save: message, words.
    saved: (u32, u32),
    /// The keys since the last start: message, word, moment.
    keys: Vec<(u32, u32, u64)>,
    /// When the writer was ended last.
    ended: u64,
    /// From each key that was saved by itself to its being told so, in microseconds.
    to_the_journal: Vec<u64>,
    /// The ages of the keys that an end took, in microseconds.
    lost: Vec<u64>,
    /// The last message to which its file was attached.
    attached: u32,
    /// When the last message that is held for a while was handed over.
    held: Option<Instant>,
    /// The last message that was being handed over.
    sending: u32,
    /// The last message that had been.
    sent: u32,
    /// What the writer found at this start: message, words, files.
    found: Option<(u32, u32, u32)>,
}

impl Known {
    fn hear(&mut self, line: &str) {
        let mut words = line.split(' ');
        let what = words.next().unwrap();
        let mut long = || words.next().unwrap().parse::<u64>().unwrap();
        let mut number = || u32::try_from(long()).unwrap();
        match what {
            "key" => self.keys.push((number(), number(), long())),
            "saved" => {
                self.saved = (number(), number());
                let there = self.keys.iter().rev().find(|(message, word, _)| (*message, *word) == self.saved);
                self.to_the_journal.push(long() - there.expect("it was typed").2);
            }
            "attached" => self.attached = number(),
            "sending" => self.sending = number(),
            "sent" => {
                self.sent = number();
                if script::kind(self.sent) == MessageKind::FinalReply {
                    self.held = Some(Instant::now());
                }
            }
            "found" => self.found = Some((number(), number(), number())),
            "opened" => self.opened(number()),
            other => panic!("the writer says {other}"),
        }
    }

    /// Is something of the writer's held by the server just now, as far as can be known here?
    fn something_is_held(&self) -> bool {
        self.held.is_some_and(|at| at.elapsed() < Duration::from_secs(script::HELD_S.into()))
    }

    /// Everything is as it was acknowledged, or one step further.
    fn opened(&mut self, newest: u32) {
        let (message, words) = self.saved;
        assert!(newest >= self.sent, "message {} was handed over and is gone: {self:?}", self.sent);
        let mut safe = (newest, script::WORDS);
        match self.found.take() {
            Some((found, there, files)) => {
                assert!(found > self.sent, "message {found} was handed over and is a draft again: {self:?}");
                let typed = self.keys.iter().filter(|key| key.0 == found).map(|key| key.1).max();
                let next = found == message + 1 && self.sent.max(self.sending) >= message;
                let same = found == message && there >= words;
                assert!(same || next, "{found} {there} was found: {self:?}");
                assert!(there <= typed.unwrap_or(words), "more was found than was typed, {found} {there}: {self:?}");
                let with_file = script::file(found).is_some();
                let whole = files == u32::from(with_file) || (files == 0 && self.attached != found);
                assert!(whole, "{found} was found with {files} files: {self:?}");
                // what is found is on the disk, whether or not its save had been told before the end
                self.saved = (found, there);
                safe = safe.max(self.saved);
            }
            None if message > self.sent => {
                assert_eq!(self.sending, message, "what was saved is gone: {self:?}");
                assert!(newest >= message, "what was being handed over is neither draft nor on its way: {self:?}");
            }
            None => {}
        }
        for (message, word, at) in std::mem::take(&mut self.keys) {
            let age = self.ended.saturating_sub(at);
            if (message, word) > safe {
                assert!(
                    age <= LOST,
                    "word {word} of {message} was typed {age} µs before the end and is gone: {self:?}"
                );
                self.lost.push(age);
            }
        }
    }

    /// Tells how long typing is in danger, and how much of it was lost.
    fn tell(&mut self) {
        self.to_the_journal.sort_unstable();
        let all = &self.to_the_journal;
        let at = |share: usize| all.get((all.len() * share / 1000).min(all.len().saturating_sub(1))).copied();
        let (half, most) = (at(500).unwrap_or(0), at(990).unwrap_or(0));
        let (slowest, oldest) = (all.last().copied().unwrap_or(0), self.lost.iter().max().copied().unwrap_or(0));
        println!("{} keys saved: p50 {half} µs, p99 {most} µs, slowest {slowest} µs to the journal", all.len());
        println!("{} keys were lost, the oldest typed {oldest} µs before the end", self.lost.len());
    }
}

/// Some cases in Sara's hands, and the folders of both sides, ended in order.
async fn prepared() -> (Clinic, journeys::Person, ResidentAtHome, Vec<CaseId>) {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let mut cases = Vec::new();
    for n in 0..CASES {
        cases.push(sara.takes_on(&clinic, &cecilia, &format!("Ärende {n}."), &[]).await);
    }
    sara.quit().await;
    (clinic, sara, cecilia, cases)
}

fn server(folder: &Path, address: &str) -> Part {
    let server = Part::start(&["server", &folder.to_string_lossy(), address], "");
    assert_eq!(server.line(Instant::now() + PATIENCE).as_deref(), Some("ready"), "the server starts again");
    server
}

/// How often each message has reached the resident, whole.
async fn arrived(cecilia: &ResidentAtHome, cases: &[CaseId]) -> BTreeMap<u32, usize> {
    let mut arrived = BTreeMap::new();
    for case in cases {
        for there in cecilia.sees(*case).await.messages.iter().skip(1) {
            let (message, words) = script::read(&there.text);
            assert_eq!((words, there.kind), (script::WORDS, script::kind(message)), "{}", there.text);
            match (script::file(message), there.attachments.as_slice()) {
                (None, []) => {}
                (Some((name, bytes)), [file]) => {
                    assert_eq!(file.file_name, name);
                    assert_eq!(cecilia.file(*case, file.id).await, bytes, "{name}");
                }
                (_, files) => panic!("message {message} came with {files:?}"),
            }
            *arrived.entry(message).or_default() += 1;
        }
    }
    arrived
}

/// A resident who files one case after the other while the server ends and starts.
struct Filing {
    running: JoinHandle<Filed>,
    enough: Arc<AtomicBool>,
}

/// What the server has acknowledged.
#[derive(Debug, Default)]
struct Filed {
    /// Each with the bytes of its file.
    cases: Vec<(NewCase, Vec<u8>)>,
    /// Requests that the server took and never answered.
    cut: usize,
}

impl Filing {
    fn start(resident: Arc<ResidentAtHome>, base: String, clinic: HsaId, case_type: CaseTypeId) -> Self {
        let enough = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&enough);
        let running = tokio::spawn(async move {
            let mut filed = Filed::default();
            let mut beat = tokio::time::interval(FILING_PACE);
            while !told.load(Ordering::Relaxed) {
                beat.tick().await;
                let n = filed.cases.len();
                let new = a_case(&clinic, case_type, &format!("Fråga {n}."));
                // a PDF as far as its first line says, and another each time
                let bytes = format!("%PDF-1.4\n% {n}\n%%EOF\n").into_bytes();
                filed.cut += resident.file_in_spite_of_ends(&base, &new, ("fil.pdf", bytes.clone())).await;
                filed.cases.push((new, bytes));
            }
            filed
        });
        Self { running, enough }
    }

    /// The last one is filed to its end.
    async fn end(self) -> Filed {
        self.enough.store(true, Ordering::Relaxed);
        tokio::time::timeout(PATIENCE, self.running).await.expect("the last case is answered").unwrap()
    }
}

impl Filed {
    /// Every case is there once, with its text and its file, and no other.
    async fn is_there_once(&self, resident: &ResidentAtHome, before: usize) {
        let all = resident.cases().await;
        assert_eq!(all.len(), before + self.cases.len(), "{} cases were acknowledged", self.cases.len());
        for (new, bytes) in &self.cases {
            let found: Vec<_> = all.iter().filter(|case| case.id == new.id).collect();
            let [case] = found.as_slice() else { panic!("{} is there {} times", new.text, found.len()) };
            let [message] = case.messages.as_slice() else { panic!("{:?}", case.messages) };
            assert_eq!(message.text, new.text);
            let [file] = message.attachments.as_slice() else { panic!("{:?}", message.attachments) };
            assert_eq!(resident.file(case.id, file.id).await, *bytes, "the file of {}", new.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_ends_when_nothing_acknowledged_is_lost_and_nothing_is_sent_twice() {
    let (times, seed) = (number("MOTTAGET_CRASH_TIMES", TIMES), number("MOTTAGET_CRASH_SEED", SEED));
    println!("{times} times from seed {seed}");
    let mut chance = Chance(seed.max(1));
    let (mut clinic, sara, cecilia, cases) = prepared().await;
    let resident = Arc::new(clinic.petra().await);
    let before = resident.cases().await.len();
    let case_type = resident.case_type(&clinic.bjorken(), "Förnya recept").await;
    clinic.stop_server().await;

    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let (url, secret) = (format!("http://{address}"), sara.keys.to_secret());
    let ids: Vec<String> = cases.iter().map(ToString::to_string).collect();
    let (folder, hsa_id) = (sara.folder.path().to_string_lossy().into_owned(), sara.hsa_id.to_string());
    let words = |what| -> Vec<&str> {
        [what, url.as_str(), &folder, &hsa_id].into_iter().chain(ids.iter().map(String::as_str)).collect()
    };
    let (mut known, mut held) = (Known::default(), 0);
    let mut running = server(clinic.folder(), &address);
    let filing = Filing::start(Arc::clone(&resident), url.clone(), clinic.bjorken(), case_type);
    for time in 0..times {
        let writer = Part::start(&words("writer"), &secret);
        let until = Instant::now() + PATIENCE;
        loop {
            let line = writer.line(until).unwrap_or_else(|| panic!("time {time}: the writer does not come up"));
            known.hear(&line);
            if line.starts_with("opened") {
                break;
            }
        }
        // now and then late enough that more than a second of typing could be lost
        let late = if chance.below(12) == 0 { 1_100 } else { 0 };
        let end = Instant::now() + Duration::from_millis(late + chance.below(250));
        while let Some(line) = writer.line(end) {
            known.hear(&line);
        }
        // sometimes the one, sometimes the other, sometimes both
        let which = chance.below(4);
        held += u64::from(which < 2 && known.something_is_held());
        if which == 0 {
            drop(running.kill());
            running = server(clinic.folder(), &address);
            let end = Instant::now() + Duration::from_millis(chance.below(100));
            while let Some(line) = writer.line(end) {
                known.hear(&line);
            }
        }
        let last = writer.kill();
        known.ended = script::now();
        for line in last {
            known.hear(&line);
        }
        if which == 1 {
            drop(running.kill());
            running = server(clinic.folder(), &address);
        }
    }

    let last = Part::start(&words("drain"), &secret);
    let until = Instant::now() + PATIENCE;
    while let Some(line) = last.line(until) {
        if line == "drained" {
            break;
        }
        known.hear(&line);
    }
    drop(last);
    let filed = filing.end().await;
    drop(running.kill());
    clinic.start_server().await;
    println!("{} cases were filed; {} requests were cut short", filed.cases.len(), filed.cut);
    filed.is_there_once(&resident, before).await;
    let arrived = arrived(&cecilia, &cases).await;
    let sent = known.sent.max(arrived.keys().max().copied().unwrap_or(0));
    println!("{sent} messages were sent while {times} ends came");
    println!("{held} times the server ended while a message was held");
    known.tell();
    assert!(u64::from(sent) > times / 8, "too little was done to say anything");
    assert!(times < TIMES || held > times / 50, "the server ended only {held} times while a message was held");
    assert!(times < TIMES || filed.cut > 0, "no request of the resident's was cut short");
    for message in 1..=sent {
        assert_eq!(arrived.get(&message), Some(&1), "message {message}");
    }
    // what is on the disk is whole
    let store = mottaget_store::Store::open(&sara.profile_folder(), &sara.keys).expect("sound");
    assert_eq!(store.outbox().unwrap(), []);
    assert_eq!(store.drafts().unwrap(), []);
}
