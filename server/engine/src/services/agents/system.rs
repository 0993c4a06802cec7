//! The agents that come with the product.

use model::{
    agent_library::shipped::shipped_agents,
    id::{AgentId, WorkspaceId},
};
use sqlx::PgConnection;
use store::{
    agents::library::{self, SystemAgentRow},
    error::{Doing, Result},
    templates,
};
use uuid::Uuid;

use crate::services::context::ServiceContext;

/// Gives every workspace the agents of this release. The server runs it when it starts.
pub(in crate::services) async fn refresh_system_agents(context: &ServiceContext) -> Result<()> {
    let mut tx = store::begin(&context.pool).await.doing("refreshing system agents")?;
    for workspace in templates::list_workspaces(&mut tx).await? {
        copy_system_agents(&mut tx, workspace).await?;
    }
    tx.commit().await.doing("refreshing system agents")
}

/// Copies the agents of this release into a workspace; those that have changed get a new version.
pub async fn copy_system_agents(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<()> {
    for agent in shipped_agents() {
        let row =
            SystemAgentRow { key: agent.key, name: &agent.name, definition: &agent.definition };
        library::put_system_agent(conn, workspace, AgentId(Uuid::now_v7()), row).await?;
    }
    Ok(())
}
