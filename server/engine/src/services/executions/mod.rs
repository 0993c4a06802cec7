//! Executions: launched, run again, listed, watched and controlled.

pub(super) mod action_scope;
mod agent_talk;
pub(super) mod brought;
mod bulk;
mod control;
pub(super) mod definition;
mod events;
mod external_refs;
pub(super) mod history;
mod launch;
mod list;
mod monitor;
mod outputs;
pub(super) mod refusal;
mod rerun;
pub(super) mod review_cards;
mod source;
pub mod start;
pub(super) mod trial;
pub(super) mod views;

use std::sync::Arc;

use self::views::Views;
use super::context::ServiceContext;
use crate::launch::DefinitionCache;

/// The executions of workspaces.
#[derive(Clone)]
pub struct Executions {
    context: Arc<ServiceContext>,
    /// Compiled definitions of published versions.
    definitions: Arc<DefinitionCache>,
    /// Views of long executions.
    views: Arc<Views>,
}

impl Executions {
    pub(super) fn new(context: Arc<ServiceContext>) -> Self {
        Self { context, definitions: Arc::default(), views: Arc::default() }
    }
}
