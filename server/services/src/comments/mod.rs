//! Comments on templates, documents, executions and reviews, in threads, and who is named in them.
//!
//! Whoever changes one raises the workspace's number of changes in the same transaction; open pages
//! read comments again where they know another number.

mod read;
mod write;

use std::sync::Arc;

use super::context::ServiceContext;

/// The comments of workspaces.
#[derive(Clone)]
pub struct Comments {
    pub(super) ctx: Arc<ServiceContext>,
}
