//! The private session as a user of `cargo xtask session` meets it: with its real display, bus, keychain and
//! notification daemon.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

fn xtask(target: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    // logs of each test go to a folder of its own; what is outside must not shine through
    command
        .env("CARGO_TARGET_DIR", PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(target))
        .env("WAYLAND_DISPLAY", "of-the-outer-session");
    command
}

fn inside(target: &str, script: &str) -> Output {
    xtask(target).args(["session", "--", "sh", "-c", script]).output().unwrap()
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn every_part_answers_inside_and_the_exit_code_comes_out() {
    let script = r#"
        notify-send --expire-time=1 Ärende 'Nytt i inkorgen'
        printf hemligt | secret-tool store --label=prov service mottaget-xtask username prov
        echo "secret: $(secret-tool lookup service mottaget-xtask username prov)"
        echo "screen: $(xdpyinfo | grep dimensions)"
        echo "shown: $(dunstctl count displayed)"
        dunstctl close-all
        dunstctl history
        echo "wayland: [$WAYLAND_DISPLAY]"
        echo "folder: $MOTTAGET_SESSION"
        exit 7"#;
    let output = inside("answers", script);
    let said = words(&output);
    assert_eq!(output.status.code(), Some(7), "{said}");
    assert!(said.contains("secret: hemligt"), "{said}");
    assert!(said.contains("1440x900"), "{said}");
    assert!(said.contains("shown: 1"), "a sender's time limit does not make a notification vanish: {said}");
    assert!(said.contains("Nytt i inkorgen"), "the history keeps it: {said}");
    assert!(said.contains("wayland: []"), "{said}");
    let folder = said.lines().find_map(|line| line.strip_prefix("folder: ")).unwrap();
    assert!(!PathBuf::from(folder).exists(), "the scratch folder is removed");
}

#[test]
fn nothing_is_left_when_the_tool_is_killed() {
    let mut tool = xtask("killed")
        .args(["session", "--", "sh", "-c", "echo $MOTTAGET_SESSION; sleep 1000 & wait"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut held = tool.stderr.take().unwrap();
    let mut folder = String::new();
    BufReader::new(tool.stdout.take().unwrap()).read_line(&mut folder).unwrap();
    let folder = PathBuf::from(folder.trim());
    assert!(folder.is_dir());
    assert!(carriers(&folder) >= 5, "display, bus, window manager, keychain, notifications, and the command");
    tool.kill().unwrap();
    tool.wait().unwrap();
    // the command inside and the keeper hold the tool's standard error: it ends when the last of them, the keeper, has
    let (ended, wait) = mpsc::channel();
    thread::spawn(move || ended.send(held.read_to_end(&mut Vec::new()).is_ok()));
    assert_eq!(wait.recv_timeout(Duration::from_secs(30)), Ok(true), "the session ends by itself");
    assert!(!folder.exists(), "the scratch folder is removed");
    assert_eq!(carriers(&folder), 0, "no process is left");
}

/// How many processes have this session's mark in their environment.
fn carriers(folder: &std::path::Path) -> usize {
    let mark = format!("MOTTAGET_SESSION={}", folder.display());
    fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| fs::read(entry.path().join("environ")).ok())
        .filter(|env| env.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes()))
        .count()
}

#[test]
fn a_command_that_does_not_exist_is_named() {
    let output = xtask("missing").args(["session", "--", "no-such-program"]).output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("no-such-program"));
}

#[test]
fn an_unknown_word_leads_to_the_help() {
    let output = xtask("unknown").arg("dance").output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("dance") && said.contains("cargo xtask help"), "{said}");
    assert!(words(&xtask("help").output().unwrap()).contains("cargo xtask COMMAND"));
}
