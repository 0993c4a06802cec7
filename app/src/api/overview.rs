//! Many executions at once: the dashboard, the history, what is under way.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::{access::Permission, api::listing::PageRequest, budget::BudgetForm};
use model::{
    api::{
        history::{ExecutionFilter, SeveralAnswer, SeveralRequest},
        listing::Page,
    },
    pages::{Attention, DashboardPage, ExecutionRow, HistoryChoices, UnderWayPage},
};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, refused};

/// What needs the person, what is under way, what ended lately.
#[server(prefix = "/api/fn", endpoint = "dashboard", input = leptos::server_fn::codec::Json)]
pub async fn load_dashboard() -> Result<DashboardPage, ApiError> {
    let ctx = Ctx::get()?;
    ctx.services.dashboard(ctx.require(Permission::Read)?).await.map_err(refused)
}

/// A part of the executions that the filter admits, the latest first.
#[server(prefix = "/api/fn", endpoint = "history", input = leptos::server_fn::codec::Json)]
pub async fn load_history(
    /// Which.
    filter: ExecutionFilter,
    /// Where the part before ended; the beginning without.
    cursor: Option<String>,
) -> Result<Page<ExecutionRow>, ApiError> {
    let ctx = Ctx::get()?;
    let (actor, asked) = (ctx.require(Permission::Read)?, PageRequest { limit: None, cursor });
    ctx.services.executions_page(actor, &filter, &asked).await.map_err(refused)
}

/// What executions can be narrowed by.
#[server(prefix = "/api/fn", endpoint = "history_choices", input = leptos::server_fn::codec::Json)]
pub async fn load_history_choices() -> Result<HistoryChoices, ApiError> {
    let ctx = Ctx::get()?;
    ctx.services.history_choices(ctx.require(Permission::Read)?).await.map_err(refused)
}

/// Asks the same of several executions; each answers for itself.
#[server(prefix = "/api/fn", endpoint = "control_several", input = leptos::server_fn::codec::Json)]
pub async fn control_several(
    /// What, of which.
    request: SeveralRequest,
) -> Result<Vec<SeveralAnswer>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ControlExecution)?;
    ctx.services.control_several(actor, &request).await.map_err(refused)
}

/// Executions that are not over, and those that have just ended.
#[server(prefix = "/api/fn", endpoint = "under_way", input = leptos::server_fn::codec::Json)]
pub async fn load_under_way() -> Result<UnderWayPage, ApiError> {
    let ctx = Ctx::get()?;
    ctx.services.under_way(ctx.require(Permission::Read)?).await.map_err(refused)
}

/// How much waits for the person and is under way.
#[server(prefix = "/api/fn", endpoint = "attention", input = leptos::server_fn::codec::Json)]
pub async fn load_attention() -> Result<Attention, ApiError> {
    let ctx = Ctx::get()?;
    ctx.services.attention(ctx.require(Permission::Read)?).await.map_err(refused)
}

/// Sets what the workspace may spend in a calendar month (UTC), in millionths of a dollar; none is
/// as much as it likes.
#[server(prefix = "/api/fn", endpoint = "set_month_budget", input = leptos::server_fn::codec::Json)]
pub async fn set_month_budget(
    /// The amount.
    micros: Option<u64>,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageBudgets)?;
    match micros {
        Some(micros) => ctx.services.set_budget(actor, None, BudgetForm { micros }).await,
        None => ctx.services.clear_budget(actor, None).await,
    }
    .map_err(refused)
}
