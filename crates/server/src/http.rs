//! HTTP in: the list of routes, and what every answer goes through.

mod absences;
mod attachments;
mod blobs;
mod clinic_settings;
mod directory;
mod docs;
mod drafts;
mod events;
mod extract;
mod feed;
mod health;
mod invanare;
mod layers;
mod me;
pub mod openapi;
mod ops;
mod practice;
mod presence;
mod reads;
mod region;
mod reply_templates;
mod resident;

use crate::app::App;
use crate::error::ServerError;
use axum::Router;
use axum::routing::MethodRouter;

/// Largest JSON body, in bytes.
pub(crate) const MAX_JSON: usize = 2 * 1024 * 1024;

/// One method at one address.
pub(crate) struct Route {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: &'static str,
    /// The address, as axum and OpenAPI both write it.
    pub path: &'static str,
    /// Who answers.
    pub handler: MethodRouter<App>,
}

impl Route {
    fn get(path: &'static str, handler: MethodRouter<App>) -> Self {
        Self { method: "GET", path, handler }
    }

    fn post(path: &'static str, handler: MethodRouter<App>) -> Self {
        Self { method: "POST", path, handler }
    }

    fn put(path: &'static str, handler: MethodRouter<App>) -> Self {
        Self { method: "PUT", path, handler }
    }

    fn delete(path: &'static str, handler: MethodRouter<App>) -> Self {
        Self { method: "DELETE", path, handler }
    }
}

/// Every route there is.
fn routes() -> Vec<Route> {
    let mut all = Vec::new();
    all.extend(health::routes());
    all.extend(openapi::routes());
    all.extend(docs::routes());
    all.extend(me::routes());
    all.extend(feed::routes());
    all.extend(directory::routes());
    all.extend(reply_templates::routes());
    all.extend(clinic_settings::routes());
    all.extend(region::routes());
    all.extend(absences::routes());
    all.extend(ops::routes());
    all.extend(drafts::routes());
    all.extend(blobs::routes());
    all.extend(attachments::routes());
    all.extend(reads::routes());
    all.extend(events::routes());
    all.extend(presence::routes());
    all.extend(resident::routes());
    all.extend(practice::routes());
    all.extend(invanare::routes());
    all
}

/// Method and address of every route, for tests that must miss none.
#[must_use]
pub fn route_table() -> Vec<(&'static str, &'static str)> {
    routes().into_iter().map(|route| (route.method, route.path)).collect()
}

/// The whole server as one router.
pub fn router(app: App) -> Router {
    let mut router = Router::new();
    for route in routes() {
        router = router.route(route.path, route.handler);
    }
    let router =
        router.fallback(async || ServerError::NotFound).method_not_allowed_fallback(async || ServerError::Method);
    layers::around(router, app.clock.clone(), MAX_JSON).with_state(app)
}
