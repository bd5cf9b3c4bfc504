//! From what the store holds to what the screen is told: one case with everything laid over it.

use crate::error::{ClientError, Trouble};
use crate::event::ConnectionState;
use crate::holding::asked_back;
use crate::rules::{Rules, signature};
use crate::view::{
    ActName, ActState, After, AssigneeName, CaseRow, CaseView, Delivery, DraftFile, DraftView, DueTone, DueView,
    GuardianFacts, MessageView, NoteView, OutboxRow, RecordedView, ResidentFacts, TakenOver, ThreadFile, Waits,
    WaitsFor,
};
use mottaget_domain::case::{Happening, HistoryEntry, Sender};
use mottaget_domain::mention::{missed, reached};
use mottaget_domain::response_clock::{Due, explain, swedish_day};
use mottaget_domain::signature::check_signature;
use mottaget_domain::{
    Act, Assignee, Attachment, Case, Command, Compose, GroupId, Message, MessageKind, Note, OpId, Role, Unwatched,
    check,
};
use mottaget_protocol::{CaseDocument, Me, Op};
use mottaget_store::{CaseRead, Draft, OutboxRow as Stored, OutboxState, Store};
use std::collections::{BTreeMap, HashSet};

/// A row of a list.
pub(crate) fn row(row: mottaget_store::CaseRow) -> CaseRow {
    CaseRow {
        id: row.id,
        clinic: row.clinic,
        clinic_name: row.clinic_name,
        case_type: row.case_type,
        state: row.state,
        unread: row.unread,
        resident_name: row.resident_name,
        resident_id: row.resident_id.written(),
        protected_identity: row.protected_identity,
        received_at: row.received_at,
        due: due(&row.due),
        assignee: row.assignee.map(assignee),
        away: row.away,
        mine: row.mine,
        covered: row.covered,
        attachments: row.attachments,
        partial_reply_sent: row.partial_reply_sent,
        has_draft: row.has_draft,
        jottings: row.jottings,
        pending_ops: row.pending_ops,
    }
}

/// Who has a case, with the name for the screen.
pub(crate) fn assignee(who: mottaget_store::AssigneeRow) -> AssigneeName {
    match who.assignee {
        Assignee::Person { hsa_id } => AssigneeName::Person { hsa_id, name: who.name },
        Assignee::Group { id } => AssigneeName::Group { id, name: who.name },
    }
}

fn due(due: &Due) -> DueView {
    match due {
        Due::Paused { at } => DueView { at: *at, tone: DueTone::Paused, working_days_left: 0 },
        Due::Done { at, .. } => DueView { at: *at, tone: DueTone::Done, working_days_left: 0 },
        Due::Running { at, working_days_left } => {
            let tone = match working_days_left {
                ..0 => DueTone::Late,
                0 => DueTone::Today,
                1.. => DueTone::OnTime,
            };
            DueView { at: *at, tone, working_days_left: *working_days_left }
        }
    }
}

/// A case.
pub(crate) fn case(store: &Store, me: &Me, read: CaseRead, rules: &Rules) -> Result<CaseView, ClientError> {
    let CaseRead { document, row: list_row, draft, jottings, pending, .. } = read;
    let projected = rules.projected(&document.case, &pending);
    let thread = &document.case;
    let cached = cached(store, thread, &pending)?;
    let mut messages: Vec<MessageView> =
        thread.messages.iter().map(|message| arrived(message, &document, me, &cached)).collect();
    for (message, shown) in thread.messages.iter().zip(&mut messages) {
        shown.may_take_back = may_take_back(message, &projected, rules, &pending);
    }
    let mut notes: Vec<NoteView> =
        thread.notes.iter().map(|note| self::note(note, Delivery::Sent { at: note.at }, rules)).collect();
    for op in &pending {
        overlay(op, thread, me, &cached, rules, &mut messages, &mut notes);
    }
    Ok(CaseView {
        row: row(list_row),
        after: after(thread, &projected, rules),
        why_due: explain(thread, &rules.clinic.policy, rules.now),
        resident: resident(&document, rules),
        messages,
        notes,
        history: crate::history::rows(thread, rules),
        acts: acts(thread, &projected, rules),
        open_question: thread.open_question,
        thread_version: thread.thread_version,
        recorded: recorded(&projected),
        taken_from: taken_from(&projected, me, rules),
        unwatched: unwatched(&projected, rules),
        undo: rules.clinic.policy.undo.unwrap_or(rules.clinic.policy.region.undo),
        close_reason: thread.close_reason,
        draft_taken: match &draft {
            Some(_) => taken_over(store, thread, me)?,
            None => None,
        },
        news: draft.as_ref().and_then(|draft| crate::history::news(thread, draft.based_on, &me.staff.hsa_id, rules)),
        draft: draft.map(|draft| self::draft(draft, me, &rules.clinic.policy.signature)),
        jottings,
        signature: rules.actor.signature.clone(),
        sign_as: me.preferences.sign_as,
        pending: pending.iter().map(|row| outbox(row, document.resident.name.clone(), None)).collect(),
    })
}

