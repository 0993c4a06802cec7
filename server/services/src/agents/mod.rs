//! The library of agents: made, changed, published, archived, compared and tried out; and the copies
//! of what comes with the product.

mod edit;
mod list;
pub mod system;

use std::sync::Arc;

use super::{context::ServiceContext, executions::Executions};

/// The agents of workspaces.
#[derive(Clone)]
pub struct Agents {
    pub(super) ctx: Arc<ServiceContext>,
    pub(super) executions: Executions,
}
