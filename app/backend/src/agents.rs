//! The library of agents.

use async_trait::async_trait;
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
    problem::Problem,
};

use crate::actor::Actor;

/// The library of agents.
#[async_trait]
pub trait Agents: Send + Sync {
    /// The agents that a step can name: published and not archived, by name.
    async fn offered_agents(&self, actor: &Actor) -> Result<Vec<AgentSummary>, Problem>;

    /// All agents by name, archived ones too, each with the workflows that have it.
    async fn list_agents(&self, actor: &Actor) -> Result<Vec<ListedAgent>, Problem>;

    /// An agent with its draft, its versions, and where it is used.
    async fn agent_page(&self, actor: &Actor, id: AgentId) -> Result<AgentPage, Problem>;

    /// What the form of an agent offers: models, workflows and pictures.
    async fn agent_stock(&self, actor: &Actor) -> Result<AgentStock, Problem>;

    /// Makes an agent: a draft until it is published.
    async fn create_agent(&self, actor: &Actor, form: AgentForm) -> Result<AgentPage, Problem>;

    /// Changes an agent's draft.
    async fn save_agent(
        &self,
        actor: &Actor,
        id: AgentId,
        form: AgentForm,
    ) -> Result<AgentPage, Problem>;

    /// Copies an agent into a draft that may be changed.
    async fn duplicate_agent(&self, actor: &Actor, id: AgentId) -> Result<AgentPage, Problem>;

    /// Puts an agent out of sight, or back.
    async fn archive_agent(
        &self,
        actor: &Actor,
        id: AgentId,
        change: ArchiveChange,
    ) -> Result<AgentPage, Problem>;

    /// Publishes an agent's draft as its next version.
    async fn publish_agent(
        &self,
        actor: &Actor,
        id: AgentId,
        form: PublishRequest,
    ) -> Result<AgentPage, Problem>;

    /// Makes the draft what an earlier version was.
    async fn restore_agent_version(
        &self,
        actor: &Actor,
        id: AgentId,
        version: i32,
    ) -> Result<AgentPage, Problem>;

    /// Asks an agent as it is described, in an execution of its own.
    async fn try_agent(&self, actor: &Actor, trial: AgentTrial) -> Result<Launched, Problem>;
}
