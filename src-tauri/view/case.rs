//! One case: thread, history, what can be done, what waits.

use super::{
    AssigneeView, CaseRow, CaseState, DraftView, FileKind, GroupView, JottingView, Problem, SignAs, TakenOver,
    TargetAway, Unwatched, WhyDue,
};
use serde::{Deserialize, Serialize};
use specta::Type;
use std::collections::BTreeMap;

/// What kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum MessageKind {
    Submission,
    ResidentReply,
    PartialReply,
    CounterQuestion,
    FinalReply,
    Closure,
}

/// Why a case was closed without a reply (T14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum CloseReason {
    HandledByPhone,
    HandledAtVisit,
    Duplicate,
    WrongClinic,
    ResidentWithdrew,
    Other,
}

/// A file in the thread.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub file_name: String,
    /// What it is.
    pub kind: FileKind,
    /// Length in bytes.
    pub size: u32,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// The bytes are on this machine.
    pub cached: bool,
}

/// A question of the form with its answer.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
}

/// Where a message or act is.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[allow(missing_docs, reason = "fields are named as in the structs of the same words")]
pub enum Delivery {
    /// The resident can read it.
    Sent { at: String },
    /// Only on this machine.
    Here { op_id: String },
    /// Being sent right now.
    OnTheWay { op_id: String },
    /// The server has it; it is released later or its page is on the way.
    AtServer { op_id: Option<String>, release_at: Option<String> },
    /// It can't go on by itself.
    Stopped { op_id: String, problem: Problem },
}

/// A message of the thread.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    /// Its id.
    pub id: String,
    /// What kind.
    pub kind: MessageKind,
    /// Written by staff.
    pub from_staff: bool,
    /// Who wrote it.
    pub sender_name: String,
    /// Their title.
    pub sender_title: Option<String>,
    /// Their signature.
    pub signature: Option<String>,
    /// The text; plain.
    pub text: String,
    /// The form's answers.
    pub answers: Vec<Answer>,
    /// Its files.
    pub attachments: Vec<AttachmentView>,
    /// When.
    pub at: String,
    /// Written by this person.
    pub mine: bool,
    /// When the resident opened it (W50).
    pub read_by_resident_at: Option<String>,
    /// Where it is.
    pub delivery: Delivery,
    /// The server holds it, and this person may take it back.
    pub may_take_back: bool,
}

/// An internal note.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NoteView {
    /// Its id.
    pub id: String,
    /// Who wrote it.
    pub author: String,
    /// The text.
    pub text: String,
    /// Names of the colleagues that it speaks to («@…»).
    pub mentions: Vec<String>,
    /// Names of those that it speaks to and who are not told: they do not see the case.
    pub missed: Vec<String>,
    /// When.
    pub at: String,
    /// Where it is.
    pub delivery: Delivery,
}

/// A colleague who can be spoken to in an internal note.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NoteColleague {
    /// HSA-id.
    pub hsa_id: String,
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Do they see the case? Who does not is not told.
    pub reads: bool,
}

/// What a line of the history tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum EventKind {
    Created,
    Distributed,
    Redistributed,
    Taken,
    TakenOver,
    Started,
    MessageHeld,
    MessageWithdrawn,
    MessageReleased,
    ResidentReplied,
    QuestionWithdrawn,
    Closed,
    Reopened,
    NoteAdded,
    Recorded,
    DraftTaken,
    AssigneeLost,
    Purged,
}

/// A line of the history.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HistoryRow {
    /// When.
    pub at: String,
    /// Who.
    pub who: String,
    /// What.
    pub event: EventKind,
    /// Facts for the sentence.
    pub facts: BTreeMap<String, String>,
}

/// Something that somebody else did since the draft was begun.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewsRow {
    /// Who, when and what.
    pub what: HistoryRow,
    /// The message that came with it.
    pub message_id: Option<String>,
}

