//! The live monitor: one page model, and what a person asks of an execution.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::access::Permission;
use model::{
    execution::event::Event,
    id::ExecutionId,
    pages::{Control, MonitorPage},
};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, refused};

/// Everything the monitor of an execution shows.
#[server(prefix = "/api/fn", endpoint = "monitor", input = leptos::server_fn::codec::Json)]
pub async fn load_monitor(
    /// Which one.
    execution: ExecutionId,
) -> Result<MonitorPage, ApiError> {
    let ctx = Ctx::get()?;
    ctx.services.monitor(ctx.require(Permission::Read)?, execution).await.map_err(refused)
}

/// What happened after event number `after`, in order, at most a page of it.
#[server(prefix = "/api/fn", endpoint = "execution_events", input = leptos::server_fn::codec::Json)]
pub async fn load_events(
    /// Of which execution.
    execution: ExecutionId,
    /// The last event that is known; 0 for all.
    after: i64,
) -> Result<Vec<Event>, ApiError> {
    let ctx = Ctx::get()?;
    ctx.services.events(ctx.require(Permission::Read)?, execution, after).await.map_err(refused)
}

/// Pauses, resumes, stops or retries; the change arrives as events.
#[server(prefix = "/api/fn", endpoint = "control", input = leptos::server_fn::codec::Json)]
pub async fn control_execution(
    /// Which one.
    execution: ExecutionId,
    /// What.
    control: Control,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ControlExecution)?;
    ctx.services.control(actor, execution, control).await.map_err(refused)
}
