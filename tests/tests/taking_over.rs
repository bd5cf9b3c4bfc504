//! Drafts of colleagues: what somebody writes is copied to the server, and who could send it can go on with it when its author
//! or their machine can't. Nobody's own words are touched by that.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::files::fixture;
use journeys::person::PATIENCE;
use journeys::{Clinic, Mode, Person, ResidentAtHome};
use mottaget_client::ClientError;
use mottaget_client::view::{CaseDraft, CaseView, PreviewSource};
use mottaget_domain::attachment::MAX_FILES_STAFF;
use mottaget_domain::{CaseId, HsaId, MachineId, MessageKind};
use sha2::{Digest, Sha256};
use std::time::{Duration, Instant};

const OP: &str = "POST /api/v1/ops";
const TAKE: &str = "POST /api/v1/clinics/";

use MessageKind::{FinalReply, PartialReply};

/// A clinic and a case that is Sara's.
async fn in_hand() -> (Clinic, Person, Person, ResidentAtHome, CaseId) {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut sara = clinic.sara().await;
    let case = sara.takes_on(&clinic, &cecilia, "Mer zoprimaxin, tack.", &[]).await;
    let mut anna = clinic.anna().await;
    anna.sees("with Sara", case, |view| view.row.assignee.is_some()).await;
    (clinic, sara, anna, cecilia, case)
}

/// What somebody is told of drafts, as soon as it looks like this. Nothing announces what others write, so it is asked for.
async fn told(person: &Person, case: CaseId, what: &str, like: impl Fn(&[CaseDraft]) -> bool) -> Vec<CaseDraft> {
    let end = Instant::now() + PATIENCE;
    let mut beat = tokio::time::interval(Duration::from_millis(10));
    loop {
        let drafts = person.client.case_drafts(case).await.unwrap();
        if like(&drafts) {
            return drafts;
        }
        assert!(Instant::now() < end, "{} waits in vain for {what}: {drafts:?}", person.name);
        beat.tick().await;
    }
}

async fn told_one(person: &Person, case: CaseId, text: &str) -> CaseDraft {
    let length = text.chars().count() as u64;
    let like = |drafts: &[CaseDraft]| drafts.len() == 1 && drafts[0].characters == length;
    told(person, case, text, like).await.remove(0)
}

async fn told_none(person: &Person, case: CaseId) {
    told(person, case, "no draft", |drafts| drafts.is_empty()).await;
}

async fn take(
    person: &Person,
    case: CaseId,
    draft: &CaseDraft,
) -> Result<mottaget_client::view::Attached, ClientError> {
    person.client.take_draft(case, draft.author.clone(), draft.machine).await
}

/// Anna gives the case to somebody else, who opens it.
async fn passed_on(anna: &mut Person, to: &mut Person, case: CaseId) {
    let name = to.name.clone();
    anna.give_to(case, &name).await.unwrap();
    anna.outbox_empty().await;
    to.has(case).await;
    to.client.open_case(case).await.unwrap();
    to.outbox_empty().await;
}

