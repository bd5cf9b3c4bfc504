//! One measured figure with what it is compared with.

use serde_json::{Value, json};

/// A figure; smaller is better.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What was measured.
    pub what: String,
    /// The unit of `ours` and of all values in `against`.
    pub unit: String,
    /// What Mottaget needs.
    pub ours: f64,
    /// What others need for the same.
    pub against: Vec<Yardstick>,
}

/// What a figure is compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct Yardstick {
    /// Whose figure this is.
    pub name: String,
    /// The figure.
    pub value: f64,
    /// The highest ratio of ours to it that we want to see, if there is one.
    pub limit: Option<f64>,
}

impl Yardstick {
    fn ratio(&self, ours: f64) -> f64 {
        ours / self.value
    }

    fn missed(&self, ours: f64) -> bool {
        self.limit.is_some_and(|limit| self.ratio(ours) > limit)
    }

    fn verdict(&self, ours: f64) -> &'static str {
        match self.limit {
            None => "",
            Some(_) if self.missed(ours) => "NOT REACHED",
            Some(_) => "reached",
        }
    }
}

impl Figure {
    /// Whether it is above one of its limits.
    pub fn missed(&self) -> bool {
        self.against.iter().any(|one| one.missed(self.ours))
    }

    /// As it is written to a file.
    pub fn to_json(&self) -> Value {
        let against: Vec<Value> = self
            .against
            .iter()
            .map(|one| json!({ "name": one.name, "value": one.value, "limit": one.limit, "ratio": one.ratio(self.ours) }))
            .collect();
        json!({ "what": self.what, "unit": self.unit, "ours": self.ours, "against": against })
    }

    /// Reads what a bench program wrote.
    pub fn from_json(value: &Value) -> Option<Self> {
        let against = value.get("against")?.as_array()?.iter().map(|one| {
            Some(Yardstick {
                name: one.get("name")?.as_str()?.to_owned(),
                value: one.get("value")?.as_f64().filter(|value| *value > 0.0)?,
                limit: one.get("limit").and_then(Value::as_f64),
            })
        });
        Some(Self {
            what: value.get("what")?.as_str()?.to_owned(),
            unit: value.get("unit")?.as_str()?.to_owned(),
            ours: value.get("ours")?.as_f64()?,
            against: against.collect::<Option<_>>()?,
        })
    }
}

/// All figures, as text in columns.
pub fn table(figures: &[Figure]) -> String {
    let mut lines = Vec::new();
    for figure in figures {
        lines.push(format!("{}: {:.1} {}", figure.what, figure.ours, figure.unit));
        for one in &figure.against {
            let limit = one.limit.map_or(String::new(), |limit| format!(" (to reach: at most {limit})"));
            lines.push(format!(
                "    {:<28} {:>9.1} {:<4} ratio {:.2}{limit} {}",
                one.name,
                one.value,
                figure.unit,
                one.ratio(figure.ours),
                one.verdict(figure.ours)
            ));
        }
    }
    lines.join("\n")
}

/// The middle one of some measurements.
pub fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(ours: f64) -> Figure {
        let yardstick = Yardstick { name: "plain".to_owned(), value: 100.0, limit: Some(2.0) };
        Figure { what: "catch-up".to_owned(), unit: "ms".to_owned(), ours, against: vec![yardstick] }
    }

    #[test]
    fn a_missed_limit_is_seen() {
        assert!(table(&[figure(200.0)]).contains("ratio 2.00 (to reach: at most 2) reached"));
        assert!(table(&[figure(201.0)]).contains("NOT REACHED"));
        assert!(figure(201.0).missed() && !figure(200.0).missed());
    }

    #[test]
    fn what_a_program_writes_is_what_is_read() {
        assert_eq!(Figure::from_json(&figure(150.0).to_json()), Some(figure(150.0)));
        let mut zero = figure(150.0).to_json();
        zero["against"][0]["value"] = 0.0.into();
        assert_eq!(Figure::from_json(&zero), None, "a yardstick of nothing measures nothing");
    }

    #[test]
    fn the_median_is_not_moved_by_one_slow_run() {
        assert_eq!(median(vec![3.0, 900.0, 2.0]), Some(3.0));
        assert_eq!(median(Vec::new()), None);
    }
}
