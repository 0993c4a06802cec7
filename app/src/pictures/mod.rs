//! Pictures as pages take and show them: sent, picked, looked at in full, put into words.

mod drafts;
mod lightbox;
mod picture;
mod sending;
mod words;

pub(crate) use drafts::{Said, Words};
pub(crate) use lightbox::Lightbox;
pub(crate) use picture::{Picture, image_option, shortly};
pub(crate) use sending::{MOST_AT_ONCE, PicturesField, pictures_outbox};
pub(crate) use words::CAPTION;
