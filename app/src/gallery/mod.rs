//! The gallery: workflows of one's own, and templates to start from. What is searched, chosen and
//! sorted stands in the address, so that it survives a reload, can be shared, and works without
//! scripts.

pub mod card;
mod details;
mod filter;
mod page;
mod peek;
pub mod preview;

pub use page::{Gallery, GalleryPage};
