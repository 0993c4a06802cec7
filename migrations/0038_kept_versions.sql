-- Versions of outputs that somebody keeps: the history of their execution goes without them.
ALTER TABLE artifacts
    ADD COLUMN kept_at timestamptz,
    ADD COLUMN kept_by uuid REFERENCES users (id) ON DELETE SET NULL;

CREATE INDEX artifacts_kept ON artifacts (execution_id) WHERE kept_at IS NOT NULL;
