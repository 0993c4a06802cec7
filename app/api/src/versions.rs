//! Versions of what an execution made.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::access::Permission;
use model::{
    api::{
        compare::Comparison,
        executions::VersionRow,
        lineage::{LineagePage, Subject},
    },
    id::{ArtifactId, ExecutionId},
    pages::Launched,
};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};

/// All versions of the output that this is a version of, the oldest first.
#[server(prefix = "/api/fn", endpoint = "versions", input = leptos::server_fn::codec::Json)]
pub async fn load_versions(
    /// Of which execution.
    execution: ExecutionId,
    /// Any version of the output.
    artifact: ArtifactId,
) -> Result<Vec<VersionRow>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.artifacts.versions(actor, execution, artifact).await.map_err(into_api_error)
}

/// How two versions differ.
#[server(prefix = "/api/fn", endpoint = "compare_versions", input = leptos::server_fn::codec::Json)]
pub async fn compare_versions(
    /// Of which execution.
    execution: ExecutionId,
    /// The version that is compared; the older one as a rule.
    before: ArtifactId,
    /// The version that it is compared with.
    after: ArtifactId,
) -> Result<Comparison, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend
        .artifacts
        .compare_versions(actor, execution, before, after)
        .await
        .map_err(into_api_error)
}

/// What something was made from, and what was made from it.
#[server(prefix = "/api/fn", endpoint = "lineage", input = leptos::server_fn::codec::Json)]
pub async fn load_lineage(
    /// The version, document or image that is asked about.
    subject: Subject,
) -> Result<LineagePage, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.artifacts.lineage(actor, subject).await.map_err(into_api_error)
}

/// Makes an older version count again, as a new version that repeats it.
#[server(prefix = "/api/fn", endpoint = "use_version", input = leptos::server_fn::codec::Json)]
pub async fn use_version(
    /// Of which execution.
    execution: ExecutionId,
    /// The older version.
    artifact: ArtifactId,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ControlExecution)?;
    ctx.backend
        .artifacts
        .use_version(actor, execution, artifact)
        .await
        .map(drop)
        .map_err(into_api_error)
}

/// Keeps a version when the history of its execution goes, or lets it go again.
#[server(prefix = "/api/fn", endpoint = "keep_version", input = leptos::server_fn::codec::Json)]
pub async fn keep_version(
    /// Of which execution.
    execution: ExecutionId,
    /// The version that is kept or released.
    artifact: ArtifactId,
    /// Whether it is kept from now on.
    kept: bool,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ControlExecution)?;
    ctx.backend
        .artifacts
        .keep_version(actor, execution, artifact, kept)
        .await
        .map_err(into_api_error)
}

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
