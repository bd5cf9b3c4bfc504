//! The clock of cases that have lived: stopped by the first message, set going by an answer, paused by a closing.

use super::*;
use crate::admission::Admission;

fn hsa(n: u8) -> HsaId {
    HsaId::parse(&format!("SE2321000016-P{n:03}")).unwrap()
}

/// 1 Anna, receiver · 2 Sara, handler · 3 Eva, both · 4 Omar, handler.
/// A policy that holds partial replies for so many seconds.
fn held(seconds: u16) -> Policy {
    let mut policy = Policy::default();
    policy.region.undo.partial_reply_s = seconds;
    policy
}

fn clinic(policy: Policy) -> ClinicFacts {
    let staff = [
        (1, vec![Role::Receiver]),
        (2, vec![Role::Handler]),
        (3, vec![Role::Receiver, Role::Handler]),
        (4, vec![Role::Handler]),
    ];
    let facts = |(n, roles): (u8, Vec<Role>)| {
        let roles = roles.into_iter().collect();
        let staff = StaffFacts {
            hsa_id: hsa(n),
            name: "Sara".into(),
            title: String::new(),
            active: true,
            roles,
            absences: Vec::new(),
        };
        (hsa(n), staff)
    };
    ClinicFacts {
        hsa_id: HsaId::parse("SE2321000016-B001").unwrap(),
        name: "Björkens vårdcentral".into(),
        policy,
        staff: staff.into_iter().map(facts).collect(),
        groups: BTreeMap::new(),
    }
}

/// Is this person reminded, as the clinic stands on that day?
fn is_reminded(reminder: &Reminder, case: &Case, clinic: &ClinicFacts, n: u8) -> bool {
    let day = swedish_day(reminder.at);
    let who = Watcher {
        hsa_id: hsa(n),
        roles: clinic.staff[&hsa(n)].roles.clone(),
        groups: BTreeSet::new(),
        stands_in_for: clinic.stands_in_for(&hsa(n), day),
        absent: clinic.is_absent(&hsa(n), day),
    };
    let held = case.assignee.as_ref().map_or(Holding::Watched, |assignee| clinic.holding(assignee, day));
    reminds(reminder, case, &who, held)
}

/// A case under way.
struct Life {
    case: Case,
    clinic: ClinicFacts,
}

impl Life {
    fn begin(when: &str, policy: Policy) -> Self {
        let clinic = clinic(policy);
        let digit = crate::personal_id::check_digit("800101980");
        let resident = Resident {
            personal_id: PersonalId::try_from(format!("19800101980{digit}")).unwrap(),
            name: "Elin Testberg".into(),
            sex: Sex::Female,
            protected_identity: false,
            status: ResidentStatus::Active,
            mobile: None,
            email: None,
            guardians: vec![],
        };
        let submission = Submission {
            admission: Admission::default(),
            case: CaseId::random(),
            message: MessageId::random(),
            case_type: CaseTypeRef {
                id: CaseTypeId::random(),
                name: "Boka tid".into(),
                resident_files: false,
                response_days: None,
            },
            text: "Hej!".into(),
            answers: vec![],
            attachments: vec![],
        };
        Self { case: submit(submission, &resident, None, &clinic, se(when)).unwrap(), clinic }
    }

    fn does(&mut self, when: &str, actor: &Actor, command: &Command) {
        self.case = act(&self.case, actor, command, None, &self.clinic, se(when)).unwrap();
    }

    fn staff(&mut self, when: &str, n: u8, command: &Command) {
        let facts = &self.clinic.staff[&hsa(n)];
        let actor = Actor::Staff(StaffActor {
            hsa_id: hsa(n),
            name: facts.name.clone(),
            title: String::new(),
            signature: "Sara".into(),
            clinic: self.clinic.hsa_id.clone(),
            roles: facts.roles.clone(),
            groups: BTreeSet::new(),
            stands_in_for: BTreeSet::new(),
        });
        self.does(when, &actor, command);
    }

    fn given_to(&mut self, when: &str, n: u8) {
        let (to, from) = (Assignee::Person { hsa_id: hsa(n) }, self.case.assignee.clone());
        self.staff(when, 1, &Command::Distribute { to, from, reason: None, partial_reply: None });
    }

