//! The library: documents with what they say and show, and images.

pub mod attachments;
pub mod brought;
pub mod documents;
pub mod export;
pub mod files;
mod images;
mod removal;
mod versions;
mod writing;

use std::sync::Arc;

use super::context::ServiceContext;

/// The documents and images of workspaces.
#[derive(Clone)]
pub struct Library {
    context: Arc<ServiceContext>,
}

impl Library {
    pub(super) fn new(context: Arc<ServiceContext>) -> Self {
        Self { context }
    }
}
