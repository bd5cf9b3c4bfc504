//! The steps, as a receiver, a handler and a resident take them.

use crate::report::Report;
use crate::resident::{File, Portal};
use crate::window::{Answer, Window, until};
use crate::{Places, axe, desktop};
use mottaget_domain::{CaseId, HsaId, MessageKind, PersonalId, Role};
use mottaget_protocol::Me;
use mottaget_protocol::session::PracticePeople;
use std::path::{Path, PathBuf};

/// Words that must never be found on disk in the clear. Nobody else in the demo clinic says them.
const ASKED: &str = "Tallkottsvägen levotyroxin";
const PARTIAL: &str = "Granbarksdelsvar: vi har tagit emot ditt ärende.";
const ANSWERED: &str = "Björknäversvar: receptet är förnyat i ett år.";
const OFFLINE: &str = "Lönnlövssvar: skrivet utan nät.";

const LIST_PDF: File =
    File { name: "lakemedelslista.pdf", bytes: include_bytes!("../../fixtures/lakemedelslista.pdf") };
const BOX_JPG: File = File { name: "burk.jpg", bytes: include_bytes!("../../fixtures/burk.jpg") };
const ANSWER_PDF: &[u8] = include_bytes!("../../fixtures/svar.pdf");
const ANSWER_JPG: &[u8] = include_bytes!("../../fixtures/svar.jpg");

/// A running tour.
struct Tour<'a> {
    window: Window,
    report: &'a mut Report,
    places: &'a Places,
    /// Everything that the app keeps; the practice server's folder lies in it.
    data: PathBuf,
    address: String,
    receiver: Me,
    handler: Me,
    clinic: HsaId,
}

pub async fn walk(places: &Places, report: &mut Report) -> Answer<()> {
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let data = scratch.path().join("data");
    let window = Window::open(&places.app, &["--practice", "--data-dir", &data.to_string_lossy()], &[]).await?;
    window.see("[data-test=person]").await?;
    let address = practice_address(&data).await?;
    let (receiver, handler, clinic) = cast(&address).await?;
    let mut tour = Tour { window, report, places, data, address, receiver, handler, clinic };
    let outcome = tour.all().await;
    if outcome.is_err() {
        // What the screen showed when it went wrong is worth more than the error.
        if let Ok(png) = tour.window.picture().await {
            tour.report.picture("ended-here", &png);
        }
        if let Ok(png) = desktop::picture(&tour.places.out) {
            tour.report.picture("ended-here-display", &png);
        }
    }
    let Tour { window, report, data, handler, .. } = tour;
    let closed = window.close().await;
    outcome?;
    closed?;
    at_rest(&data, places, report)?;
    crate::broken_files::walk(places, report, &data, &handler).await?;
    crate::no_keychain::walk(places, report).await
}

/// The practice server writes its address beside its data for whoever wants to try it.
async fn practice_address(data: &Path) -> Answer<String> {
    let file = data.join("practice-server").join("address");
    until("the practice server's address", || async { Ok(std::fs::read_to_string(&file).ok()) }).await
}

/// Somebody who is only a receiver, and a handler at the same clinic.
async fn cast(address: &str) -> Answer<(Me, Me, HsaId)> {
    let response = reqwest::get(format!("{address}/practice/people")).await.map_err(|error| error.to_string())?;
    let text = response.text().await.map_err(|error| error.to_string())?;
    let people: PracticePeople = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let only = |me: &&Me, role| match me.assignments.as_slice() {
        [one] => one.roles.iter().copied().eq([role]),
        _ => false,
    };
    let receiver = people.people.iter().find(|me| only(me, Role::Receiver)).ok_or("no receiver in the demo clinic")?;
    let clinic = &receiver.assignments.first().ok_or("no assignment")?.clinic;
    let here = |me: &&Me| me.assignments.first().is_some_and(|one| one.clinic == *clinic);
    let open = |me: &&Me| !me.staff.protected_identity;
    let handler = people.people.iter().filter(open).find(|me| only(me, Role::Handler) && here(me));
    let handler = handler.ok_or("no handler there")?;
    Ok((receiver.clone(), handler.clone(), clinic.clone()))
}

