//! The residents' practice page: a small plain web page on the residents' interface, to try the whole loop in a browser.

use super::Route;
use crate::app::App;
use crate::error::{Result, ServerError};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// What the page may load: its own style and script, and answers of this server.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
     img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/invanare", get(page)),
        Route::get("/invanare/sida.css", get(style)),
        Route::get("/invanare/sida.js", get(script)),
    ]
}

fn asset(app: &App, media_type: &'static str, text: &'static str) -> Result<Response> {
    if !app.practice {
        return Err(ServerError::PracticeOnly);
    }
    Ok(([(header::CONTENT_TYPE, media_type), (header::CONTENT_SECURITY_POLICY, PAGE_POLICY)], text).into_response())
}

/// The residents' practice page.
#[utoipa::path(get, path = "/invanare", tag = "practice", responses(
    (status = 200, description = "The page.", body = String, content_type = "text/html"),
    (status = 404, description = "`practice-only`: this is no practice server.", body = mottaget_protocol::Problem),
))]
pub async fn page(State(app): State<App>) -> Result<Response> {
    asset(&app, "text/html; charset=utf-8", include_str!("../../assets/invanare/sida.html"))
}

/// The style of the residents' practice page.
#[utoipa::path(get, path = "/invanare/sida.css", tag = "practice", responses(
    (status = 200, description = "The style.", body = String, content_type = "text/css"),
    (status = 404, description = "`practice-only`: this is no practice server.", body = mottaget_protocol::Problem),
))]
pub async fn style(State(app): State<App>) -> Result<Response> {
    asset(&app, "text/css; charset=utf-8", include_str!("../../assets/invanare/sida.css"))
}

/// The script of the residents' practice page.
#[utoipa::path(get, path = "/invanare/sida.js", tag = "practice", responses(
    (status = 200, description = "The script.", body = String, content_type = "text/javascript"),
    (status = 404, description = "`practice-only`: this is no practice server.", body = mottaget_protocol::Problem),
))]
pub async fn script(State(app): State<App>) -> Result<Response> {
    asset(&app, "text/javascript; charset=utf-8", include_str!("../../assets/invanare/sida.js"))
}
