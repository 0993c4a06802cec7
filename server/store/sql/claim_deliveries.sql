-- Leases at most $2 deliveries of channel $1 that are due, for $3 seconds: until then nobody else finds them due.
-- None is to a webhook of $4, which has as many as it may have from this process.
-- What another sender leases at this moment is passed over.
UPDATE notice_deliveries d
   SET fence = d.fence + 1,
       attempts = d.attempts + 1,
       next_at = engine_now() + make_interval(secs => $3::integer)
  FROM (SELECT o.id
          FROM notice_deliveries o
         WHERE o.channel = $1 AND o.state = 'waiting' AND o.next_at <= engine_now()
           AND (o.webhook_id IS NULL OR o.webhook_id <> ALL ($4::uuid[]))
         ORDER BY o.next_at
         LIMIT $2
           FOR UPDATE SKIP LOCKED) due, notices n
 WHERE d.id = due.id AND n.id = d.notice_id
RETURNING d.id, d.fence, d.attempts, d.webhook_id, n.id AS notice_id, n.workspace_id, n.content,
          n.message AS "message!", n.nonce, n.ciphertext, n.at,
          coalesce(d.email, (SELECT u.email FROM users u WHERE u.id = d.user_id)) AS address,
          engine_now() AS "now!"
