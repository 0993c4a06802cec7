-- What must never be, with the execution it concerns. Of one execution, if $1 is given.
WITH e AS (
    SELECT * FROM workflow_executions WHERE $1::uuid IS NULL OR id = $1
), jobs AS (
    SELECT j.execution_id, j.node_row_id, j.generation, count(*) AS total,
           count(*) FILTER (WHERE j.status IN ('completed', 'failed', 'cancelled')) AS settled
      FROM agent_jobs j JOIN e ON e.id = j.execution_id
     GROUP BY j.execution_id, j.node_row_id, j.generation
), paid AS (
    SELECT l.execution_id, l.job_id, sum(l.input_tokens) AS input_tokens,
           sum(l.output_tokens) AS output_tokens, coalesce(sum(l.cost), 0) AS cost,
           count(*) FILTER (WHERE l.cost IS NULL) AS unpriced_calls,
           count(*) FILTER (WHERE l.sample) AS sample_calls
      FROM spend_ledger l JOIN e ON e.id = l.execution_id
     GROUP BY l.execution_id, l.job_id
)
SELECT e.id AS "execution!", 'events are numbered with gaps' AS "finding!"
  FROM e
  LEFT JOIN LATERAL (SELECT sum(jsonb_array_length(events)) AS n, max(seq) AS last FROM execution_events v
                      WHERE v.execution_id = e.id) v ON true
 WHERE e.forgotten_at IS NULL
   AND (coalesce(v.n, 0) <> e.event_seq OR coalesce(v.last, 0) <> e.event_seq)
UNION ALL
SELECT e.id, 'a node is open although the execution is over for good'
  FROM e JOIN execution_nodes n ON n.execution_id = e.id
 WHERE e.status IN ('completed', 'stopped')
   AND n.status NOT IN ('completed', 'failed', 'skipped', 'cancelled')
UNION ALL
SELECT e.id, 'a job is open although its node has settled'
  FROM e
  JOIN execution_nodes n ON n.execution_id = e.id
  JOIN agent_jobs j ON j.execution_id = e.id AND j.node_row_id = n.id
 WHERE n.status IN ('completed', 'failed', 'skipped', 'cancelled')
   AND j.status IN ('pending', 'running')
UNION ALL
SELECT e.id, 'an edge is open although the execution has completed'
  FROM e JOIN execution_edges d ON d.execution_id = e.id
 WHERE e.status = 'completed' AND d.state = 'pending'
UNION ALL
SELECT e.id, 'a node''s count of jobs is wrong'
  FROM e
  JOIN execution_nodes n ON n.execution_id = e.id
  LEFT JOIN jobs ON jobs.execution_id = e.id AND jobs.node_row_id = n.id
                AND jobs.generation = n.generation
 WHERE coalesce(jobs.total, 0) <> n.jobs_total OR coalesce(jobs.settled, 0) <> n.jobs_settled
UNION ALL
SELECT e.id, 'a running execution has nothing that will wake it'
  FROM e
 WHERE e.status = 'running'
   AND NOT EXISTS (SELECT FROM agent_jobs j
                    WHERE j.execution_id = e.id AND j.status IN ('pending', 'running'))
   AND NOT EXISTS (SELECT FROM execution_nodes n
                    WHERE n.execution_id = e.id AND n.hold IS NOT NULL)
UNION ALL
SELECT e.id, 'its count of running jobs is wrong'
  FROM e
 WHERE e.jobs_running <> (SELECT count(*) FROM agent_jobs j
                           WHERE j.execution_id = e.id AND j.status = 'running')
UNION ALL
SELECT e.id, 'a call is counted, or its money reserved, by a job that does not run'
  FROM e
  JOIN agent_jobs j ON j.execution_id = e.id
 WHERE j.status <> 'running' AND (j.calling IS NOT NULL OR j.reserved IS NOT NULL)
UNION ALL
SELECT e.id, 'nobody will look for its due jobs'
  FROM e
 WHERE e.status = 'running' AND e.jobs_running = 0 AND e.next_run_at IS NULL
   AND EXISTS (SELECT FROM agent_jobs j WHERE j.execution_id = e.id AND j.status = 'pending')
UNION ALL
SELECT e.id, 'an open review is waited for by nobody, or a waiting node has none'
  FROM e
  JOIN execution_nodes n ON n.execution_id = e.id
 WHERE (n.status = 'awaiting_review')
       <> EXISTS (SELECT FROM reviews r WHERE r.node_row_id = n.id AND r.status = 'open')
