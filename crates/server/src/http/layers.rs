//! What every request and answer goes through: limits, log, compression, headers, and a net under panics.

use crate::app::App;
use crate::error::ServerError;
use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::time::{Duration, Instant};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

/// Longest time for an answer to begin. Uploads and slow lines fit in.
const ANSWER_WITHIN: Duration = Duration::from_secs(120);

/// What an answer that is data, not a page, may load: nothing.
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// Puts the layers around the routes.
pub fn around(router: Router<App>, max_json: usize) -> Router<App> {
    router
        .layer(DefaultBodyLimit::max(max_json))
        .layer(CompressionLayer::new().gzip(true))
        .layer(from_fn(in_time))
        .layer(CatchPanicLayer::custom(broken))
        .layer(from_fn(headers))
        .layer(from_fn(told))
}

/// One line per request: the route's pattern, never its values; no query, since names of files stand there.
async fn told(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let response = next.run(request).await;
    let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(%method, path, status = response.status().as_u16(), ms, "answered");
    response
}

async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(ANSWER_WITHIN, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ServerError::Busy.into_response(),
    }
}

fn broken(_panic: Box<dyn Any + Send + 'static>) -> Response {
    ServerError::Internal("a request broke").into_response()
}

/// Headers that every answer has, unless it set its own.
async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, DATA_POLICY),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
