//! Executions: launched, run again, listed, watched and controlled.

pub(super) mod action_scope;
pub mod control;
mod external_refs;
pub(super) mod history;
mod launch;
pub(super) mod monitor;
mod outputs;
mod rerun;
mod source;
pub(super) mod trial;
pub(super) mod views;

use std::sync::Arc;

use self::views::Views;
use super::context::ServiceContext;
use engine::launch::DefinitionCache;

/// The executions of workspaces.
#[derive(Clone)]
pub struct Executions {
    ctx: Arc<ServiceContext>,
    /// Compiled definitions of published versions.
    definitions: Arc<DefinitionCache>,
    /// Views of long executions.
    views: Arc<Views>,
}

impl Executions {
    pub(super) fn new(ctx: Arc<ServiceContext>) -> Self {
        Self { ctx, definitions: Arc::default(), views: Arc::default() }
    }
}
