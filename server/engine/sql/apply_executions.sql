-- Writes executions ($1 id) that are still at event $2 and in status $3.
UPDATE workflow_executions e
   SET event_seq = u.seq,
       status = u.status,
       pause_reason = u.pause_reason,
       end_reason = u.end_reason,
       error = u.error,
       output = u.output,
       progress_percent = u.percent,
       current_node_id = u.current,
       active_ms = u.active,
       running_since = u.since,
       deadline_at = u.deadline,
       completed_at = u.ended,
       input_tokens = u.input_tokens,
       output_tokens = u.output_tokens,
       total_cost = u.cost,
       unpriced_calls = u.unpriced,
       sample_calls = u.samples,
       auto_run = u.auto_run,
       breakpoints = u.breakpoints,
       jobs_running = u.jobs_running,
       next_run_at = u.next_run,
       updated_at = engine_now()
  FROM UNNEST($1::uuid[], $2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::text[],
              $7::text[], $8::text[], $9::jsonb[], $10::smallint[], $11::text[], $12::bigint[],
              $13::timestamptz[], $14::timestamptz[], $15::timestamptz[], $16::bigint[],
              $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[], $21::boolean[],
              $22::jsonb[], $23::int[], $24::timestamptz[])
       AS u (id, expected_seq, expected, seq, status, pause_reason, end_reason, error, output,
             percent, current, active, since, deadline, ended, input_tokens, output_tokens, cost,
             unpriced, samples, auto_run, breakpoints, jobs_running, next_run)
 WHERE e.id = u.id
   AND e.event_seq = u.expected_seq
   AND e.status = u.expected
