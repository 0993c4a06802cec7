//! What every workspace begins with.

use model::{
    access::Role,
    id::{ProjectId, UserId, WorkspaceId},
};
use sqlx::PgConnection;
use store::{accounts, error::Result};
use uuid::Uuid;

use crate::{agents::system::copy_system_agents, templates::system::copy_system_templates};

const FIRST_PROJECT: &str = "First project";

/// Inserts a workspace with its owner, its first project, the system templates and the agents that
/// come with the product, in the caller's transaction.
pub(crate) async fn insert_with_owner(
    conn: &mut PgConnection,
    name: &str,
    owner: UserId,
) -> Result<WorkspaceId> {
    let workspace = WorkspaceId(Uuid::now_v7());
    accounts::insert_workspace(conn, workspace, name).await?;
    accounts::insert_membership(conn, workspace, owner, Role::Owner).await?;
    accounts::insert_project(conn, workspace, ProjectId(Uuid::now_v7()), FIRST_PROJECT).await?;
    copy_system_templates(conn, workspace).await?;
    copy_system_agents(conn, workspace).await?;
    Ok(workspace)
}
