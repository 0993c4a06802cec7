-- Puts pictures ($1 id) that executions ($2) made into the library, and their blobs on record; what was
-- kept of them until the storage took them goes.
WITH made AS (
    SELECT u.*, e.workspace_id, e.project_id
      FROM UNNEST($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::int[],
                  $7::int[], $8::text[], $9::bool[], $10::text[], $11::uuid[], $12::timestamptz[])
           AS u (id, execution_id, digest, media_type, bytes, width, height, alt, sample, node_id,
                 job_id, at)
      JOIN workflow_executions e ON e.id = u.execution_id
), kept AS (
    INSERT INTO blobs (workspace_id, digest, bytes, media_type, created_at)
    SELECT DISTINCT ON (workspace_id, digest) workspace_id, digest, bytes, media_type, at
      FROM made
        ON CONFLICT (workspace_id, digest) DO NOTHING
), stored AS (
    DELETE FROM paid_images WHERE job_id = ANY ($11::uuid[])
)
INSERT INTO images (id, workspace_id, project_id, digest, media_type, bytes, width, height, alt,
                    sample, execution_id, node_id, origin_job, created_at)
SELECT id, workspace_id, project_id, digest, media_type, bytes, width, height, alt, sample,
       execution_id, node_id, job_id, at
  FROM made
