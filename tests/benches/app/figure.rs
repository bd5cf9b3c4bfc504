//! Figures on their way to `cargo xtask bench`.

use crate::window::Answer;
use serde_json::json;
use std::io::Write;
use std::path::Path;

/// What a figure is compared with.
pub struct Yardstick<'a> {
    pub name: &'a str,
    pub value: f64,
    pub limit: Option<f64>,
}

/// Adds one figure to the file.
pub fn write(out: &Path, what: &str, unit: &str, ours: f64, against: &[Yardstick<'_>]) -> Answer<()> {
    let against: Vec<_> =
        against.iter().map(|one| json!({ "name": one.name, "value": one.value, "limit": one.limit })).collect();
    let line = json!({ "what": what, "unit": unit, "ours": ours, "against": against });
    let mut file =
        std::fs::OpenOptions::new().append(true).create(true).open(out).map_err(|error| error.to_string())?;
    writeln!(file, "{line}").map_err(|error| error.to_string())
}

/// The middle one of some measurements.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// The least that so many percent of some measurements do not exceed.
pub fn percentile(values: &[f64], percent: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "few")]
    let place = (sorted.len() as f64 * percent / 100.0).ceil() as usize;
    sorted[place.clamp(1, sorted.len()) - 1]
}

/// All measurements of a kind on one line, for whoever watches.
pub fn spread(values: &[f64]) -> String {
    values.iter().map(|value| format!("{value:.1}")).collect::<Vec<_>>().join(" ")
}
