//! The library over the API: documents, images, projects.

mod attachments;
mod documents;
mod export;
mod files;
mod images;
mod projects;
mod versions;

pub(super) use images::{Size, serve_image};

use super::routes::Routes;

pub(super) fn mount(routes: Routes) -> Routes {
    let routes = images::mount(routes);
    let routes = documents::mount(routes);
    let routes = projects::mount(routes);
    let routes = versions::mount(routes);
    let routes = export::mount(routes);
    let routes = files::mount(routes);
    attachments::mount(routes)
}
