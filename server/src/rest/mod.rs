//! The REST interface: thin handlers over the services, each mounted with the permission it needs.

mod account;
mod admin;
mod agents;
pub mod alias;
mod comments;
mod controls;
mod executions;
mod idempotency;
mod library;
pub mod listing;
mod members;
mod nodes;
mod oauth;
mod oidc;
pub mod openapi;
mod operation;
mod providers;
mod review_links;
mod reviews;
pub mod routes;
mod secrets;
mod session;
pub mod shape;
mod stream;
mod templates;
mod tokens;
mod tools;
mod uploads;
mod versions;
mod webhooks;
mod workspaces;

use routes::Routes;

pub fn all() -> Routes {
    let routes = Routes::default();
    let routes = session::mount(routes);
    let routes = oidc::mount(routes);
    let routes = oauth::mount(routes);
    let routes = account::mount(routes);
    let routes = tokens::mount(routes);
    let routes = members::mount(routes);
    let routes = workspaces::mount(routes);
    let routes = executions::mount(routes);
    let routes = controls::mount(routes);
    let routes = versions::mount(routes);
    let routes = reviews::mount(routes);
    let routes = review_links::mount(routes);
    let routes = comments::mount(routes);
    let routes = templates::mount(routes);
    let routes = nodes::mount(routes);
    let routes = library::mount(routes);
    let routes = uploads::mount(routes);
    let routes = secrets::mount(routes);
    let routes = providers::mount(routes);
    let routes = tools::mount(routes);
    let routes = agents::mount(routes);
    let routes = webhooks::mount(routes);
    let routes = admin::mount(routes);
    stream::mount(routes)
}
