//! Handing notices out: each once, a storm as one, and telling which to take back.

use crate::client::{Answer, Client};
use crate::error::ClientError;
use crate::live::Live;
use crate::notice::{Notice, NoticeKind, STORM, Viewer, seq_of};
use crate::trouble::Work;
use crate::work::sync::withdraw;
use jiff::{Timestamp, ToSpan};
use mottaget_domain::{HsaId, Policy};
use mottaget_protocol::Me;
use mottaget_store::{Notice as Stored, NoticeKind as StoredKind, NoticeStatus};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Notices.
impl Client {
    /// Notices that wait to be shown, once the client has caught up (or found that it can't). Each is given out once; a
    /// storm comes as one summary.
    ///
    /// # Errors
    /// As [`Client::start_view`].
    pub async fn take_notices(&self) -> Answer<Vec<Notice>> {
        let live = self.live()?;
        if !live.memory().caught_up {
            return Ok(Vec::new());
        }
        let early = std::mem::take(&mut live.memory().early);
        // What is known already need not be read, least of all from a file that is just being written.
        let waiting = match early.is_empty() {
            true => {
                let waiting = live.files.with(|store| Ok(store.waiting_notices()?)).await;
                live.ended(Work::Notices, &waiting);
                waiting?
            }
            false => early,
        };
        let me = live.me();
        let mut memory = live.memory();
        let fresh: Vec<Stored> = waiting.into_iter().filter(|notice| memory.given.insert(notice.id)).collect();
        if fresh.len() <= STORM {
            return Ok(fresh.iter().map(|notice| single(notice, &me)).collect());
        }
        let ids: Vec<i64> = fresh.iter().map(|notice| notice.id).collect();
        let name = format!("summary-{}", ids.last().copied().unwrap_or_default());
        memory.summaries.insert(name.clone(), ids);
        Ok(vec![summary(name, &fresh, &me)])
    }

    /// The notification was shown (or could not be): it will not be given out again, over restarts too.
    ///
    /// # Errors
    /// As [`Client::start_view`]; [`mottaget_domain::Refusal::NotFound`] for an id that is none.
    pub async fn notice_shown(&self, id: &str) -> Answer<()> {
        let live = self.live()?;
        let members = live.memory().summaries.get(id).cloned();
        let ids = match members {
            Some(members) => members,
            None => vec![id.parse().map_err(|_| ClientError::Refused(mottaget_domain::Refusal::NotFound))?],
        };
        // told early, it is in the file only when its page is
        drop(live.writing.lock().await);
        let lapsed = mark_shown(&live, ids).await;
        live.ended(Work::Shown, &lapsed);
        let lapsed = lapsed?;
        keep_noticed(&live).await;
        // the reason went while the notification was on its way to the screen
        withdraw(&live, lapsed);
        Ok(())
    }

    /// Notices that were shown and have lost their reason (a colleague took the case, it was read or closed): withdraw
    /// their notifications. Each is given out once.
    ///
    /// # Errors
    /// As [`Client::start_view`].
    pub async fn notices_to_close(&self) -> Answer<Vec<String>> {
        Ok(std::mem::take(&mut self.live()?.memory().to_close))
    }
}

/// Marks what still waits as shown, and gives those that are closed already.
async fn mark_shown(live: &Arc<Live>, ids: Vec<i64>) -> Answer<Vec<i64>> {
    live.files
        .with(move |store| {
            let open: Vec<Stored> = store.waiting_notices()?.into_iter().chain(store.shown_notices()?).collect();
            let (still, lapsed): (Vec<i64>, Vec<i64>) =
                ids.into_iter().partition(|id| open.iter().any(|notice| notice.id == *id));
            store.mark_notices(&still, NoticeStatus::Shown)?;
            // A case that is gone can't be opened: to be told of it is all there is.
            let told = open.iter().filter(|notice| notice.kind == StoredKind::TakenAway && still.contains(&notice.id));
            store.mark_notices(&told.map(|notice| notice.id).collect::<Vec<_>>(), NoticeStatus::Closed)?;
            Ok(lapsed)
        })
        .await
}

