//! Executions that do not go on by themselves.

use leptos::prelude::*;
use model::{api::executions::StuckExecution, id::ExecutionId};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
#[cfg(feature = "ssr")]
use model::access::Permission;

/// What is stuck, and what helps.
#[server(prefix = "/api/fn", endpoint = "stuck", input = leptos::server_fn::codec::Json)]
pub async fn load_stuck() -> Result<Vec<StuckExecution>, ApiError> {
    let ctx = Ctx::get()?;
    ctx.backend
        .admin
        .stuck_executions(ctx.require(Permission::ReadAudit)?)
        .await
        .map_err(into_api_error)
}

/// Does what helps.
#[server(prefix = "/api/fn", endpoint = "repair_stuck", input = leptos::server_fn::codec::Json)]
pub async fn repair_stuck(
    /// The stuck execution that is repaired.
    id: ExecutionId,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::RepairExecution)?;
    ctx.backend.admin.repair_stuck(actor, id).await.map_err(into_api_error)
}
