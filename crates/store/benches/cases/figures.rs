//! Measuring, and telling `cargo xtask bench` of it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::time::Instant;

/// What a figure is compared with: a name, its value, and the highest ratio of ours to it that we want to see.
pub type Yardstick<'a> = (&'a str, f64, Option<f64>);

/// Prints a figure in milliseconds, and writes it down for `cargo xtask bench` if that asked.
pub fn tell(what: &str, ours: f64, name: &str, value: f64, limit: f64) {
    figure(what, ours, &[(name, value, Some(limit))]);
}

/// The same beside several yardsticks.
pub fn figure(what: &str, ours: f64, against: &[Yardstick<'_>]) {
    println!("{what}: {ours:.2} ms");
    for (name, value, limit) in against {
        let limit = limit.map_or(String::new(), |limit| format!(" (to reach: {limit})"));
        println!("    {name}: {value:.2} ms; ratio {:.2}{limit}", ours / value);
    }
    let Some(out) = std::env::var_os("MOTTAGET_BENCH_OUT") else { return };
    let yardstick =
        |(name, value, limit): &Yardstick<'_>| serde_json::json!({ "name": name, "value": value, "limit": limit });
    let against: Vec<_> = against.iter().map(yardstick).collect();
    let figure = serde_json::json!({ "what": what, "unit": "ms", "ours": ours, "against": against });
    let mut out = std::fs::OpenOptions::new().append(true).create(true).open(out).unwrap();
    writeln!(out, "{figure}").unwrap();
}

/// Measured times, in milliseconds.
#[derive(Clone, Default)]
pub struct Times(Vec<f64>);

impl Times {
    /// Does something and takes its time.
    pub fn of<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let (value, time) = Self::once(work);
        self.0.push(time);
        value
    }

    /// The same by itself.
    pub fn once<T>(work: impl FnOnce() -> T) -> (T, f64) {
        let begun = Instant::now();
        let value = work();
        (value, begun.elapsed().as_secs_f64() * 1000.0)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The least time that so many percent of them do not exceed.
    pub fn percentile(&self, percent: f64) -> f64 {
        let mut times = self.0.clone();
        times.sort_by(f64::total_cmp);
        let place = (times.len() as f64 * percent / 100.0).ceil() as usize;
        times[place.clamp(1, times.len()) - 1]
    }

    pub fn median(&self) -> f64 {
        self.percentile(50.0)
    }

    pub fn least(&self) -> f64 {
        self.percentile(0.0)
    }

    /// For whoever watches.
    pub fn show(&self) -> String {
        let [half, p95, p99, most] = [50.0, 95.0, 99.0, 100.0].map(|percent| self.percentile(percent));
        format!("half {half:.2}, p95 {p95:.2}, p99 {p99:.2}, most {most:.2} ms of {}", self.0.len())
    }
}

/// Many questions, each asked several times: the middle time of each counts, so that a moment in which the machine does
/// something else is none of theirs.
#[derive(Default)]
pub struct Middles(BTreeMap<(&'static str, String), Times>);

impl Middles {
    pub fn add(&mut self, kind: &'static str, question: &str, time: f64) {
        self.0.entry((kind, question.to_owned())).or_default().0.push(time);
    }

    fn times(&self, of: impl Fn(&str) -> bool) -> Times {
        Times(self.0.iter().filter(|((kind, _), _)| of(kind)).map(|(_, times)| times.median()).collect())
    }

    /// So fast are 95 of 100 questions.
    pub fn p95(&self) -> f64 {
        self.times(|_| true).percentile(95.0)
    }

    /// For whoever watches.
    pub fn show_by_kind(&self, who: &str) {
        println!("{who}: {}", self.times(|_| true).show());
        let kinds: BTreeSet<&str> = self.0.keys().map(|(kind, _)| *kind).collect();
        for kind in kinds {
            println!("    {kind}: {}", self.times(|of| of == kind).show());
        }
    }
}
