//! `cargo xtask gen`: writes the generated files anew.
//!
//! The tests whose names begin with `generated_` compare a generated file with what the code would generate now;
//! with `MOTTAGET_UPDATE=1` they write it instead.

use std::fs;
use std::path::PathBuf;

use crate::problem::Outcome;
use crate::repo::{Profile, Repo};
use crate::setup::{self, Scope};
use crate::tools::{cargo, cargo_has, run, say};

const FILES: [&str; 2] = ["ui/src/ipc/bindings.ts", "docs/openapi.json"];

/// Runs the generators and says which files changed.
pub fn generate(repo: &Repo) -> Outcome {
    setup::setup(repo, Scope::Build)?;
    let files: Vec<PathBuf> = FILES.iter().map(|file| repo.path(file)).collect();
    let read = || files.iter().map(|file| fs::read(file).ok()).collect::<Vec<_>>();
    let before = read();
    let mut generators = cargo(repo);
    if cargo_has(repo, "nextest") {
        generators.args(["nextest", "run", "--workspace", "generated_"]);
    } else {
        generators.args(["test", "--workspace", "--lib", "--bins", "--", "generated_"]);
    }
    run(generators.env("MOTTAGET_UPDATE", "1").envs(repo.program_env(Profile::Dev)))?;
    for ((file, old), new) in FILES.iter().zip(before).zip(read()) {
        let word = match new {
            None => "is missing: no generator wrote it",
            new if new == old => "is unchanged",
            _ => "was written",
        };
        say(format!("{file} {word}"));
    }
    Ok(())
}