/// What own acts that wait here make of the case. That work has begun is no news to whoever begins it.
fn after(thread: &Case, projected: &Case, rules: &Rules) -> Option<After> {
    let moved = projected.assignee != thread.assignee || projected.state.is_open() != thread.state.is_open();
    let name = |assignee: &Assignee| match assignee {
        Assignee::Person { hsa_id } => AssigneeName::Person { hsa_id: hsa_id.clone(), name: rules.name_of(hsa_id) },
        Assignee::Group { id } => {
            let known = rules.clinic.groups.get(id).map(|group| group.name.clone());
            AssigneeName::Group { id: *id, name: known.unwrap_or_else(|| id.to_string()) }
        }
    };
    moved.then(|| After { state: projected.state, assignee: projected.assignee.as_ref().map(name) })
}

/// Why nobody watches the case; told to those who see to it that somebody does (R27). Nothing is said before the directory
/// has come.
fn unwatched(case: &Case, rules: &Rules) -> Option<Unwatched> {
    let told = rules.directory.is_some() && rules.actor.has(Role::Receiver);
    if told { mottaget_domain::watch::unwatched(case, &rules.clinic, rules.now) } else { None }
}

/// Who has entered the case into the patient record; an own mark that still waits here counts.
fn recorded(case: &Case) -> Option<RecordedView> {
    let recorded = case.recorded()?;
    let who = crate::history::who(&recorded.entry.who);
    Some(RecordedView { who, at: recorded.entry.at, whole: recorded.whole })
}

/// Who last took over what this person is writing on this computer; not what they wrote there before.
fn taken_over(store: &Store, case: &Case, me: &Me) -> Result<Option<TakenOver>, ClientError> {
    let of_mine = |entry: &&HistoryEntry| matches!(&entry.what, Happening::DraftTaken { author, .. } if *author == me.staff.hsa_id);
    let taken: Vec<&HistoryEntry> = case.history.iter().filter(of_mine).collect();
    if taken.is_empty() {
        return Ok(None);
    }
    let (here, begun) = (store.machine()?, store.draft_begun(case.id)?);
    let this_one = |entry: &&&HistoryEntry| match entry.what {
        Happening::DraftTaken { machine, version, .. } => {
            machine == here && begun.is_some_and(|begun| begun <= version)
        }
        _ => false,
    };
    let last = taken.iter().rev().find(this_one);
    Ok(last.map(|entry| TakenOver { who: crate::history::who(&entry.who), at: entry.at }))
}

/// Where this person took the case from, if it can go back there.
fn taken_from(case: &Case, me: &Me, rules: &Rules) -> Option<(GroupId, String)> {
    let id = case.taken_from().filter(|_| case.is_assigned_to(&me.staff.hsa_id))?;
    let may = check(case, &rules.person(), Act::Redistribute, &rules.clinic, rules.now).is_ok();
    let group = rules.clinic.groups.get(&id).filter(|_| may && rules.clinic.handlers_in(id).is_some_and(|n| n > 0))?;
    Some((id, group.name.clone()))
}

