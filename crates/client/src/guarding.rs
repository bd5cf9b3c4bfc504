//! The wrong-resident guard: what is about to be sent is searched on this machine for the facts of somebody else, and goes
//! out only clean or confirmed (ADR 15).

use crate::client::{Answer, Client};
use crate::error::{ClientError, Trouble};
use crate::live::Live;
use crate::reading::found;
use crate::rules::Rules;
use crate::view::{GuardFinding, GuardPlace, GuardView, OtherClinic, Unsearched};
use mottaget_domain::case::Sender;
use mottaget_domain::guard::{Finding, Guard, GuardWord, Known, Own, Place, Proof, VERSION, check_guard};
use mottaget_domain::{Attachment, CaseId, FileKind, HsaId, Resident, response_clock};
use mottaget_preview::{Document, PageText, PreviewError};
use mottaget_protocol::Me;
use mottaget_store::{CaseRead, Draft, Store};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Findings that are listed; a message with more has to be changed anyhow.
const LISTED: usize = 100;
/// Reading one file may take this long.
const LONGEST: Duration = Duration::from_secs(60);
/// Most bytes of words of one file.
const MOST_WORDS: usize = 20 * 1024 * 1024;
/// Files whose words are remembered.
const REMEMBERED: usize = 24;

/// What a file says, page by page, or why that can't be known.
#[derive(Clone, Debug)]
enum FileWords {
    Read(Vec<PageText>),
    Not(Trouble),
}

/// The words of files that were read in this session, so that pressing send twice does not read them twice.
#[derive(Debug, Default)]
pub(crate) struct Words(HashMap<String, Arc<FileWords>>);

impl Words {
    fn keep(&mut self, sha256: &str, words: &Arc<FileWords>) {
        if self.0.len() >= REMEMBERED {
            self.0.clear();
        }
        self.0.insert(sha256.to_owned(), Arc::clone(words));
    }
}

/// One search: the very draft and resident, and what it said.
pub(crate) struct Searched {
    draft: Draft,
    resident: Resident,
    view: GuardView,
    word: GuardWord,
}

/// What stands between a draft and the outbox.
pub(crate) struct Passed {
    /// The search; empty where there is no draft to search.
    pub searched: Option<Searched>,
    /// The fingerprint that the person has confirmed.
    pub confirmed: Option<String>,
}

impl Passed {
    /// What goes along with the message, if it may go.
    ///
    /// # Errors
    /// [`ClientError::GuardChanged`] if this is not what was searched; [`ClientError::Guarded`].
    pub fn word(&self, draft: &Draft, resident: &Resident) -> Answer<GuardWord> {
        let same = |searched: &&Searched| same_message(&searched.draft, draft) && searched.resident == *resident;
        let searched = self.searched.as_ref().filter(same).ok_or(ClientError::GuardChanged)?;
        let view = &searched.view;
        if view.stops && self.confirmed.as_ref() != Some(&view.fingerprint) {
            return Err(ClientError::Guarded { count: view.total + view.unsearched.len() });
        }
        check_guard(Some(&searched.word), resident)?;
        Ok(searched.word.clone())
    }
}

/// The wrong-resident guard. It needs no network.
impl Client {
    /// Searches the draft: its text, the names of its files, and the words of its PDFs, for what may be somebody else's
    /// than the resident's.
    ///
    /// # Errors
    /// As [`Client::open_case`]; [`ClientError::NoDraft`]. A file that can't be searched is no error but stands in the
    /// answer.
    pub async fn guard_draft(&self, case: CaseId) -> Answer<GuardView> {
        Ok(search(&self.live()?, case).await?.view)
    }

    /// The person has looked at these findings and sends all the same: exactly this text with these files to this
    /// resident. Any change asks anew. `typed` is what [`GuardView::proof`] asks for.
    ///
    /// # Errors
    /// [`ClientError::GuardChanged`] if it is not the draft any more that was searched; [`ClientError::GuardTyped`]; as
    /// [`Client::guard_draft`].
    pub async fn confirm_findings(&self, case: CaseId, fingerprint: &str, typed: Option<String>) -> Answer<()> {
        let live = self.live()?;
        let searched = search(&live, case).await?;
        if searched.view.fingerprint != fingerprint {
            return Err(ClientError::GuardChanged);
        }
        if let Some(proof) = searched.view.proof
            && !proof.given_by(&typed.unwrap_or_default(), &searched.resident)
        {
            return Err(ClientError::GuardTyped);
        }
        live.memory().confirmed.insert(case, searched.view.fingerprint);
        Ok(())
    }
}

