-- Writes jobs ($1 id) that are still in status $2 under fence $3.
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
       partial_text = CASE WHEN u.fence <> u.expected_fence OR u.status <> 'running' THEN ''
                           ELSE j.partial_text END,
       -- What a claim has reserved ends with it.
       calling = CASE WHEN u.fence = u.expected_fence AND u.status = 'running' THEN j.calling END,
       reserved = CASE WHEN u.fence = u.expected_fence AND u.status = 'running' THEN j.reserved END
  FROM UNNEST($1::uuid[], $2::text[], $3::bigint[], $4::int[], $5::text[], $6::int[], $7::int[],
              $8::bigint[], $9::uuid[], $10::timestamptz[], $11::text[], $12::jsonb[],
              $13::jsonb[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[],
              $18::bigint[], $19::timestamptz[], $20::timestamptz[])
       AS u (id, expected, expected_fence, generation, status, attempt, lost, fence, worker,
             run_at, effect, output, failure, input_tokens, output_tokens, cost, unpriced,
             samples, started, ended)
 WHERE j.id = u.id
   AND j.status = u.expected
   AND j.fence = u.expected_fence
