//! The tray: the number of unread cases as the desktop's own indicator service has it, and a window that is closed into it.

use crate::report::Report;
use crate::window::{Answer, Window, until};
use crate::{Places, desktop};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Where Debian's package of the service puts it.
const SERVICE: &str = "/usr/libexec/ayatana-indicator-application/ayatana-indicator-application-service";

/// The desktop's service that shows tray icons; it ends with this.
struct Tray(Child);

impl Drop for Tray {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Tray {
    async fn open() -> Answer<Self> {
        let service = Command::new(SERVICE).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let tray = Self(service.map_err(|error| format!("{SERVICE}: {error}"))?);
        until("the desktop's tray", || async { Ok(desktop::has_tray().then_some(())) }).await?;
        Ok(tray)
    }
}

/// The handler is signed in when it begins, and when it ends.
pub async fn walk(places: &Places, report: &mut Report, data: &Path) -> Answer<()> {
    let word = data.to_string_lossy();
    let args = ["--practice", "--data-dir", &word];
    let tray = Tray::open().await?;
    let window = Window::open(&places.app, &args, &[]).await?;
    let outcome = steps(places, report, &window, &args).await;
    if outcome.is_err() {
        if let Ok(png) = window.picture().await {
            report.picture("ended-here", &png);
        }
        let closed = window.close().await;
        return outcome.and(closed);
    }
    desktop::end(&word).await?;
    window.abandon();
    drop(tray);
    Ok(())
}

async fn steps(places: &Places, report: &mut Report, window: &Window, args: &[&str]) -> Answer<()> {
    window.click("[data-test=nav-groups]").await?;
    let in_groups = unread_here(window).await?;
    window.click("[data-test=nav-mine]").await?;
    let unread = in_groups + unread_here(window).await?;
    if unread == 0 {
        return Err("nothing is unread: the tray has no number to show".to_owned());
    }
    shows(unread).await?;
    let opened = if in_groups == unread { "[data-test=nav-groups]" } else { "[data-test=nav-mine]" };
    window.click(opened).await?;
    window.click("[data-test=case-row][data-unread=true]").await?;
    shows(unread - 1).await?;
    report.saw(&format!(
        "the desktop's tray is asked: it shows {unread} unread, as the lists do, and one less when a case is opened"
    ));
    desktop::to_the_window()?;
    desktop::press(&["alt+F4"])?;
    desktop::hidden().await?;
    desktop::start_again(&places.app, args).await?;
    desktop::visible().await?;
    report.saw("the closed window lives on in the tray, and a start brings it back");
    Ok(())
}

/// How many rows of the list are unread; all its rows have to be on the screen.
async fn unread_here(window: &Window) -> Answer<u64> {
    window.see("[data-test=case-row]").await?;
    let rows = until("the whole list", || async {
        let rows = window.attributes("[data-test=case-row]", "data-unread").await?;
        let told = window.text("[data-test=list-count]").await?;
        let told: Option<usize> = told.split_whitespace().find_map(|word| word.parse().ok());
        Ok((told == Some(rows.len())).then_some(rows))
    })
    .await?;
    Ok(rows.iter().filter(|unread| *unread == "true").count() as u64)
}

/// Waits until the tray shows this number beside the app's icon, or none for zero.
async fn shows(unread: u64) -> Answer<()> {
    let wanted = if unread == 0 { String::new() } else { unread.to_string() };
    let mut last = Vec::new();
    let seen = until(&format!("«{wanted}» in the tray"), || {
        let labels = desktop::tray_labels();
        last = labels.clone().unwrap_or_default();
        let there = labels.map(|labels| labels.contains(&wanted).then_some(()));
        async move { there }
    })
    .await;
    seen.map_err(|why| format!("{why}; it shows {last:?}"))
}
