//! Many executions at once: the dashboard, the list of all, what is under way.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::{access::Permission, api::listing::PageRequest, budget::BudgetForm};
use model::{
    api::{history::ExecutionFilter, listing::Page},
    pages::ExecutionRow,
};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};

model::overview_operations!(crate::call::functions);

/// A part of the executions that the filter admits, the latest first.
#[server(prefix = "/api/fn", endpoint = "history", input = leptos::server_fn::codec::Json)]
pub async fn load_executions(
    /// What the executions are narrowed by.
    filter: ExecutionFilter,
    /// Where the part before ended; the beginning without.
    cursor: Option<String>,
) -> Result<Page<ExecutionRow>, ApiError> {
    let ctx = Ctx::get()?;
    let (actor, asked) = (ctx.require(Permission::Read)?, PageRequest { limit: None, cursor });
    ctx.backend.executions.executions_page(actor, &filter, &asked).await.map_err(into_api_error)
}

/// Sets what the workspace may spend in a calendar month (UTC); without a budget nothing is
/// limited.
#[server(prefix = "/api/fn", endpoint = "set_month_budget", input = leptos::server_fn::codec::Json)]
pub async fn set_month_budget(
    /// Millionths of a dollar; none removes the budget.
    micros: Option<u64>,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageBudgets)?;
    match micros {
        Some(micros) => {
            ctx.backend.provider_access.set_budget(actor, None, BudgetForm { micros }).await
        }
        None => ctx.backend.provider_access.clear_budget(actor, None).await,
    }
    .map_err(into_api_error)
}