/// What is new since the draft was begun; sending is held until the person has said that they have read it.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewsView {
    /// Up to which version of the thread.
    pub version: u32,
    /// What happened, oldest first.
    pub rows: Vec<NewsRow>,
}

/// Sex by the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum SexView {
    Female,
    Male,
    Unknown,
}

/// What the resident shares (R163).
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ContactView {
    /// Mobile number.
    pub mobile: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
}

/// The resident's facts.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ResidentView {
    /// Name.
    pub name: String,
    /// Identity as staff read it.
    pub personal_id: String,
    /// What kind of number: `personnummer`, `samordningsnummer` or `reservnummer`.
    pub id_kind: String,
    /// Age in years.
    pub age: Option<u32>,
    /// Sex.
    pub sex: SexView,
    /// Skyddad identitet (R73).
    pub protected_identity: bool,
    /// Why no message reaches them through the service, if none does (W32–W36).
    pub unreachable: Option<Unreachable>,
    /// The guardian who filed the case in their place.
    pub guardian: Option<GuardianView>,
    /// Shared contact details.
    pub contact: ContactView,
}

/// Why no message reaches somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum Unreachable {
    Deceased,
    Emigrated,
    Locked,
    NoLogin,
    NotActivated,
}

/// That a case is in the patient record.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecordedView {
    /// Who marked it.
    pub who: String,
    /// When.
    pub at: String,
    /// Nothing has been said in the case since.
    pub whole: bool,
}

/// Who wrote in a child's place.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GuardianView {
    /// Identity as staff read it.
    pub personal_id: String,
    /// Reads what is answered today (W64, W67).
    pub reads: bool,
}

/// What can be done to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum ActName {
    Distribute,
    Redistribute,
    Take,
    PartialReply,
    CounterQuestion,
    FinalReply,
    Attach,
    WithdrawQuestion,
    Close,
    Reopen,
    Note,
    ReturnToReceiver,
    MarkRecorded,
}

/// Whether something can be done now.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ActView {
    /// What.
    pub act: ActName,
    /// Can it?
    pub allowed: bool,
    /// If not: the refusal's code.
    pub why: Option<String>,
}

/// Seconds that each kind of message can be taken back; 0 sends at once.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UndoSeconds {
    /// A partial reply.
    pub partial_reply: u32,
    /// A counter-question.
    pub counter_question: u32,
    /// A final reply.
    pub final_reply: u32,
    /// What is said when a case is closed.
    pub closure: u32,
}

/// What a case will be when what waits on this computer is done.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AfterView {
    /// Its state.
    pub state: CaseState,
    /// Who has it then.
    pub assignee: Option<AssigneeView>,
}

/// One case, whole.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CaseView {
    /// As in a list.
    pub row: CaseRow,
    /// What it will be when this person's acts that wait here are done; empty if it stays as it is.
    pub after: Option<AfterView>,
    /// Why it is due when it is.
    pub why_due: WhyDue,
    /// The resident.
    pub resident: ResidentView,
    /// The thread, oldest first, what waits in the outbox last.
    pub messages: Vec<MessageView>,
    /// Internal notes.
    pub notes: Vec<NoteView>,
    /// What happened.
    pub history: Vec<HistoryRow>,
    /// What can be done.
    pub acts: Vec<ActView>,
    /// The question that the resident may answer.
    pub open_question: Option<String>,
    /// Version of the thread.
    pub thread_version: u32,
    /// Who has entered it into the patient record.
    pub recorded: Option<RecordedView>,
    /// The group from which this person took the case: it can go back there.
    pub taken_from: Option<GroupView>,
    /// Why nobody watches it, if nobody does; receivers are told.
    pub unwatched: Option<Unwatched>,
    /// How long each kind of message can be taken back here.
    pub undo: UndoSeconds,
    /// Why it was closed without a reply.
    pub close_reason: Option<CloseReason>,
    /// This person's draft.
    pub draft: Option<DraftView>,
    /// Internal words that this person has begun.
    pub jottings: Vec<JottingView>,
    /// What would stand under a message that is begun now.
    pub signature: String,
    /// In whose name that is.
    pub sign_as: SignAs,
    /// A colleague has taken it over.
    pub draft_taken: Option<TakenOver>,
    /// What has happened since the draft was begun.
    pub news: Option<NewsView>,
    /// This person's acts that wait.
    pub pending: Vec<OutboxRow>,
}

