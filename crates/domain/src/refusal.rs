//! Why the rules say no: few stable codes, each with what it means.

use crate::attachment::AttachmentRefusal;
use thiserror::Error;

/// Why something can't be done (now).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// There is no such case for this person: unknown, another clinic's, or not theirs to read. One answer for all three.
    #[error("there is no such case")]
    NotFound,
    /// The role does not allow it.
    #[error("the role does not allow this")]
    Forbidden,
    /// The case is closed.
    #[error("the case is closed")]
    CaseClosed,
    /// The case is not closed.
    #[error("the case is not closed")]
    NotClosed,
    /// Nobody has the case yet; it must be distributed first.
    #[error("the case must be distributed first")]
    NotDistributed,
    /// The case is already distributed; redistribute it instead.
    #[error("the case is already distributed")]
    AlreadyDistributed,
    /// It is a group's case: take it first (T5, T7).
    #[error("the case belongs to a group; take it first")]
    TakeFirst,
    /// Somebody else took it.
    #[error("somebody else has taken the case")]
    AlreadyTaken,
    /// It is the case of somebody whom the person covers for while they are away: take it over first.
    #[error("the case is an absent colleague's; take it over first")]
    TakeOverFirst,
    /// Only the assigned handler may.
    #[error("only the assigned handler may do this")]
    NotAssignee,
    /// The chosen person can't handle cases at the clinic.
    #[error("the chosen person can't handle cases here")]
    TargetInactive,
    /// The chosen group has no active handler (T4).
    #[error("the chosen group has no active handler")]
    GroupEmpty,
    /// The case already is with the chosen one.
    #[error("the case already is there")]
    SameAssignee,
    /// A message must say something.
    #[error("the text is empty")]
    TextEmpty,
    /// Longer than a message may be.
    #[error("the text has more than {limit} characters")]
    TextTooLong {
        /// The limit in characters.
        limit: usize,
    },
    /// A setting is larger than it can be.
    #[error("at most {most}")]
    OutOfRange {
        /// The most that it can be.
        most: usize,
    },
    /// A reply text has a blank that nobody has filled in.
    #[error("a blank is not filled in")]
    BlankLeft {
        /// The blank's name.
        blank: String,
    },
    /// Closing with «other» needs words.
    #[error("say why")]
    ReasonMissing,
    /// The window for reopening has passed (T15).
    #[error("the case can't be reopened any more")]
    ReopenWindowPassed,
    /// All of the case is marked as entered into the patient record already.
    #[error("the case is in the patient record already")]
    AlreadyRecorded,
    /// There is no open question.
    #[error("there is no open question")]
    NoOpenQuestion,
    /// The resident has not answered the last question yet.
    #[error("a question is already open")]
    QuestionOpen,
    /// One message is held until its release; one at a time.
    #[error("another message waits for its release")]
    MessagePending,
    /// The message is released (or never was): it can't be withdrawn (R83).
    #[error("the message is already sent")]
    AlreadyReleased,
    /// Too early for that.
    #[error("it is too early")]
    TooEarly,
    /// The thread moved since the message was written.
    #[error("the case changed while this was written")]
    ThreadMoved,
    /// The message was not searched for the facts of somebody else, or goes to somebody with protected identity without
    /// its sender having typed to whom.
    #[error("the message was not checked for facts of somebody else")]
    NotGuarded,
    /// Somebody else has decided the same anew since it was looked at: settings, a reply text, absences.
    #[error("somebody else has changed this meanwhile")]
    DecidedMeanwhile,
    /// What somebody was writing is not there any more: it was sent or thrown away.
    #[error("the draft is not there any more")]
    DraftGone,
    /// The same id was used for something else.
    #[error("the id is already used")]
    IdUsed,
    /// More of something than a person may keep: saved views, or the choices of one.
    #[error("at most {limit} can be kept")]
    TooManyViews {
        /// The limit.
        limit: usize,
    },
    /// Something ends before it begins.
    #[error("the last day lies before the first")]
    DatesReversed,
    /// Somebody would be away twice on the same day.
    #[error("two absences have a day in common")]
    AbsencesOverlap,
    /// Who is to cover can't: not another active handler of the clinic.
    #[error("the substitute must be another active handler of the clinic")]
    SubstituteUnfit,
    /// There is one of that name already.
    #[error("there is one of that name already")]
    NameTaken,
    /// Residents may not attach files to this type (R87).
    #[error("files are not allowed here")]
    FilesNotAllowed,
    /// A file can't be attached.
    #[error(transparent)]
    Attachment(#[from] AttachmentRefusal),
    /// The guardian may not act for this person (W64, W67).
    #[error("the guardian may not act for this person")]
    ProxyNotAllowed,
    /// The resident does not belong to the clinic's service area, and the clinic has not approved them (T1).
    #[error("the resident is outside the clinic's service area and not approved")]
    OutsideServiceArea,
}

impl Refusal {
    crate::stable_codes!(self -> &'static str {
        Self::NotFound => "not-found",
        Self::Forbidden => "forbidden",
        Self::CaseClosed => "case-closed",
        Self::NotClosed => "not-closed",
        Self::NotDistributed => "not-distributed",
        Self::AlreadyDistributed => "already-distributed",
        Self::TakeFirst => "take-first",
        Self::AlreadyTaken => "already-taken",
        Self::TakeOverFirst => "take-over-first",
        Self::NotAssignee => "not-assignee",
        Self::TargetInactive => "target-inactive",
        Self::GroupEmpty => "group-empty",
        Self::SameAssignee => "same-assignee",
        Self::TextEmpty => "text-empty",
        Self::TextTooLong { .. } => "text-too-long",
        Self::OutOfRange { .. } => "out-of-range",
        Self::BlankLeft { .. } => "blank-left",
        Self::ReasonMissing => "reason-missing",
        Self::ReopenWindowPassed => "reopen-window-passed",
        Self::AlreadyRecorded => "already-recorded",
        Self::NoOpenQuestion => "no-open-question",
        Self::QuestionOpen => "question-open",
        Self::MessagePending => "pending-message",
        Self::AlreadyReleased => "already-released",
        Self::TooEarly => "too-early",
        Self::ThreadMoved => "thread-moved",
        Self::NotGuarded => "not-guarded",
        Self::DecidedMeanwhile => "decided-meanwhile",
        Self::DraftGone => "draft-gone",
        Self::IdUsed => "id-used",
        Self::TooManyViews { .. } => "too-many-views",
        Self::DatesReversed => "dates-reversed",
        Self::AbsencesOverlap => "absences-overlap",
        Self::SubstituteUnfit => "substitute-unfit",
        Self::NameTaken => "name-taken",
        Self::FilesNotAllowed => "files-not-allowed",
        Self::ProxyNotAllowed => "proxy-not-allowed",
        Self::OutsideServiceArea => "outside-service-area",
    } else {
        Self::Attachment(inner) => inner.code(),
    });
}
