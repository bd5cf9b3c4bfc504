//! The event stream: says that something moved, never what. The truth is in the feed.

use super::Route;
use super::extract::Staff;
use crate::app::App;
use crate::db::{clinics, staff};
use crate::error::Result;
use crate::session::SignedInStaff;
use crate::wake::Wake;
use axum::extract::State;
use axum::response::sse::{Event, Sse};
use axum::routing::get;
use futures::Stream;
use futures::future::BoxFuture;
use mottaget_domain::HsaId;
use mottaget_protocol::{Problem, StreamEvent};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

/// A comment this often keeps the line open.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

pub fn routes() -> Vec<Route> {
    vec![Route::get("/api/v1/events", get(events))]
}

/// Wake-ups for the person's clinics (`moved`) and for the person (`me`). Begins with one `moved` for each clinic; ends
/// with the session and with the server.
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
    let mut listener = Listener { app, person, wakes, ticks, ends, clinics: Vec::new(), waiting: VecDeque::new() };
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
    clinics: Vec<HsaId>,
    waiting: VecDeque<StreamEvent>,
}

impl Listener {
    /// Looks up the person's clinics anew, and tells of each.
    async fn tell_all(&mut self) -> Result<()> {
        let mut tx = self.app.db.read().await?;
        let assignments = staff::assignments(&mut tx, &self.person.staff.hsa_id).await?;
        self.clinics = assignments.into_iter().map(|assignment| assignment.clinic).collect();
        for clinic in &self.clinics {
            let seq = clinics::seq(&mut tx, clinic).await?.unwrap_or(0);
            self.waiting.push_back(StreamEvent::Moved { clinic: clinic.clone(), seq });
        }
        Ok(())
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return as_event(&event);
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
                if self.clinics.contains(&clinic) {
                    self.waiting.push_back(StreamEvent::Moved { clinic, seq });
                }
            }
            Ok(Wake::Me { staff }) if staff == self.person.staff.hsa_id => {
                self.waiting.push_back(StreamEvent::Me);
                let person = {
                    let mut tx = self.app.db.read().await.ok()?;
                    staff::find(&mut tx, &staff).await.ok()?
                };
                // An HSA-id that was switched off ends everything.
                person.filter(|person| person.active)?;
                self.tell_all().await.ok()?;
            }
            Ok(Wake::SignedOut { token_hash }) if token_hash == self.person.token_hash => return None,
            Ok(Wake::Me { .. } | Wake::SignedOut { .. }) => {}
            Err(RecvError::Lagged(_)) => self.tell_all().await.ok()?,
            Err(RecvError::Closed) => return None,
        }
        Some(())
    }
}

fn as_event(event: &StreamEvent) -> Option<Event> {
    let name = match event {
        StreamEvent::Moved { .. } => "moved",
        StreamEvent::Me => "me",
    };
    Event::default().event(name).json_data(event).ok()
}
