//! Each transition of domain.md D2 by name.

use super::*;
use crate::attachment::AttachmentRefusal;
use crate::visibility::{may_read, messages_for_resident};
use jiff::ToSpan;

#[test]
fn what_is_written_is_checked_the_same_alone_as_in_its_case() {
    let case = in_progress();
    let send = |text: &str, files: usize| Command::Send {
        kind: MessageKind::FinalReply,
        message: Compose { attachments: vec![file("a.pdf", 9); files], ..compose(&case, text) },
    };
    let long = "å".repeat(MAX_TEXT + 1);
    for (command, code) in [
        (send(" \n", 0), "text-empty"),
        (send(&long, 0), "text-too-long"),
        (send("Hej", 11), "too-many-files"),
        (Command::AddNote { note: NoteId::random(), text: "\t".into() }, "text-empty"),
        (Command::AddNote { note: NoteId::random(), text: long.clone() }, "text-too-long"),
    ] {
        let alone = command.check_content().unwrap_err();
        assert_eq!(alone.code(), code);
        assert_eq!(does(&case, &staff(2), &command).unwrap_err(), alone);
    }
    assert_eq!(send("Hej", 10).check_content(), Ok(()));
}

#[test]
fn t1_a_resident_files_a_case() {
    let case = filed();
    assert_eq!((case.state, case.messages.len(), case.thread_version), (S::New, 1, 1));
    let clinic = clinic();
    let elin = facts_of(elin());
    let refused = |submission| submit(submission, &elin, None, &clinic, noon()).unwrap_err();
    assert_eq!(refused(submission(vec![file("a.pdf", 1)], false)), Refusal::FilesNotAllowed);
    assert_eq!(
        refused(submission(vec![file("a.pdf", 1); 6], true)),
        Refusal::Attachment(AttachmentRefusal::TooMany { count: 6, limit: 5 })
    );
    let mut empty = submission(vec![], true);
    empty.text = " \n".into();
    assert_eq!(refused(empty), Refusal::TextEmpty);
}

#[test]
fn t1_a_guardian_files_for_a_child_under_thirteen_unless_protected() {
    let child_id = |date: &str| pnr(&format!("20{date}980{}", crate::personal_id::check_digit(&format!("{date}980"))));
    let guardian = facts_of(elin());
    let mut child = facts_of(child_id("131117"));
    child.guardians = vec![elin()];
    let file = |child: &Resident, guardian: &Resident| {
        submit(submission(vec![], true), child, Some(guardian), &clinic(), noon())
    };
    assert_eq!(file(&child, &guardian).unwrap().filed_by_guardian, Some(elin()));
    let mut thirteen = facts_of(child_id("131116"));
    thirteen.guardians = vec![elin()];
    assert_eq!(file(&thirteen, &guardian), Err(Refusal::ProxyNotAllowed));
    let stranger = facts_of(child_id("131117"));
    assert_eq!(file(&stranger, &guardian), Err(Refusal::ProxyNotAllowed));
    let mut hidden = guardian.clone();
    hidden.protected_identity = true;
    assert_eq!(file(&child, &hidden), Err(Refusal::ProxyNotAllowed));
}

#[test]
fn t3_t4_only_a_receiver_distributes_and_only_to_somebody_who_can_answer() {
    let case = filed();
    let given = does(&case, &staff(1), &to_person(2, &case)).unwrap();
    assert_eq!((given.state, given.is_assigned_to(&person(2))), (S::AssignedPerson, true));
    assert_eq!(does(&case, &staff(1), &to_group(1, &case)).unwrap().state, S::AssignedGroup);
    for (who, command, why) in [
        (2, to_person(3, &case), Refusal::NotFound),
        (6, to_person(3, &case), Refusal::NotFound),
        (1, to_person(5, &case), Refusal::TargetInactive),
        (1, to_person(1, &case), Refusal::TargetInactive),
        (1, to_group(2, &case), Refusal::GroupEmpty),
        (1, to_group(9, &case), Refusal::TargetInactive),
    ] {
        assert_eq!(does(&case, &staff(who), &command), Err(why), "{who} {command:?}");
    }
    assert!(does(&case, &staff(4), &to_person(4, &case)).is_ok(), "ÄM+ÄH may take it herself (R31)");
}

