//! Killed in the middle: what was acknowledged is there, and a page is there in whole or not at all.

use crate::clinic::*;
use mottaget_domain::{CaseId, MessageKind, OpId};
use mottaget_protocol::Op;
use mottaget_store::{Draft, Filter, Keys, NewOp, Scope, Store};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use uuid::Uuid;

const DIR: &str = "MOTTAGET_TEST_DIR";
const SECRET: &str = "MOTTAGET_TEST_SECRET";

/// In a child: the store to work on until killed.
pub fn child_store() -> Option<Store> {
    let dir = PathBuf::from(std::env::var_os(DIR)?);
    let keys = Keys::from_secret(&std::env::var(SECRET).unwrap()).unwrap();
    Some(Store::open(&dir, &keys).unwrap())
}

/// This test program once more, running only the named test, with the folder's key.
pub fn child(test: &str, dir: &std::path::Path, keys: &Keys, through: Option<&str>) -> Child {
    let program = std::env::current_exe().unwrap();
    let mut command = match through {
        None => Command::new(program),
        Some(shell) => {
            let mut command = Command::new("sh");
            command.args(["-c", shell]).arg(program);
            command
        }
    };
    command.args(["--exact", test, "--nocapture", "--test-threads", "1"]);
    command.env(DIR, dir).env(SECRET, keys.to_secret().as_str());
    command.stdout(Stdio::piped()).stderr(Stdio::inherit()).stdin(Stdio::null()).spawn().unwrap()
}

/// Numbers that the child says, one per line, up to `enough`; then it is killed, and what it said until then is added.
fn until_killed(mut child: Child, enough: usize) -> Vec<u64> {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let number = |line: String| line.strip_prefix("done ").and_then(|n| n.parse().ok());
    let mut said: Vec<u64> = lines.by_ref().filter_map(number).take(enough).collect();
    assert_eq!(said.len(), enough, "the child ended by itself");
    child.kill().unwrap();
    said.extend(lines.filter_map(number));
    child.wait().unwrap();
    said
}

fn say(n: u64) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "done {n}").unwrap();
    out.flush().unwrap();
}

pub fn numbered(clinic: &Clinic, n: u64) -> Op {
    let id = |kind: &str| Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{kind} {n}").as_bytes());
    Op {
        id: OpId(id("op")),
        clinic: clinic.id(),
        case: CaseId(id("case")),
        command: mottaget_domain::Command::AddNote {
            note: mottaget_domain::NoteId(id("note")),
            text: format!("nr {n}"),
        },
        signature: None,
    }
}

#[test]
fn every_acknowledged_act_survives_a_kill() {
    let clinic = Clinic::bjorken();
    if let Some(store) = child_store() {
        let from = store.outbox().unwrap().len() as u64;
        for n in from.. {
            let op = numbered(&clinic, n);
            let draft = Draft {
                case: op.case,
                clinic: clinic.id(),
                kind: MessageKind::FinalReply,
                text: format!("utkast {n}"),
                files: Vec::new(),
                based_on: 1,
                updated_at: minute(0),
                sign_as: None,
            };
            store.edit_draft(op.case, |_| Some(draft)).unwrap();
            let new = NewOp { op: &op, what: "note", case_type: "Tidbokning", written_at: minute(0), takes_back: None };
            store.enqueue(new, n % 2 == 0).unwrap();
            say(n);
        }
    }
    let Room { dir, keys, store } = Room::new();
    store.close().unwrap();
    for _ in 0..3 {
        let process = child("crash::every_acknowledged_act_survives_a_kill", dir.path(), &keys, None);
        let said = until_killed(process, 60);
        let store = Store::open(dir.path(), &keys).unwrap();
        let there: Vec<OpId> = store.outbox().unwrap().into_iter().map(|row| row.op.id).collect();
        let last = *said.last().unwrap();
        for n in 0..=last {
            let op = numbered(&clinic, n);
            assert_eq!(there.get(n as usize), Some(&op.id), "{n} of {last}");
            // sent with its draft: the draft is gone; without: it is there
            assert_eq!(store.draft(op.case).unwrap().is_some(), n % 2 == 1, "{n}");
        }
        assert!(there.len() as u64 <= last + 2, "at most one was written and not acknowledged yet");
        store.close().unwrap();
    }
}

#[test]
fn a_page_is_there_in_whole_or_not_at_all() {
    let mut clinic = Clinic::bjorken();
    const SIZE: u64 = 20;
    if let Some(store) = child_store() {
        let from = store.cursor(&clinic.id()).unwrap().map_or(0, |cursor| cursor.seq / SIZE);
        for n in from.. {
            clinic.seq = n * SIZE;
            let cases: Vec<_> = (0..SIZE)
                .map(|k| clinic.file(&elin(), "Tidbokning", "söktext", minute((n * SIZE + k) as i64)))
                .collect();
            store.apply_page(&clinic.page(&cases), |_| Vec::new()).unwrap();
            say(n);
        }
    }
    let Room { dir, keys, store } = Room::at(&clinic, ANNA);
    store.close().unwrap();
    for _ in 0..3 {
        let process = child("crash::a_page_is_there_in_whole_or_not_at_all", dir.path(), &keys, None);
        until_killed(process, 12);
        let room = Room {
            store: Store::open(dir.path(), &keys).unwrap(),
            dir: tempfile::tempdir().unwrap(),
            keys: keys.clone(),
        };
        let me = clinic.me(ANNA);
        let seq = room.store.cursor(&clinic.id()).unwrap().unwrap().seq;
        let count = |search: Option<&str>| {
            let search = search.map(str::to_owned);
            let query = mottaget_store::Query {
                scope: Scope::Everything,
                clinic: None,
                search,
                filter: Filter::default(),
                offset: 0,
                limit: 100_000,
            };
            let page = room.store.list(&me, &query, monday()).unwrap();
            assert_eq!((page.total, page.more), (page.rows.len(), false));
            page.total as u64
        };
        // rows, index and cursor agree
        assert_eq!((count(None), count(Some("söktext"))), (seq, seq));
        room.store.close().unwrap();
    }
}