/// Remembers beside the mirror how far everything is told, so that a mirror that has to be filled again goes on from
/// there. That it could not be written is no reason to stop: at worst something is told a second time.
pub(crate) async fn keep_noticed(live: &Arc<Live>) {
    let reminded = live.memory().reminded;
    let kept = live
        .files
        .with(move |store| {
            let waiting = store.waiting_notices()?;
            if let Some(through) = reminded {
                let first = waiting.iter().filter(|notice| is_reminder(notice)).map(|notice| notice.at).min();
                let before = |at: Timestamp| at.saturating_sub(1.second()).unwrap_or(at);
                store.keep_reminded(first.map_or(through, |first| through.min(before(first))))?;
            }
            for cursor in store.cursors()? {
                let Some(through) = cursor.noticed_through else { continue };
                let here = waiting.iter().filter(|notice| notice.clinic == cursor.clinic);
                // up to the first that nobody has seen yet
                let first = here.filter_map(|notice| seq_of(&notice.key)).min();
                let told = first.map_or(through, |first| through.min(first.saturating_sub(1)));
                store.keep_noticed(&cursor.clinic, told)?;
            }
            Ok(())
        })
        .await;
    live.ended(Work::Told, &kept);
    if let Err(error) = kept {
        tracing::debug!(code = error.code(), "noting what was told");
    }
}

fn is_reminder(notice: &Stored) -> bool {
    matches!(notice.kind, StoredKind::Due | StoredKind::DueUnanswered)
}

/// Decides on the reminders that have fallen due since it was last done. At the very first time on this machine there are
/// none: what is due stands first in every list.
pub(crate) async fn remind(live: &Arc<Live>) {
    let (me, now, lately) = (live.me(), live.core.now(), live.memory().reminded);
    let _writing = live.writing.lock().await;
    let decided = live
        .files
        .with(move |store| {
            // A clock that was set back begins anew from where it stands.
            let after = lately.or(store.reminded()?).unwrap_or(now).min(now);
            let mut clinics: BTreeMap<HsaId, Option<(Viewer, Policy)>> = BTreeMap::new();
            for assignment in &me.assignments {
                let at = &assignment.clinic;
                let facts = store.directory(at)?.map(|directory| directory.facts());
                let policy = facts.as_ref().map(|facts| facts.policy.clone());
                clinics.insert(at.clone(), policy.map(|policy| (Viewer::at(&me, at, facts, now), policy)));
            }
            store.remind(now, |document| match clinics.get(&document.case.clinic) {
                Some(Some((viewer, policy))) => viewer.reminders(&document.case, policy, after, now),
                _ => Vec::new(),
            })?;
            Ok(())
        })
        .await;
    live.ended(Work::Reminders, &decided);
    match decided {
        Ok(()) => live.memory().reminded = Some(now),
        Err(error) => {
            tracing::warn!(code = error.code(), "reminders are decided later");
            live.memory().reminders_due = true;
        }
    }
}

fn clinic_name(me: &Me, clinic: &HsaId) -> Option<String> {
    me.assignments.iter().find(|assignment| assignment.clinic == *clinic).map(|found| found.clinic_name.clone())
}

fn single(notice: &Stored, me: &Me) -> Notice {
    Notice {
        id: notice.id.to_string(),
        kind: NoticeKind::from(notice.kind),
        // nothing is left of it to be opened, or it is decided on elsewhere
        case: (!matches!(notice.kind, StoredKind::TakenAway | StoredKind::Stopped)).then_some(notice.case),
        clinic: Some(notice.clinic.clone()),
        clinic_name: clinic_name(me, &notice.clinic),
        count: 1,
    }
}

fn summary(id: String, notices: &[Stored], me: &Me) -> Notice {
    let first = notices.first().map(|notice| notice.clinic.clone());
    let clinic = first.filter(|clinic| notices.iter().all(|notice| notice.clinic == *clinic));
    Notice {
        id,
        kind: match () {
            () if notices.iter().all(is_reminder) => NoticeKind::Reminders,
            () if notices.iter().all(|notice| notice.kind == StoredKind::NewCase) => NoticeKind::NewCases,
            () => NoticeKind::Summary,
        },
        case: None,
        clinic_name: clinic.as_ref().and_then(|clinic| clinic_name(me, clinic)),
        clinic,
        count: u32::try_from(notices.len()).unwrap_or(u32::MAX),
    }
}
