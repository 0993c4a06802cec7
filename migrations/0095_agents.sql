-- Agents at work: what each has said and was told, the model calls that were answered, and what people are asked on the
-- way.

-- Messages by the SHA-256 of what they say: each content once in a workspace. They never change. What no talk has any
-- more is deleted with the garbage, once it is a day old.
CREATE TABLE agent_messages (
    workspace_id uuid        NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    hash         bytea       NOT NULL CHECK (length(hash) = 32),
    body         jsonb       NOT NULL,
    bytes        integer     NOT NULL CHECK (bytes > 0),
    made_at      timestamptz NOT NULL DEFAULT engine_now(),
    PRIMARY KEY (workspace_id, hash)
);
-- Those that garbage is looked for among.
CREATE INDEX agent_messages_by_time ON agent_messages (made_at);

-- The talk of an agent's job, message by message. A job that a person has retried begins a new one, in its next
-- generation. Written with each step of an execution, so without foreign keys (README).
CREATE TABLE agent_talk (
    workspace_id uuid        NOT NULL,
    execution_id uuid        NOT NULL,
    job_id       uuid        NOT NULL,
    generation   integer     NOT NULL,
    position     integer     NOT NULL, -- from 0, without gaps
    turn         integer     NOT NULL, -- the last answer before it, itself among them; 0 before the first
    hash         bytea       NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (execution_id, job_id, generation, position)
);
CREATE INDEX agent_talk_by_message ON agent_talk (workspace_id, hash);

-- Model calls that were answered. Each was given the first `messages` of its talk.
CREATE TABLE agent_calls (
    workspace_id  uuid        NOT NULL,
    execution_id  uuid        NOT NULL,
    job_id        uuid        NOT NULL,
    generation    integer     NOT NULL,
    turn          integer     NOT NULL,
    node_id       text        NOT NULL,
    messages      integer     NOT NULL,
    provider      text        NOT NULL,
    model         text        NOT NULL,
    input_tokens  bigint      NOT NULL,
    cached_tokens bigint      NOT NULL, -- of those
    output_tokens bigint      NOT NULL,
    cost          bigint, -- millionths of a dollar; none where it is not known
    took_ms       bigint      NOT NULL,
    is_repair     boolean     NOT NULL,
    sample        boolean     NOT NULL,
    at            timestamptz NOT NULL,
    PRIMARY KEY (execution_id, job_id, generation, turn)
);

CREATE OR REPLACE FUNCTION forget_executions() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    DELETE FROM execution_events WHERE execution_id IN (SELECT id FROM gone);
    DELETE FROM job_attempts WHERE execution_id IN (SELECT id FROM gone);
    DELETE FROM agent_talk WHERE execution_id IN (SELECT id FROM gone);
    DELETE FROM agent_calls WHERE execution_id IN (SELECT id FROM gone);
    DELETE FROM agent_jobs WHERE execution_id IN (SELECT id FROM gone);
    DELETE FROM execution_edges WHERE execution_id IN (SELECT id FROM gone);
    DELETE FROM execution_nodes WHERE execution_id IN (SELECT id FROM gone);
    RETURN NULL;
END
$$;

-- An attempt of an agent's job is one step; its last one completes it.
CREATE OR REPLACE FUNCTION sound_attempt(status text)
    RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
$$
BEGIN
    RETURN status IN ('completed', 'failed', 'lost', 'cancelled', 'limited', 'handed_back', 'stepped');
END
$$;

-- What is decided about: content, or what an agent asks. Of the latter `asked` keeps the items as they were asked, while
-- `items` are those that were approved, as they were edited. `always`: the same calls are not asked about again in this
-- execution.
ALTER TABLE reviews
    ADD COLUMN kind   text    NOT NULL DEFAULT 'content'
        CHECK (kind IN ('content', 'tool_calls', 'limit', 'hand_over')),
    ADD COLUMN always boolean NOT NULL DEFAULT false,
    ADD COLUMN asked  jsonb,
    ADD CONSTRAINT agents_ask_something CHECK ((kind = 'content') = (asked IS NULL));

-- Calls of an agent's tools: several in an attempt, one row for each call of the talk. `generation` is that of the job
-- when it was made: a new talk may use the same ids again. A row that is `sent` under an earlier claim was lost; where
-- a person had to be asked about that first, that was done before the job was claimed again, and the row either has its
-- end by now or is to be made again.
ALTER TABLE mcp_tool_calls
    ADD COLUMN call_id            text,
    ADD COLUMN generation         integer,
    ADD COLUMN turn               integer,
    ADD COLUMN child_execution_id uuid,
    -- A result that is too large for the talk: the model has its beginning, and reads on here.
    ADD COLUMN artifact           text,
    -- The message of the talk that has the result: then `result` has it no more.
    ADD COLUMN said               bytea,
    DROP CONSTRAINT tool_call_of_attempt,
    DROP CONSTRAINT mcp_tool_calls_state_check,
    DROP CONSTRAINT failed_says_why,
    ADD CONSTRAINT mcp_tool_calls_state_check CHECK (state IN ('sent', 'answered', 'failed', 'refused')),
    -- Refused: it was not allowed, and never left.
    ADD CONSTRAINT failed_says_why CHECK ((state IN ('failed', 'refused')) = (error IS NOT NULL));
CREATE UNIQUE INDEX tool_call_of_attempt ON mcp_tool_calls (execution_id, job_id, fence) WHERE call_id IS NULL;
CREATE UNIQUE INDEX tool_call_of_talk ON mcp_tool_calls (execution_id, job_id, generation, call_id)
    WHERE call_id IS NOT NULL;

-- The input of an agent is its own, not that of a tool it has called.
CREATE OR REPLACE VIEW workflow_steps AS
    SELECT n.id,
           n.execution_id,
           n.node_id AS step_name,
           greatest(n.rank - 1, 0) AS step_index,
           CASE n.status
               WHEN 'ready' THEN 'pending'
               WHEN 'waiting' THEN 'running'
               WHEN 'awaiting_review' THEN 'running'
               ELSE n.status
           END AS status,
           coalesce(
               (SELECT c.arguments
                  FROM mcp_tool_calls c
                 WHERE c.execution_id = n.execution_id AND c.node_id = n.node_id AND c.call_id IS NULL
                 ORDER BY c.started_at DESC, c.id DESC
                 LIMIT 1),
               (SELECT j.input
                  FROM agent_jobs j
                 WHERE j.execution_id = n.execution_id AND j.node_row_id = n.id AND j.generation = n.generation
                 ORDER BY j.item
                 LIMIT 1)) AS input,
           coalesce(n.output -> 'output', n.output) AS output,
           n.started_at,
           n.ended_at AS completed_at,
           (extract(epoch FROM n.ended_at - n.started_at) * 1000)::bigint AS duration_ms,
           n.failure ->> 'message' AS error,
           (SELECT coalesce(sum(greatest(j.attempt - 1, 0)), 0)::integer
              FROM agent_jobs j
             WHERE j.execution_id = n.execution_id AND j.node_row_id = n.id AND j.generation = n.generation)
               AS retry_count,
           e.started_at AS created_at,
           coalesce(n.ended_at, n.started_at, e.started_at) AS updated_at,
           n.workspace_id
      FROM execution_nodes n
      JOIN workflow_executions e ON e.id = n.execution_id
     WHERE n.kind NOT IN ('start', 'end');
