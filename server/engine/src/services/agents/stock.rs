//! What the form of an agent offers.

use backend::actor::Actor;
use model::{access::Permission, agent_library::listing::AgentStock, api::documents::ImageFilter};
use store::{
    error::{Doing, Result},
    images,
    page_query::PageQuery,
};

use super::Agents;
use crate::services::drafts::editor::{models, offered_documents, offered_templates};

/// Images that are offered.
const OFFERED: PageQuery = PageQuery::first(100);

impl Agents {
    /// The models that write, the published workflows that are switched on, and the latest images and
    /// documents.
    pub async fn agent_stock(&self, actor: &Actor) -> Result<AgentStock> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("opening an agent")?;
        let answering = self.context.deps.providers_of(&mut conn, actor.workspace).await?;
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
