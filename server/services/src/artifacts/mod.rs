//! What executions made: listed, compared, kept, restored, traced to what it was made from.

mod keep;
mod lineage;
mod list;
mod outputs_archive;
mod restore;

use std::sync::Arc;

use super::{context::ServiceContext, library::Library};

/// The artifacts of executions and their versions.
#[derive(Clone)]
pub struct Artifacts {
    pub(super) ctx: Arc<ServiceContext>,
    pub(super) library: Library,
}
