-- The next $4 links of the chain of the audit log that is named $1, after the one of number $2 and hash $3: is the
-- number the next one, is its line there, and is that as it was written?
WITH c AS (
    SELECT c.seq, c.audit_id, c.hash,
           lag(c.seq, 1, $2::bigint) OVER in_order AS seq_before,
           lag(c.hash, 1, $3::bytea) OVER in_order AS hash_before
      FROM audit_chain c
     WHERE c.workspace_id = $1 AND c.seq > $2
    WINDOW in_order AS (ORDER BY c.seq)
     ORDER BY c.seq
     LIMIT $4
)
SELECT c.seq AS "seq!", c.audit_id AS "line!", c.hash AS "hash!",
       c.seq <> c.seq_before + 1 AS "is_gap!", l.id IS NULL AS "is_gone!",
       c.hash IS DISTINCT FROM audit_hash(c.hash_before, l) AS "is_changed!"
  FROM c
  LEFT JOIN audit_log l ON l.id = c.audit_id
 ORDER BY c.seq
