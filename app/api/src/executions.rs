//! The live monitor: one page model, and what a person asks of an execution.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use model::{access::Permission, api::listing::PageRequest, pages::ReviewCard};
use model::{
    api::listing::Page,
    id::{ArtifactId, ExecutionId, NodeId},
    mcp::call::ToolCallView,
    nodes::ai_review::Judgement,
    pages::{Control, Gave, Launched, MonitorPage},
};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};

model::executions_operations!(crate::call::functions);

/// What the monitor of an execution shows: all of it, or of one with very many steps what is seen
/// first.
#[server(prefix = "/api/fn", endpoint = "monitor", input = leptos::server_fn::codec::Json)]
pub async fn load_monitor(
    /// The execution that is shown.
    execution: ExecutionId,
    /// Whether to leave out what a person sees only after opening it.
    #[server(default)]
    outline: bool,
) -> Result<MonitorPage, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    let mut page =
        ctx.backend.executions.monitor(actor, execution).await.map_err(into_api_error)?;
    if outline {
        page.view = page.view.outlined();
    }
    page.reviews = page.reviews.into_iter().map(ReviewCard::truncate_items).collect();
    Ok(page)
}

/// The calls of tools of a node, in all of its rounds, a page of them, the newest first.
#[server(prefix = "/api/fn", endpoint = "tool_calls", input = leptos::server_fn::codec::Json)]
pub async fn load_tool_calls(
    execution: ExecutionId,
    /// Of which node, as it was drawn or in one of its rounds.
    node: NodeId,
    /// The end of the page before; the first page where there is none.
    cursor: Option<String>,
) -> Result<Page<ToolCallView>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    let asked = PageRequest { limit: None, cursor };
    ctx.backend
        .executions
        .tool_calls(actor, execution, Some(&node), &asked)
        .await
        .map_err(into_api_error)
}

/// What a node gave, port by port: of very long values the beginning, unless all is asked for.
#[server(prefix = "/api/fn", endpoint = "gave", input = leptos::server_fn::codec::Json)]
pub async fn load_gave(
    execution: ExecutionId,
    /// Which node; of a loop's inside, in which round.
    node: NodeId,
    /// Whether all of it is asked for.
    whole: bool,
) -> Result<Gave, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    let gave = ctx
        .backend
        .executions
        .node_values(actor, execution, &node)
        .await
        .map_err(into_api_error)?;
    Ok(if whole { gave } else { gave.truncate_values() })
}

/// All of what a node made, for reading: a text as it is, data as indented JSON.
#[server(prefix = "/api/fn", endpoint = "artifact_text", input = leptos::server_fn::codec::Json)]
pub async fn load_artifact_text(
    execution: ExecutionId,
    /// Which version of which output.
    artifact: ArtifactId,
) -> Result<String, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    let artifact =
        ctx.backend.artifacts.artifact(actor, execution, artifact).await.map_err(into_api_error)?;
    Ok(artifact.text())
}

/// What an AI review said; none when it is a version of anything else.
#[server(prefix = "/api/fn", endpoint = "judgement", input = leptos::server_fn::codec::Json)]
pub async fn load_judgement(
    execution: ExecutionId,
    /// Which version of which output.
    artifact: ArtifactId,
) -> Result<Option<Judgement>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    let artifact =
        ctx.backend.artifacts.artifact(actor, execution, artifact).await.map_err(into_api_error)?;
    Ok(artifact.judgement())
}

/// Pauses, resumes, stops or retries; the change arrives as events.
#[server(prefix = "/api/fn", endpoint = "control", input = leptos::server_fn::codec::Json)]
pub async fn control_execution(
    /// The execution that is controlled.
    execution: ExecutionId,
    /// What is asked of it; refused where its status does not allow it.
    control: Control,
) -> Result<(), ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::ControlExecution)?;
    let done = match control {
        Control::Stop { reason } => {
            ctx.backend.executions.stop(actor, execution, reason.as_deref(), None).await
        }
        control => ctx.backend.executions.control(actor, execution, control).await,
    };
    done.map_err(into_api_error)
}

/// Runs an execution that is over again with its recorded answers, as a new one.
#[server(prefix = "/api/fn", endpoint = "replay", input = leptos::server_fn::codec::Json)]
pub async fn replay_execution(
    /// The execution whose recorded answers are used; it must be over.
    execution: ExecutionId,
) -> Result<Launched, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::LaunchTemplate)?;
    ctx.backend.executions.replay(actor, execution, None).await.map_err(into_api_error)
}
