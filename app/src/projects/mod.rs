//! Projects: all of them, what lies in one, and the image library.

mod defaults;
mod images;
mod list;
mod managing;
mod naming;
mod page;
mod tile;

pub use images::ImagesPage;
pub use list::ProjectsRoute;
pub use page::ProjectRoute;
