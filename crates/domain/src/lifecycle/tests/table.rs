//! The table of domain.md D2, row by row: from which states each transition goes, to which, and by whom. What a row does not
//! name is refused.

use super::*;
use crate::attachment::AttachmentRefusal;
use crate::clinic::UndoWindow;
use crate::visibility::{may_read, messages_for_resident};
use jiff::ToSpan;

const STATES: [S; 7] =
    [S::New, S::AssignedPerson, S::AssignedGroup, S::InProgress, S::AwaitingResident, S::Closed, S::Purged];
/// Two years after [`noon`].
const LATER: &str = "2028-11-16T11:00:00Z";

/// A case in that state; whoever has it is Sara, or the group that she is in.
fn in_state(state: S) -> Case {
    let given = |to: fn(&Case) -> Command| does(&filed(), &staff(1), &to(&filed())).unwrap();
    let case = match state {
        S::New => filed(),
        S::AssignedPerson => given(|case| to_person(2, case)),
        S::AssignedGroup => given(|case| to_group(1, case)),
        S::InProgress => in_progress(),
        S::AwaitingResident => waiting(),
        S::Closed => closed(),
        S::Purged => act(&closed(), &Actor::System, &Command::Purge, None, &clinic(), LATER.parse().unwrap()).unwrap(),
    };
    assert_eq!(case.state, state);
    case
}

/// From which states it goes, and to which.
fn row(name: &str, does: impl Fn(&Case) -> Result<Case, Refusal>, goes: &[(S, S)]) {
    for state in STATES {
        let case = in_state(state);
        let to = goes.iter().find(|(from, _)| *from == state).map(|(_, to)| *to);
        match (does(&case), to) {
            (Ok(after), Some(to)) => assert_eq!(after.state, to, "{name} from {state:?}"),
            (Err(_), None) => {}
            (Ok(after), None) => panic!("{name} goes from {state:?} to {:?}", after.state),
            (Err(why), Some(_)) => panic!("{name} does not go from {state:?}: {why}"),
        }
    }
}

/// The same for a command of somebody.
fn by(name: &str, who: &Actor, command: impl Fn(&Case) -> Command, goes: &[(S, S)]) {
    row(name, |case| does(case, who, &command(case)), goes);
}

const RECEIVER: u8 = 1;
const HANDLER: u8 = 2;

#[test]
fn t2_t17_reading_and_notes_change_no_state_and_need_a_case_that_is_there() {
    let note = |_: &Case| Command::AddNote { note: NoteId::random(), text: "Obs".into() };
    let there = [S::New, S::AssignedPerson, S::AssignedGroup, S::InProgress, S::AwaitingResident, S::Closed];
    let same: Vec<(S, S)> = there.into_iter().map(|state| (state, state)).collect();
    let read = |case: &Case| check(case, &staff(RECEIVER), Act::Read, &clinic(), noon()).map(|()| case.clone());
    row("T2", read, &same);
    by("T17 ÄM", &staff(RECEIVER), note, &same);
    by("T17 ÄH", &staff(HANDLER), note, &same[1..]);
    by("T17 resident", &resident(), note, &[]);
}

#[test]
fn t3_t4_t6_a_receiver_gives_any_open_case_and_a_handler_an_own_one() {
    let open_and_given = [S::AssignedPerson, S::AssignedGroup, S::InProgress, S::AwaitingResident];
    let to = |to: S| open_and_given.into_iter().chain([S::New]).map(|from| (from, to)).collect::<Vec<_>>();
    by("T3, T6 ÄM", &staff(RECEIVER), |case| to_person(3, case), &to(S::AssignedPerson));
    let to_the_group =
        [S::New, S::AssignedPerson, S::InProgress, S::AwaitingResident].map(|from| (from, S::AssignedGroup));
    by("T4, T6 ÄM", &staff(RECEIVER), |case| to_group(1, case), &to_the_group);
    // what is the group's is taken first (T5)
    let own = [S::AssignedPerson, S::InProgress, S::AwaitingResident];
    by("T6 ÄH", &staff(HANDLER), |case| to_person(3, case), &own.map(|from| (from, S::AssignedPerson)));
    by("T6 ÄH to a group", &staff(HANDLER), |case| to_group(1, case), &own.map(|from| (from, S::AssignedGroup)));
    by("T6 ÄH back", &staff(HANDLER), give_back, &own.map(|from| (from, S::New)));
    by("T6 ÄM back", &staff(RECEIVER), give_back, &open_and_given.map(|from| (from, S::New)));
    by("T6 resident", &resident(), |case| to_person(3, case), &[]);
}

