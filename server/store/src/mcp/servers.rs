//! The servers that workspaces have registered.

use model::{
    id::{McpServerId, UserId, WorkspaceId},
    mcp::{api::ApiOperations, server::ServerForm},
};
use sqlx::PgConnection;

use crate::{
    Fetch, Statement,
    error::Result,
    rows::{parse_enum, read_json, to_json},
};

/// A registered server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerRow {
    /// Names its row.
    pub id: McpServerId,
    /// What was registered.
    pub form: ServerForm,
}

#[derive(Debug, Clone, Copy)]
enum Which<'a> {
    All,
    Id(McpServerId),
    Name(&'a str),
}

/// Inserts a server; false where another has its name.
pub async fn insert(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    server: &ServerRow,
    user: UserId,
) -> Result<bool> {
    let form = &server.form;
    sqlx::query!(
        "INSERT INTO mcp_servers (id, workspace_id, name, kind, url, headers, aliases, enabled,
                                  created_by, alias_set, allowed, calls_per_minute, auth,
                                  document, operations)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
             ON CONFLICT (workspace_id, name) DO NOTHING",
        server.id.0,
        workspace.0,
        form.name,
        form.kind.as_str(),
        form.url,
        to_json(&form.headers)?,
        to_json(&form.aliases)?,
        form.enabled,
        user.0,
        form.alias_set.as_str(),
        to_json(&form.allowed)?,
        per_minute(form),
        to_json(&form.auth)?,
        form.document,
        &form.operations
    )
    .changed(conn, "registering a server of tools")
    .await
}

/// Locks a server until the transaction ends: of two changes that meet, none is lost.
pub async fn lock(conn: &mut PgConnection, workspace: WorkspaceId, id: McpServerId) -> Result<()> {
    sqlx::query!(
        "SELECT id FROM mcp_servers WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
        workspace.0,
        id.0
    )
    .optional(conn, "locking a server of tools")
    .await
    .map(drop)
}

/// The same, if it is still reached and let in as in `known`; whether it is.
pub async fn lock_unchanged(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    known: &ServerRow,
) -> Result<bool> {
    let found = sqlx::query!(
        "SELECT id FROM mcp_servers
          WHERE workspace_id = $1 AND id = $2 AND url = $3 AND auth = $4
            FOR NO KEY UPDATE",
        workspace.0,
        known.id.0,
        known.form.url,
        to_json(&known.form.auth)?
    );
    let found = found.optional(conn, "locking a server of tools").await?;
    Ok(found.is_some())
}

/// The same without waiting: also false while somebody else has it locked.
pub async fn try_lock_unchanged(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    known: &ServerRow,
) -> Result<bool> {
    let found = sqlx::query!(
        "SELECT id FROM mcp_servers
          WHERE workspace_id = $1 AND id = $2 AND url = $3 AND auth = $4
            FOR NO KEY UPDATE SKIP LOCKED",
        workspace.0,
        known.id.0,
        known.form.url,
        to_json(&known.form.auth)?
    );
    let found = found.optional(conn, "locking a server of tools that nobody has locked").await?;
    Ok(found.is_some())
}

/// Writes a server anew; false where another has its name.
pub async fn replace(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    server: &ServerRow,
) -> Result<bool> {
    let form = &server.form;
    sqlx::query!(
        "UPDATE mcp_servers s
            SET name = $3, kind = $4, url = $5, headers = $6, aliases = $7, enabled = $8,
                alias_set = $9, allowed = $10, calls_per_minute = $11, auth = $12,
                document = $13, operations = $14, updated_at = engine_now()
          WHERE s.workspace_id = $1 AND s.id = $2
            AND NOT EXISTS (SELECT FROM mcp_servers o
                             WHERE o.workspace_id = $1 AND o.name = $3 AND o.id <> $2)",
        workspace.0,
        server.id.0,
        form.name,
        form.kind.as_str(),
        form.url,
        to_json(&form.headers)?,
        to_json(&form.aliases)?,
        form.enabled,
        form.alias_set.as_str(),
        to_json(&form.allowed)?,
        per_minute(form),
        to_json(&form.auth)?,
        form.document,
        &form.operations
    )
    .changed(conn, "changing a server of tools")
    .await
}

