//! Drafts, their files, and previews.

use super::{Problem, SignAs};
use serde::{Deserialize, Serialize};
use specta::Type;

/// What a person can choose in the composer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum ComposeKind {
    PartialReply,
    CounterQuestion,
    FinalReply,
    Closure,
}

/// The four formats (R89).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum FileKind {
    Pdf,
    Gif,
    Jpeg,
    Png,
}

/// What may go with a message from staff, by the rules (R89–R92); the screen says it in its own words.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentLimits {
    /// Largest file, in bytes.
    pub max_bytes: u32,
    /// Most files in one message.
    pub max_files: u32,
    /// The formats, in the order in which people are told of them.
    pub kinds: Vec<FileKind>,
}

/// A file of a draft.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DraftAttachment {
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
    /// Pages, once looked at.
    pub pages: Option<u32>,
    /// Granskad: this person has looked at this version.
    pub reviewed: bool,
}

/// An unsent message.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DraftView {
    /// The case.
    pub case_id: String,
    /// What it will be.
    pub kind: ComposeKind,
    /// The text.
    pub text: String,
    /// Files.
    pub attachments: Vec<DraftAttachment>,
    /// Last change.
    pub updated_at: String,
    /// What the resident will see under the text.
    pub signature: String,
    /// In whose name that is.
    pub sign_as: SignAs,
}

/// What internal words are to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum JottingKind {
    Note,
    Closing,
    Redistribution,
}

/// Internal words that are being written.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct JottingView {
    /// The case.
    pub case_id: String,
    /// What they are to become.
    pub kind: JottingKind,
    /// The words.
    pub text: String,
    /// Last change.
    pub updated_at: String,
}

/// A file that can't be attached.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RefusedFile {
    /// Its name.
    pub file_name: String,
    /// Why.
    pub problem: Problem,
}

/// What became of the chosen files.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AttachResult {
    /// The draft afterwards.
    pub draft: DraftView,
    /// Files that were refused.
    pub refused: Vec<RefusedFile>,
}

/// What the guard found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum FindingKind {
    IdentityNumber,
    CoordinationNumber,
    ReserveNumber,
    BirthDate,
    PersonName,
}

/// Where the guard found it.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(tag = "in", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[allow(missing_docs, reason = "fields are named as in the structs of the same words")]
pub enum GuardPlace {
    /// In the text; both ends as a text field counts.
    Text { start: u32, end: u32 },
    /// In a file's name.
    FileName { attachment_id: String, file_name: String },
    /// On a page of a file, counted from 0.
    Page { attachment_id: String, file_name: String, page: u32 },
}

/// Something that may be somebody else's.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GuardFinding {
    /// What.
    pub kind: FindingKind,
    /// Where.
    pub place: GuardPlace,
    /// The words.
    pub found: String,
    /// A little of what stands before.
    pub before: String,
    /// A little of what stands after.
    pub after: String,
}

/// A file that could not be searched, or not wholly.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Unsearched {
    /// Which.
    pub attachment_id: String,
    /// Its name.
    pub file_name: String,
    /// Pages without words, counted from 0.
    pub pages: Vec<u32>,
    /// Why nothing could be read.
    pub problem: Option<Problem>,
}

/// What the sender types, because the resident has protected identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it; the glossary is in the docs")]
pub enum Proof {
    LastFour,
    Name,
}

/// What the wrong-resident guard says of a draft.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GuardView {
    /// What is confirmed is confirmed by this.
    pub fingerprint: String,
    /// The first findings.
    pub findings: Vec<GuardFinding>,
    /// How many there are in all.
    pub total: u32,
    /// Files to be looked through by a person.
    pub unsearched: Vec<Unsearched>,
    /// What has to be typed, if anything.
    pub proof: Option<Proof>,
    /// It goes out from another clinic than the last one did.
    pub other_clinic: Option<OtherClinic>,
    /// Stopped until confirmed.
    pub stops: bool,
}

/// Names of two clinics.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OtherClinic {
    /// From which the message would go out.
    pub now: String,
    /// From which the last one went.
    pub last: String,
}

/// Which file to show.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(tag = "from", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[allow(missing_docs, reason = "fields are named as in the structs of the same words")]
pub enum PreviewSource {
    /// A draft's.
    Draft { case_id: String, attachment_id: String },
    /// One in the thread.
    Case { case_id: String, attachment_id: String },
}

/// Size of a page: points (PDF) or pixels.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PageSize {
    /// Width.
    #[specta(type = u32)] // a number for the screen; never NaN, so never null
    pub width: f64,
    /// Height.
    #[specta(type = u32)]
    pub height: f64,
}

/// What is shown; pixels come from `preview://localhost/TOKEN/page/N?w=PIXELS`.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PreviewInfo {
    /// Names this preview.
    pub token: String,
    /// Name of the file.
    pub file_name: String,
    /// What it is.
    pub kind: FileKind,
    /// Length in bytes.
    pub size: u32,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Pages, or frames of a GIF.
    pub pages: u32,
    /// Sizes; one when all are alike.
    pub sizes: Vec<PageSize>,
    /// GIF: milliseconds that each frame shows.
    pub delays: Vec<u32>,
}

/// That somebody else is writing in a case, or this person on another computer.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CaseDraft {
    /// HSA-id of who writes.
    pub author: String,
    /// Their name.
    pub author_name: String,
    /// On which of their computers.
    pub machine: String,
    /// What it is to be.
    pub kind: ComposeKind,
    /// When it was last changed.
    pub updated_at: String,
    /// How long it is, in characters.
    pub characters: u32,
    /// How many files go with it.
    pub files: u32,
    /// This person's own.
    pub mine: bool,
    /// It was sent, and taken back by somebody before the resident had it.
    pub came_back: bool,
    /// Who took it over last.
    pub taken: Option<TakenOver>,
    /// Why this person may not take it over: the refusal's code.
    pub why: Option<String>,
}

/// That somebody has taken over a draft.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TakenOver {
    /// Their name.
    pub who: String,
    /// When.
    pub at: String,
}

/// A reply text as it would stand in a message.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReplyText {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What it says; what the writer has to fill in stands in double braces.
    pub text: String,
    /// The region's; else the clinic's own.
    pub central: bool,
}

/// A reply text as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct KeptText {
    /// Its id; empty for a new one.
    pub id: Option<String>,
    /// What it is called.
    pub title: String,
    /// What it says.
    pub text: String,
    /// For this kind of message alone.
    pub kind: Option<ComposeKind>,
    /// For this case type alone, by id.
    pub case_type: Option<String>,
    /// The region's; else the clinic's own.
    pub central: bool,
    /// What it was when it was read; empty for a new one. The screen gives it back with what is decided anew, and does not look into it.
    pub seen: Option<String>,
}

/// A case type by id and name.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NamedType {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A clinic's reply texts, and what they can be for.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ClinicTexts {
    /// The region's first.
    pub texts: Vec<KeptText>,
    /// The clinic's case types.
    pub case_types: Vec<NamedType>,
}
