//! The templates that come with the product.

use model::{
    id::{TemplateId, WorkspaceId},
    template::system_templates,
};
use sqlx::PgConnection;
use store::{
    error::{EngineError, Result},
    templates::{self, SystemTemplateRow},
};
use uuid::Uuid;

/// Copies the system templates into a workspace; those that have changed get a new version.
pub async fn copy_system_templates(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<()> {
    for template in system_templates() {
        let workflow = &template.workflow;
        let definition = serde_json::to_value(workflow)
            .map_err(|error| EngineError::internal("writing a system template", error))?;
        let row = SystemTemplateRow {
            key: template.key,
            name: &workflow.name,
            description: &workflow.description,
            category: template.category.as_str(),
            example_output: template.example_output,
            definition,
        };
        let id = TemplateId(Uuid::now_v7());
        templates::put_system_template(conn, workspace, id, row).await?;
    }
    Ok(())
}
