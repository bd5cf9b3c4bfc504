//! The project's own tool: `cargo xtask run`, `test` and their relatives.
//!
//! It needs nothing but Rust and a C linker to be built; everything else it installs or names.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice)
)]

mod bench;
mod bundle;
mod checks;
mod generate;
mod journey;
mod problem;
mod processes;
mod repo;
mod run;
mod session;
mod setup;
mod tidy;
mod tools;
mod turn;

use std::env;
use std::process::ExitCode;

use problem::{Outcome, Problem};
use repo::Repo;

const HELP: &str = "\
cargo xtask COMMAND

  run [--tour]        set up, build and open Mottaget in practice mode;
                      without a display, or with --tour, drive the tour in a window nobody sees
  test [--fast]       set up and run every check and test, the tour last (--fast: without the tour)
  setup               install what building and testing need (it says what, before it does)
  gen                 write the generated files anew: the screen's bindings and the server's API description
  tidy                check who knows whom, and other rules of the house
  bench [--json FILE] measure, and compare within the same run
  bundle              make the packages of this system, and drive the tour through what lies in one
  crash [--times N] [--seed N]
                      end app and server in the middle of their work, over and over, and look what was lost
  simulate [--seed N] [--actions N]
                      let random people work in both practice clinics on a bad network, and look that all agrees
  session [--keep] -- COMMAND...
                      run a command in a private display, session bus, keychain and notification daemon

docs/DEVELOPING.md has more on each of them.";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match obey(&words) {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("\nmottaget: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn obey(words: &[&str]) -> Outcome<ExitCode> {
    let (command, rest) = match words {
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            return Ok(ExitCode::SUCCESS);
        }
        [command, rest @ ..] => (*command, rest),
    };
    let repo = Repo::find()?;
    match (command, rest) {
        ("run", []) => run::run(&repo, false)?,
        ("run", ["--tour"]) => run::run(&repo, true)?,
        ("test", []) => return checks::test(&repo, checks::Tour::Last),
        ("test", ["--fast"]) => return checks::test(&repo, checks::Tour::Skipped),
        ("setup", []) => setup::setup(&repo, setup::Scope::Everything)?,
        ("gen", []) => generate::generate(&repo)?,
        ("tidy", []) => tidy::report(&repo)?,
        ("bench", []) => bench::bench(&repo, None)?,
        ("bench", ["--json", file]) => bench::bench(&repo, Some(file))?,
        ("bundle", []) => bundle::bundle(&repo)?,
        ("crash", words) => journey::crash(&repo, words)?,
        ("simulate", words) => journey::simulate(&repo, words)?,
        ("session", ["--keep", "--", command @ ..]) if !command.is_empty() => {
            return session::run(&repo, command, session::Scratch::Keep);
        }
        ("session", ["--", command @ ..]) if !command.is_empty() => {
            return session::run(&repo, command, session::Scratch::Remove);
        }
        (session::KEEPER, [logs, scratch]) => return Ok(session::keep(logs, scratch)),
        _ => {
            return Err(Problem::new(format!("`cargo xtask {}` is not something I know.", words.join(" ")))
                .advise("`cargo xtask help` lists the commands."));
        }
    }
    Ok(ExitCode::SUCCESS)
}
