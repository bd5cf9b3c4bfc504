//! Whole random lives: whoever does whatever, what must hold holds.

use super::*;
use crate::clinic::UndoWindow;
use crate::visibility::{keys_of_case, may_read, messages_for_resident, viewer_keys};
use jiff::ToSpan;
use proptest::prelude::*;

/// One random step: who (0 = resident, 1–8 staff, 9 = system, 10 = another resident), what, and hours later.
#[derive(Clone, Debug)]
struct Step {
    who: u8,
    what: u8,
    target: u8,
    hours: i64,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0u8..11, 0u8..23, 0u8..8, 0i64..30_000).prop_map(|(who, what, target, hours)| Step {
        who,
        what,
        target,
        hours: if hours > 29_900 { hours } else { hours % 48 },
    });
    proptest::collection::vec(step, 1..60)
}

fn actor_of(step: &Step, clinic: &ClinicFacts, now: Timestamp) -> Actor {
    match step.who {
        0 => resident(),
        9 => Actor::System,
        10 => Actor::Resident(ResidentActor { personal_id: pnr("198108320014"), guardian: None }),
        n => staff_at(n, clinic, now),
    }
}

/// Who of Sara, Omar and Eva is away, each with or without a substitute; for as long as any life lasts.
type Away = BTreeMap<u8, Option<u8>>;

fn away_for_good() -> impl Strategy<Value = Away> {
    proptest::collection::btree_map(2u8..5, proptest::option::of(1u8..6), 0..4)
}

/// Does `n` stand in for `absent`, told step by step?
fn stands_in(n: u8, absent: u8, away: &Away) -> bool {
    let handles = |n: u8| (2..=4).contains(&n);
    let mut at = absent;
    for _ in 0..8 {
        match away.get(&at) {
            Some(Some(next)) if handles(*next) && *next != absent => at = *next,
            Some(_) => return false,
            None => return at == n && at != absent,
        }
    }
    false
}

fn command_of(step: &Step, case: &Case) -> Command {
    match step.what {
        0 => Command::Start,
        1 | 2 => to_person(step.target, case),
        3 => to_group(u128::from(step.target % 3), case),
        4 => give_back(case),
        5 => Command::Take,
        6 => send(MessageKind::PartialReply, case),
        7 => send(MessageKind::CounterQuestion, case),
        8 => send(MessageKind::FinalReply, case),
        9 => Command::WithdrawQuestion,
        10 => Command::Close { reason: CloseReason::HandledByPhone, note: None, tell: None, based_on: None },
        11 => Command::Reopen,
        12 => answer("Svar"),
        13 => match case.pending() {
            Some(message) if step.target.is_multiple_of(2) => Command::Release { message: message.id },
            Some(message) => Command::WithdrawMessage { message: message.id, kept_here: true },
            None => Command::LoseAssignee,
        },
        14 => Command::Purge,
        STALE => match send(MessageKind::PartialReply, case) {
            Command::Send { kind, message } => Command::Send { kind, message: behind(message) },
            other => other,
        },
        17 => Command::Close {
            reason: CloseReason::Other,
            note: Some("hemligt mellan kollegor".into()),
            tell: Some(compose(case, "Vi avslutar ärendet.")),
            based_on: None,
        },
        18 => with_word(to_person(step.target, case), compose(case, "Vi har fått det.")),
        19 => with_word(to_person(step.target, case), behind(compose(case, "Vi har fått det."))),
        20 => Command::MarkRecorded { through: u32::from(step.target) },
        22 => Command::TakeOver { from: person(step.target) },
        _ => Command::AddNote { note: NoteId::random(), text: "hemligt mellan kollegor".into() },
    }
}

/// The random step that sends what was written before the last thing that happened.
const STALE: u8 = 16;

/// As if written one version ago.
fn behind(compose: Compose) -> Compose {
    Compose { based_on: compose.based_on.saturating_sub(1), ..compose }
}

fn with_word(give: Command, word: Compose) -> Command {
    match give {
        Command::Distribute { to, from, reason, .. } => {
            Command::Distribute { to, from, reason, partial_reply: Some(word) }
        }
        other => other,
    }
}

/// What staff wrote was written with everything read that others had done to the thread; and a word goes along or the
/// whole act does not happen.
fn was_up_to_date(command: &Command, by: &Actor, before: &Case, after: &Case) {
    let (Actor::Staff(writer), Some(written)) = (by, written(command)) else { return };
    let unread = before.history.iter().any(|entry| {
        entry.thread_version.is_some_and(|version| version > written.based_on) && !entry.who.is_staff(&writer.hsa_id)
    });
    assert!(!unread, "sent over something unread");
    assert!(after.message(written.message).is_some(), "the word did not go along");
}

