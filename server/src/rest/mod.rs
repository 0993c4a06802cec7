//! The REST interface: thin handlers over the services, each mounted with what it takes to call it.

mod attachments;
mod executions;
mod images;
mod library;
pub mod routes;
mod secrets;
mod session;
mod stream;
mod tokens;

use routes::Routes;

/// Every REST route there is.
pub fn all() -> Routes {
    let routes = Routes::default();
    let routes = session::mount(routes);
    let routes = tokens::mount(routes);
    let routes = images::mount(routes);
    let routes = executions::mount(routes);
    let routes = library::mount(routes);
    let routes = attachments::mount(routes);
    let routes = secrets::mount(routes);
    stream::mount(routes)
}
