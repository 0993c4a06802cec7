-- The $2 largest files of workspace $1, the largest first, with what each is kept for: an image, else a file
-- of a document or of a launch, else nothing.
WITH largest AS (
    SELECT digest, bytes, media_type, created_at
      FROM blobs
     WHERE workspace_id = $1
     ORDER BY bytes DESC, digest
     LIMIT $2)
SELECT l.bytes AS "bytes!", l.media_type AS "media_type!", l.created_at AS "stored_at!",
       i.id AS "image_id?", i.alt AS "alt?", i.project_id AS "project_id?",
       i.is_made AS "is_made?",
       u.name AS "name?", u.document_id AS "document_id?",
       u.execution_id AS "execution_id?"
  FROM largest l
  LEFT JOIN LATERAL (
       SELECT id, alt, project_id, execution_id IS NOT NULL AS is_made
         FROM images
        WHERE workspace_id = $1 AND digest = l.digest
        ORDER BY execution_id IS NULL, created_at, id
        LIMIT 1) i ON true
  LEFT JOIN LATERAL (
       SELECT f.name, d.document_id, e.execution_id
         FROM uploads f
         LEFT JOIN document_uploads d
           ON d.workspace_id = f.workspace_id AND d.upload_id = f.id
         LEFT JOIN execution_uploads e
           ON e.workspace_id = f.workspace_id AND e.upload_id = f.id
        WHERE f.workspace_id = $1 AND f.digest = l.digest
        ORDER BY d.document_id IS NULL, e.execution_id IS NULL, f.created_at, f.id
        LIMIT 1) u ON true
 ORDER BY l.bytes DESC, l.digest