#[test]
fn t5_t7_t8_t9_t13_are_the_handlers_alone() {
    let partial = |case: &Case| send(MessageKind::PartialReply, case);
    let question = |case: &Case| send(MessageKind::CounterQuestion, case);
    let reply = |case: &Case| send(MessageKind::FinalReply, case);
    let stays = [(S::InProgress, S::InProgress), (S::AwaitingResident, S::AwaitingResident)];
    by("T5", &staff(HANDLER), |_| Command::Take, &[(S::AssignedGroup, S::AssignedPerson)]);
    let started = [(S::AssignedPerson, S::InProgress), stays[0], stays[1]];
    by("T7", &staff(HANDLER), |_| Command::Start, &started);
    // the first message starts the work (T7)
    by("T8", &staff(HANDLER), partial, &started);
    let asked = [(S::AssignedPerson, S::AwaitingResident), (S::InProgress, S::AwaitingResident)];
    by("T9", &staff(HANDLER), question, &asked);
    let done = [S::AssignedPerson, S::InProgress, S::AwaitingResident].map(|from| (from, S::Closed));
    by("T13", &staff(HANDLER), reply, &done);
    // neither a receiver, nor a handler whose case it is not, nor the resident (a receiver's partial reply: row 8, F9)
    for who in [staff(RECEIVER), staff(3), resident()] {
        for (name, command) in [("T7", Command::Start), ("T5", Command::Take)] {
            let goes: &[(S, S)] =
                if who == staff(3) && name == "T5" { &[(S::AssignedGroup, S::AssignedPerson)] } else { &[] };
            by(name, &who, |_| command.clone(), goes);
        }
        by("T9", &who, question, &[]);
        by("T13", &who, reply, &[]);
    }
}

#[test]
fn t8_t9_t13_take_ten_files() {
    for kind in [MessageKind::PartialReply, MessageKind::CounterQuestion, MessageKind::FinalReply] {
        let with = |files: usize| {
            let case = in_progress();
            let message = Compose { attachments: vec![file("a.pdf", 1); files], ..compose(&case, "Se bilagor.") };
            does(&case, &staff(HANDLER), &Command::Send { kind, message })
        };
        assert!(with(10).is_ok(), "{kind:?}");
        assert_eq!(with(11), Err(AttachmentRefusal::TooMany { count: 11, limit: 10 }.into()), "{kind:?}");
    }
}

#[test]
fn t10_t11_only_a_case_that_waits_is_answered_or_no_longer_asked() {
    let waits = [(S::AwaitingResident, S::InProgress)];
    by("T10", &resident(), |_| answer("Ja."), &waits);
    let guardian = Actor::Resident(ResidentActor { personal_id: elin(), guardian: Some(pnr("198108320014")) });
    by("T10 proxy", &guardian, |_| answer("Ja."), &waits);
    by("T11", &staff(HANDLER), |_| Command::WithdrawQuestion, &waits);
    for who in [staff(RECEIVER), staff(3), resident()] {
        by("T11", &who, |_| Command::WithdrawQuestion, &[]);
    }
    by("T10 ÄH", &staff(HANDLER), |_| answer("Ja."), &[]);
}

#[test]
fn t1_t10_residents_send_five_files_of_twenty_mebibytes_where_the_type_takes_any() {
    use crate::attachment::{AttachmentRefusal as File, MAX_BYTES};
    let not_pdf = Attachment { file_name: "a.exe".into(), ..file("a.pdf", 1) };
    let mismatch = File::TypeMismatch { content: FileKind::Pdf, extension: "exe".into() };
    for (files, allowed, why) in [
        (vec![file("a.pdf", MAX_BYTES); 5], true, None),
        (vec![file("a.pdf", 1); 6], true, Some(File::TooMany { count: 6, limit: 5 }.into())),
        (vec![file("a.pdf", MAX_BYTES + 1)], true, Some(File::TooLarge { size: MAX_BYTES + 1 }.into())),
        (vec![file("a.pdf", 0)], true, Some(File::Empty.into())),
        (vec![not_pdf], true, Some(mismatch.into())),
        (vec![file("a.pdf", 1)], false, Some(Refusal::FilesNotAllowed)),
    ] {
        let filed = submit(submission(files.clone(), allowed), &facts_of(elin()), None, &clinic(), noon());
        assert_eq!(filed.err(), why);
        let mut case = waiting();
        case.case_type.resident_files = allowed;
        let reply =
            Command::ResidentReply { message: MessageId::random(), text: "Se bilagor.".into(), attachments: files };
        assert_eq!(does(&case, &resident(), &reply).err(), why);
    }
}

