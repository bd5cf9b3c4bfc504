//! The keeper: starts the session's parts, holds them while its parent lives, and stops them.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use super::Scratch;
use super::parts::Parts;
use super::scratch::Folder;
use super::sweep;
use crate::problem::Outcome;

/// Starts everything, answers with one line, waits for the lifeline to close, and stops everything.
pub fn keep(logs: &Path, scratch: Scratch) -> ExitCode {
    let folder = match Folder::make() {
        Ok(folder) => folder,
        Err(problem) => {
            answer(&serde_json::json!({ "failed": problem.what(), "advice": problem.advice() }));
            return ExitCode::FAILURE;
        }
    };
    let mut parts = Parts::new(&folder, logs);
    let started = parts.start();
    match &started {
        Ok(()) => {
            answer(&serde_json::json!({ "env": parts.env() }));
            // Nothing is ever written to this pipe: it ends when the parent lets go of it, or is gone.
            let _ = io::stdin().read_to_end(&mut Vec::new());
        }
        Err(problem) => answer(&serde_json::json!({ "failed": problem.what(), "advice": problem.advice() })),
    }
    let ended = end(parts, &folder, scratch);
    if let Err(problem) = &ended {
        eprintln!("mottaget: {problem}");
    }
    if started.is_ok() && ended.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn end(parts: Parts, folder: &Folder, scratch: Scratch) -> Outcome {
    // first what was started inside, while its display and its bus still answer
    sweep::stop_all_of(folder.root(), &parts.pids());
    parts.stop();
    sweep::stop_all_of(folder.root(), &[]);
    match scratch {
        Scratch::Remove => folder.remove(),
        Scratch::Keep => Ok(()),
    }
}

fn answer(line: &serde_json::Value) {
    let mut out = io::stdout().lock();
    // a parent that is gone already does not read this, and the lifeline says the same
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
