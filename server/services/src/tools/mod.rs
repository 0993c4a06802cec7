//! Servers of tools: registered, asked for their tools, listed; and what has changed in tools since
//! workflows pinned them.

mod api;
mod check;
mod connect;
mod read;
mod register;
mod trial;

use std::sync::Arc;

pub(crate) use self::read::argument_shape;

use super::context::ServiceContext;

/// The tools that workflows of a workspace can call.
#[derive(Clone)]
pub struct Tools {
    pub(super) ctx: Arc<ServiceContext>,
}
