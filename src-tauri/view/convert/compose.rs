//! Drafts, their files, and previews.

use super::{as_seen, id, small, time, to_hand_back};
use crate::error::ShellError;
use crate::view::*;
use mottaget_client::view as core;
use mottaget_client::{DocumentInfo, ReplyTemplateText};
use mottaget_domain as domain;
use mottaget_domain::attachment::{MAX_BYTES, MAX_FILES_STAFF};

impl AttachmentLimits {
    /// As the rules have them.
    #[must_use]
    pub fn of_the_rules() -> Self {
        Self {
            max_bytes: small(MAX_BYTES),
            max_files: small(MAX_FILES_STAFF as u64),
            kinds: domain::FileKind::ALL.map(Into::into).to_vec(),
        }
    }
}

impl From<core::DraftView> for DraftView {
    fn from(it: core::DraftView) -> Self {
        let file = |file: core::DraftFile| DraftAttachment {
            id: file.id.to_string(),
            file_name: file.file_name,
            kind: file.kind.into(),
            size: small(file.size),
            sha256: file.sha256,
            pages: file.pages,
            reviewed: file.reviewed,
        };
        Self {
            case_id: it.case.to_string(),
            kind: written_kind(it.kind),
            text: it.text,
            attachments: it.files.into_iter().map(file).collect(),
            updated_at: time(it.updated_at),
            signature: it.signature,
            sign_as: it.sign_as.into(),
        }
    }
}

impl From<core::Jotting> for JottingView {
    fn from(it: core::Jotting) -> Self {
        Self { case_id: it.case.to_string(), kind: it.kind.into(), text: it.text, updated_at: time(it.updated_at) }
    }
}

impl From<core::JottingKind> for JottingKind {
    fn from(kind: core::JottingKind) -> Self {
        match kind {
            core::JottingKind::Note => Self::Note,
            core::JottingKind::Closing => Self::Closing,
            core::JottingKind::Redistribution => Self::Redistribution,
        }
    }
}

impl From<JottingKind> for core::JottingKind {
    fn from(kind: JottingKind) -> Self {
        match kind {
            JottingKind::Note => Self::Note,
            JottingKind::Closing => Self::Closing,
            JottingKind::Redistribution => Self::Redistribution,
        }
    }
}

impl From<core::CaseDraft> for CaseDraft {
    fn from(it: core::CaseDraft) -> Self {
        Self {
            author: it.author.to_string(),
            author_name: it.author_name,
            machine: it.machine.to_string(),
            kind: written_kind(it.kind),
            updated_at: time(it.updated_at),
            characters: small(it.characters),
            files: it.files,
            mine: it.mine,
            came_back: it.came_back,
            taken: it.taken.map(Into::into),
            why: it.why_not.map(str::to_owned),
        }
    }
}

impl From<core::TakenOver> for TakenOver {
    fn from(it: core::TakenOver) -> Self {
        Self { who: it.who, at: time(it.at) }
    }
}

impl From<core::Attached> for AttachResult {
    fn from(it: core::Attached) -> Self {
        let refused =
            |file: core::RefusedFile| RefusedFile { problem: (&file.problem).into(), file_name: file.file_name };
        Self { draft: it.draft.into(), refused: it.refused.into_iter().map(refused).collect() }
    }
}

impl From<core::GuardFinding> for GuardFinding {
    fn from(it: core::GuardFinding) -> Self {
        let file_name = it.file_name.unwrap_or_default();
        let place = match it.place {
            core::GuardPlace::Text { start, end } => {
                GuardPlace::Text { start: small(start as u64), end: small(end as u64) }
            }
            core::GuardPlace::FileName { file } => GuardPlace::FileName { attachment_id: file.to_string(), file_name },
            core::GuardPlace::Page { file, page } => {
                GuardPlace::Page { attachment_id: file.to_string(), file_name, page }
            }
        };
        let kind = match it.kind {
            domain::guard::FindingKind::IdentityNumber => FindingKind::IdentityNumber,
            domain::guard::FindingKind::CoordinationNumber => FindingKind::CoordinationNumber,
            domain::guard::FindingKind::ReserveNumber => FindingKind::ReserveNumber,
            domain::guard::FindingKind::BirthDate => FindingKind::BirthDate,
            domain::guard::FindingKind::PersonName => FindingKind::PersonName,
        };
        Self { kind, place, found: it.found, before: it.before, after: it.after }
    }
}

