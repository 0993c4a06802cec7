//! What a workspace calls other services with, and what that may cost: secrets, providers, prices
//! and budgets.

pub(super) mod budgets;
mod providers;
pub mod secrets;
mod trial;

use std::sync::Arc;

use super::context::ServiceContext;

/// The access of workspaces to other services.
#[derive(Clone)]
pub struct ProviderAccess {
    pub(super) ctx: Arc<ServiceContext>,
}
