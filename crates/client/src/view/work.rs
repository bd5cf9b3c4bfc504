//! What a person works on: drafts, the outbox, whom to give a case to, a preview.

use super::case::Delivery;
use crate::error::Trouble;
use jiff::Timestamp;
use jiff::civil::Date;
use mottaget_domain::clinic::{ClinicSettings, Policy, RegionPolicy};
use mottaget_domain::guard::{FindingKind, Proof};
use mottaget_domain::signature::SignAs;
use mottaget_domain::{
    Assignee, AttachmentId, CaseId, CaseTypeId, CloseReason, FileKind, HsaId, MachineId, MessageId, MessageKind, OpId,
    ReplyTemplate, ReplyTemplateId,
};
use mottaget_preview::DocumentInfo;

pub use mottaget_protocol::feed::CaseTypeInfo;
pub use mottaget_store::Jotting;

/// A file of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftFile {
    /// Its id; it keeps it when it is sent.
    pub id: AttachmentId,
    /// Name.
    pub file_name: String,
    /// What the bytes are.
    pub kind: FileKind,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the bytes, hexadecimal.
    pub sha256: String,
    /// Pages, once it has been shown.
    pub pages: Option<u32>,
    /// Granskad: these very bytes have been looked at.
    pub reviewed: bool,
}

/// A message that is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftView {
    /// In which case.
    pub case: CaseId,
    /// What kind of message.
    pub kind: MessageKind,
    /// The text.
    pub text: String,
    /// Its files, in order.
    pub files: Vec<DraftFile>,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Exactly what the resident will see under the text.
    pub signature: String,
    /// In whose name that is.
    pub sign_as: SignAs,
}

/// A file that was not attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedFile {
    /// Its name.
    pub file_name: String,
    /// Why.
    pub problem: Trouble,
}

/// What became of an attempt to attach files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// The draft afterwards.
    pub draft: DraftView,
    /// Files that were refused; the others are attached.
    pub refused: Vec<RefusedFile>,
}

/// That somebody else is writing in a case, or this person on another computer: not a word of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseDraft {
    /// Who writes.
    pub author: HsaId,
    /// Their name.
    pub author_name: String,
    /// On which of their computers.
    pub machine: MachineId,
    /// What it is to be.
    pub kind: MessageKind,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// How long it is, in characters.
    pub characters: u64,
    /// How many files go with it.
    pub files: u32,
    /// This person's own.
    pub mine: bool,
    /// It was sent, and taken back by somebody before the resident had it: it lies at the server, on no computer.
    pub came_back: bool,
    /// Who took it over last.
    pub taken: Option<TakenOver>,
    /// Code of the reason why this person may not take it over; empty if they may.
    pub why_not: Option<&'static str>,
}

/// That somebody has taken over a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenOver {
    /// Their name.
    pub who: String,
    /// When.
    pub at: Timestamp,
}

/// Where the guard found something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GuardPlace {
    /// In the message; both ends in UTF-16 units, as a text field counts.
    Text {
        /// First unit.
        start: usize,
        /// The unit after the last.
        end: usize,
    },
    /// In a file's name.
    FileName {
        /// Which file.
        file: AttachmentId,
    },
    /// On a page of a file.
    Page {
        /// Which file.
        file: AttachmentId,
        /// Counted from 0.
        page: u32,
    },
}

/// Something that may be somebody else's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardFinding {
    /// What.
    pub kind: FindingKind,
    /// Where.
    pub place: GuardPlace,
    /// The file's name, where it is in or of a file.
    pub file_name: Option<String>,
    /// The words themselves.
    pub found: String,
    /// A little of what stands before them.
    pub before: String,
    /// A little of what stands after them.
    pub after: String,
}

/// A file that could not be searched, or not wholly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsearched {
    /// Which.
    pub file: AttachmentId,
    /// Its name.
    pub file_name: String,
    /// Pages, counted from 0, on which something is drawn but no words can be read.
    pub pages: Vec<u32>,
    /// Why nothing of it could be read.
    pub problem: Option<Trouble>,
}

