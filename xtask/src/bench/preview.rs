//! The first page of a letter, from a cold worker, beside the two usual tools started anew for the same page.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use super::figure::{Figure, Yardstick, median};
use super::sample_pdf;
use crate::problem::{Outcome, Problem, While};
use crate::repo::{Profile, Repo};
use crate::tools::{say, shown};

/// Rounds; in each, every program has one turn, so that a slow moment hits all alike.
const ROUNDS: usize = 25;
const DPI: &str = "150";
/// A picture of the letter has more bytes than this, one of white paper has fewer.
const INK: usize = 40_000;

/// Milliseconds from starting the program to its end.
pub fn first_page(repo: &Repo) -> Outcome<Figure> {
    say("measuring: first page of a preview");
    let folder = repo.target("bench/preview");
    fs::create_dir_all(&folder).could_not(format!("make {}", folder.display()))?;
    let input = folder.join("letter.pdf");
    fs::write(&input, sample_pdf::letter()).could_not(format!("write {}", input.display()))?;
    let mut times: [Vec<f64>; 3] = Default::default();
    for _ in 0..ROUNDS {
        let programs = [ours(repo, &folder, &input)?, mutool(&folder, &input), pdftoppm(&folder, &input)];
        for (mut program, times) in programs.into_iter().zip(&mut times) {
            times.push(timed(&mut program)?);
        }
    }
    for picture in ["ours.png", "mutool.png", "pdftoppm-1.png"] {
        drawn(&folder.join(picture))?;
    }
    let [ours, mutool, pdftoppm] = times.map(|times| median(times).unwrap_or(0.0));
    Ok(Figure {
        what: "first page of a preview, worker from cold".to_owned(),
        unit: "ms".to_owned(),
        ours,
        against: vec![
            Yardstick { name: "mutool draw".to_owned(), value: mutool, limit: Some(0.8) },
            Yardstick { name: "pdftoppm".to_owned(), value: pdftoppm, limit: None },
        ],
    })
}

fn ours(repo: &Repo, folder: &Path, input: &Path) -> Outcome<Command> {
    let mut command = Command::new(repo.program("mottaget-preview", Profile::Release));
    let output = folder.join("ours.png");
    command
        .args(["render", "--page", "1", "--dpi", DPI])
        .stdin(File::open(input).could_not(format!("read {}", input.display()))?)
        .stdout(File::create(&output).could_not(format!("write {}", output.display()))?)
        .envs(repo.program_env(Profile::Release));
    Ok(command)
}

fn mutool(folder: &Path, input: &Path) -> Command {
    let mut command = Command::new("mutool");
    command.args(["draw", "-q", "-r", DPI, "-o"]).arg(folder.join("mutool.png")).arg(input).arg("1");
    command.stdin(Stdio::null());
    command
}

fn pdftoppm(folder: &Path, input: &Path) -> Command {
    let mut command = Command::new("pdftoppm");
    command.args(["-png", "-r", DPI, "-f", "1", "-l", "1"]).arg(input).arg(folder.join("pdftoppm"));
    command.stdin(Stdio::null());
    command
}

fn timed(command: &mut Command) -> Outcome<f64> {
    let start = Instant::now();
    let status = command.status().could_not(format!("start `{}`", shown(command)))?;
    let time = start.elapsed().as_secs_f64() * 1000.0;
    if status.success() { Ok(time) } else { Err(Problem::new(format!("`{}` failed ({status}).", shown(command)))) }
}

/// A fast program that draws nothing, or less, must not win: all three have the same page in the same size.
fn drawn(file: &Path) -> Outcome {
    let bytes = fs::read(file).could_not(format!("read {}", file.display()))?;
    let side = |from: usize| bytes.get(from..from + 4).and_then(|side| side.try_into().ok()).map(u32::from_be_bytes);
    if bytes.starts_with(b"\x89PNG") && (side(16), side(20)) == (Some(1275), Some(1650)) && bytes.len() > INK {
        return Ok(());
    }
    Err(Problem::new(format!("{} is not the page: a PNG of 1275 × 1650 pixels was expected.", file.display())))
}