#[test]
fn two_receivers_at_once_do_not_overrule_each_other_unseen() {
    let case = filed();
    let first = does(&case, &staff(1), &to_person(2, &case)).unwrap();
    assert_eq!(does(&first, &staff(4), &to_person(3, &case)), Err(Refusal::AlreadyDistributed));
}

#[test]
fn t3b_a_partial_reply_goes_with_the_distribution_or_neither_happens() {
    let case = filed();
    let with = |text: &str| Command::Distribute {
        to: Assignee::Person { hsa_id: person(2) },
        from: None,
        reason: None,
        partial_reply: Some(compose(&case, text)),
    };
    let given = does(&case, &staff(1), &with("Vi har tagit emot ditt ärende.")).unwrap();
    assert_eq!(given.state, S::AssignedPerson);
    assert_eq!(given.first_feedback_at, Some(noon()));
    assert_eq!(messages_for_resident(&given).count(), 2);
    assert_eq!(does(&case, &staff(1), &with("  ")), Err(Refusal::TextEmpty));
}

#[test]
fn t5_one_member_takes_and_the_other_is_told() {
    let case = filed();
    let case = does(&case, &staff(1), &to_group(1, &case)).unwrap();
    assert_eq!(does(&case, &staff(2), &send(MessageKind::FinalReply, &case)), Err(Refusal::TakeFirst));
    let taken = does(&case, &staff(2), &Command::Take).unwrap();
    assert_eq!((taken.state, taken.is_assigned_to(&person(2))), (S::AssignedPerson, true));
    assert_eq!(does(&taken, &staff(3), &Command::Take), Err(Refusal::AlreadyTaken));
    assert_eq!(does(&taken, &staff(3), &Command::Start), Err(Refusal::NotFound));
    assert_eq!(does(&case, &staff(6), &Command::Take), Err(Refusal::NotFound));
}

#[test]
fn a_substitute_takes_over_while_the_colleague_is_away_and_has_it_from_then_on() {
    let clinic = without_sara();
    let take_over = |from: u8| Command::TakeOver { from: person(from) };
    let by = |who: u8, case: &Case, command: &Command, now: Timestamp| {
        act(case, &staff_at(who, &clinic, now), command, None, &clinic, now)
    };
    // her role had been taken from her and was given back: nobody has distributed it since
    let marked = Case { needs_redistribution: true, ..in_progress() };
    for case in [in_progress(), waiting(), marked] {
        let taken = by(3, &case, &take_over(2), noon()).unwrap();
        assert!(!taken.needs_redistribution, "somebody has it now");
        assert!(taken.is_assigned_to(&person(3)) && taken.thread_version == case.thread_version + 1);
        assert_eq!((taken.state, taken.open_question), (S::AssignedPerson, case.open_question), "as if given to him");
        assert!(matches!(&taken.history.last().unwrap().what, Happening::TakenOver { from } if *from == person(2)));
        assert!(!may_read(&taken, &staff_at(2, &clinic, noon())), "Sara's it is no more");
        assert_eq!(taken.taken_from(), None, "it came from no group");
        assert!(taken.given_away_from(&person(2), 0).is_none(), "not stamped yet");
        let mut stamped = taken.clone();
        stamped.stamp(9);
        assert!(stamped.given_away_from(&person(2), 8).is_some() && stamped.given_away_from(&person(2), 9).is_none());
        assert!(by(3, &taken, &send(MessageKind::PartialReply, &taken), noon()).is_ok());
        assert_eq!(by(3, &taken, &take_over(2), noon()), Err(Refusal::AlreadyTaken), "once");
    }
    // nobody else, and not before or after
    let case = in_progress();
    assert_eq!(by(4, &case, &take_over(2), noon()), Err(Refusal::AlreadyTaken), "Eva sees it as a receiver only");
    assert_eq!(by(1, &case, &take_over(2), noon()), Err(Refusal::Forbidden));
    for day in ["2026-11-14T12:00:00Z", "2026-11-17T23:00:00Z"] {
        let then = by(3, &case, &take_over(2), day.parse().unwrap());
        assert_eq!(then, Err(Refusal::NotFound), "{day}");
    }
    assert!(by(3, &case, &take_over(2), "2026-11-17T22:59:59Z".parse().unwrap()).is_ok(), "Swedish days");
}

