//! The library: documents with what they say and show, pictures, projects.

pub mod attachments;
pub mod documents;
pub mod export;
mod pictures;
mod projects;
mod removal;
mod versions;
mod writing;
