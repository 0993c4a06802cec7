//! Reviews that people decide or give to others, questions about calls whose outcome is unknown, and links by which
//! somebody without an account decides.

mod changes;
mod decide;
mod links;
mod list;
mod questions;
mod reassign;

use std::sync::Arc;

use super::{context::ServiceContext, executions::Executions, library::Library};

/// The reviews of executions.
#[derive(Clone)]
pub struct Reviews {
    context: Arc<ServiceContext>,
    executions: Executions,
    library: Library,
}

impl Reviews {
    pub(super) fn new(
        context: Arc<ServiceContext>,
        executions: Executions,
        library: Library,
    ) -> Self {
        Self { context, executions, library }
    }
}