    fn sends(&mut self, when: &str, kind: MessageKind) -> MessageId {
        let message = MessageId::random();
        let text = "Hej! Vi återkommer.".into();
        let based_on = self.case.thread_version;
        self.staff(
            when,
            2,
            &Command::Send { kind, message: Compose { message, text, attachments: vec![], based_on, guard: None } },
        );
        message
    }

    fn answers(&mut self, when: &str) {
        let resident = ResidentActor { personal_id: self.case.resident.clone(), guardian: None };
        let message = MessageId::random();
        self.does(
            when,
            &Actor::Resident(resident),
            &Command::ResidentReply { message, text: "Ja.".into(), attachments: vec![] },
        );
    }

    fn due(&self, now: &str) -> Due {
        due(&self.case, &self.clinic.policy, se(now))
    }

    fn reminded(&self) -> Vec<(ReminderTo, Timestamp)> {
        reminders(&self.case, &self.clinic.policy).into_iter().map(|reminder| (reminder.to, reminder.at)).collect()
    }
}

fn running(at: &str, working_days_left: i32) -> Due {
    Due::Running { at: se(at), working_days_left }
}

fn done(at: &str, late: bool) -> Due {
    Due::Done { at: se(at), late }
}

#[test]
fn it_runs_until_the_first_message_is_released() {
    let mut life = Life::begin("2026-11-20T10:00", held(30));
    assert_eq!(life.due("2026-11-20T10:00"), running("2026-11-24T23:59:59", 2));
    life.given_to("2026-11-23T09:00", 2);
    assert_eq!(life.due("2026-11-24T08:00"), running("2026-11-24T23:59:59", 0));
    let held = life.sends("2026-11-24T08:00", MessageKind::PartialReply);
    assert_eq!(life.due("2026-11-24T08:00"), running("2026-11-24T23:59:59", 0), "held: the resident has nothing yet");
    life.does("2026-11-24T08:01", &Actor::System, &Command::Release { message: held });
    assert_eq!(life.due("2026-12-24T08:00"), done("2026-11-24T23:59:59", false));
    assert_eq!(running_since(&life.case), None);
}

#[test]
fn feedback_after_the_due_time_was_late() {
    let mut life = Life::begin("2026-11-20T10:00", Policy::default());
    life.given_to("2026-11-23T09:00", 2);
    assert_eq!(life.due("2026-11-25T00:00:00"), running("2026-11-24T23:59:59", -1));
    life.sends("2026-11-25T08:00", MessageKind::PartialReply);
    assert_eq!(life.due("2026-11-25T08:00"), done("2026-11-24T23:59:59", true));
    life.sends("2026-11-26T08:00", MessageKind::FinalReply);
    assert_eq!(life.due("2026-11-26T08:00"), done("2026-11-24T23:59:59", true), "the first message decided");
}

#[test]
fn an_answer_to_a_counter_question_sets_a_second_clock_going() {
    let mut life = Life::begin("2026-11-20T10:00", Policy::default());
    life.given_to("2026-11-20T11:00", 2);
    life.sends("2026-11-20T12:00", MessageKind::CounterQuestion);
    let paused = Due::Paused { at: se("2026-11-24T23:59:59") };
    assert_eq!(life.due("2026-11-27T12:00"), paused, "the clinic waits, not the resident");
    life.answers("2026-11-27T15:00");
    assert_eq!(life.due("2026-11-27T16:00"), running("2026-12-01T23:59:59", 2));
    assert_eq!(running_since(&life.case), Some(se("2026-11-27T15:00")));
    let why = explain(&life.case, &life.clinic.policy, se("2026-11-27T16:00"));
    assert_eq!((why.cause, why.started_on, why.due_on), (Cause::Answered, day("2026-11-27"), day("2026-12-01")));
    life.sends("2026-11-30T09:00", MessageKind::FinalReply);
    let all = runs(&life.case, &life.clinic.policy);
    let stops: Vec<_> = all.iter().map(|run| (run.cause, run.stopped.unwrap().by)).collect();
    assert_eq!(
        stops,
        [
            (Cause::Submitted, StoppedBy::Message(MessageKind::CounterQuestion)),
            (Cause::Answered, StoppedBy::Message(MessageKind::FinalReply))
        ]
    );
}

