//! The library of agents: what people edit, and versions, which never change.

use model::{
    agent::{definition::AgentDefinition, library::AgentVersionView},
    agent_library::shipped::ShippedAgent,
    id::{AgentId, ImageId, UserId, WorkspaceId},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Fetch, Statement,
    error::Result,
    rows::{read_json, to_json},
    timestamp,
};

/// An agent with its draft.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentRow {
    /// Names its row.
    pub id: AgentId,
    /// By which workflows name it.
    pub key: String,
    /// The part that people edit.
    pub content: AgentContent,
    /// The draft's revision.
    pub draft_revision: i64,
    /// The version that is published, with what it says; none for one that is only a draft.
    pub published: Option<(i32, AgentDefinition)>,
    /// True when it came with the product.
    pub is_system: bool,
    /// True when it is out of sight: only what has pinned a version of it still uses it.
    pub is_archived: bool,
}

/// The part of an agent that people edit.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentContent {
    /// The name shown.
    pub name: String,
    pub picture: Option<ImageId>,
    pub draft: AgentDefinition,
}

/// A version of an agent that workflows run.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedAgent {
    pub id: AgentId,
    /// By which workflows name it.
    pub key: String,
    /// The name shown now.
    pub name: String,
    /// The version that was asked for, or the published one.
    pub version: i32,
    /// What it is in that version.
    pub definition: AgentDefinition,
}

/// Adds an agent without a version; false where the workspace has its key.
pub async fn insert(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: AgentId,
    key: &str,
    content: &AgentContent,
    user: UserId,
) -> Result<bool> {
    sqlx::query!(
        "INSERT INTO agents (id, workspace_id, key, name, picture, draft, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT ON CONSTRAINT agent_key DO NOTHING",
        id.0,
        workspace.0,
        key,
        content.name,
        content.picture.map(|image| image.0),
        to_json(&content.draft)?,
        user.0
    )
    .changed(conn, "adding an agent")
    .await
}

/// Locks an agent until the transaction ends; does nothing if the workspace has no such agent.
pub async fn lock(conn: &mut PgConnection, workspace: WorkspaceId, id: AgentId) -> Result<()> {
    sqlx::query!(
        "SELECT id FROM agents WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
        workspace.0,
        id.0
    )
    .optional(conn, "locking an agent")
    .await
    .map(drop)
}

/// An agent with its draft, an archived one too; none if the workspace has no such agent.
pub async fn find(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: AgentId,
) -> Result<Option<AgentRow>> {
    Ok(read(conn, workspace, Some(id)).await?.pop())
}

/// The agents of a workspace, archived ones too, by name.
pub async fn list(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<Vec<AgentRow>> {
    read(conn, workspace, None).await
}

async fn read(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: Option<AgentId>,
) -> Result<Vec<AgentRow>> {
    let rows = sqlx::query!(
        r#"SELECT a.id, a.key, a.name, a.picture, a.draft, a.draft_revision, a.is_system,
                  a.archived_at IS NOT NULL AS "is_archived!",
                  v.version AS "version?", v.definition AS "definition?"
             FROM agents a
             LEFT JOIN agent_versions v
                    ON v.agent_id = a.id AND v.version = a.published_version
            WHERE a.workspace_id = $1 AND ($2::uuid IS NULL OR a.id = $2)
            ORDER BY lower(a.name), a.key"#,
        workspace.0,
        id.map(|id| id.0)
    )
    .all(conn, "reading agents")
    .await?;
    let agent = rows.into_iter().map(|row| {
        let published = match (row.version, row.definition) {
            (Some(version), Some(definition)) => Some((version, read_json(definition)?)),
            _ => None,
        };
        Ok(AgentRow {
            id: AgentId(row.id),
            key: row.key,
            content: AgentContent {
                name: row.name,
                picture: row.picture.map(ImageId),
                draft: read_json(row.draft)?,
            },
            draft_revision: row.draft_revision,
            published,
            is_system: row.is_system,
            is_archived: row.is_archived,
        })
    });
    agent.collect()
}

/// Those of `keys` that agents of the workspace have, archived ones included.
pub async fn taken_keys(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    keys: &[String],
) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        "SELECT key FROM agents WHERE workspace_id = $1 AND key = ANY($2)",
        workspace.0,
        keys
    )
    .all(conn, "looking for a free key of an agent")
    .await
}

