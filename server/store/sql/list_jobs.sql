-- Every job of execution $2 of workspace $1, in the order of its nodes and items, with what the executions
-- that it has launched have cost.
WITH RECURSIVE family AS (
     SELECT c.id, c.parent_job_id AS job, c.input_tokens, c.output_tokens, c.total_cost,
            c.unpriced_calls, c.sample_calls
       FROM workflow_executions c
      WHERE c.workspace_id = $1 AND c.parent_execution_id = $2
      UNION ALL
     SELECT c.id, family.job, c.input_tokens, c.output_tokens, c.total_cost,
            c.unpriced_calls, c.sample_calls
       FROM workflow_executions c
       JOIN family ON c.workspace_id = $1 AND c.parent_execution_id = family.id
), launched AS (
     SELECT job, sum(input_tokens)::bigint AS input, sum(output_tokens)::bigint AS output,
            sum(total_cost)::bigint AS cost, sum(unpriced_calls)::bigint AS unpriced,
            sum(sample_calls)::bigint AS samples
       FROM family
      GROUP BY job
)
SELECT j.id, j.node_id, j.item, j.job_type, j.status, j.attempt, j.input, j.output, j.failure,
       called.provider AS "provider?", called.model AS "model?", j.input_tokens,
       j.output_tokens, j.cost, j.unpriced_calls, j.sample_calls, j.started_at, j.ended_at,
       launched.input AS "children_input?", launched.output AS "children_output?",
       launched.cost AS "children_cost?", launched.unpriced AS "children_unpriced?",
       launched.samples AS "children_samples?"
  FROM agent_jobs j
  JOIN execution_nodes n ON n.id = j.node_row_id
  LEFT JOIN launched ON launched.job = j.id
  LEFT JOIN (SELECT DISTINCT ON (job_id) job_id, provider, model FROM spend_ledger
              WHERE workspace_id = $1 AND execution_id = $2
              ORDER BY job_id, id DESC) called ON called.job_id = j.id
 WHERE j.workspace_id = $1 AND j.execution_id = $2
 ORDER BY n.rank, j.node_id, j.generation, j.item