#[test]
fn a_question_that_was_taken_back_pauses_nothing() {
    let mut life = Life::begin("2026-11-20T10:00", Policy::default());
    life.given_to("2026-11-20T11:00", 2);
    life.sends("2026-11-20T12:00", MessageKind::CounterQuestion);
    life.staff("2026-11-23T09:00", 2, &Command::WithdrawQuestion);
    assert_eq!(life.due("2026-11-23T10:00"), done("2026-11-24T23:59:59", false));
}

#[test]
fn what_was_written_before_the_answer_came_is_no_feedback_to_it() {
    let mut life = Life::begin("2026-11-20T10:00", held(600));
    life.given_to("2026-11-20T11:00", 2);
    life.sends("2026-11-20T12:00", MessageKind::CounterQuestion);
    let held = life.sends("2026-11-20T13:00", MessageKind::PartialReply);
    life.answers("2026-11-20T13:01");
    life.does("2026-11-20T13:10", &Actor::System, &Command::Release { message: held });
    assert_eq!(life.due("2026-11-20T13:10"), running("2026-11-24T23:59:59", 2));
}

#[test]
fn a_closed_case_stands_still_and_goes_on_when_it_is_opened_again() {
    let mut life = Life::begin("2026-11-20T10:00", Policy::default());
    life.given_to("2026-11-20T11:00", 2);
    let close = Command::Close { reason: CloseReason::HandledByPhone, note: None, tell: None, based_on: None };
    // Monday: one working day is left
    life.staff("2026-11-23T09:00", 2, &close);
    assert_eq!(life.due("2026-12-03T09:00"), done("2026-11-24T23:59:59", false));
    life.staff("2026-12-03T09:00", 2, &Command::Reopen);
    assert_eq!(life.due("2026-12-03T10:00"), running("2026-12-04T23:59:59", 1));
    let why = explain(&life.case, &life.clinic.policy, se("2026-12-03T10:00"));
    assert_eq!(why.pauses, [Pause { from: se("2026-11-23T09:00"), to: se("2026-12-03T09:00") }]);
    assert_eq!(why.skipped.iter().map(|s| s.day.to_string()).collect::<Vec<_>>(), ["2026-11-21", "2026-11-22"]);
    assert_eq!(why.counted, [day("2026-11-23"), day("2026-12-04")], "one before the pause, and the one that was left");
    // on its last day: what is left is the day of the reopening
    life.staff("2026-12-04T09:00", 2, &close);
    life.staff("2026-12-07T09:00", 2, &Command::Reopen);
    assert_eq!(life.due("2026-12-07T09:00"), running("2026-12-07T23:59:59", 0));
}

#[test]
fn what_was_late_when_it_was_closed_is_late_when_it_is_opened_again() {
    let mut life = Life::begin("2026-11-20T10:00", Policy::default());
    life.given_to("2026-11-20T11:00", 2);
    life.staff(
        "2026-11-26T09:00",
        2,
        &Command::Close { reason: CloseReason::Duplicate, note: None, tell: None, based_on: None },
    );
    assert_eq!(life.due("2026-11-26T10:00"), done("2026-11-24T23:59:59", true));
    life.staff("2026-11-27T09:00", 2, &Command::Reopen);
    assert_eq!(life.due("2026-11-27T10:00"), running("2026-11-24T23:59:59", -3));
    assert_eq!(life.case.state, CaseState::InProgress);
}

#[test]
fn who_has_the_case_is_reminded_first_and_the_receivers_then() {
    let mut life = Life::begin("2026-11-20T10:00", Policy::default());
    life.given_to("2026-11-20T11:00", 2);
    let (first, second) = (se("2026-11-24T08:00"), se("2026-11-24T13:00"));
    assert_eq!(life.reminded(), [(ReminderTo::Assignee, first), (ReminderTo::Receivers, second)]);
    let [to_her, to_them] = reminders(&life.case, &life.clinic.policy).try_into().unwrap();
    let clinic = life.clinic.clone();
    let whom = |reminder, case: &Case| [1, 2, 3, 4].map(|n| is_reminded(reminder, case, &clinic, n));
    assert_eq!(whom(&to_her, &life.case), [false, true, false, false]);
    assert_eq!(whom(&to_them, &life.case), [true, false, true, false]);
    // given to Eva between the two: she has just heard of it, and is a receiver too
    life.given_to("2026-11-24T09:00", 3);
    assert_eq!(whom(&to_her, &life.case), [false, false, false, false]);
    assert_eq!(whom(&to_them, &life.case), [true, false, false, false]);
}

