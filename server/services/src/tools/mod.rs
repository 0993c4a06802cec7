//! Servers of tools: registered, asked for their tools, listed; and what has changed in tools since
//! workflows pinned them.

mod check;
mod read;
mod register;

use std::sync::Arc;

use super::context::ServiceContext;

/// The tools that workflows of a workspace can call.
#[derive(Clone)]
pub struct Tools {
    pub(super) ctx: Arc<ServiceContext>,
}
