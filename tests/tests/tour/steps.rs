//! The steps, as a receiver, a handler and a resident take them.

use crate::colleague::Colleague;
use crate::handlers_day::{self, Cast};
use crate::report::Report;
use crate::resident::{FORM, File, Portal};
use crate::window::{Answer, Window, until};
use crate::{Places, axe, by_keyboard, desktop, disk, pixels};
use mottaget_domain::response_clock::swedish_day;
use mottaget_domain::{CaseId, HsaId, MessageKind, PersonalId, Resident, Role};
use mottaget_protocol::resident::PracticeResidents;
use mottaget_protocol::session::PracticePeople;
use mottaget_protocol::{Doing, Me};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Words that must never be found on disk in the clear. Nobody else in the demo clinic says them.
pub const ASKED: &str = "levotyroxin från apoteket på Tallkottsvägen";
pub const PARTIAL: &str = "Hej! Vi i Granbarkens team har tagit emot ditt ärende.";
pub const ANSWERED: &str = "Hej! Receptet är förnyat i ett år. Det finns på apoteket Björknävern.";
pub const OFFLINE: &str = "Hej! Ta med apotekskortet Lönnlövet när du hämtar.";

/// Åsa, Örjan and Älva.
const NAMES_IN_THE_ANSWER: usize = 3;

pub const TYPE: &str = "Förnya recept";

/// A page that is decoded is on the screen within this time.
const PAINTED_WITHIN: Duration = Duration::from_secs(5);

pub const LIST_PDF: File =
    File { name: "lakemedelslista.pdf", bytes: include_bytes!("../../fixtures/lakemedelslista.pdf") };
pub const BOX_JPG: File = File { name: "burk.jpg", bytes: include_bytes!("../../fixtures/burk.jpg") };
pub const ANSWER_PDF: &[u8] = include_bytes!("../../fixtures/svar.pdf");
pub const ANSWER_JPG: &[u8] = include_bytes!("../../fixtures/svar.jpg");

/// What a receiver's start page shows, in this order; a handler's and a group's work is not among it.
const RECEIVERS_CARDS: [&str; 4] = ["clinicCases", "drafts", "outbox", "personalSettings"];

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
    resident: Resident,
}

pub async fn walk(places: &Places, report: &mut Report) -> Answer<()> {
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let data = scratch.path().join("data");
    let window = Window::open(&places.app, &["--practice", "--data-dir", &data.to_string_lossy()], &[]).await?;
    window.see("[data-test=person]").await?;
    let address = practice_address(&data).await?;
    let (receiver, handler, clinic) = cast(&address).await?;
    let resident = somebody(&address).await?;
    let needles = disk::needles(&resident)?;
    let mut tour = Tour { window, report, places, data, address, receiver, handler, clinic, resident };
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
    // what it writes on its way out is searched too
    desktop::ended(&data.to_string_lossy()).await?;
    disk::search_all("after the day's work", &data, places, &needles, report)?;
    disk::opens_only_with_the_key(&data, report)?;
    crate::crash::walk(places, report, &data).await?;
    crate::tray::walk(places, report, &data).await?;
    crate::broken_files::walk(places, report, &data, &handler).await?;
    crate::no_keychain::walk(places, report, scratch.path()).await?;
    // what was damaged and set aside lies there too
    disk::search_all("at the very end", scratch.path(), places, &needles, report)
}

/// The practice server writes its address beside its data for whoever wants to try it.
async fn practice_address(data: &Path) -> Answer<String> {
    let file = data.join("practice-server").join("address");
    until("the practice server's address", || async { Ok(std::fs::read_to_string(&file).ok()) }).await
}

