-- Workflows, executions and steps under the names by which the operator's own SQL may know them from a step engine:
-- `workflows`, `workflow_executions.workflow_id` and `.created_at`, `workflow_steps`. For reading only, and of every
-- workspace: nothing of the product asks them. docs/tables.md explains them.

-- A shipped workflow goes by its key, which never changes; its name on screens is `title`.
CREATE VIEW workflows AS
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
      LEFT JOIN workflow_template_versions v ON v.template_id = t.id AND v.version = t.published_version;

-- `we.workflow_id` of an execution `we` calls this; a column of that name would be a second truth.
CREATE FUNCTION workflow_id(execution workflow_executions) RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT execution.template_id';

-- An execution starts when it is made.
CREATE FUNCTION created_at(execution workflow_executions) RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT execution.started_at';

-- What an execution does between its start and its end. A round of a loop has steps of its own: `copy@each[3]`.
CREATE VIEW workflow_steps AS
    SELECT n.id,
           n.execution_id,
           n.node_id AS step_name,
           greatest(n.rank - 1, 0) AS step_index,
           CASE n.status
               WHEN 'ready' THEN 'pending'
               WHEN 'waiting' THEN 'running'
               WHEN 'awaiting_review' THEN 'running'
               ELSE n.status
           END AS status,
           coalesce(
               (SELECT c.arguments
                  FROM mcp_tool_calls c
                 WHERE c.execution_id = n.execution_id AND c.node_id = n.node_id
                 ORDER BY c.started_at DESC, c.id DESC
                 LIMIT 1),
               (SELECT j.input
                  FROM agent_jobs j
                 WHERE j.execution_id = n.execution_id AND j.node_row_id = n.id AND j.generation = n.generation
                 ORDER BY j.item
                 LIMIT 1)) AS input,
           coalesce(n.output -> 'output', n.output) AS output,
           n.started_at,
           n.ended_at AS completed_at,
           (extract(epoch FROM n.ended_at - n.started_at) * 1000)::bigint AS duration_ms,
           n.failure ->> 'message' AS error,
           (SELECT coalesce(sum(greatest(j.attempt - 1, 0)), 0)::integer
              FROM agent_jobs j
             WHERE j.execution_id = n.execution_id AND j.node_row_id = n.id AND j.generation = n.generation)
               AS retry_count,
           e.started_at AS created_at,
           coalesce(n.ended_at, n.started_at, e.started_at) AS updated_at,
           n.workspace_id
      FROM execution_nodes n
      JOIN workflow_executions e ON e.id = n.execution_id
     WHERE n.kind NOT IN ('start', 'end');
