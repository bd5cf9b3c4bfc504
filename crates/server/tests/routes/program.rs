//! The program as it is started from a shell.

use crate::house::*;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_mottaget-server"))
}

#[test]
fn check_id_prints_the_kind_or_says_why_not() {
    for (value, out) in [
        ("19800101-9804", "personnummer 198001019804\n"),
        (" 19800101 9804\u{a0}", "personnummer 198001019804\n"),
        ("\tse2321000016-a001 ", "HSA-id SE2321000016-A001\n"),
    ] {
        let done = program().args(["check-id", value]).output().unwrap();
        assert_eq!((done.status.code(), String::from_utf8(done.stdout).unwrap().as_str()), (Some(0), out), "{value:?}");
    }
    for (value, why) in [("19800101-9803", "check digit"), ("SE2321000016", "hyphen"), ("", "nothing")] {
        let done = program().args(["check-id", value]).output().unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!((done.status.code(), done.stdout.len()), (Some(1), 0), "{value:?}");
        assert!(said.contains(why), "{value:?}: {said}");
    }
}

#[test]
fn explain_due_prints_due_time_and_reasoning_or_says_why_not() {
    let run = |arguments: &[&str]| {
        let done = program().arg("explain-due").args(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (done.status.code(), text(done.stdout), text(done.stderr))
    };
    let (code, said, _) =
        run(&["--received", "2026-12-22T15:00:00+01:00", "--days", "3", "--closed", "2026-12-23", "2026-12-28"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.starts_with("due       2027-01-04T23:59:59+01:00\n"), "{said}");
    assert!(said.contains("Wednesday 2026-12-23, the clinic is closed") && said.contains("Christmas Eve"), "{said}");
    for (arguments, why) in [
        (&["--received", "i går", "--days", "2"][..], "RFC 3339"),
        (&["--received", "2026-12-22T15:00:00Z", "--days", "-2"], "from 0 to 60"),
        (&["--received", "2026-12-22T15:00:00Z", "--days", "2", "--closed", "2026-02-30"], "no date of the calendar"),
        (&["--days", "2"], "--received is missing"),
        (&["--received", "2026-12-22T15:00:00Z"], "--days is missing"),
    ] {
        let (code, out, said) = run(arguments);
        assert_eq!((code, out.as_str()), (Some(1), ""), "{arguments:?}");
        assert!(said.contains(why), "{arguments:?}: {said}");
    }
}

#[test]
fn a_folder_that_can_not_be_used_is_said_in_one_line() {
    let done = program().args(["serve", "--data", "/dev/null/x", "--listen", "127.0.0.1:0"]).output().unwrap();
    assert_eq!(done.status.code(), Some(1));
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(said.starts_with("mottaget-server: the folder /dev/null/x can't be used"), "{said}");
}

/// Runs it, uses it, tells it to stop: it ends by itself, and its log names nobody.
#[cfg(unix)]
#[tokio::test]
async fn it_serves_until_it_is_told_to_stop_and_logs_nothing_about_patients() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = program()
        .args(["serve", "--practice", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path())
        .env("RUST_LOG", "trace,hyper=info")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = child.stderr.take().unwrap();
    let log = std::thread::spawn(move || {
        let mut text = String::new();
        log.read_to_string(&mut text).unwrap();
        text
    });
    let mut url = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let person = Person { http: client(), url: url.trim().to_owned(), token: None, headers: Vec::new() };
    let residents = person.get("/practice/residents").await.value();
    let bo = residents["residents"].as_array().unwrap().iter().find(|r| r["name"] == "Bo Hallström").unwrap();
    let number = bo["personalId"].as_str().unwrap();
    let body = serde_json::json!({ "personalId": number });
    let token = person.post("/practice/resident-sign-in", &body).await.value()["token"].as_str().unwrap().to_owned();
    let bo = Person { token: Some(token.clone()), ..person };
    let bytes = pdf("Hemligheten");
    let path = format!("/resident/v1/blobs/{}", sha256_hex(&bytes));
    assert_eq!(bo.put_file(&path, "Hallström-provsvar.pdf", bytes).await.status, 204);
    bo.files(BJORKEN, "Fråga", "Hemligheten", vec![]).await;
    let unheard = bo.post("/resident/v1/cases", &serde_json::json!({ "text": "Hemligheten" })).await;
    assert_eq!(unheard.code(), "bad-request");
    let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(told.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let log = log.join().unwrap();
    assert!(log.contains("listening") && log.contains("/resident/v1/cases"), "{log}");
    for secret in ["Hemligheten", "Hallstr", number, token.as_str()] {
        assert!(!log.contains(secret), "the log names {secret}");
    }
}
