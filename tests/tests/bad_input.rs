//! Bad input: each gets a code of its own with its facts, and nothing is lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::files::{encrypted_pdf, fixture, pdf_of_size};
use journeys::{Clinic, Person, ResidentAtHome};
use mottaget_client::view::{ListPage, ListQuery, NumberFault, PreviewSource, WaitsFor};
use mottaget_client::{Client, ConnectionState};
use mottaget_domain::attachment::MAX_BYTES;
use mottaget_domain::{CaseId, CloseReason, MessageKind};

async fn in_hand() -> (Clinic, Person, ResidentAtHome, CaseId) {
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let mut eva = clinic.eva().await;
    let case = cecilia.file_case(&clinic.bjorken(), "Förnya recept", "Mer medicin.", &[]).await;
    eva.has(case).await;
    eva.give_to(case, "Eva Bergström").await.unwrap();
    eva.outbox_empty().await;
    (clinic, eva, cecilia, case)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_can_not_be_attached_say_why_and_the_others_are_attached() {
    let (_clinic, eva, _cecilia, case) = in_hand().await;
    eva.client.save_draft(case, MessageKind::FinalReply, "Här är svaret.".into()).await.unwrap();
    let folder = tempfile::TempDir::new().unwrap();
    let limit = usize::try_from(MAX_BYTES).unwrap();
    let files: [(&str, Vec<u8>, &str); 7] = [
        ("stor.pdf", pdf_of_size(limit + 1024 * 1024), "file-too-large"),
        ("brev.pdf", "Hej, detta är bara text.".into(), "file-type-not-allowed"),
        ("bild.pdf", fixture("burk.jpg"), "file-type-mismatch"),
        ("tom.pdf", Vec::new(), "file-empty"),
        ("a\u{202e}fdp.pdf", fixture("svar.pdf"), "file-name-bad"),
        ("precis.pdf", pdf_of_size(limit), ""),
        ("svar.pdf", fixture("svar.pdf"), ""),
    ];
    let mut paths = Vec::new();
    for (name, bytes, _) in &files {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        paths.push(path);
    }
    paths.push(folder.path().join("borta.pdf"));
    let attached = eva.client.attach_paths(case, paths).await.unwrap();
    let refused: Vec<(&str, &str)> =
        attached.refused.iter().map(|file| (file.file_name.as_str(), file.problem.code.as_str())).collect();
    let expected: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, _, code)| (*name, *code))
        .filter(|(_, code)| !code.is_empty())
        .chain([("borta.pdf", "file-unreadable")])
        .collect();
    assert_eq!(refused, expected);
    assert_eq!(attached.refused[0].problem.facts["limit"], "20971520");
    assert_eq!(attached.refused[2].problem.facts["content"], "JPEG");
    let names: Vec<&str> = attached.draft.files.iter().map(|file| file.file_name.as_str()).collect();
    assert_eq!(names, ["precis.pdf", "svar.pdf"]);
    assert_eq!(attached.draft.text, "Här är svaret.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_eleventh_file_is_refused_and_ten_go() {
    let (_clinic, mut eva, cecilia, case) = in_hand().await;
    eva.client.save_draft(case, MessageKind::FinalReply, "Tio filer.".into()).await.unwrap();
    for n in 0..10 {
        eva.attach_and_review(case, &format!("svar{n}.jpg"), fixture("svar.jpg")).await;
    }
    let eleventh = eva.client.attach(case, "svar10.jpg".into(), fixture("svar.jpg")).await.unwrap();
    assert_eq!(eleventh.refused[0].problem.code, "too-many-files");
    assert_eq!(eleventh.refused[0].problem.facts["limit"], "10");
    assert_eq!(eleventh.draft.files.len(), 10);
    eva.client.send_draft(case).await.unwrap();
    eva.outbox_empty().await;
    assert_eq!(cecilia.sees(case).await.messages[1].attachments.len(), 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_or_unseen_file_is_not_sent() {
    let (_clinic, mut eva, cecilia, case) = in_hand().await;
    eva.client.save_draft(case, MessageKind::FinalReply, "Se filen.".into()).await.unwrap();
    let attached = eva.client.attach(case, "låst.pdf".into(), encrypted_pdf()).await.unwrap();
    let file = attached.draft.files[0].id;
    let locked = eva.client.preview_open(PreviewSource::Draft { case, file }).await.unwrap_err();
    assert_eq!((locked.code(), locked.facts()["fileName"].as_str()), ("file-encrypted", "låst.pdf"));
    let unseen = eva.client.send_draft(case).await.unwrap_err();
    assert_eq!((unseen.code(), unseen.facts()["count"].as_str()), ("files-not-reviewed", "1"));
    let draft = eva.client.remove_attachment(case, file).await.unwrap();
    assert_eq!((draft.text.as_str(), draft.files.len()), ("Se filen.", 0));
    eva.client.send_draft(case).await.unwrap();
    eva.outbox_empty().await;
    assert_eq!(cecilia.texts(case).await, ["Mer medicin.", "Se filen."]);
}

/// A search for a number that is none says why, whether or not something is found; while it is typed it says nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_for_a_mistyped_identity_number_says_what_is_wrong_with_it() {
    let (_clinic, mut eva, cecilia, case) = in_hand().await;
    let number = cecilia.personal_id.written();
    let (all_but_last, last) = number.split_at(number.len() - 1);
    let mistyped = format!("{all_but_last}{}", (last.parse::<u8>().unwrap() + 1) % 10);
    let search = async |eva: &Person, text: &str| {
        let query = ListQuery { search: Some(text.into()), ..journeys::person::everything() };
        eva.client.list(query).await.unwrap()
    };
    let told = |page: ListPage| {
        let why = page.mistyped.map(|number| (number.written, number.fault));
        (page.rows.iter().map(|row| row.id).collect::<Vec<_>>(), why)
    };

    let (hers, nothing) = told(search(&eva, &number).await);
    assert!(hers.contains(&case), "{hers:?}");
    assert_eq!(nothing, None);
    let wrong = Some((mistyped.clone(), NumberFault::CheckDigit));
    for spelled in [mistyped.clone(), mistyped.replace('-', ""), mistyped.replace('-', " ")] {
        assert_eq!(told(search(&eva, &spelled).await), (vec![], wrong.clone()), "{spelled:?}");
    }
    let no_day = told(search(&eva, "19801301-9804").await);
    assert_eq!(no_day, (vec![], Some(("19801301-9804".into(), NumberFault::Date))));
    let half = search(&eva, all_but_last).await;
    assert_eq!(half.mistyped, None, "it is still being typed");
    assert_eq!(search(&eva, "070-123 45 67").await.mistyped, None, "a telephone number");
    assert_eq!(search(&eva, "19801301-9804 medicin").await.mistyped, None, "more than a number");

    // whoever wrote it wrong finds it, and is told all the same
    eva.client.add_note(case, format!("Ringde från {mistyped}.")).await.unwrap();
    eva.outbox_empty().await;
    eva.sees("the note", case, |view| view.notes.len() == 1).await;
    assert_eq!(told(search(&eva, &mistyped).await), (vec![case], wrong));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_reply_and_other_half_done_things_are_refused_and_kept() {
    let (_clinic, eva, cecilia, case) = in_hand().await;
    assert_eq!(eva.client.send_draft(case).await.unwrap_err().code(), "no-draft");
    eva.client.save_draft(case, MessageKind::FinalReply, " \n ".into()).await.unwrap();
    assert_eq!(eva.client.send_draft(case).await.unwrap_err().code(), "no-draft", "blanks are nothing written");
    let attached = eva.client.attach(case, "svar.pdf".into(), fixture("svar.pdf")).await.unwrap();
    assert_eq!(eva.client.send_draft(case).await.unwrap_err().code(), "text-empty");
    let view = eva.client.read_case_again(case).await.unwrap();
    assert_eq!(view.draft.unwrap().files, attached.draft.files, "the draft stays");
    let long = "å".repeat(mottaget_domain::lifecycle::MAX_TEXT + 1);
    eva.client.remove_attachment(case, attached.draft.files[0].id).await.unwrap();
    eva.client.save_draft(case, MessageKind::FinalReply, long).await.unwrap();
    let refused = eva.client.send_draft(case).await.unwrap_err();
    assert_eq!((refused.code(), refused.facts()["limit"].as_str()), ("text-too-long", "20000"));
    let reason = eva.client.close_case(case, CloseReason::Other, Some("  ".into()), false, None).await.unwrap_err();
    assert_eq!(reason.code(), "reason-missing");
    assert_eq!(eva.client.add_note(case, "\t".into()).await.unwrap_err().code(), "text-empty");
    assert_eq!(cecilia.texts(case).await, ["Mer medicin."]);
    assert_eq!(eva.client.outbox().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_to_a_thread_that_moved_is_held_until_the_news_are_read() {
    let (_clinic, mut eva, cecilia, case) = in_hand().await;
    eva.client.open_case(case).await.unwrap();
    eva.write(case, MessageKind::CounterQuestion, "Hur mycket har du kvar?").await.unwrap();
    eva.outbox_empty().await;
    eva.sees("the question", case, |view| view.messages.len() == 2).await;
    eva.client.save_draft(case, MessageKind::FinalReply, "Jag förnyar ändå.".into()).await.unwrap();
    cecilia.answer(case, "Ingenting alls!").await;
    eva.sees("the answer", case, |view| view.messages.len() == 3).await;
    assert_eq!(eva.client.send_draft(case).await.unwrap_err().code(), "thread-moved");
    let view = eva.client.read_case_again(case).await.unwrap();
    assert_eq!(view.draft.unwrap().text, "Jag förnyar ändå.");
    assert_eq!(eva.client.send_draft(case).await.unwrap_err().code(), "thread-moved", "sending again is no reading");
    eva.client.acknowledge_news(case, view.news.unwrap().version).await.unwrap();
    eva.client.send_draft(case).await.unwrap();
    eva.outbox_empty().await;
    assert_eq!(cecilia.sees(case).await.messages.len(), 4);
}

/// The words wait here, in order and with the reason, and go by themselves once the server has room.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_server_is_named_and_takes_what_waits_once_it_has_room() {
    let (mut clinic, mut eva, cecilia, case) = in_hand().await;
    clinic.stop_server().await;
    clinic.start_server_with_room(300_000).await;
    eva.connected().await;
    let mut told = None;
    let mut notes = 0;
    while told.is_none() {
        notes += 1;
        assert!(notes < 200, "the server took everything");
        let op = eva.client.add_note(case, format!("{notes} {}", "å".repeat(9_000))).await.unwrap();
        let taken_or_told = async |client: Client| {
            let Some(row) = client.outbox().await.unwrap().into_iter().find(|row| row.op == op) else {
                return Some(None);
            };
            match row.waits.map(|waits| (waits.why, waits.retry_at)) {
                Some((WaitsFor::NextTry(problem), Some(_))) => Some(Some(problem)),
                _ => None,
            }
        };
        told = eva.until("a note taken, or the reason why not", taken_or_told).await;
    }
    assert_eq!(told.unwrap().code, "storage-full");
    assert_eq!(eva.client.connection(), ConnectionState::Connected, "reading goes on");
    eva.write(case, MessageKind::FinalReply, "Jag har förnyat receptet.").await.unwrap();
    let waiting = eva.client.outbox().await.unwrap();
    let last = waiting.last().unwrap();
    assert_eq!((last.what, last.waits.as_ref().unwrap().why.clone()), ("finalReply", WaitsFor::Earlier));
    assert_eq!(cecilia.texts(case).await, ["Mer medicin."]);
    clinic.stop_server().await;
    clinic.start_server().await;
    eva.outbox_empty().await;
    assert_eq!(cecilia.texts(case).await, ["Mer medicin.", "Jag har förnyat receptet."]);
    eva.sees("every note", case, |view| view.notes.len() == notes).await;
}
