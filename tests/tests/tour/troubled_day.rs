//! A day on which contact is lost and colleagues do not wait: everything is done without a network, what others were first
//! with comes back with its reason, words outlast a sign-out and change hands, and what was sent is out once, whoever takes it
//! back and whatever the server does meanwhile.
//!
//! The server, the colleagues and the resident are those of the journeys; between the app and the server lies a line that can
//! be cut, so that only this window is without contact.

use crate::by_keyboard::Keys;
use crate::report::Report;
use crate::steps::ANSWER_JPG;
use crate::window::{Answer, Window, until};
use crate::{Places, axe, desktop};
use journeys::line::{Line, Mode};
use journeys::{Clinic, Person, ResidentAtHome};
use mottaget_client::view::AssigneeName;
use mottaget_domain::clinic::{RegionPolicy, UndoWindow};
use mottaget_domain::{CaseId, CaseState, MessageId, MessageKind};
use sha2::{Digest, Sha256};

/// Receiver and handler at one clinic.
const WHO: &str = "Eva Bergström";
const GROUP: &str = "Sköterskegruppen";
/// Nobody comes to the end of it here.
const LONG: u16 = 600;

const REPLIED: &str = "Hej! Salvan finns att hämta. Läs bladet om mandelblom.";
const NOTED: &str = "Bladet om mandelblom ligger i pärmen.";
const BEGUN: &str = "Hej! Vi har läst om din backsippa och";
const GONE_ON: &str = " ringer i morgon.";
const HELD: &str = "Hej! Provet är bra. Hälsningar från liljekonvaljens mottagning.";
const FILE: &str = "svar.jpg";

/// Each has a word of its own, in letters that every keyboard has.
struct Cases {
    to_distribute: CaseId,
    of_the_group: CaseId,
    to_answer: CaseId,
    to_close: CaseId,
    begun_by_a_colleague: CaseId,
    to_take_back: CaseId,
    to_find: CaseId,
}

const WORDS: [&str; 7] =
    ["gullviva", "blodnava", "mandelblom", "solvinda", "backsippa", "liljekonvalj", "vattenklover"];

struct Day<'a> {
    window: &'a Window,
    keys: Keys<'a>,
    report: &'a mut Report,
    places: &'a Places,
    clinic: Clinic,
    line: Line,
    anna: Person,
    sara: Person,
    cecilia: ResidentAtHome,
    cases: Cases,
}

pub async fn walk(places: &Places, report: &mut Report) -> Answer<()> {
    let clinic = Clinic::start().await;
    let line = Line::to(clinic.upstream()).await;
    let (anna, sara, cecilia) = (clinic.anna().await, clinic.sara().await, clinic.cecilia().await);
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let data = scratch.path().join("data");
    let args = ["--server", &line.url(), "--data-dir", &data.to_string_lossy()];
    let window = Window::open(&places.app, &args, &[]).await?;
    let cases = filed(&clinic, &cecilia).await;
    let keys = Keys { window: &window };
    let mut day = Day { window: &window, keys, report, places, clinic, line, anna, sara, cecilia, cases };
    let outcome = day.all().await;
    if outcome.is_err()
        && let Ok(png) = window.picture().await
    {
        report.picture("ended-here", &png);
    }
    let closed = window.close().await;
    outcome.and(closed)?;
    desktop::ended(&data.to_string_lossy()).await
}

async fn filed(clinic: &Clinic, cecilia: &ResidentAtHome) -> Cases {
    let mut filed = Vec::new();
    for word in WORDS {
        let text = format!("Hej! Det gäller min {word}.");
        filed.push(cecilia.file_case(&clinic.bjorken(), "Boka tid", &text, &[]).await);
    }
    let [to_distribute, of_the_group, to_answer, to_close, begun_by_a_colleague, to_take_back, to_find] = filed[..]
    else {
        panic!("a case for each word");
    };
    Cases { to_distribute, of_the_group, to_answer, to_close, begun_by_a_colleague, to_take_back, to_find }
}

