//! What every request and answer goes through: limits, log, compression, headers, and a net under panics.

use super::blobs::SLOW;
use crate::clock::Clock;
use crate::error::ServerError;
use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn, map_response};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

/// Longest time for an answer to begin. Files on slow lines take longer, and have limits of their own.
const ANSWER_WITHIN: Duration = Duration::from_secs(120);

/// What an answer that is data, not a page, may load: nothing.
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// Puts the layers around the routes.
pub fn around<S: Clone + Send + Sync + 'static>(
    router: Router<S>,
    clock: Arc<dyn Clock>,
    max_json: usize,
) -> Router<S> {
    router
        .layer(DefaultBodyLimit::max(max_json))
        .layer(CompressionLayer::new().gzip(true))
        .layer(from_fn(in_time))
        .layer(CatchPanicLayer::custom(broken))
        .layer(from_fn(headers))
        .layer(map_response(move |response| dated(response, clock.now())))
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
    let slow = request.extensions().get::<MatchedPath>().is_some_and(|path| path.as_str().ends_with(SLOW));
    if slow {
        return next.run(request).await;
    }
    match tokio::time::timeout(ANSWER_WITHIN, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ServerError::Busy.into_response(),
    }
}

fn broken(_panic: Box<dyn Any + Send + 'static>) -> Response {
    ServerError::Internal("a request broke").into_response()
}

/// When it was answered, by the clock by which the server decides: apps see how far theirs is off (RFC 9110, 6.6.1).
async fn dated(mut response: Response, now: Timestamp) -> Response {
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&now);
    if let Some(date) = date.ok().and_then(|date| HeaderValue::from_str(&date).ok()) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;
    use crate::http::MAX_JSON;
    use axum::body::{Body, to_bytes};
    use axum::routing::get;
    use mottaget_protocol::Problem;
    use tower::ServiceExt;

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_does_not_come_is_told_so_and_a_file_on_a_slow_line_is_waited_for() {
        async fn slow() {
            tokio::time::sleep(ANSWER_WITHIN * 2).await;
        }
        let routes = Router::<()>::new().route("/slow", get(slow)).route("/api/v1/blobs/{sha256}", get(slow));
        let router = around(routes, Arc::new(SystemClock), MAX_JSON);
        for (address, status) in [("/slow", 503), ("/api/v1/blobs/0", 200)] {
            let request = Request::get(address).body(Body::empty()).unwrap();
            assert_eq!(router.clone().oneshot(request).await.unwrap().status(), status, "{address}");
        }
    }

    #[tokio::test]
    async fn a_request_that_breaks_is_told_as_a_problem_and_says_nothing_of_the_inside() {
        async fn breaks() -> Response {
            panic!("secret 198001019802")
        }
        let router = around(Router::<()>::new().route("/breaks", get(breaks)), Arc::new(SystemClock), MAX_JSON);
        let request = Request::get("/breaks").body(Body::empty()).unwrap();
        let answer = router.oneshot(request).await.unwrap();
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(answer.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        let body = to_bytes(answer.into_body(), MAX_JSON).await.unwrap();
        let problem: Problem = serde_json::from_slice(&body).unwrap();
        assert_eq!((problem.status, problem.code.as_str()), (500, "internal"));
        assert!(problem.detail.contains("try again") && !String::from_utf8_lossy(&body).contains("secret"));
    }
}
