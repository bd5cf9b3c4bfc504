//! Cases and the pages of the feed that bring them. Any case can be made by its number alone, 0 the newest, so that no run
//! holds them all.

use super::corpus::{Corpus, file, resident};
use super::dice::Dice;
use super::words::TYPES;
use super::{ANNA, CLINIC, hsa};
use jiff::{Timestamp, ToSpan};
use mottaget_domain::case::{Answer, CaseTypeRef, Happening, HistoryEntry, Sender};
use mottaget_domain::lifecycle::Submission;
use mottaget_domain::{
    Admission, Assignee, Case, CaseId, CaseState, CaseTypeId, ClinicFacts, Message, MessageId, MessageKind, Note,
    NoteId, Policy, Who, submit,
};
use mottaget_protocol::{CaseDocument, Page, Phase};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use uuid::Uuid;

/// Documents on a page of the feed, as the app asks for them.
pub const PAGE: usize = 500;

/// How far a case has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    New,
    /// Somebody has it: no new words.
    Taken,
    /// With a note and a partial reply.
    Replied,
    /// With a final reply.
    Closed,
}

impl Stage {
    /// One in seven is open.
    pub fn of(n: usize) -> Self {
        match n % 20 {
            0 => Self::New,
            1 => Self::Taken,
            11 => Self::Replied,
            _ => Self::Closed,
        }
    }

    pub fn next(self) -> Self {
        match self {
            Self::New => Self::Taken,
            Self::Taken => Self::Replied,
            Self::Replied | Self::Closed => Self::Closed,
        }
    }

    pub fn messages(self) -> usize {
        match self {
            Self::New | Self::Taken => 1,
            Self::Replied => 2,
            Self::Closed => 3,
        }
    }
}

/// Monday morning.
pub fn now() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().unwrap()
}

/// A case comes every 17 minutes, at all hours.
fn received(n: usize) -> Timestamp {
    now() - (n as i64 * 17).minutes()
}

impl Corpus {
    /// The n-th newest case as it stands; on average it has 2.8 messages.
    pub fn case(&self, n: usize) -> CaseDocument {
        self.case_at(n, Stage::of(n))
    }

    /// The same as it stood when it had come so far.
    pub fn case_at(&self, n: usize, stage: Stage) -> CaseDocument {
        let mut dice = Dice::seeded(n as u64 + 1);
        let resident = resident(&mut dice);
        let submission = self.submission(&mut dice);
        let mut case = submit(submission, &resident, None, &facts(), received(n)).unwrap();
        let at = received(n) + 5.hours();
        if stage >= Stage::Taken {
            (case.assignee, case.state) = (Some(Assignee::Person { hsa_id: hsa(ANNA) }), CaseState::InProgress);
        }
        if stage >= Stage::Replied {
            case.notes.push(self.note(&mut dice, at));
            self.reply(&mut dice, &mut case, MessageKind::PartialReply, at);
            case.first_feedback_at = Some(at);
        }
        if stage >= Stage::Closed {
            self.reply(&mut dice, &mut case, MessageKind::FinalReply, at + 1.hours());
            (case.state, case.closed_at) = (CaseState::Closed, Some(at + 1.hours()));
        }
        case.stamp(n as u64 + 1);
        CaseDocument { seq: n as u64 + 1, case, resident }
    }

    fn submission(&self, dice: &mut Dice) -> Submission {
        let kind = dice.pick(&TYPES);
        let mut answer = || Answer { question: "Beskriv dina besvär".into(), answer: self.text(dice, 8) };
        let answers = vec![answer(), answer(), answer()];
        Submission {
            admission: Admission::default(),
            case: CaseId(dice.uuid()),
            message: MessageId(dice.uuid()),
            case_type: CaseTypeRef {
                id: CaseTypeId(Uuid::new_v5(&Uuid::NAMESPACE_OID, kind.as_bytes())),
                name: kind.into(),
                resident_files: true,
                response_days: None,
            },
            answers,
            text: self.text(dice, 60),
            attachments: if dice.roll(3) == 0 { vec![file(dice)] } else { Vec::new() },
        }
    }

    fn note(&self, dice: &mut Dice, at: Timestamp) -> Note {
        let author_name = "Anna Provsson".into();
        let (id, text) = (NoteId(dice.uuid()), self.text(dice, 10));
        Note { id, author: hsa(ANNA), author_name, text, mentions: BTreeSet::new(), at }
    }

    fn reply(&self, dice: &mut Dice, case: &mut Case, kind: MessageKind, at: Timestamp) {
        let id = MessageId(dice.uuid());
        let sender = Sender::Staff {
            hsa_id: hsa(ANNA),
            name: "Anna Provsson".into(),
            title: "Distriktssköterska".into(),
            signature: "Anna Provsson, distriktssköterska".into(),
        };
        case.thread_version += 1;
        case.messages.push(Message {
            id,
            kind,
            sender,
            text: self.text(dice, 40),
            answers: Vec::new(),
            attachments: Vec::new(),
            accepted_at: at,
            release_at: at,
            released_at: Some(at),
            read_by_resident_at: None,
        });
        case.history.push(HistoryEntry {
            seq: 0,
            at,
            who: Who::Staff { hsa_id: hsa(ANNA), name: "Anna Provsson".into() },
            op: None,
            what: Happening::MessageReleased { message: id, kind },
            thread_version: Some(case.thread_version),
        });
    }

    /// The pages of a first snapshot with these cases, made as they are taken: open ones first, newest first.
    pub fn snapshot(&self, numbers: Range<usize>) -> impl Iterator<Item = Page> {
        let (open, closed): (Vec<_>, Vec<_>) = numbers.partition(|n| Stage::of(*n) < Stage::Closed);
        let all = [open, closed].concat();
        (0..all.len().div_ceil(PAGE)).map(move |n| {
            let part = &all[n * PAGE..all.len().min((n + 1) * PAGE)];
            page(part.iter().map(|n| self.case(*n)).collect(), Phase::Snapshot, (n + 1) * PAGE < all.len())
        })
    }

    /// The same cases as they come one by one, the oldest first.
    pub fn news(&self, numbers: Range<usize>) -> impl Iterator<Item = Page> {
        numbers.rev().map(|n| page(vec![self.case(n)], Phase::Changes, false))
    }
}

/// So many of the newest cases have this many messages in all.
pub fn cases_with_messages(messages: usize) -> usize {
    let mut left = messages;
    let counted = |n: &usize| {
        let some = left > 0;
        left = left.saturating_sub(Stage::of(*n).messages());
        some
    };
    (0..).take_while(counted).count()
}

/// A page of the feed with these documents; more to come or not.
pub fn page(documents: Vec<CaseDocument>, phase: Phase, more: bool) -> Page {
    let seq = documents.iter().map(|document| document.seq).max().unwrap_or(0);
    Page {
        clinic: hsa(CLINIC),
        phase,
        reset: false,
        cursor: seq.to_string(),
        seq,
        more,
        total: None,
        documents,
        tombstones: Vec::new(),
        taken: Vec::new(),
        settled: Vec::new(),
        rejected: Vec::new(),
    }
}

/// What the rules need to know of the clinic.
fn facts() -> ClinicFacts {
    ClinicFacts {
        hsa_id: hsa(CLINIC),
        name: "Björkens vårdcentral".into(),
        policy: Policy::default(),
        staff: BTreeMap::new(),
        groups: BTreeMap::new(),
    }
}
