//! Images as pages show them: uploaded, picked, opened in full, described.

mod drafts;
mod lightbox;
mod picture;
mod sending;
mod words;

pub use drafts::{ImageText, TextSaver};
pub use lightbox::Lightbox;
pub use picture::{Picture, image_option, shortly};
pub use sending::{MOST_AT_ONCE, PicturesField, picture_uploads};
pub use words::CAPTION;
