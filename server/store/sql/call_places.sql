-- Whether a provider $1 takes one more call to its model $2, for job $9 of execution $4 of workspace $6:
-- until when it asked everybody to wait, if it did and that is no more than $3 milliseconds away; how many
-- calls at once it is believed to take since, one more every $5 milliseconds; how many are under way; how
-- many other executions wait and come first: those of whose workspace, then of which themselves fewer
-- calls are under way, then those that wait for longer; and how many other jobs of the same execution
-- wait. Who waits asks again within $7 milliseconds; one that only its model has no place for waits before
-- no other model, and those that wait for the minute alone take no place beside others. Where only $8
-- calls a minute may leave: how many have left in the last one, and when there is a place for this one,
-- behind those that come first and others of its execution.
WITH calls AS (
    SELECT j.workspace_id, j.execution_id, count(*) AS calls
      FROM agent_jobs j
     WHERE j.calling = $1
     GROUP BY 1, 2
), queue AS (
    SELECT q.*
      FROM provider_queue q
     WHERE q.provider = $1
       AND q.until_at BETWEEN engine_now() AND engine_now() + $7::int * interval '1 millisecond'
       AND EXISTS (SELECT FROM agent_jobs j
                    WHERE j.id = q.job_id AND j.status IN ('pending', 'running'))
), waiting AS (
    SELECT q.workspace_id, q.execution_id, min(q.since_at) AS since,
           bool_and(q.only_minute) AS only_minute
      FROM queue q
      JOIN workflow_executions e ON e.id = q.execution_id AND e.status = 'running'
     WHERE q.model = $2 OR NOT q.only_model
     GROUP BY 1, 2
), asking AS (
    SELECT workspace_id, execution_id, since, only_minute FROM waiting
     UNION ALL
    SELECT $6::uuid, $4::uuid, engine_now(), false
     WHERE NOT EXISTS (SELECT FROM waiting WHERE execution_id = $4)
), ranked AS (
    SELECT a.execution_id, a.only_minute,
           ROW (coalesce(sum(c.calls), 0),
                coalesce(sum(c.calls) FILTER (WHERE c.execution_id = a.execution_id), 0),
                a.since) AS rank
      FROM asking a
      LEFT JOIN calls c ON c.workspace_id = a.workspace_id
     GROUP BY a.execution_id, a.workspace_id, a.since, a.only_minute
), line AS (
    SELECT count(*) FILTER (WHERE NOT one.only_minute) AS first,
           count(*) AS first_in_minute,
           (SELECT count(*) FROM queue WHERE execution_id = $4 AND job_id <> $9) AS beside,
           (SELECT count(*) FROM queue WHERE execution_id = $4 AND job_id < $9) AS before
      FROM ranked one
     WHERE one.rank < (SELECT rank FROM ranked WHERE execution_id = $4)
), gone AS (
    SELECT left_at, row_number() OVER (ORDER BY left_at) - 1 AS place, count(*) OVER () AS calls
      FROM provider_calls
     WHERE provider = $1 AND $8::int IS NOT NULL
       AND left_at <= engine_now() AND left_at > engine_now() - interval '1 minute'
), minute AS (
    SELECT left_at + (1 + (calls - $8 + line.first_in_minute + line.before) / calls)
                   * interval '1 minute' AS free_at
      FROM gone, line
     WHERE calls >= $8 AND place = (calls - $8 + line.first_in_minute + line.before) % calls
)
SELECT (extract(epoch FROM c.until_at - engine_now()) * 1000)::bigint AS "for_ms?",
       (SELECT w.at_once + (extract(epoch FROM engine_now() - w.until_at) * 1000)::bigint / $5
          FROM provider_cooldowns w
         WHERE w.provider = $1 AND w.model = $2 AND w.until_at <= engine_now()) AS learnt,
       (SELECT coalesce(sum(calls), 0)::bigint FROM calls) AS "of_all!",
       (SELECT coalesce(sum(calls), 0)::bigint FROM calls WHERE execution_id = $4) AS "own!",
       line.first AS "first!",
       line.first_in_minute AS "first_in_minute!",
       line.beside AS "beside!",
       (SELECT count(*) FROM gone) AS "in_minute!",
       (extract(epoch FROM minute.free_at - engine_now()) * 1000)::bigint AS "free_ms?"
  FROM line
  LEFT JOIN minute ON true
  LEFT JOIN provider_cooldowns c
         ON c.provider = $1 AND c.model = $2 AND c.until_at > engine_now()
        AND c.until_at <= engine_now() + $3::int * interval '1 millisecond'
