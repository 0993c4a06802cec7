-- Whether a running execution holds a place: it works, or is due within ten minutes of its last change, the
-- longest that a provider or a failed attempt puts work off. What only waits, for people, money, others or a
-- later time, holds none; and when that time has come it has to find one, so that the time that has passed
-- gives it none.
CREATE FUNCTION engine_holds_place(jobs_running integer, next_run_at timestamptz, updated_at timestamptz)
    RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT jobs_running > 0 OR coalesce(next_run_at <= updated_at + interval '10 minutes', false)
$$;

-- The executions of a workspace that hold a place, of each family the first that launched the others.
CREATE OR REPLACE FUNCTION engine_at_work(of_workspace uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT DISTINCT engine_root(e.id, e.parent_execution_id)
      FROM workflow_executions e
     WHERE e.workspace_id = of_workspace AND e.status = 'running'
       AND engine_holds_place(e.jobs_running, e.next_run_at, e.updated_at)
$$;
