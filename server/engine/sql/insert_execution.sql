-- An execution and its nodes, and the time; nothing at all where the same launch has come before. One
-- statement, because each more costs a launch another journey to the database and back.
WITH born AS (
    INSERT INTO workflow_executions (id, workspace_id, template_id, template_version, name,
                                     run_definition, project_id, user_id, trigger, status,
                                     config_json, context, idempotency_key, parent_execution_id,
                                     parent_node_id, parent_job_id, parent_generation, depth,
                                     origin_execution_id, origin_node_id, budget, idempotency_request)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', $10, $11, $12, $13, $14, $15, $16, $17,
            $18, $19, $20, $21)
        ON CONFLICT DO NOTHING
 RETURNING id, workspace_id
), nodes AS (
    INSERT INTO execution_nodes (id, workspace_id, execution_id, node_id, rank, kind, status)
    SELECT u.id, born.workspace_id, born.id, u.node_id, u.rank, u.kind, 'pending'
      FROM born, UNNEST($22::uuid[], $23::text[], $24::int[], $25::text[]) AS u (id, node_id, rank, kind)
)
SELECT engine_now() AS "now!" FROM born
