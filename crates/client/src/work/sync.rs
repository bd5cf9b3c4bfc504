//! Down: asks the clinics' feeds for pages and gives each to the store in one transaction. The one authority on whether
//! there is contact.

use crate::error::ClientError;
use crate::event::{ClientEvent, ConnectionState};
use crate::live::{Live, lock, pending_preferences};
use crate::notice::{Viewer, decide, decide_taken};
use crate::noticing::{keep_noticed, remind};
use crate::plan::{self, Wanted};
use crate::retry;
use crate::trouble::Work;
use mottaget_domain::{CaseId, HsaId, Refusal};
use mottaget_protocol::{Directory, Me, Page, Phase};
use mottaget_store::{Applied, Cursor, Notice, NoticeStatus, Store};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex};

/// Cases on the very first page: little, so that there is something to look at soon.
const FIRST_PAGE: u32 = 100;
/// More changes than this at once are told as "read everything again".
const MANY: usize = 100;

type Answer<T> = Result<T, ClientError>;

/// Until the session stops: a round when somebody wants one, and every now and then.
pub(crate) async fn run(live: Arc<Live>) {
    let mut failures = 0_u32;
    loop {
        let mut wanted = live.take_wanted();
        if wanted.is_empty() {
            // a wake-up whose wish was taken by the round before
            live.sync_wanted().await;
            continue;
        }
        let mut reached = false;
        let outcome = round(&live, &mut wanted, &mut reached).await;
        settle_notices(&live).await;
        live.ended(Work::Sync, &outcome);
        match outcome {
            Ok(()) => {
                failures = 0;
                connected(&live).await;
            }
            Err(ClientError::SessionExpired) => return live.session_over(),
            Err(error) => {
                failures = failures.saturating_add(1);
                tracing::info!(code = error.code(), failures, "a round of syncing failed");
                live.want_later(Wanted { all: true, ..wanted });
                if !error.is_of_files() {
                    live.set_offline(&error);
                } else if reached {
                    // What can't be written here says nothing about the server: what can be sent is sent.
                    connected(&live).await;
                }
            }
        }
        let config = &live.core.config;
        let pause = if failures == 0 { config.poll_every } else { retry::wait(config.retry, failures, retry::dice()) };
        tokio::select! {
            () = live.sync_wanted() => {}
            () = tokio::time::sleep(pause) => live.want_later(Wanted { all: true, ..Wanted::default() }),
        }
    }
}

/// Until the session stops: when a damaged file was replaced by an empty one, it is filled again.
pub(crate) async fn refill(live: Arc<Live>) {
    loop {
        if live.files.healed().await {
            live.memory().forget_notices();
        }
        let me = live.me();
        let saved = live.files.with(move |store| Ok(store.save_me(&me)?)).await;
        live.ended(Work::Refill, &saved);
        if let Err(error) = saved {
            tracing::warn!(code = error.code(), "filling anew");
        }
        live.want(Wanted { all: true, me: true, ..Wanted::default() });
        live.core.tell(ClientEvent::Everything);
    }
}

/// `reached` is set as soon as the server has answered.
async fn round(live: &Arc<Live>, wanted: &mut Wanted, reached: &mut bool) -> Answer<()> {
    take_pushed(live, wanted).await?;
    if wanted.is_empty() {
        return Ok(());
    }
    // Whoever works nowhere has no feed to ask, and is to know all the same whether there is contact.
    let nowhere = wanted.all && clinics_of(&live.me()).is_empty();
    if wanted.me || nowhere {
        refresh_me(live, reached).await?;
    }
    let mine = clinics_of(&live.me());
    let mut cursors: BTreeMap<HsaId, Cursor> = live
        .files
        .with(|store| Ok(store.cursors()?.into_iter().map(|cursor| (cursor.clinic.clone(), cursor)).collect()))
        .await?;
    let taken = cursors.iter().filter(|(_, c)| c.complete).map(|(clinic, c)| (clinic.clone(), c.seq)).collect();
    let ask = plan::clinics(&mine, wanted, &taken);
    // A wake-up for one clinic: nothing else can add to what is to be shown, so it need not wait for the round's end.
    let alone = !wanted.all && ask.len() == 1;
    for clinic in ask {
        match pull(live, &clinic, cursors.remove(&clinic), alone, reached).await {
            // the assignment went between two requests: ask again who the person is
            Err(ClientError::Refused(Refusal::NotFound | Refusal::Forbidden)) if !wanted.me => {
                live.want(Wanted { me: true, ..Wanted::default() });
            }
            Err(ClientError::Refused(Refusal::NotFound | Refusal::Forbidden)) => {
                tracing::warn!("a clinic of the person's gives no feed");
            }
            other => other?,
        }
    }
    Ok(())
}

