//! A program with a window, from its start to its end.

use crate::memory;
use crate::window::Answer;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

const LONGEST: Duration = Duration::from_secs(60);

pub struct Program {
    child: Child,
    began: Instant,
    lines: Receiver<(Instant, String)>,
}

impl Program {
    pub fn start(mut command: Command) -> Answer<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let began = Instant::now();
        let mut child = command.spawn().map_err(|error| format!("{:?}: {error}", command.get_program()))?;
        let output = child.stdout.take().ok_or("no standard output")?;
        let (say, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if say.send((Instant::now(), line)).is_err() {
                    break;
                }
            }
        });
        Ok(Self { child, began, lines })
    }

    /// Milliseconds from the start until it wrote this line.
    pub fn said(&self, word: &str) -> Answer<f64> {
        loop {
            let (at, line) = self.lines.recv_timeout(LONGEST).map_err(|_| format!("a program never said `{word}`"))?;
            if line == word {
                return Ok((at - self.began).as_secs_f64() * 1000.0);
            }
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end, and waits until all that it started has gone too.
    pub async fn end(self) -> Answer<()> {
        let family = memory::tree(self.child.id());
        ask_to_end(self.child.id())?;
        memory::until_gone(&family).await
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Only still there if something went wrong.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// As the desktop asks at the end of a session.
pub fn ask_to_end(pid: u32) -> Answer<()> {
    Command::new("kill").args(["-TERM", &pid.to_string()]).status().map(drop).map_err(|error| format!("kill: {error}"))
}

/// Processes whose command line names this.
pub fn naming(text: &str) -> Vec<u32> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|pid| *pid != std::process::id())
        .filter(|pid| {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(text)
        })
        .collect()
}
