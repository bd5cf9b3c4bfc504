//! Memory of the app with its window open, beside an empty window of the same toolkit.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::figure::{Figure, Yardstick, median};
use crate::problem::{Outcome, Problem, While};
use crate::processes;
use crate::repo::{Profile, Repo};
use crate::session::Session;
use crate::tools::{say, shown};

const ROUNDS: usize = 3;
const LOOK_EVERY: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(60);
/// The memory is at rest when this many looks in a row lie within one per cent.
const LOOKS_AT_REST: usize = 8;

/// MiB, as the proportional set size of the whole process tree: shared pages are counted once.
pub fn with_window_open(repo: &Repo, session: &Session) -> Outcome<Figure> {
    say("measuring: memory with the window open");
    let app = repo.program("mottaget", Profile::Release);
    let empty = empty_window(repo);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        theirs.push(measure(repo, session, &empty, &[])?);
        ours.push(measure(repo, session, &app, &["--practice"])?);
    }
    Ok(Figure {
        what: "memory with the window open".to_owned(),
        unit: "MiB".to_owned(),
        ours: median(ours).unwrap_or(0.0),
        against: vec![Yardstick {
            name: "an empty window".to_owned(),
            value: median(theirs).unwrap_or(0.0),
            limit: Some(1.3),
        }],
    })
}

/// The program of src-tauri/examples that opens an empty window and says `painted` when it has been painted.
pub fn empty_window(repo: &Repo) -> PathBuf {
    repo.target("release/examples/empty_window")
}

fn measure(repo: &Repo, session: &Session, program: &Path, arguments: &[&str]) -> Outcome<f64> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .envs(repo.program_env(Profile::Release))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    session.enter(&mut command);
    let mut child = command.spawn().could_not(format!("start `{}`", shown(&command)))?;
    let memory = when_at_rest(session, &mut child);
    let family = tree(child.id());
    child.kill().could_not(format!("stop `{}`", shown(&command)))?;
    child.wait().could_not(format!("wait for `{}`", shown(&command)))?;
    until_gone(&family)?;
    memory
}

/// What is left of this program would share its pages with the next one, and make that look smaller.
fn until_gone(family: &BTreeSet<u32>) -> Outcome {
    let end = Instant::now() + LONGEST;
    while family.iter().any(|pid| processes::stat(*pid).is_some_and(|stat| !stat.ended)) {
        if Instant::now() >= end {
            return Err(Problem::new("A window's helper programs did not end with it."));
        }
        thread::sleep(LOOK_EVERY);
    }
    Ok(())
}

fn when_at_rest(session: &Session, child: &mut Child) -> Outcome<f64> {
    let end = Instant::now() + LONGEST;
    let mut seen: Vec<f64> = Vec::new();
    while Instant::now() < end {
        if !matches!(child.try_wait(), Ok(None)) {
            return Err(Problem::new("A program ended before its window was open."));
        }
        thread::sleep(LOOK_EVERY);
        if !has_window(session, child.id()) {
            continue;
        }
        let now = tree_mebibytes(child.id());
        seen.push(now);
        let last = seen.iter().rev().take(LOOKS_AT_REST);
        let spread = last.clone().fold(0.0_f64, |spread, value| spread.max((value - now).abs()));
        if last.len() == LOOKS_AT_REST && spread < now / 100.0 {
            return Ok(now);
        }
    }
    Err(Problem::new("A program's memory did not come to rest within a minute, or no window opened."))
}

fn has_window(session: &Session, pid: u32) -> bool {
    let mut search = Command::new("xdotool");
    search.args(["search", "--onlyvisible", "--pid", &pid.to_string(), "--name", "."]);
    session.enter(&mut search);
    search.output().is_ok_and(|output| output.status.success() && !output.stdout.is_empty())
}

/// The proportional set size of a process and its descendants, in MiB.
fn tree_mebibytes(pid: u32) -> f64 {
    let kibibytes: u32 = tree(pid).into_iter().filter_map(pss_kibibytes).sum();
    f64::from(kibibytes) / 1024.0
}

fn tree(pid: u32) -> BTreeSet<u32> {
    processes::with_descendants(&processes::all(), BTreeSet::from([pid]))
}

fn pss_kibibytes(pid: u32) -> Option<u32> {
    read_pss(&fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?)
}

fn read_pss(text: &str) -> Option<u32> {
    text.lines().find_map(|line| line.strip_prefix("Pss:"))?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_figure_is_read() {
        let text = "55d0-7ffd ---p 00000000 00:00 0  [rollup]\nRss:    3936 kB\nPss:     614 kB\nPss_Anon: 5 kB\n";
        assert_eq!(read_pss(text), Some(614));
        assert_eq!(read_pss("Rss: 1 kB"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_needs_some_memory() {
        assert!(tree_mebibytes(std::process::id()) > 0.5);
    }
}