impl Day<'_> {
    async fn all(&mut self) -> Answer<()> {
        self.given_out().await?;
        self.signs_in().await?;
        self.all_of_it_without_contact().await?;
        self.others_were_first().await?;
        self.words_change_hands_and_outlast_a_sign_out().await?;
        self.a_colleague_takes_back_what_was_sent().await?;
        self.the_server_restarts_while_it_holds_a_message().await?;
        self.a_case_is_printed().await?;
        self.anything_is_found().await?;
        self.several_are_closed_at_once_and_that_is_undone().await
    }

    async fn given_out(&mut self) -> Answer<()> {
        let Cases { of_the_group, to_answer, to_close, begun_by_a_colleague, to_take_back, to_find, .. } = self.cases;
        for (case, to) in [
            (of_the_group, GROUP),
            (to_answer, WHO),
            (to_close, WHO),
            (begun_by_a_colleague, "Sara Lindqvist"),
            (to_take_back, WHO),
            (to_find, WHO),
        ] {
            self.anna.has(case).await;
            self.anna.give_to(case, to).await.map_err(|error| error.to_string())?;
        }
        self.anna.outbox_empty().await;
        self.sara.has(begun_by_a_colleague).await;
        Ok(())
    }

    async fn signs_in(&self) -> Answer<()> {
        let people = self.anna.client.practice_people().await.map_err(|error| error.to_string())?;
        let eva = people.into_iter().find(|me| me.staff.name == WHO).ok_or("nobody of that name")?;
        self.window.click(&format!("[data-test=person][data-hsa-id='{}']", eva.staff.hsa_id)).await?;
        self.window.see("[data-test=start]").await?;
        self.window.read("[data-test=connection]", "Ansluten").await.map(drop)
    }

    /// By a word that only this case has.
    async fn open(&self, word: &str, case: CaseId) -> Answer<()> {
        desktop::to_the_window()?;
        self.keys.press(&["ctrl+k"])?;
        self.keys.has_focus("[data-test=palette-field]").await?;
        desktop::type_keys(word)?;
        self.window.see(&format!("[data-test=palette] [aria-selected=true][data-test='palette-case-{case}']")).await?;
        self.keys.press(&["Return"])?;
        self.window.see(&format!("[data-test=case][data-case-id='{case}'] [data-test=thread]")).await.map(drop)
    }

    async fn look(&mut self, name: &str) -> Answer<()> {
        self.report.picture(name, &self.window.picture().await?);
        axe::check(self.window, name).await
    }

    async fn all_of_it_without_contact(&mut self) -> Answer<()> {
        let Cases { to_distribute, of_the_group, to_answer, to_close, .. } = self.cases;
        self.open(WORDS[6], self.cases.to_find).await?;
        self.line.set(Mode::Cut);
        self.window.read("[data-test=connection]", "Frånkopplad").await?;

        self.open(WORDS[0], to_distribute).await?;
        self.window.click("[data-test=act-distribute]").await?;
        self.window.type_into("[data-test=distribute-search]", "Sara Lindqvist").await?;
        self.window.click(&format!("[data-test=target][data-target-id='{}']", self.sara.hsa_id)).await?;
        self.window.click("[data-test=distribute-go]").await?;
        self.window.gone("[data-test=distribute-dialog]").await?;
        self.window.read("[data-test=assignee]", "Sara Lindqvist").await?;

        self.open(WORDS[1], of_the_group).await?;
        self.window.click("[data-test=act-take]").await?;
        self.window.see("[data-test=case-state][data-state=assignedPerson]").await?;

        self.open(WORDS[2], to_answer).await?;
        self.window.click("[data-test=act-note]").await?;
        self.window.type_into("[data-test=note-text]", NOTED).await?;
        self.window.click("[data-test=note-go]").await?;
        self.window.read("[data-test=note]", NOTED).await?;
        self.window.click("[data-test=act-reply]").await?;
        self.window.click("[data-test=kind-finalReply]").await?;
        self.window.type_into("[data-test=composer-text]", REPLIED).await?;
        self.attach().await?;
        self.window.click("[data-test=send]").await?;
        let here = "[data-test=message][data-kind=finalReply] [data-test=delivery][data-state=here]";
        self.window.read(here, "här på datorn").await?;

        self.open(WORDS[3], to_close).await?;
        self.keys.press(&["e"])?;
        self.keys.has_focus("[data-test=close-dialog] input[type=radio]").await?;
        self.keys.press(&["space", "Return"])?;
        self.window.gone("[data-test=close-dialog]").await?;
        self.window.see("[data-test=case-state][data-state=closed]").await?;

        self.window.click("[data-test=nav-outbox]").await?;
        for case in [to_distribute, of_the_group, to_answer, to_close] {
            self.window.see(&format!("[data-test=outbox-row][data-case-id='{case}'][data-state=here]")).await?;
        }
        self.look("all-of-it-without-contact").await?;
        self.report.saw("without contact a case is distributed, taken, noted in, answered with a file and closed; the outbox has each of them");
        Ok(())
    }

    async fn attach(&self) -> Answer<()> {
        let path = self.places.out.join(FILE);
        std::fs::write(&path, ANSWER_JPG).map_err(|error| error.to_string())?;
        self.window.click("[data-test=attach]").await?;
        desktop::pick_file("Välj filer att bifoga", &path).await?;
        let tile = format!("[data-test=draft-file]:has([title='{FILE}'])");
        self.window.click(&format!("{tile} [data-test=draft-file-open]")).await?;
        self.window.see(&format!("{tile} [data-reviewed=true]")).await?;
        std::fs::remove_file(&path).map_err(|error| error.to_string())
    }

    /// Colleagues have distributed, taken and redistributed three of the cases: nobody's decision is overruled, and whoever comes
    /// second is told.
    async fn others_were_first(&mut self) -> Answer<()> {
        let Cases { to_distribute, of_the_group, to_answer, to_close, .. } = self.cases;
        let told = |error: mottaget_client::ClientError| error.to_string();
        self.anna.give_to(to_distribute, "Omar Haddad").await.map_err(told)?;
        self.anna.give_to(to_close, "Sara Lindqvist").await.map_err(told)?;
        self.anna.outbox_empty().await;
        self.sara.client.take(of_the_group).await.map_err(told)?;
        self.sara.outbox_empty().await;

        self.line.set(Mode::Open);
        self.window.read("[data-test=connection]", "Ansluten").await?;
        for (case, why) in [
            (to_distribute, "Någon annan har redan fördelat ärendet"),
            (of_the_group, "En kollega hann före"),
            (to_close, "Något nytt har hänt i ärendet"),
        ] {
            self.window
                .read(&format!("[data-test=outbox-row][data-case-id='{case}'][data-state=stopped]"), why)
                .await?;
        }
        self.window.gone(&format!("[data-test=outbox-row][data-case-id='{to_answer}']")).await?;
        self.look("others-were-first").await?;

        let thread = self.cecilia.sees(to_answer).await;
        let replies: Vec<_> =
            thread.messages.iter().filter(|message| message.kind == MessageKind::FinalReply).collect();
        let [reply] = replies[..] else { return Err(format!("the resident has {} replies", replies.len())) };
        let file = reply.attachments.first().ok_or("the reply came without its file")?;
        if reply.text != REPLIED || self.cecilia.file(to_answer, file.id).await != ANSWER_JPG {
            return Err("the resident has something else than was written".into());
        }
        let read = async |case| self.anna.client.read_case_again(case).await.map_err(told);
        if read(to_close).await?.row.state == CaseState::Closed {
            return Err("a case was closed that a colleague had given to somebody else".into());
        }
        for (case, whose) in [(to_distribute, "Omar Haddad"), (of_the_group, "Sara Lindqvist")] {
            let assignee = read(case).await?.row.assignee;
            if !matches!(&assignee, Some(AssigneeName::Person { name, .. }) if name == whose) {
                return Err(format!("{whose} is to have what {assignee:?} has"));
            }
        }
        for case in [to_distribute, of_the_group, to_close] {
            let row = format!("[data-test=outbox-row][data-case-id='{case}']");
            self.window.click(&format!("{row} [data-test=outbox-remove]")).await?;
            self.window.gone(&row).await?;
        }
        self.report.saw("back in contact, the answer is out once with its file; what colleagues were first with stands, and each of the three is told with its reason and given up");
        Ok(())
    }

    async fn words_change_hands_and_outlast_a_sign_out(&mut self) -> Answer<()> {
        let case = self.cases.begun_by_a_colleague;
        let told = |error: mottaget_client::ClientError| error.to_string();
        self.sara.client.save_draft(case, MessageKind::FinalReply, BEGUN.into()).await.map_err(told)?;
        // the colleague is away all at once; whoever has the case now goes on where they were
        until("the colleague's words at the server", || async {
            let drafts = self.anna.client.case_drafts(case).await.map_err(told)?;
            Ok(drafts.iter().any(|draft| draft.characters == BEGUN.chars().count() as u64).then_some(()))
        })
        .await?;
        self.anna.give_to(case, WHO).await.map_err(told)?;
        self.anna.outbox_empty().await;
        self.open(WORDS[4], case).await?;
        self.window.see("[data-test=other-draft-line]").await?;
        self.look("a-colleague-has-begun").await?;
        self.keys.press(&["o"])?;
        self.keys.has_focus("[data-test=confirm-go]").await?;
        self.keys.press(&["Return"])?;
        self.has_text(BEGUN).await?;
        self.window.type_into("[data-test=composer-text]", GONE_ON).await?;

        // within the moment in which it is not on the disk yet
        self.window.click("[data-test=user-menu]").await?;
        self.window.click("[data-test=user-menu-signOut]").await?;
        self.window.read("[data-test=sign-out-dialog]", "utkast").await?;
        self.look("signs-out-with-a-draft").await?;
        self.window.click("[data-test=sign-out-dialog] [data-test=confirm-go]").await?;
        self.signs_in().await?;
        self.open(WORDS[4], case).await?;
        self.window.click("[data-test=continue-draft]").await?;
        self.has_text(&format!("{BEGUN}{GONE_ON}")).await?;
        self.window.click("[data-test=discard]").await?;
        self.window.click("[data-test=discard-yes]").await?;
        self.window.gone("[data-test=composer]").await?;
        self.report.saw("what a colleague had begun is taken over by a key and Enter and gone on with; the last word outlasts a sign-out in the middle of it");
        Ok(())
    }

    async fn has_text(&self, words: &str) -> Answer<()> {
        until(&format!("«{words}» in the composer"), || async {
            let field = self.window.see("[data-test=composer-text]").await?;
            let text = field.prop("value").await.map_err(|error| error.to_string())?;
            Ok((text.as_deref() == Some(words)).then_some(()))
        })
        .await
    }

    async fn held_for(&self, seconds: u16) {
        let undo = UndoWindow { final_reply_s: seconds, ..UndoWindow::default() };
        self.clinic.set_region_policy(&RegionPolicy { undo, ..self.clinic.region_policy().await }).await;
    }

    /// The message that the server holds, as a colleague sees it.
    async fn held(&mut self) -> Answer<MessageId> {
        let case = self.cases.to_take_back;
        let pending = |message: &mottaget_client::view::MessageView| message.may_take_back;
        let view = self.anna.sees("the held message", case, |view| view.messages.iter().any(pending)).await;
        view.messages.into_iter().find(pending).map(|message| message.id).ok_or_else(|| "nothing is held".into())
    }

    async fn resident_has(&self, words: &str) -> usize {
        self.cecilia.texts(self.cases.to_take_back).await.iter().filter(|text| *text == words).count()
    }

    async fn a_colleague_takes_back_what_was_sent(&mut self) -> Answer<()> {
        let case = self.cases.to_take_back;
        self.held_for(LONG).await;
        self.open(WORDS[5], case).await?;
        self.window.click("[data-test=act-reply]").await?;
        self.window.click("[data-test=kind-finalReply]").await?;
        self.window.type_into("[data-test=composer-text]", HELD).await?;
        self.attach().await?;
        self.window.click("[data-test=send]").await?;
        self.window.see("[data-test=undo-row]").await?;
        let message = self.held().await?;
        if self.resident_has(HELD).await > 0 {
            return Err("the resident reads what can still be taken back".into());
        }
        let withdrawn = self.anna.client.withdraw_message(case, message).await;
        withdrawn.map_err(|error| error.to_string())?;
        self.window.gone("[data-test=undo-row]").await?;
        self.window.see("[data-test=other-draft-line][data-came-back=true]").await?;
        self.look("taken-back-by-a-colleague").await?;
        self.window.click("[data-test=take-draft]").await?;
        self.window.click("[data-test=confirm-go]").await?;
        self.has_text(HELD).await?;
        self.window.see(&format!("[data-test=draft-file]:has([title='{FILE}'])")).await?;
        self.report.saw("a colleague takes back what the server holds: the resident has seen nothing of it, its writer is told and has it again, file and all");
        Ok(())
    }

    async fn the_server_restarts_while_it_holds_a_message(&mut self) -> Answer<()> {
        let tile = format!("[data-test=draft-file]:has([title='{FILE}'])");
        if self.window.count(&format!("{tile} [data-reviewed=true]")).await? == 0 {
            self.window.click(&format!("{tile} [data-test=draft-file-open]")).await?;
            self.window.see(&format!("{tile} [data-reviewed=true]")).await?;
        }
        self.window.click("[data-test=send]").await?;
        self.window.see("[data-test=undo-row]").await?;
        self.held().await?;
        self.clinic.stop_server().await;
        self.window.read("[data-test=connection]", "Frånkopplad").await?;
        self.window.see("[data-test=undo-row]").await?;
        self.clinic.start_server().await;
        self.window.read("[data-test=connection]", "Ansluten").await?;
        self.window.see("[data-test=undo-row]").await?;
        if self.resident_has(HELD).await > 0 {
            return Err("the restarted server has let out what it was to hold".into());
        }
        self.look("held-over-a-restart").await?;
        // taken back by its writer, and sent for good
        self.window.click("[data-test=undo]").await?;
        self.has_text(HELD).await?;
        self.held_for(1).await;
        self.window.click("[data-test=send]").await?;
        let sent = "[data-test=message][data-kind=finalReply] [data-test=delivery][data-state=sent]";
        self.window.read(sent, "Skickat").await?;
        match self.resident_has(HELD).await {
            1 => {}
            n => return Err(format!("the resident has the reply {n} times")),
        }
        self.held_for(0).await;
        self.report.saw("the server restarts while it holds a message: it goes on holding it, and what is sent in the end is out once");
        Ok(())
    }

    /// Thread, files with their hashes and history go on paper, and nothing that the resident must not read.
    async fn a_case_is_printed(&mut self) -> Answer<()> {
        self.open(WORDS[2], self.cases.to_answer).await?;
        self.window.read("[data-test=note]", NOTED).await?;
        desktop::to_the_window()?;
        self.keys.press(&["p"])?;
        let text = desktop::print().await?;
        // A line ends where the page does, also in the middle of what belongs together.
        let closely = |text: &str| text.split_whitespace().collect::<String>();
        let on_paper = closely(&text);
        let (number, hash) = (self.cecilia.personal_id.written(), hex::encode(Sha256::digest(ANSWER_JPG)));
        let name = self.cecilia.name.clone();
        for part in [
            &hash,
            WORDS[2],
            REPLIED,
            &name,
            &number,
            FILE,
            WHO,
            "Det här har hänt",
            "Anteckningar för mottagningen är inte med",
        ] {
            if !on_paper.contains(&closely(part)) {
                return Err(format!("not on paper: {part}\n{text}"));
            }
        }
        if on_paper.contains(&closely(NOTED)) {
            return Err(format!("an internal note is on paper\n{text}"));
        }
        self.window.see("[data-test=thread]").await?;
        self.report.saw("a case is printed to a file, through the desktop's dialog: thread, file with its hash and history are in it, the note is not");
        Ok(())
    }

    /// What is typed, and whether it finds the case that is looked for.
    async fn anything_is_found(&mut self) -> Answer<()> {
        let text = "Jag behöver en receptförnyelse till ögondropparna, och bor nu på Åsgränd.";
        let file = ("Blodtrycksdagbok.jpg", ANSWER_JPG.to_vec());
        let case = self.cecilia.file_case(&self.clinic.bjorken(), "Förnya recept", text, &[file]).await;
        let number = self.cecilia.personal_id.as_str().to_owned();
        let short = number.get(2..).ok_or("no identity number")?;
        let (day, last) = short.split_at(6);
        let divided = format!("{day}-{last}");
        let apart = format!("{day} {last}");
        for typed in ["förnyelse", "FÖRNYELSE ögondropp", "åsgr", "trycksdag", &number, short, &divided, &apart] {
            self.search(typed).await?;
            self.window.see(&format!("[data-test=case-row][data-case-id='{case}']")).await?;
        }
        for typed in ["\"", "*", "%"] {
            self.search(typed).await?;
            self.window.read("main", "Skriv minst två tecken").await?;
        }
        self.look("too-little-to-search").await?;
        for typed in ["\"\"", "**", "%%", "\" OR 1 --", "ogondroppar"] {
            self.search(typed).await?;
            self.window.read("main", &format!("Inget ärende matchar ”{typed}”")).await?;
        }
        self.look("nothing-is-found").await?;
        self.report.saw("the search finds parts of compounds, letters with rings and dots as letters of their own, a number in four spellings and the name of a file; signs are looked for as signs");
        Ok(())
    }

    async fn search(&self, typed: &str) -> Answer<()> {
        let field = self.window.see("[data-test=search]").await?;
        field.clear().await.map_err(|error| error.to_string())?;
        self.window.type_into("[data-test=search]", typed).await
    }

    async fn several_are_closed_at_once_and_that_is_undone(&mut self) -> Answer<()> {
        desktop::to_the_window()?;
        self.window.click("[data-test=nav-mine]").await?;
        self.window.see("[data-test=case-row]").await?;
        self.keys.tab_to("[data-test=list]").await?;
        self.keys.press(&["Home", "x", "Down", "x"])?;
        self.window.read("[data-test=picked-count]", "2 valda").await?;
        self.keys.press(&["e"])?;
        self.keys.has_focus("[data-test=bulk-dialog] input[type=radio]").await?;
        self.keys.press(&["space"])?;
        until("what will happen to both", || async {
            Ok((self.window.count("[data-test=bulk-will]").await? == 2).then_some(()))
        })
        .await?;
        self.look("several-closed-at-once").await?;
        self.window.click("[data-test=bulk-go]").await?;
        self.window.see("[data-test=bulk-undo-row]").await?;
        self.keys.press(&["z"])?;
        self.window.gone("[data-test=bulk-undo-row]").await?;
        self.window.gone("[data-test=count-outbox]").await?;
        self.report
            .saw("two cases are closed at once, after a look at what will happen to each, and one key undoes it");
        Ok(())
    }
}
