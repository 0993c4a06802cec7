//! Versions of what an execution made.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::access::Permission;
use model::{id::ExecutionId, pages::Launched};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};

model::versions_operations!(crate::call::functions);

/// Runs what is stale of an execution that is over again, as a new one.
#[server(prefix = "/api/fn", endpoint = "rerun_stale", input = leptos::server_fn::codec::Json)]
pub async fn rerun_stale(
    /// The execution with stale outputs; it must be over.
    execution: ExecutionId,
) -> Result<Launched, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::LaunchTemplate)?;
    ctx.backend.executions.rerun_stale(actor, execution, None).await.map_err(into_api_error)
}
