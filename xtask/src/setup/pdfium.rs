//! The pdfium library that draws PDF pages: taken from a pinned Python wheel, checked, unpacked under vendor/.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};

use crate::problem::{Outcome, Problem, While};
use crate::repo::Repo;
use crate::tools::{capture, run, say, which};

/// Which wheel a machine takes, and what the library in it must hash to.
struct Build {
    os: &'static str,
    arch: &'static str,
    wheel: &'static str,
    library: &'static str,
    sha256: &'static str,
}

/// pdfium build 8149, from pypdfium2 5.15.2; the hashes of the wheels are in pdfium-requirements.txt.
const BUILDS: &[Build] = &[
    Build {
        os: "linux",
        arch: "x86_64",
        wheel: "manylinux_2_17_x86_64",
        library: "libpdfium.so",
        sha256: "c76dc0f7839644bfa7c3e3107a6068df714e339c861bb7d4519907b821d427f9",
    },
    Build {
        os: "linux",
        arch: "aarch64",
        wheel: "manylinux_2_17_aarch64",
        library: "libpdfium.so",
        sha256: "4378615ad9710397c96c112611be9018629bbfe38805d91a2663a534b99c28ca",
    },
    Build {
        os: "windows",
        arch: "x86_64",
        wheel: "win_amd64",
        library: "pdfium.dll",
        sha256: "42d87f68957d745ce9377dfb1d8d63691e19082a7ec29ff421d22779d3142b29",
    },
    Build {
        os: "windows",
        arch: "aarch64",
        wheel: "win_arm64",
        library: "pdfium.dll",
        sha256: "b244ece18abdb7abfb9f2501bdb5f7097a1119250bf6e7935dcc5dd97fea7712",
    },
    Build {
        os: "macos",
        arch: "aarch64",
        wheel: "macosx_13_0_arm64",
        library: "libpdfium.dylib",
        sha256: "5574cd4164a1317bc6b2f3168a4f433ca84561aa1b33f570422ce20f199d3765",
    },
    Build {
        os: "macos",
        arch: "x86_64",
        wheel: "macosx_13_0_x86_64",
        library: "libpdfium.dylib",
        sha256: "967a413d03dde793455ed9f9ecb29b7fec6da846166ecd5b43e0bc3ddb4d9be2",
    },
];

/// Makes sure that the library of this machine lies under vendor/ and is the right one.
pub fn fetch_if_missing(repo: &Repo) -> Outcome {
    let build = build_for_this_machine()?;
    if is_there(repo, build)? {
        return Ok(());
    }
    say("The pdfium library will now be fetched (3 MB, the package pypdfium2 from your Python package index).");
    let library = repo.pdfium();
    let scratch = repo.target("xtask/pdfium");
    fresh_folder(&scratch)?;
    let python = python_with_pip().ok_or_else(|| {
        Problem::new("Python's pip is missing; it fetches the pdfium library.").advise(
            "install pip for Python 3 (for instance `python3 -m ensurepip --user`), then start the same command again.",
        )
    })?;
    download(repo, &python, build, &scratch)?;
    unpack(&python, build, &scratch, &library)?;
    fs::remove_dir_all(&scratch).could_not("remove the downloaded package")?;
    note_checked(&library, &stamp(&library), build)
}

/// Whether the library has to be fetched and there is no pip yet to fetch it with.
pub fn wants_pip(repo: &Repo) -> Outcome<bool> {
    Ok(!is_there(repo, build_for_this_machine()?)? && python_with_pip().is_none())
}

fn build_for_this_machine() -> Outcome<&'static Build> {
    let (os, arch) = (env::consts::OS, env::consts::ARCH);
    BUILDS.iter().find(|build| build.os == os && build.arch == arch).ok_or_else(|| {
        Problem::new(format!("There is no pdfium library for {os} on {arch}."))
            .advise("build on Linux, Windows or macOS with an x86_64 or arm64 processor.")
    })
}

fn is_there(repo: &Repo, build: &Build) -> Outcome<bool> {
    let library = repo.pdfium();
    if !library.is_file() || !licences(&library).is_dir() {
        return Ok(false);
    }
    if was_checked(&library, &stamp(&library), build) {
        return Ok(true);
    }
    let right = hash(&library)? == build.sha256;
    if right {
        note_checked(&library, &stamp(&library), build)?;
    }
    Ok(right)
}

fn stamp(library: &Path) -> PathBuf {
    library.with_extension("checked")
}

/// Hashing eight megabytes takes a debug build a while, so a file that was right once is only compared by size and time.
fn was_checked(library: &Path, stamp: &Path, build: &Build) -> bool {
    fingerprint(library, build).is_some_and(|now| fs::read_to_string(stamp).is_ok_and(|then| then == now))
}

/// The licence texts that came with the library.
fn licences(library: &Path) -> PathBuf {
    library.with_file_name("licenses")
}

fn note_checked(library: &Path, stamp: &Path, build: &Build) -> Outcome {
    let text =
        fingerprint(library, build).ok_or_else(|| Problem::new("The pdfium library vanished while it was checked."))?;
    fs::write(stamp, text).could_not(format!("write {}", stamp.display()))
}

