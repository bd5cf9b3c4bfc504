//! Drafting: text and files of a message that is being written, kept on disk at every change.

use crate::client::{Answer, Client};
use crate::error::{ClientError, Trouble};
use crate::live::{Memory, Shown};
use crate::reading::found;
use crate::rules::clinic_signature;
use crate::show;
use crate::view::{Attached, DraftView, RefusedFile};
use jiff::Timestamp;
use mottaget_domain::attachment::{AttachmentRefusal, MAX_BYTES, MAX_FILES_STAFF, inspect};
use mottaget_domain::signature::SignAs;
use mottaget_domain::{Attachment, AttachmentId, CaseId, FileKind, HsaId, MessageKind, Refusal};
use mottaget_protocol::Me;
use mottaget_store::{Draft, DraftFile, Store};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::{Path, PathBuf};

/// A file that passed, with its bytes.
struct Checked {
    file: Attachment,
    bytes: Vec<u8>,
}

type Inspected = Result<Checked, ClientError>;

/// Drafting.
impl Client {
    /// Keeps what is being written. A draft without words and files is no draft: it is given back, but not kept.
    ///
    /// A draft keeps the version of the thread that it was begun against; see [`Client::acknowledge_news`].
    ///
    /// What somebody writes is never refused because the case went to somebody else meanwhile: where there is a draft,
    /// or the case was on the screen in this session, the text is kept, and is there when the case comes back.
    ///
    /// # Errors
    /// As [`Client::open_case`]; [`mottaget_domain::Refusal::Forbidden`] for a kind that staff can't write.
    pub async fn save_draft(&self, case: CaseId, kind: MessageKind, text: String) -> Answer<DraftView> {
        self.save_draft_over(case, kind, text, None).await
    }

    /// The same for a composer that stays open: `before` is the text that it took for the draft's. What has come back
    /// into the draft meanwhile (a message that was taken back) is kept before the new words, not written over, and given
    /// back with them.
    ///
    /// # Errors
    /// As [`Client::save_draft`].
    pub async fn save_draft_over(
        &self,
        case: CaseId,
        kind: MessageKind,
        text: String,
        before: Option<String>,
    ) -> Answer<DraftView> {
        if matches!(kind, MessageKind::Submission | MessageKind::ResidentReply) {
            return Err(Refusal::Forbidden.into());
        }
        let live = self.live()?;
        let (me, now) = (live.me(), live.core.now());
        let known = {
            let mut memory = live.memory();
            memory.kinds.insert(case, kind);
            Known::of(&memory, case)
        };
        let (view, appeared, based_on) = live
            .files
            .with(move |store| {
                let (there, blank) = ground(store, &me, case, kind, known, now)?;
                let mut based_on = there.as_ref().map_or(blank.based_on, |there| there.based_on);
                let (there, fresh, last) = (there.is_some(), blank.clone(), &mut based_on);
                let kept = store.edit_draft(case, move |draft| {
                    let draft = draft.unwrap_or(fresh);
                    *last = draft.based_on;
                    let files = !draft.files.is_empty();
                    let text = match &before {
                        Some(before) => with_what_came(&draft.text, before, text),
                        None => text,
                    };
                    let draft = Draft { kind, text, updated_at: now, ..draft };
                    (files || !draft.text.trim().is_empty()).then_some(draft)
                })?;
                let appeared = there != kept.is_some();
                let emptied = kept.is_none().then_some(based_on).filter(|_| there);
                Ok((shown(store, kept.unwrap_or(blank), &me)?, appeared, emptied))
            })
            .await?;
        if let Some(based_on) = based_on {
            live.memory().begun.insert(case, based_on);
        }
        if appeared {
            live.tell_draft(case)
        } else {
            live.wake_copies.notify_one()
        }
        Ok(view)
    }

    /// Signs this message in that name, whatever the person has chosen for all (R68, W38). Gives back the draft as it would be
    /// sent, also where nothing is written yet.
    ///
    /// # Errors
    /// As [`Client::save_draft`].
    pub async fn sign_draft(&self, case: CaseId, kind: MessageKind, sign_as: SignAs) -> Answer<DraftView> {
        let live = self.live()?;
        let (me, now) = (live.me(), live.core.now());
        let known = {
            let mut memory = live.memory();
            memory.signs.insert(case, sign_as);
            Known::of(&memory, case)
        };
        live.files
            .with(move |store| {
                let (_, blank) = ground(store, &me, case, kind, known, now)?;
                let sign = |draft: Draft| Draft { sign_as: Some(sign_as), ..draft };
                let kept = store.edit_draft(case, |draft| draft.map(sign))?;
                shown(store, kept.unwrap_or(blank), &me)
            })
            .await
    }