#[test]
fn taking_over_holds_for_what_was_seen() {
    let clinic = without_sara();
    let omar = staff_at(3, &clinic, noon());
    let take_over = Command::TakeOver { from: person(2) };
    let by_omar = |case: &Case| act(case, &omar, &take_over, None, &clinic, noon()).err();
    let case = in_progress();
    // a receiver has given it to somebody else meanwhile: he had it before him, and is told so
    let evas = does(&case, &staff(1), &to_person(4, &case)).unwrap();
    assert_eq!(by_omar(&evas), Some(Refusal::AlreadyTaken));
    let back = does(&case, &staff(1), &give_back(&case)).unwrap();
    assert_eq!(by_omar(&back), Some(Refusal::AlreadyTaken));
    // to another whom he covers
    let mut both = clinic.clone();
    away(&mut both, 4, "2026-11-16", "2026-11-16", Some(3));
    let covers_both = staff_at(3, &both, noon());
    assert_eq!(
        act(&evas, &covers_both, &take_over, None, &both, noon()),
        Err(Refusal::AlreadyTaken),
        "not hers any more"
    );
    let mine = does(&case, &staff(1), &to_person(3, &case)).unwrap();
    assert_eq!(by_omar(&mine), Some(Refusal::AlreadyTaken));
    assert_eq!(by_omar(&closed()), Some(Refusal::CaseClosed));
}

#[test]
fn t6_redistribution_keeps_thread_and_open_question() {
    let case = waiting();
    let moved = does(&case, &staff(2), &to_person(3, &case)).unwrap();
    assert_eq!((moved.state, moved.open_question.is_some()), (S::AssignedPerson, true));
    assert!(!may_read(&moved, &staff(2)), "the old handler reads it no more (R34)");
    let answered = does(&moved, &resident(), &answer("Ja, samma dos.")).unwrap();
    assert_eq!((answered.state, answered.open_question), (S::AssignedPerson, None));
    let back = does(&case, &staff(2), &give_back(&case)).unwrap();
    assert_eq!((back.state, back.assignee.clone(), back.needs_redistribution), (S::New, None, true));
    let again = does(&back, &staff(1), &to_person(3, &back)).unwrap();
    assert!(matches!(again.history.last().unwrap().what, Happening::Redistributed { .. }));
    let mut strict = clinic();
    strict.policy.handler_may_reassign = false;
    let refused = act(&case, &staff(2), &to_person(3, &case), None, &strict, noon());
    assert_eq!(refused, Err(Refusal::Forbidden));
}

#[test]
fn t6_giving_back_holds_for_what_its_writer_saw() {
    let case = filed();
    let saras = does(&case, &staff(1), &to_person(2, &case)).unwrap();
    let omars = does(&saras, &staff(1), &to_person(3, &saras)).unwrap();
    // Eva read that Sara has it; it has been Omar's since
    assert_eq!(does(&omars, &staff(4), &give_back(&saras)), Err(Refusal::AlreadyDistributed));
    assert_eq!(does(&omars, &staff(4), &give_back(&case)), Err(Refusal::AlreadyDistributed), "nobody is somebody else");
    assert_eq!(does(&omars, &staff(4), &give_back(&omars)).unwrap().assignee, None);
    // nor is a group's case given back in the name of whoever took it
    let groups = does(&case, &staff(1), &to_group(1, &case)).unwrap();
    let taken = does(&groups, &staff(2), &Command::Take).unwrap();
    assert_eq!(does(&taken, &staff(1), &give_back(&groups)), Err(Refusal::AlreadyDistributed));
}

