//! Debian and Ubuntu: which packages are missing, and installing those, as root or through sudo.

use std::collections::BTreeSet;
#[cfg(unix)]
use std::fs;
use std::process::{Command, Stdio};

use crate::problem::{Outcome, Problem, While};
use crate::tools::{run, say, which};

/// One thing that is needed: the package to install, and others that would do as well if they are there already.
pub struct Need {
    package: &'static str,
    or: &'static [&'static str],
}

const fn need(package: &'static str) -> Need {
    Need { package, or: &[] }
}

/// To compile the app and to open it.
pub const BUILD: &[Need] = &[
    need("build-essential"),
    need("ca-certificates"),
    // a bus and a keychain, where the desktop has not brought its own; both ask for a session bus package, and this one
    // does not bring a login manager along
    need("dbus"),
    Need { package: "dbus-x11", or: &["dbus-user-session"] },
    need("file"),
    Need { package: "gnome-keyring", or: &["kwalletmanager"] },
    need("libayatana-appindicator3-dev"),
    need("libgtk-3-dev"),
    need("librsvg2-dev"),
    need("libsoup-3.0-dev"),
    need("libssl-dev"),
    need("libwebkit2gtk-4.1-dev"),
    need("libxdo-dev"),
    need("pkg-config"),
    need("python3"),
];

/// To open the app where nobody looks, and to watch it from outside.
pub const DISPLAY: &[Need] = &[
    need("ayatana-indicator-application"),
    need("dunst"),
    need("fonts-dejavu-core"),
    need("fonts-liberation"),
    need("gnome-keyring"),
    need("imagemagick"),
    need("libnotify-bin"),
    need("libsecret-tools"),
    need("mupdf-tools"),
    need("openbox"),
    need("poppler-utils"),
    // `dunstctl history` calls busctl, which lives here
    need("systemd"),
    need("webkit2gtk-driver"),
    need("x11-utils"),
    need("xdotool"),
    need("xvfb"),
];

/// What only measuring needs: a program that searches letters, to be compared with.
pub const MEASURE: &[Need] = &[need("notmuch")];

/// The Python installer, which is only wanted when no Python on the path has one.
pub const PIP: &[Need] = &[need("python3-pip")];

/// Whether this system is managed with apt.
pub fn is_at_home() -> bool {
    cfg!(target_os = "linux") && which("apt-get").is_some() && which("dpkg-query").is_some()
}

/// Installs what is missing of these sets, after saying what that is.
pub fn install_missing(sets: &[&[Need]]) -> Outcome {
    let needs: Vec<&Need> = sets.iter().copied().flatten().collect();
    let missing = missing(&needs, &installed(&needs)?);
    if missing.is_empty() {
        return Ok(());
    }
    say(format!("{} system packages are missing and will now be installed with apt-get:", missing.len()));
    println!("{}", folded(&missing));
    let elevate = elevation(&missing, is_root(), which("sudo").is_some())?;
    let fresh = run(apt_get(&elevate).arg("update"));
    if fresh.is_err() {
        say("`apt-get update` failed; trying with the package lists that are there.");
    }
    run(apt_get(&elevate).args(["install", "-y", "--no-install-recommends"]).args(&missing)).map_err(|problem| {
        Problem::new(format!("The system packages could not be installed: {}", problem.what()))
            .advise("read apt-get's own words above; when it is repaired, start the same command again.")
    })
}

/// The names among `needs` (and their alternatives) that dpkg has installed.
fn installed(needs: &[&Need]) -> Outcome<BTreeSet<String>> {
    let output = Command::new("dpkg-query")
        .args(["--show", "--showformat=${Package} ${db:Status-Abbrev}\n"])
        .args(needs.iter().flat_map(|need| std::iter::once(need.package).chain(need.or.iter().copied())))
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .could_not("ask dpkg-query which packages are installed")?;
    Ok(names_installed(&String::from_utf8_lossy(&output.stdout)))
}

fn names_installed(listing: &str) -> BTreeSet<String> {
    listing
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter(|(_, state)| state.starts_with("ii") || state.starts_with("hi"))
        .map(|(name, _)| name.to_owned())
        .collect()
}

fn missing(needs: &[&Need], installed: &BTreeSet<String>) -> Vec<&'static str> {
    needs
        .iter()
        .filter(|need| !installed.contains(need.package) && !need.or.iter().any(|other| installed.contains(*other)))
        .map(|need| need.package)
        .collect()
}

/// What has to stand before `apt-get`: nothing for root, else sudo.
fn elevation(missing: &[&str], is_root: bool, has_sudo: bool) -> Outcome<Vec<&'static str>> {
    if is_root {
        return Ok(Vec::new());
    }
    if has_sudo {
        say("sudo may ask for your password now.");
        return Ok(vec!["sudo"]);
    }
    Err(Problem::new("Installing packages needs root, and there is no sudo on this machine.").advise(format!(
        "run this as root, then start the same command again:\n  apt-get update && apt-get install -y --no-install-recommends {}",
        missing.join(" ")
    )))
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

fn apt_get(elevate: &[&str]) -> Command {
    let mut words = elevate.to_vec();
    words.extend([
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-q",
        "-o",
        "Dpkg::Use-Pty=0",
        "-o",
        "DPkg::Lock::Timeout=300",
    ]);
    let (first, rest) = words.split_first().map_or(("apt-get", &[][..]), |(first, rest)| (*first, rest));
    let mut command = Command::new(first);
    command.args(rest);
    command
}

/// The names in lines of a readable length.
fn folded(names: &[&str]) -> String {
    let mut lines = vec![String::from("  ")];
    for name in names {
        let line = match lines.last_mut() {
            Some(line) if line.len() + name.len() < 100 => line,
            _ => {
                lines.push(String::from("  "));
                let Some(line) = lines.last_mut() else {
                    continue;
                };
                line
            }
        };
        line.push(' ');
        line.push_str(name);
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_is_installed() {
        let needs: Vec<&Need> = BUILD.iter().collect();
        let mut listing: String = BUILD
            .iter()
            .filter(|need| need.package != "dbus-x11")
            .map(|need| format!("{} ii \n", need.package))
            .collect();
        assert_eq!(missing(&needs, &names_installed(&listing)), ["dbus-x11"]);
        listing.push_str("dbus-user-session ii \n");
        assert!(missing(&needs, &names_installed(&listing)).is_empty(), "the alternative does as well");
    }

    #[test]
    fn a_removed_package_with_its_settings_left_counts_as_missing() {
        let names = names_installed("xvfb rc \nopenbox ii \nfile un \n");
        assert!(names.contains("openbox") && names.len() == 1);
    }

    #[test]
    fn root_installs_by_itself_others_through_sudo_and_without_it_the_command_is_told() {
        assert!(elevation(&["xvfb"], true, false).unwrap().is_empty());
        assert_eq!(elevation(&["xvfb"], false, true).unwrap(), ["sudo"]);
        let told = elevation(&["xvfb", "openbox"], false, false).unwrap_err().to_string();
        assert!(told.contains("apt-get install -y --no-install-recommends xvfb openbox"), "{told}");
    }

    #[test]
    fn long_lists_are_folded() {
        let names: Vec<&str> = BUILD.iter().chain(DISPLAY).map(|need| need.package).collect();
        let text = folded(&names);
        assert!(text.lines().all(|line| line.len() <= 101));
        assert_eq!(text.split_whitespace().collect::<Vec<_>>(), names);
    }
}