    /// The person says that they have read what is new in the thread up to that version ([`crate::view::News::version`]):
    /// from now on the draft is written against it. This alone raises it, so that what came in while somebody was writing
    /// can't be overlooked. What has not come here yet can't have been read.
    ///
    /// # Errors
    /// As [`Client::open_case`]; [`ClientError::NoDraft`].
    pub async fn acknowledge_news(&self, case: CaseId, version: u32) -> Answer<()> {
        let live = self.live()?;
        let (me, now) = (live.me(), live.core.now());
        live.files
            .with(move |store| {
                let read = version.min(found(store, &me, case, now)?.document.case.thread_version);
                let kept = store.edit_draft(case, |draft| {
                    draft.map(|draft| Draft { based_on: draft.based_on.max(read), ..draft })
                })?;
                kept.map(drop).ok_or(ClientError::NoDraft)
            })
            .await?;
        live.tell_draft(case);
        Ok(())
    }

    /// Drafts whose case has left the person's sight, last changed first: their own words, and nothing of the case.
    ///
    /// # Errors
    /// As [`Client::start_view`].
    pub async fn stray_drafts(&self) -> Answer<Vec<DraftView>> {
        let live = self.live()?;
        let me = live.me();
        live.files
            .with(move |store| store.stray_drafts(&me)?.into_iter().map(|draft| shown(store, draft, &me)).collect())
            .await
    }

    /// Throws the draft away, with its files.
    ///
    /// # Errors
    /// As [`Client::start_view`].
    pub async fn discard_draft(&self, case: CaseId) -> Answer<()> {
        let live = self.live()?;
        live.memory().forget_draft(case);
        live.files.with(move |store| Ok(store.edit_draft(case, |_| None).map(drop)?)).await?;
        live.tell_draft(case);
        Ok(())
    }

    /// Attaches one file whose bytes are here.
    ///
    /// # Errors
    /// As [`Client::open_case`]; a refused file is no error but stands in the answer.
    pub async fn attach(&self, case: CaseId, file_name: String, bytes: Vec<u8>) -> Answer<Attached> {
        self.attach_with(case, move || vec![(file_name.clone(), check(&file_name, bytes))]).await
    }

    /// Attaches files from disk. Each is read once, and no further than a byte past the limit.
    ///
    /// # Errors
    /// As [`Client::attach`].
    pub async fn attach_paths(&self, case: CaseId, paths: Vec<PathBuf>) -> Answer<Attached> {
        self.attach_with(case, move || {
            paths
                .iter()
                .map(|path| {
                    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                    (name.clone(), read_file(path, &name).and_then(|bytes| check(&name, bytes)))
                })
                .collect()
        })
        .await
    }

    async fn attach_with(
        &self,
        case: CaseId,
        files: impl FnOnce() -> Vec<(String, Inspected)> + Send + 'static,
    ) -> Answer<Attached> {
        let live = self.live()?;
        let (me, now) = (live.me(), live.core.now());
        let (kind, known) = {
            let memory = live.memory();
            (memory.kinds.get(&case).copied(), Known::of(&memory, case))
        };
        let attached = live
            .files
            .with(move |store| {
                let kind = kind.unwrap_or(MessageKind::FinalReply);
                let (there, blank) = ground(store, &me, case, kind, known, now)?;
                let mut draft = there.unwrap_or_else(|| blank.clone());
                let mut refused = Vec::new();
                for (name, inspected) in files() {
                    match inspected.and_then(|checked| add(store, case, checked, &blank, now)) {
                        Ok(longer) => draft = longer,
                        // the disk is full: nothing else will fit either, and what is attached stays
                        Err(error @ (ClientError::DiskFull | ClientError::CacheCorrupt { .. })) => return Err(error),
                        Err(error) => refused.push(RefusedFile { file_name: name, problem: Trouble::from(&error) }),
                    }
                }
                Ok(Attached { draft: shown(store, draft, &me)?, refused })
            })
            .await?;
        live.tell_draft(case);
        Ok(attached)
    }