fn events(view: &CaseView) -> Vec<String> {
    let taken = view.history.iter().filter(|row| row.event.to_string() == "draftTaken");
    taken.map(|row| format!("{} from {}", row.who, row.facts["from"])).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_colleague_goes_on_with_what_a_dead_machine_held_and_its_author_is_told() {
    let (clinic, mut sara, mut anna, cecilia, case) = in_hand().await;
    let mut maja = clinic.maja().await;
    let svar = fixture("svar.pdf");
    sara.client.save_draft(case, FinalReply, "Receptet är förnyat".into()).await.unwrap();
    sara.attach_and_review(case, "svar.pdf", svar.clone()).await;
    sara.client.save_draft(case, FinalReply, "Receptet är förnyat.".into()).await.unwrap();
    let head = told_one(&anna, case, "Receptet är förnyat.").await;
    assert_eq!((head.author_name.as_str(), head.kind, head.files, head.mine), ("Sara Lindqvist", FinalReply, 1, false));
    // her machine dies
    sara.line.set(Mode::Cut);

    // Anna sees that Sara writes, and may not answer herself; Maja, whose case it is not, is told nothing
    assert_eq!(head.why_not, Some("forbidden"));
    assert_eq!(take(&anna, case, &head).await.unwrap_err().code(), "forbidden");
    assert_eq!(maja.client.case_drafts(case).await.unwrap(), []);
    assert_eq!(take(&maja, case, &head).await.unwrap_err().code(), "not-found");
    assert_eq!(
        events(&anna.client.read_case_again(case).await.unwrap()),
        [] as [&str; 0],
        "nothing of it has happened"
    );

    passed_on(&mut anna, &mut maja, case).await;
    let head = told_one(&maja, case, "Receptet är förnyat.").await;
    assert_eq!(head.why_not, None);
    let came = take(&maja, case, &head).await.unwrap();
    assert_eq!(came.refused, []);
    assert_eq!((came.draft.text.as_str(), came.draft.kind), ("Receptet är förnyat.", FinalReply));
    let file = &came.draft.files[0];
    assert_eq!((file.file_name.as_str(), file.reviewed), ("svar.pdf", false), "Maja has not looked at it");
    assert_eq!(file.sha256, hex::encode(Sha256::digest(&svar)));
    assert_eq!(maja.client.case_drafts(case).await.unwrap(), [], "she has it");

    // what has happened since Sara began has to be read, the file looked at; then it goes as any message of Maja's
    assert_eq!(maja.client.send_draft(case).await.unwrap_err().code(), "files-not-reviewed");
    let opened = maja.client.preview_open(PreviewSource::Draft { case, file: file.id }).await.unwrap();
    maja.client.preview_seen(&opened.token).await.unwrap();
    maja.client.guard_draft(case).await.unwrap();
    assert_eq!(maja.client.send_draft(case).await.unwrap_err().code(), "thread-moved");
    let news = maja.client.read_case_again(case).await.unwrap().news.unwrap();
    maja.client.acknowledge_news(case, news.version).await.unwrap();
    maja.send(case).await.unwrap();
    maja.outbox_empty().await;
    let seen = cecilia.sees(case).await;
    let last = seen.messages.last().unwrap();
    assert_eq!((last.text.as_str(), last.from.contains("Maja Ek")), ("Receptet är förnyat.", true));
    assert_eq!(cecilia.file(case, last.attachments[0].id).await, svar, "byte for byte");

    // everybody sees it in the history, and Sara in her composer, where her words still are
    let anna_sees = anna.sees("who took over", case, |view| !events(view).is_empty()).await;
    assert_eq!(events(&anna_sees), ["Maja Ek from Sara Lindqvist"]);
    sara.line.set(Mode::Open);
    sara.has_not(case).await;
    let strays = sara.client.stray_drafts().await.unwrap();
    assert_eq!((strays[0].text.as_str(), strays[0].files.len()), ("Receptet är förnyat.", 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_author_is_told_in_the_composer_for_as_long_as_it_is_that_draft() {
    let (_clinic, mut sara, anna, _cecilia, case) = in_hand().await;
    sara.client.save_draft(case, PartialReply, "Vi återkommer".into()).await.unwrap();
    let head = told_one(&anna, case, "Vi återkommer").await;
    take(&anna, case, &head).await.unwrap();
    let taken = |view: &CaseView| view.draft_taken.is_some();
    let view = sara.sees("that it was taken over", case, taken).await;
    assert_eq!(view.draft_taken.unwrap().who, "Anna Nyström");
    assert_eq!(view.draft.unwrap().text, "Vi återkommer", "hers stays");
    assert_eq!(anna.client.read_case_again(case).await.unwrap().draft_taken, None, "it is Sara's that was taken");

    // Sara writes on, over a restart and without contact
    sara.client.save_draft(case, PartialReply, "Vi återkommer i dag".into()).await.unwrap();
    let again = told_one(&anna, case, "Vi återkommer i dag").await;
    assert_eq!(again.taken.unwrap().who, "Anna Nyström");
    sara.go_offline().await;
    sara.restart().await.unwrap();
    assert!(taken(&sara.client.open_case(case).await.unwrap()));

    // another draft is not the one that was taken
    sara.client.discard_draft(case).await.unwrap();
    sara.client.save_draft(case, PartialReply, "Något annat".into()).await.unwrap();
    assert_eq!(sara.client.read_case_again(case).await.unwrap().draft_taken, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_without_contact_is_copied_when_contact_is_back_over_restarts_too() {
    let (_clinic, mut sara, anna, _cecilia, case) = in_hand().await;
    sara.go_offline().await;
    for text in ["Rec", "Recept", "Receptet"] {
        sara.client.save_draft(case, FinalReply, text.into()).await.unwrap();
    }
    assert_eq!(sara.client.case_drafts(case).await.unwrap(), [], "nothing is known of others without contact");
    let someone = HsaId::parse("SE2321000016-P001").unwrap();
    let refused = sara.client.take_draft(case, someone, MachineId::random()).await.unwrap_err();
    assert_eq!(refused.code(), "offline");
    sara.restart().await.unwrap();
    assert_eq!(anna.client.case_drafts(case).await.unwrap(), []);
    sara.come_back().await;
    told_one(&anna, case, "Receptet").await;

    // what ends without contact is over when contact is back
    sara.go_offline().await;
    sara.client.discard_draft(case).await.unwrap();
    sara.restart().await.unwrap();
    told_one(&anna, case, "Receptet").await;
    sara.come_back().await;
    told_none(&anna, case).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_in_trouble_hinders_no_writing_and_gets_the_copy_later() {
    let (_clinic, sara, anna, _cecilia, case) = in_hand().await;
    for mode in [Mode::Broken, Mode::Garbage, Mode::Hang, Mode::BusyFor("PUT /api/v1/clinics/")] {
        sara.line.set(mode);
        let text = format!("Under {mode:?}");
        let kept = sara.client.save_draft(case, FinalReply, text.clone()).await.unwrap();
        assert_eq!(kept.text, text);
        assert_eq!(sara.client.local_trouble(), None);
        sara.line.set(Mode::Open);
        sara.client.retry_connection();
        told_one(&anna, case, &text).await;
    }
    // the answer is lost: the next one says that it is there
    sara.line.set(Mode::LoseAnswerTo("PUT /api/v1/clinics/"));
    sara.client.save_draft(case, FinalReply, "Svaret kom bort".into()).await.unwrap();
    told_one(&anna, case, "Svaret kom bort").await;
    sara.client.save_draft(case, FinalReply, "Och så vidare".into()).await.unwrap();
    told_one(&anna, case, "Och så vidare").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sent_leaves_no_copy_behind_and_what_is_stopped_does() {
    let (_clinic, mut sara, mut anna, cecilia, case) = in_hand().await;
    sara.client.save_draft(case, PartialReply, "Vi återkommer.".into()).await.unwrap();
    told_one(&anna, case, "Vi återkommer.").await;
    sara.client.send_draft(case).await.unwrap();
    told_none(&anna, case).await;
    sara.outbox_empty().await;
    assert_eq!(cecilia.texts(case).await.len(), 2);

    // the message does not get through: the copy is all that a colleague could go on with
    sara.client.save_draft(case, FinalReply, "Receptet är förnyat.".into()).await.unwrap();
    told_one(&anna, case, "Receptet är förnyat.").await;
    sara.line.set(Mode::BusyFor(OP));
    let op = sara.client.send_draft(case).await.unwrap();
    sara.until("a try", async |client| client.outbox().await.unwrap().iter().any(|row| row.attempts > 1).then_some(()))
        .await;
    told_one(&anna, case, "Receptet är förnyat.").await;
    // somebody else writes meanwhile, so that it is stopped for good
    anna.sees("Sara's message", case, |view| view.messages.len() == 2).await;
    anna.write(case, PartialReply, "Hej från Anna.").await.unwrap();
    anna.outbox_empty().await;
    sara.line.set(Mode::Open);
    assert_eq!(sara.stopped(op).await, "thread-moved");
    told_one(&anna, case, "Receptet är förnyat.").await;
    sara.client.outbox_to_draft(op).await.unwrap();
    sara.client.discard_draft(case).await.unwrap();
    told_none(&anna, case).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taking_over_with_an_own_draft_loses_neither_and_names_the_files_that_do_not_fit() {
    let (clinic, sara, mut anna, _cecilia, case) = in_hand().await;
    let mut maja = clinic.maja().await;
    for n in 0..6 {
        let name = format!("hennes {n}.pdf");
        sara.client.attach(case, name, journeys::files::letter(&[&format!("Blad {n}")])).await.unwrap();
    }
    sara.client.save_draft(case, FinalReply, "Saras ord".into()).await.unwrap();
    told(&anna, case, "six files", |drafts| drafts.len() == 1 && drafts[0].files == 6).await;
    passed_on(&mut anna, &mut maja, case).await;
    for n in 0..6 {
        let name = format!("mina {n}.pdf");
        maja.client.attach(case, name, journeys::files::letter(&[&format!("Sida {n}")])).await.unwrap();
    }
    maja.client.save_draft(case, PartialReply, "Majas ord".into()).await.unwrap();
    let head = told(&maja, case, "Sara's", |drafts| drafts.len() == 1).await.remove(0);
    let came = take(&maja, case, &head).await.unwrap();
    assert_eq!((came.draft.text.as_str(), came.draft.kind), ("Majas ord\n\nSaras ord", FinalReply));
    let names: Vec<&str> = came.draft.files.iter().map(|file| file.file_name.as_str()).collect();
    assert_eq!(names.len(), MAX_FILES_STAFF);
    assert_eq!((names[5], names[6], names[9]), ("mina 5.pdf", "hennes 0.pdf", "hennes 3.pdf"));
    let left: Vec<(&str, &str)> =
        came.refused.iter().map(|file| (file.file_name.as_str(), file.problem.code.as_str())).collect();
    assert_eq!(left, [("hennes 4.pdf", "too-many-files"), ("hennes 5.pdf", "too-many-files")]);

    // a composer that was open meanwhile saves what stands in it, and writes over nothing
    let kept = maja.client.save_draft_over(case, FinalReply, "Majas ord, och mer".into(), Some("Majas ord".into()));
    assert_eq!(kept.await.unwrap().text, "Majas ord, och mer\n\nSaras ord");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_character_of_it_comes_over() {
    let (_clinic, sara, anna, _cecilia, case) = in_hand().await;
    let long = "Blodtrycket är bra. 👩🏽‍⚕️ ".repeat(5_000).chars().take(100_000).collect::<String>();
    for text in ["👩🏽‍⚕️ e\u{301} 🇸🇪", "עברית ועוד \u{202b}מילים\u{202c} slut", "<b>Hej</b> {{namn}} \u{0}\"\\", &long]
    {
        sara.client.save_draft(case, PartialReply, text.to_owned()).await.unwrap();
        let head = told_one(&anna, case, text).await;
        let came = take(&anna, case, &head).await.unwrap();
        assert!(came.draft.text == text, "{} characters came of {}", came.draft.text.len(), text.len());
        anna.client.discard_draft(case).await.unwrap();
    }
    // too long for a copy: it stays whole where it was written, and the last copy that fits stays too
    let endless = "å".repeat(200_001);
    let kept = sara.client.save_draft(case, PartialReply, endless.clone()).await.unwrap();
    assert!(kept.text == endless);
    sara.client.save_draft(case, PartialReply, "Kort igen".into()).await.unwrap();
    told_one(&anna, case, "Kort igen").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_wrote_on_another_computer_can_be_fetched_and_is_over_there_then() {
    let (clinic, sara, anna, _cecilia, case) = in_hand().await;
    let svar = fixture("svar.pdf");
    sara.client.attach(case, "svar.pdf".into(), svar.clone()).await.unwrap();
    sara.client.save_draft(case, FinalReply, "Från jobbet".into()).await.unwrap();
    let length = told_one(&anna, case, "Från jobbet").await;
    assert!(!length.mine);
    assert_eq!(sara.client.case_drafts(case).await.unwrap(), [], "this computer's own is in the composer");

    let mut home = clinic.sara().await;
    home.has(case).await;
    home.client.save_draft(case, FinalReply, "Hemifrån".into()).await.unwrap();
    let head = told_one(&home, case, "Från jobbet").await;
    assert!(head.mine && head.why_not.is_none());
    told(&anna, case, "two drafts of Sara's", |drafts| drafts.len() == 2).await;
    let came = take(&home, case, &head).await.unwrap();
    assert_eq!(came.draft.text, "Hemifrån\n\nFrån jobbet");
    assert_eq!(came.draft.files[0].sha256, hex::encode(Sha256::digest(&svar)));
    told_none(&home, case).await;
    told_one(&anna, case, "Hemifrån\n\nFrån jobbet").await;
    assert_eq!(events(&anna.client.read_case_again(case).await.unwrap()), [] as [&str; 0], "nobody took anything over");
    // the other computer still has its own, and says so when she writes on there
    assert_eq!(sara.client.read_case_again(case).await.unwrap().draft.unwrap().text, "Från jobbet");
    sara.client.save_draft(case, FinalReply, "Från jobbet igen".into()).await.unwrap();
    told_one(&home, case, "Från jobbet igen").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_signed_out_sends_nothing_more() {
    let (_clinic, mut sara, anna, _cecilia, case) = in_hand().await;
    sara.go_offline().await;
    sara.client.save_draft(case, FinalReply, "Skrivet utan nät".into()).await.unwrap();
    sara.client.sign_out().await.unwrap();
    sara.line.set(Mode::Open);
    let requests = sara.line.connections();
    assert_eq!(anna.client.case_drafts(case).await.unwrap(), []);
    assert_eq!(sara.line.connections(), requests, "her computer is silent");
    sara.sign_in_again().await.unwrap();
    told_one(&anna, case, "Skrivet utan nät").await;

    // with contact, what was written last is said before
    sara.client.save_draft(case, FinalReply, "Skrivet just före".into()).await.unwrap();
    sara.client.sign_out().await.unwrap();
    told_one(&anna, case, "Skrivet just före").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_taking_over_whose_answer_was_lost_is_the_same_one_when_it_is_tried_again() {
    let (clinic, sara, mut anna, _cecilia, case) = in_hand().await;
    let mut maja = clinic.maja().await;
    sara.client.save_draft(case, FinalReply, "Receptet är förnyat.".into()).await.unwrap();
    passed_on(&mut anna, &mut maja, case).await;
    let head = told_one(&maja, case, "Receptet är förnyat.").await;
    maja.line.set(Mode::BusyFor(TAKE));
    assert_eq!(take(&maja, case, &head).await.unwrap_err().code(), "busy");
    assert_eq!(maja.client.read_case_again(case).await.unwrap().draft, None, "nothing has changed here");
    maja.line.set(Mode::LoseAnswerTo(TAKE));
    maja.connected().await;
    let came = take(&maja, case, &head).await.unwrap();
    assert_eq!((came.draft.text.as_str(), maja.line.lost()), ("Receptet är förnyat.", 1));
    let view = anna.sees("one line", case, |view| !events(view).is_empty()).await;
    assert_eq!(events(&view), ["Maja Ek from Sara Lindqvist"]);
    // thrown away by its author, it is not there to be taken any more, and Maja has it
    sara.client.discard_draft(case).await.unwrap();
    let majas = |drafts: &[CaseDraft]| drafts.len() == 1 && drafts[0].author_name == "Maja Ek";
    told(&anna, case, "Maja's alone", majas).await;
    assert_eq!(take(&maja, case, &head).await.unwrap_err().code(), "draft-gone");
    assert_eq!(maja.client.read_case_again(case).await.unwrap().draft.unwrap().text, "Receptet är förnyat.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_that_was_given_away_is_written_on_in_and_a_foreign_one_never() {
    let (clinic, mut sara, mut anna, _cecilia, case) = in_hand().await;
    let mut maja = clinic.maja().await;
    sara.client.save_draft(case, FinalReply, "Halva".into()).await.unwrap();
    told_one(&anna, case, "Halva").await;
    passed_on(&mut anna, &mut maja, case).await;
    sara.has_not(case).await;
    // it was on her screen: she goes on
    sara.client.save_draft(case, FinalReply, "Halva svaret".into()).await.unwrap();
    told_one(&maja, case, "Halva svaret").await;
    let jonas = clinic.jonas().await;
    assert_eq!(jonas.client.case_drafts(case).await.unwrap(), []);
    let head = told_one(&maja, case, "Halva svaret").await;
    assert_eq!(take(&jonas, case, &head).await.unwrap_err().code(), "not-found");
}
