//! The yardstick of the measurements: a window of the same toolkit with one word on its page (a page without any is
//! never painted), and nothing else.
//!
//! It writes the line `painted` to its standard output when the page has been painted.

use std::error::Error;

use tauri::http::Response;
use tauri::{WebviewUrl, WebviewWindowBuilder};

/// Two frames later the first one is on the screen. The title is the only word that a page without rights can say.
const PAGE: &str = "<!doctype html><html lang=\"sv\"><title>Empty</title><body><p>Mottaget</p></body><script>\
    requestAnimationFrame(() => requestAnimationFrame(() => { document.title = 'painted'; }));</script></html>";

fn main() -> Result<(), Box<dyn Error>> {
    tauri::Builder::default()
        .register_uri_scheme_protocol("empty", |_, _| {
            let mut page = Response::new(PAGE.as_bytes());
            page.headers_mut()
                .insert("content-type", tauri::http::HeaderValue::from_static("text/html; charset=utf-8"));
            page
        })
        .setup(|app| {
            WebviewWindowBuilder::new(app, "empty", WebviewUrl::CustomProtocol("empty://localhost/".parse()?))
                .title("Empty")
                .inner_size(1280.0, 800.0)
                .incognito(true)
                .on_document_title_changed(|_, title| {
                    if title == "painted" {
                        println!("{title}");
                    }
                })
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())?;
    Ok(())
}
