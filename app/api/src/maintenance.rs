//! Maintenance: executions that do not go on by themselves, how long history is kept, storage.

use leptos::prelude::*;
use model::{
    api::executions::{HistorySettings, StuckExecution},
    id::ExecutionId,
    pages::StorageUse,
};

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

/// How long history is kept.
#[server(prefix = "/api/fn", endpoint = "retention", input = leptos::server_fn::codec::Json)]
pub async fn load_retention() -> Result<HistorySettings, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageWorkspace)?;
    ctx.backend.admin.history_settings(actor).await.map_err(into_api_error)
}

/// How many executions would lose their history, were it kept so long.
#[server(prefix = "/api/fn", endpoint = "expired_history", input = leptos::server_fn::codec::Json)]
pub async fn count_expired_history(
    /// How long it would be kept.
    settings: HistorySettings,
) -> Result<i64, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageWorkspace)?;
    ctx.backend.admin.count_expired(actor, settings).await.map_err(into_api_error)
}

/// Sets how long history is kept; what is older is deleted from then on.
#[server(prefix = "/api/fn", endpoint = "set_retention", input = leptos::server_fn::codec::Json)]
pub async fn set_retention(
    /// How long it is kept.
    settings: HistorySettings,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageWorkspace)?;
    ctx.backend.admin.keep_history(actor, settings).await.map_err(into_api_error)
}

/// What the files take up by kind, and the largest of them.
#[server(prefix = "/api/fn", endpoint = "storage", input = leptos::server_fn::codec::Json)]
pub async fn load_storage() -> Result<StorageUse, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ManageWorkspace)?;
    ctx.backend.admin.storage_use(actor).await.map_err(into_api_error)
}
