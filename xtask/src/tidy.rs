//! The rules of the house that no compiler checks: who may know whom, what is named where, what is exported, and that the
//! tests that the documentation names are there.

mod arrows;
mod named_tests;
mod symbols;
mod words;

use std::path::Path;

use crate::problem::{Outcome, Problem};
use crate::repo::Repo;
use crate::tools::{metadata, say};

/// Checks the sources, and fails with a list of everything found.
pub fn report(repo: &Repo) -> Outcome {
    let findings = findings(repo)?;
    if findings.is_empty() {
        say("the rules of the house are kept");
        return Ok(());
    }
    for finding in &findings {
        eprintln!("  {finding}");
    }
    let what = if findings.len() == 1 {
        "One rule of the house is".to_owned()
    } else {
        format!("{} rules of the house are", findings.len())
    };
    Err(Problem::new(format!("{what} broken; see above.")).advise("docs/ARCHITECTURE.md has the reasons."))
}

/// Fails if the built app exports SQLite's names.
pub fn check_symbols(program: &Path) -> Outcome {
    symbols::check(program)
}

fn findings(repo: &Repo) -> Outcome<Vec<String>> {
    let mut findings = arrows::check(&metadata(repo)?);
    findings.extend(words::check(repo.root())?);
    findings.extend(named_tests::check(repo.root())?);
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_the_house_are_kept() {
        let repo = Repo::find().unwrap();
        assert_eq!(findings(&repo).unwrap(), Vec::<String>::new());
    }
}
