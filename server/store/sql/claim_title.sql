-- Claims a title for the document that job $1, held under $2, will make: $3 if no other document of its
-- project is called so or about to be, else $3 with the first number that is free, $4 characters of it.
-- NOT IN looks each title up in a table made once; an anti-join of tables that nobody has counted yet
-- would read all documents for each number.
WITH own AS (
    SELECT j.id, j.workspace_id, j.execution_id, j.node_row_id, j.item, e.project_id
      FROM agent_jobs j
      JOIN workflow_executions e ON e.workspace_id = j.workspace_id AND e.id = j.execution_id
     WHERE j.id = $1 AND j.fence = $2 AND j.status = 'running'
), taken AS MATERIALIZED (
    SELECT d.title
      FROM own
      JOIN documents d ON d.workspace_id = own.workspace_id AND d.project_id = own.project_id
                      AND (d.aside IS NULL OR d.execution_id = own.execution_id)
     -- The attempt that this one takes the place of leaves it its title, unless a person has changed it.
     WHERE d.revision > 1 OR d.execution_id IS DISTINCT FROM own.execution_id
        OR NOT EXISTS (SELECT FROM agent_jobs o
                        WHERE o.execution_id = own.execution_id AND o.id = d.origin_job
                          AND o.node_row_id = own.node_row_id AND o.item = own.item)
    UNION ALL
    SELECT j.document_title
      FROM own
      JOIN agent_jobs j ON j.workspace_id = own.workspace_id AND j.status = 'running'
                       AND j.document_title IS NOT NULL AND j.id <> own.id
      JOIN workflow_executions e ON e.id = j.execution_id AND e.project_id = own.project_id
), free AS (
    SELECT t.title
      FROM own
     CROSS JOIN generate_series(1, 1000) AS number
     CROSS JOIN LATERAL (
           SELECT CASE number WHEN 1 THEN $3::text
                              ELSE left($3, $4) || ' (' || number || ')' END AS title
           ) t
     WHERE t.title NOT IN (SELECT title FROM taken)
     ORDER BY number
     LIMIT 1
)
UPDATE agent_jobs j
   SET document_title = free.title
  FROM free
 WHERE j.id = $1 AND j.fence = $2 AND j.status = 'running'
RETURNING free.title AS "title!"
