-- How hard a provider may be asked with a workspace's own access; what is null is as the server is set up.
ALTER TABLE providers
    ADD COLUMN calls_at_once    integer CHECK (calls_at_once > 0),
    ADD COLUMN calls_per_minute integer CHECK (calls_per_minute > 0);

-- Such a call waits for its place in a minute, not for one beside others.
ALTER TABLE provider_queue ADD COLUMN only_minute boolean NOT NULL DEFAULT false;

-- When calls left, for a minute, where only so many a minute may.
CREATE TABLE provider_calls (
    id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider text        NOT NULL,
    left_at  timestamptz NOT NULL DEFAULT engine_now()
);

CREATE INDEX provider_calls_of_a_minute ON provider_calls (provider, left_at);