impl Tour<'_> {
    async fn all(&mut self) -> Answer<()> {
        self.handler_was_here_before().await?;
        self.receiver_signs_in().await?;
        let (portal, case) = self.resident_files_a_case().await?;
        self.notification_opens_the_case(&portal).await?;
        self.receiver_previews().await?;
        self.receiver_distributes().await?;
        self.handler_is_told(&portal).await?;
        self.handler_answers().await?;
        self.resident_reads_the_answer(&portal, case).await?;
        self.without_a_server().await
    }

    async fn picture(&mut self, name: &str) -> Answer<()> {
        let png = self.window.picture().await?;
        self.report.picture(name, &png);
        axe::check(&self.window, name).await
    }

    async fn sign_in(&self, who: &Me) -> Answer<()> {
        self.window.click(&format!("[data-test=person][data-hsa-id='{}']", who.staff.hsa_id)).await?;
        self.window.see("[data-test=start] [data-test=card]").await?;
        self.window.read("[data-test=connection]", "Ansluten").await?;
        Ok(())
    }

    async fn sign_out(&self) -> Answer<()> {
        self.window.click("[data-test=user-menu]").await?;
        self.window.click("[data-test=user-menu-signOut]").await?;
        self.window.see("[data-test=person]").await?;
        Ok(())
    }

    /// The handler has used this machine before, so what comes later is news and not a first filling.
    async fn handler_was_here_before(&mut self) -> Answer<()> {
        self.picture("sign-in").await?;
        let handler = self.handler.clone();
        self.sign_in(&handler).await?;
        let shown = desktop::displayed()?;
        if shown != 0 {
            return Err(format!("{shown} notifications at the very first sync"));
        }
        self.report.saw("the handler signs in for the first time; the first sync raises no notification");
        self.sign_out().await
    }

    async fn receiver_signs_in(&mut self) -> Answer<()> {
        let receiver = self.receiver.clone();
        self.sign_in(&receiver).await?;
        self.window.see("[data-card=clinicCases]").await?;
        if self.window.count("[data-card=assignedCases]").await? != 0 {
            return Err("a receiver sees the handler's card".into());
        }
        self.picture("start-receiver").await?;
        self.report.saw("the receiver's start page has the receiver's cards and no others");
        self.window.click("[data-test=nav-inbox]").await?;
        self.window.see("[data-test=case-row]").await?;
        self.picture("inbox").await?;
        self.window.click("[data-test=user-menu]").await?;
        self.window.click("[data-test=user-menu-settings]").await?;
        self.window.see("[data-test=signature]").await?;
        self.picture("settings").await?;
        self.report.saw("axe finds nothing on the inbox and in the settings, in light and dark, nor on any view below");
        Ok(())
    }

    async fn resident_files_a_case(&mut self) -> Answer<(Portal, CaseId)> {
        let portal = Portal::sign_in(&self.address, &somebody(&self.address).await?).await?;
        let text = format!("{ASKED}: jag behöver nytt recept, tabletterna tar slut på fredag.");
        let case = portal.file(&self.clinic, "Förnya recept", &text, &[LIST_PDF, BOX_JPG]).await?;
        self.report.saw("a resident files «Förnya recept» with two attachments over the residents' interface");
        Ok((portal, case))
    }

    async fn notification_opens_the_case(&mut self, portal: &Portal) -> Answer<()> {
        desktop::shows(1).await?;
        let png = desktop::picture(&self.places.out)?;
        self.report.picture("notification-new-case", &png);
        desktop::click_notification()?;
        self.window.read("[data-test=case-title]", "Förnya recept").await?;
        self.window.read("[data-test=thread]", ASKED).await?;
        self.expect_told("Nytt ärende", portal).await?;
        self.picture("case-opened").await?;
        self.report.saw("one native notification, without the resident's name; its click opens the case");
        Ok(())
    }

    /// The daemon's record has the words and nothing of the resident.
    async fn expect_told(&self, words: &str, portal: &Portal) -> Answer<()> {
        let record = until("the notification in the daemon's record", || async {
            let record = desktop::history()?;
            Ok(record.iter().any(|(summary, _)| summary.contains(words)).then_some(record))
        })
        .await?;
        for (summary, body) in &record {
            for part in portal.name.split_whitespace() {
                if summary.contains(part) || body.contains(part) {
                    return Err(format!("the notification names the resident: {summary} / {body}"));
                }
            }
        }
        Ok(())
    }

    /// Opens the file's preview and waits for its own pixels, told from the other file's by their shape.
    async fn look_at(&mut self, tile: &str, name: &str) -> Answer<()> {
        self.window.click(tile).await?;
        let page = format!("[data-test=preview][data-file='{name}'] [data-test=preview-page]");
        let (width, height) = self.window.painted(&page).await?;
        let upright = height > width;
        if upright != name.ends_with(".pdf") {
            return Err(format!("{name} is shown {width} × {height}: that is another file"));
        }
        self.report.saw(&format!("{name} is previewed, {width} × {height} pixels"));
        Ok(())
    }

    async fn receiver_previews(&mut self) -> Answer<()> {
        self.look_at(
            "[data-test=attachment]:has([title='lakemedelslista.pdf']) [data-test=attachment-open]",
            "lakemedelslista.pdf",
        )
        .await?;
        self.picture("preview-pdf").await?;
        self.look_at("[data-test=attachment]:has([title='burk.jpg']) [data-test=attachment-open]", "burk.jpg").await?;
        self.picture("preview-jpeg").await?;
        self.window.click("[data-test=preview-close]").await?;
        self.window.gone("[data-test=preview]").await
    }

    async fn receiver_distributes(&mut self) -> Answer<()> {
        let handler = self.handler.staff.clone();
        self.window.click("[data-test=act-distribute]").await?;
        self.window.type_into("[data-test=distribute-search]", &handler.name).await?;
        self.window.click(&format!("[data-test=target][data-target-id='{}']", handler.hsa_id)).await?;
        self.window.click("[data-test=distribute-with-reply]").await?;
        self.window.type_into("[data-test=distribute-dialog] [data-test=composer-text]", PARTIAL).await?;
        self.picture("distribute").await?;
        self.window.click("[data-test=distribute-go]").await?;
        self.window.gone("[data-test=distribute-dialog]").await?;
        self.window
            .read("[data-test=message][data-kind=partialReply] [data-test=delivery][data-state=sent]", "Skickat")
            .await?;
        self.window.read("[data-test=assignee]", &handler.name).await?;
        self.picture("distributed").await?;
        self.report
            .saw("distributed to the handler with a partial reply; the screen says sent once the server has sent it");
        self.sign_out().await
    }

    async fn handler_is_told(&mut self, portal: &Portal) -> Answer<()> {
        let handler = self.handler.clone();
        self.sign_in(&handler).await?;
        desktop::shows(1).await?;
        self.picture("start-handler").await?;
        desktop::click_notification()?;
        self.window.read("[data-test=case-title]", "Förnya recept").await?;
        self.window.read("[data-test=thread]", ASKED).await?;
        self.expect_told("tilldelats dig", portal).await?;
        self.report.saw("the handler is told «tilldelats dig»; the click opens the case");
        Ok(())
    }

    async fn handler_answers(&mut self) -> Answer<()> {
        self.window.click("[data-test=act-reply]").await?;
        self.window.see("[data-test=composer]").await?;
        self.window.click("[data-test=kind-finalReply]").await?;
        self.window.type_into("[data-test=composer-text]", ANSWERED).await?;
        for (name, bytes) in [("svar.pdf", ANSWER_PDF), ("svar.jpg", ANSWER_JPG)] {
            let path = self.places.out.join(name);
            std::fs::write(&path, bytes).map_err(|error| error.to_string())?;
            self.window.click("[data-test=attach]").await?;
            desktop::pick_file("Välj filer att bifoga", &path).await?;
            self.look_at(&format!("[data-test=draft-file]:has([title='{name}']) [data-test=draft-file-open]"), name)
                .await?;
            self.window.see("[data-test=preview-reviewed]").await?;
            self.window.see(&format!("[data-test=draft-file]:has([title='{name}']) [data-reviewed=true]")).await?;
            std::fs::remove_file(&path).map_err(|error| error.to_string())?;
        }
        self.picture("composer-with-preview").await?;
        self.window.click("[data-test=send]").await?;
        self.window
            .read("[data-test=message][data-kind=finalReply] [data-test=delivery][data-state=sent]", "Skickat")
            .await?;
        self.picture("answered").await?;
        self.report.saw("answer written, a PDF and a JPEG attached and looked at, sent");
        Ok(())
    }

    async fn resident_reads_the_answer(&mut self, portal: &Portal, case: CaseId) -> Answer<()> {
        let read = portal.case(case).await?;
        let reply = read.messages.iter().find(|message| message.kind == MessageKind::FinalReply);
        let reply = reply.ok_or("the resident has no answer")?;
        if !reply.text.contains(ANSWERED) || !read.messages.iter().any(|message| message.text.contains(PARTIAL)) {
            return Err("the resident reads something else than was written".into());
        }
        for (name, sent) in [("svar.pdf", ANSWER_PDF), ("svar.jpg", ANSWER_JPG)] {
            let file = reply.attachments.iter().find(|file| file.file_name == name).ok_or("a file is missing")?;
            if portal.download(case, file.id).await? != sent {
                return Err(format!("{name} is not what was attached"));
            }
        }
        self.report.saw("the residents' interface has the partial reply, the answer and both files, byte for byte");
        Ok(())
    }

    async fn server(&self, what: &str) -> Answer<()> {
        self.window.click("[data-test=user-menu]").await?;
        self.window.click(&format!("[data-test=user-menu-{what}]")).await
    }

    /// Everything synced stays usable, a reply waits here, and is sent once when the server is back.
    async fn without_a_server(&mut self) -> Answer<()> {
        self.server("stop").await?;
        self.window.read("[data-test=connection]", "Frånkopplad").await?;
        self.window.type_into("[data-test=search]", "tallkott").await?;
        until("the one case found", || async {
            Ok((self.window.count("[data-test=case-row]").await? == 1).then_some(()))
        })
        .await?;
        self.window.click("[data-test=case-row]").await?;
        self.window.read("[data-test=thread]", ASKED).await?;
        self.report.saw("server stopped: the case is found by a word of its text and read");
        self.look_at(
            "[data-test=attachment]:has([title='lakemedelslista.pdf']) [data-test=attachment-open]",
            "lakemedelslista.pdf",
        )
        .await?;
        self.picture("offline-preview").await?;
        self.window.click("[data-test=preview-close]").await?;

        self.window.click("[data-test=nav-mine]").await?;
        self.window.click("[data-test=case-row]:not([data-state=awaitingResident])").await?;
        self.window.see("[data-test=act-reply]").await?;
        let shown = self.attribute_of_case().await?;
        self.window.click("[data-test=act-reply]").await?;
        self.window.click("[data-test=kind-finalReply]").await?;
        self.window.type_into("[data-test=composer-text]", OFFLINE).await?;
        self.window.click("[data-test=send]").await?;
        self.window
            .read("[data-test=message][data-kind=finalReply] [data-test=delivery][data-state=here]", "här på datorn")
            .await?;
        self.picture("offline-waits").await?;
        self.window.click("[data-test=nav-outbox]").await?;
        self.window.see("[data-test=outbox-row]").await?;
        self.picture("outbox").await?;
        self.report.saw("a reply written now waits in the outbox and says so");

        self.server("start").await?;
        self.window.read("[data-test=connection]", "Ansluten").await?;
        self.window.gone("[data-test=outbox-row]").await?;
        self.picture("back-online").await?;
        let (case, resident) = shown;
        let portal = Portal::sign_in(&self.address, &resident).await?;
        let sent = portal.case(case).await?.messages.iter().filter(|message| message.text.contains(OFFLINE)).count();
        if sent != 1 {
            return Err(format!("the offline reply was sent {sent} times"));
        }
        self.report.saw("server started: the waiting reply is sent, once");
        Ok(())
    }

    /// The open case and the resident's number, as the screen shows them.
    async fn attribute_of_case(&self) -> Answer<(CaseId, PersonalId)> {
        let id = self.window.attribute("[data-test=case]", "data-case-id").await?.ok_or("the case has no id")?;
        let id = id.parse().map_err(|_| "the case's id".to_owned())?;
        let facts = self.window.text("[data-test=facts]").await?;
        let today = jiff::Zoned::now().date();
        let number = numbers_in(&facts).into_iter().find_map(|word| PersonalId::parse(&word, today).ok());
        Ok((id, number.ok_or_else(|| format!("no identity number in the facts: {facts}"))?))
    }
}

