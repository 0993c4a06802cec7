//! Images as pages show them: uploaded, picked, opened in full, described.

mod drafts;
mod lightbox;
mod picture;
mod sending;
mod words;

pub(crate) use drafts::{ImageText, TextSaver};
pub(crate) use lightbox::Lightbox;
pub(crate) use picture::{Picture, image_option, shortly};
pub(crate) use sending::{MOST_AT_ONCE, PicturesField, picture_uploads};
pub(crate) use words::CAPTION;