    /// Takes a file out of the draft.
    ///
    /// # Errors
    /// [`ClientError::NoDraft`].
    pub async fn remove_attachment(&self, case: CaseId, file: AttachmentId) -> Answer<DraftView> {
        let live = self.live()?;
        let (me, now) = (live.me(), live.core.now());
        let (view, emptied) = live
            .files
            .with(move |store| {
                let before = store.draft(case)?.ok_or(ClientError::NoDraft)?;
                let kept = store.edit_draft(case, move |draft| {
                    let mut draft = draft?;
                    draft.files.retain(|there| there.file.id != file);
                    draft.updated_at = now;
                    (!draft.files.is_empty() || !draft.text.trim().is_empty()).then_some(draft)
                })?;
                let emptied = kept.is_none().then_some(before.based_on);
                Ok((shown(store, kept.unwrap_or(Draft { files: Vec::new(), ..before }), &me)?, emptied))
            })
            .await?;
        if let Some(based_on) = emptied {
            live.memory().begun.insert(case, based_on);
        }
        live.tell_draft(case);
        Ok(view)
    }
}

/// What this session knows of a case beside what is on disk.
struct Known {
    shown: Option<Shown>,
    begun: Option<u32>,
    sign_as: Option<SignAs>,
}

impl Known {
    fn of(memory: &Memory, case: CaseId) -> Self {
        Self {
            shown: memory.shown.get(&case).cloned(),
            begun: memory.begun.get(&case).copied(),
            sign_as: memory.signs.get(&case).copied(),
        }
    }
}

/// A draft as the person sees it.
pub(crate) fn shown(store: &Store, draft: Draft, me: &Me) -> Answer<DraftView> {
    let of_clinic = match draft.sign_as.unwrap_or(me.preferences.sign_as) {
        SignAs::Clinic => clinic_signature(store, &draft.clinic)?,
        SignAs::Person => String::new(),
    };
    Ok(show::draft(draft, me, &of_clinic))
}

/// The draft that is there, and a blank one to write on: written against what is on the screen (or was, when the text
/// was begun whose field is empty now), also when the case has left since. A case that was never here for this person is not found.
fn ground(
    store: &Store,
    me: &Me,
    case: CaseId,
    kind: MessageKind,
    known: Known,
    now: Timestamp,
) -> Answer<(Option<Draft>, Draft)> {
    let Known { shown, begun, sign_as } = known;
    let here = match found(store, me, case, now) {
        Ok(read) => Some((read.document.case.clinic, read.document.case.thread_version)),
        Err(ClientError::Refused(Refusal::NotFound)) => None,
        Err(error) => return Err(error),
    };
    let draft = store.draft(case)?;
    let version = shown.as_ref().map(|shown| shown.version);
    let (clinic, version): (HsaId, u32) = match (here, shown, &draft) {
        (Some((clinic, newest)), _, _) => (clinic, version.unwrap_or(newest)),
        (None, Some(shown), _) => (shown.clinic, shown.version),
        (None, None, Some(draft)) => (draft.clinic.clone(), draft.based_on),
        (None, None, None) => return Err(Refusal::NotFound.into()),
    };
    let version = begun.map_or(version, |begun| begun.min(version));
    let blank = Draft {
        case,
        clinic,
        kind,
        text: String::new(),
        files: Vec::new(),
        based_on: version,
        updated_at: now,
        sign_as,
    };
    Ok((draft, blank))
}

/// Keeps the bytes, then names them in the draft, unless it is full.
fn add(store: &Store, case: CaseId, checked: Checked, blank: &Draft, now: Timestamp) -> Answer<Draft> {
    let Checked { file, bytes } = checked;
    let name = file.file_name.clone();
    let _kept = store.keep_blobs([file.sha256.clone()]);
    store.put_blob(&file.sha256, &bytes)?;
    let mut full = None;
    let limit = &mut full;
    let kept = store.edit_draft(case, move |draft| {
        let mut draft = draft.unwrap_or_else(|| blank.clone());
        if draft.files.len() >= MAX_FILES_STAFF {
            *limit = Some(draft.files.len() + 1);
        } else {
            draft.files.push(DraftFile { file, pages: None, reviewed_sha256: None });
            draft.updated_at = now;
        }
        Some(draft)
    })?;
    match full {
        Some(count) => {
            Err(ClientError::File { name, why: AttachmentRefusal::TooMany { count, limit: MAX_FILES_STAFF } })
        }
        None => kept.ok_or(ClientError::NoDraft),
    }
}

/// The same check that the server makes.
fn check(name: &str, bytes: Vec<u8>) -> Inspected {
    let kind: FileKind = inspect(name, &bytes).map_err(|why| ClientError::File { name: name.to_owned(), why })?;
    let file = Attachment {
        id: AttachmentId::random(),
        file_name: name.to_owned(),
        kind,
        size: bytes.len() as u64,
        sha256: hex::encode(Sha256::digest(&bytes)),
    };
    Ok(Checked { file, bytes })
}

