//! Starting other programs: finding them, running them, and saying what to do when one of them fails.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::problem::{Outcome, Problem, While};
use crate::repo::Repo;

/// How often a program with a time limit is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Says one line about what happens now.
pub fn say(line: impl AsRef<str>) {
    println!("mottaget: {}", line.as_ref());
}

/// The first program of that name on the path.
pub fn which(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let candidates: &[String] =
        &if cfg!(windows) { vec![format!("{name}.exe"), format!("{name}.cmd")] } else { vec![name.to_owned()] };
    env::split_paths(&path)
        .flat_map(|dir| candidates.iter().map(move |file| dir.join(file)))
        .find(|file| file.is_file())
}

/// A cargo command in the repository, free of what the cargo that started *us* left in the environment.
///
/// Build scripts watch some of those variables; a command that inherits them and one typed by hand
/// would take turns in building the same crates again.
pub fn cargo(repo: &Repo) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(repo.root());
    forget_outer_cargo(&mut command, repo);
    command
}

/// Removes from a command's environment what `cargo run` adds to it.
pub fn forget_outer_cargo(command: &mut Command, repo: &Repo) {
    for (name, _) in env::vars_os() {
        if is_set_by_cargo_run(&name) {
            command.env_remove(name);
        }
    }
    let toolchain =
        env::var_os("CARGO").map(PathBuf::from).and_then(|cargo| Some(cargo.parent()?.parent()?.to_owned()));
    for name in ["LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"] {
        let Some(value) = env::var_os(name) else {
            continue;
        };
        let added_by_cargo = |dir: &PathBuf| {
            dir.starts_with(repo.target("")) || toolchain.as_ref().is_some_and(|toolchain| dir.starts_with(toolchain))
        };
        let kept: Vec<PathBuf> =
            env::split_paths(&value).filter(|dir| !added_by_cargo(dir) && !dir.as_os_str().is_empty()).collect();
        match env::join_paths(&kept) {
            Ok(joined) if !kept.is_empty() => command.env(name, joined),
            _ => command.env_remove(name),
        };
    }
}

fn is_set_by_cargo_run(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else {
        return false;
    };
    name.starts_with("CARGO_PKG_")
        || [
            "CARGO_MANIFEST_DIR",
            "CARGO_MANIFEST_PATH",
            "CARGO_CRATE_NAME",
            "CARGO_BIN_NAME",
            "CARGO_PRIMARY_PACKAGE",
            "OUT_DIR",
        ]
        .contains(&name)
}

/// Whether cargo has this sub-command (`nextest`, `fmt`, `clippy`).
pub fn cargo_has(repo: &Repo, subcommand: &str) -> bool {
    cargo(repo)
        .args([subcommand, "--version"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// npm in ui/.
pub fn npm(repo: &Repo) -> Outcome<Command> {
    let npm = which("npm").ok_or_else(|| {
        Problem::new("npm is missing.").advise("install Node 20 or newer with its npm, from https://nodejs.org.")
    })?;
    let mut command = Command::new(npm);
    command.current_dir(repo.path("ui")).env("CI", "1").env("NO_UPDATE_NOTIFIER", "1");
    forget_outer_cargo(&mut command, repo);
    Ok(command)
}

/// Runs a command with its output on the screen.
pub fn run(command: &mut Command) -> Outcome {
    let status = command.status().could_not(format!("start `{}`", shown(command)))?;
    succeeded(command, status)
}

/// Runs a command with its output on the screen and gives up after `limit`.
pub fn run_within(command: &mut Command, limit: Duration) -> Outcome {
    let mut child = command.spawn().could_not(format!("start `{}`", shown(command)))?;
    let end = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait().could_not(format!("wait for `{}`", shown(command)))? {
            return succeeded(command, status);
        }
        if Instant::now() >= end {
            child.kill().could_not(format!("stop `{}`", shown(command)))?;
            child.wait().could_not(format!("wait for `{}`", shown(command)))?;
            let minutes = limit.as_secs() / 60;
            return Err(Problem::new(format!(
                "`{}` took more than {minutes} minutes and was stopped.",
                shown(command)
            )));
        }
        thread::sleep(LOOK_EVERY);
    }
}

/// Runs a command and gives back what it wrote to its standard output.
pub fn capture(command: &mut Command) -> Outcome<String> {
    let output = command.stdin(Stdio::null()).output().could_not(format!("start `{}`", shown(command)))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Problem::new(format!("`{}` failed ({}). {}", shown(command), output.status, said.trim())))
}

fn succeeded(command: &Command, status: ExitStatus) -> Outcome {
    if status.success() {
        return Ok(());
    }
    Err(Problem::new(format!("`{}` failed ({status}); its own words are above.", shown(command))))
}

/// The command as a person would type it.
pub fn shown(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let name = program.file_name().map_or_else(|| program.as_os_str().to_owned(), OsString::from);
    let words: Vec<String> = std::iter::once(name.as_os_str())
        .chain(command.get_args())
        .map(|word| {
            let word = word.to_string_lossy();
            if word.is_empty() || word.contains(char::is_whitespace) { format!("'{word}'") } else { word.into_owned() }
        })
        .collect();
    words.join(" ")
}

/// One thing that cargo can build.
#[derive(Debug)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// Whether a plain `cargo test` runs it.
    pub tested: bool,
}

/// The targets of this kind (`test`, `bench`) in the workspace.
pub fn targets(repo: &Repo, kind: &str) -> Outcome<Vec<Target>> {
    use serde_json::Value;
    let metadata = metadata(repo)?;
    let list = |value: &Value, key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(list(&metadata, "packages")
        .iter()
        .flat_map(|package| list(package, "targets"))
        .filter(|target| list(target, "kind").iter().any(|one| one == kind))
        .filter_map(|target| {
            Some(Target {
                name: target.get("name")?.as_str()?.to_owned(),
                tested: target.get("test").and_then(Value::as_bool).unwrap_or(true),
            })
        })
        .collect())
}

/// What cargo knows about the workspace's own packages.
pub fn metadata(repo: &Repo) -> Outcome<serde_json::Value> {
    let text = capture(cargo(repo).args(["metadata", "--format-version=1", "--no-deps"]))?;
    serde_json::from_str(&text)
        .map_err(|error| Problem::new(format!("cargo's description of the workspace is unreadable: {error}.")))
}