#[test]
fn t7_t8_t9_t13_the_handler_answers() {
    let case = filed();
    let case = does(&case, &staff(1), &to_person(2, &case)).unwrap();
    let partial = does(&case, &staff(2), &send(MessageKind::PartialReply, &case)).unwrap();
    assert_eq!(partial.state, S::InProgress, "the first message starts the work");
    assert_eq!(waiting().state, S::AwaitingResident);
    let again = waiting();
    assert_eq!(does(&again, &staff(2), &send(MessageKind::CounterQuestion, &again)), Err(Refusal::QuestionOpen));
    let done = closed();
    assert_eq!((done.state, done.closed_at), (S::Closed, Some(noon())));
    for who in [1, 4] {
        let case = in_progress();
        assert!(does(&case, &staff(who), &send(MessageKind::FinalReply, &case)).is_err(), "{who}");
    }
    let ten = |n: usize| {
        let case = in_progress();
        let mut message = compose(&case, "Se bilagor.");
        message.attachments = vec![file("a.pdf", 1); n];
        does(&case, &staff(2), &Command::Send { kind: MessageKind::FinalReply, message })
    };
    assert!(ten(10).is_ok());
    assert_eq!(ten(11), Err(Refusal::Attachment(AttachmentRefusal::TooMany { count: 11, limit: 10 })));
}

#[test]
fn t10_t11_the_question_is_answered_or_withdrawn() {
    let answered = does(&waiting(), &resident(), &answer("Ja.")).unwrap();
    assert_eq!((answered.state, answered.open_question), (S::InProgress, None));
    assert_eq!(does(&answered, &resident(), &answer("En sak till")), Err(Refusal::NoOpenQuestion));
    let withdrawn = does(&waiting(), &staff(2), &Command::WithdrawQuestion).unwrap();
    assert_eq!((withdrawn.state, withdrawn.open_question), (S::InProgress, None));
    assert_eq!(withdrawn.messages.len(), 2, "no recall: the question stays visible (R83)");
    let somebody = Actor::Resident(ResidentActor { personal_id: pnr("198108320014"), guardian: None });
    assert_eq!(does(&waiting(), &somebody, &answer("Ja.")), Err(Refusal::NotFound));
}

#[test]
fn t14_closing_without_a_reply_needs_a_reason() {
    let close = |reason, note: Option<&str>| Command::Close {
        reason,
        note: note.map(str::to_owned),
        tell: None,
        based_on: None,
    };
    let by_phone = does(&in_progress(), &staff(2), &close(CloseReason::HandledByPhone, None)).unwrap();
    assert_eq!((by_phone.state, by_phone.close_reason), (S::Closed, Some(CloseReason::HandledByPhone)));
    assert_eq!(does(&in_progress(), &staff(2), &close(CloseReason::Other, Some(" "))), Err(Refusal::ReasonMissing));
    let other = does(&in_progress(), &staff(2), &close(CloseReason::Other, Some("Avlidit ärende"))).unwrap();
    assert_eq!(other.notes.len(), 1);
    assert!(does(&filed(), &staff(1), &close(CloseReason::Duplicate, None)).is_ok(), "ÄM may close");
    let mut strict = clinic();
    strict.policy.receiver_may_close = false;
    let refused = act(&filed(), &staff(1), &close(CloseReason::Duplicate, None), None, &strict, noon());
    assert_eq!(refused, Err(Refusal::Forbidden));
}

/// Also without a network: what is closed is what was read.
#[test]
fn t14_a_case_in_which_somebody_else_has_written_since_is_not_closed_unread() {
    let close = |based_on| Command::Close { reason: CloseReason::HandledByPhone, note: None, tell: None, based_on };
    let seen = waiting();
    let answered = does(&seen, &resident(), &answer("En sak till")).unwrap();
    let by_handler = |based_on| does(&answered, &staff(2), &close(based_on)).map(|case| case.state);
    assert_eq!(by_handler(Some(seen.thread_version)), Err(Refusal::ThreadMoved));
    assert_eq!(by_handler(Some(answered.thread_version)), Ok(S::Closed));
    assert_eq!(by_handler(None), Ok(S::Closed), "as an older program says it");
    // what one has done oneself is known
    let own = does(&answered, &staff(2), &send(MessageKind::PartialReply, &answered)).unwrap();
    let own = own.pending().map_or(own.clone(), |held| {
        act(&own, &Actor::System, &Command::Release { message: held.id }, None, &clinic(), held.release_at).unwrap()
    });
    let version = answered.thread_version;
    assert!(own.thread_version > version);
    assert_eq!(does(&own, &staff(2), &close(Some(version))).map(|case| case.state), Ok(S::Closed));
}

