//! Projects: what lies in one, and the image library.

mod images;
mod page;

pub use images::ImagesPage;
pub use page::ProjectRoute;
