//! Settings of the person and of the machine.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What the person chose (R62–R68).
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PersonalSettings {
    /// Stands under every message.
    pub signature: String,
    /// In whose name messages are signed where the writer does not say otherwise.
    pub sign_as: SignAs,
    /// Notify when a case came in (R63).
    pub notify_new_case: bool,
    /// Notify when a case was assigned (R64).
    pub notify_assigned: bool,
    /// Notify when the resident answered.
    pub notify_answered: bool,
    /// Notify when a colleague speaks to me in an internal note.
    pub notify_mentioned: bool,
}

/// In whose name a message is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum SignAs {
    Person,
    Clinic,
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

/// How the size of everything on the screen is to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum ZoomStep {
    In,
    Out,
    Whole,
    Stay,
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

/// How an eve counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum EveRule {
    Working,
    Half,
    Off,
}

/// An eve, and how clinic and region treat it.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EveSetting {
    /// Its stable word, as in explanations of the response clock.
    pub code: String,
    /// As this clinic has it; empty: as the region has it.
    pub rule: Option<EveRule>,
    /// As the region has it.
    pub region: EveRule,
}

/// Seconds in which each kind of message can be taken back.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ClinicUndo {
    /// A partial reply.
    pub partial_reply: u16,
    /// A counter-question.
    pub counter_question: u16,
    /// A final reply, and what is said at closing.
    pub final_reply: u16,
}

/// A case type, and the response target that is decided for it.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CaseTypeDays {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Working days, as decided here; empty: nothing is.
    pub days: Option<u8>,
    /// What holds for it then: the region's target for the type, or its own; empty: that of all other cases.
    pub otherwise: Option<u8>,
}

/// What a region's administrator decides (F1): it holds wherever a clinic does not say otherwise.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RegionSettings {
    /// Name of the region.
    pub region_name: String,
    /// Working days to first feedback.
    pub response_days: u8,
    /// Undo windows.
    pub undo: ClinicUndo,
    /// The eves, in the order of the year; one without a rule is a working day.
    pub eves: Vec<EveSetting>,
    /// Targets of single case types.
    pub case_types: Vec<CaseTypeDays>,
    /// What it was when it was read. The screen gives it back with what is decided anew, and does not look into it.
    pub seen: String,
}

/// What a clinic's local administrator decides (R39).
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ClinicSettings {
    /// Working days to first feedback; empty: as the region has it.
    pub response_days: Option<u8>,
    /// As the region has it.
    pub region_days: u8,
    /// Targets of single case types.
    pub case_types: Vec<CaseTypeDays>,
    /// Undo windows; empty: as the region has them.
    pub undo: Option<ClinicUndo>,
    /// As the region has them.
    pub region_undo: ClinicUndo,
    /// Closed days, in order (2026-12-28).
    pub closed_days: Vec<String>,
    /// The eves, in the order of the year.
    pub eves: Vec<EveSetting>,
    /// Hour of the due day at which whoever has the case is reminded.
    pub remind_assignee_hour: u8,
    /// Hour of the due day at which the receivers are reminded.
    pub remind_receivers_hour: u8,
    /// Stands under messages that are signed by the clinic; empty: its name.
    pub signature: String,
    /// The clinic's name.
    pub clinic_name: String,
    /// Working days after which a case that nobody has, or has begun, is shown to the receivers.
    pub distribute_within_days: u8,
    /// With fewer people than this at the inbox, or in a group, more are told; 0 switches it off.
    pub min_watchers: u8,
    /// What it was when it was read. The screen gives it back with what is decided anew, and does not look into it.
    pub seen: String,
}
