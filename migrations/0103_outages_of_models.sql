-- An outage is of one model, or of a whole address (model ''): a refused connection or an unknown host counts for
-- every model there, a status such as 503 only for the model that was asked. It stands in place of provider_outages,
-- which the release before this one still writes.
CREATE TABLE model_outages (
    provider text        NOT NULL,
    model    text        NOT NULL,
    address  text        NOT NULL,
    since_at timestamptz NOT NULL DEFAULT engine_now(),
    tries    integer     NOT NULL DEFAULT 1 CHECK (tries > 0),
    tried_at timestamptz NOT NULL DEFAULT engine_now(),
    next_at  timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (provider, model)
);

-- The model that a job calls, beside the access by which it does.
ALTER TABLE agent_jobs ADD COLUMN calling_model text;

-- Which fields of requests servers have refused, so that a restart does not ask in vain again.
CREATE TABLE server_capabilities (
    server       text        NOT NULL,
    model        text        NOT NULL,
    capabilities jsonb       NOT NULL,
    learnt_at    timestamptz NOT NULL DEFAULT engine_now(),
    PRIMARY KEY (server, model)
);

-- Jobs that have lost two workers run alone in their process: found without reading other jobs.
CREATE INDEX jobs_to_run_alone ON agent_jobs (run_at) WHERE status = 'pending' AND lost >= 2;

-- First answers that could not be used and whose correction waits, e.g. for a provider that is away: they are paid
-- for, and the model is not asked for them again.
CREATE TABLE paid_texts (
    workspace_id uuid        NOT NULL,
    execution_id uuid        NOT NULL,
    job_id       uuid        NOT NULL,
    inputs       jsonb       NOT NULL,
    answer       jsonb       NOT NULL,
    paid_at      timestamptz NOT NULL DEFAULT engine_now(),
    PRIMARY KEY (workspace_id, execution_id, job_id),
    FOREIGN KEY (workspace_id, execution_id) REFERENCES workflow_executions (workspace_id, id)
        ON DELETE CASCADE
);

-- Tokens that a server had in its cache cost less; none is the price of other tokens.
ALTER TABLE model_prices ADD COLUMN cached_input_micros_per_mtok bigint
    CHECK (cached_input_micros_per_mtok >= 0);
ALTER TABLE workspace_prices ADD COLUMN cached_input_micros_per_mtok bigint
    CHECK (cached_input_micros_per_mtok >= 0);

-- Whether the tokens of a charge are estimated, because the provider did not count them.
ALTER TABLE spend_ledger ADD COLUMN estimated boolean NOT NULL DEFAULT false;
