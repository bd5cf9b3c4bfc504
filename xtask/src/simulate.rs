//! `cargo xtask simulate`: lets random people work in both practice clinics on a network that breaks in every way, from a seed,
//! and says what did not agree in the end: nothing.

use crate::problem::{Outcome, Problem};
use crate::repo::{Profile, Repo};
use crate::setup::{self, Scope};
use crate::tools::{cargo, run};

/// What the journey is told by.
const WORDS: [(&str, &str); 2] = [("--seed", "MOTTAGET_SIMULATE_SEED"), ("--actions", "MOTTAGET_SIMULATE_ACTIONS")];

/// Runs the journey from `--seed` for `--actions`; without them as the tests do.
pub fn simulate(repo: &Repo, words: &[&str]) -> Outcome {
    let told = told(words)?;
    setup::setup(repo, Scope::Build)?;
    run(cargo(repo).args(["build", "--workspace", "--bins"]))?;
    let mut journey = cargo(repo);
    journey.args(["test", "--package", "journeys", "--test", "simulation", "--", "--nocapture"]);
    run(journey.envs(repo.program_env(Profile::Dev)).envs(told))
}

/// The words as the journey's variables.
fn told(words: &[&str]) -> Outcome<Vec<(&'static str, String)>> {
    let mut told = Vec::new();
    for pair in words.chunks(2) {
        let known = WORDS.into_iter().find(|(word, _)| pair.first() == Some(word));
        let number = pair.get(1).and_then(|number| number.parse::<u64>().ok());
        let ((_, variable), number) = known.zip(number).ok_or_else(|| {
            Problem::new(format!("`cargo xtask simulate {}` is not something I know.", words.join(" ")))
                .advise("say `--seed N` and `--actions N` with whole numbers, or neither.")
        })?;
        told.push((variable, number.to_string()));
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seed_and_actions_are_numbers_and_nothing_else_is_known() {
        assert_eq!(told(&[]).unwrap(), []);
        let both = told(&["--seed", "7", "--actions", "1000"]).unwrap();
        assert_eq!(
            both,
            [("MOTTAGET_SIMULATE_SEED", "7".to_owned()), ("MOTTAGET_SIMULATE_ACTIONS", "1000".to_owned())]
        );
        for wrong in [&["--seed"][..], &["--actions", "many"], &["--loud", "1"], &["200"]] {
            assert!(told(wrong).is_err(), "{wrong:?}");
        }
    }
}
