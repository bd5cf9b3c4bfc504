//! Taking over: what colleagues are writing in a case, and getting it into the own draft (ADR 21). What is there of one's own
//! stays; what the author has stays theirs. Only with contact: the server alone knows of other people's drafts.

use crate::client::{Answer, Client};
use crate::drafting::shown;
use crate::error::{ClientError, Trouble};
use crate::live::Live;
use crate::reading::found;
use crate::rules::Rules;
use crate::view::{Attached, CaseDraft, RefusedFile, TakenOver};
use crate::work::house::fetch;
use mottaget_domain::attachment::{AttachmentRefusal, MAX_FILES_STAFF, inspect};
use mottaget_domain::draft::{check_kind, check_take};
use mottaget_domain::{Attachment, AttachmentId, CaseId, HsaId, MachineId, OpId, Refusal};
use mottaget_protocol::{DraftHead, Me, TakeDraft};
use mottaget_store::{Draft, DraftFile, Store};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Taking over.
impl Client {
    /// Who else is writing in the case, and what this person is writing on another computer: not a word of it, and whether it
    /// may be taken over. Nothing without contact, whatever the reason: it is no part of the case, and hinders nobody.
    ///
    /// # Errors
    /// [`ClientError::SignedOut`]; errors of the local files.
    pub async fn case_drafts(&self, case: CaseId) -> Answer<Vec<CaseDraft>> {
        let live = self.live()?;
        if !live.in_contact() {
            return Ok(Vec::new());
        }
        let Some(clinic) = clinic_of(&live, case).await? else { return Ok(Vec::new()) };
        let heads = match live.core.wire.drafts(&live.token, &clinic, case).await {
            Ok(heads) => heads,
            Err(error) => {
                tracing::debug!(code = error.code(), "who writes in a case could not be asked");
                return Ok(Vec::new());
            }
        };
        if heads.is_empty() {
            return Ok(Vec::new());
        }
        let (me, now) = (live.me(), live.core.now());
        live.files
            .with(move |store| match found(store, &me, case, now) {
                Err(ClientError::Refused(Refusal::NotFound)) => Ok(Vec::new()),
                read => {
                    let read = read?;
                    let rules = Rules::at(store, &me, &clinic, now)?;
                    let case = rules.projected(&read.document.case, &read.pending);
                    if !case.state.is_open() {
                        return Ok(Vec::new());
                    }
                    let (here, fetched) = (store.machine()?, store.fetched_drafts(case.id)?);
                    let elsewhere = heads.into_iter().filter(|head| is_elsewhere(head, &me, here, &fetched));
                    Ok(elsewhere
                        .map(|head| {
                            let may = check_take(&case, &rules.person(), head.kind, &rules.clinic, now);
                            let why_not = if head.mine { None } else { may.err().map(|refusal| refusal.code()) };
                            view(head, why_not)
                        })
                        .collect())
                }
            })
            .await
    }