#[test]
fn t15_reopening_within_the_window_only() {
    let case = closed();
    let at = |days: i64| noon().checked_add((days * 24).hours()).unwrap();
    let reopen = |who, when| act(&case, &staff(who), &Command::Reopen, None, &clinic(), when);
    assert_eq!(reopen(2, at(30)).unwrap().state, S::InProgress);
    assert_eq!(reopen(1, at(30)).unwrap().state, S::InProgress);
    assert_eq!(reopen(2, at(30).checked_add(1.second()).unwrap()), Err(Refusal::ReopenWindowPassed));
    assert_eq!(reopen(3, at(1)), Err(Refusal::NotFound));
    assert_eq!(act(&in_progress(), &staff(2), &Command::Reopen, None, &clinic(), noon()), Err(Refusal::NotClosed));
    let mut off = clinic();
    off.policy.reopen_days = 0;
    assert_eq!(act(&case, &staff(2), &Command::Reopen, None, &off, noon()), Err(Refusal::ReopenWindowPassed));
}

#[test]
fn t17_notes_never_reach_the_resident() {
    let note = Command::AddNote { note: NoteId::random(), text: "Ring apoteket".into() };
    let case = does(&in_progress(), &staff(2), &note).unwrap();
    assert_eq!(case.notes.len(), 1);
    assert!(messages_for_resident(&case).all(|message| !message.text.contains("apoteket")));
    assert_eq!(does(&case, &staff(3), &note), Err(Refusal::NotFound));
    assert_eq!(does(&case, &resident(), &note), Err(Refusal::Forbidden));
}

#[test]
fn the_word_that_a_case_is_closed_brings_no_files_and_its_writer_has_closed_it() {
    let mut compose = compose(&in_progress(), "Hej då");
    compose.attachments = vec![crate::Attachment {
        id: crate::AttachmentId::random(),
        file_name: "a.pdf".into(),
        kind: crate::FileKind::Pdf,
        size: 1,
        sha256: "0".repeat(64),
    }];
    let close = |tell| Command::Close { reason: CloseReason::Duplicate, note: None, tell: Some(tell), based_on: None };
    assert_eq!(does(&in_progress(), &staff(2), &close(compose.clone())), Err(Refusal::FilesNotAllowed));
    let mut held = clinic();
    held.policy.region.undo = crate::clinic::UndoWindow::PRESET;
    let tell = crate::Compose { attachments: Vec::new(), ..compose };
    let waiting = act(&in_progress(), &staff(2), &close(tell.clone()), None, &held, noon()).unwrap();
    let later = noon().checked_add(30.seconds()).unwrap();
    let release = Command::Release { message: tell.message };
    let closed = act(&waiting, &Actor::System, &release, None, &held, later).unwrap();
    let who = |what: fn(&Happening) -> bool| &closed.history.iter().rev().find(|entry| what(&entry.what)).unwrap().who;
    assert!(who(|what| matches!(what, Happening::Closed { .. })).is_staff(&person(2)));
    assert_eq!(who(|what| matches!(what, Happening::MessageReleased { .. })), &crate::Who::System);
}

#[test]
fn a_reason_for_giving_a_case_on_has_a_limit() {
    let to = crate::Assignee::Person { hsa_id: person(3) };
    let from = Some(crate::Assignee::Person { hsa_id: person(2) });
    let long = Some("å".repeat(MAX_REASON + 1));
    let refused = Err(Refusal::TextTooLong { limit: MAX_REASON });
    let give = Command::Distribute { to, from: from.clone(), reason: long.clone(), partial_reply: None };
    assert_eq!(does(&in_progress(), &staff(1), &give), refused);
    assert_eq!(does(&in_progress(), &staff(1), &Command::ReturnToReceiver { from, reason: long }), refused);
}

