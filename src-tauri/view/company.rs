//! Who has which case before them.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What somebody does with a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum Doing {
    Reading,
    Distributing,
    Answering,
}

/// The case that is open on the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Attending {
    /// The case.
    pub case_id: String,
    /// What is done with it.
    pub doing: Doing,
}

/// A colleague at a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Colleague {
    /// HSA-id.
    pub hsa_id: String,
    /// Name.
    pub name: String,
    /// What they do.
    pub doing: Doing,
    /// Since when they do that.
    pub since: String,
}

/// The colleagues at a case; who began first comes first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CaseCompany {
    /// The case.
    pub case_id: String,
    /// Who is there.
    pub people: Vec<Colleague>,
}
