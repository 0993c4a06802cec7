//! What a workspace calls other services with, and what that may cost: secrets, providers, prices
//! and budgets.

pub(super) mod budgets;
mod prices;
mod providers;
pub mod secrets;
mod trial;

use std::sync::Arc;

use super::context::ServiceContext;

/// The access of workspaces to other services.
#[derive(Clone)]
pub struct ProviderAccess {
    context: Arc<ServiceContext>,
}

impl ProviderAccess {
    pub(super) fn new(context: Arc<ServiceContext>) -> Self {
        Self { context }
    }
}