/// What the wrong-resident guard says of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardView {
    /// Stands for exactly this message to this resident with these findings; what is confirmed is confirmed by it.
    pub fingerprint: String,
    /// The first findings, in order.
    pub findings: Vec<GuardFinding>,
    /// How many there are in all.
    pub total: usize,
    /// Files that a person has to look through instead.
    pub unsearched: Vec<Unsearched>,
    /// What the sender has to type because the resident has protected identity.
    pub proof: Option<Proof>,
    /// It goes out from another clinic than the person's last message did.
    pub other_clinic: Option<OtherClinic>,
    /// The message is stopped until the person has confirmed it.
    pub stops: bool,
}

/// Names of two clinics of the person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherClinic {
    /// From which the message would go out.
    pub now: String,
    /// From which the last one went.
    pub last: String,
}

/// What is to be done to several cases at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkWish {
    /// T3, T4, T6: give them to a person, a group, or back to the receivers.
    Give {
        /// To whom.
        to: Target,
    },
    /// T5: take them from my groups, or over from absent colleagues whom I cover.
    Take,
    /// T14: close them without a reply and without a word to the residents.
    Close {
        /// Why.
        reason: CloseReason,
        /// In words; needed where the resident can't know why.
        note: Option<String>,
    },
}

/// How a case was when it was looked at: nothing is done to one that has moved since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkSeen {
    /// The thread's version.
    pub version: u32,
    /// Who had it.
    pub assignee: Option<Assignee>,
}

impl From<(u32, Option<Assignee>)> for BulkSeen {
    fn from((version, assignee): (u32, Option<Assignee>)) -> Self {
        Self { version, assignee }
    }
}

/// What would happen to one of the cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkCase {
    /// The case.
    pub case: CaseId,
    /// Name of its type; empty for one that has left the person's sight.
    pub case_type: String,
    /// Whom it is about.
    pub resident_name: String,
    /// Skyddad identitet (R73).
    pub protected_identity: bool,
    /// How it is now; empty for one that has left the person's sight.
    pub seen: Option<BulkSeen>,
    /// Code of the reason why nothing would be done to it; empty if something would.
    pub why: Option<&'static str>,
}

/// A case to which something is to be done, as the person saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkPick {
    /// The case.
    pub case: CaseId,
    /// As it was in the preview.
    pub seen: BulkSeen,
}

/// What was done to several cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkDone {
    /// The acts, for [`crate::Client::bulk_undo`].
    pub ops: Vec<OpId>,
    /// Their cases, in the same order.
    pub cases: Vec<CaseId>,
    /// Cases to which nothing was done, with the reason's code.
    pub refused: Vec<(CaseId, &'static str)>,
    /// Until then all of it can be taken back.
    pub until: Timestamp,
}

/// The reply texts of a clinic, and what they can be for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClinicTexts {
    /// The region's first, then the clinic's own.
    pub texts: Vec<ReplyTemplate>,
    /// The clinic's case types, by id and name.
    pub case_types: Vec<(CaseTypeId, String)>,
}

/// A reply text as it would stand in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyText {
    /// Its id.
    pub id: ReplyTemplateId,
    /// What it is called.
    pub title: String,
    /// What it says, with what is known filled in.
    pub text: String,
    /// The region's; else the clinic's own.
    pub central: bool,
}

/// What an act that is still here waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitsFor {
    /// Contact with the server; why there is none, if that is known.
    Contact(Option<Trouble>),
    /// What the person did earlier in the same case, which goes first.
    Earlier,
    /// The person's decision about what they did earlier in the same case, which was stopped.
    EarlierStopped,
    /// Another try: why the last one failed.
    NextTry(Trouble),
    /// The end of the time in which it can be taken back; that is when it goes.
    Undo,
    /// Nothing: it goes now.
    Turn,
}

/// Why an act is still here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waits {
    /// For what.
    pub why: WaitsFor,
    /// When it is tried again by itself, if that is known.
    pub retry_at: Option<Timestamp>,
}

/// One act in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its id for life.
    pub op: OpId,
    /// On which case.
    pub case: CaseId,
    /// Name of the case's type; empty if the case is not here any more.
    pub case_type: String,
    /// Name of the resident; empty if the person may not see the case any more.
    pub resident_name: String,
    /// What: `distribute`, `returnToReceiver`, `take`, `takeOver`, `start`, `partialReply`, `counterQuestion`, `finalReply`,
    /// `withdrawMessage`, `withdrawQuestion`, `close`, `reopen`, `note`.
    pub what: &'static str,
    /// When the person acted.
    pub written_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// The words of an internal note; they are the person's own, and readable when the case is not here any more.
    pub note: Option<String>,
    /// A message to the resident goes with it; given up, its text and files are a draft again.
    pub message: bool,
    /// Where it is.
    pub delivery: Delivery,
    /// Why it is still here; told in the outbox ([`crate::Client::outbox`]), and only of what waits.
    pub waits: Option<Waits>,
}