    /// Takes over what a colleague is writing, or fetches what this person wrote on another computer: its text comes after what
    /// the own draft holds, its files are fetched and come along as far as there is room. What it was written against is kept:
    /// the draft is news to be read as it was for its author. The server puts taking over on record.
    ///
    /// Tried again after a failure it is the same act, and on record once.
    ///
    /// # Errors
    /// [`ClientError::Offline`] and any other error of the connection, and nothing has changed here; a [`ClientError::Refused`];
    /// the server's `draft-gone`. A file that does not come along is no error but stands in the answer.
    pub async fn take_draft(&self, case: CaseId, author: HsaId, machine: MachineId) -> Answer<Attached> {
        let live = self.live()?;
        if !live.in_contact() {
            return Err(ClientError::Offline);
        }
        let clinic = clinic_of(&live, case).await?.ok_or(Refusal::NotFound)?;
        let key = (case, author.clone(), machine);
        let op = *live.memory().taking.entry(key.clone()).or_insert_with(OpId::random);
        let wish = TakeDraft { op, machine };
        let ask = || live.core.wire.take_draft(&live.token, &clinic, case, &author, &wish);
        let taken = match ask().await {
            // a connection that had broken, or an answer that was lost: it is the same act
            Err(ClientError::ServerUnreachable) => ask().await?,
            other => other?,
        };
        let copy = taken.copy;
        check_kind(copy.kind)?;
        let room = live.files.with(move |store| Ok(store.draft(case)?.map_or(0, |draft| draft.files.len()))).await?;
        let room = MAX_FILES_STAFF.saturating_sub(room);
        let (mut files, mut refused) = (Vec::new(), Vec::new());
        let hashes: Vec<String> = copy.files.iter().map(|file| file.sha256.clone()).collect();
        let kept = live.files.with(move |store| Ok(store.keep_blobs(hashes))).await?;
        for (n, file) in copy.files.into_iter().enumerate() {
            match if n < room { come(&live, case, &file).await } else { Err(full(&file)) } {
                Ok(()) => files.push(file),
                Err(error) if stays_behind(&error) => refused.push(refused_file(file, &error)),
                Err(error) => return Err(error),
            }
        }
        let (me, now) = (live.me(), live.core.now());
        let begun = live.memory().begun.get(&case).copied();
        let came = Draft {
            case,
            clinic: clinic.clone(),
            kind: copy.kind,
            text: copy.text,
            files: files.into_iter().map(with_own_id).collect(),
            based_on: begun.map_or(copy.based_on, |begun| begun.min(copy.based_on)),
            updated_at: now,
            // whoever sends it signs it
            sign_as: None,
        };
        let own = (author == me.staff.hsa_id).then_some((machine, copy.version));
        let (draft, left) = live
            .files
            .with(move |store| {
                let (draft, left) = put(store, came, own)?;
                drop(kept);
                Ok((shown(store, draft, &me)?, left))
            })
            .await?;
        refused.extend(left.into_iter().map(|file| {
            let error = full(&file);
            refused_file(file, &error)
        }));
        {
            let mut memory = live.memory();
            memory.taking.remove(&key);
            memory.kinds.insert(case, copy.kind);
        }
        if let Some(seq) = taken.seq {
            live.want(crate::plan::Wanted { reached: [(clinic, seq)].into(), ..crate::plan::Wanted::default() });
        }
        live.tell_draft(case);
        Ok(Attached { draft, refused })
    }
}

/// Of which clinic the case is, if it is here.
async fn clinic_of(live: &Arc<Live>, case: CaseId) -> Answer<Option<HsaId>> {
    let (me, now) = (live.me(), live.core.now());
    live.files
        .with(move |store| match found(store, &me, case, now) {
            Ok(read) => Ok(Some(read.document.case.clinic)),
            Err(ClientError::Refused(Refusal::NotFound)) => Ok(None),
            Err(error) => Err(error),
        })
        .await
}

/// Is it something that is not here: a colleague's that this person has not taken already, or their own on another computer?
fn is_elsewhere(head: &DraftHead, me: &Me, here: MachineId, fetched: &BTreeMap<MachineId, u64>) -> bool {
    if head.mine {
        return head.machine != here && fetched.get(&head.machine).is_none_or(|version| *version < head.version);
    }
    !head.taken.as_ref().is_some_and(|taken| taken.by == me.staff.hsa_id && taken.version == head.version)
}

fn view(head: DraftHead, why_not: Option<&'static str>) -> CaseDraft {
    CaseDraft {
        author: head.author,
        author_name: head.author_name,
        machine: head.machine,
        kind: head.kind,
        updated_at: head.updated_at,
        characters: head.characters,
        files: head.files,
        mine: head.mine,
        came_back: head.came_back,
        taken: head.taken.map(|taken| TakenOver { who: taken.name, at: taken.at }),
        why_not,
    }
}

/// Fetches a file and checks that it is what was announced, and one that may be sent.
async fn come(live: &Arc<Live>, case: CaseId, file: &Attachment) -> Answer<()> {
    let bytes = fetch(live, case, file).await?;
    let refused = |why| ClientError::File { name: file.file_name.clone(), why };
    match inspect(&file.file_name, &bytes).map_err(refused)? {
        kind if kind == file.kind => Ok(()),
        _ => Err(ClientError::FileDamaged { name: Some(file.file_name.clone()) }),
    }
}

/// Is it the file's own trouble, so that the rest can come without it?
fn stays_behind(error: &ClientError) -> bool {
    matches!(
        error,
        ClientError::File { .. }
            | ClientError::FileDamaged { .. }
            | ClientError::Refused(_)
            | ClientError::ServerRefused { .. }
    )
}

fn refused_file(file: Attachment, error: &ClientError) -> RefusedFile {
    RefusedFile { file_name: file.file_name, problem: Trouble::from(error) }
}

