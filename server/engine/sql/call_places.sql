-- Whether a provider $1 takes one more call to its model $2, for execution $4 of workspace $6: until when
-- it asked everybody to wait, if it did and that is no more than $3 milliseconds away; how many calls at
-- once it is believed to take since, one more every $5 milliseconds; how many are under way; and how many
-- other executions wait for a place and come first: those of whose workspace, then of which themselves
-- fewer calls are under way, then those that wait for longer. Who waits has asked in the last $7
-- milliseconds; one that only its model has no place for waits before no other model.
WITH calls AS (
    SELECT j.workspace_id, j.execution_id, count(*) AS calls
      FROM agent_jobs j
     WHERE j.calling = $1
     GROUP BY 1, 2
), waiting AS (
    SELECT q.workspace_id, q.execution_id, min(q.since_at) AS since
      FROM provider_queue q
      JOIN workflow_executions e ON e.id = q.execution_id AND e.status = 'running'
     WHERE q.provider = $1
       AND q.until_at BETWEEN engine_now() AND engine_now() + $7::int * interval '1 millisecond'
       AND (q.model = $2 OR NOT q.only_model)
     GROUP BY 1, 2
), asking AS (
    SELECT workspace_id, execution_id, since FROM waiting
     UNION ALL
    SELECT $6::uuid, $4::uuid, engine_now()
     WHERE NOT EXISTS (SELECT FROM waiting WHERE execution_id = $4)
), ranked AS (
    SELECT a.execution_id,
           ROW (coalesce(sum(c.calls), 0),
                coalesce(sum(c.calls) FILTER (WHERE c.execution_id = a.execution_id), 0),
                a.since) AS rank
      FROM asking a
      LEFT JOIN calls c ON c.workspace_id = a.workspace_id
     GROUP BY a.execution_id, a.workspace_id, a.since
)
SELECT (extract(epoch FROM c.until_at - engine_now()) * 1000)::bigint AS "for_ms?",
       to_char(c.until_at AT TIME ZONE 'UTC', 'HH24:MI:SS') AS "clock?",
       (SELECT w.at_once + (extract(epoch FROM engine_now() - w.until_at) * 1000)::bigint / $5
          FROM provider_cooldowns w
         WHERE w.provider = $1 AND w.model = $2 AND w.until_at <= engine_now()) AS learnt,
       (SELECT coalesce(sum(calls), 0)::bigint FROM calls) AS "of_all!",
       (SELECT coalesce(sum(calls), 0)::bigint FROM calls WHERE execution_id = $4) AS "own!",
       (SELECT count(*) FROM ranked one
         WHERE one.rank < (SELECT rank FROM ranked WHERE execution_id = $4)) AS "first!"
  FROM (VALUES (1)) AS one
  LEFT JOIN provider_cooldowns c
         ON c.provider = $1 AND c.model = $2 AND c.until_at > engine_now()
        AND c.until_at <= engine_now() + $3::int * interval '1 millisecond'
