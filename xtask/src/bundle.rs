//! `cargo xtask bundle`: the packages that clinics install, and the proof that what lies in one works by itself.
//!
//! The worker and the pdfium library go into a package under a configuration of their own: in `tauri.conf.json` they
//! would have to be there before any `cargo build`, even of an editor.

use std::env::consts;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::problem::{Outcome, Problem, While};
use crate::repo::{Profile, Repo};
use crate::run::{TOUR, drive_tour_with};
use crate::setup::{self, Scope};
use crate::tools::{capture, cargo, forget_outer_cargo, run, say};
use crate::turn::Turn;

const WORKER: &str = "mottaget-preview";

/// Builds the packages of this system; on Debian and its kin one of them is then unpacked and toured.
pub fn bundle(repo: &Repo) -> Outcome {
    let kinds = kinds_for_this_system()?;
    setup::setup(repo, Scope::Everything)?;
    say("Building in release mode; the first time takes some minutes.");
    run(cargo(repo).args(["build", "--release", "--package", WORKER]))?;
    let config = write_config(repo)?;
    let mut build = packager(repo)?;
    build.arg("build").arg("--config").arg(&config).args(["--bundles", kinds]);
    run(&mut build)?;
    let made = packages(repo)?;
    for package in &made {
        say(format!("made: {}", package.display()));
    }
    match made.iter().find(|package| package.extension().is_some_and(|kind| kind == "deb")) {
        Some(package) => prove(repo, package),
        None => Ok(()),
    }
}

/// What can be made where this runs; the tools for other systems are not to be had here.
fn kinds_for_this_system() -> Outcome<&'static str> {
    match consts::OS {
        "linux" => Ok("deb,rpm"),
        "windows" => Ok("nsis"),
        "macos" => Ok("app,dmg"),
        other => Err(Problem::new(format!("There is no package for {other}."))
            .advise("make packages on Linux, Windows or macOS.")),
    }
}

/// Tauri's own packager, as npm has installed it.
fn packager(repo: &Repo) -> Outcome<Command> {
    let name = if cfg!(windows) { "tauri.cmd" } else { "tauri" };
    let program = repo.path("ui/node_modules/.bin").join(name);
    if !program.is_file() {
        return Err(Problem::new("The packager @tauri-apps/cli is missing.")
            .advise("remove ui/node_modules and start the same command again."));
    }
    let mut command = Command::new(program);
    forget_outer_cargo(&mut command, repo);
    command.current_dir(repo.root()).env("CI", "true");
    Ok(command)
}

/// Puts the worker where the packager wants it, named for the platform, and writes down what goes into the package.
fn write_config(repo: &Repo) -> Outcome<PathBuf> {
    let folder = repo.target("xtask/bundle");
    fs::create_dir_all(&folder).could_not(format!("make {}", folder.display()))?;
    let worker = folder.join(WORKER);
    let named = folder.join(format!("{WORKER}-{}{}", platform(repo)?, consts::EXE_SUFFIX));
    fs::copy(repo.program(WORKER, Profile::Release), &named)
        .could_not(format!("copy the worker to {}", named.display()))?;
    let file = folder.join("tauri.bundle.json");
    let config = config(&repo.pdfium(), &worker)?;
    fs::write(&file, format!("{config:#}\n")).could_not(format!("write {}", file.display()))?;
    Ok(file)
}

/// What only a package has: the library with its licences beside it, and the worker. The screen is built already.
fn config(pdfium: &Path, worker: &Path) -> Outcome<Value> {
    let name = pdfium.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let licences = pdfium.with_file_name("licenses");
    let text = |path: &Path| {
        path.to_str().map(str::to_owned).ok_or_else(|| {
            Problem::new(format!("The packager can't read the path {}.", path.display()))
                .advise("move the repository to a folder whose name is plain text.")
        })
    };
    Ok(json!({
        "build": { "beforeBuildCommand": null },
        "bundle": {
            "resources": { text(pdfium)?: name, format!("{}/", text(&licences)?): "licenses/pdfium/" },
            "externalBin": [text(worker)?],
        },
    }))
}

/// The platform as Rust names it.
fn platform(repo: &Repo) -> Outcome<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let told = capture(Command::new(rustc).current_dir(repo.root()).arg("-vV"))?;
    host(&told)
        .map(str::to_owned)
        .ok_or_else(|| Problem::new(format!("rustc does not say which platform this is: {}", told.trim())))
}

fn host(told: &str) -> Option<&str> {
    told.lines().find_map(|line| line.strip_prefix("host: ")).map(str::trim)
}

/// The packages that lie ready.
fn packages(repo: &Repo) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    for kind in ["deb", "rpm", "nsis", "dmg"] {
        let folder = repo.target("release/bundle").join(kind);
        if !folder.is_dir() {
            continue;
        }
        let files = fs::read_dir(&folder).could_not(format!("list {}", folder.display()))?;
        for file in files {
            let path = file.could_not(format!("list {}", folder.display()))?.path();
            if path.is_file() {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Unpacks the package and drives the tour with nothing but what lies in it: the app has to find its own worker, and
/// that the library.
fn prove(repo: &Repo, package: &Path) -> Outcome {
    let folder = repo.target("xtask/bundle/unpacked");
    if folder.exists() {
        fs::remove_dir_all(&folder).could_not(format!("empty {}", folder.display()))?;
    }
    run(Command::new("dpkg-deb").arg("--extract").arg(package).arg(&folder))?;
    let app = folder.join("usr/bin/mottaget");
    for wanted in ["usr/bin/mottaget", "usr/bin/mottaget-preview", "usr/lib/Mottaget/libpdfium.so"] {
        if !folder.join(wanted).is_file() {
            return Err(Problem::new(format!("{} has no {wanted}.", package.display())));
        }
    }
    let turn = Turn::take(&repo.target(""))?;
    say("The package is complete. Building the tour, to drive it through the packaged app.");
    run(cargo(repo).args(["build", "--workspace", "--bins", "--test", TOUR]))?;
    drive_tour_with(repo, &turn, &[("MOTTAGET_APP", app), ("MOTTAGET_TOUR_DIR", repo.target(TOUR))])?;
    say("The packaged app has done the tour.");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_lands_where_the_worker_looks_for_it() {
        let config = config(Path::new("/r/vendor/pdfium/linux-x86_64/libpdfium.so"), Path::new("/t/mottaget-preview"));
        let bundle = config.unwrap()["bundle"].clone();
        // `usr/lib/Mottaget/` is where the packager puts resources, and `../lib/Mottaget/` where the worker looks
        assert_eq!(bundle["resources"]["/r/vendor/pdfium/linux-x86_64/libpdfium.so"], "libpdfium.so");
        assert_eq!(bundle["resources"]["/r/vendor/pdfium/linux-x86_64/licenses/"], "licenses/pdfium/");
        assert_eq!(bundle["externalBin"][0], "/t/mottaget-preview");
    }

    #[test]
    fn rustc_names_the_platform() {
        let told = "rustc 1.95.0 (abc 2026-04-14)\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\nrelease: 1.95.0\n";
        assert_eq!(host(told), Some("x86_64-unknown-linux-gnu"));
        assert_eq!(host("rustc 1.95.0"), None);
    }
}
