//! What the screen sees: plain data with the only binding derives in the house, made from the core's types.
//!
//! Times are RFC 3339 text in UTC, ids are UUID text. The TypeScript side (`ui/src/ipc/bindings.ts`) is generated from
//! here; a test fails when it is stale.

mod case;
mod clock;
mod company;
mod compose;
mod convert;
mod event;
mod list;
mod session;
mod settings;
mod staffing;

pub use case::*;
pub use clock::*;
pub use company::*;
pub use compose::*;
pub use convert::id;
pub use event::*;
pub use list::*;
pub use session::*;
pub use settings::*;
pub use staffing::*;

use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;

/// What went wrong. The screen matches `code`, never `detail`.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Stable code.
    pub code: String,
    /// Facts for the sentence, for example `fileName` and `limit`.
    pub facts: BTreeMap<String, String>,
    /// English, technical, for a support report; never about a patient.
    pub detail: String,
}