/// The hashes among the case's files (those that wait in the outbox too) whose bytes are here.
fn cached(store: &Store, case: &Case, pending: &[Stored]) -> Result<HashSet<String>, ClientError> {
    let there = case.messages.iter().flat_map(|message| &message.attachments);
    let here = pending.iter().flat_map(|row| row.op.command.attachments());
    let hashes: Vec<&str> = there.chain(here).map(|file| file.sha256.as_str()).collect();
    if hashes.is_empty() { Ok(HashSet::new()) } else { Ok(store.blobs_present(&hashes)?) }
}

fn files(files: &[Attachment], cached: &HashSet<String>) -> Vec<ThreadFile> {
    files.iter().map(|file| ThreadFile { file: file.clone(), cached: cached.contains(&file.sha256) }).collect()
}

fn arrived(message: &Message, document: &CaseDocument, me: &Me, cached: &HashSet<String>) -> MessageView {
    let case = &document.case;
    let (sender_name, sender_title, signature, mine) = match &message.sender {
        Sender::Resident { .. } => (document.resident.name.clone(), None, None, false),
        Sender::Staff { hsa_id, name, title, signature } => {
            (name.clone(), Some(title.clone()), Some(signature.clone()), *hsa_id == me.staff.hsa_id)
        }
    };
    let delivery = match message.released_at {
        Some(at) => Delivery::Sent { at },
        None => {
            let op = case.history.iter().find_map(|entry| match &entry.what {
                Happening::MessageHeld { message: held, .. } if *held == message.id => entry.op,
                _ => None,
            });
            Delivery::AtServer { op: op.filter(|_| mine), release_at: Some(message.release_at) }
        }
    };
    MessageView {
        id: message.id,
        kind: message.kind,
        from_staff: message.from_staff(),
        sender_name,
        sender_title,
        signature,
        text: message.text.clone(),
        answers: message.answers.clone(),
        attachments: files(&message.attachments, cached),
        at: message.accepted_at,
        mine,
        read_by_resident_at: message.read_by_resident_at,
        delivery,
        may_take_back: false,
    }
}

/// Whether that comes in time is the server's word alone: the clock here is not asked.
fn may_take_back(message: &Message, case: &Case, rules: &Rules, pending: &[Stored]) -> bool {
    message.is_pending()
        && !asked_back(pending, message.id)
        && check(case, &rules.person(), Act::WithdrawMessage, &rules.clinic, rules.now.min(message.accepted_at)).is_ok()
}

/// Lays over the thread what an act in the outbox will bring, unless it has come home already.
fn overlay(
    row: &Stored,
    case: &Case,
    me: &Me,
    cached: &HashSet<String>,
    rules: &Rules,
    messages: &mut Vec<MessageView>,
    notes: &mut Vec<NoteView>,
) {
    let delivery = delivery(row);
    if let Some((kind, compose)) = message_of(&row.op.command).filter(|(_, c)| case.message(c.message).is_none()) {
        messages.push(MessageView {
            id: compose.message,
            kind,
            from_staff: true,
            sender_name: me.staff.name.clone(),
            sender_title: Some(me.staff.title.clone()),
            signature: row.op.signature.clone(),
            text: compose.text.clone(),
            answers: Vec::new(),
            attachments: files(&compose.attachments, cached),
            at: row.written_at,
            mine: true,
            read_by_resident_at: None,
            may_take_back: matches!(delivery, Delivery::AtServer { release_at: Some(_), .. }),
            delivery: delivery.clone(),
        });
    }
    if let Command::AddNote { note, text } = &row.op.command
        && !case.notes.iter().any(|there| there.id == *note)
    {
        let waiting = Note {
            id: *note,
            author: me.staff.hsa_id.clone(),
            author_name: me.staff.name.clone(),
            text: text.clone(),
            mentions: reached(text, case, &rules.clinic, row.written_at),
            at: row.written_at,
        };
        notes.push(self::note(&waiting, delivery, rules));
    }
}

/// A note, with who is told of it by name.
fn note(note: &Note, delivery: Delivery, rules: &Rules) -> NoteView {
    NoteView {
        id: note.id,
        author: note.author_name.clone(),
        text: note.text.clone(),
        mentions: note.mentions.iter().map(|who| rules.name_of(who)).collect(),
        missed: missed(note, &rules.clinic),
        at: note.at,
        delivery,
    }
}