fn per_minute(form: &ServerForm) -> i32 {
    i32::try_from(form.calls_per_minute).unwrap_or(i32::MAX)
}

/// Keeps what was read of the document of an API, unless another one or other operations of it have
/// been chosen since.
pub async fn keep_api(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    server: &ServerRow,
    api: &ApiOperations,
) -> Result<()> {
    sqlx::query!(
        "UPDATE mcp_servers SET api = $3
          WHERE workspace_id = $1 AND id = $2
            AND document IS NOT DISTINCT FROM $4 AND operations = $5",
        workspace.0,
        server.id.0,
        to_json(api)?,
        server.form.document,
        &server.form.operations
    )
    .changed(conn, "keeping the operations of an API")
    .await
    .map(drop)
}

/// What was read of the document of an API; nothing where no document was.
pub async fn find_api(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: McpServerId,
) -> Result<ApiOperations> {
    let found = sqlx::query_scalar!(
        "SELECT api FROM mcp_servers WHERE workspace_id = $1 AND id = $2",
        workspace.0,
        id.0
    )
    .optional(conn, "reading the operations of an API")
    .await?;
    found.flatten().map_or_else(|| Ok(ApiOperations::default()), read_json)
}

/// Deletes a server; false where there is none.
pub async fn delete(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: McpServerId,
) -> Result<bool> {
    sqlx::query!("DELETE FROM mcp_servers WHERE workspace_id = $1 AND id = $2", workspace.0, id.0)
        .changed(conn, "deleting a server of tools")
        .await
}

/// The servers of a workspace by name.
pub async fn list(conn: &mut PgConnection, workspace: WorkspaceId) -> Result<Vec<ServerRow>> {
    read(conn, workspace, Which::All).await
}

/// A server; none where there is no such.
pub async fn find(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    id: McpServerId,
) -> Result<Option<ServerRow>> {
    Ok(read(conn, workspace, Which::Id(id)).await?.pop())
}

/// The server that a workspace calls so; none where there is no such.
pub async fn find_named(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    name: &str,
) -> Result<Option<ServerRow>> {
    Ok(read(conn, workspace, Which::Name(name)).await?.pop())
}

async fn read(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    which: Which<'_>,
) -> Result<Vec<ServerRow>> {
    let (id, name) = match which {
        Which::All => (None, None),
        Which::Id(id) => (Some(id.0), None),
        Which::Name(name) => (None, Some(name)),
    };
    let rows = sqlx::query!(
        "SELECT id, name, kind, url, headers, aliases, enabled, alias_set, allowed, calls_per_minute,
                auth, document, operations
           FROM mcp_servers
          WHERE workspace_id = $1 AND ($2::uuid IS NULL OR id = $2)
            AND ($3::text IS NULL OR name = $3)
          ORDER BY name",
        workspace.0,
        id,
        name
    )
    .all(conn, "reading servers of tools")
    .await?;
    let server = rows.into_iter().map(|row| {
        Ok(ServerRow {
            id: McpServerId(row.id),
            form: ServerForm {
                name: row.name,
                kind: parse_enum(&row.kind)?,
                url: row.url,
                document: row.document,
                operations: row.operations,
                headers: read_json(row.headers)?,
                auth: read_json(row.auth)?,
                aliases: read_json(row.aliases)?,
                enabled: row.enabled,
                alias_set: parse_enum(&row.alias_set)?,
                allowed: read_json(row.allowed)?,
                calls_per_minute: u32::try_from(row.calls_per_minute).unwrap_or(0),
            },
        })
    });
    server.collect()
}
