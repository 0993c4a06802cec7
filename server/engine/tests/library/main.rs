//! The library through the services and the database.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod attachments;
mod documents;
mod images;
mod outputs;
mod projects;