/// The message that an act carries, and its kind.
pub(crate) fn message_of(command: &Command) -> Option<(MessageKind, &Compose)> {
    let kind = match command {
        Command::Send { kind, .. } => *kind,
        Command::Distribute { .. } => MessageKind::PartialReply,
        _ => MessageKind::Closure,
    };
    command.message().map(|message| (kind, message))
}

/// The word for an act in the outbox.
pub(crate) fn word(command: &Command) -> &'static str {
    match command {
        Command::Start => "start",
        Command::Distribute { .. } => "distribute",
        Command::ReturnToReceiver { .. } => "returnToReceiver",
        Command::Take => "take",
        Command::TakeOver { .. } => "takeOver",
        Command::Send { kind: MessageKind::CounterQuestion, .. } => "counterQuestion",
        Command::Send { kind: MessageKind::FinalReply, .. } => "finalReply",
        Command::Send { .. } => "partialReply",
        Command::WithdrawMessage { .. } => "withdrawMessage",
        Command::WithdrawQuestion => "withdrawQuestion",
        Command::Close { .. } => "close",
        Command::Reopen => "reopen",
        Command::AddNote { .. } => "note",
        Command::MarkRecorded { .. } => "markRecorded",
        // never in a person's outbox
        Command::ResidentReply { .. } | Command::Release { .. } | Command::LoseAssignee | Command::Purge => "other",
    }
}

fn delivery(row: &Stored) -> Delivery {
    let op: OpId = row.op.id;
    match &row.state {
        OutboxState::Waiting { .. } => Delivery::Here { op },
        OutboxState::Sending => Delivery::OnTheWay { op },
        OutboxState::Accepted { release_at, .. } => Delivery::AtServer { op: Some(op), release_at: *release_at },
        OutboxState::Stopped { code } => {
            let problem =
                Trouble { code: code.clone(), facts: facts(&row.op, code), detail: format!("refused: {code}") };
            Delivery::Stopped { op, problem }
        }
    }
}

/// The facts of a refusal. Of those the code alone was kept; what was frozen with the act still says the rest.
fn facts(op: &Op, code: &str) -> BTreeMap<&'static str, String> {
    let signature = op.signature.as_deref().map_or(Ok(()), check_signature);
    let refusals = [op.command.check_content().err(), signature.err()];
    let refusal = refusals.into_iter().flatten().find(|refusal| refusal.code() == code);
    refusal.map(|refusal| ClientError::Refused(refusal).facts()).unwrap_or_default()
}

/// Why an act is still here; `earlier` are those of the same case that come before it, as they were put in.
pub(crate) fn waits(row: &Stored, earlier: &[&Stored], connection: &ConnectionState) -> Option<Waits> {
    let OutboxState::Waiting { retry_at } = row.state else { return None };
    let holds = |row: &&&Stored| match row.state {
        OutboxState::Accepted { .. } => false,
        // as in the store: a stopped note holds nothing up
        OutboxState::Stopped { .. } => !matches!(row.op.command, Command::AddNote { .. }),
        OutboxState::Waiting { .. } | OutboxState::Sending => true,
    };
    let first = earlier.iter().find(holds);
    if first.is_some_and(|first| matches!(first.state, OutboxState::Stopped { .. })) {
        return Some(Waits { why: WaitsFor::EarlierStopped, retry_at: None });
    }
    let code = |code: &str| Trouble { code: code.to_owned(), facts: BTreeMap::new(), detail: code.to_owned() };
    let why = match connection {
        ConnectionState::Offline { problem, .. } => WaitsFor::Contact(problem.clone()),
        ConnectionState::SignedOutByServer => WaitsFor::Contact(Some(code(ClientError::SessionExpired.code()))),
        ConnectionState::Connected | ConnectionState::Syncing { .. } => match (first, &row.last_error) {
            (Some(_), _) => WaitsFor::Earlier,
            (None, Some(last)) => WaitsFor::NextTry(code(last)),
            // never tried, and not to be tried before: what was done to several cases at once
            (None, None) if retry_at.is_some() => WaitsFor::Undo,
            (None, None) => WaitsFor::Turn,
        },
    };
    let retry_at = retry_at.filter(|_| matches!(why, WaitsFor::NextTry(_) | WaitsFor::Undo));
    Some(Waits { why, retry_at })
}

