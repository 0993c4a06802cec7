-- Deletes at most $2 rows of each kind of the history of execution $1, which is over and summarised.
WITH events AS (
    DELETE FROM execution_events
     WHERE execution_id = $1
       AND seq IN (SELECT seq FROM execution_events WHERE execution_id = $1 ORDER BY seq LIMIT $2)
 RETURNING 1
), attempts AS (
    DELETE FROM job_attempts
     WHERE execution_id = $1
       AND (job_id, fence) IN (SELECT job_id, fence FROM job_attempts WHERE execution_id = $1 LIMIT $2)
 RETURNING 1
), payloads AS (
    UPDATE agent_jobs
       SET input = NULL, output = NULL, partial_text = ''
     WHERE id IN (SELECT id FROM agent_jobs
                   WHERE execution_id = $1
                     AND (input IS NOT NULL OR output IS NOT NULL OR partial_text <> '')
                   LIMIT $2)
 RETURNING 1
), outputs AS (
    UPDATE execution_nodes
       SET output = NULL, planned = NULL
     WHERE id IN (SELECT id FROM execution_nodes
                   WHERE execution_id = $1 AND (output IS NOT NULL OR planned IS NOT NULL)
                   LIMIT $2)
 RETURNING 1
), calls AS (
    DELETE FROM mcp_tool_calls
     WHERE id IN (SELECT id FROM mcp_tool_calls WHERE execution_id = $1 LIMIT $2)
 RETURNING 1
), talk AS (
    DELETE FROM agent_talk
     WHERE execution_id = $1
       AND (job_id, generation, position) IN (SELECT job_id, generation, position FROM agent_talk
                                               WHERE execution_id = $1 LIMIT $2)
 RETURNING 1
), answers AS (
    DELETE FROM agent_calls
     WHERE execution_id = $1
       AND (job_id, generation, turn) IN (SELECT job_id, generation, turn FROM agent_calls
                                           WHERE execution_id = $1 LIMIT $2)
 RETURNING 1
), versions AS (
    DELETE FROM artifacts
     WHERE id IN (SELECT id FROM artifacts
                   WHERE execution_id = $1 AND NOT is_latest AND image_id IS NULL AND kept_at IS NULL
                   LIMIT $2)
       AND kept_at IS NULL
 RETURNING 1
)
SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM attempts)
     + (SELECT count(*) FROM payloads) + (SELECT count(*) FROM outputs)
     + (SELECT count(*) FROM calls) + (SELECT count(*) FROM talk) + (SELECT count(*) FROM answers)
     + (SELECT count(*) FROM versions) AS "rows!"
