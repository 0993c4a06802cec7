//! What the form of an agent offers.

use backend::actor::Actor;
use model::{
    access::Permission,
    agent_library::listing::AgentStock,
    api::documents::{DocumentFilter, ImageFilter},
};

use super::Agents;
use crate::{
    error::{Doing, Result},
    services::{drafts::editor::models, library::documents::with_plain_excerpt},
    store::{
        authoring::{self, TemplateFilter},
        images, library,
        page_query::PageQuery,
    },
};

/// Workflows and images that are offered.
const OFFERED: PageQuery = PageQuery::first(100);

impl Agents {
    /// The models that write, the published workflows that are switched on, and the latest images and
    /// documents.
    pub async fn agent_stock(&self, actor: &Actor) -> Result<AgentStock> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("opening an agent")?;
        let answering = self.context.deps.providers_of(&mut conn, actor.workspace).await?;
        let filter = TemplateFilter { category: None, drafts: authoring::Drafts::Hidden };
        let page = authoring::list(&mut conn, actor.workspace, filter, OFFERED).await?;
        let enabled = page.items.into_iter().filter(|template| template.disabled.is_none());
        let mut workflows: Vec<String> = enabled.map(|template| template.name).collect();
        workflows.sort();
        let filter = ImageFilter::default();
        let pictures = images::list(&mut conn, actor.workspace, &filter, OFFERED).await?.items;
        let filter = DocumentFilter::default();
        let page = library::list_documents(&mut conn, actor.workspace, &filter, OFFERED).await?;
        let documents = page.items.into_iter().map(with_plain_excerpt).collect();
        // No connection waits for Ollama's answer.
        drop(conn);
        let (text_models, _) = models(&answering.describe().await);
        Ok(AgentStock { text_models, workflows, pictures, documents })
    }
}