/// A line of the outbox; the resident's name only for who may see the case.
pub(crate) fn outbox(row: &Stored, resident_name: String, waits: Option<Waits>) -> OutboxRow {
    OutboxRow {
        op: row.op.id,
        case: row.op.case,
        case_type: row.case_type.clone(),
        resident_name,
        what: word(&row.op.command),
        written_at: row.written_at,
        attempts: row.attempts,
        note: match &row.op.command {
            Command::AddNote { text, .. } => Some(text.clone()),
            _ => None,
        },
        message: message_of(&row.op.command).is_some(),
        delivery: delivery(row),
        waits,
    }
}

/// A draft, with the signature as it stands now.
pub(crate) fn draft(draft: Draft, me: &Me, of_clinic: &str) -> DraftView {
    DraftView {
        signature: signature(me, &draft.clinic, of_clinic, draft.sign_as),
        sign_as: draft.sign_as.unwrap_or(me.preferences.sign_as),
        case: draft.case,
        kind: draft.kind,
        text: draft.text,
        files: draft
            .files
            .into_iter()
            .map(|file| DraftFile {
                reviewed: file.reviewed(),
                id: file.file.id,
                file_name: file.file.file_name,
                kind: file.file.kind,
                size: file.file.size,
                sha256: file.file.sha256,
                pages: file.pages,
            })
            .collect(),
        updated_at: draft.updated_at,
    }
}

fn resident(document: &CaseDocument, rules: &Rules) -> ResidentFacts {
    let resident = &document.resident;
    let today = swedish_day(rules.now);
    let guardian = document.case.filed_by_guardian.as_ref();
    ResidentFacts {
        name: resident.name.clone(),
        personal_id: resident.personal_id.written(),
        id_kind: resident.personal_id.kind(),
        age: resident.personal_id.age(today),
        sex: resident.sex,
        protected_identity: resident.protected_identity,
        unreachable: resident.unreachable(),
        guardian: guardian.map(|id| GuardianFacts { personal_id: id.written(), reads: resident.guardians_read(today) }),
        mobile: resident.mobile.clone(),
        email: resident.email.clone(),
    }
}