#[test]
fn a_note_reaches_the_colleagues_it_speaks_to_who_see_the_case() {
    // Anna receives, Eva does both, Sara has it; Omar does not see it, Nils is not here any more
    let text = "@Anna @Eva @Omar @Nils titta";
    let note = Command::AddNote { note: NoteId::random(), text: text.into() };
    let case = does(&in_progress(), &staff(2), &note).unwrap();
    let written = &case.notes[0];
    assert_eq!(written.mentions, [person(1), person(4)].into());
    assert_eq!(crate::mention::missed(written, &clinic()), ["Omar"]);
}

#[test]
fn t18_purging_after_two_years_and_never_before() {
    let case = closed();
    let at = |text: &str| act(&case, &Actor::System, &Command::Purge, None, &clinic(), text.parse().unwrap());
    assert_eq!(at("2028-11-16T10:59:59Z"), Err(Refusal::TooEarly));
    let gone = at("2028-11-16T11:00:00Z").unwrap();
    assert_eq!(gone.state, S::Purged);
    assert!(gone.messages.is_empty() && gone.notes.is_empty());
    for who in 1..=6 {
        assert!(!may_read(&gone, &staff(who)));
    }
    assert!(!may_read(&gone, &resident()));
    let mut hasty = clinic();
    hasty.policy.retention_months = 1;
    let early = act(&case, &Actor::System, &Command::Purge, None, &hasty, "2027-11-16T11:00:00Z".parse().unwrap());
    assert_eq!(early, Err(Refusal::TooEarly), "two years is the least (R93)");
}

#[test]
fn t19_a_case_whose_handler_is_gone_waits_for_redistribution() {
    let case = in_progress();
    let mut without_sara = clinic();
    without_sara.staff.get_mut(&person(2)).unwrap().active = false;
    let lost = act(&case, &Actor::System, &Command::LoseAssignee, None, &without_sara, noon()).unwrap();
    assert!(lost.needs_redistribution);
    assert_eq!(does(&case, &Actor::System, &Command::LoseAssignee), Err(Refusal::SameAssignee), "Sara still works");
    let again = does(&lost, &staff(1), &to_person(3, &lost)).unwrap();
    assert!(!again.needs_redistribution);
}

#[test]
fn t6_giving_a_case_to_who_has_it_is_no_event_but_gives_it_back_to_a_handler_who_returned() {
    for case in [in_progress(), does(&filed(), &staff(1), &to_group(1, &filed())).unwrap()] {
        let same = Command::Distribute {
            to: case.assignee.clone().unwrap(),
            from: case.assignee.clone(),
            reason: None,
            partial_reply: Some(compose(&case, "Vi har fått det.")),
        };
        assert_eq!(does(&case, &staff(1), &same), Err(Refusal::SameAssignee));
    }
    let mut without_sara = clinic();
    without_sara.staff.get_mut(&person(2)).unwrap().roles.clear();
    let lost = act(&in_progress(), &Actor::System, &Command::LoseAssignee, None, &without_sara, noon()).unwrap();
    let to_her = to_person(2, &lost);
    assert_eq!(act(&lost, &staff(1), &to_her, None, &without_sara, noon()), Err(Refusal::TargetInactive));
    let back = does(&lost, &staff(1), &to_her).unwrap();
    assert!(back.is_assigned_to(&person(2)) && !back.needs_redistribution);
    assert_eq!(does(&back, &staff(1), &to_person(2, &back)), Err(Refusal::SameAssignee));
}

#[test]
fn a_held_message_is_unseen_until_release_and_can_be_withdrawn() {
    let mut clinic = clinic();
    clinic.policy.region.undo.final_reply_s = 30;
    let case = in_progress();
    let held = act(&case, &staff(2), &send(MessageKind::FinalReply, &case), None, &clinic, noon()).unwrap();
    let id = held.pending().unwrap().id;
    assert_eq!((held.state, held.first_feedback_at), (S::InProgress, None));
    assert_eq!(messages_for_resident(&held).count(), 1);
    let second = act(&held, &staff(2), &send(MessageKind::PartialReply, &held), None, &clinic, noon());
    assert_eq!(second, Err(Refusal::MessagePending));
    let at = |s: i64| noon().checked_add(s.seconds()).unwrap();
    let release = Command::Release { message: id };
    assert_eq!(act(&held, &Actor::System, &release, None, &clinic, at(29)), Err(Refusal::TooEarly));
    let out = act(&held, &Actor::System, &release, None, &clinic, at(30)).unwrap();
    assert_eq!((out.state, out.first_feedback_at), (S::Closed, Some(at(30))));
    assert_eq!(act(&out, &Actor::System, &release, None, &clinic, at(31)), Err(Refusal::AlreadyReleased));
    let withdraw = Command::WithdrawMessage { message: id, kept_here: true };
    let back = act(&held, &staff(1), &withdraw, None, &clinic, at(29)).unwrap();
    assert!(back.pending().is_none() && back.messages.len() == 1);
    assert_eq!(act(&held, &staff(1), &withdraw, None, &clinic, at(30)), Err(Refusal::AlreadyReleased));
}

