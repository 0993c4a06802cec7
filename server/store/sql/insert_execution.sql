-- An execution with its first steps; nothing at all where the same launch has come before.
-- One statement, because each more costs a launch another journey to the database and back, and every
-- row a second version. What is published as it is needs no copy of its own on the way.
WITH born AS (
    INSERT INTO workflow_executions (id, workspace_id, template_id, template_version, name,
                                     run_definition, project_id, user_id, trigger, config_json, context,
                                     idempotency_key, parent_execution_id, parent_node_id,
                                     parent_job_id, parent_generation, depth, origin_execution_id,
                                     origin_node_id, idempotency_request,
                                     event_seq, status, pause_reason, end_reason, error, output,
                                     progress_percent, current_node_id, active_ms, running_since,
                                     deadline_at, started_at, completed_at, auto_run, breakpoints,
                                     budget, jobs_running, next_run_at)
    SELECT u.id, $2, $3, $4, $5,
           coalesce($6, (SELECT v.definition FROM workflow_template_versions v
                          WHERE v.template_id = $3 AND v.version = $4)),
           $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
           u.seq, u.status, u.pause_reason, u.end_reason, u.error, u.output,
           u.percent, u.current_node, u.active, u.since,
           u.deadline, u.decided, u.ended, u.auto_run, u.breakpoints,
           u.budget, u.jobs_running, u.next_run
      FROM unnest($1::written_execution[]) AS u
        ON CONFLICT DO NOTHING
 RETURNING id, workspace_id
), nodes AS (
    INSERT INTO execution_nodes (id, workspace_id, execution_id, node_id, rank, kind, status,
                                 generation, jobs_total, jobs_settled, output, failure, started_at,
                                 ended_at, hold, config, feedback, rounds)
    SELECT u.id, born.workspace_id, born.id, u.node, u.rank, u.kind, u.status,
           u.generation, u.total, u.settled, u.output, u.failure, u.started,
           u.ended, u.hold, u.config, u.feedback, u.rounds
      FROM born, ROWS FROM (unnest($21::written_node[]), unnest($22::text[]), unnest($23::int[]),
                            unnest($24::text[]))
                 AS u (id, expected, status, generation, total, settled, output, failure, started, ended,
                       hold, config, feedback, rounds, node, rank, kind)
), edges AS (
    INSERT INTO execution_edges (execution_id, edge_id, state)
    SELECT born.id, u.edge, u.state
      FROM born, unnest($25::written_edge[]) AS u
), jobs AS (
    INSERT INTO agent_jobs (id, workspace_id, execution_id, node_row_id, node_id, item, generation,
                            job_type, status, attempt, lost, fence, worker_id, run_at, started_at,
                            ended_at)
    SELECT u.id, born.workspace_id, born.id, u.node_row, u.node, u.item, u.generation,
           u.kind, u.status, u.attempt, u.lost, u.fence, u.worker, u.run_at, u.started,
           u.ended
      FROM born, unnest($26::written_new_job[]) AS u
), events AS (
    INSERT INTO execution_events (execution_id, seq, at, events)
    SELECT born.id, u.seq, u.at, u.events
      FROM born, unnest($27::written_events[]) AS u
)
SELECT true AS "is_new!" FROM born
