-- Executions. Rows of one execution change only under the lock of its workflow_executions row;
-- the order of locks is executions, nodes, jobs.

-- Names the advisory lock of a worker; each boot takes a fresh one.
CREATE SEQUENCE worker_lock_keys AS integer CYCLE;

CREATE TABLE workers (
    id            uuid        PRIMARY KEY,
    lock_key      integer     NOT NULL,
    serves        text[],
    started_at    timestamptz NOT NULL DEFAULT engine_now(),
    lease_until   timestamptz NOT NULL,
    missing_since timestamptz,
    gone_at       timestamptz
);

CREATE TABLE workflow_executions (
    id               uuid        PRIMARY KEY,
    number           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    workspace_id     uuid        NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    template_id      uuid,
    template_version integer,
    name             text        NOT NULL,
    run_definition   jsonb       NOT NULL,
    project_id       uuid        NOT NULL,
    user_id          uuid        REFERENCES users (id) ON DELETE SET NULL,
    trigger          text        NOT NULL,
    status           text        NOT NULL CHECK (status IN
        ('pending', 'running', 'paused', 'completed', 'failed', 'stopped')),
    pause_reason     text,
    end_reason       text,
    error            text,
    config_json      jsonb       NOT NULL DEFAULT '{}',
    context          jsonb       NOT NULL DEFAULT '{}',
    output           jsonb,
    progress_percent smallint    NOT NULL DEFAULT 0 CHECK (progress_percent BETWEEN 0 AND 100),
    current_node_id  text,
    started_at       timestamptz NOT NULL DEFAULT engine_now(),
    completed_at     timestamptz,
    updated_at       timestamptz NOT NULL DEFAULT engine_now(),
    active_ms        bigint      NOT NULL DEFAULT 0,
    running_since    timestamptz,
    deadline_at      timestamptz,
    input_tokens     bigint      NOT NULL DEFAULT 0,
    output_tokens    bigint      NOT NULL DEFAULT 0,
    total_cost       bigint      NOT NULL DEFAULT 0, -- millionths of a dollar
    unpriced_calls   bigint      NOT NULL DEFAULT 0,
    sample_calls     bigint      NOT NULL DEFAULT 0,
    idempotency_key  text,
    event_seq        bigint      NOT NULL DEFAULT 0,
    UNIQUE (workspace_id, id),
    CONSTRAINT execution_idempotency_key UNIQUE (workspace_id, idempotency_key),
    CONSTRAINT paused_has_reason CHECK ((status = 'paused') = (pause_reason IS NOT NULL)),
    CONSTRAINT over_has_end CHECK
        ((status IN ('completed', 'failed', 'stopped')) = (completed_at IS NOT NULL)),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, template_id) REFERENCES workflow_templates (workspace_id, id)
);

CREATE INDEX executions_by_status ON workflow_executions (workspace_id, status, started_at DESC);
CREATE INDEX executions_by_template ON workflow_executions (template_id, started_at DESC);
CREATE INDEX executions_with_deadline ON workflow_executions (deadline_at)
    WHERE status = 'running';

CREATE TABLE execution_nodes (
    id           uuid     PRIMARY KEY,
    workspace_id uuid     NOT NULL,
    execution_id uuid     NOT NULL,
    node_id      text     NOT NULL,
    scope        text     NOT NULL DEFAULT '',
    rank         integer  NOT NULL,
    kind         text     NOT NULL,
    status       text     NOT NULL CHECK (status IN ('pending', 'ready', 'running', 'waiting',
        'awaiting_review', 'completed', 'failed', 'skipped', 'cancelled')),
    generation   integer  NOT NULL DEFAULT 1,
    jobs_total   integer  NOT NULL DEFAULT 0,
    jobs_settled integer  NOT NULL DEFAULT 0 CHECK (jobs_settled BETWEEN 0 AND jobs_total),
    output       jsonb,
    failure      jsonb,
    started_at   timestamptz,
    ended_at     timestamptz,
    UNIQUE (workspace_id, id),
    CONSTRAINT execution_node UNIQUE (execution_id, node_id, scope),
    FOREIGN KEY (workspace_id, execution_id) REFERENCES workflow_executions (workspace_id, id)
        ON DELETE CASCADE
);

CREATE TABLE execution_edges (
    execution_id uuid NOT NULL REFERENCES workflow_executions (id) ON DELETE CASCADE,
    edge_id      text NOT NULL,
    scope        text NOT NULL DEFAULT '',
    state        text NOT NULL CHECK (state IN ('pending', 'live', 'dead')),
    PRIMARY KEY (execution_id, edge_id, scope)
);

