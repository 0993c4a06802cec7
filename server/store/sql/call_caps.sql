-- The caps on what execution $2 of workspace $1 may spend, with what is spent and reserved of each:
-- its own, those of the executions that it belongs to, and those of the month. What an execution has
-- launched spends its money, and that of its template.
WITH RECURSIVE line AS (
    SELECT id, budget, template_id, parent_execution_id
      FROM workflow_executions
     WHERE workspace_id = $1 AND id = $2
     UNION ALL
    SELECT p.id, p.budget, p.template_id, p.parent_execution_id
      FROM line
      JOIN workflow_executions p ON p.id = line.parent_execution_id
), family AS (
    SELECT id AS head, id AS member FROM line WHERE budget IS NOT NULL
     UNION ALL
    SELECT family.head, c.id
      FROM family
      JOIN workflow_executions c ON c.parent_execution_id = family.member
), month AS (
    SELECT date_trunc('month', engine_now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS since
), spenders AS (
    SELECT x.id AS spender, x.template_id, x.parent_execution_id
      FROM workflow_executions x
     WHERE x.id IN (SELECT l.execution_id FROM spend_ledger l, month
                     WHERE l.workspace_id = $1 AND l.at >= month.since AND NOT l.sample
                     UNION ALL
                    SELECT j.execution_id FROM agent_jobs j
                     WHERE j.workspace_id = $1 AND j.reserved IS NOT NULL)
     UNION ALL
    SELECT s.spender, p.template_id, p.parent_execution_id
      FROM spenders s
      JOIN workflow_executions p ON p.id = s.parent_execution_id
)
SELECT CASE WHEN line.id = $2 THEN 'execution' ELSE 'parent' END AS "purse!",
       line.budget AS "limit!",
       (SELECT coalesce(sum(l.cost), 0)::bigint FROM spend_ledger l
         WHERE l.execution_id IN (SELECT member FROM family WHERE head = line.id)
           AND NOT l.sample) AS "spent!",
       (SELECT coalesce(sum(j.reserved), 0)::bigint FROM agent_jobs j
         WHERE j.execution_id IN (SELECT member FROM family WHERE head = line.id)
           AND j.reserved IS NOT NULL) AS "reserved!"
  FROM line
 WHERE line.budget IS NOT NULL
UNION ALL
SELECT CASE WHEN b.template_id IS NULL THEN 'workspace' ELSE 'template' END,
       b.monthly_micros,
       (SELECT coalesce(sum(l.cost), 0)::bigint
          FROM spend_ledger l
         WHERE l.workspace_id = $1 AND l.at >= month.since AND NOT l.sample
           AND (b.template_id IS NULL
                OR l.execution_id IN (SELECT spender FROM spenders s
                                       WHERE s.template_id = b.template_id))),
       (SELECT coalesce(sum(j.reserved), 0)::bigint
          FROM agent_jobs j
         WHERE j.workspace_id = $1 AND j.reserved IS NOT NULL
           AND (b.template_id IS NULL
                OR j.execution_id IN (SELECT spender FROM spenders s
                                       WHERE s.template_id = b.template_id)))
  FROM budgets b
 CROSS JOIN month
 WHERE b.workspace_id = $1
   AND (b.template_id IS NULL OR b.template_id IN (SELECT template_id FROM line))
