//! Settings of the person and of the machine.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What the person chose (R62–R68).
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PersonalSettings {
    /// Stands under every message.
    pub signature: String,
    /// Notify when a case came in (R63).
    pub notify_new_case: bool,
    /// Notify when a case was assigned (R64).
    pub notify_assigned: bool,
    /// Notify when the resident answered.
    pub notify_answered: bool,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum Theme {
    Light,
    Dark,
    System,
}

/// Language of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum Language {
    Sv,
    En,
}

/// Settings of this machine; nothing about patients.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AppSettings {
    /// Light or dark.
    pub theme: Theme,
    /// Language.
    pub language: Language,
    /// Width of the list pane in CSS pixels.
    pub list_width: Option<u32>,
    /// Single-letter keys are on (WCAG 2.1.4).
    pub single_keys: bool,
}
