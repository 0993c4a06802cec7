SELECT c.id, c.job_id, c.node_id, c.attempt, c.tool, c.definition_hash,
       c.arguments AS "arguments: Json<Map<String, Value>>", c.state, c.result, c.error,
       c.started_at, c.ended_at, c.cost, c.sample, c.call_id, c.turn,
       c.child_execution_id, c.artifact IS NOT NULL AS "is_long!",
       m.body ->> 'content' AS "said?",
       (c.state <> 'sent'
        OR EXISTS (SELECT FROM agent_jobs j
                    WHERE j.workspace_id = c.workspace_id AND j.id = c.job_id
                      AND (j.fence = c.fence AND j.status = 'running'
                           -- A workflow that an agent runs holds no worker.
                           OR j.child_id = c.child_execution_id
                              AND j.status = 'pending'))) AS "heard!"
  FROM mcp_tool_calls c
  LEFT JOIN agent_messages m ON m.workspace_id = c.workspace_id AND m.hash = c.said
 WHERE c.workspace_id = $1 AND c.execution_id = $2
   AND ($3::text IS NULL OR c.node_id = $3 OR split_part(c.node_id, '@', 1) = $3)
   AND ($4::timestamptz IS NULL OR (c.started_at, c.id) < ($4, $5::uuid))
 ORDER BY c.started_at DESC, c.id DESC
 LIMIT $6
