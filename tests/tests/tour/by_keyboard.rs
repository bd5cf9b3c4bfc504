//! A handler's and a receiver's work by keyboard alone: real key events to the window, as from somebody without a mouse.
//! The page is only asked what it shows.

use crate::report::Report;
use crate::window::{Answer, Window, until};
use crate::{axe, desktop};
use mottaget_protocol::Me;
use serde_json::Value;

/// Plain letters: a display types others by changing the keyboard's map for a moment.
pub const KEYED: &str = "Rosenbusksvar utan mus, receptet finns nu.";

/// Where the focus is: the place of its element on the page.
const FOCUS: &str = "return [...document.querySelectorAll('*')].indexOf(document.activeElement);";
const HAS_FOCUS: &str = "return document.activeElement?.matches(arguments[0]) ?? false;";

/// Nothing on a page is further from its beginning than this many steps of Tab.
const FARTHEST: usize = 60;

/// The window, and whoever sits before it with nothing but keys.
pub struct Keys<'a> {
    pub window: &'a Window,
}

/// Takes the day's steps. The handler is signed in when they begin, and when they end.
pub async fn walk(window: &Window, report: &mut Report, handler: &Me, receiver: &Me) -> Answer<()> {
    desktop::to_the_window()?;
    let keys = Keys { window };
    keys.another_signs_in(receiver).await?;
    keys.distributed(handler).await?;
    report.saw(
        "by keyboard alone, the receiver signs in and distributes a case with three letters of the handler's name",
    );
    keys.several_at_once(report).await?;
    report.saw(
        "by keyboard alone, the receiver narrows the list, keeps that as a view, picks two cases, distributes them and undoes it",
    );
    keys.another_signs_in(handler).await?;
    keys.group_case_is_taken_and_answered().await?;
    keys.next_previous_and_closed(report).await?;
    keys.found(report).await?;
    report.saw(
        "by keyboard alone, the handler takes a group's case, answers it, takes that back and sends it again, goes through cases, closes one, finds one",
    );
    Ok(())
}

