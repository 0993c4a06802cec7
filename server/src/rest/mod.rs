//! The REST interface: thin handlers over the services, each mounted with what it takes to call it.

pub mod routes;
mod session;
mod tokens;

use routes::Routes;

/// Every REST route there is.
pub fn all() -> Routes {
    let routes = Routes::default();
    let routes = session::mount(routes);
    tokens::mount(routes)
}
