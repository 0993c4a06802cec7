-- The executions of a workspace that hold a place, as the ones that nobody launched from another: of
-- each family one member works, or goes on by itself within a minute. What only waits, for people,
-- money, others or its time, holds none. In PL/pgSQL, which keeps the plan.
CREATE FUNCTION engine_at_work(of_workspace uuid) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN QUERY
    WITH RECURSIVE up AS (
        SELECT e.id, e.parent_execution_id
          FROM workflow_executions e
         WHERE e.workspace_id = of_workspace AND e.status = 'running'
           AND (e.jobs_running > 0 OR e.next_run_at < engine_now() + interval '1 minute')
         UNION
        SELECT p.id, p.parent_execution_id
          FROM up
          JOIN workflow_executions p ON p.id = up.parent_execution_id
    )
    SELECT up.id FROM up WHERE up.parent_execution_id IS NULL;
END
$$;
