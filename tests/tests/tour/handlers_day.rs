//! The rest of a handler's day, by keyboard alone and among others: an attachment is read, a note speaks to a colleague, a
//! question goes out with a reply text and a file, a colleague is seen answering, and a reply that the resident has overtaken
//! waits until the news have been read. Then the views of those who run the clinic, which nobody has opened yet.

use crate::by_keyboard::Keys;
use crate::colleague::Colleague;
use crate::report::Report;
use crate::resident::{File, Portal};
use crate::steps::{ANSWER_JPG, LIST_PDF, TYPE};
use crate::window::{Answer, Window, until};
use crate::{Places, axe, desktop};
use mottaget_domain::{Assignee, Command, HsaId, PersonalId, Role};
use mottaget_protocol::session::PracticePeople;
use mottaget_protocol::{Doing, Me};

/// What the resident asks. Plain letters in the rare word, so that it can be typed.
pub const ASKED_AGAIN: &str = "Kan jag ta tabletterna till kvastfibblan om morgonen?";
const RARE_WORD: &str = "kvastfibblan";
/// What the handler notes.
pub const NOTED: &str = "Ring sandlilja innan helgen.";
/// What the resident adds while the handler is writing.
pub const ADDED: &str = "Jag menade smultronviva, och bara på kvällen.";
/// What the handler had written by then.
pub const OVERTAKEN: &str = "Ja, gulyxne om morgonen gar bra.";

/// What the handler puts where the reply text has a blank.
const FILLED_IN: &str = "tar du den varje dag";

const FILE: &str = "svar.jpg";

/// Who takes part, and where.
pub struct Cast<'a> {
    pub address: &'a str,
    pub clinic: &'a HsaId,
    pub handler: &'a Me,
    pub receiver: &'a Me,
    pub resident: &'a PersonalId,
}

/// The handler is signed in when it begins.
pub async fn walk(window: &Window, report: &mut Report, places: &Places, cast: &Cast<'_>) -> Answer<()> {
    let keys = Keys { window };
    let portal = Portal::sign_in(cast.address, cast.resident).await?;
    let file = File { name: LIST_PDF.name, bytes: LIST_PDF.bytes };
    let case = portal.file(cast.clinic, TYPE, ASKED_AGAIN, &[file]).await?;
    let colleague = Colleague::sign_in(cast.address, &cast.receiver.staff.hsa_id).await?;
    let to = Assignee::Person { hsa_id: cast.handler.staff.hsa_id.clone() };
    let given = Command::Distribute { to, from: None, reason: None, partial_reply: None };
    colleague.does(cast.clinic, case, given).await?;

    desktop::to_the_window()?;
    keys.case_by_a_word(RARE_WORD, &case.to_string()).await?;
    keys.attachment_is_read().await?;
    keys.note_speaks_to(&cast.receiver.staff.name, report).await?;
    keys.question_with_a_text_and_a_file(places, report).await?;
    report.saw("by keyboard alone, the handler reads an attachment, speaks to a colleague in a note, and asks the resident with a reply text and a file");

    keys.press(&["r"])?;
    keys.has_focus("[data-test=composer-text]").await?;
    desktop::type_keys(OVERTAKEN)?;
    colleague.attends(Some((case, Doing::Answering))).await?;
    window.read("[data-test=company-note]", &format!("{} håller på att svara", cast.receiver.staff.name)).await?;
    window.read("[data-test=company]", "svarar").await?;
    colleague.attends(None).await?;
    window.gone("[data-test=company-note]").await?;
    portal.reply(case, ADDED).await?;
    window.read("[data-test=draft-news]", ADDED).await?;
    keys.held_until_the_news_are_read(report).await?;
    report.saw("a colleague is seen answering; a reply that the resident has overtaken stays until the news beside it have been read, and is sent then");

    the_clinics_own_views(window, report, cast).await
}

