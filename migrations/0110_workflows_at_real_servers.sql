-- Which shipped names a tool server goes by, which of its tools are used, and how many calls a minute it is sent.
ALTER TABLE mcp_servers
    ADD COLUMN alias_set        text    NOT NULL DEFAULT 'auto' CHECK (alias_set IN ('auto', 'github', 'gitlab', 'none')),
    ADD COLUMN allowed          jsonb   NOT NULL DEFAULT '[]',
    ADD COLUMN calls_per_minute integer NOT NULL DEFAULT 0 CHECK (calls_per_minute >= 0);

-- Runs of files that were launched without a workflow of the workspace count in history queries, too: all that have one
-- name are one workflow, which cannot be launched by itself.
CREATE FUNCTION inline_workflow_id(workspace_id uuid, name text) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT md5(workspace_id::text || name)::uuid';

CREATE OR REPLACE FUNCTION workflow_id(execution workflow_executions) RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS 'SELECT coalesce(execution.template_id, inline_workflow_id(execution.workspace_id, execution.name))';

CREATE OR REPLACE VIEW workflows AS
    SELECT t.id,
           coalesce(t.system_key, t.name) AS name,
           t.description,
           coalesce(v.definition, t.draft) AS definition,
           t.published_version AS version,
           t.enabled AND t.archived_at IS NULL AS enabled,
           t.created_at,
           t.updated_at,
           t.name AS title,
           t.workspace_id
      FROM workflow_templates t
      LEFT JOIN workflow_template_versions v ON v.template_id = t.id AND v.version = t.published_version
    UNION ALL
    (SELECT DISTINCT ON (e.workspace_id, e.name)
            inline_workflow_id(e.workspace_id, e.name),
            e.name,
            coalesce(e.run_definition ->> 'description', ''),
            e.run_definition,
            NULL::integer,
            false,
            min(e.started_at) OVER (PARTITION BY e.workspace_id, e.name),
            e.started_at,
            e.name,
            e.workspace_id
       FROM workflow_executions e
      WHERE e.template_id IS NULL
      ORDER BY e.workspace_id, e.name, e.started_at DESC);
