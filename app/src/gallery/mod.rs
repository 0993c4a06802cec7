//! The gallery: templates to start from. What is searched, chosen and sorted stands in the
//! address, so that it survives a reload, can be shared, and works without scripts.

pub mod card;
mod drafts;
mod filter;
mod page;
mod toolbar;

pub use page::{Gallery, GalleryPage};
