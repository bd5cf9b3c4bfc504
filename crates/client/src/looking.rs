//! Looking: whether what is read comes before a person's eyes. A case that stays open in a window that nobody sees is
//! read again all the same; that is no look, and neither the read log nor the notices may take it for one.

use crate::client::{Answer, Client};
use crate::live::{Live, Shown};
use crate::reading::{begin, found, look};
use crate::rules::Rules;
use crate::show;
use crate::view::CaseView;
use crate::work::sync::withdraw;
use mottaget_domain::case::Happening;
use mottaget_domain::{Case, CaseId, HsaId};
use mottaget_protocol::ReadKind;
use mottaget_store::Store;
use std::sync::Arc;

/// How the window stands to the person. A program without a window counts as in front.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// Behind the tray or minimized: nothing that is read is shown to anybody.
    Hidden,
    /// On the screen while the person works with something else: it can be read, so it is logged, but it is not seen.
    Visible,
    /// On the screen, and with the focus.
    #[default]
    Front,
}

/// What a reading of a case means, decided before it is made.
#[derive(Clone, Copy, Debug)]
struct Look {
    sight: Sight,
    /// The person opens the case with it.
    opens: bool,
    /// The newest of what others have done that is in the read log already; empty before the first look.
    logged: Option<u64>,
}

/// Looking.
impl Client {
    /// Tells how the window stands now. When it comes (closer) to the front, whatever was read meanwhile is to be read
    /// again, and then counts: [`crate::ClientEvent::Everything`] says so.
    pub fn set_sight(&self, sight: Sight) {
        self.core().set_sight(sight);
        let Ok(live) = self.live() else { return };
        live.wake_presence.notify_one();
        let missed = {
            let mut memory = live.memory();
            let missed = memory.unattended.is_some_and(|at| at < sight);
            if missed {
                memory.unattended = None;
            }
            missed
        };
        if missed {
            live.core.tell(crate::ClientEvent::Everything);
        }
    }

    /// Opens a case: the look is written into the read log before this returns, the case counts as read, and if it is
    /// assigned to me and not begun, the work begins (T7). In a hidden window it is not opened before the window is back.
    ///
    /// # Errors
    /// [`mottaget_domain::Refusal::NotFound`]; as [`Client::start_view`].
    pub async fn open_case(&self, case: CaseId) -> Answer<CaseView> {
        let live = self.live()?;
        let look = live.look_at(case, true);
        read(&live, case, look).await
    }

    /// Reads a case again while it stays open on the screen. It counts as read only while the window is in front, and the
    /// read log gets a line only for what others have written since the last one.
    ///
    /// # Errors
    /// As [`Client::open_case`].
    pub async fn read_case_again(&self, case: CaseId) -> Answer<CaseView> {
        let live = self.live()?;
        let look = live.look_at(case, false);
        read(&live, case, look).await
    }
}

impl Live {
    /// How the window stands; what is read below the front is remembered as unattended.
    pub fn sight(&self) -> Sight {
        // The lock is held over both: whoever raises the sight afterwards finds what is noted here.
        let mut memory = self.memory();
        let sight = self.core.sight();
        if sight < Sight::Front {
            memory.unattended = Some(memory.unattended.map_or(sight, |before| before.min(sight)));
        }
        sight
    }

    fn look_at(&self, case: CaseId, opening: bool) -> Look {
        let mut sight = self.sight();
        // The person who clicks is in front, whatever the window has heard of it so far.
        if opening && sight == Sight::Visible {
            sight = Sight::Front;
        }
        let mut memory = self.memory();
        if opening {
            memory.unopened.insert(case);
        }
        let opens = sight == Sight::Front && memory.unopened.remove(&case);
        Look { sight, opens, logged: memory.logged.get(&case).copied() }
    }
}

async fn read(live: &Arc<Live>, case: CaseId, look: Look) -> Answer<CaseView> {
    let (me, now) = (live.me(), live.core.now());
    let front = look.sight == Sight::Front;
    let (mut view, newest, news) = live
        .files
        .with(move |store| {
            let read = found(store, &me, case, now)?;
            let rules = Rules::at(store, &me, &read.document.case.clinic, now)?;
            let newest = newest(&read.document.case, &me.staff.hsa_id);
            note(store, &read.document.case, look, newest, now)?;
            let mut news = News { unread: read.row.unread, ..News::default() };
            if front {
                store.mark_seen(case, read.document.case.thread_version)?;
                news.notices = store.close_notices_of(case, &[])?.into_iter().map(|notice| notice.id).collect();
                news.begun = look.opens && begin(store, &read, &rules)?;
            }
            let read = found(store, &me, case, now)?;
            // What was decided meanwhile may be in the case already.
            let rules = Rules::at(store, &me, &read.document.case.clinic, now)?;
            Ok((show::case(store, &me, read, &rules)?, newest, news))
        })
        .await?;
    let of_messages = view.messages.iter_mut().map(|message| &mut message.delivery);
    let of_notes = view.notes.iter_mut().map(|note| &mut note.delivery);
    let of_acts = view.pending.iter_mut().map(|row| &mut row.delivery);
    let ahead = live.core.wire.ahead();
    of_messages.chain(of_notes).chain(of_acts).for_each(|delivery| delivery.told_here(ahead));
    {
        let mut memory = live.memory();
        if look.sight > Sight::Hidden {
            memory.logged.insert(case, newest);
        }
        if front {
            memory.shown.insert(case, Shown { version: view.thread_version, clinic: view.row.clinic.clone() });
        }
    }
    if front {
        withdraw(live, news.notices);
    }
    if news.begun {
        live.tell_outbox(case);
        live.wake_push.notify_one();
    } else if front && news.unread {
        // lists and the tray have counted it as unread
        live.core.tell(crate::ClientEvent::Moved { cases: vec![case] });
    }
    live.wake_house.notify_one();
    Ok(view)
}

/// What a look changed.
#[derive(Default)]
struct News {
    unread: bool,
    notices: Vec<i64>,
    begun: bool,
}

/// Writes the look into the read log, if it is one and shows something that no line there stands for.
fn note(store: &Store, case: &Case, how: Look, newest: u64, now: jiff::Timestamp) -> Answer<()> {
    let fresh = how.logged.is_none_or(|logged| logged < newest);
    if how.sight > Sight::Hidden && (how.opens || fresh) {
        store.log_read(&look(case.clinic.clone(), vec![case.id], None, ReadKind::Case, now))?;
    }
    Ok(())
}

/// The feed number of the newest thing in the case that somebody else has written.
fn newest(case: &Case, me: &HsaId) -> u64 {
    let written = case.history.iter().filter(|entry| {
        let words = matches!(
            entry.what,
            Happening::Created
                | Happening::ResidentReplied { .. }
                | Happening::MessageHeld { .. }
                | Happening::NoteAdded { .. }
        );
        words && !entry.who.is_staff(me)
    });
    written.map(|entry| entry.seq).max().unwrap_or(0)
}
