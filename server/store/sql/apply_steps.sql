-- Writes plans, one row given for a row of a table, or nothing at all: it fails unless $8 rows of the
-- tables, in the order of the select below, were as their plan expects, and none of the workers $9
-- is given up. Gives the time.
-- One statement, because each more costs a step another journey to the database and back. The
-- comparisons with concat() are always true: with them the planner expects one row of each, so that it
-- looks rows up by key even if it plans while the tables are all but empty; it would else read their
-- whole index for ever after.
WITH executions AS (
    UPDATE workflow_executions e
       SET event_seq = u.seq,
           status = u.status,
           pause_reason = u.pause_reason,
           end_reason = u.end_reason,
           error = u.error,
           output = u.output,
           progress_percent = u.percent,
           current_node_id = u.current_node,
           active_ms = u.active,
           running_since = u.since,
           deadline_at = u.deadline,
           -- What is over may still have events: it ended when it did.
           completed_at = CASE WHEN u.over THEN coalesce(u.ended, e.completed_at) END,
           input_tokens = u.input_tokens,
           output_tokens = u.output_tokens,
           total_cost = u.cost,
           unpriced_calls = u.unpriced,
           sample_calls = u.samples,
           auto_run = u.auto_run,
           breakpoints = u.breakpoints,
           budget = u.budget,
           jobs_running = u.jobs_running,
           next_run_at = u.next_run,
           -- Stays at the latest moment of all changes until somebody takes in that the clock was set
           -- back: what else has been put off by it can then be told.
           updated_at = CASE WHEN u.clock_back THEN engine_now()
                             ELSE greatest(engine_now(), e.updated_at, u.decided) END
      FROM unnest($1::written_execution[]) AS u
     WHERE e.id = u.id
       AND u.id::text = concat(u.id)
       AND e.event_seq = u.expected_seq
       AND e.status = u.expected
 RETURNING 1
), nodes AS (
    UPDATE execution_nodes n
       SET status = u.status,
           generation = u.generation,
           jobs_total = u.total,
           jobs_settled = u.settled,
           output = u.output,
           failure = u.failure,
           started_at = u.started,
           ended_at = u.ended,
           hold = u.hold,
           config = u.config,
           feedback = u.feedback, rounds = u.rounds
      FROM unnest($2::written_node[]) AS u
     WHERE n.id = u.id
       AND u.id::text = concat(u.id)
       AND n.status = u.expected
 RETURNING 1
), edges AS (
    -- What is pending has a row only if it came with a round, or was settled before.
    INSERT INTO execution_edges AS e (execution_id, edge_id, state)
    SELECT execution, edge, state
      FROM unnest($3::written_edge[]) AS u
        ON CONFLICT (execution_id, edge_id) DO UPDATE
       SET state = excluded.state
     WHERE e.state = 'pending'
 RETURNING 1
), new_jobs AS (
    INSERT INTO agent_jobs (id, workspace_id, execution_id, node_row_id, node_id, item, generation,
                            job_type, status, attempt, lost, fence, worker_id, run_at, started_at,
                            ended_at)
    SELECT id, workspace, execution, node_row, node, item, generation, kind, status, attempt, lost,
           fence, worker, run_at, started, ended
      FROM unnest($4::written_new_job[]) AS u
), jobs AS (
    UPDATE agent_jobs j
       SET generation = u.generation,
           status = u.status,
           attempt = u.attempt,
           lost = u.lost,
           fence = u.fence,
           worker_id = u.worker,
           run_at = u.run_at,
           effect = u.effect,
           output = u.output,
           failure = u.failure,
           input_tokens = u.input_tokens,
           output_tokens = u.output_tokens,
           cost = u.cost,
           unpriced_calls = u.unpriced,
           sample_calls = u.samples,
           started_at = u.started,
           ended_at = u.ended,
           child_id = u.child,
           partial_text = CASE WHEN u.fence <> u.expected_fence OR u.status <> 'running' THEN ''
                               ELSE j.partial_text END,
           -- What a claim has reserved ends with it.
           calling = CASE WHEN u.fence = u.expected_fence AND u.status = 'running' THEN j.calling END,
           reserved = CASE WHEN u.fence = u.expected_fence AND u.status = 'running' THEN j.reserved END
      FROM unnest($5::written_job[]) AS u
     WHERE j.id = u.id
       AND u.id::text = concat(u.id)
       AND j.status = u.expected
       AND j.fence = u.expected_fence
 RETURNING 1
), attempts AS (
    INSERT INTO job_attempts (job_id, fence, execution_id, attempt, worker_id, status, failure,
                              started_at, ended_at)
    SELECT job, fence, execution, attempt, worker, status, failure, started, ended
      FROM unnest($6::written_attempt[]) AS u
), events AS (
    INSERT INTO execution_events (execution_id, seq, at, events)
    SELECT execution, seq, at, events
      FROM unnest($7::written_events[]) AS u
)
-- The parts are carried out in the order in which they are named here, the execution first: the order
-- in which everybody locks.
SELECT engine_now() AS "now!",
       engine_expect($8::bigint[], ARRAY[
           (SELECT count(*) FROM executions),
           (SELECT count(*) FROM nodes),
           (SELECT count(*) FROM edges),
           (SELECT count(*) FROM jobs),
           (SELECT count(*) FROM workers WHERE id = ANY($9::uuid[]) AND gone_at IS NOT NULL)
       ]) AS "as_expected!"
