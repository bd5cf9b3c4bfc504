//! Pixels for the screen: `preview://localhost/TOKEN/page/N?w=PIXELS` answers with a PNG that the worker made.
//!
//! The web view never gets an original file, and a token is random and dies with its preview.

use crate::shell::Shell;
use tauri::http::{Request, Response, StatusCode, header};
use tauri::{Manager, UriSchemeContext, UriSchemeResponder, Wry};

/// The scheme; `tauri.conf.json` names it in the content security policy.
pub const SCHEME: &str = "preview";

/// Widest picture that is made, in pixels.
const MAX_WIDTH: u32 = 8_000;

/// Which picture is wanted.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    token: String,
    page: u32,
    width: u32,
}

/// Answers one request.
pub fn answer(context: UriSchemeContext<'_, Wry>, request: Request<Vec<u8>>, responder: UriSchemeResponder) {
    let app = context.app_handle().clone();
    let wanted = read(request.uri().path(), request.uri().query().unwrap_or_default());
    tauri::async_runtime::spawn(async move {
        let Some(wanted) = wanted else {
            responder.respond(plain(StatusCode::BAD_REQUEST, "bad-request"));
            return;
        };
        let client = match app.state::<Shell>().client().await {
            Ok(client) => client,
            Err(error) => {
                responder.respond(plain(StatusCode::SERVICE_UNAVAILABLE, error.code()));
                return;
            }
        };
        match client.preview_page(&wanted.token, wanted.page, wanted.width).await {
            Ok(png) => responder.respond(picture(png)),
            Err(error) => responder.respond(plain(StatusCode::NOT_FOUND, error.code())),
        }
    });
}

fn read(path: &str, query: &str) -> Option<Wanted> {
    let mut parts = path.trim_matches('/').split('/');
    let (token, word, page) = (parts.next()?, parts.next()?, parts.next()?);
    if word != "page" || parts.next().is_some() || token.is_empty() {
        return None;
    }
    let width = query.split('&').find_map(|pair| pair.strip_prefix("w="))?.parse().ok()?;
    let in_bounds = (1..=MAX_WIDTH).contains(&width);
    in_bounds.then_some(Wanted { token: token.to_owned(), page: page.parse().ok()?, width })
}

fn picture(png: Vec<u8>) -> Response<Vec<u8>> {
    respond(StatusCode::OK, "image/png", png)
}

fn plain(status: StatusCode, code: &str) -> Response<Vec<u8>> {
    respond(status, "text/plain; charset=utf-8", code.as_bytes().to_vec())
}

fn respond(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_addresses_are_understood() {
        let wanted = Wanted { token: "abc".into(), page: 2, width: 900 };
        assert_eq!(read("/abc/page/2", "w=900"), Some(wanted));
        for (path, query) in [
            ("/abc/page/2", ""),
            ("/abc/page/2", "w=0"),
            ("/abc/page/2", "w=8001"),
            ("/abc/page/-1", "w=900"),
            ("/abc/page/2/more", "w=900"),
            ("/abc/file/2", "w=900"),
            ("/", "w=900"),
        ] {
            assert_eq!(read(path, query), None, "{path}?{query}");
        }
    }
}
