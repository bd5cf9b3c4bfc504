//! Absences at the running server: kept, told to the clinic's apps, and followed over midnight (ADR 20).
//!
//! Whose cases a substitute sees is computed from the Swedish day, and is part of every viewer's cursor. So when an absence
//! begins or ends nothing has to be changed; those whose sight changes only have to be woken, to ask.

use crate::app::App;
use crate::db::log::{Entry, Party};
use crate::db::{absences, clinics, log};
use crate::desk::{actor_at, fresh_line_id, roles_text};
use crate::error::{Result, ServerError};
use crate::people::People;
use crate::wake::Wake;
use jiff::ToSpan;
use jiff::civil::Date;
use mottaget_domain::absence::{check_absences, may_set_absences, to_come};
use mottaget_domain::deciding::decide_anew;
use mottaget_domain::response_clock::{start_of_swedish_day, swedish_day};
use mottaget_domain::{Absence, HsaId};

/// An absence that is over is forgotten after so many days; who set it stands in the access log.
const KEPT_DAYS: i64 = 31;
/// Pause after a failure.
const PAUSE: std::time::Duration = std::time::Duration::from_secs(5);

/// Somebody's absences at a clinic are exactly these from now on, if they were what was seen until now. Its staff's apps are told.
///
/// # Errors
/// [`ServerError::NotFound`] when `by` has no role at the clinic, or `of` does not work there; what
/// [`may_set_absences`], [`check_absences`] and [`decide_anew`] refuse; when the database fails.
pub async fn set(
    app: &App,
    by: &HsaId,
    (clinic, of): (&HsaId, &HsaId),
    seen: &[Absence],
    all: &[Absence],
) -> Result<()> {
    let now = app.now();
    let (mut tx, seq) = app.db.write_clinic(clinic).await?.ok_or(ServerError::NotFound)?;
    let facts = clinics::facts(tx.conn(), clinic).await?.ok_or(ServerError::NotFound)?;
    let actor = actor_at(&facts, by, now).ok_or(ServerError::NotFound)?;
    let there = facts.staff.get(of).ok_or(ServerError::NotFound)?.absences.as_slice();
    may_set_absences(&actor, of)?;
    check_absences(of, all, &facts, swedish_day(now))?;
    let [seen, wanted, there] = [seen, all, there].map(|absences| to_come(absences, swedish_day(now)));
    decide_anew(&seen, &wanted, &there)?;
    absences::set(tx.conn(), clinic, of, all).await?;
    let line = Entry {
        id: fresh_line_id("absences"),
        at: now,
        who: Party::Staff { hsa_id: by.clone(), roles: roles_text(&actor) },
        clinic: clinic.clone(),
        resident: None,
        case: None,
        kind: "absences".to_owned(),
        object: Some(in_words(of, all)),
        outcome: "allowed".to_owned(),
        source: "server",
    };
    log::append(tx.conn(), &line, now).await?;
    tx.commit().await?;
    app.moved(clinic, seq);
    People::new(app.clone()).tell_staff_of(clinic).await
}

/// Whoever covers for somebody reads their patients' cases: who said so, and for when, is on record.
fn in_words(of: &HsaId, all: &[Absence]) -> String {
    let mut words = of.to_string();
    for absence in all {
        words.push_str(&format!(" {}/{}", absence.from, absence.to));
        if let Some(substitute) = &absence.substitute {
            words.push_str(&format!(" by {substitute}"));
        }
    }
    words
}

/// Wakes, at every Swedish midnight, those whose sight changes with the day, until the server stops.
pub async fn run(app: App) {
    let mut told = swedish_day(app.now());
    loop {
        let Some(next) = told.checked_add(1.day()).ok().and_then(start_of_swedish_day) else { return };
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = app.clock.reached(next) => {}
        }
        // a clock that was set back meanwhile is waited for
        let today = swedish_day(app.now()).max(told);
        match turn(&app, told, today).await {
            Ok(()) => told = today,
            Err(error) => {
                tracing::error!(%error, "who covers whom today could not be told; trying again");
                tokio::select! {
                    () = app.stopping.cancelled() => return,
                    () = tokio::time::sleep(PAUSE) => {}
                }
            }
        }
    }
}

/// From one day to another: tells whose sight is another now, and forgets what is long over.
async fn turn(app: &App, before: Date, today: Date) -> Result<()> {
    let clinics = {
        let mut tx = app.db.read().await?;
        absences::clinics_since(&mut tx, before).await?
    };
    for clinic in clinics {
        let facts = {
            let mut tx = app.db.read().await?;
            clinics::facts(&mut tx, &clinic).await?.ok_or(ServerError::NotFound)?
        };
        let sees = |who: &&HsaId| facts.stands_in_for(who, before) != facts.stands_in_for(who, today);
        let changed: Vec<&HsaId> = facts.staff.keys().filter(sees).collect();
        if changed.is_empty() {
            continue;
        }
        // A number of its own, so that an app that has taken everything in asks all the same.
        let Some((tx, seq)) = app.db.write_clinic(&clinic).await? else { continue };
        tx.commit().await?;
        for who in changed {
            app.wakes.call(Wake::Me { staff: who.clone() });
        }
        app.moved(&clinic, seq);
    }
    if let Ok(day) = today.checked_sub(KEPT_DAYS.days()) {
        let mut tx = app.db.write().await?;
        absences::forget_before(tx.conn(), day).await?;
        tx.commit().await?;
    }
    Ok(())
}
