-- Counts one check against bucket $1 unless it had $3 in the last $2. The WHERE is evaluated
-- again on the row another transaction has just changed, so no two callers share a place.
UPDATE sign_in_attempts
   SET evaluated_at = array(SELECT at FROM unnest(evaluated_at) AS at WHERE at > engine_now() - $2::interval)
                      || engine_now(),
       updated_at = engine_now()
 WHERE bucket = $1
   AND (SELECT count(*) FROM unnest(evaluated_at) AS at WHERE at > engine_now() - $2::interval) < $3