/// The search of a draft that may not be there: then what is sent without it is refused for that reason.
pub(crate) async fn search_if_there(live: &Arc<Live>, case: CaseId) -> Answer<Option<Searched>> {
    match search(live, case).await {
        Ok(searched) => Ok(Some(searched)),
        Err(ClientError::NoDraft | ClientError::Refused(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

async fn search(live: &Arc<Live>, case: CaseId) -> Answer<Searched> {
    let (me, now) = (live.me(), live.core.now());
    let (read, draft, known, other_clinic) = live
        .files
        .with(move |store| {
            let mut read = found(store, &me, case, now)?;
            let draft = read.draft.take().ok_or(ClientError::NoDraft)?;
            let rules = Rules::at(store, &me, &read.document.case.clinic, now)?;
            let known = known(&read, &rules);
            let other_clinic = other_clinic(store, &me, &read.document.case.clinic)?;
            Ok((read, draft, known, other_clinic))
        })
        .await?;
    let resident = read.document.resident;
    let mut files = Vec::new();
    for there in draft.files.iter().map(|there| &there.file) {
        // a picture has no words to search; a person has looked at it
        let words = if there.kind == FileKind::Pdf { Some(words_of(live, there).await?) } else { None };
        files.push((there.clone(), words));
    }
    let guard = Guard::new(&known);
    let text = draft.text.clone();
    let searched = tokio::task::spawn_blocking(move || look(&guard, &text, &files)).await;
    let (findings, unsearched) = searched.map_err(|_| ClientError::Internal("the search broke down".into()))?;
    Ok(told(case, draft, resident, &known, Found { findings, unsearched, other_clinic }))
}

/// Setting: the clinic that the person's last message went out from.
const SENT_FROM: &str = "sent.from";

/// Remembers where a message goes out from.
pub(crate) fn note_sent_from(store: &Store, clinic: &HsaId) -> Answer<()> {
    if store.setting(SENT_FROM)?.as_deref() == Some(clinic.as_str()) {
        return Ok(());
    }
    Ok(store.set_setting(SENT_FROM, clinic.as_str())?)
}

/// Does a message from this clinic go out from another one than the last did? Only for who works at both.
fn other_clinic(store: &Store, me: &Me, clinic: &HsaId) -> Answer<Option<OtherClinic>> {
    let name = |id: &str| {
        let there = me.assignments.iter().find(|assignment| assignment.clinic.as_str() == id);
        there.map(|there| there.clinic_name.clone())
    };
    let last = store.setting(SENT_FROM)?.filter(|last| last != clinic.as_str());
    let names = last.and_then(|last| name(&last)).zip(name(clinic.as_str()));
    Ok(names.map(|(last, now)| OtherClinic { now, last }))
}

/// Who may be named: the resident, the guardian who filed the case, and the clinic's staff, also those who have written in
/// the thread and left since.
fn known(read: &CaseRead, rules: &Rules) -> Known {
    let (case, resident) = (&read.document.case, &read.document.resident);
    let mut own = vec![Own { name: resident.name.clone(), personal_id: resident.personal_id.clone() }];
    own.extend(case.filed_by_guardian.iter().map(|id| Own { name: String::new(), personal_id: id.clone() }));
    let mut staff: Vec<String> = rules.clinic.staff.values().map(|person| person.name.clone()).collect();
    staff.push(rules.actor.name.clone());
    staff.extend(case.messages.iter().filter_map(|message| match &message.sender {
        Sender::Staff { name, .. } => Some(name.clone()),
        Sender::Resident { .. } => None,
    }));
    Known { own, staff, today: response_clock::swedish_day(rules.now) }
}

/// What stands between a message and its resident.
struct Found {
    findings: Vec<Finding>,
    unsearched: Vec<Unsearched>,
    other_clinic: Option<OtherClinic>,
}

fn look(guard: &Guard, text: &str, files: &[(Attachment, Option<Arc<FileWords>>)]) -> (Vec<Finding>, Vec<Unsearched>) {
    let mut findings = guard.search(Place::Message, text);
    let mut unsearched = Vec::new();
    for (file, words) in files {
        let id = file.id;
        findings.extend(guard.search(Place::FileName { file: id }, &file.file_name));
        let not = |pages, problem| Unsearched { file: id, file_name: file.file_name.clone(), pages, problem };
        match words.as_deref() {
            None => {}
            Some(FileWords::Not(why)) => unsearched.push(not(Vec::new(), Some(why.clone()))),
            Some(FileWords::Read(pages)) => {
                for (page, words) in (0..).zip(pages) {
                    findings.extend(guard.search(Place::Page { file: id, page }, &words.text));
                }
                let wordless: Vec<u32> = (0..).zip(pages).filter(|(_, words)| words.wordless).map(|(n, _)| n).collect();
                if !wordless.is_empty() {
                    unsearched.push(not(wordless, None));
                }
            }
        }
    }
    (findings, unsearched)
}

/// The words of a PDF of the draft, read by the preview worker.
async fn words_of(live: &Arc<Live>, file: &Attachment) -> Answer<Arc<FileWords>> {
    let remembered = live.memory().words.0.get(&file.sha256).cloned();
    if let Some(words) = remembered {
        return Ok(words);
    }
    let sha256 = file.sha256.clone();
    let bytes = live.files.with(move |store| Ok(store.blob(&sha256)?)).await?;
    let read = match bytes {
        None => Err(ClientError::FileNotCached { name: Some(file.file_name.clone()) }),
        Some(bytes) => match live.core.darkroom.open(bytes).await {
            Ok(document) => read_all(&document).await,
            Err(why) => Err(why),
        }
        .map_err(|why| ClientError::Preview { name: file.file_name.clone(), why }),
    };
    // what is the installation's fault, or passing, is tried again; what is the file's stays so
    let passing = matches!(
        &read,
        Err(ClientError::FileNotCached { .. })
            | Err(ClientError::Preview { why: PreviewError::WorkerMissing(_) | PreviewError::Io(_), .. })
    );
    let words = Arc::new(match read {
        Ok(pages) => FileWords::Read(pages),
        Err(error) => FileWords::Not(Trouble::from(&error)),
    });
    if !passing {
        live.memory().words.keep(&file.sha256, &words);
    }
    Ok(words)
}

async fn read_all(document: &Document) -> Result<Vec<PageText>, PreviewError> {
    let deadline = Instant::now() + LONGEST;
    let (mut pages, mut bytes) = (Vec::new(), 0);
    for n in 0..document.info().pages {
        let page = tokio::time::timeout_at(deadline, document.text(n)).await.map_err(|_| PreviewError::TimedOut)??;
        bytes += page.text.len();
        if bytes > MOST_WORDS {
            return Err(PreviewError::TooLarge);
        }
        pages.push(page);
    }
    Ok(pages)
}

fn told(case: CaseId, draft: Draft, resident: Resident, known: &Known, found: Found) -> Searched {
    let mut confirmed = BTreeMap::new();
    for finding in &found.findings {
        let count: &mut u32 = confirmed.entry(finding.kind).or_default();
        *count = count.saturating_add(1);
    }
    let proof = Proof::asked_for(&resident);
    let fingerprint = fingerprint(case, &draft, &resident, known, &found);
    let Found { findings, unsearched, other_clinic } = found;
    let total = findings.len();
    let word = GuardWord {
        edition: VERSION,
        confirmed,
        unsearched: u32::try_from(unsearched.len()).unwrap_or(u32::MAX),
        // a confirmation is taken only with the proof, and the message goes out only with the confirmation
        typed: proof.is_some(),
    };
    let findings = findings.into_iter().take(LISTED).map(|finding| shown(finding, &draft)).collect();
    let stops = total > 0 || !unsearched.is_empty() || proof.is_some() || other_clinic.is_some();
    let view = GuardView { fingerprint, findings, total, unsearched, proof, other_clinic, stops };
    Searched { draft, resident, view, word }
}

fn shown(finding: Finding, draft: &Draft) -> GuardFinding {
    let name = |file| draft.files.iter().find(|there| there.file.id == file).map(|there| there.file.file_name.clone());
    let (place, file_name) = match finding.place {
        Place::Message => {
            let units = |end: usize| draft.text.get(..end).unwrap_or(&draft.text).encode_utf16().count();
            (GuardPlace::Text { start: units(finding.range.start), end: units(finding.range.end) }, None)
        }
        Place::FileName { file } => (GuardPlace::FileName { file }, name(file)),
        Place::Page { file, page } => (GuardPlace::Page { file, page }, name(file)),
    };
    let Finding { kind, found, before, after, .. } = finding;
    GuardFinding { kind, place, file_name, found, before, after }
}

/// Is it the same message: kind, text, files with names and bytes?
fn same_message(a: &Draft, b: &Draft) -> bool {
    let files = |draft: &Draft| draft.files.iter().map(|there| there.file.clone()).collect::<Vec<_>>();
    (a.case, a.kind, &a.text, files(a)) == (b.case, b.kind, &b.text, files(b))
}

/// SHA-256 over everything that a confirmation stands for, each part with its length before it, so that no two messages
/// can run together into the same one.
fn fingerprint(case: CaseId, draft: &Draft, resident: &Resident, known: &Known, found: &Found) -> String {
    let Found { findings, unsearched, other_clinic } = found;
    let mut parts: Vec<String> =
        vec![VERSION.to_string(), case.to_string(), format!("{:?}", draft.kind), draft.text.clone()];
    parts.extend([resident.personal_id.as_str(), &resident.name].map(str::to_owned));
    parts.push(resident.protected_identity.to_string());
    parts.extend(known.own.iter().map(|own| own.personal_id.as_str().to_owned()));
    for there in draft.files.iter().map(|there| &there.file) {
        parts.extend([there.id.to_string(), there.file_name.clone(), there.sha256.clone()]);
    }
    parts.extend(findings.iter().map(|one| format!("{:?} {:?} {:?} {}", one.kind, one.place, one.range, one.found)));
    parts.extend(other_clinic.iter().map(|other| format!("{} after {}", other.now, other.last)));
    parts.extend(
        unsearched
            .iter()
            .map(|one| format!("{} {:?} {:?}", one.file, one.pages, one.problem.as_ref().map(|problem| &problem.code))),
    );
    let mut hash = Sha256::new();
    for part in &parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize())
}
