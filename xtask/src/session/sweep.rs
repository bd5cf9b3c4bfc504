//! Finding and ending what was started inside a session, by process id: everything that carries the session's
//! mark in its environment, and the descendants of that.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio, id};
use std::thread;
use std::time::{Duration, Instant};

use super::MARK;
use crate::processes::{self, stat};

/// How long a program may take to end by itself.
const PATIENCE: Duration = Duration::from_secs(3);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A process id with the time at which the process began, so that a reused id is not mistaken for it.
type Process = (u32, u64);

/// Ends all processes of the session in `root` but `spared` (and this one); politely, then not.
pub fn stop_all_of(root: &Path, spared: &[u32]) {
    let mut wanted = of_session(root, spared);
    signal("TERM", &wanted);
    let end = Instant::now() + PATIENCE;
    loop {
        wanted.retain(|process| alive(*process));
        // what was just starting may have come later
        wanted.extend(of_session(root, spared));
        if wanted.is_empty() {
            return;
        }
        if Instant::now() >= end {
            signal("KILL", &wanted);
            return;
        }
        thread::sleep(LOOK_EVERY);
    }
}

/// Sends a signal. The standard library can only kill; the shell's own `kill` needs no further package.
pub fn signal(name: &str, processes: &BTreeSet<Process>) {
    let pids: Vec<String> =
        processes.iter().filter(|process| alive(**process)).map(|(pid, _)| pid.to_string()).collect();
    if pids.is_empty() {
        return;
    }
    let _ = Command::new("sh")
        .args(["-c", &format!("kill -{name} {}", pids.join(" "))])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status();
}

/// This process as it runs now.
pub fn process(pid: u32) -> Option<Process> {
    Some((pid, stat(pid)?.began))
}

fn of_session(root: &Path, spared: &[u32]) -> BTreeSet<Process> {
    let mark = format!("{MARK}={}", root.display()).into_bytes();
    let all = processes::all();
    let marked = all.keys().copied().filter(|pid| carries(*pid, &mark)).collect();
    // programs that hide their environment, such as the preview worker, are found through their parents
    processes::with_descendants(&all, marked)
        .into_iter()
        .filter(|pid| *pid != id() && !spared.contains(pid))
        .filter_map(|pid| all.get(&pid).filter(|stat| !stat.ended).map(|stat| (pid, stat.began)))
        .collect()
}

fn carries(pid: u32, mark: &[u8]) -> bool {
    fs::read(format!("/proc/{pid}/environ"))
        .is_ok_and(|env| env.split(|byte| *byte == 0).any(|variable| variable == mark))
}

fn alive((pid, began): Process) -> bool {
    stat(pid).is_some_and(|stat| stat.began == began && !stat.ended)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::CommandExt;

    #[test]
    fn what_carries_the_mark_ends_with_its_descendants_and_nothing_else_does() {
        let root = std::env::temp_dir().join(format!("mottaget-sweep-{}", id()));
        let mut inside = Command::new("sh")
            .args(["-c", "trap '' TERM; env -i sleep 1000 & wait; wait"])
            .env(MARK, &root)
            .process_group(0)
            .spawn()
            .unwrap();
        let mut outside = Command::new("sleep").arg("1000").spawn().unwrap();
        let end = Instant::now() + Duration::from_secs(10);
        while of_session(&root, &[]).len() < 2 && Instant::now() < end {
            thread::sleep(LOOK_EVERY);
        }
        assert_eq!(of_session(&root, &[]).len(), 2, "the shell and its child without an environment");
        assert_eq!(of_session(&root, &[inside.id()]).len(), 1);
        stop_all_of(&root, &[]);
        inside.wait().unwrap();
        assert!(of_session(&root, &[]).is_empty());
        assert!(outside.try_wait().unwrap().is_none(), "the other one still runs");
        outside.kill().unwrap();
        outside.wait().unwrap();
    }
}
