//! The library of agents: the pages of the settings, and what the editor offers.

use leptos::prelude::*;
use model::{
    agent::library::{AgentForm, AgentPage, AgentSummary},
    agent_library::{
        form::ArchiveChange,
        listing::{AgentStock, ListedAgent},
        trial::AgentTrial,
    },
    api::templates::PublishRequest,
    id::AgentId,
    pages::Launched,
};

use super::ApiError;
#[cfg(feature = "ssr")]
use super::server::{Ctx, into_api_error};
#[cfg(feature = "ssr")]
use model::access::Permission;

/// The agents that a step can name: published and not archived, by name.
#[server(prefix = "/api/fn", endpoint = "list_agents", input = leptos::server_fn::codec::Json)]
pub async fn list_agents() -> Result<Vec<AgentSummary>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.agents.offered_agents(actor).await.map_err(into_api_error)
}

/// All agents by name, archived ones too, each with the workflows that have it.
#[server(prefix = "/api/fn", endpoint = "agents_page", input = leptos::server_fn::codec::Json)]
pub async fn load_agents_page() -> Result<Vec<ListedAgent>, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.agents.list_agents(actor).await.map_err(into_api_error)
}

/// An agent with its draft, its versions, and where it is used.
#[server(prefix = "/api/fn", endpoint = "agent_page", input = leptos::server_fn::codec::Json)]
pub async fn load_agent(
    /// The agent, archived or not.
    id: AgentId,
) -> Result<AgentPage, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.agents.agent_page(actor, id).await.map_err(into_api_error)
}

/// What the form of an agent offers: models, workflows and pictures.
#[server(prefix = "/api/fn", endpoint = "agent_stock", input = leptos::server_fn::codec::Json)]
pub async fn load_agent_stock() -> Result<AgentStock, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::Read)?;
    ctx.backend.agents.agent_stock(actor).await.map_err(into_api_error)
}

/// Makes an agent: a draft until it is published.
#[server(prefix = "/api/fn", endpoint = "create_agent", input = leptos::server_fn::codec::Json)]
pub async fn create_agent(
    /// Its name, picture and definition.
    form: AgentForm,
) -> Result<AgentPage, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditTemplate)?;
    ctx.backend.agents.create_agent(actor, form).await.map_err(into_api_error)
}

/// Changes an agent's draft.
#[server(prefix = "/api/fn", endpoint = "save_agent", input = leptos::server_fn::codec::Json)]
pub async fn save_agent(
    /// The agent; not one that came with the product.
    id: AgentId,
    /// All of it, and the revision of the draft that it was made on.
    form: AgentForm,
) -> Result<AgentPage, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditTemplate)?;
    ctx.backend.agents.save_agent(actor, id, form).await.map_err(into_api_error)
}

/// Copies an agent into a draft that may be changed.
#[server(prefix = "/api/fn", endpoint = "duplicate_agent", input = leptos::server_fn::codec::Json)]
pub async fn duplicate_agent(
    /// The agent that is copied.
    id: AgentId,
) -> Result<AgentPage, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditTemplate)?;
    ctx.backend.agents.duplicate_agent(actor, id).await.map_err(into_api_error)
}

/// Puts an agent out of sight, or back.
#[server(prefix = "/api/fn", endpoint = "archive_agent", input = leptos::server_fn::codec::Json)]
pub async fn archive_agent(
    /// The agent; not one that came with the product.
    id: AgentId,
    /// Whether it is put out of sight.
    change: ArchiveChange,
) -> Result<AgentPage, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditTemplate)?;
    ctx.backend.agents.archive_agent(actor, id, change).await.map_err(into_api_error)
}

/// Publishes an agent's draft as its next version.
#[server(prefix = "/api/fn", endpoint = "publish_agent", input = leptos::server_fn::codec::Json)]
pub async fn publish_agent(
    /// The agent; not one that came with the product.
    id: AgentId,
    /// A note on what changed, and the revision of the draft that was looked at.
    form: PublishRequest,
) -> Result<AgentPage, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::PublishTemplate)?;
    ctx.backend.agents.publish_agent(actor, id, form).await.map_err(into_api_error)
}

/// Makes the draft what an earlier version was.
#[server(prefix = "/api/fn", endpoint = "restore_agent_version", input = leptos::server_fn::codec::Json)]
pub async fn restore_agent_version(
    /// The agent; not one that came with the product.
    id: AgentId,
    /// The number of the version.
    version: i32,
) -> Result<AgentPage, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::EditTemplate)?;
    ctx.backend.agents.restore_agent_version(actor, id, version).await.map_err(into_api_error)
}

/// Asks an agent as it is described, saved or not, in an execution of its own.
#[server(prefix = "/api/fn", endpoint = "try_agent", input = leptos::server_fn::codec::Json)]
pub async fn try_agent(
    /// The agent, the message, and what was said before.
    trial: AgentTrial,
) -> Result<Launched, ApiError> {
    let ctx = Ctx::get()?;
    let actor = ctx.require(Permission::LaunchInline)?;
    ctx.backend.agents.try_agent(actor, trial).await.map_err(into_api_error)
}
