//! What the shell tells the screen; ids only.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Event: these cases changed; read them again. Empty: read everything again.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Moved {
    /// Case ids.
    pub cases: Vec<String>,
}

/// Event: a notification was clicked.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OpenCase {
    /// The case.
    pub case_id: String,
}
