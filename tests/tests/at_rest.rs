//! What lies on the disk: unreadable without the key, refused politely when it is newer, saved when it is damaged, and
//! never lost to a full disk.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use journeys::files::{fixture, pdf_of_size};
use journeys::{Clinic, Line, Person, ResidentAtHome};
use mottaget_client::view::{Delivery, JottingKind, PreviewSource};
use mottaget_client::{Client, ClientConfig, ClientEvent, ConnectionState, Keys, ProfileId, SessionToken};
use mottaget_domain::{CaseId, CaseState, MessageKind};
use std::path::Path;

const TEXT: &str = "Kvastfeberutslag på vänster armbåge";
const REPLY: &str = "Smörj med talgbalsam morgon och kväll";

async fn in_hand(clinic: &Clinic) -> (Person, ResidentAtHome, CaseId) {
    let cecilia = clinic.cecilia().await;
    let mut eva = clinic.eva().await;
    let files = [("lakemedelslista.pdf", fixture("lakemedelslista.pdf"))];
    let case = cecilia.file_case(&clinic.bjorken(), "Fråga sjuksköterska", TEXT, &files).await;
    eva.has(case).await;
    eva.give_to(case, "Eva Bergström").await.unwrap();
    eva.outbox_empty().await;
    eva.client.open_case(case).await.unwrap();
    eva.outbox_empty().await;
    eva.sees("work begun", case, |view| view.row.state == CaseState::InProgress).await;
    (eva, cecilia, case)
}

/// How many files there are, and in which of them one of these stands.
fn find(folder: &Path, needles: &[Vec<u8>]) -> (usize, Vec<String>) {
    let (mut count, mut hits) = (0, Vec::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let (inner, found) = find(&path, needles);
            count += inner;
            hits.extend(found);
            continue;
        }
        count += 1;
        let bytes = std::fs::read(&path).unwrap();
        for needle in needles {
            if bytes.windows(needle.len()).any(|window| window == needle) {
                hits.push(format!("{} in {}", String::from_utf8_lossy(needle), path.display()));
            }
        }
    }
    (count, hits)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_about_a_patient_is_in_the_clear_in_any_file() {
    let clinic = Clinic::start().await;
    let (mut eva, cecilia, case) = in_hand(&clinic).await;
    eva.client.list(journeys::person::everything()).await.unwrap();
    let view = eva.client.read_case_again(case).await.unwrap();
    let source = PreviewSource::Case { case, file: view.messages[0].attachments[0].file.id };
    let opened = eva.client.preview_open(source).await.unwrap();
    eva.client.preview_page(&opened.token, 0, 400).await.unwrap();
    eva.go_offline().await;
    eva.client.save_draft(case, MessageKind::FinalReply, REPLY.into()).await.unwrap();
    eva.attach_and_review(case, "svar.pdf", fixture("svar.pdf")).await;
    eva.send(case).await.unwrap();
    eva.client.add_note(case, REPLY.into()).await.unwrap();
    for kind in JottingKind::ALL {
        eva.client.keep_jotting(case, kind, "Ring Kvastfeber".into()).await.unwrap();
    }

    let words = [
        TEXT,
        REPLY,
        "Kvastfeber",
        "talgbalsam",
        "Cecilia",
        "Forsman",
        cecilia.personal_id.as_str(),
        "Bergström",
        "lakemedelslista",
        "svar.pdf",
    ];
    let mut needles: Vec<Vec<u8>> = words.iter().map(|word| word.as_bytes().to_vec()).collect();
    needles.push(cecilia.personal_id.written().into_bytes());
    // and the files themselves: their beginning, and a piece of their middle
    for file in ["lakemedelslista.pdf", "svar.pdf"] {
        let bytes = fixture(file);
        needles.push(bytes[..16].to_vec());
        needles.push(bytes[bytes.len() / 2..bytes.len() / 2 + 24].to_vec());
    }
    // while it runs, journals and all, and after it has ended
    let (running, hits) = find(eva.folder.path(), &needles);
    assert_eq!(hits, Vec::<String>::new());
    eva.quit().await;
    let (ended, hits) = find(eva.folder.path(), &needles);
    assert_eq!(hits, Vec::<String>::new());
    assert!(running >= 3 && ended >= 3, "three files at least: {running}, {ended}");

    // the search would have found it
    std::fs::write(eva.folder.path().join("control"), format!("… {TEXT} …")).unwrap();
    let (_, hits) = find(eva.folder.path(), &needles);
    assert!(hits.iter().any(|hit| hit.starts_with(TEXT)), "{hits:?}");
}

