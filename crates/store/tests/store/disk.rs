//! A full disk: said in words, and nothing that was acknowledged is lost.

use crate::clinic::*;
use crate::crash::{child, child_store, numbered};
use mottaget_store::{NewOp, Store};

/// The child may write at most 400 KiB per file: what a quota or a full disk does, without being root.
#[cfg(unix)]
#[test]
fn a_full_disk_loses_nothing_acknowledged() {
    let clinic = Clinic::bjorken();
    if let Some(store) = child_store() {
        for n in 0..100_000 {
            let op = numbered(&clinic, n);
            let padding = "x".repeat(1000);
            let new = NewOp { op: &op, what: "note", case_type: &padding, written_at: minute(0), takes_back: None };
            if let Err(error) = store.enqueue(new, false) {
                // lists are still answered
                let there = store.outbox().unwrap().len();
                println!("stopped {} {n} {there}", error.code());
                return;
            }
        }
        return;
    }
    let Room { dir, keys, store } = Room::new();
    store.close().unwrap();
    let limited = "trap '' XFSZ; ulimit -f 800; exec \"$0\" \"$@\"";
    let process = child("disk::a_full_disk_loses_nothing_acknowledged", dir.path(), &keys, Some(limited));
    let out = process.wait_with_output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    let line = text
        .lines()
        .find_map(|line| line.split_once("stopped ").map(|(_, words)| words))
        .unwrap_or_else(|| panic!("{text}"));
    let words: Vec<&str> = line.split(' ').collect();
    let written: usize = words[1].parse().unwrap();
    assert_eq!(words[0], "disk-full");
    assert_eq!(words[2], words[1]);
    assert!(written > 10, "{written}");
    // room again
    let store = Store::open(dir.path(), &keys).unwrap();
    let rows = store.outbox().unwrap();
    assert_eq!(rows.len(), written);
    for (n, row) in rows.iter().enumerate() {
        assert_eq!(row.op, numbered(&clinic, n as u64));
    }
    let op = numbered(&clinic, 1_000_000);
    store
        .enqueue(
            NewOp { op: &op, what: "note", case_type: "Tidbokning", written_at: minute(0), takes_back: None },
            false,
        )
        .unwrap();
}
