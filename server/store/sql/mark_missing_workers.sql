-- Notes since when a worker's lock (class $1) is missing; a lock that is back clears the note. Gives
-- the time.
WITH alive AS (
    SELECT objid::bigint AS lock_key
      FROM pg_locks
     WHERE locktype = 'advisory'
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND classid::bigint = $1::int::bigint
       AND granted
), noted AS (
    UPDATE workers w
       SET missing_since = CASE WHEN w.lock_key NOT IN (SELECT lock_key FROM alive) THEN engine_now() END
     WHERE w.gone_at IS NULL
       AND ((w.missing_since IS NULL) = (w.lock_key NOT IN (SELECT lock_key FROM alive))
            OR w.missing_since > engine_now()) -- the clock was set back
)
SELECT engine_now() AS "now!"