fn fingerprint(library: &Path, build: &Build) -> Option<String> {
    let about = fs::metadata(library).ok()?;
    let changed = about.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(format!("{} {} {}", build.sha256, about.len(), changed.as_nanos()))
}

fn hash(file: &Path) -> Outcome<String> {
    let bytes = fs::read(file).could_not(format!("read {}", file.display()))?;
    Ok(hex::encode(Sha256::digest(bytes)))
}

fn fresh_folder(folder: &Path) -> Outcome {
    if folder.exists() {
        fs::remove_dir_all(folder).could_not(format!("empty {}", folder.display()))?;
    }
    fs::create_dir_all(folder).could_not(format!("make {}", folder.display()))
}

/// The first Python that can run pip.
fn python_with_pip() -> Option<PathBuf> {
    ["python3", "python", "/usr/bin/python3"].into_iter().find_map(with_pip)
}

fn with_pip(name: &str) -> Option<PathBuf> {
    let python = if name.starts_with('/') { PathBuf::from(name) } else { which(name)? };
    let status = Command::new(&python)
        .args(["-m", "pip", "--version"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success()).then_some(python)
}

fn download(repo: &Repo, python: &Path, build: &Build, scratch: &Path) -> Outcome {
    run(Command::new(python)
        .args(["-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"])
        .args(["--only-binary=:all:", "--require-hashes", "--platform", build.wheel, "--dest"])
        .arg(scratch)
        .arg("--requirement")
        .arg(repo.path("xtask/pdfium-requirements.txt")))
    .map_err(|problem| {
        Problem::new(format!("The pdfium library could not be fetched: {}", problem.what())).advise(
            "check the network and pip's settings (`python3 -m pip config list`), then start the same command again.",
        )
    })
}

fn unpack(python: &Path, build: &Build, scratch: &Path, library: &Path) -> Outcome {
    let wheel = only_entry(scratch, |name| name.ends_with(".whl"))?;
    let inside = scratch.join("wheel");
    capture(Command::new(python).args(["-m", "zipfile", "-e"]).arg(&wheel).arg(&inside))?;
    let unpacked = inside.join("pypdfium2_raw").join(build.library);
    let found = hash(&unpacked)?;
    if found != build.sha256 {
        return Err(Problem::new(format!("The pdfium library is not the expected one (sha256 {found}).")).advise(
            "do not use it; if the version was raised on purpose, put the new hashes into xtask/src/setup/pdfium.rs.",
        ));
    }
    let info = only_entry(&inside, |name| name.ends_with(".dist-info"))?;
    let folder = library.parent().ok_or_else(|| Problem::new("The pdfium library has no folder."))?;
    let (staged, staged_library) = (folder.with_extension("new"), unpacked.file_name());
    fresh_folder(&staged)?;
    copy_tree(&info.join("licenses"), &staged.join("licenses"))?;
    fs::copy(&unpacked, staged.join(staged_library.unwrap_or_default()))
        .could_not(format!("write {}", library.display()))?;
    if folder.exists() {
        fs::remove_dir_all(folder).could_not(format!("empty {}", folder.display()))?;
    }
    fs::rename(&staged, folder).could_not(format!("write {}", folder.display()))
}

fn only_entry(folder: &Path, wanted: impl Fn(&str) -> bool) -> Outcome<PathBuf> {
    let entries = fs::read_dir(folder).could_not(format!("read {}", folder.display()))?;
    entries
        .flatten()
        .find(|entry| wanted(&entry.file_name().to_string_lossy()))
        .map(|entry| entry.path())
        .ok_or_else(|| Problem::new(format!("The downloaded package in {} is not as expected.", folder.display())))
}

fn copy_tree(from: &Path, to: &Path) -> Outcome {
    fs::create_dir_all(to).could_not(format!("make {}", to.display()))?;
    for entry in fs::read_dir(from).could_not(format!("read {}", from.display()))?.flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).could_not(format!("write {}", target.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_that_was_changed_after_its_check_is_checked_again() {
        let folder = env::temp_dir().join(format!("mottaget-pdfium-{}", std::process::id()));
        fresh_folder(&folder).unwrap();
        let (library, stamp) = (folder.join("libpdfium.so"), folder.join("libpdfium.checked"));
        fs::write(&library, "one").unwrap();
        note_checked(&library, &stamp, &BUILDS[0]).unwrap();
        assert!(was_checked(&library, &stamp, &BUILDS[0]));
        assert!(!was_checked(&library, &stamp, &BUILDS[1]), "another expected hash");
        fs::write(&library, "other").unwrap();
        assert!(!was_checked(&library, &stamp, &BUILDS[0]));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn every_wheel_of_the_table_is_pinned() {
        let pinned = include_str!("../../pdfium-requirements.txt");
        assert_eq!(pinned.matches("--hash=sha256:").count(), BUILDS.len());
        assert!(pinned.contains("pypdfium2=="));
    }
}
