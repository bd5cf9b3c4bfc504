//! The description of the whole interface, made from the handlers themselves.

use super::extract::Json;
use super::{
    Route, absences, attachments, blobs, clinic_settings, directory, docs, drafts, events, feed, health, invanare, me,
    ops, practice, presence, reads, region, reply_templates, resident,
};
use axum::routing::get;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi};

pub fn routes() -> Vec<Route> {
    vec![Route::get("/openapi.json", get(document))]
}

/// The interface of Mottaget's server.
#[derive(OpenApi)]
#[openapi(
    info(title = "Mottaget", description = "The clinic's server: the staff's interface, the residents' interface, and what only a practice server has."),
    paths(
        health::health, document, docs::page,
        me::me, me::set_preferences, me::sign_out, feed::page, directory::directory,
        reply_templates::keep, reply_templates::keep_central, clinic_settings::decide, region::decide, ops::perform,
        drafts::keep, drafts::end, drafts::heads, drafts::take,
        absences::set,
        blobs::staff_upload, blobs::resident_upload, attachments::for_staff, attachments::for_resident,
        reads::reads, events::events, presence::attend,
        resident::clinics_to_ask, resident::limits, resident::list, resident::file, resident::open, resident::reply,
        practice::people, practice::sign_in, practice::demo_residents, practice::resident_sign_in,
        invanare::page, invanare::style, invanare::script,
    ),
    modifiers(&Session, &Refusals),
    tags(
        (name = "staff", description = "For the desktop app."),
        (name = "resident", description = "For the residents' portal, and the practice page."),
        (name = "practice", description = "Only where invented people live."),
        (name = "server", description = "About the server itself."),
    )
)]
pub struct Interface;

struct Session;

impl Modify for Session {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        openapi.components.get_or_insert_with(Default::default).add_security_scheme("session", scheme);
    }
}

/// Every refusal, named with an operation or not, is a problem document of its own content type.
struct Refusals;

/// The content type of a refusal (RFC 9457).
const PROBLEM: &str = "application/problem+json";

impl Modify for Refusals {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let problem = || Content::new(Some(Ref::from_schema_name("Problem")));
        for item in openapi.paths.paths.values_mut() {
            for operation in [&mut item.get, &mut item.put, &mut item.post, &mut item.delete].into_iter().flatten() {
                for response in operation.responses.responses.values_mut() {
                    let RefOr::T(response) = response else { continue };
                    let refuses = |content: &Content| matches!(&content.schema, Some(RefOr::Ref(schema)) if schema.ref_location.ends_with("/Problem"));
                    if response.content.values().any(refuses) {
                        response.content = [(PROBLEM.to_owned(), problem())].into();
                    }
                }
                let any = ResponseBuilder::new()
                    .description("Any other refusal; the code says which.")
                    .content(PROBLEM, problem())
                    .build();
                operation.responses.responses.insert("default".to_owned(), any.into());
            }
        }
    }
}

/// This description.
#[utoipa::path(get, path = "/openapi.json", tag = "server", responses(
    (status = 200, description = "OpenAPI 3.1.", body = serde_json::Value),
))]
pub async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(Interface::openapi())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_route_is_described_and_nothing_else_is() {
        let described: BTreeSet<(String, String)> = serde_json::to_value(Interface::openapi()).unwrap()["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, methods)| {
                methods
                    .as_object()
                    .unwrap()
                    .keys()
                    .map(|method| (method.to_uppercase(), path.clone()))
                    .collect::<Vec<_>>()
            })
            .collect();
        let routed: BTreeSet<(String, String)> =
            super::super::route_table().into_iter().map(|(m, p)| (m.to_owned(), p.to_owned())).collect();
        assert_eq!(described, routed);
    }

    #[test]
    fn generated_openapi_is_fresh() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
        let mut fresh = serde_json::to_string_pretty(&Interface::openapi()).unwrap();
        fresh.push('\n');
        if std::env::var_os("MOTTAGET_UPDATE").is_some() {
            std::fs::write(&file, &fresh).unwrap();
        }
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(kept == fresh, "docs/openapi.json is stale; run `cargo xtask gen`");
    }
}
