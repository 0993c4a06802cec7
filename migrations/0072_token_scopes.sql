-- What a token is for: everything that its role may do, or only to launch and read, or only to read.
ALTER TABLE api_tokens
    ADD COLUMN scope text NOT NULL DEFAULT 'full' CHECK (scope IN ('full', 'launch', 'read'));

-- Tokens are listed by member, the newest first.
CREATE INDEX api_tokens_by_member ON api_tokens (workspace_id, user_id, created_at DESC);
