//! What the workspace and its templates may spend in a month.

use leptos::prelude::*;
use model::id::TemplateId;

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
#[cfg(feature = "ssr")]
use model::{access::Permission, budget::BudgetForm};

model::budgets_operations!(crate::call::functions);

/// Sets what the executions of a template may spend in a calendar month (UTC).
#[server(prefix = "/api/fn", endpoint = "set_template_budget", input = leptos::server_fn::codec::Json)]
pub async fn set_template_budget(
    template: TemplateId,
    /// Millionths of a dollar; none removes the budget.
    micros: Option<u64>,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageBudgets)?;
    let access = &ctx.backend.provider_access;
    match micros {
        Some(micros) => access.set_budget(actor, Some(template), BudgetForm { micros }).await,
        None => access.clear_budget(actor, Some(template)).await,
    }
    .map_err(into_api_error)
}
