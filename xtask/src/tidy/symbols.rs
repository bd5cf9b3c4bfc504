//! The app carries SQLCipher, while WebKitGTK brings the system's SQLite into the same process. If the app exported
//! its `sqlite3_*`, the two libraries would call into each other.

use std::path::Path;
use std::process::Command;

use crate::problem::{Outcome, Problem};
use crate::tools::capture;

/// Fails if `program` exports one of SQLite's names.
pub fn check(program: &Path) -> Outcome {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let listing = capture(Command::new("nm").args(["--dynamic", "--defined-only"]).arg(program))?;
    let found = exported(&listing, "sqlite3_");
    if found.is_empty() {
        return Ok(());
    }
    let some: Vec<&str> = found.iter().copied().take(3).collect();
    Err(Problem::new(format!("The app exports {} names of SQLite ({}, …).", found.len(), some.join(", ")))
        .advise("keep the linker argument `--exclude-libs,ALL` in src-tauri/build.rs."))
}

fn exported<'a>(listing: &'a str, prefix: &str) -> Vec<&'a str> {
    listing.lines().filter_map(|line| line.split_whitespace().last()).filter(|name| name.starts_with(prefix)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exported_names_are_found() {
        let listing = "0000000000401136 T main\n0000000000502210 T sqlite3_open\n0000000000502290 T sqlite3_step\n";
        assert_eq!(exported(listing, "sqlite3_"), ["sqlite3_open", "sqlite3_step"]);
        assert!(exported("0000000000401136 T main\n", "sqlite3_").is_empty());
    }
}