/// Reads a file, but not a film: a byte past the limit is enough to know.
fn read_file(path: &Path, name: &str) -> Result<Vec<u8>, ClientError> {
    let unreadable = |_| ClientError::FileUnreadable { name: name.to_owned() };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let facts = file.metadata().map_err(unreadable)?;
    if !facts.is_file() {
        return Err(ClientError::FileUnreadable { name: name.to_owned() });
    }
    if facts.len() > MAX_BYTES {
        return Err(ClientError::File {
            name: name.to_owned(),
            why: AttachmentRefusal::TooLarge { size: facts.len() },
        });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(facts.len()).unwrap_or(0));
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

/// What the person sees of their own draft after a file of it was shown or looked at.
pub(crate) fn mark_file(
    store: &Store,
    case: CaseId,
    file: AttachmentId,
    change: impl FnOnce(&mut DraftFile),
) -> Answer<()> {
    store.edit_draft(case, move |draft| {
        let mut draft = draft?;
        if let Some(there) = draft.files.iter_mut().find(|there| there.file.id == file) {
            change(there);
        }
        Some(draft)
    })?;
    Ok(())
}

/// A draft's file, as it will be sent.
pub(crate) fn draft_file(store: &Store, case: CaseId, file: AttachmentId) -> Answer<Attachment> {
    let draft = store.draft(case)?.ok_or(ClientError::NoDraft)?;
    let found = draft.files.into_iter().find(|there| there.file.id == file);
    found.map(|there| there.file).ok_or(ClientError::Refused(Refusal::NotFound))
}

/// The new words together with what came to the old ones while they were being written; `there` is what the draft holds, `before`
/// what the writer took it for. Before them stands what is taken back, after them what is taken over from a colleague: each a
/// paragraph of its own.
fn with_what_came(there: &str, before: &str, text: String) -> String {
    if there.trim().is_empty() || there == before || text.contains(there) {
        return text;
    }
    let nothing = text.trim().is_empty();
    if before.is_empty() {
        return if nothing { there.to_owned() } else { format!("{there}\n\n{text}") };
    }
    let first = there.strip_suffix(before).filter(|came| came.ends_with("\n\n"));
    let after = there.strip_prefix(before.trim_end()).filter(|came| came.starts_with("\n\n"));
    match (first, after) {
        (Some(came), _) if nothing => came.trim_end().to_owned(),
        (Some(came), _) => format!("{came}{text}"),
        (None, Some(came)) if nothing => came.trim_start().to_owned(),
        (None, Some(came)) => format!("{}{came}", text.trim_end()),
        (None, None) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::with_what_came;

    #[test]
    fn what_came_back_while_one_was_writing_stays_before_the_new_words() {
        let kept = |there: &str, before: &str, text: &str| with_what_came(there, before, text.to_owned());
        assert_eq!(kept("Gammalt\n\nNytt", "Nytt", "Nytt och mer"), "Gammalt\n\nNytt och mer");
        assert_eq!(kept("Gammalt\n\nNytt", "Nytt", ""), "Gammalt");
        assert_eq!(kept("Gammalt", "", "Nytt"), "Gammalt\n\nNytt");
        assert_eq!(kept("Gammalt", "", " "), "Gammalt");
        // nothing came back, or the writer has it before them
        assert_eq!(kept("Nytt", "Nytt", "Nyare"), "Nyare");
        assert_eq!(kept("", "Nytt", "Nyare"), "Nyare");
        assert_eq!(kept("Gammalt\n\nNytt", "Gammalt\n\nNytt", "Gam"), "Gam");
        assert_eq!(kept("Ny", "N", "Nyare"), "Nyare");
        assert_eq!(kept("Nytt", "Gammalt", "Annat"), "Annat");
    }

    #[test]
    fn what_was_taken_over_while_one_was_writing_stays_after_the_new_words() {
        let kept = |there: &str, before: &str, text: &str| with_what_came(there, before, text.to_owned());
        assert_eq!(kept("Mitt\n\nHennes", "Mitt", "Mitt och mer"), "Mitt och mer\n\nHennes");
        assert_eq!(kept("Mitt\n\nHennes", "Mitt\n", "Mitt\noch mer\n"), "Mitt\noch mer\n\nHennes");
        assert_eq!(kept("Mitt\n\nHennes", "Mitt", ""), "Hennes");
        assert_eq!(kept("Mitt\n\nHennes", "Mitt\n\nHennes", "Mitt"), "Mitt", "the writer has it before them");
    }
}
