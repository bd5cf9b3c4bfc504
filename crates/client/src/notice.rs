//! Notices: which of the things that happened are worth a person's attention, exactly once.

use mottaget_domain::{CaseId, HsaId};

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// Nytt ärende: a case came in, or came back, to a clinic whose receiver I am (R63).
    NewCase,
    /// A case was assigned to me by somebody else (R64).
    AssignedToMe,
    /// A case was assigned to a group of mine by somebody else (R64).
    AssignedToGroup,
    /// The resident answered in a case of mine or of my group.
    ResidentAnswered,
    /// Many at once: one summary in place of a storm.
    Summary,
}

/// Something to show as a notification. Nothing about a resident is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Names it, over restarts too.
    pub id: String,
    /// What it is about.
    pub kind: NoticeKind,
    /// The case to open on a click; empty for a summary.
    pub case: Option<CaseId>,
    /// The clinic; empty for a summary over several.
    pub clinic: Option<HsaId>,
    /// Its name.
    pub clinic_name: Option<String>,
    /// How many things it stands for; 1 but for a summary.
    pub count: u32,
}
