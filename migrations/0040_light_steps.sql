-- What every step writes is checked by functions: the words of a CHECK are read anew by each statement
-- that writes, which took a third of a step's time; those of a function once a connection. Not valid
-- only by name: the rows that are there have been checked by the constraints that go.
CREATE FUNCTION sound_execution(status text, pause_reason text, completed_at timestamptz,
                                progress_percent smallint, depth smallint, budget bigint,
                                jobs_running integer, parent_execution_id uuid, parent_job_id uuid,
                                parent_generation integer, forgotten_at timestamptz, summary jsonb)
    RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$
BEGIN
    RETURN status IN ('pending', 'running', 'paused', 'completed', 'failed', 'stopped')
       AND (status = 'paused') = (pause_reason IS NOT NULL)
       AND (status IN ('completed', 'failed', 'stopped')) = (completed_at IS NOT NULL)
       AND progress_percent BETWEEN 0 AND 100
       AND depth BETWEEN 0 AND 5
       AND coalesce(budget, 0) >= 0
       AND jobs_running >= 0
       AND (parent_execution_id IS NULL) = (parent_job_id IS NULL)
       AND (parent_execution_id IS NULL) = (parent_generation IS NULL)
       AND (parent_execution_id IS NULL) = (depth = 0)
       AND (forgotten_at IS NULL) = (summary IS NULL)
       AND (forgotten_at IS NULL OR completed_at IS NOT NULL);
END
$$;

CREATE FUNCTION sound_node(status text, hold text, jobs_total integer, jobs_settled integer)
    RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$
BEGIN
    RETURN status IN ('pending', 'ready', 'running', 'waiting', 'awaiting_review', 'completed',
                      'failed', 'skipped', 'cancelled')
       AND coalesce(hold, 'step') IN ('step', 'breakpoint')
       AND jobs_settled BETWEEN 0 AND jobs_total;
END
$$;

CREATE FUNCTION sound_edge(state text)
    RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$
BEGIN
    RETURN state IN ('pending', 'live', 'dead');
END
$$;

CREATE FUNCTION sound_job(status text, worker_id uuid, effect text, reserved bigint)
    RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$
BEGIN
    RETURN status IN ('pending', 'running', 'completed', 'failed', 'cancelled')
       AND (status = 'running') = (worker_id IS NOT NULL)
       AND effect IN ('intent', 'sent', 'done', 'unknown', 'asked')
       AND coalesce(reserved, 0) >= 0;
END
$$;

CREATE FUNCTION sound_attempt(status text)
    RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$
BEGIN
    RETURN status IN ('completed', 'failed', 'lost', 'cancelled', 'limited', 'handed_back');
END
$$;

ALTER TABLE workflow_executions
    DROP CONSTRAINT child_has_job,
    DROP CONSTRAINT forgotten_has_summary,
    DROP CONSTRAINT forgotten_is_over,
    DROP CONSTRAINT over_has_end,
    DROP CONSTRAINT paused_has_reason,
    DROP CONSTRAINT workflow_executions_budget_check,
    DROP CONSTRAINT workflow_executions_depth_check,
    DROP CONSTRAINT workflow_executions_jobs_running_check,
    DROP CONSTRAINT workflow_executions_progress_percent_check,
    DROP CONSTRAINT workflow_executions_status_check,
    ADD CONSTRAINT execution_is_sound CHECK (sound_execution(status, pause_reason, completed_at,
        progress_percent, depth, budget, jobs_running, parent_execution_id, parent_job_id,
        parent_generation, forgotten_at, summary)) NOT VALID;

-- Rows below an execution are written only with its own, by statements that fail unless that is as
-- expected, and go with it: looking their parents up for each row would tell nothing new.
ALTER TABLE execution_nodes
    DROP CONSTRAINT execution_nodes_check,
    DROP CONSTRAINT execution_nodes_hold_check,
    DROP CONSTRAINT execution_nodes_status_check,
    DROP CONSTRAINT execution_nodes_workspace_id_execution_id_fkey,
    ADD CONSTRAINT node_is_sound CHECK (sound_node(status, hold, jobs_total, jobs_settled)) NOT VALID;

ALTER TABLE execution_edges
    DROP CONSTRAINT execution_edges_state_check,
    DROP CONSTRAINT execution_edges_execution_id_fkey,
    ADD CONSTRAINT edge_is_sound CHECK (sound_edge(state)) NOT VALID;

-- The execution leads the keys, so that they also find all rows of one.
DROP INDEX jobs_by_execution;
ALTER TABLE agent_jobs
    DROP CONSTRAINT agent_jobs_effect_check,
    DROP CONSTRAINT agent_jobs_reserved_check,
    DROP CONSTRAINT agent_jobs_status_check,
    DROP CONSTRAINT running_has_worker,
    DROP CONSTRAINT agent_jobs_workspace_id_execution_id_fkey,
    DROP CONSTRAINT agent_jobs_workspace_id_node_row_id_fkey,
    DROP CONSTRAINT job_of_node,
    ADD CONSTRAINT job_of_node UNIQUE (execution_id, node_row_id, generation, item),
    ADD CONSTRAINT job_is_sound CHECK (sound_job(status, worker_id, effect, reserved)) NOT VALID;

DROP INDEX attempts_by_execution;
ALTER TABLE job_attempts
    DROP CONSTRAINT job_attempts_status_check,
    DROP CONSTRAINT job_attempts_job_id_fkey,
    DROP CONSTRAINT job_attempts_pkey,
    ADD PRIMARY KEY (execution_id, job_id, fence),
    ADD CONSTRAINT attempt_is_sound CHECK (sound_attempt(status)) NOT VALID;

ALTER TABLE execution_events
    DROP CONSTRAINT execution_events_seq_check,
    DROP CONSTRAINT execution_events_execution_id_fkey;

-- An execution takes along what is below it, in one statement a table.
CREATE FUNCTION forget_executions() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    DELETE FROM execution_events WHERE execution_id IN (SELECT id FROM gone);
    DELETE FROM job_attempts WHERE execution_id IN (SELECT id FROM gone);
    DELETE FROM agent_jobs WHERE execution_id IN (SELECT id FROM gone);
    DELETE FROM execution_edges WHERE execution_id IN (SELECT id FROM gone);
    DELETE FROM execution_nodes WHERE execution_id IN (SELECT id FROM gone);
    RETURN NULL;
END
$$;

CREATE TRIGGER executions_are_forgotten AFTER DELETE ON workflow_executions
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION forget_executions();