#[test]
fn nobody_has_it_so_the_receivers_are_reminded_once() {
    let life = Life::begin("2026-11-20T10:00", Policy::default());
    let all = reminders(&life.case, &life.clinic.policy);
    let reached: Vec<_> = all.iter().map(|reminder| is_reminded(reminder, &life.case, &life.clinic, 1)).collect();
    assert_eq!(reached, [true, false]);
}

/// Sara is away on the due day: her substitute is reminded in her place, or the receivers at once; she is left alone.
#[test]
fn whoever_covers_is_reminded_in_the_place_of_who_is_away() {
    let mut life = Life::begin("2026-11-20T10:00", Policy::default());
    life.given_to("2026-11-20T11:00", 2);
    let [first, second] = reminders(&life.case, &life.clinic.policy).try_into().unwrap();
    let mut whom = |substitute: Option<u8>, absent: &[u8]| {
        for n in [2, 3, 4] {
            let day = jiff::civil::date(2026, 11, 24);
            let absence = Absence { from: day, to: day, substitute: substitute.filter(|_| n == 2).map(hsa) };
            let absences = if absent.contains(&n) { vec![absence] } else { vec![] };
            life.clinic.staff.get_mut(&hsa(n)).unwrap().absences = absences;
        }
        let reminded = |reminder| [1, 2, 3, 4].map(|n| is_reminded(reminder, &life.case, &life.clinic, n));
        (reminded(&first), reminded(&second))
    };
    let then = [true, false, true, false];
    assert_eq!(whom(Some(4), &[2]), ([false, false, false, true], then), "Omar covers");
    assert_eq!(
        whom(Some(3), &[2]),
        ([false, false, true, false], [true, false, false, false]),
        "Eva, who receives too"
    );
    assert_eq!(whom(None, &[2]), (then, [false; 4]), "nobody covers: the receivers, at once");
    assert_eq!(whom(Some(4), &[2, 4]), (then, [false; 4]), "Omar is away too");
    assert_eq!(whom(None, &[2, 3]), ([true, false, false, false], [false; 4]), "so is one of the receivers");
}

#[test]
fn there_is_nothing_to_remind_of_when_nothing_is_owed() {
    let mut life = Life::begin("2026-11-20T10:00", Policy::default());
    life.given_to("2026-11-20T11:00", 2);
    life.sends("2026-11-20T12:00", MessageKind::PartialReply);
    assert_eq!(life.reminded(), []);
}

#[test]
fn what_came_after_the_hour_of_a_reminder_is_not_reminded_of() {
    let policy = Policy { response_days: Some(0), ..Policy::default() };
    let life = Life::begin("2026-11-24T10:00", policy);
    assert_eq!(life.reminded(), [(ReminderTo::Receivers, se("2026-11-24T13:00"))]);
}

#[test]
fn reminders_come_before_noon_on_a_half_day() {
    let policy =
        Policy { eves: [(Eve::MaundyThursday, EveRule::Half)].into(), remind_assignee_hour: 15, ..Policy::default() };
    let life = Life::begin("2026-03-31T09:00", policy);
    let ten = se("2026-04-02T10:00");
    assert_eq!(life.reminded(), [(ReminderTo::Assignee, ten), (ReminderTo::Receivers, ten)]);
}

#[test]
fn a_server_clock_that_was_set_back_breaks_nothing() {
    let mut life = Life::begin("2026-11-24T10:00", Policy::default());
    life.given_to("2026-11-23T09:00", 2);
    life.sends("2026-11-23T09:30", MessageKind::PartialReply);
    assert_eq!(life.due("2026-11-23T10:00"), done("2026-11-26T23:59:59", false));
}
