//! The gallery: workflows of one's own, and templates to start from. What is searched, chosen and
//! sorted stands in the address, so that it survives a reload, can be shared, and works without
//! scripts.

mod archived;
pub mod card;
mod details;
mod drafts;
mod filter;
pub mod managing;
mod page;
mod peek;
pub mod preview;
mod toolbar;

pub use page::{Gallery, GalleryPage};
