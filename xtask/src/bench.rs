//! `cargo xtask bench`: figures beside a yardstick from the same run, so that the ratio means the same everywhere.
//!
//! What needs no other room is measured here; the rest are the `bench` targets of the workspace.

mod figure;
mod preview;
mod sample_pdf;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::problem::{Outcome, Problem, While};
use crate::repo::{Profile, Repo};
use crate::session::{Scratch, Session};
use crate::setup::{self, Scope};
use crate::tools::{capture, cargo, forget_outer_cargo, run, say, shown, targets};
use figure::Figure;

/// Builds in release mode, measures everything, prints a table, and writes `json` if asked to. A limit that was missed
/// is a failure, told last.
pub fn bench(repo: &Repo, json: Option<&str>) -> Outcome {
    setup::setup(repo, Scope::Everything)?;
    setup::setup_measuring()?;
    say("Building in release mode; the first time takes some minutes.");
    let benches = build(repo)?;
    let session = Session::start(repo, "bench", Scratch::Remove)?;
    let mut figures = vec![preview::first_page(repo)?];
    for bench in &benches {
        figures.extend(run_bench(repo, &session, bench)?);
    }
    session.stop()?;
    println!("\n{}", figure::table(&figures));
    if let Some(file) = json {
        let all = json!({ "machine": machine(), "figures": figures.iter().map(Figure::to_json).collect::<Vec<_>>() });
        fs::write(file, format!("{all:#}\n")).could_not(format!("write {file}"))?;
        say(format!("written to {file}"));
    }
    let missed: Vec<&str> =
        figures.iter().filter(|figure| figure.missed()).map(|figure| figure.what.as_str()).collect();
    if missed.is_empty() {
        say("every limit was reached.");
        return Ok(());
    }
    Err(Problem::new(format!("{} of {} figures NOT REACHED: {}.", missed.len(), figures.len(), missed.join("; ")))
        .advise("measure again on a machine that does nothing else; then look for what has become slow or large."))
}

/// One program that measures.
struct Bench {
    name: String,
    program: PathBuf,
}

/// Builds all programs and all benches at once, so that every crate is built with one set of features.
fn build(repo: &Repo) -> Outcome<Vec<Bench>> {
    let mut command = cargo(repo);
    command.args(["build", "--release", "--workspace", "--bins", "--examples"]);
    for bench in targets(repo, "bench")? {
        command.args(["--bench", &bench.name]);
    }
    run(&mut command)?;
    // The same again does nothing but say where everything is.
    let told = capture(command.args(["--quiet", "--message-format=json"]))?;
    Ok(told.lines().filter_map(built_bench).collect())
}

/// What a line of cargo's says about a bench that it has built.
fn built_bench(line: &str) -> Option<Bench> {
    let told: Value = serde_json::from_str(line).ok()?;
    let target = told.get("target")?;
    let is_bench = target.get("kind")?.as_array()?.iter().any(|kind| kind == "bench");
    let name = target.get("name")?.as_str()?.to_owned();
    let program = PathBuf::from(told.get("executable")?.as_str()?);
    is_bench.then_some(Bench { name, program })
}

/// Runs one bench program and reads the figures that it wrote.
fn run_bench(repo: &Repo, session: &Session, bench: &Bench) -> Outcome<Vec<Figure>> {
    say(format!("measuring: {}", bench.name));
    let out = repo.target("bench").join(format!("{}.jsonl", bench.name));
    if let Some(folder) = out.parent() {
        fs::create_dir_all(folder).could_not(format!("make {}", folder.display()))?;
    }
    fs::write(&out, "").could_not(format!("write {}", out.display()))?;
    let mut command = Command::new(&bench.program);
    forget_outer_cargo(&mut command, repo);
    command
        .current_dir(repo.root())
        .stdin(Stdio::null())
        .envs(repo.program_env(Profile::Release))
        .env("MOTTAGET_EMPTY_WINDOW", example(repo, "empty_window"))
        .env("MOTTAGET_BARE_NOTIFIER", example(repo, "bare_notifier"))
        .env("MOTTAGET_BENCH_OUT", &out);
    session.enter(&mut command);
    run(&mut command)?;
    let figures = read_figures(&out)?;
    if figures.is_empty() {
        return Err(Problem::new(format!("`{}` wrote no figure to {}.", shown(&command), out.display())));
    }
    Ok(figures)
}

/// One of the programs of src-tauri/examples: yardsticks.
fn example(repo: &Repo, name: &str) -> PathBuf {
    repo.target("release/examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

fn read_figures(file: &Path) -> Outcome<Vec<Figure>> {
    let text = fs::read_to_string(file).could_not(format!("read {}", file.display()))?;
    text.lines()
        .map(|line| {
            let value: Option<Value> = serde_json::from_str(line).ok();
            value.as_ref().and_then(Figure::from_json).ok_or_else(|| Problem::new(format!("This is no figure: {line}")))
        })
        .collect()
}

/// What the figures were measured on.
fn machine() -> Value {
    let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("");
    json!({
        "system": std::env::consts::OS,
        "processor": model.trim_start_matches([' ', '\t', ':']),
        "cores": std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
        "kernel": read("/proc/sys/kernel/osrelease").trim(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn benches_are_found_in_what_cargo_says() {
        let line = r#"{"reason":"compiler-artifact","target":{"kind":["bench"],"name":"app"},"executable":"/t/app-1"}"#;
        let found = built_bench(line).unwrap();
        assert_eq!((found.name.as_str(), found.program), ("app", PathBuf::from("/t/app-1")));
        assert!(built_bench(&line.replace("[\"bench\"]", "[\"bin\"]")).is_none());
        assert!(built_bench(r#"{"reason":"build-finished","success":true}"#).is_none());
    }
}
