//! `cargo xtask bench`: figures beside a yardstick from the same run, so that the ratio means the same everywhere.
//!
//! What needs no other room is measured here; the rest are the `bench` targets of package `journeys`.

mod figure;
mod memory;
mod preview;
mod sample_pdf;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::problem::{Outcome, Problem, While};
use crate::repo::{Profile, Repo};
use crate::session::{Scratch, Session};
use crate::setup::{self, Scope};
use crate::tools::{cargo, run, say, shown, targets};
use figure::Figure;

/// Builds in release mode, measures everything, prints a table, and writes `json` if asked to.
pub fn bench(repo: &Repo, json: Option<&str>) -> Outcome {
    setup::setup(repo, Scope::Everything)?;
    say("Building in release mode; the first time takes some minutes.");
    let benches = targets(repo, "bench")?;
    run(cargo(repo).args(["build", "--release", "--workspace", "--bins", "--examples", "--benches"]))?;
    let session = Session::start(repo, "bench", Scratch::Remove)?;
    let mut figures = vec![preview::first_page(repo)?, memory::with_window_open(repo, &session)?];
    for bench in &benches {
        figures.extend(run_bench(repo, &session, &bench.name)?);
    }
    session.stop()?;
    println!("\n{}", figure::table(&figures));
    if let Some(file) = json {
        let all = json!({ "machine": machine(), "figures": figures.iter().map(Figure::to_json).collect::<Vec<_>>() });
        fs::write(file, format!("{all:#}\n")).could_not(format!("write {file}"))?;
        say(format!("written to {file}"));
    }
    Ok(())
}

/// Runs one bench program of `journeys` and reads the figures that it wrote.
fn run_bench(repo: &Repo, session: &Session, name: &str) -> Outcome<Vec<Figure>> {
    say(format!("measuring: {name}"));
    let out = repo.target("bench").join(format!("{name}.jsonl"));
    if let Some(folder) = out.parent() {
        fs::create_dir_all(folder).could_not(format!("make {}", folder.display()))?;
    }
    fs::write(&out, "").could_not(format!("write {}", out.display()))?;
    let mut command = cargo(repo);
    command
        .args(["bench", "--quiet", "--workspace", "--bench", name])
        .envs(repo.program_env(Profile::Release))
        .env("MOTTAGET_EMPTY_WINDOW", memory::empty_window(repo))
        .env("MOTTAGET_BENCH_OUT", &out);
    session.enter(&mut command);
    run(&mut command)?;
    let figures = read_figures(&out)?;
    if figures.is_empty() {
        return Err(Problem::new(format!("`{}` wrote no figure to {}.", shown(&command), out.display())));
    }
    Ok(figures)
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