/// Starts the program again on damaged files, and waits until the case is there in whole. True if it was told.
async fn start_and_wait(eva: &mut Person, case: CaseId, messages: usize) -> bool {
    let mut told = false;
    if let Err(error) = eva.restart().await {
        assert_eq!(error.code(), "cache-corrupt", "{error}");
        told = true;
        eva.restart().await.unwrap();
    }
    let met = eva.until("all of it again", async |client: Client| match client.read_case_again(case).await {
        Ok(view) => (view.messages.len() == messages).then_some(false),
        Err(error) if error.code() == "cache-corrupt" => Some(true),
        Err(error) => {
            assert_eq!(error.code(), "not-found");
            None
        }
    });
    if met.await {
        told = true;
        eva.sees("all of it again", case, |view| view.messages.len() == messages).await;
    }
    told
}

fn set_aside(eva: &Person, name: &str) -> usize {
    let there = std::fs::read_dir(eva.profile_folder()).unwrap();
    let names = there.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let journal = |there: &str| there.ends_with("-wal") || there.ends_with("-shm");
    names.filter(|there| there.starts_with(&format!("{name}.damaged")) && !journal(there)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_mirror_is_set_aside_and_fills_itself_again() {
    let clinic = Clinic::start().await;
    let (mut eva, cecilia, case) = in_hand(&clinic).await;
    eva.go_offline().await;
    eva.write(case, MessageKind::PartialReply, REPLY).await.unwrap();
    eva.quit().await;
    // its very beginning, which is met at once; then everything behind, which is met when it is read
    damage(&eva.profile_folder().join("mirror.db"), 0..2048);
    eva.line.set(journeys::Mode::Open);
    assert!(start_and_wait(&mut eva, case, 2).await, "the person was told");
    assert_eq!(set_aside(&eva, "mirror.db"), 1, "nothing is deleted");
    eva.outbox_empty().await;
    assert_eq!(cecilia.texts(case).await, [TEXT, REPLY]);
    eva.connected().await;
    eva.quit().await;

    let path = eva.profile_folder().join("mirror.db");
    let length = usize::try_from(std::fs::metadata(&path).unwrap().len()).unwrap();
    damage(&path, 3 * 4096..length);
    // whoever meets it first, the person's reading or the work in the background, is told of it
    start_and_wait(&mut eva, case, 2).await;
    assert_eq!(set_aside(&eva, "mirror.db"), 2, "met and set aside");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_unsent_work_is_saved_as_far_as_it_can_be_read() {
    let clinic = Clinic::start().await;
    let (mut eva, _cecilia, case) = in_hand(&clinic).await;
    eva.go_offline().await;
    eva.client.save_draft(case, MessageKind::FinalReply, REPLY.into()).await.unwrap();
    eva.quit().await;
    // the last page only: most of the file can still be read
    let path = eva.profile_folder().join("unsent.db");
    let length = usize::try_from(std::fs::metadata(&path).unwrap().len()).unwrap();
    damage(&path, length - 4096..length);
    let error = eva.restart().await.unwrap_err();
    assert_eq!((error.code(), error.facts()["file"].as_str()), ("cache-corrupt", "unsent.db"));
    let missing = error.facts()["incomplete"] == "true";
    eva.restart().await.unwrap();
    let draft = eva.client.read_case_again(case).await.unwrap().draft;
    let whole = draft.is_some_and(|draft| draft.text == REPLY);
    assert_ne!(whole, missing, "there, or said to be missing");
    assert_eq!(set_aside(&eva, "unsent.db"), 1, "nothing is deleted");
}

/// Nobody waits for what the background does, so it is told beside everything else, until somebody has seen it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damage_that_the_background_meets_is_told_until_somebody_has_seen_it() {
    let clinic = Clinic::start().await;
    let (mut eva, _cecilia, case) = in_hand(&clinic).await;
    let cached = |view: &mottaget_client::view::CaseView| view.messages[0].attachments[0].cached;
    eva.sees("the file here", case, cached).await;
    assert_eq!(eva.client.local_trouble(), None);
    eva.quit().await;
    let path = eva.profile_folder().join("blobs.db");
    let length = usize::try_from(std::fs::metadata(&path).unwrap().len()).unwrap();
    damage(&path, 4096..length);
    eva.restart().await.unwrap();
    // no command of this test reads the files until it is told
    eva.hears(&ClientEvent::LocalTrouble).await;
    let told = eva.client.local_trouble().expect("told until it is seen");
    assert_eq!((told.code.as_str(), told.facts["file"].as_str()), ("cache-corrupt", "blobs.db"));
    assert_eq!(set_aside(&eva, "blobs.db"), 1, "nothing is deleted");
    eva.connected().await;
    eva.sees("the file here again", case, cached).await;
    assert_eq!(eva.client.local_trouble(), Some(told));
    eva.client.local_trouble_seen().unwrap();
    assert_eq!(eva.client.local_trouble(), None);
}

/// Writes over a part of a file.
fn damage(path: &Path, part: std::ops::Range<usize>) {
    let mut bytes = std::fs::read(path).unwrap();
    for byte in &mut bytes[part] {
        *byte = !*byte;
    }
    std::fs::write(path, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_of_a_newer_program_are_refused_and_left_alone() {
    let clinic = Clinic::start().await;
    let mut keys = Keys::generate().unwrap();
    keys.mirror = [7; 32];
    let mut eva = Person::sign_in_with(&clinic, "Eva Bergström", keys, |_| ()).await;
    eva.quit().await;
    // the next version of the program was here, with the same keys; then somebody went back to this one
    let path = eva.profile_folder().join("mirror.db");
    for old in ["mirror.db", "mirror.db-wal", "mirror.db-shm"] {
        let _ = std::fs::remove_file(eva.profile_folder().join(old));
    }
    let newer = fixture("newer-mirror.db");
    std::fs::write(&path, &newer).unwrap();
    let error = eva.restart().await.unwrap_err();
    assert_eq!(error.code(), "cache-newer");
    assert!(eva.client.session().is_none());
    assert!(std::fs::read(&path).unwrap() == newer, "not a byte of it was changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_elses_keys_open_nothing() {
    let clinic = Clinic::start().await;
    let mut eva = clinic.eva().await;
    eva.quit().await;
    let right = std::mem::replace(&mut eva.keys, Keys::generate().unwrap());
    assert_eq!(eva.restart().await.unwrap_err().code(), "cache-locked");
    eva.keys = right;
    eva.restart().await.unwrap();
    eva.connected().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_whose_keys_are_gone_are_set_aside_whole_and_the_server_fills_new_ones() {
    let clinic = Clinic::start().await;
    let (mut eva, cecilia, case) = in_hand(&clinic).await;
    eva.client.save_draft(case, MessageKind::FinalReply, REPLY.into()).await.unwrap();
    assert_eq!(eva.client.set_aside(&eva.profile).await.unwrap_err().code(), "cache-in-use", "not under her hands");
    eva.quit().await;
    let old = std::mem::replace(&mut eva.keys, Keys::generate().unwrap());
    assert_eq!(eva.restart().await.unwrap_err().code(), "cache-locked");
    assert!(eva.client.has_files(&eva.profile).await, "so new keys are not made unasked");
    let before = find(&eva.profile_folder(), &[]).0;

    let folder = eva.client.set_aside(&eva.profile).await.unwrap().expect("there were files");
    assert_eq!(folder.parent(), eva.profile_folder().parent(), "beside the others");
    assert_eq!(find(&folder, &[]).0, before, "with everything in it");
    assert!(!eva.client.has_files(&eva.profile).await);
    assert_eq!(eva.client.set_aside(&eva.profile).await.unwrap(), None, "doing it again is harmless");

    eva.sign_in_again().await.unwrap();
    let view = eva.sees("the case from the server", case, |view| view.row.state == CaseState::InProgress).await;
    assert_eq!((view.messages[0].text.as_str(), view.draft), (TEXT, None));
    eva.write(case, MessageKind::FinalReply, "Skrivet på nytt.").await.unwrap();
    eva.outbox_empty().await;
    assert_eq!(cecilia.texts(case).await, [TEXT, "Skrivet på nytt."]);

    // whoever finds the old key finds the draft
    assert!(mottaget_store::Store::open(&folder, &eva.keys).is_err());
    let store = mottaget_store::Store::open(&folder, &old).unwrap();
    assert_eq!(store.draft(case).unwrap().unwrap().text, REPLY);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_programs_do_not_share_a_profile() {
    let clinic = Clinic::start().await;
    let eva = clinic.eva().await;
    let mut config = ClientConfig::new(eva.line.url(), eva.folder.path(), journeys::files::preview());
    config.server_identity = "practice".into();
    let second = Client::start(config).unwrap();
    let refused = second.resume(eva.profile.clone(), eva.token.clone(), eva.keys.clone()).await.unwrap_err();
    assert_eq!(refused.code(), "cache-in-use");
}

/// What the child of the next test does: a program on a disk with room for little.
#[cfg(unix)]
async fn on_a_full_disk(told: &str) {
    let mut told = told.split('|');
    let mut next = || told.next().unwrap().to_owned();
    let (url, folder, profile, token, keys, case) = (next(), next(), next(), next(), next(), next());
    let mut config = ClientConfig::new(url, folder, journeys::files::preview());
    config.server_identity = "practice".into();
    config.prefetch_bytes = 0;
    let client = Client::start(config).unwrap();
    let profile = ProfileId::parse(&profile).unwrap();
    client.resume(profile, SessionToken::new(token), Keys::from_secret(&keys).unwrap()).await.unwrap();
    let case: CaseId = case.parse().unwrap();
    client.save_draft(case, MessageKind::FinalReply, REPLY.into()).await.unwrap();
    let full = client.attach(case, "stor.pdf".into(), pdf_of_size(19 * 1024 * 1024)).await;
    println!("attach: {}", full.err().map_or("done".to_owned(), |error| error.code().to_owned()));
    let draft = client.read_case_again(case).await.unwrap().draft.unwrap();
    println!("draft: {} with {}", draft.text, draft.files.len());
    client.shutdown().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_named_and_loses_nothing() {
    if let Ok(told) = std::env::var("JOURNEYS_FULL_DISK") {
        return on_a_full_disk(&told).await;
    }
    let clinic = Clinic::start().await;
    let (mut eva, _cecilia, case) = in_hand(&clinic).await;
    eva.quit().await;
    let line = Line::to(clinic.upstream()).await;
    let told = [
        line.url(),
        eva.folder.path().display().to_string(),
        eva.profile.to_string(),
        eva.token.expose().to_owned(),
        eva.keys.to_secret().to_string(),
        case.to_string(),
    ]
    .join("|");
    // no file may grow beyond 16 MiB (in blocks of 512 bytes): what a quota or a full disk does, without being root
    let limited = "trap '' XFSZ; ulimit -f 32768; exec \"$0\" \"$@\"";
    let program = std::env::current_exe().unwrap();
    let child = tokio::process::Command::new("sh")
        .args(["-c", limited])
        .arg(program)
        .args(["--exact", "a_full_disk_is_named_and_loses_nothing", "--nocapture"])
        .env("JOURNEYS_FULL_DISK", told)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{said}\n{}", String::from_utf8_lossy(&child.stderr));
    assert!(said.contains("attach: disk-full"), "{said}");
    assert!(said.contains(&format!("draft: {REPLY} with 0")), "{said}");

    // room again
    eva.restart().await.unwrap();
    assert_eq!(eva.client.read_case_again(case).await.unwrap().draft.unwrap().text, REPLY);
    eva.attach_and_review(case, "svar.pdf", fixture("svar.pdf")).await;
    eva.send(case).await.unwrap();
    eva.outbox_empty().await;
    eva.sees("sent", case, |view| {
        view.messages.last().is_some_and(|last| matches!(last.delivery, Delivery::Sent { .. }) && last.text == REPLY)
    })
    .await;
}

/// What happens on the full disk, in a program of its own: [`a_full_disk_met_in_the_background_is_told_until_there_is_room`].
#[cfg(target_os = "linux")]
async fn in_the_background_of_a_full_disk(told: &str) {
    let parts: Vec<&str> = told.split('|').collect();
    let mut config = ClientConfig::new(parts[0].to_owned(), parts[1].to_owned(), journeys::files::preview());
    config.server_identity = "practice".into();
    config.retry.longest = std::time::Duration::from_millis(300);
    let client = Client::start(config).unwrap();
    let mut events = client.events();
    let token = SessionToken::new(parts[3].to_owned());
    client.resume(ProfileId::parse(parts[2]).unwrap(), token, Keys::from_secret(parts[4]).unwrap()).await.unwrap();
    let trouble = loop {
        match client.local_trouble() {
            Some(trouble) => break trouble,
            None => events.next().await.unwrap(),
        };
    };
    println!("told: {}", trouble.code);
    while client.connection() != ConnectionState::Connected {
        events.next().await.unwrap();
    }
    println!("still in contact");
    // room again
    let pid = std::process::id().to_string();
    let freed = std::process::Command::new("prlimit").args(["--pid", &pid, "--fsize=unlimited"]).status().unwrap();
    assert!(freed.success());
    while client.local_trouble().is_some() {
        events.next().await.unwrap();
    }
    println!("over");
    client.shutdown().await;
}

/// A file that is fetched beforehand does not fit: nobody has asked for it, and everybody is told.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_met_in_the_background_is_told_until_there_is_room() {
    if let Ok(told) = std::env::var("JOURNEYS_FULL_DISK_BEHIND") {
        return in_the_background_of_a_full_disk(&told).await;
    }
    let clinic = Clinic::start().await;
    let cecilia = clinic.cecilia().await;
    let keys = Keys::generate().unwrap();
    let mut eva = Person::sign_in_with(&clinic, "Eva Bergström", keys, |config| config.prefetch_bytes = 0).await;
    let large = [("stor.pdf", pdf_of_size(19 * 1024 * 1024))];
    let case = cecilia.file_case(&clinic.bjorken(), "Fråga sjuksköterska", TEXT, &large).await;
    eva.has(case).await;
    eva.quit().await;
    let line = Line::to(clinic.upstream()).await;
    let told = [
        line.url(),
        eva.folder.path().display().to_string(),
        eva.profile.to_string(),
        eva.token.expose().to_owned(),
        eva.keys.to_secret().to_string(),
    ]
    .join("|");
    // as above, with a limit that may be raised again
    let limited = "trap '' XFSZ; ulimit -S -f 32768; exec \"$0\" \"$@\"";
    let child = tokio::process::Command::new("sh")
        .args(["-c", limited])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "a_full_disk_met_in_the_background_is_told_until_there_is_room", "--nocapture"])
        .env("JOURNEYS_FULL_DISK_BEHIND", told)
        .kill_on_drop(true)
        .output();
    let child =
        tokio::time::timeout(journeys::person::PATIENCE * 2, child).await.expect("told and over in time").unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{said}\n{}", String::from_utf8_lossy(&child.stderr));
    for words in ["told: disk-full", "still in contact", "over"] {
        assert!(said.contains(words), "{words}: {said}");
    }
}