fn full(file: &Attachment) -> ClientError {
    let why = AttachmentRefusal::TooMany { count: MAX_FILES_STAFF + 1, limit: MAX_FILES_STAFF };
    ClientError::File { name: file.file_name.clone(), why }
}

/// The same file in another person's message: an id names one file of one message. Nobody here has looked at it yet.
fn with_own_id(file: Attachment) -> DraftFile {
    DraftFile { file: Attachment { id: AttachmentId::random(), ..file }, pages: None, reviewed_sha256: None }
}

/// Puts it into the case's draft; gives the draft, and the files for which there was no room.
fn put(store: &Store, came: Draft, own: Option<(MachineId, u64)>) -> Answer<(Draft, Vec<Attachment>)> {
    let mut left = Vec::new();
    let draft = match own {
        Some(from) => store.fetch_into_draft(came, from, |there, came| merge(there, came, &mut left))?,
        None => {
            let kept = store.edit_draft(came.case, |there| Some(merge(there, came, &mut left)))?;
            kept.ok_or(ClientError::NoDraft)?
        }
    };
    Ok((draft, left))
}

/// Theirs after one's own, a line between; what is there already comes once. Both halves must have been written with all before
/// them that the person has read, so the earlier version counts.
fn merge(there: Option<Draft>, came: Draft, left: &mut Vec<Attachment>) -> Draft {
    let Some(mut there) = there else { return came };
    if there.text.trim().is_empty() {
        there.text = came.text;
    } else if !there.text.contains(came.text.trim()) {
        there.text = format!("{}\n\n{}", there.text.trim_end(), came.text);
    }
    for file in came.files {
        let same = |one: &DraftFile| one.file.sha256 == file.file.sha256 && one.file.file_name == file.file.file_name;
        if there.files.iter().any(same) {
            continue;
        }
        if there.files.len() < MAX_FILES_STAFF { there.files.push(file) } else { left.push(file.file) }
    }
    Draft { kind: came.kind, based_on: there.based_on.min(came.based_on), updated_at: came.updated_at, ..there }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use mottaget_domain::{FileKind, MessageKind};

    fn draft(text: &str, files: &[&str], based_on: u32) -> Draft {
        let file = |name: &&str| {
            with_own_id(Attachment {
                id: AttachmentId::random(),
                file_name: format!("{name}.pdf"),
                kind: FileKind::Pdf,
                size: 9,
                sha256: name.repeat(8),
            })
        };
        Draft {
            case: CaseId::random(),
            clinic: HsaId::parse("SE2321000016-B001").unwrap(),
            kind: MessageKind::FinalReply,
            text: text.into(),
            files: files.iter().map(file).collect(),
            based_on,
            updated_at: Timestamp::UNIX_EPOCH,
            sign_as: None,
        }
    }

    fn both(mine: Draft, theirs: Draft) -> (String, Vec<String>, u32, Vec<String>) {
        let mut left = Vec::new();
        let merged = merge(Some(mine), theirs, &mut left);
        let names = merged.files.into_iter().map(|file| file.file.file_name).collect();
        (merged.text, names, merged.based_on, left.into_iter().map(|file| file.file_name).collect())
    }

    #[test]
    fn theirs_comes_after_mine_and_what_is_there_comes_once() {
        let (text, files, based_on, left) = both(draft("Mitt\n", &["a"], 4), draft("Hennes", &["b", "a"], 3));
        assert_eq!((text.as_str(), based_on), ("Mitt\n\nHennes", 3));
        assert_eq!((files, left), (vec!["a.pdf".to_owned(), "b.pdf".into()], vec![]));
        assert_eq!(both(draft(" ", &[], 3), draft("Hennes", &[], 4)).0, "Hennes");
        assert_eq!(both(draft("Mitt\n\nHennes", &[], 3), draft("Hennes ", &[], 4)).0, "Mitt\n\nHennes");
        let merged = merge(None, draft("Hennes", &[], 4), &mut Vec::new());
        assert_eq!((merged.text.as_str(), merged.based_on), ("Hennes", 4));
    }

    #[test]
    fn the_eleventh_file_is_named_as_left_behind() {
        let mine = draft("Mitt", &["a", "b", "c", "d", "e", "f", "g", "h", "i"], 1);
        let (_, files, _, left) = both(mine, draft("Hennes", &["x", "y", "z"], 1));
        assert_eq!((files.len(), files[9].as_str()), (10, "x.pdf"));
        assert_eq!(left, ["y.pdf", "z.pdf"]);
    }
}
