//! Reads agents: the list, one with its versions, how two versions differ, where one is used, what
//! the form offers; and tries them out.

use std::collections::HashMap;

use backend::actor::Actor;
use model::{
    access::{Permission, can},
    agent::{
        definition::AgentDefinition,
        library::{AgentPage, AgentSummary, AgentUse},
    },
    agent_library::{
        listing::{AgentStock, ListedAgent},
        trial::AgentTrial,
    },
    api::{
        compare::{Change, changes},
        documents::ImageFilter,
    },
    id::AgentId,
    pages::Launched,
};
use sqlx::PgConnection;
use store::{
    agents::{
        library::{self, AgentRow},
        uses,
    },
    error::{EngineError, Result},
    images,
    page_query::PageQuery,
};

use super::Agents;
use crate::{
    context::OrNotFound,
    drafts::editor::{models, offered_documents, offered_templates},
};

impl Agents {
    /// The agents that a step can name: published and not archived, by name.
    pub async fn offered_agents(&self, actor: &Actor) -> Result<Vec<AgentSummary>> {
        let mut conn = self.ctx.read(actor, "listing agents").await?;
        let rows = library::list(&mut conn, actor.workspace).await?;
        let offered = rows.iter().filter(|row| row.published.is_some() && !row.is_archived);
        Ok(offered.map(summary).collect())
    }

    /// All agents of the workspace by name, archived ones too, each with the workflows that have it;
    /// those that were never published only for those who may edit.
    pub async fn list_agents(&self, actor: &Actor) -> Result<Vec<ListedAgent>> {
        let mut conn = self.ctx.read(actor, "listing agents").await?;
        let rows = library::list(&mut conn, actor.workspace).await?;
        let mut by_agent = HashMap::<AgentId, Vec<AgentUse>>::new();
        for (agent, used) in uses::list_uses(&mut conn, actor.workspace, None).await? {
            by_agent.entry(agent).or_default().push(used);
        }
        let shown = rows.iter().filter(|row| may_see(actor, row));
        let listed = shown.map(|row| ListedAgent {
            agent: summary(row),
            used_by: by_agent.remove(&row.id).unwrap_or_default(),
        });
        Ok(listed.collect())
    }

    /// An agent with its draft, its versions, and where it is used. Those who may not edit see the
    /// published version in place of the draft.
    ///
    /// # Errors
    /// An unknown agent, and for those who may not edit one that was never published.
    pub async fn agent_page(&self, actor: &Actor, id: AgentId) -> Result<AgentPage> {
        let mut conn = self.ctx.read(actor, "opening an agent").await?;
        load_page(&mut conn, actor, id).await
    }

    /// Every place where two versions of an agent differ.
    ///
    /// # Errors
    /// An unknown agent or version.
    pub async fn agent_diff(
        &self,
        actor: &Actor,
        id: AgentId,
        from: i32,
        to: i32,
    ) -> Result<Vec<Change>> {
        let page = self.agent_page(actor, id).await?;
        let written = |version: i32| {
            let found = page.versions.iter().find(|one| one.version == version);
            let found = found.or_not_found("version")?;
            serde_json::to_value(&found.definition)
                .map_err(|error| EngineError::internal("writing an agent", error))
        };
        Ok(changes(&written(from)?, &written(to)?))
    }

    /// The workflows that have an agent.
    ///
    /// # Errors
    /// An unknown agent.
    pub async fn agent_uses(&self, actor: &Actor, id: AgentId) -> Result<Vec<AgentUse>> {
        Ok(self.agent_page(actor, id).await?.used_by)
    }
}

/// An agent as its page shows it to somebody.
pub(super) async fn load_page(
    conn: &mut PgConnection,
    actor: &Actor,
    id: AgentId,
) -> Result<AgentPage> {
    let row = library::find(conn, actor.workspace, id).await?;
    let row = row.filter(|row| may_see(actor, row)).or_not_found("agent")?;
    let versions = library::versions(conn, actor.workspace, id).await?;
    let used_by = uses::list_uses(conn, actor.workspace, Some(id)).await?;
    let agent = summary(&row);
    let draft = if may_edit(actor) { row.content.draft } else { shown(&row).clone() };
    Ok(AgentPage {
        agent,
        draft,
        draft_revision: row.draft_revision,
        versions,
        used_by: used_by.into_iter().map(|(_, used)| used).collect(),
    })
}

fn may_edit(actor: &Actor) -> bool {
    can(actor.role, Permission::EditTemplate)
}

/// Drafts are for those who may edit.
fn may_see(actor: &Actor, row: &AgentRow) -> bool {
    row.published.is_some() || may_edit(actor)
}

/// What lists say of an agent: what is published, or the draft where nothing is.
fn shown(row: &AgentRow) -> &AgentDefinition {
    row.published.as_ref().map_or(&row.content.draft, |(_, definition)| definition)
}

fn summary(row: &AgentRow) -> AgentSummary {
    let definition = shown(row);
    AgentSummary {
        id: row.id,
        key: row.key.clone(),
        name: row.content.name.clone(),
        picture: row.content.picture,
        purpose: definition.purpose.clone(),
        version: row.published.as_ref().map(|(version, _)| *version),
        is_system: row.is_system,
        is_archived: row.is_archived,
        inputs: definition.inputs.clone(),
        output: definition.output.clone(),
    }
}

/// Images that are offered.
const OFFERED: PageQuery = PageQuery::first(100);

impl Agents {
    /// The models that write, the published workflows that are switched on, and the latest images and
    /// documents.
    pub async fn agent_stock(&self, actor: &Actor) -> Result<AgentStock> {
        let mut conn = self.ctx.read(actor, "opening an agent").await?;
        let answering = self.ctx.deps.providers_of(&mut conn, actor.workspace).await?;
        let templates = offered_templates(&mut conn, actor, None).await?;
        let workflows = templates.into_iter().map(|template| template.name).collect();
        let filter = ImageFilter::default();
        let pictures = images::list(&mut conn, actor.workspace, &filter, OFFERED).await?.items;
        let documents = offered_documents(&mut conn, actor).await?;
        // No connection waits for Ollama's answer.
        drop(conn);
        let (text_models, _) = models(&answering.describe().await);
        Ok(AgentStock { text_models, workflows, pictures, documents })
    }
}

impl Agents {
    /// Asks an agent as it is described: an execution of nothing but it, which counts for no workflow.
    ///
    /// # Errors
    /// Everything that is wrong with the message or the agent; everything that a launch refuses.
    pub async fn try_agent(&self, actor: &Actor, trial: AgentTrial) -> Result<Launched> {
        actor.require(Permission::LaunchInline)?;
        self.executions.launch(actor, trial.launch()?).await
    }
}
