//! What is named where in the sources: Tauri in the shell alone, SQL in the two rooms with a database, no machine's
//! own paths anywhere, and a first line in every module that says what it is for.

use std::fs;
use std::path::{Path, PathBuf};

use crate::problem::{Outcome, While};

/// Folders that hold no sources of ours.
const NOT_OURS: [&str; 7] = [".git", "target", "node_modules", "dist", "gen", "vendor", "coverage"];

/// What begins an SQL statement; written in capitals, as ours are.
const SQL: [&str; 9] = [
    "SELECT ",
    "INSERT INTO",
    "INSERT OR",
    "DELETE FROM",
    "CREATE TABLE",
    "CREATE INDEX",
    "DROP TABLE",
    "PRAGMA ",
    "ATTACH ",
];

/// The places that may hold SQL: the local files, the server's database, and what tests those.
const SQL_AT_HOME: [&str; 5] =
    ["crates/store/", "crates/server/src/db", "crates/server/tests/", "tests/", "xtask/src/tidy/"];

/// The one place in the shell that knows the server.
const PRACTICE: &str = "src-tauri/practice";

/// Checks all files under `root`; each finding names its file and line.
pub fn check(root: &Path) -> Outcome<Vec<String>> {
    let mut findings = Vec::new();
    for path in files(root)? {
        let Ok(text) = fs::read_to_string(root.join(&path)) else {
            continue;
        };
        let name = path.to_string_lossy().replace('\\', "/");
        findings.extend(check_file(&name, &text));
    }
    Ok(findings)
}

fn files(root: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).could_not(format!("read {}", folder.display()))?.flatten() {
            let path = entry.path();
            if NOT_OURS.iter().any(|name| entry.file_name() == *name) || path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(relative) = path.strip_prefix(root) {
                found.push(relative.to_path_buf());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn check_file(name: &str, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    if name.ends_with(".rs") && !text.trim_start().starts_with("//!") {
        findings.push(format!("{name}: does not begin with a `//!` that says what the module is for"));
    }
    if name == "ui/package-lock.json" && text.contains("\"resolved\":") {
        findings
            .push(format!("{name}: records download addresses; keep `omit-lockfile-registry-resolved` in ui/.npmrc"));
    }
    let mut in_tests = name.ends_with("/tests.rs");
    for (number, line) in (1..).zip(text.lines()) {
        in_tests |= line.trim() == "#[cfg(test)]";
        findings.extend(check_line(name, line, in_tests).map(|what| format!("{name}:{number}: {what}")));
    }
    findings
}

fn check_line(name: &str, line: &str, in_tests: bool) -> Option<&'static str> {
    if is_text(name) && names_a_machine_path(line) {
        return Some("names a path of one machine");
    }
    let code = line.split("//").next().unwrap_or(line);
    if name.ends_with(".rs") {
        if (name.starts_with("crates/") && has_word(code, "tauri"))
            || (name.starts_with("tests/") && code.contains("tauri::"))
        {
            return Some("names Tauri outside src-tauri/");
        }
        if name.starts_with("src-tauri/") && !name.starts_with(PRACTICE) && has_word(code, "mottaget_server") {
            return Some("knows the server; only practice mode may");
        }
        // tests may hold whatever somebody might type
        let at_home = in_tests || SQL_AT_HOME.iter().any(|home| name.starts_with(home));
        if !at_home && SQL.iter().any(|statement| in_string(code, statement)) {
            return Some("holds SQL outside the rooms with a database");
        }
    }
    let screen = name.starts_with("ui/src/") && !name.starts_with("ui/src/ipc/");
    if screen && line.contains("@tauri-apps/") {
        return Some("touches Tauri; only ui/src/ipc/ may");
    }
    None
}

fn is_text(name: &str) -> bool {
    let ours = [".md", ".rs", ".toml", ".ts", ".vue", ".json", ".yml", ".yaml", ".html", ".scss", ".sh"];
    !name.starts_with("xtask/src/tidy/")
        && !name.ends_with("package-lock.json")
        && ours.iter().any(|end| name.ends_with(end))
}

fn names_a_machine_path(line: &str) -> bool {
    ["/root/", "/home/", "/Users/", "C:\\Users\\"].iter().any(|path| {
        line.match_indices(path).any(|(at, _)| {
            // `…/home/…` inside a longer path or an address is somebody else's
            let before = line.get(..at).and_then(|before| before.chars().next_back());
            before.is_none_or(|before| before.is_whitespace() || "\"'`(=<[:".contains(before))
        })
    })
}

fn has_word(code: &str, word: &str) -> bool {
    code.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|part| part == word)
}

/// Whether the text occurs after a quotation mark in this line.
fn in_string(code: &str, wanted: &str) -> bool {
    code.find('"').and_then(|at| code.get(at..)).is_some_and(|rest| rest.contains(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tauri_is_named_in_the_shell_alone() {
        let line = "//! x\nuse tauri::Window;";
        assert_eq!(check_file("crates/client/src/lib.rs", line).len(), 1);
        assert_eq!(check_file("tests/src/lib.rs", line).len(), 1);
        assert!(check_file("src-tauri/lib.rs", line).is_empty());
        assert!(check_file("crates/client/src/lib.rs", "//! no tauri here\n// nor tauri there").is_empty());
        let import = "import { invoke } from '@tauri-apps/api/core'";
        assert_eq!(check_file("ui/src/features/inbox/useInbox.ts", import).len(), 1);
        assert!(check_file("ui/src/ipc/index.ts", import).is_empty());
    }

    #[test]
    fn sql_lives_with_the_databases() {
        let line = "//! x\nlet rows = query(\"SELECT id FROM cases\");";
        assert_eq!(check_file("crates/client/src/sync.rs", line).len(), 1);
        assert_eq!(check_file("crates/server/src/routes.rs", line).len(), 1);
        assert!(check_file("crates/server/src/db/cases.rs", line).is_empty());
        assert!(check_file("crates/store/src/mirror.rs", line).is_empty());
        let typed = "//! x\n#[cfg(test)]\nmod tests { const BAD: &str = \"'; DROP TABLE cases\"; }";
        assert!(check_file("crates/server/src/feed.rs", typed).is_empty(), "bad input in a test");
    }

    #[test]
    fn in_the_shell_only_practice_mode_knows_the_server() {
        let line = "//! x\nuse mottaget_server::Server;";
        assert_eq!(check_file("src-tauri/shell.rs", line).len(), 1);
        assert!(check_file("src-tauri/practice.rs", line).is_empty());
    }

    #[test]
    fn modules_say_what_they_are_for() {
        assert_eq!(check_file("crates/domain/src/case.rs", "use serde::Serialize;").len(), 1);
        assert!(check_file("crates/domain/src/case.rs", "//! The case.\n").is_empty());
    }

    #[test]
    fn no_machine_is_named() {
        assert_eq!(check_file("README.md", "run it in `/home/ana/mottaget`").len(), 1);
        assert_eq!(check_file("README.md", "cd /Users/ana/mottaget").len(), 1);
        assert!(check_file("README.md", "see https://example.org/shop/home/ and crates/home/").is_empty());
    }

    #[test]
    fn the_lock_file_records_no_addresses() {
        assert_eq!(check_file("ui/package-lock.json", "{ \"resolved\": \"x\" }").len(), 1);
    }
}
