//! The library: documents with what they say and show, pictures, projects.

pub mod attachments;
pub mod brought;
pub mod documents;
pub mod export;
pub mod files;
mod pictures;
pub(super) mod projects;
mod removal;
mod versions;
mod writing;