UNION ALL
SELECT e.id, 'the cost is not the sum of its jobs and of the ledger'
  FROM e
 WHERE e.total_cost <> (SELECT coalesce(sum(cost), 0) FROM agent_jobs j WHERE j.execution_id = e.id)
    OR e.total_cost <> (SELECT coalesce(sum(cost), 0) FROM spend_ledger l WHERE l.execution_id = e.id)
UNION ALL
-- A call that was paid is written to both at once, an attempt that failed after it among them.
SELECT e.id, format('a job of %s does not have the bill that the ledger has of it', j.node_id)
  FROM e
  JOIN agent_jobs j ON j.execution_id = e.id
  LEFT JOIN paid ON paid.execution_id = e.id AND paid.job_id = j.id
 WHERE (j.input_tokens, j.output_tokens, j.cost, j.unpriced_calls, j.sample_calls)
       <> (coalesce(paid.input_tokens, 0), coalesce(paid.output_tokens, 0), coalesce(paid.cost, 0),
           coalesce(paid.unpriced_calls, 0), coalesce(paid.sample_calls, 0))
UNION ALL
SELECT e.id, 'a completed job has not exactly one completed attempt'
  FROM e
  JOIN agent_jobs j ON j.execution_id = e.id AND j.status = 'completed' AND j.child_id IS NULL
 WHERE e.forgotten_at IS NULL
   AND (SELECT count(*) FROM job_attempts a
         WHERE a.execution_id = e.id AND a.job_id = j.id AND a.status = 'completed')
       -- What a person said was done has none, nor has an agent that failed and goes on by that way.
       <> CASE WHEN j.effect = 'asked' THEN 0
               WHEN j.job_type = 'agent' AND j.output ? 'failed'
               THEN (SELECT least(count(*), 1) FROM job_attempts a
                      WHERE a.execution_id = e.id AND a.job_id = j.id AND a.status = 'completed')
               ELSE 1 END
UNION ALL
SELECT e.id, 'a job waits for an execution that does not exist'
  FROM e
  JOIN agent_jobs j ON j.execution_id = e.id AND j.status = 'pending' AND j.child_id IS NOT NULL
 WHERE NOT EXISTS (SELECT FROM workflow_executions c WHERE c.id = j.child_id)
UNION ALL
SELECT e.id, 'an attempt has ended although its job runs on with it'
  FROM e
  JOIN agent_jobs j ON j.execution_id = e.id
  JOIN job_attempts a ON a.execution_id = e.id AND a.job_id = j.id AND a.fence = j.fence
 WHERE j.status = 'running'
UNION ALL
SELECT e.id, 'an attempt is of a claim that its job has not come to'
  FROM e
  JOIN agent_jobs j ON j.execution_id = e.id
  JOIN job_attempts a ON a.execution_id = e.id AND a.job_id = j.id AND a.fence > j.fence
UNION ALL
SELECT e.id, 'it waits for a decision for which nobody is asked'
  FROM e
 WHERE e.status = 'paused' AND e.pause_reason = 'review'
   AND NOT EXISTS (SELECT FROM execution_nodes n
                    WHERE n.execution_id = e.id AND n.status = 'awaiting_review')
   AND NOT EXISTS (SELECT FROM agent_jobs j
                    WHERE j.execution_id = e.id AND j.status = 'pending' AND j.effect = 'asked')
UNION ALL
SELECT e.id, 'something happened after it was stopped'
  FROM e
 WHERE e.status = 'stopped' AND e.forgotten_at IS NULL
   -- Which of its outputs count may still change, and what its children cost is told later.
   AND (SELECT k.event ->> 'kind'
          FROM execution_events v, jsonb_array_elements(v.events) WITH ORDINALITY AS k (event, place)
         WHERE v.execution_id = e.id
           AND k.event ->> 'kind' ~ '^(execution|node|round|review|job)[.]'
           AND k.event ->> 'kind' <> 'job.child_ended'
         ORDER BY v.seq DESC, k.place DESC
         LIMIT 1) <> 'execution.stopped'