/// Takes in what came unasked. What does not go on from where this machine stands is asked for instead.
async fn take_pushed(live: &Arc<Live>, wanted: &mut Wanted) -> Answer<()> {
    let pushed = wanted.take_pushed();
    // Of several, a storm is told as one.
    let early = pushed.len() == 1;
    for push in pushed {
        let (clinic, seq) = (push.page.clinic.clone(), push.page.seq);
        match take_in(live, push.page, Some(push.from), early).await? {
            Some(applied) => announce(live, applied),
            None => wanted.reach(clinic, seq),
        }
    }
    Ok(())
}

pub(crate) fn clinics_of(me: &Me) -> Vec<HsaId> {
    me.assignments.iter().map(|assignment| assignment.clinic.clone()).collect()
}

/// Back in contact, or still.
async fn connected(live: &Arc<Live>) {
    let before = live.core.connection();
    live.look_at_the_clock();
    live.set_connection(ConnectionState::Connected);
    if !matches!(before, ConnectionState::Connected) {
        let all = live.files.with(|store| Ok(store.retry_all()?)).await;
        live.ended(Work::HandOver, &all);
        if let Err(error) = all {
            tracing::warn!(code = error.code(), "waking the outbox");
        }
        live.wake_push.notify_one();
        live.wake_stream.notify_one();
        live.wake_presence.notify_one();
        live.wake_copies.notify_one();
    }
    live.wake_house.notify_one();
}

/// Who the person is now, and with it which clinics they work at.
async fn refresh_me(live: &Arc<Live>, reached: &mut bool) -> Answer<()> {
    let mut me = live.core.wire.me(&live.token).await?;
    *reached = true;
    let mine = clinics_of(&me);
    let (me, gone) = live
        .files
        .with(move |store| {
            if let Some(preferences) = pending_preferences(store)? {
                me.preferences = preferences;
            }
            store.save_me(&me)?;
            let held: Vec<HsaId> = store.cursors()?.into_iter().map(|cursor| cursor.clinic).collect();
            let mut gone = Vec::new();
            for clinic in plan::left(&mine, &held) {
                gone.extend(store.forget_clinic(&clinic)?);
            }
            Ok((me, gone))
        })
        .await?;
    let changed = live.set_me(me);
    for clinic in clinics_of(&live.me()) {
        refresh_directory(live, &clinic).await?;
    }
    if !gone.is_empty() {
        live.core.tell(ClientEvent::Everything);
    }
    if changed {
        live.core.tell(ClientEvent::Me);
    }
    Ok(())
}

/// Fetches a clinic's directory. One that is not to be had is no reason to stop. Who reads what it says is told when that is
/// another; how much each colleague has on the table is no news.
pub(crate) async fn refresh_directory(live: &Arc<Live>, clinic: &HsaId) -> Answer<()> {
    // One at a time: an answer that was on its way for long must not be kept over a newer one.
    let _turn = live.directory.lock().await;
    let directory = match live.core.wire.directory(&live.token, clinic).await {
        Ok(directory) => directory,
        Err(ClientError::Refused(_) | ClientError::ServerRefused { .. }) => return Ok(()),
        Err(error) => return Err(error),
    };
    let at = clinic.clone();
    let (moved, changed) = live
        .files
        .with(move |store| {
            let said = |directory: &Directory| Directory { open_cases: Vec::new(), ..directory.clone() };
            let changed = store.directory(&at)?.is_none_or(|before| said(&before) != said(&directory));
            Ok((store.save_directory(&directory)?, changed))
        })
        .await?;
    if moved {
        // every due time may be another, and every reminder
        live.memory().reminders_due = true;
    }
    if moved || changed {
        live.core.tell(ClientEvent::Everything);
    }
    live.memory().directories.insert(clinic.clone(), live.core.now());
    Ok(())
}

