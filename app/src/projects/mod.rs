//! Projects: all of them, what lies in one, and the image library.

mod defaults;
mod images;
mod managing;
mod page;

pub use images::ImagesPage;
pub use page::{ProjectRoute, ProjectsRoute};