impl Keys<'_> {
    pub fn press(&self, keys: &[&str]) -> Answer<()> {
        desktop::press(keys)
    }

    async fn asked(&self, script: &str, about: &str) -> Answer<Value> {
        self.window.page.execute(script, vec![about.into()]).await.map_err(|error| format!("{about}: {error}"))
    }

    pub async fn has_focus(&self, css: &str) -> Answer<()> {
        until(&format!("the focus on {css}"), || async {
            Ok((self.asked(HAS_FOCUS, css).await? == Value::Bool(true)).then_some(()))
        })
        .await
    }

    /// Goes on with Tab until the focus is there.
    pub async fn tab_to(&self, css: &str) -> Answer<()> {
        self.window.see(css).await?;
        for _ in 0..FARTHEST {
            if self.asked(HAS_FOCUS, css).await? == Value::Bool(true) {
                return Ok(());
            }
            let before = self.asked(FOCUS, css).await?;
            self.press(&["Tab"])?;
            until("the focus moved on", || async { Ok((self.asked(FOCUS, css).await? != before).then_some(())) })
                .await?;
        }
        Err(format!("Tab never comes to {css}"))
    }

    /// The id of the open case.
    async fn case(&self) -> Answer<String> {
        self.window.see("[data-test=thread]").await?;
        let id = self.window.attribute("[data-test=case]", "data-case-id").await?;
        id.ok_or_else(|| "the case has no id".to_owned())
    }

    /// Waits until another case than this is open and read.
    async fn another_case(&self, than: &str) -> Answer<String> {
        let other = format!("[data-test=case]:not([data-case-id='{than}'])");
        self.window.see(&format!("{other} [data-test=thread]")).await?;
        let id = self.window.attribute(&other, "data-case-id").await?;
        id.ok_or_else(|| "the case has no id".to_owned())
    }

    /// The inbox by the palette, its unread ones alone and kept as a view; then two of all cases given away and taken back.
    async fn several_at_once(&self, report: &mut Report) -> Answer<()> {
        self.press(&["ctrl+k"])?;
        self.has_focus("[data-test=palette-field]").await?;
        desktop::type_keys("inkorg")?;
        self.press(&["Return"])?;
        self.window.see("[data-test=nav-inbox][aria-current=page]").await?;
        self.window.see("[data-test=case-row]").await?;
        self.press(&["s"])?;
        self.window.see("[data-test=filter-panel]").await?;
        self.tab_to("[data-test=filter-unread]").await?;
        self.press(&["space"])?;
        self.tab_to("[data-test=view-new]").await?;
        self.press(&["Return"])?;
        self.has_focus("[data-test=view-name]").await?;
        desktop::type_keys("Nya brev")?;
        self.press(&["Return"])?;
        self.window.read("[data-test=nav-view][aria-current=page]", "Nya brev").await?;
        let picture = self.window.picture().await?;
        report.picture("a-view", &picture);
        axe::check(self.window, "a-view").await?;
        self.press(&["Escape"])?;
        self.window.gone("[data-test=filter-panel]").await?;
        self.tab_to("[data-test=list]").await?;
        self.press(&["Home", "x", "Down", "x"])?;
        self.window.read("[data-test=picked-count]", "2 valda").await?;
        self.press(&["f"])?;
        self.has_focus("[data-test=distribute-search]").await?;
        desktop::type_keys("sar")?;
        until("what will happen to both", || async {
            Ok((self.window.count("[data-test=bulk-will]").await? == 2).then_some(()))
        })
        .await?;
        report.picture("several-at-once", &self.window.picture().await?);
        axe::check(self.window, "several-at-once").await?;
        self.press(&["Return"])?;
        self.window.see("[data-test=bulk-undo-row]").await?;
        self.press(&["z"])?;
        self.window.gone("[data-test=bulk-undo-row]").await?;
        self.window.gone("[data-test=count-outbox]").await
    }

    /// To a list by its link, into it, and with the arrows to a case that is opened.
    async fn open_from(&self, list: &str) -> Answer<String> {
        self.tab_to(&format!("[data-test=nav-{list}]")).await?;
        self.press(&["Return"])?;
        self.window.see(&format!("[data-test=nav-{list}][aria-current=page]")).await?;
        self.window.see("[data-test=case-row]").await?;
        self.tab_to("[data-test=list]").await?;
        self.press(&["Home"])?;
        self.window.see("[role=option].active [data-test=case-row]").await?;
        self.press(&["Return"])?;
        self.case().await
    }

    /// Sends what is written. Which case stands first in the group's list changes with the day; if its resident has a
    /// protected identity, the guard asks for the last four digits, and has the focus.
    pub async fn send(&self, held: &str) -> Answer<()> {
        self.press(&["ctrl+Return"])?;
        let asked = until("the letter on its way, or the guard's question", || async {
            if self.window.count("[data-test=guard-typed]").await? > 0 {
                return Ok(Some(true));
            }
            Ok((self.window.count(held).await? > 0).then_some(false))
        })
        .await?;
        if asked {
            let number = self.window.text("[data-test=personal-id]").await?;
            let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
            let four = digits.len().checked_sub(4).and_then(|from| digits.get(from..)).ok_or("no identity number")?;
            self.has_focus("[data-test=guard-typed]").await?;
            desktop::type_keys(&four.iter().collect::<String>())?;
            self.press(&["Return"])?;
        }
        self.window.see(held).await.map(drop)
    }

    async fn group_case_is_taken_and_answered(&self) -> Answer<()> {
        let case = self.open_from("groups").await?;
        self.press(&["t"])?;
        self.window.see("[data-test=case-state][data-state=assignedPerson]").await?;
        self.press(&["r"])?;
        self.has_focus("[data-test=composer-text]").await?;
        desktop::type_keys(KEYED)?;
        self.every_letter_in_the_field().await?;
        let held = format!("[data-case-id='{case}'] [data-test=message][data-kind=finalReply] [data-state=atServer]");
        self.send(&held).await?;
        self.window.gone("[data-test=composer]").await?;
        self.press(&["z"])?;
        self.has_focus("[data-test=composer-text]").await?;
        self.every_letter_in_the_field().await?;
        self.send(&held).await?;
        let sent = "[data-test=message][data-kind=finalReply] [data-test=delivery][data-state=sent]";
        self.window.read(sent, "Skickat").await?;
        if self.case().await? != case {
            return Err("another case was answered".into());
        }
        self.press(&["Escape"])?;
        self.window.gone("[data-test=case]").await?;
        self.has_focus("[data-test=list], [data-test=empty-next]").await
    }

    async fn every_letter_in_the_field(&self) -> Answer<()> {
        until("every letter in the field", || async {
            let field = self.window.see("[data-test=composer-text]").await?;
            let text = field.prop("value").await.map_err(|error| error.to_string())?;
            Ok((text.as_deref() == Some(KEYED)).then_some(()))
        })
        .await
    }

    async fn next_previous_and_closed(&self, report: &mut Report) -> Answer<()> {
        let first = self.open_from("mine").await?;
        self.press(&["j"])?;
        let second = self.another_case(&first).await?;
        self.press(&["k"])?;
        if self.another_case(&second).await? != first {
            return Err("next and previous do not come back to the same case".into());
        }
        self.press(&["question"])?;
        self.window.see("[data-test=key-sheet]").await?;
        report.picture("keys", &self.window.picture().await?);
        axe::check(self.window, "keys").await?;
        self.press(&["Escape"])?;
        self.window.gone("[data-test=key-sheet]").await?;

        self.press(&["e"])?;
        self.window.see("[data-test=close-dialog]").await?;
        self.has_focus("[data-test=close-dialog] input[type=radio]").await?;
        self.press(&["space"])?;
        self.window.see("[data-test=close-dialog] input[type=radio]:checked").await?;
        self.press(&["Return"])?;
        self.window.gone("[data-test=close-dialog]").await?;
        self.window.see(&format!("[data-case-id='{first}'] [data-test=case-state][data-state=closed]")).await?;
        self.press(&["j"])?;
        self.another_case(&first).await?;
        self.press(&["Escape"])?;
        self.window.gone("[data-test=case]").await?;
        self.has_focus("[data-test=list]").await
    }

    /// The slash, a word, Enter, and on with the arrows; then the same case once more, out of the palette.
    async fn found(&self, report: &mut Report) -> Answer<()> {
        self.press(&["slash"])?;
        self.has_focus("[data-test=search]").await?;
        desktop::type_keys("rosenbusk")?;
        self.press(&["Return"])?;
        self.has_focus("[data-test=list]").await?;
        until("the one case found", || async {
            Ok((self.window.count("[data-test=case-row]").await? == 1).then_some(()))
        })
        .await?;
        self.press(&["Down"])?;
        self.window.see("[role=option].active [data-test=case-row]").await?;
        self.press(&["Return"])?;
        self.window.read("[data-test=thread]", KEYED).await?;
        report.picture("by-keyboard", &self.window.picture().await?);
        self.press(&["Escape", "ctrl+k"])?;
        self.has_focus("[data-test=palette-field]").await?;
        desktop::type_keys("utkorg")?;
        self.press(&["Return"])?;
        self.window.see("[data-test=outbox]").await?;
        self.press(&["ctrl+k"])?;
        self.has_focus("[data-test=palette-field]").await?;
        desktop::type_keys("rosenbusk")?;
        self.window.see("[data-test=palette] [aria-selected=true][data-test^=palette-case]").await?;
        report.picture("palette", &self.window.picture().await?);
        // Being on the page is not being on the screen: the engine once gave what was found no height.
        let high = "return document.querySelector(arguments[0]).clientHeight > 40;";
        if self.asked(high, "[data-test=palette] [role=listbox]").await? != Value::Bool(true) {
            return Err("what the palette has found is not on the screen".into());
        }
        self.press(&["Return"])?;
        self.window.read("[data-test=thread]", KEYED).await?;
        Ok(())
    }

    async fn another_signs_in(&self, who: &Me) -> Answer<()> {
        self.tab_to("[data-test=user-menu]").await?;
        self.press(&["Return"])?;
        self.has_focus("[role=menuitem]").await?;
        self.press(&["End"])?;
        self.has_focus("[data-test=user-menu-signOut]").await?;
        self.press(&["Return"])?;
        // What is unsent is told first.
        self.window.see("[data-test=person], [data-test=sign-out-dialog]").await?;
        if self.window.count("[data-test=sign-out-dialog]").await? > 0 {
            self.has_focus("[data-test=confirm-go]").await?;
            self.press(&["Return"])?;
        }
        self.tab_to(&format!("[data-test=person][data-hsa-id='{}']", who.staff.hsa_id)).await?;
        self.press(&["Return"])?;
        self.window.see("[data-test=start] [data-test=card]").await?;
        self.window.read("[data-test=connection]", "Ansluten").await.map(drop)
    }

    /// Straight from the list: `f`, three letters, Enter.
    async fn distributed(&self, to: &Me) -> Answer<()> {
        let first = self.open_from("inbox").await?;
        self.press(&["Escape"])?;
        self.window.gone("[data-test=case]").await?;
        self.has_focus("[data-test=list]").await?;
        self.press(&["f"])?;
        self.has_focus("[data-test=distribute-search]").await?;
        self.window.see("[data-test=target]").await?;
        let letters: String = to.staff.name.to_lowercase().chars().take(3).collect();
        desktop::type_keys(&letters)?;
        self.window.see(&format!("[data-test=target].active[data-target-id='{}']", to.staff.hsa_id)).await?;
        self.press(&["Return"])?;
        self.window.gone("[data-test=distribute-dialog]").await?;
        self.window.read("[data-test=assignee]", &to.staff.name).await?;
        if self.case().await? != first {
            return Err("another case was distributed than the one that the list pointed at".into());
        }
        Ok(())
    }
}