/// A message of mine that the server holds: it can be taken back until its release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldMessage {
    /// In which case.
    pub case: CaseId,
    /// The message.
    pub message: MessageId,
    /// What kind.
    pub kind: MessageKind,
    /// To whom.
    pub resident_name: String,
    /// When the server releases it, by the server's clock.
    pub release_at: Timestamp,
    /// It has been asked back; the server has not answered yet.
    pub asked_back: bool,
}

/// A message of mine that has left this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageOut {
    /// In which case.
    pub case: CaseId,
    /// The message.
    pub message: MessageId,
    /// What kind.
    pub kind: MessageKind,
    /// Name of the case's type.
    pub case_type: String,
    /// To whom.
    pub resident_name: String,
    /// At the server, which holds it, or sent.
    pub delivery: Delivery,
    /// It has been asked back; the server has not answered yet.
    pub asked_back: bool,
}

/// The outbox, and what has left it of late.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxPage {
    /// As [`crate::Client::outbox`] has it, but for the messages below.
    pub waiting: Vec<OutboxRow>,
    /// What the server holds, the first to be released first; then what was sent today, the last first.
    pub out: Vec<MessageOut>,
}

/// What kind of receiver of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TargetKind {
    /// One handler; the id is the HSA-id.
    Person,
    /// A group; the id is the group's.
    Group,
    /// Back to the clinic's receivers; the id is the clinic's HSA-id.
    Receiver,
}

/// Whom to give a case to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// What kind.
    pub kind: TargetKind,
    /// Which.
    pub id: String,
}

/// Somebody a case can be given to, with how much they have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetView {
    /// What kind.
    pub kind: TargetKind,
    /// Which.
    pub id: String,
    /// Name.
    pub name: String,
    /// Title, if a person.
    pub title: Option<String>,
    /// Open cases they have now.
    pub open_cases: u32,
    /// Is it me (or, for a group, am I in it)?
    pub me: bool,
    /// Active handlers, if a group.
    pub members: Option<u32>,
    /// How many of those are there today, if a group.
    pub there: Option<u32>,
    /// Away today, if a person.
    pub away: Option<TargetAway>,
}

/// That somebody to whom a case could be given is away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetAway {
    /// The last day of it.
    pub until: Date,
    /// Who covers meanwhile, with the name; the case can be given to them instead.
    pub substitute: Option<(HsaId, String)>,
}

/// Which file to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreviewSource {
    /// A file of my draft.
    Draft {
        /// The case.
        case: CaseId,
        /// The file.
        file: AttachmentId,
    },
    /// A file in the thread.
    Case {
        /// The case.
        case: CaseId,
        /// The file.
        file: AttachmentId,
    },
}

/// An open preview.
#[derive(Clone, Debug, PartialEq)]
pub struct PreviewOpened {
    /// Names it; random.
    pub token: String,
    /// The file's name.
    pub file_name: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the bytes, hexadecimal.
    pub sha256: String,
    /// What it is: kind, pages, their sizes, an animation's delays.
    pub info: DocumentInfo,
}

/// A colleague who can be spoken to in an internal note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// HSA-id.
    pub hsa_id: HsaId,
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Do they see the case? Who does not is not told.
    pub reads: bool,
}

/// What a clinic and its region have decided, and the case types that it can be decided for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decisions {
    /// The clinic's own.
    pub clinic: ClinicSettings,
    /// Its name.
    pub clinic_name: String,
    /// The region's, where the clinic says nothing.
    pub region: RegionPolicy,
    /// Its name.
    pub region_name: String,
    /// The clinic's case types.
    pub case_types: Vec<CaseTypeInfo>,
}

impl Default for Decisions {
    /// As long as this machine knows nothing of the clinic.
    fn default() -> Self {
        Self {
            clinic: ClinicSettings::of(&Policy::default()),
            clinic_name: String::new(),
            region: RegionPolicy::default(),
            region_name: String::new(),
            case_types: Vec::new(),
        }
    }
}
