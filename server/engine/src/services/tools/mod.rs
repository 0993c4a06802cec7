//! Servers of tools: registered, asked for their tools, listed; and what has changed in tools since
//! workflows pinned them.

mod check;
mod drifts;
mod read;
mod register;

use std::sync::Arc;

use super::context::ServiceContext;

/// The tools that workflows of a workspace can call.
#[derive(Clone)]
pub struct Tools {
    context: Arc<ServiceContext>,
}

impl Tools {
    pub(super) fn new(context: Arc<ServiceContext>) -> Self {
        Self { context }
    }
}
