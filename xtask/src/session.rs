//! The private session: a display, a session bus, a keychain, a window manager and a notification daemon
//! of their own, in a scratch folder of their own. Nothing of the person's own session is touched.
//!
//! A second process of this program, the *keeper*, starts the parts and is their parent. It lives in a process
//! group of its own and holds one end of a pipe: when this process ends in whatever way, Ctrl-C and SIGKILL
//! included, the pipe closes, and the keeper stops everything and removes the folder.

#[cfg(target_os = "linux")]
mod keeper;
#[cfg(target_os = "linux")]
mod parts;
#[cfg(target_os = "linux")]
mod scratch;
#[cfg(target_os = "linux")]
mod sweep;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};

use crate::problem::{Outcome, Problem, While};
use crate::repo::{Profile, Repo};
use crate::setup;
use crate::tools::{forget_outer_cargo, say};

/// The word by which this program knows that it is to be the keeper.
pub const KEEPER: &str = "session-keeper";

/// The variable that every process inside a session carries; its value is the session's scratch folder.
pub const MARK: &str = "MOTTAGET_SESSION";

/// What of the outer session must not be seen inside.
const HIDDEN: [&str; 16] = [
    "DBUS_STARTER_ADDRESS",
    "DBUS_STARTER_BUS_TYPE",
    "DESKTOP_SESSION",
    "DESKTOP_STARTUP_ID",
    "GDK_BACKEND",
    "GNOME_KEYRING_CONTROL",
    "GTK_IM_MODULE",
    "GTK_MODULES",
    "SESSION_MANAGER",
    "SSH_AUTH_SOCK",
    "WAYLAND_DISPLAY",
    "WAYLAND_SOCKET",
    "XDG_CURRENT_DESKTOP",
    "XDG_SESSION_ID",
    "XDG_SESSION_TYPE",
    "XMODIFIERS",
];

/// What happens to the scratch folder at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scratch {
    /// It is removed.
    Remove,
    /// It stays, to be looked at.
    Keep,
}

/// A running session; it ends when this is dropped.
#[derive(Debug)]
pub struct Session {
    keeper: Child,
    /// As long as this is open, the session lives.
    lifeline: Option<ChildStdin>,
    env: BTreeMap<String, String>,
    logs: PathBuf,
}

impl Session {
    /// Says so where there is no such session, before anybody has built for it.
    pub fn possible() -> Outcome {
        if cfg!(target_os = "linux") {
            return Ok(());
        }
        Err(Problem::new("The private session exists on Linux only.")
            .advise("use your own display: `cargo xtask run` without `--tour`."))
    }

    /// Starts all parts and waits until each of them answers. `name` is the folder of their logs in
    /// target/session-logs.
    pub fn start(repo: &Repo, name: &str, scratch: Scratch) -> Outcome<Self> {
        Self::possible()?;
        let logs = repo.target("session-logs").join(name);
        if logs.exists() {
            fs::remove_dir_all(&logs).could_not(format!("empty {}", logs.display()))?;
        }
        fs::create_dir_all(&logs).could_not(format!("make {}", logs.display()))?;
        let mut keeper = start_keeper(repo, &logs, scratch)?;
        let lifeline = keeper.stdin.take();
        let answer = first_line(&mut keeper);
        let mut session = Self { keeper, lifeline, env: BTreeMap::new(), logs };
        session.env = understand(&answer?).map_err(|problem| session.with_logs(&problem))?;
        Ok(session)
    }

    /// Makes a command run inside this session.
    pub fn enter(&self, command: &mut Command) {
        for name in HIDDEN {
            command.env_remove(name);
        }
        command.envs(&self.env);
    }

    /// Ends the session and waits until nothing of it is left.
    pub fn stop(mut self) -> Outcome {
        self.end()
    }

    /// Where the parts wrote their logs.
    pub fn logs(&self) -> &PathBuf {
        &self.logs
    }

    fn end(&mut self) -> Outcome {
        if self.lifeline.take().is_none() {
            return Ok(());
        }
        let status = self.keeper.wait().could_not("wait for the private session to end")?;
        if status.success() {
            return Ok(());
        }
        Err(self.with_logs(&Problem::new("The private session did not end cleanly.")))
    }

    fn with_logs(&self, problem: &Problem) -> Problem {
        let advice = problem.advice().unwrap_or("read the logs of its parts.");
        Problem::new(problem.what()).advise(format!("{advice} Logs: {}", self.logs.display()))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Err(problem) = self.end() {
            eprintln!("mottaget: {problem}");
        }
    }
}

fn start_keeper(repo: &Repo, logs: &PathBuf, scratch: Scratch) -> Outcome<Child> {
    // /proc/self/exe still names this program after a build has replaced its file
    let mut command = Command::new("/proc/self/exe");
    command
        .arg(KEEPER)
        .arg(logs)
        .arg(if scratch == Scratch::Keep { "keep" } else { "remove" })
        .current_dir(repo.root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .env_remove(MARK);
    forget_outer_cargo(&mut command, repo);
    // forget_outer_cargo removes what the keeper would find the repository by
    command.env("CARGO_MANIFEST_DIR", repo.root());
    for name in HIDDEN {
        command.env_remove(name);
    }
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        // a group of its own, so that Ctrl-C reaches us and not the keeper
        command.process_group(0);
    }
    command.spawn().could_not("start the private session")
}

fn first_line(keeper: &mut Child) -> Outcome<String> {
    let mut line = String::new();
    if let Some(output) = keeper.stdout.take() {
        BufReader::new(output).read_line(&mut line).could_not("hear from the private session")?;
    }
    Ok(line)
}

/// The keeper's one line: the session's environment, or why there is none.
fn understand(line: &str) -> Outcome<BTreeMap<String, String>> {
    let answer: serde_json::Value =
        serde_json::from_str(line).map_err(|_| Problem::new("The private session ended before it was ready."))?;
    if let Some(what) = answer.get("failed").and_then(serde_json::Value::as_str) {
        let problem = Problem::new(what);
        return Err(match answer.get("advice").and_then(serde_json::Value::as_str) {
            Some(advice) => problem.advise(advice),
            None => problem,
        });
    }
    let env = answer.get("env").and_then(serde_json::Value::as_object);
    let env = env.ok_or_else(|| Problem::new("The private session gave an answer that I do not understand."))?;
    Ok(env.iter().filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect())
}

/// `cargo xtask session -- COMMAND`: runs one command inside and ends with its exit code.
pub fn run(repo: &Repo, words: &[&str], scratch: Scratch) -> Outcome<ExitCode> {
    setup::setup_session()?;
    let session = Session::start(repo, "session", scratch)?;
    let Some((program, arguments)) = words.split_first() else {
        return Err(Problem::new("There is no command to run."));
    };
    let mut command = Command::new(program);
    command.args(arguments).envs(repo.program_env(Profile::Dev));
    forget_outer_cargo(&mut command, repo);
    session.enter(&mut command);
    let status = command.status().could_not(format!("start `{program}`"))?;
    if scratch == Scratch::Keep {
        say(format!("the session's folder stays: {}", session.env.get(MARK).map_or("", String::as_str)));
    }
    session.stop()?;
    let code = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
    Ok(ExitCode::from(code))
}

/// The keeper's whole life. Its exit code says whether everything ended well.
pub fn keep(logs: &str, scratch: &str) -> ExitCode {
    #[cfg(target_os = "linux")]
    {
        let scratch = if scratch == "keep" { Scratch::Keep } else { Scratch::Remove };
        keeper::keep(logs.as_ref(), scratch)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (logs, scratch);
        ExitCode::FAILURE
    }
}