impl Keys<'_> {
    /// Out of the palette, as soon as the case has come.
    async fn case_by_a_word(&self, word: &str, case: &str) -> Answer<()> {
        self.tab_to("[data-test=nav-mine]").await?;
        self.press(&["Return"])?;
        self.window.see(&format!("[data-test=case-row][data-case-id='{case}']")).await?;
        self.press(&["ctrl+k"])?;
        self.has_focus("[data-test=palette-field]").await?;
        desktop::type_keys(word)?;
        self.window.see("[data-test=palette] [aria-selected=true][data-test^=palette-case]").await?;
        self.press(&["Return"])?;
        self.window.see(&format!("[data-test=case][data-case-id='{case}'] [data-test=thread]")).await.map(drop)
    }

    async fn attachment_is_read(&self) -> Answer<()> {
        self.tab_to("[data-test=attachment-open]").await?;
        self.press(&["Return"])?;
        let page = format!("[data-test=preview][data-file='{}'] [data-test=preview-page]", LIST_PDF.name);
        self.window.painted(&page).await?;
        self.press(&["Escape"])?;
        self.window.gone("[data-test=preview]").await
    }

    async fn note_speaks_to(&self, name: &str, report: &mut Report) -> Answer<()> {
        self.press(&["n"])?;
        self.has_focus("[data-test=note-text]").await?;
        desktop::type_keys(NOTED)?;
        let letters: String = name.to_lowercase().chars().take(3).collect();
        desktop::type_keys(&format!(" @{letters}"))?;
        self.window.read("[data-test=note-colleague][aria-selected=true]", name).await?;
        report.picture("note", &self.window.picture().await?);
        axe::check(self.window, "note").await?;
        self.press(&["Return", "ctrl+Return"])?;
        self.window.gone("[data-test=note-dialog]").await?;
        self.window.read("[data-test=note]", NOTED).await?;
        self.window.read("[data-test=note] [data-test=mention]", name).await.map(drop)
    }

    async fn question_with_a_text_and_a_file(&self, places: &Places, report: &mut Report) -> Answer<()> {
        self.press(&["r"])?;
        self.has_focus("[data-test=composer-text]").await?;
        self.tab_to("[data-test=kinds] input:checked").await?;
        self.until_chosen("[data-test=kind-counterQuestion]:checked", "Up").await?;
        self.tab_to("[data-test=composer-text]").await?;
        self.press(&["ctrl+j"])?;
        self.has_focus("[data-test=text-search]").await?;
        self.window.see("[data-test=text-option][aria-selected=true]").await?;
        report.picture("reply-texts", &self.window.picture().await?);
        axe::check(self.window, "reply-texts").await?;
        self.press(&["Return"])?;
        self.window.gone("[data-test=text-picker]").await?;
        // the blank that nobody can fill in but the writer is selected, and hinders sending until it is
        self.has_focus("[data-test=composer-text]").await?;
        self.window.read("[data-test=hinders]", "är inte ifyllt").await?;
        desktop::type_keys(FILLED_IN)?;
        self.window.gone("[data-test=hinders]").await?;
        self.tab_to("[data-test=attach]").await?;
        let path = places.out.join(FILE);
        std::fs::write(&path, ANSWER_JPG).map_err(|error| error.to_string())?;
        self.press(&["Return"])?;
        desktop::pick_file("Välj filer att bifoga", &path).await?;
        let tile = format!("[data-test=draft-file]:has([title='{FILE}'])");
        self.window.see(&tile).await?;
        std::fs::remove_file(&path).map_err(|error| error.to_string())?;
        desktop::to_the_window()?;
        self.tab_to(&format!("{tile} [data-test=draft-file-open]")).await?;
        self.press(&["Return"])?;
        self.window.see(&format!("{tile} [data-reviewed=true]")).await?;
        self.press(&["Escape"])?;
        self.window.gone("[data-test=preview]").await?;
        self.send("[data-test=message][data-kind=counterQuestion] [data-state=atServer]").await?;
        self.window.gone("[data-test=composer]").await?;
        let sent = "[data-test=message][data-kind=counterQuestion] [data-test=delivery][data-state=sent]";
        self.window.read(sent, "Skickat").await.map(drop)
    }

    /// Goes through a group of choices with an arrow until this one is chosen.
    async fn until_chosen(&self, css: &str, arrow: &str) -> Answer<()> {
        for _ in 0..3 {
            if self.window.count(css).await? > 0 {
                return Ok(());
            }
            let before = self.window.attributes("[data-test=kinds] input:checked", "value").await?;
            self.press(&[arrow])?;
            until("another choice", || async {
                let now = self.window.attributes("[data-test=kinds] input:checked", "value").await?;
                Ok((now != before).then_some(()))
            })
            .await?;
        }
        Err(format!("{css} can't be chosen by keyboard"))
    }

    async fn held_until_the_news_are_read(&self, report: &mut Report) -> Answer<()> {
        self.tab_to("[data-test=composer-text]").await?;
        self.press(&["ctrl+Return"])?;
        self.window.see("[data-test=hinders]").await?;
        report.picture("overtaken", &self.window.picture().await?);
        axe::check(self.window, "overtaken").await?;
        if self.window.count("[data-test=message][data-kind=finalReply]").await? > 0 {
            return Err("a reply went out that its writer had not compared with the news".into());
        }
        self.tab_to("[data-test=draft-news-read]").await?;
        self.press(&["Return"])?;
        self.window.gone("[data-test=draft-news]").await?;
        self.tab_to("[data-test=composer-text]").await?;
        self.send("[data-test=message][data-kind=finalReply] [data-state=atServer]").await?;
        // what was seen is enough: it comes back and is thrown away, so that nobody waits for its release
        self.press(&["z"])?;
        self.has_focus("[data-test=composer-text]").await?;
        self.tab_to("[data-test=discard]").await?;
        self.press(&["Return"])?;
        self.window.see("[data-test=discard-yes]").await?;
        self.tab_to("[data-test=discard-yes]").await?;
        self.press(&["Return"])?;
        self.window.gone("[data-test=composer]").await
    }
}

