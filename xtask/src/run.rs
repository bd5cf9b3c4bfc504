//! `cargo xtask run`: from a fresh clone to an open window, or, without a display, to a finished tour.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crate::problem::{Outcome, Problem, While};
use crate::repo::{Profile, Repo};
use crate::session::{Scratch, Session};
use crate::setup::{self, Scope};
use crate::tools::{cargo, forget_outer_cargo, run as run_command, run_within, say, targets};
use crate::turn::Turn;

/// The name of the tour among the tests of package `journeys`.
pub const TOUR: &str = "tour";

/// A tour that takes longer hangs.
const LONGEST_TOUR: Duration = Duration::from_secs(15 * 60);

/// Sets up, builds, and opens the app, or drives the tour.
pub fn run(repo: &Repo, tour: bool) -> Outcome {
    let tour = tour || !has_display(cfg!(target_os = "linux"), |name| env::var_os(name));
    if tour {
        Session::possible()?;
    }
    setup::setup(repo, if tour { Scope::Everything } else { Scope::Build })?;
    if !tour {
        return open(repo);
    }
    require_tour(repo)?;
    // before the building, which would put other programs under a tour that is under way
    let turn = Turn::take(&repo.target(""))?;
    say("Building the app and the tour; the first time takes some minutes.");
    // one command for both: what tests switch on in shared crates would otherwise build these twice
    run_command(cargo(repo).args(["build", "--workspace", "--bins", "--test", TOUR]))?;
    drive_tour(repo, &turn)
}

/// Whether there is a screen that a window can open on: on Linux a variable says so, elsewhere there always is one.
fn has_display(on_linux: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
    !on_linux
        || ["DISPLAY", "WAYLAND_DISPLAY"].into_iter().any(|name| variable(name).is_some_and(|value| !value.is_empty()))
}

fn open(repo: &Repo) -> Outcome {
    say("Building the app; the first time takes some minutes.");
    let mut build = cargo(repo);
    build.args(["build", "--workspace"]);
    if cfg!(windows) {
        // a running program, this one, can't be replaced there
        build.args(["--exclude", "xtask"]);
    }
    run_command(&mut build)?;
    say("Opening Mottaget in practice mode.");
    let mut app = std::process::Command::new(repo.program("mottaget", Profile::Dev));
    forget_outer_cargo(&mut app, repo);
    run_command(app.current_dir(repo.root()).arg("--practice").envs(repo.program_env(Profile::Dev)))
}

/// Runs the built tour, alone in a private session, and says where its screenshots and its report are. Only who has the
/// turn may.
pub fn drive_tour(repo: &Repo, turn: &Turn) -> Outcome {
    drive_tour_with(repo, turn, &repo.program_env(Profile::Dev))
}

/// The same, with the programs that `places` names by their environment variables.
pub fn drive_tour_with(repo: &Repo, _turn: &Turn, places: &[(&str, PathBuf)]) -> Outcome {
    require_tour(repo)?;
    let folder = repo.target(TOUR);
    if folder.exists() {
        fs::remove_dir_all(&folder).could_not(format!("empty {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).could_not(format!("make {}", folder.display()))?;
    say("Driving the tour in a private session.");
    let session = Session::start(repo, TOUR, Scratch::Remove)?;
    let mut tour = cargo(repo);
    tour.args(["test", "--quiet", "--workspace", "--test", TOUR, "--", "--nocapture", "--test-threads=1"])
        .envs(places.iter().map(|(name, path)| (name, path)));
    session.enter(&mut tour);
    let result = run_within(&mut tour, LONGEST_TOUR);
    let logs = session.logs().clone();
    session.stop()?;
    say(format!("screenshots and report: {}", folder.display()));
    let report = folder.join("report.md");
    let has_report = fs::metadata(&report).is_ok_and(|about| about.len() > 0);
    result.map_err(|problem| {
        Problem::new(format!("The tour failed. {}", problem.what())).advise(format!(
            "see {} and the logs in {}.",
            report.display(),
            logs.display()
        ))
    })?;
    if !has_report {
        return Err(Problem::new(format!("The tour passed but wrote no report to {}.", report.display())));
    }
    Ok(())
}

fn require_tour(repo: &Repo) -> Outcome {
    if targets(repo, "test")?.iter().any(|target| target.name == TOUR) {
        return Ok(());
    }
    Err(Problem::new("There is no tour to drive: package `journeys` has no test named `tour`."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_display_on_linux_the_tour_is_driven() {
        let with = |name: &'static str, value: &'static str| move |asked: &str| (asked == name).then(|| value.into());
        assert!(!has_display(true, |_| None));
        assert!(!has_display(true, with("DISPLAY", "")), "an empty one is none");
        assert!(has_display(true, with("DISPLAY", ":0")));
        assert!(has_display(true, with("WAYLAND_DISPLAY", "wayland-0")));
        assert!(has_display(false, |_| None), "macOS and Windows have no such variable");
    }
}
