//! Many executions at once: the dashboard, the list of all, what is under way.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::{access::Permission, api::listing::PageRequest, budget::BudgetForm};
use model::{
    api::{
        history::{ExecutionFilter, SeveralAnswer, SeveralRequest},
        listing::Page,
    },
    pages::{ActivityPage, Attention, DashboardPage, ExecutionChoices, ExecutionRow},
};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};

/// What needs the person, what is under way, what ended lately.
#[server(prefix = "/api/fn", endpoint = "dashboard", input = leptos::server_fn::codec::Json)]
pub async fn load_dashboard() -> Result<DashboardPage, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend.overview.dashboard(ctx.require(Permission::Read)?).await.map_err(into_api_error)
}

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

/// What executions can be narrowed by.
#[server(prefix = "/api/fn", endpoint = "history_choices", input = leptos::server_fn::codec::Json)]
pub async fn load_execution_choices() -> Result<ExecutionChoices, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend
        .executions
        .history_choices(ctx.require(Permission::Read)?)
        .await
        .map_err(into_api_error)
}

/// Asks the same of several executions; each answers for itself.
#[server(prefix = "/api/fn", endpoint = "control_several", input = leptos::server_fn::codec::Json)]
pub async fn control_several(
    /// The executions, and what is asked of each.
    request: SeveralRequest,
) -> Result<Vec<SeveralAnswer>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ControlExecution)?;
    ctx.backend.executions.control_several(actor, &request).await.map_err(into_api_error)
}

/// Executions that are not over, and those that have just ended.
#[server(prefix = "/api/fn", endpoint = "under_way", input = leptos::server_fn::codec::Json)]
pub async fn load_activity() -> Result<ActivityPage, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend.overview.activity(ctx.require(Permission::Read)?).await.map_err(into_api_error)
}

/// How much waits for the person and is under way.
#[server(prefix = "/api/fn", endpoint = "attention", input = leptos::server_fn::codec::Json)]
pub async fn load_attention() -> Result<Attention, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend.overview.attention(ctx.require(Permission::Read)?).await.map_err(into_api_error)
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