fn written(command: &Command) -> Option<&Compose> {
    match command {
        Command::Send { message, .. } => Some(message),
        Command::Distribute { partial_reply, .. } => partial_reply.as_ref(),
        Command::Close { tell, .. } => tell.as_ref(),
        _ => None,
    }
}

/// What must hold for every case at every moment, whoever did whatever.
fn holds_together(case: &Case, before: &Case) {
    let pending = case.messages.iter().filter(|message| message.is_pending()).count();
    assert!(pending <= 1, "at most one held message");
    match case.state {
        S::New => assert!(case.assignee.is_none()),
        S::AssignedPerson | S::InProgress | S::AwaitingResident => {
            assert!(matches!(case.assignee, Some(Assignee::Person { .. })));
        }
        S::AssignedGroup => assert!(matches!(case.assignee, Some(Assignee::Group { .. }))),
        S::Closed => {
            assert!(case.closed_at.is_some() && case.open_question.is_none() && pending == 0)
        }
        S::Purged => assert!(case.messages.is_empty() && case.notes.is_empty()),
    }
    if case.state == S::AwaitingResident {
        assert!(case.open_question.is_some());
    }
    if case.state != S::Purged {
        for message in before.messages.iter().filter(|message| !message.is_pending()) {
            assert!(case.message(message.id).is_some(), "what is sent can't be recalled (R83)");
        }
        assert!(case.history.len() >= before.history.len());
    }
    assert_ne!((before.state, case.state == before.state), (S::Purged, false), "purged is the end");
}

fn nobody_reads_what_is_not_theirs(case: &Case, clinic: &ClinicFacts, away: &Away) {
    for n in 1..=8 {
        let actor = staff_at(n, clinic, noon());
        let Actor::Staff(person_acting) = &actor else { panic!() };
        let own = match &case.assignee {
            Some(Assignee::Person { hsa_id }) if *hsa_id == person(n) => true,
            Some(Assignee::Person { hsa_id }) => {
                (2..=4).any(|absent| person(absent) == *hsa_id && stands_in(n, absent, away))
            }
            Some(Assignee::Group { id }) => *id == group(1) && (n == 2 || n == 3),
            None => false,
        };
        let expected = case.state != S::Purged && (n == 1 || n == 4 || ((n == 2 || n == 3) && own));
        assert_eq!(may_read(case, &actor), expected, "staff {n}");
        let by_keys = keys_of_case(case).iter().any(|key| viewer_keys(person_acting).contains(key));
        assert_eq!(by_keys, expected, "the feed's keys say the same as the rule");
        if !expected {
            for act in Act::ALL {
                let answer = check(case, &actor, act, clinic, noon());
                assert!(matches!(answer, Err(Refusal::NotFound | Refusal::AlreadyTaken)), "{n} {act:?} {answer:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn no_sequence_of_commands_leads_astray(
        steps in steps(),
        hold in prop_oneof![Just(0u16), Just(30u16)],
        absent in away_for_good(),
    ) {
        let mut clinic = clinic();
        for (n, substitute) in &absent {
            away(&mut clinic, *n, "2026-01-01", "2999-12-31", *substitute);
        }
        clinic.policy.region.undo =
            UndoWindow { partial_reply_s: hold, counter_question_s: hold, final_reply_s: hold };
        let mut case = filed();
        let mut now = noon();
        for step in steps {
            now = now.checked_add(step.hours.hours()).unwrap();
            let (actor, command) = (actor_of(&step, &clinic, now), command_of(&step, &case));
            let permitted = check(&case, &actor, command.act(&case), &clinic, now);
            match act(&case, &actor, &command, None, &clinic, now) {
                Ok(next) => {
                    prop_assert_eq!(permitted, Ok(()));
                    prop_assert!(may_read(&case, &actor), "only somebody who may read a case changes it");
                    holds_together(&next, &case);
                    was_up_to_date(&command, &actor, &case, &next);
                    case = next;
                }
                Err(refusal) => {
                    if let Err(why) = permitted {
                        prop_assert_eq!(why, refusal);
                    }
                }
            }
            nobody_reads_what_is_not_theirs(&case, &clinic, &absent);
            prop_assert!(messages_for_resident(&case).all(|m| !m.is_pending() && !m.text.contains("hemligt")));
        }
        let read_back: Case = serde_json::from_str(&serde_json::to_string(&case).unwrap()).unwrap();
        prop_assert_eq!(&read_back, &case, "a case survives the wire");
    }
}