/// What an own act that is still here waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum WaitsFor {
    /// Contact with the server.
    Contact,
    /// An earlier own act of the same case, which goes first.
    Earlier,
    /// A decision about an earlier own act of the same case, which was stopped.
    EarlierStopped,
    /// Another try: the last one failed.
    NextTry,
    /// The end of the time in which it can be taken back.
    Undo,
    /// Nothing: it goes now.
    Turn,
}

/// Why an own act is still here.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Waits {
    /// For what.
    pub why: WaitsFor,
    /// Why there is no contact or why the last try failed, if that is known.
    pub problem: Option<Problem>,
    /// When it is tried again by itself, if that is known.
    pub retry_at: Option<String>,
}

/// An own act on its way.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OutboxRow {
    /// Its id.
    pub op_id: String,
    /// The case.
    pub case_id: String,
    /// Its type; empty if the case is not here any more.
    pub case_type: String,
    /// Name of the resident; empty if this person may not see the case any more.
    pub resident_name: String,
    /// What, as a code: the act's name.
    pub what: String,
    /// When.
    pub written_at: String,
    /// How often it was tried.
    pub attempts: u32,
    /// The words of an internal note.
    pub note: Option<String>,
    /// A message to the resident goes with it: given up, its text and files are a draft again.
    pub message: bool,
    /// Where it is.
    pub delivery: Delivery,
    /// Why it is still here; told in the outbox only.
    pub waits: Option<Waits>,
}

/// An own message that the server holds: it can be taken back until its release.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HeldMessage {
    /// In which case.
    pub case_id: String,
    /// The message.
    pub message_id: String,
    /// What kind.
    pub kind: MessageKind,
    /// To whom.
    pub resident_name: String,
    /// When the server releases it.
    pub release_at: String,
    /// It has been asked back; the server has not answered yet.
    pub asked_back: bool,
}

/// An own message that has left this computer.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MessageOut {
    /// In which case.
    pub case_id: String,
    /// The message.
    pub message_id: String,
    /// What kind.
    pub kind: MessageKind,
    /// The case's type.
    pub case_type: String,
    /// To whom.
    pub resident_name: String,
    /// At the server, which holds it, or sent.
    pub delivery: Delivery,
    /// It has been asked back; the server has not answered yet.
    pub asked_back: bool,
}

/// The outbox, and what has left it of late.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OutboxPage {
    /// What has not come home, but for the messages below.
    pub waiting: Vec<OutboxRow>,
    /// What the server holds, the first to be released first; then what was sent today, the last first.
    pub out: Vec<MessageOut>,
}

/// To whom a case can go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum TargetKind {
    Person,
    Group,
    Receiver,
}

/// Somebody to distribute to.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TargetView {
    /// Person, group, or back to the receivers.
    pub kind: TargetKind,
    /// HSA-id or group id; empty for the receivers.
    pub id: String,
    /// Name.
    pub name: String,
    /// Title.
    pub title: Option<String>,
    /// Open cases they have.
    pub open_cases: u32,
    /// It is this person.
    pub me: bool,
    /// Active handlers of a group.
    pub members: Option<u32>,
    /// How many of those are there today.
    pub there: Option<u32>,
    /// Away today, if a person.
    pub away: Option<TargetAway>,
}

/// A chosen target.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// Person, group, or back to the receivers.
    pub kind: TargetKind,
    /// HSA-id or group id.
    pub id: String,
}
