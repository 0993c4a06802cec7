//! What executions made: listed, compared, kept, restored, traced to what it was made from.

mod compare;
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
    context: Arc<ServiceContext>,
    library: Library,
}

impl Artifacts {
    pub(super) fn new(context: Arc<ServiceContext>, library: Library) -> Self {
        Self { context, library }
    }
}
