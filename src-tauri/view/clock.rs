//! Why a case is due when it is: every day that counted and every day that did not, for a sentence.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What set the response clock going.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum DueCause {
    Submitted,
    Answered,
}

/// Who has decided the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum DueLevel {
    Region,
    Clinic,
    CaseType,
}

/// A day that did not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SkippedDay {
    /// The day, `2026-12-24`.
    pub day: String,
    /// Why: one of `dayOffCodes`.
    pub why: String,
}

/// A time during which the clock stood still because the case was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ClockPause {
    /// Closed.
    pub from: String,
    /// Opened again.
    pub to: String,
}

/// What ended the clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ClockStop {
    /// When.
    pub at: String,
    /// The kind of message; none when the case was closed without one.
    pub by: Option<super::MessageKind>,
    /// After the due time.
    pub late: bool,
}

/// Everything that led to a due time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WhyDue {
    /// What set the clock going.
    pub cause: DueCause,
    /// When.
    pub started_at: String,
    /// The target in working days; 0 is the same working day.
    pub days: u8,
    /// Who has decided it.
    pub level: DueLevel,
    /// The days that counted, in order.
    pub counted: Vec<String>,
    /// The days that did not, in order.
    pub skipped: Vec<SkippedDay>,
    /// When it stood still.
    pub pauses: Vec<ClockPause>,
    /// The last moment for feedback.
    pub due_at: String,
    /// The half-day that ends the due day at noon: one of `dayOffCodes`.
    pub half_day: Option<String>,
    /// What ended it; none while it runs.
    pub stopped: Option<ClockStop>,
    /// It begins anew when the resident answers the counter-question.
    pub paused: bool,
}
