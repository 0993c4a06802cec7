-- The execution in whose place another one works: of those that launched it the first, or itself.
CREATE FUNCTION engine_root(of_execution uuid) RETURNS uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    root uuid;
    above uuid := of_execution;
BEGIN
    WHILE above IS NOT NULL LOOP
        root := above;
        SELECT e.parent_execution_id INTO above FROM workflow_executions e WHERE e.id = root;
    END LOOP;
    RETURN root;
END
$$;

-- The executions of a workspace that hold a place: of each family one member works, or goes on by
-- itself within a minute. What only waits, for people, money, others or its time, holds none.
CREATE FUNCTION engine_at_work(of_workspace uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT DISTINCT CASE WHEN e.parent_execution_id IS NULL THEN e.id ELSE engine_root(e.id) END
      FROM workflow_executions e
     WHERE e.workspace_id = of_workspace AND e.status = 'running'
       AND (e.jobs_running > 0 OR e.next_run_at < engine_now() + interval '1 minute')
$$;