/// Everything in the menu of those who run the clinic and the region is opened and looked at.
async fn the_clinics_own_views(window: &Window, report: &mut Report, cast: &Cast<'_>) -> Answer<()> {
    let response =
        reqwest::get(format!("{}/practice/people", cast.address)).await.map_err(|error| error.to_string())?;
    let text = response.text().await.map_err(|error| error.to_string())?;
    let people: PracticePeople = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let mut seen = Vec::new();
    for role in [Role::LocalAdmin, Role::RegionAdmin] {
        let has = |me: &&Me| me.assignments.iter().any(|one| one.roles.contains(&role));
        let who = people.people.iter().find(has).ok_or("nobody runs the clinic")?;
        sign_in(window, who).await?;
        for view in window.attributes("[data-test^=nav-]", "data-test").await? {
            if view == "nav-view" || seen.contains(&view) {
                continue;
            }
            window.click(&format!("[data-test={view}]")).await?;
            window.see(&format!("[data-test={view}][aria-current=page]")).await?;
            window.gone("[aria-busy=true]").await?;
            report.picture(&format!("view-{}", view.trim_start_matches("nav-")), &window.picture().await?);
            axe::check(window, &view).await?;
            seen.push(view);
        }
    }
    sign_in(window, cast.handler).await?;
    report.saw(&format!(
        "those who run the clinic and the region open all their views; axe finds nothing in {}",
        seen.join(", ")
    ));
    Ok(())
}

async fn sign_in(window: &Window, who: &Me) -> Answer<()> {
    window.click("[data-test=user-menu]").await?;
    window.click("[data-test=user-menu-signOut]").await?;
    // What is unsent is told first.
    window.see("[data-test=person], [data-test=sign-out-dialog]").await?;
    if window.count("[data-test=sign-out-dialog]").await? > 0 {
        window.click("[data-test=sign-out-dialog] [data-test=confirm-go]").await?;
    }
    window.click(&format!("[data-test=person][data-hsa-id='{}']", who.staff.hsa_id)).await?;
    window.see("[data-test=start]").await?;
    window.read("[data-test=connection]", "Ansluten").await.map(drop)
}
