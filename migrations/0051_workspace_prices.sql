-- What a workspace pays for a model, where that is not its list price, or nobody lists it.
CREATE TABLE workspace_prices (
    workspace_id           uuid        NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    provider               text        NOT NULL,
    model                  text        NOT NULL,
    input_micros_per_mtok  bigint      CHECK (input_micros_per_mtok >= 0),
    output_micros_per_mtok bigint      CHECK (output_micros_per_mtok >= 0),
    image_micros           bigint      CHECK (image_micros >= 0),
    changed_at             timestamptz NOT NULL DEFAULT engine_now(),
    PRIMARY KEY (workspace_id, provider, model)
);