impl From<core::GuardView> for GuardView {
    fn from(it: core::GuardView) -> Self {
        let unsearched = |file: core::Unsearched| Unsearched {
            attachment_id: file.file.to_string(),
            file_name: file.file_name,
            pages: file.pages,
            problem: file.problem.as_ref().map(Into::into),
        };
        Self {
            fingerprint: it.fingerprint,
            findings: it.findings.into_iter().map(Into::into).collect(),
            total: small(it.total as u64),
            unsearched: it.unsearched.into_iter().map(unsearched).collect(),
            proof: it.proof.map(|proof| match proof {
                domain::guard::Proof::LastFour => Proof::LastFour,
                domain::guard::Proof::Name => Proof::Name,
            }),
            other_clinic: it.other_clinic.map(|other| OtherClinic { now: other.now, last: other.last }),
            stops: it.stops,
        }
    }
}

impl TryFrom<PreviewSource> for core::PreviewSource {
    type Error = ShellError;
    fn try_from(source: PreviewSource) -> Result<Self, ShellError> {
        Ok(match source {
            PreviewSource::Draft { case_id, attachment_id } => {
                Self::Draft { case: id(&case_id)?, file: id(&attachment_id)? }
            }
            PreviewSource::Case { case_id, attachment_id } => {
                Self::Case { case: id(&case_id)?, file: id(&attachment_id)? }
            }
        })
    }
}

impl From<core::PreviewOpened> for PreviewInfo {
    fn from(it: core::PreviewOpened) -> Self {
        let DocumentInfo { kind, pages, sizes, delays_ms, .. } = it.info;
        Self {
            token: it.token,
            file_name: it.file_name,
            kind: kind.into(),
            size: small(it.size),
            sha256: it.sha256,
            pages,
            sizes: sizes
                .into_iter()
                .map(|size| PageSize { width: f64::from(size.width), height: f64::from(size.height) })
                .collect(),
            delays: delays_ms,
        }
    }
}

impl From<core::ReplyText> for ReplyText {
    fn from(it: core::ReplyText) -> Self {
        Self { id: it.id.to_string(), title: it.title, text: it.text, central: it.central }
    }
}

impl From<core::ClinicTexts> for ClinicTexts {
    fn from(it: core::ClinicTexts) -> Self {
        let texts = it.texts.into_iter().map(|text| KeptText {
            seen: Some(to_hand_back(&ReplyTemplateText::from(text.clone()))),
            id: Some(text.id.to_string()),
            title: text.title,
            text: text.text,
            kind: text.kind.and_then(compose_kind),
            case_type: text.case_type.map(|id| id.to_string()),
            central: text.central,
        });
        let types = it.case_types.into_iter().map(|(id, name)| NamedType { id: id.to_string(), name });
        Self { texts: texts.collect(), case_types: types.collect() }
    }
}

/// What is being written is of a kind that staff choose.
fn written_kind(kind: domain::MessageKind) -> ComposeKind {
    compose_kind(kind).unwrap_or(ComposeKind::PartialReply)
}

/// What residents write is no kind that staff choose.
fn compose_kind(kind: domain::MessageKind) -> Option<ComposeKind> {
    match kind {
        domain::MessageKind::PartialReply => Some(ComposeKind::PartialReply),
        domain::MessageKind::CounterQuestion => Some(ComposeKind::CounterQuestion),
        domain::MessageKind::FinalReply => Some(ComposeKind::FinalReply),
        domain::MessageKind::Closure => Some(ComposeKind::Closure),
        domain::MessageKind::Submission | domain::MessageKind::ResidentReply => None,
    }
}

/// The text, and what it was.
impl TryFrom<KeptText> for (Option<ReplyTemplateText>, domain::ReplyTemplate) {
    type Error = ShellError;
    fn try_from(text: KeptText) -> Result<Self, ShellError> {
        let seen = text.seen.as_deref().map(as_seen).transpose()?;
        let now = domain::ReplyTemplate {
            id: text.id.as_deref().map(id).transpose()?.unwrap_or_else(domain::ReplyTemplateId::random),
            title: text.title,
            text: text.text,
            kind: text.kind.map(Into::into),
            case_type: text.case_type.as_deref().map(id).transpose()?,
            central: text.central,
        };
        Ok((seen, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_back_as_what_it_was_the_regions_as_the_regions() {
        let central = domain::ReplyTemplate {
            id: domain::ReplyTemplateId::random(),
            title: "Tid".to_owned(),
            text: "Hej {{förnamn}}!".to_owned(),
            kind: Some(domain::MessageKind::FinalReply),
            case_type: None,
            central: true,
        };
        let texts = ClinicTexts::from(core::ClinicTexts { texts: vec![central.clone()], case_types: vec![] }).texts;
        let shown = KeptText { title: "Bokad tid".to_owned(), ..texts.into_iter().next().unwrap() };
        let (seen, now) = shown.try_into().unwrap();
        assert_eq!(seen, Some(central.clone().into()));
        assert_eq!(now, domain::ReplyTemplate { title: "Bokad tid".to_owned(), ..central });
    }
}