/// Takes in all that a clinic's feed has for this person now, from where this machine stands. `alone`: notices may be
/// shown as soon as this is done.
async fn pull(
    live: &Arc<Live>,
    clinic: &HsaId,
    mut before: Option<Cursor>,
    alone: bool,
    reached: &mut bool,
) -> Answer<()> {
    let mut resets = 0;
    loop {
        let limit =
            if before.is_none() { FIRST_PAGE.min(live.core.config.page_size) } else { live.core.config.page_size };
        let cursor = before.as_ref().map(|cursor| cursor.cursor.as_str());
        let page = live.core.wire.page(&live.token, clinic, cursor, limit).await?;
        *reached = true;
        resets += u32::from(page.reset);
        // a server that never comes to an end is not to be followed for ever
        if resets > 1 || (page.more && cursor == Some(page.cursor.as_str())) {
            return Err(ClientError::ServerNonsense);
        }
        let (more, snapshot) = (page.more, page.phase == Phase::Snapshot);
        if let Some(applied) = take_in(live, page, None, alone && !more).await? {
            announce(live, applied);
        }
        if !more {
            return Ok(());
        }
        let asked = clinic.clone();
        before = live.files.with(move |store| Ok(store.cursor(&asked)?)).await?;
        if let Some(cursor) = before.as_ref().filter(|_| snapshot) {
            let total = cursor.total.max(cursor.done);
            live.set_connection(ConnectionState::Syncing { done: cursor.done, total });
        }
    }
}

/// What a page did, beside its rows.
struct TakenIn {
    applied: Applied,
    /// Notices whose notifications are on the screen for no reason now.
    withdrawn: Vec<i64>,
}

/// Puts a page into the mirror; gives what changed. With `from`, only if the mirror stands at exactly this cursor, else
/// nothing. `early`: notices may be shown while the page is still being written.
async fn take_in(live: &Arc<Live>, page: Page, from: Option<String>, early: bool) -> Answer<Option<Applied>> {
    let (me, now) = (live.me(), live.core.now());
    let _writing = live.writing.lock().await;
    let teller = Arc::clone(live);
    let told = Arc::new(Mutex::new(Vec::new()));
    let telling = Arc::clone(&told);
    let taken = live
        .files
        .with(move |store| {
            if let Some(from) = from
                && store.cursor(&page.clinic)?.is_none_or(|here| here.cursor != from)
            {
                return Ok(None);
            }
            let facts = store.directory(&page.clinic)?.map(|directory| directory.facts());
            let viewer = Viewer::at(&me, &page.clinic, facts, now);
            let mut open = store.shown_notices()?;
            let shown: HashSet<i64> = open.iter().map(|notice| notice.id).collect();
            open.extend(store.waiting_notices()?);
            let applied = store.apply_page_telling(
                &page,
                |change| decide(&change, &viewer),
                |taken, through| decide_taken(taken, through, &viewer),
                |notices| {
                    if early && tell_early(&teller, notices) {
                        lock(&telling).extend(notices.iter().map(|notice| notice.id));
                    }
                },
            )?;
            close_lapsed(store, open, &page, &viewer)?;
            // a beginning that came too late needs nobody's decision
            for rejected in &applied.rejected {
                let automatic = store.outbox_row(rejected.op)?.is_some_and(|row| row.what == "start");
                if automatic {
                    store.op_to_draft(rejected.op, now)?;
                }
            }
            let mut withdrawn: Vec<i64> = Vec::new();
            if !shown.is_empty() {
                let still: HashSet<i64> = store.shown_notices()?.into_iter().map(|notice| notice.id).collect();
                withdrawn.extend(shown.difference(&still));
            }
            Ok(Some(TakenIn { applied, withdrawn }))
        })
        .await;
    let told = std::mem::take(&mut *lock(&told));
    // From here on the file says what waits.
    live.memory().early.retain(|notice| !told.contains(&notice.id));
    let taken = match taken {
        Ok(taken) => taken,
        Err(error) => {
            // The page is not in: what was told of it is not so (yet).
            withdraw(live, told);
            return Err(error);
        }
    };
    Ok(taken.map(|TakenIn { applied, withdrawn }| {
        withdraw(live, withdrawn);
        applied
    }))
}

