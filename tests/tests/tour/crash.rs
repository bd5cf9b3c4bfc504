//! The app ends in the middle of a sentence: the next start goes on where it was, with the text and the file.

use crate::report::Report;
use crate::steps::ANSWER_PDF;
use crate::window::{Answer, Window, until};
use crate::{Places, axe, desktop, disk};
use std::path::Path;

/// What was being written. It is never sent.
pub const CRASHED: &str = "Hassellundssvar: mitt i en mening";

const FILE: &str = "svar.pdf";

/// The handler is signed in when it begins, and when it ends.
pub async fn walk(places: &Places, report: &mut Report, data: &Path) -> Answer<()> {
    let word = data.to_string_lossy();
    let open = async || Window::open(&places.app, &["--practice", "--data-dir", &word], &[]).await;
    let window = open().await?;
    let outcome = writes(places, &window).await;
    if outcome.is_err() {
        return end(window, report, outcome).await;
    }
    desktop::kill(&word).await?;
    window.abandon();

    let window = open().await?;
    let mut outcome = goes_on(&window, report).await;
    if outcome.is_ok() {
        outcome = starts_once(places, report, &word).await;
    }
    if outcome.is_err() {
        return end(window, report, outcome).await;
    }
    desktop::end(&word).await?;
    window.abandon();
    let open: Vec<_> = disk::files_below(&data.join("cache"))?.into_iter().filter(|path| journal(path)).collect();
    if !open.is_empty() {
        return Err(format!("files were left open at log-out: {open:?}"));
    }
    report.saw("the desktop's log-out ends the app in order: no file is left half written");
    Ok(())
}

/// A second start brings the window of the first up, and ends.
async fn starts_once(places: &Places, report: &mut Report, word: &str) -> Answer<()> {
    desktop::minimize().await?;
    desktop::start_again(&places.app, &["--practice", "--data-dir", word]).await?;
    desktop::visible().await?;
    report.saw("a second start ends by itself and brings up the window that had been put away");
    Ok(())
}

/// What a database has beside it while it is open.
fn journal(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.to_string_lossy().ends_with("-wal"))
}

async fn writes(places: &Places, window: &Window) -> Answer<()> {
    window.click("[data-test=nav-mine]").await?;
    window.click("[data-test=case-row]:not([data-state=awaitingResident])").await?;
    window.click("[data-test=act-reply]").await?;
    window.type_into("[data-test=composer-text]", CRASHED).await?;
    let path = places.out.join(FILE);
    std::fs::write(&path, ANSWER_PDF).map_err(|error| error.to_string())?;
    window.click("[data-test=attach]").await?;
    desktop::pick_file("Välj filer att bifoga", &path).await?;
    window.see(&format!("[data-test=draft-file]:has([title='{FILE}'])")).await?;
    std::fs::remove_file(&path).map_err(|error| error.to_string())?;
    window.read("[data-test=draft-saved]", "Utkastet sparat").await?;
    // the last word before the end may be younger than what is on the disk
    window.type_into("[data-test=composer-text]", LAST).await
}

const LAST: &str = " ungefär";

async fn goes_on(window: &Window, report: &mut Report) -> Answer<()> {
    until("the composer as it was", || async {
        let text = window.see("[data-test=composer-text]").await?;
        let text = text.prop("value").await.map_err(|error| error.to_string())?.unwrap_or_default();
        let files = window.count(&format!("[data-test=draft-file]:has([title='{FILE}'])")).await?;
        let whole = text.strip_prefix(CRASHED).is_some_and(|rest| LAST.starts_with(rest));
        Ok((whole && files == 1).then_some(()))
    })
    .await?;
    let png = window.picture().await?;
    report.picture("after-a-crash", &png);
    axe::check(window, "after-a-crash").await?;
    report.saw(
        "the app is killed in the middle of a sentence: the next start has the composer open, text and file in it",
    );
    window.click("[data-test=composer-close]").await?;
    window.see("[data-test=draft-waits]").await.map(drop)
}

async fn end(window: Window, report: &mut Report, outcome: Answer<()>) -> Answer<()> {
    if outcome.is_err()
        && let Ok(png) = window.picture().await
    {
        report.picture("ended-here", &png);
    }
    let closed = window.close().await;
    outcome.and(closed)
}