CREATE TABLE agent_jobs (
    id             uuid        PRIMARY KEY,
    workspace_id   uuid        NOT NULL,
    execution_id   uuid        NOT NULL,
    node_row_id    uuid        NOT NULL,
    node_id        text        NOT NULL,
    item           integer     NOT NULL,
    generation     integer     NOT NULL,
    job_type       text        NOT NULL,
    status         text        NOT NULL CHECK (status IN
        ('pending', 'running', 'completed', 'failed', 'cancelled')),
    attempt        integer     NOT NULL DEFAULT 0,
    lost           integer     NOT NULL DEFAULT 0,
    fence          bigint      NOT NULL DEFAULT 0,
    worker_id      uuid,
    run_at         timestamptz NOT NULL,
    effect         text        NOT NULL DEFAULT 'intent' CHECK (effect IN
        ('intent', 'sent', 'done', 'unknown')),
    input          jsonb,
    output         jsonb,
    partial_text   text        NOT NULL DEFAULT '',
    failure        jsonb,
    input_tokens   bigint      NOT NULL DEFAULT 0,
    output_tokens  bigint      NOT NULL DEFAULT 0,
    cost           bigint      NOT NULL DEFAULT 0, -- millionths of a dollar
    unpriced_calls bigint      NOT NULL DEFAULT 0,
    sample_calls   bigint      NOT NULL DEFAULT 0,
    provider       text,
    model          text,
    started_at     timestamptz,
    ended_at       timestamptz,
    CONSTRAINT job_of_node UNIQUE (node_row_id, item),
    CONSTRAINT running_has_worker CHECK ((status = 'running') = (worker_id IS NOT NULL)),
    FOREIGN KEY (workspace_id, execution_id) REFERENCES workflow_executions (workspace_id, id)
        ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, node_row_id) REFERENCES execution_nodes (workspace_id, id)
        ON DELETE CASCADE
);

-- What may be claimed, and what a lost worker held: both stay small however long the history is.
CREATE INDEX jobs_due ON agent_jobs (run_at) WHERE status = 'pending';
CREATE INDEX jobs_held ON agent_jobs (worker_id) WHERE status = 'running';
CREATE INDEX jobs_by_execution ON agent_jobs (execution_id);

CREATE TABLE job_attempts (
    job_id       uuid        NOT NULL REFERENCES agent_jobs (id) ON DELETE CASCADE,
    fence        bigint      NOT NULL,
    execution_id uuid        NOT NULL,
    attempt      integer     NOT NULL,
    worker_id    uuid        NOT NULL,
    status       text        NOT NULL DEFAULT 'running' CHECK (status IN
        ('running', 'completed', 'failed', 'lost', 'cancelled')),
    failure      jsonb,
    started_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    PRIMARY KEY (job_id, fence)
);

CREATE INDEX attempts_by_execution ON job_attempts (execution_id);

CREATE TABLE execution_commands (
    execution_id uuid        NOT NULL REFERENCES workflow_executions (id) ON DELETE CASCADE,
    dedupe_key   text        NOT NULL,
    command      text        NOT NULL,
    user_id      uuid        REFERENCES users (id) ON DELETE SET NULL,
    at           timestamptz NOT NULL DEFAULT engine_now(),
    PRIMARY KEY (execution_id, dedupe_key)
);

CREATE TABLE execution_events (
    execution_id uuid        NOT NULL REFERENCES workflow_executions (id) ON DELETE CASCADE,
    seq          bigint      NOT NULL CHECK (seq > 0),
    at           timestamptz NOT NULL,
    event        jsonb       NOT NULL,
    PRIMARY KEY (execution_id, seq)
);

CREATE TABLE artifacts (
    id           uuid        PRIMARY KEY,
    workspace_id uuid        NOT NULL,
    execution_id uuid        NOT NULL,
    node_id      text        NOT NULL,
    scope        text        NOT NULL DEFAULT '',
    item         integer     NOT NULL,
    port         text        NOT NULL,
    version      integer     NOT NULL CHECK (version > 0),
    is_latest    boolean     NOT NULL,
    content      jsonb       NOT NULL,
    image_id     uuid,
    inputs       jsonb       NOT NULL DEFAULT '{}',
    provider     text        NOT NULL,
    model        text        NOT NULL,
    sample       boolean     NOT NULL,
    job_id       uuid        NOT NULL,
    created_at   timestamptz NOT NULL,
    UNIQUE (workspace_id, id),
    CONSTRAINT artifact_version UNIQUE (execution_id, node_id, scope, item, port, version),
    FOREIGN KEY (workspace_id, execution_id) REFERENCES workflow_executions (workspace_id, id)
        ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, image_id) REFERENCES images (workspace_id, id)
);

CREATE UNIQUE INDEX artifact_latest ON artifacts (execution_id, node_id, scope, item, port)
    WHERE is_latest;
