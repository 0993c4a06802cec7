-- Ends execution $1, which is locked and under way, for the reason $2 and without reading what is in its
-- rows: what is open of it is cancelled, as a stop does it. Gives the number of its last event.
WITH moment AS MATERIALIZED (
    SELECT engine_now() AS now
), jobs AS (
    UPDATE agent_jobs j
       SET status = 'cancelled',
           fence = held.fence + 1,
           worker_id = NULL,
           ended_at = moment.now,
           partial_text = '',
           calling = NULL,
           reserved = NULL
      FROM moment, (SELECT id, fence, status, worker_id FROM agent_jobs
                     WHERE execution_id = $1 AND status IN ('pending', 'running')) AS held
     WHERE j.id = held.id
 RETURNING j.id, j.node_id, j.item, j.attempt, j.started_at, held.fence AS held_fence,
           held.status AS was, held.worker_id AS held_by
), attempts AS (
    INSERT INTO job_attempts (job_id, fence, execution_id, attempt, worker_id, status, started_at,
                              ended_at)
    SELECT id, held_fence, $1, attempt, held_by, 'cancelled', coalesce(started_at, moment.now),
           moment.now
      FROM jobs, moment
     WHERE was = 'running'
        ON CONFLICT DO NOTHING
), nodes AS (
    UPDATE execution_nodes n
       SET status = 'cancelled',
           hold = NULL,
           ended_at = moment.now,
           jobs_settled = n.jobs_total
      FROM moment
     WHERE n.execution_id = $1
       AND n.status NOT IN ('completed', 'failed', 'skipped', 'cancelled')
 RETURNING n.node_id, n.rank
), closed AS (
    UPDATE reviews r
       SET status = 'cancelled', decided_at = moment.now
      FROM moment
     WHERE r.execution_id = $1 AND r.status = 'open'
), told AS (
    SELECT 1 AS part, 0 AS rank, node_id, item,
           jsonb_build_object('kind', 'job.cancelled', 'node', node_id, 'job', id, 'item', item) AS event
      FROM jobs
     UNION ALL
    SELECT 2, rank, node_id, 0, jsonb_build_object('kind', 'node.cancelled', 'node', node_id)
      FROM nodes
     UNION ALL
    SELECT 3, 0, '', 0, jsonb_build_object('kind', 'execution.stopped', 'reason', $2::text)
), events AS (
    INSERT INTO execution_events (execution_id, seq, at, events)
    SELECT e.id, e.event_seq + (SELECT count(*) FROM told), moment.now,
           (SELECT jsonb_agg(event ORDER BY part, rank, node_id, item) FROM told)
      FROM workflow_executions e, moment
     WHERE e.id = $1
 RETURNING seq
)
UPDATE workflow_executions e
   SET event_seq = events.seq,
       status = 'stopped',
       pause_reason = NULL,
       end_reason = $2,
       current_node_id = NULL,
       active_ms = e.active_ms
                 + greatest(0, extract(epoch FROM moment.now - e.running_since) * 1000)::bigint,
       running_since = NULL,
       deadline_at = NULL,
       completed_at = moment.now,
       jobs_running = 0,
       next_run_at = NULL,
       updated_at = greatest(moment.now, e.updated_at)
  FROM events, moment
 WHERE e.id = $1
RETURNING e.event_seq AS "seq!"