#[test]
fn t14_closing_without_a_reply_goes_from_every_open_state_by_who_may() {
    let close =
        |_: &Case| Command::Close { reason: CloseReason::HandledByPhone, note: None, tell: None, based_on: None };
    let own = [S::AssignedPerson, S::InProgress, S::AwaitingResident].map(|from| (from, S::Closed));
    by("T14 ÄH", &staff(HANDLER), close, &own);
    let open = [S::New, S::AssignedPerson, S::AssignedGroup, S::InProgress, S::AwaitingResident];
    by("T14 ÄM", &staff(RECEIVER), close, &open.map(|from| (from, S::Closed)));
    for who in [staff(3), staff(6), resident()] {
        by("T14", &who, close, &[]);
    }
    // by config
    let mut strict = clinic();
    strict.policy.receiver_may_close = false;
    row("T14 ÄM, off", |case| act(case, &staff(RECEIVER), &close(case), None, &strict, noon()), &[]);
}

#[test]
fn t14_nobody_is_left_without_a_word_for_no_stated_reason() {
    let closes = |reason, note: Option<&str>, told: bool| {
        let case = in_progress();
        let tell = told.then(|| compose(&case, "Vänd dig till din vårdcentral."));
        let close = Command::Close { reason, note: note.map(str::to_owned), tell, based_on: None };
        does(&case, &staff(HANDLER), &close).map(drop)
    };
    use CloseReason::{Duplicate, HandledAtVisit, HandledByPhone, Other, ResidentWithdrew, WrongClinic};
    for known in [HandledByPhone, HandledAtVisit, Duplicate, ResidentWithdrew] {
        assert_eq!(closes(known, None, false), Ok(()), "{known:?}: the resident knows");
    }
    for unknown in [WrongClinic, Other] {
        assert_eq!(closes(unknown, None, false), Err(Refusal::ReasonMissing), "{unknown:?}");
        assert_eq!(closes(unknown, Some(" \n"), false), Err(Refusal::ReasonMissing), "{unknown:?}");
        assert_eq!(closes(unknown, Some("Talat med Björkens."), false), Ok(()), "{unknown:?}");
    }
    assert_eq!(closes(WrongClinic, None, true), Ok(()), "the message tells the resident");
    assert_eq!(closes(Other, None, true), Err(Refusal::ReasonMissing), "but not the clinic what it was");
}

#[test]
fn t14_the_closure_note_tells_the_resident_when_it_is_released_and_nothing_before() {
    let mut clinic = clinic();
    clinic.policy.region.undo.final_reply_s = 30;
    let at = |s: i64| noon().checked_add(s.seconds()).unwrap();
    let case = in_progress();
    let tell = compose(&case, "Vi talade i telefon. Ärendet avslutas.");
    let id = tell.message;
    let close = Command::Close {
        reason: CloseReason::HandledByPhone,
        note: Some("Ringde.".into()),
        tell: Some(tell),
        based_on: None,
    };
    let held = act(&case, &staff(HANDLER), &close, None, &clinic, noon()).unwrap();
    let out = match held.pending() {
        // where closures have an undo window, nothing is closed and nothing told until it is over
        Some(message) => {
            assert_eq!((held.state, messages_for_resident(&held).count()), (S::InProgress, 1));
            let release_at = message.release_at;
            let back = act(
                &held,
                &staff(HANDLER),
                &Command::WithdrawMessage { message: id, kept_here: true },
                None,
                &clinic,
                at(1),
            )
            .unwrap();
            assert_eq!((back.state, back.close_reason, back.messages.len()), (S::InProgress, None, 1));
            act(&held, &Actor::System, &Command::Release { message: id }, None, &clinic, release_at).unwrap()
        }
        None => held,
    };
    assert_eq!((out.state, out.close_reason), (S::Closed, Some(CloseReason::HandledByPhone)));
    let told: Vec<_> = messages_for_resident(&out).map(|message| (message.kind, message.text.as_str())).collect();
    assert_eq!(told.last(), Some(&(MessageKind::Closure, "Vi talade i telefon. Ärendet avslutas.")));
    assert!(told.iter().all(|(_, text)| !text.contains("Ringde")), "the note is the clinic's");
    assert_eq!(does(&out, &resident(), &answer("Tack!")), Err(Refusal::CaseClosed), "it informs, and is not answered");
}

