//! The library: documents with what they say and show, and images.
//!
//! A document says one thing now, under a revision; its versions are what it said before, and never
//! change. What is being written is in the document itself until the next version begins: when
//! another person, or the same one after half an hour, changes it, when somebody keeps or restores
//! a version, and when what a workflow wrote is first edited. An image that is deleted while it is
//! an output leaves the library only: its row stays for the execution that made it.
//!
//! What a test run wrote, and a text that its step has written again, are documents, too, but set
//! aside (`model::document::Aside`): lists, searches and pickers leave them out until a person
//! changes them, or the attempt counts again. Whoever has a link to one, as executions do, opens it.

pub mod attachments;
pub mod documents;
pub mod export;
pub mod files;
mod removal;
mod writing;

use std::sync::Arc;

use super::context::ServiceContext;

/// The documents and images of workspaces.
#[derive(Clone)]
pub struct Library {
    pub(super) ctx: Arc<ServiceContext>,
}
