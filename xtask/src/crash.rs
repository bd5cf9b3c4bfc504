//! `cargo xtask crash`: ends the app's core and the server in the middle of their work, as often as asked, and says what was
//! lost: nothing.

use crate::problem::{Outcome, Problem};
use crate::repo::{Profile, Repo};
use crate::setup::{self, Scope};
use crate::tools::{cargo, run};

/// What the journey is told by.
const WORDS: [(&str, &str); 2] = [("--times", "MOTTAGET_CRASH_TIMES"), ("--seed", "MOTTAGET_CRASH_SEED")];

/// Runs the journey `--times` over, from `--seed`; without them as the tests do.
pub fn crash(repo: &Repo, words: &[&str]) -> Outcome {
    let told = told(words)?;
    setup::setup(repo, Scope::Build)?;
    run(cargo(repo).args(["build", "--workspace", "--bins"]))?;
    let mut journey = cargo(repo);
    journey.args(["test", "--package", "journeys", "--test", "crash", "--", "--nocapture"]);
    run(journey.envs(repo.program_env(Profile::Dev)).envs(told))
}

/// The words as the journey's variables.
fn told(words: &[&str]) -> Outcome<Vec<(&'static str, String)>> {
    let mut told = Vec::new();
    for pair in words.chunks(2) {
        let known = WORDS.into_iter().find(|(word, _)| pair.first() == Some(word));
        let number = pair.get(1).and_then(|number| number.parse::<u64>().ok());
        let ((_, variable), number) = known.zip(number).ok_or_else(|| {
            Problem::new(format!("`cargo xtask crash {}` is not something I know.", words.join(" ")))
                .advise("say `--times N` and `--seed N` with whole numbers, or neither.")
        })?;
        told.push((variable, number.to_string()));
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_seed_are_numbers_and_nothing_else_is_known() {
        assert_eq!(told(&[]).unwrap(), []);
        let both = told(&["--seed", "7", "--times", "1000"]).unwrap();
        assert_eq!(both, [("MOTTAGET_CRASH_SEED", "7".to_owned()), ("MOTTAGET_CRASH_TIMES", "1000".to_owned())]);
        for wrong in [&["--times"][..], &["--times", "often"], &["--loud", "1"], &["200"]] {
            assert!(told(wrong).is_err(), "{wrong:?}");
        }
    }
}
