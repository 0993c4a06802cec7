-- Published templates of workspace $1 (only $2, if given) with how their executions went. What one
-- cost is with all that it launched.
-- What ran a draft or replayed does not count. Executions that the sample provider answered or a person stopped count as uses,
-- but not in times, success or cost.
WITH RECURSIVE below AS (
    SELECT c.parent_execution_id AS id, c.total_cost, c.sample_calls
      FROM workflow_executions c
     WHERE c.workspace_id = $1 AND c.parent_execution_id IS NOT NULL
     UNION ALL
    SELECT p.parent_execution_id, below.total_cost, below.sample_calls
      FROM below
      JOIN workflow_executions p ON p.id = below.id
     WHERE p.parent_execution_id IS NOT NULL
), launched AS (
    SELECT id, sum(total_cost)::bigint AS cost, sum(sample_calls)::bigint AS samples
      FROM below
     GROUP BY id
)
SELECT t.id, t.name, t.description, t.category, t.tags, t.is_system, t.example_output,
       v.version, v.definition, t.disabled_reason, t.disabled_at, d.name AS "disabled_by?",
       s.uses AS "uses!", s.sample_uses AS "sample_uses!", s.completed AS "completed!",
       s.ended AS "ended!", s.median_ms, s.median_cost
  FROM workflow_templates t
  JOIN workflow_template_versions v ON v.template_id = t.id AND v.version = t.published_version
  LEFT JOIN users d ON d.id = t.disabled_by
 CROSS JOIN LATERAL (
       SELECT count(*) AS uses,
              count(*) FILTER (WHERE e.sample_calls > 0) AS sample_uses,
              count(*) FILTER (WHERE e.sample_calls = 0 AND e.status = 'completed') AS completed,
              count(*) FILTER (WHERE e.sample_calls = 0 AND e.status IN ('completed', 'failed')) AS ended,
              percentile_cont(0.5) WITHIN GROUP (ORDER BY e.active_ms)
                  FILTER (WHERE e.sample_calls = 0 AND e.status = 'completed')::bigint AS median_ms,
              percentile_cont(0.5) WITHIN GROUP (ORDER BY e.total_cost + coalesce(l.cost, 0))
                  FILTER (WHERE e.sample_calls + coalesce(l.samples, 0) = 0
                            AND e.status = 'completed')::bigint AS median_cost
         FROM workflow_executions e
         LEFT JOIN launched l ON l.id = e.id
        WHERE e.template_id = t.id AND e.template_version IS NOT NULL AND e.trigger <> 'replay'
       ) s
 WHERE t.workspace_id = $1
   AND ($2::uuid IS NULL OR t.id = $2)
   AND t.archived_at IS NULL
 ORDER BY s.uses DESC, t.name
