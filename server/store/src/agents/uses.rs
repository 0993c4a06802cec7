//! The workflows that name an agent of the library.

use model::{
    agent::library::AgentUse,
    id::{AgentId, TemplateId, WorkspaceId},
};
use sqlx::PgConnection;

use crate::{Fetch, error::Result};

/// The workflows that name agents, by agent and by the workflow's name: what is published says the
/// version that it has frozen, a draft that which it asks for. A draft is left out beside a
/// published version that names the same agent.
pub async fn list_uses(
    conn: &mut PgConnection,
    workspace: WorkspaceId,
    agent: Option<AgentId>,
) -> Result<Vec<(AgentId, AgentUse)>> {
    let rows = sqlx::query!(
        r#"WITH named AS (
               SELECT t.id, t.name, d.node, false AS published
                 FROM workflow_templates t
                CROSS JOIN LATERAL jsonb_path_query(t.draft, '$.nodes[*]') AS d (node)
                WHERE t.workspace_id = $1 AND t.archived_at IS NULL
               UNION ALL
               SELECT t.id, t.name, p.node, true
                 FROM workflow_templates t
                 JOIN workflow_template_versions v
                   ON v.workspace_id = t.workspace_id AND v.template_id = t.id
                  AND v.version = t.published_version
                CROSS JOIN LATERAL jsonb_path_query(v.definition, '$.nodes[*]') AS p (node)
                WHERE t.workspace_id = $1 AND t.archived_at IS NULL
           ), uses AS (
               SELECT a.id AS agent, n.id, n.name, n.published,
                      coalesce(n.node #>> '{data,config,frozen,version}',
                               n.node #>> '{data,config,version}')::int AS version
                 FROM named n
                 JOIN agents a
                   ON a.workspace_id = $1
                  AND n.node #>> '{data,config,agent}' IN (a.key, a.id::text)
                WHERE n.node ->> 'type' = 'agent' AND ($2::uuid IS NULL OR a.id = $2)
           )
           SELECT DISTINCT u.agent AS "agent!", u.name AS "name!", u.id AS "id!",
                  u.version AS "version?"
             FROM uses u
            WHERE u.published
               OR NOT EXISTS (SELECT FROM uses p
                               WHERE p.published AND p.id = u.id AND p.agent = u.agent)
            ORDER BY 1, 2, 3, 4"#,
        workspace.0,
        agent.map(|agent| agent.0)
    )
    .all(conn, "listing workflows that name agents")
    .await?;
    let named = rows.into_iter().map(|row| {
        let template = TemplateId(row.id);
        (AgentId(row.agent), AgentUse { template, name: row.name, version: row.version })
    });
    Ok(named.collect())
}
