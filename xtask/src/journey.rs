//! Journeys that can be asked for more than the tests ask of them: how often, how long, from which seed.

use crate::problem::{Outcome, Problem};
use crate::repo::{Profile, Repo};
use crate::setup::{self, Scope};
use crate::tools::{cargo, run};

/// A journey, its command's name, and the numbers that it can be told.
struct Journey {
    name: &'static str,
    command: &'static str,
    /// A word of the command line, and the variable by which the journey hears of it.
    words: [(&'static str, &'static str); 2],
}

/// Ends the app's core and the server in the middle of their work, over and over: nothing may be lost.
const CRASH: Journey = Journey {
    name: "crash",
    command: "crash",
    words: [("--times", "MOTTAGET_CRASH_TIMES"), ("--seed", "MOTTAGET_CRASH_SEED")],
};

/// Lets random people work in both practice clinics on a network that breaks in every way: all must agree in the end.
const SIMULATION: Journey = Journey {
    name: "simulation",
    command: "simulate",
    words: [("--seed", "MOTTAGET_SIMULATE_SEED"), ("--actions", "MOTTAGET_SIMULATE_ACTIONS")],
};

/// `cargo xtask crash [--times N] [--seed N]`; without them as the tests do.
pub fn crash(repo: &Repo, words: &[&str]) -> Outcome {
    CRASH.go(repo, words)
}

/// `cargo xtask simulate [--seed N] [--actions N]`; without them as the tests do, and from a seed of the moment too.
pub fn simulate(repo: &Repo, words: &[&str]) -> Outcome {
    SIMULATION.go(repo, words)
}

impl Journey {
    fn go(&self, repo: &Repo, words: &[&str]) -> Outcome {
        let told = self.told(words)?;
        setup::setup(repo, Scope::Build)?;
        run(cargo(repo).args(["build", "--workspace", "--bins"]))?;
        let mut journey = cargo(repo);
        journey.args(["test", "--package", "journeys", "--test", self.name, "--", "--nocapture"]);
        // whoever asks for it looks for what nobody has met yet; the tests go the same ways each time
        run(journey.envs(repo.program_env(Profile::Dev)).env("MOTTAGET_SIMULATE_FRESH", "1").envs(told))
    }

    /// The words as the journey's variables.
    fn told(&self, words: &[&str]) -> Outcome<Vec<(&'static str, String)>> {
        let mut told = Vec::new();
        for pair in words.chunks(2) {
            let known = self.words.into_iter().find(|(word, _)| pair.first() == Some(word));
            let number = pair.get(1).and_then(|number| number.parse::<u64>().ok());
            let ((_, variable), number) = known.zip(number).ok_or_else(|| {
                let [(one, _), (other, _)] = self.words;
                Problem::new(format!("`cargo xtask {} {}` is not something I know.", self.command, words.join(" ")))
                    .advise(format!("say `{one} N` and `{other} N` with whole numbers, or neither."))
            })?;
            told.push((variable, number.to_string()));
        }
        Ok(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journey_is_told_its_own_numbers_and_nothing_else() {
        assert_eq!(CRASH.told(&[]).unwrap(), []);
        let both = CRASH.told(&["--seed", "7", "--times", "1000"]).unwrap();
        assert_eq!(both, [("MOTTAGET_CRASH_SEED", "7".to_owned()), ("MOTTAGET_CRASH_TIMES", "1000".to_owned())]);
        let actions = SIMULATION.told(&["--actions", "1300"]).unwrap();
        assert_eq!(actions, [("MOTTAGET_SIMULATE_ACTIONS", "1300".to_owned())]);
        for wrong in [&["--times"][..], &["--times", "often"], &["--loud", "1"], &["200"], &["--actions", "9"]] {
            assert!(CRASH.told(wrong).is_err(), "{wrong:?}");
        }
    }
}
