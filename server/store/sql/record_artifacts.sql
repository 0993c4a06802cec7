-- Records outputs ($1 id) as a version ($7) of what they are, which counts where $16 says so.
INSERT INTO artifacts (id, workspace_id, execution_id, node_id, item, port, version, is_latest,
                       content, image_id, inputs, provider, model, sample, job_id, created_at)
SELECT u.id, u.workspace_id, u.execution_id, u.node_id, u.item, u.port, u.version, u.is_latest,
       u.content, u.image_id, u.inputs, u.provider, u.model, u.sample, u.job_id, u.at
  FROM UNNEST($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::int[], $6::text[], $7::int[],
              $8::jsonb[], $9::uuid[], $10::jsonb[], $11::text[], $12::text[], $13::bool[],
              $14::uuid[], $15::timestamptz[], $16::bool[])
       AS u (id, workspace_id, execution_id, node_id, item, port, version, content, image_id,
             inputs, provider, model, sample, job_id, at, is_latest)