/// Everything in a text that could be a written identity number: thirteen characters with a divider.
fn numbers_in(text: &str) -> Vec<String> {
    let signs: Vec<char> = text.chars().collect();
    let written = |window: &&[char]| {
        window.iter().enumerate().all(|(at, sign)| if at == 8 { *sign == '-' } else { sign.is_ascii_alphanumeric() })
    };
    signs.windows(13).filter(written).map(|window| window.iter().collect()).collect()
}

/// A demo resident whose login works.
async fn somebody(address: &str) -> Answer<PersonalId> {
    let response = reqwest::get(format!("{address}/practice/residents")).await.map_err(|error| error.to_string())?;
    let text = response.text().await.map_err(|error| error.to_string())?;
    let json: serde_json::Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let list = json.as_array().or_else(|| json.get("residents")?.as_array()).ok_or("no residents")?;
    list.iter()
        .filter(|one| one.get("protectedIdentity").and_then(serde_json::Value::as_bool) != Some(true))
        .filter_map(|one| PersonalId::try_from(one.get("personalId")?.as_str()?.to_owned()).ok())
        .find(PersonalId::reachable)
        .ok_or_else(|| "no resident to be".to_owned())
}

/// What is left on disk once the app has ended: encrypted, openable with the key and not without it.
fn at_rest(data: &Path, places: &Places, report: &mut Report) -> Answer<()> {
    let needles = [ASKED, PARTIAL, ANSWERED, OFFLINE, "Tallkottsvägen", "Björknäversvar"];
    let practice = data.join("practice-server");
    let mut files = desktop::files_below(data);
    for folder in &places.session_dirs {
        files.extend(desktop::files_below(folder));
    }
    let (server, app): (Vec<_>, Vec<_>) = files.into_iter().partition(|path| path.starts_with(&practice));
    if desktop::files_with(&server, &needles).is_empty() {
        return Err("the control found nothing: the search does not search".into());
    }
    let hits = desktop::files_with(&app, &needles);
    if !hits.is_empty() {
        return Err(format!("in the clear on disk: {hits:?}"));
    }
    report.saw(&format!(
        "{} files of the app searched: none of the tour's words; the practice server's own folder has them (control)",
        app.len()
    ));
    opens_only_with_the_key(data, report)
}

