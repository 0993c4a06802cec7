//! The library of agents: made, changed, published, archived, compared and tried out; and the copies
//! of what comes with the product.

mod edit;
mod list;
mod publish;
mod stock;
pub mod system;
mod try_out;

use std::sync::Arc;

use super::{context::ServiceContext, executions::Executions};

/// The agents of workspaces.
#[derive(Clone)]
pub struct Agents {
    context: Arc<ServiceContext>,
    executions: Executions,
}

impl Agents {
    pub(super) fn new(context: Arc<ServiceContext>, executions: Executions) -> Self {
        Self { context, executions }
    }
}