/// What can be done with the case as it will be when the outbox has come home; `here` is what it is until then.
fn acts(here: &Case, case: &Case, rules: &Rules) -> Vec<ActState> {
    let person = rules.person();
    let refused = |case, act| check(case, &person, act, &rules.clinic, rules.now).err().map(|refusal| refusal.code());
    let why_not = |act| refused(case, act);
    // files go with a message, whichever kind the person may send
    let attach = || {
        let with = [Act::FinalReply, Act::CounterQuestion, Act::PartialReply, Act::Distribute];
        let answers: Vec<_> = with.into_iter().map(why_not).collect();
        if answers.contains(&None) { None } else { answers.into_iter().next().flatten() }
    };
    ActName::ALL
        .into_iter()
        .map(|act| ActState {
            act,
            why_not: match act {
                ActName::Distribute => why_not(Act::Distribute),
                ActName::Redistribute => why_not(Act::Redistribute),
                ActName::Take => match why_not(Act::TakeOver) {
                    None => None,
                    Some(_) => why_not(Act::Take),
                },
                ActName::PartialReply => why_not(Act::PartialReply),
                ActName::CounterQuestion => why_not(Act::CounterQuestion),
                ActName::FinalReply => why_not(Act::FinalReply),
                ActName::Attach => attach(),
                ActName::WithdrawQuestion => why_not(Act::WithdrawQuestion),
                ActName::Close => why_not(Act::Close),
                // only what is closed for good: while the closing waits here, it can still be taken back
                ActName::Reopen => why_not(Act::Reopen).or_else(|| refused(here, Act::Reopen)),
                ActName::Note => why_not(Act::Note),
                ActName::ReturnToReceiver => why_not(Act::ReturnToReceiver),
                ActName::MarkRecorded => why_not(Act::MarkRecorded),
            },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mottaget_domain::lifecycle::{MAX_SIGNATURE, MAX_TEXT};
    use mottaget_domain::{CaseId, HsaId, NoteId};

    fn stored(command: Command, signature: Option<String>, state: OutboxState) -> Stored {
        let op = Op {
            id: OpId::random(),
            clinic: HsaId::parse("SE2321000016-B001").unwrap(),
            case: CaseId::random(),
            command,
            signature,
        };
        Stored {
            op,
            what: "note".into(),
            case_type: "Boka tid".into(),
            written_at: jiff::Timestamp::UNIX_EPOCH,
            attempts: 1,
            last_error: None,
            state,
        }
    }

    fn stopped(text: String, signature: Option<String>, code: &str) -> Trouble {
        let note = Command::AddNote { note: NoteId::random(), text };
        let row = stored(note, signature, OutboxState::Stopped { code: code.into() });
        match delivery(&row) {
            Delivery::Stopped { problem, .. } => problem,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_stopped_act_says_the_limit_that_it_went_over() {
        let limit = |trouble: Trouble| trouble.facts.get("limit").cloned();
        let (text, signature) = ("å".repeat(MAX_TEXT + 1), "å".repeat(MAX_SIGNATURE + 1));
        assert_eq!(limit(stopped(text, None, "text-too-long")).as_deref(), Some("20000"));
        assert_eq!(limit(stopped("x".into(), Some(signature), "text-too-long")).as_deref(), Some("1000"));
        assert_eq!(stopped("x".into(), None, "not-assignee").facts, BTreeMap::new());
    }

    #[test]
    fn what_waits_says_for_what() {
        let at = jiff::Timestamp::UNIX_EPOCH;
        let waiting = |last: Option<&str>| {
            let state = OutboxState::Waiting { retry_at: last.map(|_| at) };
            Stored { last_error: last.map(str::to_owned), ..stored(Command::Take, None, state) }
        };
        let stopped = |command| stored(command, None, OutboxState::Stopped { code: "forbidden".into() });
        let note = || Command::AddNote { note: NoteId::random(), text: "x".into() };
        let accepted = stored(Command::Take, None, OutboxState::Accepted { seq: 1, release_at: None });
        let sending = stored(Command::Take, None, OutboxState::Sending);
        let trouble = |code: &str| Trouble { code: code.into(), facts: BTreeMap::new(), detail: code.into() };
        let offline = ConnectionState::Offline { since: None, problem: Some(trouble("server-error")) };
        let away = WaitsFor::Contact(Some(trouble("server-error")));
        let (own, act, words) = (waiting(None), stopped(Command::Take), stopped(note()));
        let full = waiting(Some("storage-full"));
        let held = Stored { state: OutboxState::Waiting { retry_at: Some(at) }, ..waiting(None) };
        let next_try = WaitsFor::NextTry(trouble("storage-full"));
        let here = ConnectionState::Connected;
        for (row, earlier, connection, why, retry_at) in [
            (&own, vec![], &here, WaitsFor::Turn, None),
            (&held, vec![], &here, WaitsFor::Undo, Some(at)),
            (&full, vec![], &here, next_try.clone(), Some(at)),
            (&full, vec![&words, &accepted], &here, next_try, Some(at)),
            (&own, vec![&full], &here, WaitsFor::Earlier, None),
            (&own, vec![&sending], &here, WaitsFor::Earlier, None),
            (&own, vec![&act], &here, WaitsFor::EarlierStopped, None),
            (&own, vec![&act, &full], &offline, WaitsFor::EarlierStopped, None),
            (&full, vec![&own], &offline, away, None),
            (
                &own,
                vec![],
                &ConnectionState::SignedOutByServer,
                WaitsFor::Contact(Some(trouble("session-expired"))),
                None,
            ),
        ] {
            assert_eq!(waits(row, &earlier, connection), Some(Waits { why, retry_at }));
        }
        assert_eq!(waits(&act, &[], &here), None);
        assert_eq!(waits(&sending, &[], &here), None);
    }
}
