//! The screen: checks Node, installs its packages when the lock file changed, builds it when its sources changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::problem::{Outcome, Problem, While};
use crate::repo::Repo;
use crate::tools::{capture, npm, run, say, which};

/// The oldest Node that the screen's tools run on.
const OLDEST_NODE: u32 = 20;
const GET_NODE: &str = "install Node 20 or newer with its npm, from https://nodejs.org; \
    Debian 12's own package is too old.";

/// What lies in ui/ but is not a source.
const NOT_SOURCES: [&str; 3] = ["node_modules", "dist", "coverage"];

/// Says so if Node or npm is missing or too old.
pub fn check_node() -> Outcome {
    let Some(node) = which("node") else {
        return Err(Problem::new("Node is missing; the screen is built with it.").advise(GET_NODE));
    };
    let version = capture(Command::new(node).arg("--version"))?;
    match major(&version) {
        Some(major) if major >= OLDEST_NODE => {}
        _ => {
            return Err(Problem::new(format!("Node {} is too old.", version.trim())).advise(GET_NODE));
        }
    }
    if which("npm").is_none() {
        return Err(Problem::new("Node is here, but its npm is missing.").advise(GET_NODE));
    }
    Ok(())
}

fn major(version: &str) -> Option<u32> {
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

/// Brings ui/node_modules and ui/dist up to date.
pub fn install_and_build(repo: &Repo) -> Outcome {
    let ui = repo.path("ui");
    let lock = ui.join("package-lock.json");
    if !lock.is_file() {
        return Err(Problem::new("ui/package-lock.json is missing.")
            .advise("run `npm install` in ui/ once and commit the lock file."));
    }
    // The stamp lies inside the folder that it vouches for, so that it goes when the folder goes.
    let packages = ui.join("node_modules");
    let wanted = digest(&ui, &[lock, ui.join("package.json")])?;
    once(&packages.join(".mottaget-installed"), &wanted, packages.is_dir(), || {
        say("Installing the screen's packages (npm ci).");
        run(npm(repo)?.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))
    })?;
    // This one may not: everything in ui/dist goes into the app.
    let wanted = format!("{wanted} {}", digest(&ui, &sources(&ui)?)?);
    once(&repo.target("xtask/ui-built"), &wanted, ui.join("dist/index.html").is_file(), || {
        say("Building the screen (npm run build).");
        run(npm(repo)?.args(["run", "--silent", "build"]))
    })
}

/// Does `work` unless `stamp` says that it was done for exactly this and its result is still `there`.
fn once(stamp: &Path, wanted: &str, there: bool, work: impl FnOnce() -> Outcome) -> Outcome {
    if there && fs::read_to_string(stamp).is_ok_and(|done| done == wanted) {
        return Ok(());
    }
    work()?;
    if let Some(folder) = stamp.parent() {
        fs::create_dir_all(folder).could_not(format!("make {}", folder.display()))?;
    }
    fs::write(stamp, wanted).could_not(format!("write {}", stamp.display()))
}

fn sources(ui: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![ui.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).could_not(format!("read {}", folder.display()))?.flatten() {
            let path = entry.path();
            if NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
                continue;
            }
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

/// A hash of the files' names and contents.
fn digest(base: &Path, files: &[PathBuf]) -> Outcome<String> {
    let mut hash = Sha256::new();
    for file in files {
        let bytes = fs::read(file).could_not(format!("read {}", file.display()))?;
        let name = file.strip_prefix(base).unwrap_or(file).to_string_lossy();
        hash.update(format!("{name}\n{}\n", bytes.len()));
        hash.update(&bytes);
    }
    Ok(hex::encode(hash.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn node_versions_are_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v18.0.0"), Some(18));
        assert_eq!(major("nonsense"), None);
    }

    #[test]
    fn work_is_done_once_for_the_same_sources_and_again_for_others() {
        let folder = std::env::temp_dir().join(format!("mottaget-once-{}", std::process::id()));
        let stamp = folder.join("stamp");
        let times = Cell::new(0);
        let work = || {
            times.set(times.get() + 1);
            Ok(())
        };
        once(&stamp, "a", true, work).unwrap();
        once(&stamp, "a", true, work).unwrap();
        assert_eq!(times.get(), 1);
        once(&stamp, "b", true, work).unwrap();
        assert_eq!(times.get(), 2);
        once(&stamp, "b", false, work).unwrap();
        assert_eq!(times.get(), 3, "the result had been deleted");
        once(&stamp, "c", true, || Err(Problem::new("it failed"))).unwrap_err();
        once(&stamp, "c", true, work).unwrap();
        assert_eq!(times.get(), 4, "a failure is not remembered as done");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_renamed_file_and_a_changed_file_count_as_changes() {
        let folder = std::env::temp_dir().join(format!("mottaget-digest-{}", std::process::id()));
        fs::create_dir_all(folder.join("node_modules")).unwrap();
        fs::write(folder.join("node_modules/x.js"), "1").unwrap();
        fs::write(folder.join("a.ts"), "1").unwrap();
        let now = || digest(&folder, &sources(&folder).unwrap()).unwrap();
        let first = now();
        fs::write(folder.join("node_modules/x.js"), "2").unwrap();
        assert_eq!(now(), first);
        fs::write(folder.join("a.ts"), "2").unwrap();
        let second = now();
        assert_ne!(second, first);
        fs::rename(folder.join("a.ts"), folder.join("b.ts")).unwrap();
        assert_ne!(now(), second);
        fs::remove_dir_all(&folder).unwrap();
    }
}
