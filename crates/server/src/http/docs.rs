//! A readable page of the interface, made from its description; nothing is loaded from elsewhere.

use super::Route;
use super::openapi::Interface;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::Value;
use std::fmt::Write;
use utoipa::OpenApi;

/// What the page may load: nothing but the style that stands in it.
const POLICY: &str = "default-src 'none'; style-src 'sha256-STYLE'; base-uri 'none'; frame-ancestors 'none'";
const STYLE: &str = include_str!("../../assets/docs.css");

pub fn routes() -> Vec<Route> {
    vec![Route::get("/docs", get(page))]
}

/// This interface, to be read by people.
#[utoipa::path(get, path = "/docs", tag = "server", responses(
    (status = 200, description = "A page.", body = String, content_type = "text/html"),
))]
pub async fn page() -> Response {
    let html = render(&serde_json::to_value(Interface::openapi()).unwrap_or_default());
    let policy = POLICY.replace("STYLE", &style_hash());
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()), (header::CONTENT_SECURITY_POLICY, policy)], html)
        .into_response()
}

/// SHA-256 of the style in base64, as the policy wants it.
fn style_hash() -> String {
    use sha2::{Digest, Sha256};
    base64(&Sha256::digest(STYLE.as_bytes()))
}

/// RFC 4648 section 4.
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_u32, |word, byte| (word << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let sign = SIGNS.get(((word >> (18 - 6 * place)) & 63) as usize).copied().unwrap_or(b'=');
            text.push(if place > chunk.len() { '=' } else { char::from(sign) });
        }
    }
    text
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

fn fields<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value.get(key).and_then(Value::as_object).into_iter().flatten()
}

/// The whole page.
fn render(api: &Value) -> String {
    let empty = Value::Null;
    let info = api.get("info").unwrap_or(&empty);
    let mut html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head><body><main>\
         <h1>{title}</h1><p>{about}</p><p>Version {version}. The same for machines: <a href=\"/openapi.json\">openapi.json</a>. \
         Errors are problem documents (RFC 9457); match their <code>code</code>.</p>",
        title = escape(text(info, "title")),
        about = escape(text(info, "description")),
        version = escape(text(info, "version")),
    );
    for tag in api.get("tags").and_then(Value::as_array).into_iter().flatten() {
        section(&mut html, api, tag);
    }
    html.push_str("<h2 id=\"words\">Words</h2>");
    for (name, schema) in api.get("components").into_iter().flat_map(|components| fields(components, "schemas")) {
        word(&mut html, name, schema);
    }
    html.push_str("</main></body></html>");
    html
}

fn section(html: &mut String, api: &Value, tag: &Value) {
    let name = text(tag, "name");
    let _ = write!(html, "<h2>{}</h2><p>{}</p>", escape(name), escape(text(tag, "description")));
    for (path, methods) in fields(api, "paths") {
        for (method, about) in methods.as_object().into_iter().flatten() {
            let tags = about.get("tags").and_then(Value::as_array);
            if tags.is_some_and(|tags| tags.iter().any(|tag| tag == name)) {
                operation(html, method, path, about);
            }
        }
    }
}

fn operation(html: &mut String, method: &str, path: &str, about: &Value) {
    let _ = write!(
        html,
        "<section><h3><b>{}</b> <code>{}</code></h3><p>{} {}</p>",
        method.to_uppercase(),
        escape(path),
        escape(text(about, "summary")),
        escape(text(about, "description")),
    );
    html.push_str("<table>");
    for parameter in about.get("parameters").and_then(Value::as_array).into_iter().flatten() {
        let _ = write!(
            html,
            "<tr><td>{}</td><td><code>{}</code></td><td>{}</td></tr>",
            escape(text(parameter, "in")),
            escape(text(parameter, "name")),
            escape(text(parameter, "description")),
        );
    }
    if let Some(body) = about.get("requestBody") {
        let _ = write!(html, "<tr><td>body</td><td>{}</td><td></td></tr>", content(body));
    }
    for (status, answer) in fields(about, "responses") {
        let _ = write!(
            html,
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(status),
            content(answer),
            escape(text(answer, "description")),
        );
    }
    html.push_str("</table></section>");
}

/// The names of what a body holds.
fn content(body: &Value) -> String {
    fields(body, "content")
        .map(|(_, media)| media.get("schema").map(kind).unwrap_or_default())
        .collect::<Vec<_>>()
        .join(", ")
}

/// What a schema is, in a few words.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next()) {
        let name = escape(name);
        return format!("<a href=\"#{name}\">{name}</a>");
    }
    if let Some(items) = schema.get("items") {
        return format!("list of {}", kind(items));
    }
    for choice in ["oneOf", "allOf", "anyOf"] {
        if let Some(list) = schema.get(choice).and_then(Value::as_array) {
            return list.iter().map(kind).collect::<Vec<_>>().join(" | ");
        }
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values
            .iter()
            .map(|value| format!("<code>{}</code>", escape(&value.to_string())))
            .collect::<Vec<_>>()
            .join(" ");
    }
    if schema.get("properties").is_some() {
        let parts =
            fields(schema, "properties").map(|(name, of)| format!("<code>{}</code>: {}", escape(name), kind(of)));
        return format!("{{ {} }}", parts.collect::<Vec<_>>().join(", "));
    }
    match schema.get("type") {
        Some(Value::String(name)) => escape(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        _ => "anything".to_owned(),
    }
}

fn word(html: &mut String, name: &str, schema: &Value) {
    let name = escape(name);
    let _ = write!(html, "<section id=\"{name}\"><h3>{name}</h3><p>{}</p>", escape(text(schema, "description")));
    if schema.get("properties").is_some() {
        html.push_str("<table>");
        for (field, of) in fields(schema, "properties") {
            let about = escape(text(of, "description"));
            let _ =
                write!(html, "<tr><td><code>{}</code></td><td>{}</td><td>{about}</td></tr>", escape(field), kind(of));
        }
        html.push_str("</table>");
    } else {
        let _ = write!(html, "<p>{}</p>", kind(schema));
    }
    html.push_str("</section>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_in_rfc_4648() {
        for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn every_route_and_word_stands_on_the_page() {
        let html = render(&serde_json::to_value(Interface::openapi()).unwrap());
        for (_, path) in super::super::route_table() {
            assert!(html.contains(&format!("<code>{path}</code>")), "{path}");
        }
        assert!(html.contains("id=\"OpOutcome\""));
        assert!(!html.contains("<script"));
    }
}
