-- Prices are looked up when a job settles and frozen on it; an unknown model has no price, never 0.

CREATE TABLE model_prices (
    provider              text        NOT NULL,
    model                 text        NOT NULL,
    input_micros_per_mtok bigint,
    output_micros_per_mtok bigint,
    image_micros          bigint,
    as_of                 date        NOT NULL,
    edited                boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (provider, model)
);

CREATE TABLE spend_ledger (
    id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id  uuid        NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    execution_id  uuid        NOT NULL,
    job_id        uuid        NOT NULL,
    at            timestamptz NOT NULL,
    provider      text        NOT NULL,
    model         text        NOT NULL,
    input_tokens  bigint      NOT NULL,
    output_tokens bigint      NOT NULL,
    cost          bigint, -- millionths of a dollar; NULL when the price is unknown
    sample        boolean     NOT NULL
);

CREATE INDEX spend_by_workspace ON spend_ledger (workspace_id, at);