/// Closes those of the open notices that have lost their reason by what the page says.
fn close_lapsed(store: &Store, open: Vec<Notice>, page: &Page, viewer: &Viewer) -> Answer<()> {
    let cases: HashMap<CaseId, _> = page.documents.iter().map(|document| (document.case.id, &document.case)).collect();
    let lapsed: Vec<i64> = open
        .into_iter()
        .filter(|notice| cases.get(&notice.case).is_some_and(|case| !viewer.still_holds(notice.kind, notice.at, case)))
        .map(|notice| notice.id)
        .collect();
    if !lapsed.is_empty() {
        store.mark_notices(&lapsed, NoticeStatus::Closed)?;
    }
    Ok(())
}

/// Puts notices on the list of those to be withdrawn from the screen.
pub(crate) fn withdraw(live: &Live, notices: Vec<i64>) {
    if notices.is_empty() {
        return;
    }
    let mut memory = live.memory();
    for id in notices {
        memory.given.remove(&id);
        let mut whole = None;
        for (name, members) in &mut memory.summaries {
            members.retain(|member| *member != id);
            if members.is_empty() {
                whole = Some(name.clone());
            }
        }
        // a summary goes when the last thing that it stands for has gone
        if let Some(name) = whole {
            memory.summaries.remove(&name);
            memory.to_close.push(name);
        }
        memory.to_close.push(id.to_string());
    }
    drop(memory);
    live.core.tell(ClientEvent::Notices);
}

fn announce(live: &Live, applied: Applied) {
    let outbox = !applied.settled.is_empty() || !applied.rejected.is_empty();
    let mut cases = applied.changed;
    cases.extend(applied.removed);
    if applied.reset || cases.len() > MANY {
        live.core.tell(ClientEvent::Everything);
    } else if !cases.is_empty() {
        live.core.tell(ClientEvent::Moved { cases });
    }
    if outbox {
        live.core.tell(ClientEvent::Outbox);
        live.wake_push.notify_one();
        // what was sent is no draft any more, and what was taken back is one again
        live.wake_copies.notify_one();
    }
}

/// Notices have come, and nothing else is on its way: the notification first, since the rest of the page, and what is
/// announced of it, takes longer. False while nothing may be shown yet.
fn tell_early(live: &Live, notices: &[Notice]) -> bool {
    let mut memory = live.memory();
    if memory.caught_up {
        memory.early.extend_from_slice(notices);
        live.core.tell(ClientEvent::Notices);
    }
    memory.caught_up
}

/// The round is over, one way or the other: what waits may be shown, all of it together.
async fn settle_notices(live: &Arc<Live>) {
    if std::mem::take(&mut live.memory().reminders_due) {
        remind(live).await;
    }
    live.memory().caught_up = true;
    let waiting = live.files.with(|store| Ok(store.waiting_notices()?)).await;
    live.ended(Work::Notices, &waiting);
    let waiting = waiting.unwrap_or_default();
    let news = {
        let memory = live.memory();
        waiting.iter().any(|notice| !memory.given.contains(&notice.id))
    };
    if news {
        live.core.tell(ClientEvent::Notices);
    } else {
        keep_noticed(live).await;
    }
}
