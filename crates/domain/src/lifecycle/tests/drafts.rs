//! Taking over what a colleague is writing: exactly who could send it may, and a line in the history is all that changes.

use super::*;
use crate::draft::{Wanted, check_take, has_become_a_message, take};
use crate::id::MachineId;
use jiff::ToSpan;

const KINDS: [MessageKind; 4] =
    [MessageKind::PartialReply, MessageKind::CounterQuestion, MessageKind::FinalReply, MessageKind::Closure];

fn wanted(author: u8, kind: MessageKind) -> Wanted {
    Wanted { author: person(author), name: "Omar".into(), kind, machine: MachineId::random(), version: 7 }
}

fn takes(case: &Case, who: &Actor, wanted: &Wanted) -> Result<Case, Refusal> {
    take(case, who, wanted, OpId::random(), &clinic(), noon())
}

/// The command that would send it.
fn sending(kind: MessageKind, case: &Case) -> Command {
    match kind {
        MessageKind::Closure => Command::Close {
            reason: CloseReason::HandledByPhone,
            note: None,
            tell: Some(compose(case, "Vi talade i telefon.")),
            based_on: None,
        },
        kind => send(kind, case),
    }
}

#[test]
fn whoever_could_send_it_may_take_it_over_and_nobody_else() {
    for case in [filed(), in_progress(), waiting(), closed()] {
        for who in (1..=8).map(staff).chain([resident(), Actor::System]) {
            for kind in KINDS {
                let sends = does(&case, &who, &sending(kind, &case)).map(drop);
                let takes = takes(&case, &who, &wanted(9, kind)).map(drop);
                assert_eq!(takes, sends, "{kind:?} {:?} {who:?}", case.state);
                assert_eq!(check_take(&case, &who, kind, &clinic(), noon()), takes);
            }
        }
    }
    for kind in [MessageKind::Submission, MessageKind::ResidentReply] {
        assert_eq!(takes(&in_progress(), &staff(2), &wanted(3, kind)), Err(Refusal::Forbidden), "{kind:?}");
    }
}

#[test]
fn a_line_that_everybody_sees_is_all_that_changes() {
    let case = in_progress();
    let wanted = wanted(3, MessageKind::FinalReply);
    let taken = takes(&case, &staff(2), &wanted).unwrap();
    let (line, before) = taken.history.split_last().unwrap();
    assert_eq!(before, case.history);
    assert_eq!((line.who.clone(), line.thread_version), (staff(2).who(), None), "it holds up nobody's reply");
    let Happening::DraftTaken { author, name, kind, machine, version } = &line.what else { panic!("{line:?}") };
    assert_eq!((author, name.as_str(), *kind), (&wanted.author, "Omar", wanted.kind));
    assert_eq!((*machine, *version), (wanted.machine, 7));
    assert_eq!(Case { history: case.history.clone(), ..taken }, case);
}

#[test]
fn nobody_takes_over_their_own() {
    assert_eq!(takes(&in_progress(), &staff(2), &wanted(2, MessageKind::FinalReply)), Err(Refusal::Forbidden));
}

#[test]
fn what_has_been_sent_since_its_copy_came_is_offered_to_nobody() {
    let at = |second: i64| noon().checked_add(second.seconds()).unwrap();
    let case = in_progress();
    assert!(!has_become_a_message(&case, &person(2), at(-60)), "the resident's message is not hers");
    let sent = act(&case, &staff(2), &send(MessageKind::PartialReply, &case), None, &clinic(), noon()).unwrap();
    assert!(has_become_a_message(&sent, &person(2), at(-1)));
    assert!(!has_become_a_message(&sent, &person(2), at(1)), "she writes on");
    assert!(!has_become_a_message(&sent, &person(3), at(-1)), "a colleague's draft is another");
}
