//! The library over REST.

mod documents;
mod lineage;
mod projects;