#[test]
fn a_case_that_is_about_to_close_changes_hands_only_when_the_message_is_out_or_back() {
    let mut clinic = clinic();
    (clinic.policy.region.undo.final_reply_s, clinic.policy.region.undo.partial_reply_s) = (30, 10);
    let case = in_progress();
    let does = |case: &Case, who: &Actor, what: &Command| act(case, who, what, None, &clinic, noon());
    let closing = does(&case, &staff(2), &send(MessageKind::FinalReply, &case)).unwrap();
    assert_eq!(does(&closing, &staff(1), &to_person(3, &closing)), Err(Refusal::MessagePending));
    assert_eq!(does(&closing, &staff(1), &give_back(&closing)), Err(Refusal::MessagePending));
    let message = closing.pending().unwrap().id;
    let withdraw = Command::WithdrawMessage { message, kept_here: false };
    let back = does(&closing, &staff(1), &withdraw).unwrap();
    assert!(does(&back, &staff(1), &to_person(3, &back)).is_ok());
    let whose = back.history.iter().rev().find_map(|entry| match &entry.what {
        Happening::MessageWithdrawn { author, .. } => Some(author.clone()),
        _ => None,
    });
    assert_eq!(whose, Some(Some(person(2))), "the history says whose message it was");
    // what decides nothing holds nobody up: a wrong distribution is put right at once
    let partial = does(&case, &staff(2), &send(MessageKind::PartialReply, &case)).unwrap();
    assert!(does(&partial, &staff(1), &to_person(3, &partial)).is_ok());
    // a lost role can't wait: the message goes out unless a receiver takes it back
    let lost = act(&closing, &Actor::System, &Command::LoseAssignee, None, &without(&clinic, 2), noon()).unwrap();
    assert!(lost.needs_redistribution && lost.pending().is_some());
    assert_eq!(does(&lost, &staff(1), &to_person(3, &lost)), Err(Refusal::MessagePending));
    assert!(does(&lost, &staff(1), &withdraw).unwrap().pending().is_none());
}

/// The clinic when somebody has lost all roles there.
fn without(clinic: &ClinicFacts, n: u8) -> ClinicFacts {
    let mut clinic = clinic.clone();
    clinic.staff.get_mut(&person(n)).unwrap().roles.clear();
    clinic
}

#[test]
fn a_reply_written_before_the_thread_moved_is_not_sent_blindly() {
    let case = waiting();
    let written_now = send(MessageKind::FinalReply, &case);
    let moved = does(&case, &resident(), &answer("Förresten …")).unwrap();
    assert_eq!(does(&moved, &staff(2), &written_now), Err(Refusal::ThreadMoved));
    assert!(does(&moved, &staff(2), &send(MessageKind::FinalReply, &moved)).is_ok());
    let noted = does(&case, &staff(1), &Command::AddNote { note: NoteId::random(), text: "Obs".into() }).unwrap();
    assert!(does(&noted, &staff(2), &written_now).is_ok(), "a note holds nobody up");
}

#[test]
fn another_clinic_sees_nothing() {
    let case = in_progress();
    let Actor::Staff(mut foreign) = staff(4) else { panic!() };
    foreign.clinic = hsa("SE2321000016-L001");
    for act in Act::ALL {
        let answer = check(&case, &Actor::Staff(foreign.clone()), act, &clinic(), noon());
        assert_eq!(answer, Err(Refusal::NotFound), "{act:?}");
    }
}
