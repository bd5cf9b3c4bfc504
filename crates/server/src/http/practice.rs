//! Practice only: signing in as an invented person, without a password. Elsewhere these addresses say that they are not set up.

use super::Route;
use super::extract::Json;
use crate::app::App;
use crate::db::residents;
use crate::db::sessions::Subject;
use crate::error::{Result, ServerError};
use crate::session;
use axum::extract::State;
use axum::routing::{get, post};
use mottaget_protocol::resident::{PracticeResidentSignIn, PracticeResidents, ResidentSignedIn};
use mottaget_protocol::session::{PracticePeople, PracticeSignIn};
use mottaget_protocol::{Problem, SignedIn};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/practice/people", get(people)),
        Route::post("/practice/sign-in", post(sign_in)),
        Route::get("/practice/residents", get(demo_residents)),
        Route::post("/practice/resident-sign-in", post(resident_sign_in)),
    ]
}

fn practice_only(app: &App) -> Result<()> {
    if app.practice { Ok(()) } else { Err(ServerError::PracticeOnly) }
}

/// The demo people to pick from.
#[utoipa::path(get, path = "/practice/people", tag = "practice", responses(
    (status = 200, description = "Everybody who can sign in.", body = PracticePeople),
    (status = 404, description = "`practice-only`: this is no practice server.", body = Problem),
))]
pub async fn people(State(app): State<App>) -> Result<Json<PracticePeople>> {
    practice_only(&app)?;
    session::practice_people(&app).await.map(Json)
}

/// Signs a demo person in.
#[utoipa::path(post, path = "/practice/sign-in", tag = "practice", request_body = PracticeSignIn, responses(
    (status = 200, description = "Signed in.", body = SignedIn),
    (status = 404, description = "`practice-only`, or nobody has that HSA-id.", body = Problem),
))]
pub async fn sign_in(State(app): State<App>, Json(who): Json<PracticeSignIn>) -> Result<Json<SignedIn>> {
    practice_only(&app)?;
    let (token, me) = session::practice_sign_in(&app, &who.hsa_id).await?;
    Ok(Json(SignedIn { token, me }))
}

/// The demo residents to pick from.
#[utoipa::path(get, path = "/practice/residents", tag = "practice", responses(
    (status = 200, description = "All of them, also those who can't sign in.", body = PracticeResidents),
    (status = 404, description = "`practice-only`: this is no practice server.", body = Problem),
))]
pub async fn demo_residents(State(app): State<App>) -> Result<Json<PracticeResidents>> {
    practice_only(&app)?;
    let mut tx = app.db.read().await?;
    let residents = residents::all(&mut tx).await?;
    let can_sign_in = residents.iter().filter(|one| one.reachable()).map(|one| one.personal_id.clone()).collect();
    Ok(Json(PracticeResidents { residents, can_sign_in }))
}

/// Signs a demo resident in. Whoever could not log in for real can't here (W32–W36).
#[utoipa::path(post, path = "/practice/resident-sign-in", tag = "practice", request_body = PracticeResidentSignIn,
    responses(
    (status = 200, description = "Signed in.", body = ResidentSignedIn),
    (status = 404, description = "`practice-only`, or nobody with that number can log in.", body = Problem),
))]
pub async fn resident_sign_in(
    State(app): State<App>,
    Json(who): Json<PracticeResidentSignIn>,
) -> Result<Json<ResidentSignedIn>> {
    practice_only(&app)?;
    let resident = {
        let mut tx = app.db.read().await?;
        residents::find(&mut tx, &who.personal_id).await?
    };
    let resident = resident.filter(mottaget_domain::Resident::reachable).ok_or(ServerError::NotFound)?;
    let token = session::begin(&app, Subject::Resident(resident.personal_id)).await?;
    Ok(Json(ResidentSignedIn { token, name: resident.name }))
}
