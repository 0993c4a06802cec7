//! The agents that come with the product.

use model::{agent_library::shipped::shipped_agents, id::WorkspaceId};
use sqlx::PgConnection;
use store::{agents::library, error::Result};

/// Copies the agents of this release into a workspace; those that have changed get a new version.
pub async fn copy_system_agents(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<()> {
    for agent in shipped_agents() {
        library::put_system_agent(conn, workspace, agent).await?;
    }
    Ok(())
}