UNION ALL
-- A step that is made again says so first: a new generation begins.
SELECT e.id, format('%s has completed twice in one generation', twice.node)
  FROM e
 CROSS JOIN LATERAL (SELECT k.event ->> 'node' AS node, k.event ->> 'kind' AS kind,
                            lag(k.event ->> 'kind') OVER (PARTITION BY k.event ->> 'node'
                                                              ORDER BY v.seq, k.place) AS earlier
                       FROM execution_events v,
                            jsonb_array_elements(v.events) WITH ORDINALITY AS k (event, place)
                      WHERE v.execution_id = e.id
                        AND k.event ->> 'kind' IN ('node.completed', 'node.retried', 'node.reset')
                    ) AS twice
 WHERE e.forgotten_at IS NULL AND twice.kind = 'node.completed' AND twice.earlier = 'node.completed'
UNION ALL
-- A job writes one document at most.
SELECT e.id, 'a job made a document twice'
  FROM e JOIN documents d ON d.execution_id = e.id AND d.origin_job IS NOT NULL
 GROUP BY e.id, d.origin_job
HAVING count(*) > 1
UNION ALL
-- What a person wrote is a review's, and what a person made current again repeats another version. What an agent
-- had when it did not come to its end, it has again when it is tried again.
SELECT e.id, 'a job recorded an output twice'
  FROM e
  JOIN agent_jobs j ON j.execution_id = e.id
  JOIN artifacts a ON a.execution_id = e.id AND a.job_id = j.id AND a.repeats IS NULL
 WHERE NOT (j.job_type = 'agent' AND a.port IN ('limit_reached', 'failed'))
 GROUP BY e.id, j.id, a.port
HAVING count(*) > 1
UNION ALL
-- Whoever completes gives something, be it an empty object; who called somebody, that one's answer. What
-- only waits makes nothing, nor does what needs no job.
SELECT e.id, format('a completed job of %s has no output', j.node_id)
  FROM e
  JOIN agent_jobs j ON j.execution_id = e.id AND j.status = 'completed'
 WHERE e.forgotten_at IS NULL AND j.job_type <> 'wait'
   AND (j.output IS NULL OR j.sent_at IS NOT NULL AND j.output = '{}')
UNION ALL
SELECT e.id, format('%s has completed its jobs but has no output', n.node_id)
  FROM e
  JOIN execution_nodes n ON n.execution_id = e.id AND n.status = 'completed'
 WHERE e.forgotten_at IS NULL AND n.kind <> 'wait' AND n.jobs_total > 0 AND n.output IS NULL
UNION ALL
-- Retention leaves those that count and those that are kept.
SELECT e.id, format('a version of what %s gave is missing', a.node_id)
  FROM e JOIN artifacts a ON a.execution_id = e.id
 WHERE e.forgotten_at IS NULL
 GROUP BY e.id, a.node_id, a.item, a.port
HAVING count(*) <> max(a.version)
UNION ALL
-- The talk of an agent grows at its end, and what is said in it is kept.
SELECT e.id, 'the talk of an agent has a gap'
  FROM e JOIN agent_talk t ON t.execution_id = e.id
 WHERE e.forgotten_at IS NULL
 GROUP BY e.id, t.job_id, t.generation
HAVING count(*) <> max(t.position) + 1
UNION ALL
SELECT e.id, 'a message of an agent''s talk is missing'
  FROM e
 WHERE EXISTS (SELECT FROM agent_talk t
                 LEFT JOIN agent_messages m ON m.workspace_id = t.workspace_id AND m.hash = t.hash
                WHERE t.execution_id = e.id AND m.hash IS NULL)
UNION ALL
SELECT e.id, 'a model call of an agent was given more than its talk has'
  FROM e
  JOIN agent_calls c ON c.execution_id = e.id
 WHERE e.forgotten_at IS NULL
   AND c.messages > (SELECT count(*) FROM agent_talk t
                      WHERE t.execution_id = e.id AND t.job_id = c.job_id AND t.generation = c.generation)
UNION ALL
-- What waits for people has a question that is open.
SELECT e.id, format('%s waits for nobody', j.node_id)
  FROM e
  JOIN agent_jobs j ON j.execution_id = e.id AND j.job_type = 'agent' AND j.status = 'pending'
 WHERE j.child_id IS NULL AND j.effect <> 'asked' AND j.run_at >= '9999-12-30'
   AND NOT EXISTS (SELECT FROM reviews r WHERE r.node_row_id = j.node_row_id AND r.status = 'open')
