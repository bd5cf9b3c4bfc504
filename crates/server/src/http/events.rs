//! The event stream: says that something moved. To who has followed from the beginning of the stream it brings the small
//! page along that they would ask for (ADR 13); the truth is in the feed.

use super::Route;
use super::extract::Staff;
use crate::app::App;
use crate::db::{cases, clinics, staff};
use crate::error::{Result, ServerError};
use crate::feed::{self, Standing};
use crate::session::SignedInStaff;
use crate::wake::Wake;

use axum::extract::State;
use axum::response::sse::{Event, Sse};
use axum::routing::get;
use futures::Stream;
use futures::future::BoxFuture;
use mottaget_domain::response_clock::swedish_day;
use mottaget_domain::visibility::staff_may_read;
use mottaget_domain::{CaseId, HsaId};
use mottaget_protocol::{Company, Problem, PushedPage, StreamEvent};
use sqlx::AnyConnection;
use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

/// A comment this often keeps the line open.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Documents on a page that comes unasked: what one act changes, with room for a few more.
const PUSHED_DOCUMENTS: usize = 4;
/// Bytes of an event with a page, at the most: a long thread is asked for, compressed.
const PUSHED_BYTES: usize = 128 * 1024;

pub fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/events", get(events))]
}

/// Wake-ups for the person's clinics (`moved`, or `page` with the next page of the feed), for the person (`me`), and of
/// colleagues at cases that the person may see (`presence`). Begins with one `moved` for each clinic, then who is where; ends with the session and with the server.
#[utoipa::path(get, path = "/api/v1/events", tag = "staff", security(("session" = [])), responses(
    (status = 200, description = "Server-sent events; `event:` names the kind.", body = StreamEvent,
        content_type = "text/event-stream"),
    (status = 401, description = "No session, or it has ended.", body = Problem),
))]
pub async fn events(
    State(app): State<App>,
    Staff(person): Staff,
) -> Result<Sse<impl Stream<Item = std::result::Result<Event, Infallible>>>> {
    // Listening first, then looking: nothing falls between.
    let wakes = app.wakes.listen();
    let mut ticks = interval_at(Instant::now() + KEEP_ALIVE, KEEP_ALIVE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let ends = app.clock.reached(person.expires_at);
    let mut listener = Listener {
        app,
        person,
        wakes,
        ticks,
        ends,
        clinics: BTreeMap::new(),
        waiting: VecDeque::new(),
        company_told: false,
    };
    listener.tell_all().await?;
    Ok(Sse::new(futures::stream::unfold(listener, |mut listener| async {
        let event = listener.next().await?;
        Some((Ok(event), listener))
    })))
}

struct Listener {
    app: App,
    person: SignedInStaff,
    wakes: Receiver<Wake>,
    ticks: Interval,
    ends: BoxFuture<'static, ()>,
    /// How far each clinic's feed has been told.
    clinics: BTreeMap<HsaId, Standing>,
    waiting: VecDeque<Event>,
    /// Has anything been told of who is where, that may have to be taken back?
    company_told: bool,
}

impl Listener {
    /// Looks up the person's clinics anew, and tells of each.
    async fn tell_all(&mut self) -> Result<()> {
        let mut tx = self.app.db.read().await?;
        let assignments = staff::assignments(&mut tx, &self.person.staff.hsa_id).await?;
        self.clinics.clear();
        for clinic in assignments.into_iter().map(|assignment| assignment.clinic) {
            let standing = match feed::standing(&mut tx, &self.app, &self.person.staff.hsa_id, &clinic).await {
                // roles at this clinic that open no case
                Err(ServerError::NotFound) => continue,
                other => other?,
            };
            self.say(&StreamEvent::Moved { clinic: clinic.clone(), seq: standing.seq });
            let mut cases = Vec::new();
            for case in self.app.presence.cases_of(&clinic) {
                cases.extend(company(&mut tx, &self.app, &self.person.staff.hsa_id, &clinic, case).await?);
            }
            if !cases.is_empty() || self.company_told {
                self.company_told = true;
                self.say(&StreamEvent::Presence { clinic: clinic.clone(), cases, whole: true });
            }
            self.clinics.insert(clinic, standing);
        }
        Ok(())
    }

    /// Tells who is at a case now.
    async fn tell_company(&mut self, clinic: HsaId, case: CaseId) -> Result<()> {
        if !self.clinics.contains_key(&clinic) {
            return Ok(());
        }
        let company = {
            let mut tx = self.app.db.read().await?;
            company(&mut tx, &self.app, &self.person.staff.hsa_id, &clinic, case).await?
        };
        if let Some(company) = company {
            self.company_told = true;
            self.say(&StreamEvent::Presence { clinic, cases: vec![company], whole: false });
        }
        Ok(())
    }

    fn say(&mut self, event: &StreamEvent) {
        self.waiting.extend(as_event(event));
    }

    /// Tells that a clinic's feed has reached `seq`: with the page, where it is small and goes on from what was told.
    async fn moved(&mut self, clinic: HsaId, seq: u64) {
        // Two commits may call out in the other order; the page of the later one has both.
        let Some(from) = self.clinics.get(&clinic).filter(|told| told.seq < seq).cloned() else { return };
        let who = &self.person.staff.hsa_id;
        // Whatever keeps the page from being had, the feed itself will tell.
        let next = feed::next_page(&self.app, who, &clinic, &from, PUSHED_DOCUMENTS).await.ok().flatten();
        let pushed = next.and_then(|(page, standing)| {
            let event = StreamEvent::Page(Box::new(PushedPage { from: from.cursor(), page }));
            let text = serde_json::to_string(&event).ok().filter(|text| text.len() <= PUSHED_BYTES)?;
            Some((Event::default().event("page").data(text), standing))
        });
        match pushed {
            Some((event, standing)) => {
                self.waiting.push_back(event);
                self.clinics.insert(clinic, standing);
            }
            None => {
                self.say(&StreamEvent::Moved { clinic: clinic.clone(), seq });
                self.clinics.insert(clinic, from.at(seq));
            }
        }
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            tokio::select! {
                () = self.app.stopping.cancelled() => return None,
                () = &mut self.ends => return None,
                _ = self.ticks.tick() => return Some(Event::default().comment("")),
                wake = self.wakes.recv() => self.hear(wake).await?,
            }
        }
    }

    /// `None` ends the stream.
    async fn hear(&mut self, wake: std::result::Result<Wake, RecvError>) -> Option<()> {
        match wake {
            Ok(Wake::Moved { clinic, seq }) => {
                self.moved(clinic, seq).await;
            }
            Ok(Wake::Me { staff }) if staff == self.person.staff.hsa_id => {
                self.say(&StreamEvent::Me);
                let person = {
                    let mut tx = self.app.db.read().await.ok()?;
                    staff::find(&mut tx, &staff).await.ok()?
                };
                // An HSA-id that was switched off ends everything.
                person.filter(|person| person.active)?;
                self.tell_all().await.ok()?;
            }
            Ok(Wake::SignedOut { token_hash }) if token_hash == self.person.token_hash => return None,
            Ok(Wake::Presence { clinic, case }) => {
                // It is only a hint: whoever can't be told sees a version that moved before a reply is sent.
                if let Err(error) = self.tell_company(clinic, case).await {
                    tracing::warn!(%error, "who is at a case could not be told");
                }
            }
            Ok(Wake::Me { .. } | Wake::SignedOut { .. }) => {}
            Err(RecvError::Lagged(_)) => self.tell_all().await.ok()?,
            Err(RecvError::Closed) => return None,
        }
        Some(())
    }
}

/// Who is at the case, but for the viewer; `None` if the viewer may not see the case.
async fn company(
    conn: &mut AnyConnection,
    app: &App,
    who: &HsaId,
    clinic: &HsaId,
    case: CaseId,
) -> Result<Option<Company>> {
    let Some((viewer, _)) = clinics::viewer(&mut *conn, clinic, who, swedish_day(app.now())).await? else {
        return Ok(None);
    };
    let found = cases::find(conn, clinic, case).await?.filter(|case| staff_may_read(case, &viewer));
    Ok(found.map(|found| app.presence.company(clinic, found.id, who)))
}

fn as_event(event: &StreamEvent) -> Option<Event> {
    let name = match event {
        StreamEvent::Moved { .. } => "moved",
        StreamEvent::Page(_) => "page",
        StreamEvent::Me => "me",
        StreamEvent::Presence { .. } => "presence",
    };
    Event::default().event(name).json_data(event).ok()
}
