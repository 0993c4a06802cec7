//! Reviews that people decide or give to others, questions about calls whose outcome is unknown, and links by which
//! somebody without an account decides.

mod changes;
mod decide;
mod links;
mod list;

use std::sync::Arc;

use super::{context::ServiceContext, executions::Executions, library::Library};

/// The reviews of executions.
#[derive(Clone)]
pub struct Reviews {
    pub(super) ctx: Arc<ServiceContext>,
    pub(super) executions: Executions,
    pub(super) library: Library,
}
