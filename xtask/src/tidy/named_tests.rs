//! Tests that the documentation names: `file.rs::function` or `file.test.ts::sentence` stands for a test that is there.

use std::fs;
use std::path::Path;

use crate::problem::{Outcome, While};

/// Checks every document in `docs`; each finding names the document's line.
pub fn check(root: &Path) -> Outcome<Vec<String>> {
    let docs = root.join("docs");
    let mut findings = Vec::new();
    for entry in fs::read_dir(&docs).could_not(format!("read {}", docs.display()))?.flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let text = fs::read_to_string(&path).could_not(format!("read {}", path.display()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        for (number, line) in (1..).zip(text.lines()) {
            for (file, test) in named(line) {
                if !fs::read_to_string(root.join(file)).is_ok_and(|source| has(file, &source, test)) {
                    findings.push(format!("docs/{name}:{number}: there is no test `{test}` in {file}"));
                }
            }
        }
    }
    Ok(findings)
}

/// The tests that a line names between backticks.
fn named(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|span| span.split_once("::"))
        .filter(|(file, _)| file.contains('/') && (file.ends_with(".rs") || file.ends_with(".ts")))
}

fn has(file: &str, source: &str, test: &str) -> bool {
    if file.ends_with(".ts") {
        source.contains(&format!("(\"{test}\""))
    } else {
        source.contains(&format!("fn {test}("))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_found_by_the_name_that_stands_there() {
        let line = "| a full disk | `crates/a/tests/b.rs::it_holds`, `ui/test/c.test.ts::it says so`; not `a::b` |";
        assert_eq!(
            named(line).collect::<Vec<_>>(),
            [("crates/a/tests/b.rs", "it_holds"), ("ui/test/c.test.ts", "it says so")]
        );
        assert!(has("a/b.rs", "async fn it_holds() {", "it_holds") && !has("a/b.rs", "fn it_holds_not()", "it_holds"));
        assert!(has("a.ts", "it(\"it says so\", () => {", "it says so") && !has("a.ts", "// it says so", "it says so"));
    }
}
