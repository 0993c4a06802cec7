-- A workspace's own access to a provider, before the one the server was set up with. What is null is the provider's usual one.
-- The key is sealed with a key that is not in the database (see engine::vault), for this workspace, version and address.

CREATE TABLE providers (
    workspace_id uuid        NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    name         text        NOT NULL CHECK (name IN ('openai')),
    base_url     text        CHECK (length(base_url) BETWEEN 1 AND 2000),
    text_model   text        CHECK (length(text_model) BETWEEN 1 AND 200),
    image_model  text        CHECK (length(image_model) BETWEEN 1 AND 200),
    version      integer     NOT NULL CHECK (version > 0), -- sealed in, raised by every change
    nonce        bytea       CHECK (length(nonce) = 24),
    ciphertext   bytea       CHECK (length(ciphertext) BETWEEN 17 AND 8208),
    changed_by   uuid        REFERENCES users ON DELETE SET NULL,
    changed_at   timestamptz NOT NULL DEFAULT engine_now(),
    PRIMARY KEY (workspace_id, name),
    CHECK ((nonce IS NULL) = (ciphertext IS NULL)),
    CHECK (nonce IS NOT NULL OR base_url IS NOT NULL)
);