#[test]
fn t15_a_closed_case_is_opened_again_by_a_receiver_or_who_had_it_last() {
    let goes = [(S::Closed, S::InProgress)];
    by("T15 ÄM", &staff(RECEIVER), |_| Command::Reopen, &goes);
    by("T15 ÄH", &staff(HANDLER), |_| Command::Reopen, &goes);
    for who in [staff(3), staff(6), resident()] {
        by("T15", &who, |_| Command::Reopen, &[]);
    }
}

#[test]
fn t18_t19_are_the_systems_alone() {
    let later: Timestamp = LATER.parse().unwrap();
    let purge = |case: &Case| act(case, &Actor::System, &Command::Purge, None, &clinic(), later);
    row("T18", purge, &[(S::Closed, S::Purged)]);
    let mut nobody = clinic();
    for person in nobody.staff.values_mut() {
        person.active = false;
    }
    let lose = |case: &Case| act(case, &Actor::System, &Command::LoseAssignee, None, &nobody, noon());
    let same = [S::AssignedPerson, S::AssignedGroup, S::InProgress, S::AwaitingResident].map(|state| (state, state));
    row("T19", lose, &same);
    for (from, _) in same {
        assert!(lose(&in_state(from)).unwrap().needs_redistribution, "{from:?}");
    }
    for who in [staff(RECEIVER), staff(HANDLER), resident()] {
        row("T18", |case| act(case, &who, &Command::Purge, None, &clinic(), later), &[]);
        row("T19", |case| act(case, &who, &Command::LoseAssignee, None, &nobody, noon()), &[]);
    }
    assert!(!may_read(&in_state(S::Purged), &staff(RECEIVER)));
}

#[test]
fn t16_the_mark_of_the_record_says_what_is_in_it_and_is_set_in_any_state_once() {
    let mark = |through| Command::MarkRecorded { through };
    for case in [filed(), in_progress(), waiting(), closed()] {
        let who = staff(RECEIVER);
        let marked = does(&case, &who, &mark(case.thread_version)).unwrap();
        assert_eq!((marked.state, marked.thread_version), (case.state, case.thread_version), "it moves nothing");
        assert!(marked.recorded().is_some_and(|recorded| recorded.whole && recorded.entry.who == who.who()));
        assert_eq!(does(&marked, &who, &mark(case.thread_version)).err(), Some(Refusal::AlreadyRecorded));
    }
    for who in [staff(3), staff(6), resident()] {
        assert!(does(&in_progress(), &who, &mark(1)).is_err(), "{who:?}");
    }
    // for what was seen, not for what had come meanwhile
    let case = waiting();
    let before = case.thread_version;
    let answered = does(&case, &resident(), &answer("En vecka.")).unwrap();
    let part = does(&answered, &staff(HANDLER), &mark(before)).unwrap();
    assert!(part.recorded().is_some_and(|recorded| !recorded.whole));
    let all = does(&part, &staff(HANDLER), &mark(u32::MAX)).unwrap();
    assert!(all.recorded().is_some_and(|recorded| recorded.whole), "nobody can have entered what is not there");
    let later = does(&all, &staff(HANDLER), &send(MessageKind::PartialReply, &all)).unwrap();
    assert!(later.recorded().is_some_and(|recorded| !recorded.whole));
    // who has it is nothing that was said
    let given = does(&all, &staff(RECEIVER), &to_person(3, &all)).unwrap();
    assert!(given.recorded().is_some_and(|recorded| recorded.whole));
}

#[test]
fn t10_no_answer_is_buried_in_a_case_that_is_about_to_close() {
    let mut clinic = clinic();
    clinic.policy.region.undo = UndoWindow { partial_reply_s: 30, counter_question_s: 0, final_reply_s: 30 };
    let answers = |case: &Case| act(case, &resident(), &answer("En vecka."), None, &clinic, noon());
    let asked = waiting();
    let handler = staff(HANDLER);
    let close =
        |tell| Command::Close { reason: CloseReason::HandledByPhone, note: None, tell: Some(tell), based_on: None };
    for closing in [send(MessageKind::FinalReply, &asked), close(compose(&asked, "Vi talade i telefon."))] {
        let held = act(&asked, &handler, &closing, None, &clinic, noon()).unwrap();
        assert_eq!(answers(&held).err(), Some(Refusal::MessagePending), "{closing:?}");
        let message = held.pending().unwrap().id;
        let back = act(&held, &handler, &Command::WithdrawMessage { message, kept_here: true }, None, &clinic, noon())
            .unwrap();
        assert!(answers(&back).is_ok(), "the question stands again");
    }
    let partial = act(&asked, &handler, &send(MessageKind::PartialReply, &asked), None, &clinic, noon()).unwrap();
    assert!(answers(&partial).is_ok(), "what closes nothing hinders nothing");
}