fn opens_only_with_the_key(data: &Path, report: &mut Report) -> Answer<()> {
    use mottaget_store::{Keys, Store};
    let mirrors: Vec<PathBuf> =
        desktop::files_below(&data.join("cache")).into_iter().filter(|path| path.ends_with("mirror.db")).collect();
    let secrets = desktop::secret("/keys")?;
    if mirrors.len() != 2 || secrets.len() != 2 {
        return Err(format!("{} caches and {} keys for two people", mirrors.len(), secrets.len()));
    }
    for mirror in &mirrors {
        let folder = mirror.parent().ok_or("no folder")?;
        let head = std::fs::read(mirror).map_err(|error| error.to_string())?;
        if head.starts_with(b"SQLite format 3") {
            return Err("the cache is a plain database".into());
        }
        let wrong = Keys::generate().map_err(|error| error.to_string())?;
        if Store::open(folder, &wrong).is_ok() {
            return Err("the cache opens with any key".into());
        }
        let opened = secrets
            .iter()
            .filter_map(|secret| Keys::from_secret(secret).ok())
            .any(|keys| Store::open(folder, &keys).is_ok());
        if !opened {
            return Err("the cache does not open with its key from the keychain".into());
        }
    }
    report.saw("both caches open with their key from the keychain, and with no other");
    Ok(())
}