/// Somebody who is only a receiver, and a handler at the same clinic who is not away.
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
    let directory = Colleague::sign_in(address, &receiver.staff.hsa_id).await?.directory(clinic).await?;
    let today = swedish_day(jiff::Timestamp::now());
    let away = |me: &Me| {
        let absences = directory.staff.iter().filter(|staff| staff.hsa_id == me.staff.hsa_id);
        absences.flat_map(|staff| &staff.absences).any(|absence| absence.covers(today))
    };
    let open = |me: &&Me| !me.staff.protected_identity && !away(me);
    let handler = people.people.iter().filter(open).find(|me| only(me, Role::Handler) && here(me));
    let handler = handler.ok_or("no handler there")?;
    Ok((receiver.clone(), handler.clone(), clinic.clone()))
}

impl Tour<'_> {
    async fn all(&mut self) -> Answer<()> {
        self.window.lets_nothing_in().await?;
        self.report
            .saw("a script, a picture and a request that do not belong to the app are refused by its content policy");
        self.handler_was_here_before().await?;
        self.receiver_signs_in().await?;
        let (portal, case) = self.resident_files_a_case().await?;
        self.notification_opens_the_case().await?;
        self.receiver_previews().await?;
        self.receiver_distributes().await?;
        self.handler_is_told().await?;
        self.handler_answers().await?;
        self.resident_reads_the_answer(&portal, case).await?;
        let (waited, resident) = self.without_a_server().await?;
        by_keyboard::walk(&self.window, self.report, &self.handler, &self.receiver).await?;
        let number = self.resident.personal_id.clone();
        let cast = Cast {
            address: &self.address,
            clinic: &self.clinic,
            handler: &self.handler,
            receiver: &self.receiver,
            resident: &number,
        };
        handlers_day::walk(&self.window, self.report, self.places, &cast).await?;
        self.offline_reply_is_sent_once(waited, &resident).await
    }

    async fn picture(&mut self, name: &str) -> Answer<()> {
        let png = self.window.picture().await?;
        self.keep(name, &png).await
    }

    /// As somebody sees it who has chosen the dark.
    async fn picture_in_the_dark(&mut self, name: &str) -> Answer<()> {
        let put = "const root = document.documentElement;
            const before = root.dataset.theme;
            root.dataset.theme = arguments[0];
            return before;";
        let page = &self.window.page;
        let theme = |name: Value| async move {
            page.execute(put, vec![name]).await.map_err(|error| format!("the theme: {error}"))
        };
        let before = theme(Value::from("dark")).await?;
        let png = self.window.picture().await;
        theme(before).await?;
        self.report.picture(name, &png?);
        Ok(())
    }

    async fn keep(&mut self, name: &str, png: &[u8]) -> Answer<()> {
        self.report.picture(name, png);
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
        // What is unsent is told first.
        self.window.see("[data-test=person], [data-test=sign-out-dialog]").await?;
        if self.window.count("[data-test=sign-out-dialog]").await? > 0 {
            self.window.click("[data-test=sign-out-dialog] [data-test=confirm-go]").await?;
        }
        self.window.see("[data-test=person]").await?;
        Ok(())
    }

    /// The handler has used this machine before, so what comes later is news and not a first filling.
    async fn handler_was_here_before(&mut self) -> Answer<()> {
        self.picture("sign-in").await?;
        let handler = self.handler.clone();
        self.sign_in(&handler).await?;
        self.window.see("[data-test=connection][data-state=connected]").await?;
        // the list stands on what the first sync brought
        self.window.see("[data-test=count-mine]").await?;
        let (shown, before) = (desktop::displayed()?, desktop::history()?);
        if shown != 0 || !before.is_empty() {
            return Err(format!("notifications at the very first sync: {shown} shown, {before:?} put away"));
        }
        self.report.saw("the handler signs in for the first time; the first sync raises no notification");
        self.sign_out().await
    }

    async fn receiver_signs_in(&mut self) -> Answer<()> {
        let receiver = self.receiver.clone();
        self.sign_in(&receiver).await?;
        self.window.see("[data-card=clinicCases]").await?;
        let cards = self.window.attributes("[data-test=card]", "data-card").await?;
        if cards != RECEIVERS_CARDS {
            return Err(format!("a receiver sees the cards {cards:?}"));
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
        let portal = Portal::sign_in(&self.address, &self.resident.personal_id).await?;
        let text = format!("Hej! Jag behöver nytt recept på {ASKED}. Tabletterna tar slut på fredag.");
        let case = portal.file(&self.clinic, TYPE, &text, &[LIST_PDF, BOX_JPG]).await?;
        self.report.saw("a resident files «Förnya recept» with two attachments over the residents' interface");
        Ok((portal, case))
    }

    async fn notification_opens_the_case(&mut self) -> Answer<()> {
        desktop::shows(1).await?;
        let png = desktop::picture(&self.places.out)?;
        self.report.picture("notification-new-case", &png);
        desktop::click_notification()?;
        self.window.read("[data-test=case-title]", TYPE).await?;
        self.window.read("[data-test=thread]", ASKED).await?;
        self.expect_told(&["Nytt ärende"]).await?;
        self.picture("case-opened").await?;
        self.report.saw("one native notification, without the resident's name; its click opens the case");
        Ok(())
    }

    /// The daemon's record has exactly these, newest first, and nothing of the resident or the case in any field.
    async fn expect_told(&self, words: &[&str]) -> Answer<()> {
        let record = until("the notification in the daemon's record", || async {
            let record = desktop::history()?;
            Ok((record.len() >= words.len()).then_some(record))
        })
        .await?;
        if record.len() != words.len() || !record.iter().zip(words).all(|((summary, _), word)| summary.contains(word)) {
            return Err(format!("the daemon was given {record:?}, not {words:?}"));
        }
        let whole = desktop::whole_history()?.to_lowercase();
        let number = &self.resident.personal_id;
        let mut secrets = vec![number.as_str().to_owned(), number.written(), TYPE.to_owned(), FORM.to_owned()];
        secrets.extend(self.resident.name.split_whitespace().map(str::to_owned));
        // the rarest words of the texts: a word is enough to tell what a case is about
        secrets
            .extend(["Tallkott", "levotyroxin", "recept", "Granbark", LIST_PDF.name, BOX_JPG.name].map(str::to_owned));
        match secrets.iter().find(|secret| whole.contains(&secret.to_lowercase())) {
            Some(secret) => Err(format!("the daemon was told «{secret}»: {whole}")),
            None => Ok(()),
        }
    }

    /// Opens the file's preview and waits for its own picture: its shape, and the colours that are drawn on it.
    async fn look_at(&mut self, tile: &str, name: &str) -> Answer<Vec<u8>> {
        let open = format!("[data-test=preview][data-file='{name}']");
        // A tile that moves in the moment of the click is missed; a person clicks once more.
        until(&format!("{name} opened"), || async {
            if self.window.count(&open).await? > 0 {
                return Ok(Some(()));
            }
            self.window.click(tile).await?;
            Ok(None)
        })
        .await?;
        let page = format!("{open} [data-test=preview-page]");
        let blocks = pixels::blocks_of(name)?;
        let mut pictures = 0;
        let begun = std::time::Instant::now();
        loop {
            let ((width, height), part) = self.window.painted(&page).await?;
            let png = self.window.picture().await?;
            pictures += 1;
            let Some(missing) = pixels::missing(&png, part, blocks)? else {
                if (height > width) != name.ends_with(".pdf") {
                    return Err(format!("{name} is shown {width} × {height}: that is another file"));
                }
                self.report.saw(&format!(
                    "{name} is previewed, {width} × {height} pixels; its colours are seen in picture {pictures} of it"
                ));
                return Ok(png);
            };
            if begun.elapsed() > PAINTED_WITHIN {
                self.report.picture("not-drawn", &png);
                return Err(format!("{name} is not drawn after {pictures} pictures: {missing}"));
            }
        }
    }

    /// Takes the pixels off the page on the screen: the check must miss them, or it would miss nothing.
    async fn a_white_page_is_noticed(&mut self, name: &str) -> Answer<()> {
        let page = format!("[data-test=preview][data-file='{name}'] [data-test=preview-page]");
        self.window.blank(&page, true).await?;
        let (_, part) = self.window.painted(&page).await?;
        let missing = pixels::missing(&self.window.picture().await?, part, pixels::blocks_of(name)?)?;
        self.window.blank(&page, false).await?;
        missing.map(drop).ok_or_else(|| "a white page passes for a drawn one".to_owned())
    }

    async fn receiver_previews(&mut self) -> Answer<()> {
        let png = self
            .look_at(
                "[data-test=attachment]:has([title='lakemedelslista.pdf']) [data-test=attachment-open]",
                "lakemedelslista.pdf",
            )
            .await?;
        self.keep("preview-pdf", &png).await?;
        self.a_white_page_is_noticed("lakemedelslista.pdf").await?;
        let tile = "[data-test=attachment]:has([title='burk.jpg']) [data-test=attachment-open]";
        let png = self.look_at(tile, "burk.jpg").await?;
        self.keep("preview-jpeg", &png).await?;
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

    async fn handler_is_told(&mut self) -> Answer<()> {
        let handler = self.handler.clone();
        self.sign_in(&handler).await?;
        desktop::shows(1).await?;
        self.picture("start-handler").await?;
        desktop::click_notification()?;
        self.window.read("[data-test=case-title]", TYPE).await?;
        self.window.read("[data-test=thread]", ASKED).await?;
        self.expect_told(&["tilldelats dig", "Nytt ärende"]).await?;
        self.report.saw("the handler is told «tilldelats dig»; the click opens the case");
        Ok(())
    }

    async fn handler_answers(&mut self) -> Answer<()> {
        self.window.click("[data-test=act-reply]").await?;
        self.window.see("[data-test=composer]").await?;
        self.window.click("[data-test=kind-finalReply]").await?;
        self.window.type_into("[data-test=composer-text]", ANSWERED).await?;
        self.colleague_comes_and_goes().await?;
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
        self.picture_in_the_dark("composer-in-the-dark").await?;
        self.window.click("[data-test=send]").await?;
        self.guard_stops_and_is_answered(true).await?;
        self.answer_is_taken_back_and_sent_again().await?;
        self.window
            .read("[data-test=message][data-kind=finalReply] [data-test=delivery][data-state=sent]", "Skickat")
            .await?;
        self.picture("answered").await?;
        self.report.saw("answer written, a PDF and a JPEG attached and looked at, sent");
        Ok(())
    }

    /// The receiver opens the same case at another machine: the handler sees it, and that it ends.
    async fn colleague_comes_and_goes(&mut self) -> Answer<()> {
        let (case, _) = self.attribute_of_case().await?;
        let name = self.receiver.staff.name.clone();
        let colleague = Colleague::sign_in(&self.address, &self.receiver.staff.hsa_id).await?;
        colleague.attends(Some((case, Doing::Reading))).await?;
        self.window.read("[data-test=company]", &format!("{name} läser")).await?;
        colleague.attends(Some((case, Doing::Distributing))).await?;
        self.window.read("[data-test=company-note]", &format!("{name} håller på att fördela ärendet")).await?;
        self.picture("colleague").await?;
        colleague.attends(None).await?;
        self.window.gone("[data-test=company-note]").await?;
        self.window.gone("[data-test=company]").await?;
        self.report
            .saw("a colleague who opens the same case is seen beside the name and over the text, and gone when gone");
        Ok(())
    }

    /// What was sent is not out yet: it is taken back, stands in the composer as it was, and is sent again.
    async fn answer_is_taken_back_and_sent_again(&mut self) -> Answer<()> {
        self.window.read("[data-test=undo-row] [data-test=undo-left]", "skickas om").await?;
        self.window.see("[data-test=message][data-kind=finalReply] [data-state=atServer]").await?;
        self.picture("can-be-undone").await?;
        self.window.click("[data-test=undo]").await?;
        self.window.gone("[data-test=undo-row]").await?;
        self.window.gone("[data-test=message][data-kind=finalReply]").await?;
        until("the whole answer back in the composer", || async {
            let text = self.window.see("[data-test=composer-text]").await?;
            let text = text.prop("value").await.map_err(|error| error.to_string())?.unwrap_or_default();
            let files = self.window.count("[data-test=draft-file] [data-reviewed=true]").await?;
            Ok((text.contains(ANSWERED) && files == 2).then_some(()))
        })
        .await?;
        self.report.saw("the answer is taken back before it is out, files and all, and sent again");
        self.window.click("[data-test=send]").await?;
        // what was confirmed was confirmed for the message that came back
        self.guard_stops_and_is_answered(false).await
    }

    /// The paper names three people that are not the resident: the guard stops it, shows the page, and lets it go when
    /// somebody has looked.
    async fn guard_stops_and_is_answered(&mut self, first_time: bool) -> Answer<()> {
        self.window.see("[data-test=guard]").await?;
        let kinds = self.window.attributes("[data-test=guard-finding]", "data-kind").await?;
        if kinds.len() != NAMES_IN_THE_ANSWER || kinds.iter().any(|kind| kind != "personName") {
            return Err(format!("the guard finds {kinds:?} in the answer"));
        }
        if self.window.count("[data-test=message][data-kind=finalReply]").await? > 0 {
            return Err("something was sent although the guard has stopped it".into());
        }
        if first_time {
            self.picture("guard").await?;
            self.window.click("[data-test=guard-finding] [data-test=guard-go]").await?;
            self.window.see("[data-test=preview][data-file='svar.pdf'] [data-test=preview-page]").await?;
            // neither Enter on the safe way nor a press without a look sends anything
            self.window.click("[data-test=guard-anyway]").await?;
            self.window.see("[data-test=guard-error]").await?;
            self.picture("guard-asks-for-a-look").await?;
            self.report.saw("the guard stops the three names in svar.pdf and shows the page that they stand on");
        }
        self.window.click("[data-test=guard-looked]").await?;
        self.window.click("[data-test=guard-anyway]").await?;
        self.window.gone("[data-test=composer]").await
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
    async fn without_a_server(&mut self) -> Answer<(CaseId, PersonalId)> {
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
        let png = self
            .look_at(
                "[data-test=attachment]:has([title='lakemedelslista.pdf']) [data-test=attachment-open]",
                "lakemedelslista.pdf",
            )
            .await?;
        self.keep("offline-preview", &png).await?;
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
        self.window.see("[data-test=outbox-out][data-state=atServer]").await?;
        self.picture("back-online").await?;
        self.window.see("[data-test=undo-row]").await?;
        self.report.saw("server started: the waiting reply goes to the server, which holds it for its undo window");
        Ok(shown)
    }

    /// Asked when its undo window has had its time.
    async fn offline_reply_is_sent_once(&mut self, case: CaseId, resident: &PersonalId) -> Answer<()> {
        let portal = Portal::sign_in(&self.address, resident).await?;
        let sent = until("the offline reply at the resident's", || async {
            let read = portal.case(case).await?;
            let sent = read.messages.iter().filter(|message| message.text.contains(OFFLINE)).count();
            Ok((sent > 0).then_some(sent))
        })
        .await?;
        if sent != 1 {
            return Err(format!("the offline reply was sent {sent} times"));
        }
        self.report.saw("the reply that was written without a server is sent, once");
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

/// A demo resident whose login works and who shares number and address, so that both can be looked for.
async fn somebody(address: &str) -> Answer<Resident> {
    let response = reqwest::get(format!("{address}/practice/residents")).await.map_err(|error| error.to_string())?;
    let text = response.text().await.map_err(|error| error.to_string())?;
    let all: PracticeResidents = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    all.residents
        .into_iter()
        .filter(|one| one.reachable() && !one.protected_identity)
        .filter(|one| one.mobile.is_some() && one.email.is_some())
        // a short name stands in many a file by chance
        .find(|one| one.name.split_whitespace().all(|part| part.len() >= 5))
        .ok_or_else(|| "no resident to be".to_owned())
}
