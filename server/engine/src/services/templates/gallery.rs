//! Published templates, as the gallery shows them.

use backend::actor::Actor;
use model::{
    access::Permission,
    id::{TemplateId, WorkspaceId},
    pages::{TemplateCard, TemplatePage},
    workflow::Workflow,
};
use sqlx::PgConnection;
use store::{
    error::{Doing, EngineError, Result},
    templates::{self, TemplateRow},
};

use super::Templates;

impl Templates {
    /// Every published template of the actor's workspace.
    pub async fn gallery(&self, actor: &Actor) -> Result<Vec<TemplateCard>> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("opening the gallery")?;
        let rows = templates::list_published(&mut conn, actor.workspace, None).await?;
        rows.into_iter().map(|row| Ok(template_page(row)?.card)).collect()
    }

    /// One published template.
    pub async fn template(&self, actor: &Actor, id: TemplateId) -> Result<TemplatePage> {
        actor.require(Permission::Read)?;
        let mut conn = self.context.pool.acquire().await.doing("opening a template")?;
        load_template(&mut conn, actor.workspace, id).await
    }
}

/// The published version of a template.
///
/// # Errors
/// Not found where the workspace has no such template, or it was never published.
pub(in crate::services) async fn load_template(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: TemplateId,
) -> Result<TemplatePage> {
    let found = templates::list_published(conn, workspace, Some(id)).await?.pop();
    template_page(found.ok_or(EngineError::NotFound("template"))?)
}

fn template_page(row: TemplateRow) -> Result<TemplatePage> {
    let workflow: Workflow = serde_json::from_value(row.definition)
        .map_err(|error| EngineError::internal("reading a template", error))?;
    let card = TemplateCard {
        id: row.id,
        name: row.name,
        description: row.description,
        category: row.category,
        tags: row.tags,
        is_system: row.is_system,
        workflow,
        stats: row.stats,
        disabled: row.disabled,
    };
    Ok(TemplatePage { card, version: row.version, example_output: row.example_output })
}
