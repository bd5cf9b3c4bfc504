//! What several people may decide, decided anew by one of them.

use crate::feed::ReplyTemplateText;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A decision, with what it was when whoever decides looked: what has become something else meanwhile stays as it is
/// (`decided-meanwhile`, ADR 17).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Anew<T> {
    /// What it was.
    pub seen: T,
    /// What it is to be.
    pub now: T,
}

/// `PUT /api/v1/clinics/{clinic}/reply-templates/{id}`: the same of a reply text, which may be new, or be removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplyTemplateAnew {
    /// What it was; empty: there was none of this id.
    pub seen: Option<ReplyTemplateText>,
    /// What it is to be; empty: it is removed.
    pub now: Option<ReplyTemplateText>,
}
