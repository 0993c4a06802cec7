//! The library through the services and the database.

mod attachments;
mod attempts;
mod documents;
mod images;
mod outputs;
mod projects;
mod storage;
mod titles;
