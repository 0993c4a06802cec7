//! Versions: a list of them, and how two of them differ.

mod difference;
mod list;
mod look;
mod pictures;
mod rendered;
mod steps;
mod text;

pub use difference::Difference;
pub use list::{VersionEntry, VersionList};
pub use pictures::PictureDifference;
pub use text::WordDifference;
