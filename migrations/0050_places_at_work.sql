-- The execution in whose place another one works: of those that launched it the first, or itself.
CREATE FUNCTION engine_root(of_execution uuid, parent uuid) RETURNS uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    root uuid := of_execution;
    above uuid := parent;
BEGIN
    WHILE above IS NOT NULL LOOP
        root := above;
        SELECT e.parent_execution_id INTO above FROM workflow_executions e WHERE e.id = root;
    END LOOP;
    RETURN root;
END
$$;

-- When its turn comes among those that wait for a place: the lower number first, of those that another
-- one launched its number.
CREATE FUNCTION engine_turn(of_execution uuid, parent uuid, own_number bigint) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    IF parent IS NULL THEN
        RETURN own_number;
    END IF;
    RETURN (SELECT e.number FROM workflow_executions e WHERE e.id = engine_root(of_execution, parent));
END
$$;

-- The executions of a workspace that hold a place: of each family one member works, or is due within ten
-- minutes, the longest that a provider or a failed attempt puts work off. What only waits, for people,
-- money, others or a later time, holds none.
CREATE FUNCTION engine_at_work(of_workspace uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT DISTINCT engine_root(e.id, e.parent_execution_id)
      FROM workflow_executions e
     WHERE e.workspace_id = of_workspace AND e.status = 'running'
       AND (e.jobs_running > 0 OR e.next_run_at <= (SELECT engine_now()) + interval '10 minutes')
$$;

-- Those that wait for a place and that another execution launched are looked up among many that nobody did.
CREATE INDEX executions_waiting_below ON workflow_executions (workspace_id)
    WHERE status = 'pending' AND parent_execution_id IS NOT NULL;

-- Who waits for a place in a workspace: those that others launched, and of the rest the first ones.
CREATE FUNCTION engine_waiting(of_workspace uuid, most bigint)
    RETURNS TABLE (id uuid, root uuid, turn bigint)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    (SELECT e.id, e.id, e.number
       FROM workflow_executions e
      WHERE e.workspace_id = of_workspace AND e.status = 'pending' AND e.parent_execution_id IS NULL
      ORDER BY e.number
      LIMIT most)
     UNION ALL
     SELECT e.id, engine_root(e.id, e.parent_execution_id),
            engine_turn(e.id, e.parent_execution_id, e.number)
       FROM workflow_executions e
      WHERE e.workspace_id = of_workspace AND e.status = 'pending' AND e.parent_execution_id IS NOT NULL
$$;

-- The place in line of an execution that waits and whose turn is this one; 1 is the next that starts.
CREATE FUNCTION engine_position(of_workspace uuid, own_turn bigint) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN 1
         + (SELECT count(*) FROM workflow_executions e
             WHERE e.workspace_id = of_workspace AND e.status = 'pending'
               AND e.parent_execution_id IS NULL AND e.number < own_turn)
         + (SELECT count(*) FROM workflow_executions e
             WHERE e.workspace_id = of_workspace AND e.status = 'pending'
               AND e.parent_execution_id IS NOT NULL
               AND engine_turn(e.id, e.parent_execution_id, e.number) < own_turn);
END
$$;