/// Replaces the draft of a locked agent; returns the next revision.
pub async fn save_draft(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: AgentId,
    content: &AgentContent,
) -> Result<i64> {
    sqlx::query_scalar!(
        "UPDATE agents
            SET name = $3, picture = $4, draft = $5, draft_revision = draft_revision + 1,
                updated_at = engine_now()
          WHERE workspace_id = $1 AND id = $2
         RETURNING draft_revision",
        workspace.0,
        id.0,
        content.name,
        content.picture.map(|image| image.0),
        to_json(&content.draft)?
    )
    .one(conn, "saving the draft of an agent")
    .await
}

/// Adds the next version of a locked agent and publishes it; returns its number.
pub async fn publish(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: AgentId,
    definition: &AgentDefinition,
    note: &str,
    user: UserId,
) -> Result<i32> {
    sqlx::query_scalar!(
        r#"WITH published AS (
               UPDATE agents
                  SET published_version = coalesce(published_version, 0) + 1,
                      updated_at = engine_now()
                WHERE workspace_id = $1 AND id = $2
               RETURNING workspace_id, id, published_version
           )
           INSERT INTO agent_versions (workspace_id, agent_id, version, definition, note,
                                       published_by)
           SELECT workspace_id, id, published_version, $3, $4, $5
             FROM published
           RETURNING version"#,
        workspace.0,
        id.0,
        to_json(definition)?,
        note,
        user.0
    )
    .one(conn, "publishing an agent")
    .await
}

/// The versions of an agent, the latest first.
pub async fn versions(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: AgentId,
) -> Result<Vec<AgentVersionView>> {
    let rows = sqlx::query!(
        r#"SELECT v.version, v.definition, v.note, v.published_at, u.name AS "by?"
             FROM agent_versions v
             LEFT JOIN users u ON u.id = v.published_by
            WHERE v.workspace_id = $1 AND v.agent_id = $2
            ORDER BY v.version DESC"#,
        workspace.0,
        id.0
    )
    .all(conn, "listing versions of an agent")
    .await?;
    let version = rows.into_iter().map(|row| {
        Ok(AgentVersionView {
            version: row.version,
            definition: read_json(row.definition)?,
            note: Some(row.note).filter(|note| !note.is_empty()),
            by: row.by,
            at: timestamp(row.published_at),
        })
    });
    version.collect()
}

/// The agent of that key or id in `version`; without one in the published version, unless the agent
/// is archived.
pub async fn find_published(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    key_or_id: &str,
    version: Option<i32>,
) -> Result<Option<PublishedAgent>> {
    let row = sqlx::query!(
        "SELECT a.id, a.key, a.name, v.version, v.definition
           FROM agents a
           JOIN agent_versions v ON v.agent_id = a.id
                AND v.version = coalesce($4, a.published_version)
          WHERE a.workspace_id = $1 AND (a.id = $2 OR a.key = $3)
            AND ($4::int IS NOT NULL OR a.archived_at IS NULL)
          ORDER BY a.id = $2 DESC
          LIMIT 1",
        workspace.0,
        key_or_id.parse::<Uuid>().unwrap_or_default(),
        key_or_id,
        version
    )
    .optional(conn, "reading an agent to run")
    .await?;
    let agent = row.map(|row| {
        Ok(PublishedAgent {
            id: AgentId(row.id),
            key: row.key,
            name: row.name,
            version: row.version,
            definition: read_json(row.definition)?,
        })
    });
    agent.transpose()
}

/// Puts an agent out of sight, or back.
pub async fn set_archived(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: AgentId,
    archived: bool,
) -> Result<()> {
    sqlx::query!(
        "UPDATE agents
            SET archived_at = CASE WHEN $3 THEN engine_now() END, updated_at = engine_now()
          WHERE workspace_id = $1 AND id = $2",
        workspace.0,
        id.0,
        archived
    )
    .run(conn, "archiving an agent")
    .await
}

/// Copies a system agent into a workspace, or publishes a changed one as a new version.
pub async fn put_system_agent(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    agent: &ShippedAgent,
) -> Result<()> {
    sqlx::query_file!(
        "sql/put_system_agent.sql",
        Uuid::now_v7(),
        workspace.0,
        agent.key,
        agent.name,
        to_json(&agent.definition)?
    )
    .run(conn, "copying a system agent")
    .await
}
