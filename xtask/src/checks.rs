//! `cargo xtask test`: every check and test there is, one after the other, and what each took.

use std::fs;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::problem::{Outcome, Problem};
use crate::repo::{Profile, Repo};
use crate::run::{TOUR, drive_tour};
use crate::session::{Scratch, Session};
use crate::setup::{self, Scope};
use crate::tidy;
use crate::tools::{cargo, cargo_has, npm, run, run_within, targets};
use crate::turn::Turn;

/// Tests that take longer hang.
const LONGEST_TESTS: Duration = Duration::from_secs(25 * 60);

/// Whether the tour is part of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tour {
    /// It is driven when all else has passed.
    Last,
    /// It is left out.
    Skipped,
}

/// Runs everything; a failed step does not hide what the later ones have to say.
pub fn test(repo: &Repo, tour: Tour) -> Outcome<ExitCode> {
    let mut steps = Steps::default();
    if steps.take("set-up", || setup::setup(repo, Scope::Everything)) {
        steps.take("rules of the house", || tidy::report(repo));
        steps.take("format", || with_component(repo, "fmt", "rustfmt", &["--all", "--check"]));
        steps.take("screen: types", || run(npm(repo)?.args(["run", "--silent", "typecheck"])));
        steps.take("screen: tests", || run(npm(repo)?.args(["run", "--silent", "test"])));
        steps.take("clippy", || {
            with_component(repo, "clippy", "clippy", &["--workspace", "--all-targets", "--", "--deny", "warnings"])
        });
        if steps.take("build", || run(cargo(repo).args(["build", "--workspace", "--bins", "--tests", "--examples"]))) {
            steps.take("exported symbols", || tidy::check_symbols(&repo.program("mottaget", Profile::Dev)));
            steps.take("Rust tests", || rust_tests(repo));
            steps.take("examples in the documentation", || {
                run(cargo(repo).args(["test", "--quiet", "--workspace", "--doc"]))
            });
            match tour {
                Tour::Last => {
                    steps.take("tour", || drive_tour(repo, &Turn::take(&repo.target(""))?));
                }
                Tour::Skipped => steps.skip("tour"),
            }
        }
    }
    if let Ok(report) = fs::read_to_string(repo.target("tour/report.md"))
        && tour == Tour::Last
    {
        println!("\n{report}");
    }
    Ok(steps.summary())
}

fn with_component(repo: &Repo, subcommand: &str, component: &str, arguments: &[&str]) -> Outcome {
    if !cargo_has(repo, subcommand) {
        return Err(Problem::new(format!("`cargo {subcommand}` is missing."))
            .advise(format!("add it to your Rust: `rustup component add {component}`.")));
    }
    run(cargo(repo).arg(subcommand).args(arguments))
}

/// All tests but the tour, in a private session. nextest is used where it is installed; the tests pass with either.
fn rust_tests(repo: &Repo) -> Outcome {
    let tests = targets(repo, "test")?;
    let mut command = cargo(repo);
    if cargo_has(repo, "nextest") {
        command.args(["nextest", "run", "--workspace", "--no-fail-fast"]);
        if tests.iter().any(|target| target.name == TOUR && target.tested) {
            command.args(["--filterset", &format!("not binary({TOUR})")]);
        }
    } else {
        command.args(["test", "--workspace", "--no-fail-fast", "--lib", "--bins"]);
        for target in tests.iter().filter(|target| target.name != TOUR && target.tested) {
            command.args(["--test", &target.name]);
        }
    }
    command.envs(repo.program_env(Profile::Dev));
    let session = Session::start(repo, "test", Scratch::Remove)?;
    session.enter(&mut command);
    let result = run_within(&mut command, LONGEST_TESTS);
    session.stop()?;
    result
}

/// What was done, how it went, and how long it took.
#[derive(Default)]
struct Steps {
    done: Vec<(&'static str, Verdict, Duration)>,
}

enum Verdict {
    Passed,
    Failed(Problem),
    Skipped,
}

impl Steps {
    /// Takes one step; true if it passed.
    fn take(&mut self, name: &'static str, work: impl FnOnce() -> Outcome) -> bool {
        println!("\n=== {name}");
        let start = Instant::now();
        let verdict = match work() {
            Ok(()) => Verdict::Passed,
            Err(problem) => {
                eprintln!("mottaget: {problem}");
                Verdict::Failed(problem)
            }
        };
        let passed = matches!(verdict, Verdict::Passed);
        self.done.push((name, verdict, start.elapsed()));
        passed
    }

    fn skip(&mut self, name: &'static str) {
        self.done.push((name, Verdict::Skipped, Duration::ZERO));
    }

    /// Prints the table and gives the exit code.
    fn summary(&self) -> ExitCode {
        println!("\n=== summary");
        let mut failed = 0;
        for (name, verdict, time) in &self.done {
            let word = match verdict {
                Verdict::Passed => "passed",
                Verdict::Failed(_) => "FAILED",
                Verdict::Skipped => "skipped",
            };
            println!("  {word:7}  {:>7.1} s  {name}", time.as_secs_f64());
            if let Verdict::Failed(problem) = verdict {
                failed += 1;
                println!("           {}", problem.to_string().replace('\n', "\n           "));
            }
        }
        let all: Duration = self.done.iter().map(|(_, _, time)| *time).sum();
        println!("  {}  {:>7.1} s  everything", if failed == 0 { "passed " } else { "FAILED " }, all.as_secs_f64());
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failed_step_fails_the_whole_and_does_not_stop_the_others() {
        let mut steps = Steps::default();
        assert!(steps.take("one", || Ok(())));
        assert!(!steps.take("two", || Err(Problem::new("it broke"))));
        assert!(steps.take("three", || Ok(())));
        steps.skip("four");
        assert_eq!(steps.done.len(), 4);
        assert_eq!(format!("{:?}", steps.summary()), format!("{:?}", ExitCode::FAILURE));
        let mut steps = Steps::default();
        steps.take("one", || Ok(()));
        steps.skip("two");
        assert_eq!(format!("{:?}", steps.summary()), format!("{:?}", ExitCode::SUCCESS));
    }
}
