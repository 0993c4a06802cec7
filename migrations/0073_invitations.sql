-- Invitations into a workspace: a link that works once, for seven days, for one address. The 32 random
-- bytes in the link are never stored, only their SHA-256. One that is over stays for a while, so that its
-- link says why it works no longer.
CREATE TABLE invitations (
    id           uuid        PRIMARY KEY,
    workspace_id uuid        NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    email        text        NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    role         text        NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'runner', 'viewer')),
    token_hash   bytea       NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    invited_by   uuid        REFERENCES users ON DELETE SET NULL,
    created_at   timestamptz NOT NULL DEFAULT engine_now(),
    expires_at   timestamptz NOT NULL,
    accepted_at  timestamptz,
    revoked_at   timestamptz,
    UNIQUE (workspace_id, id),
    CONSTRAINT ended_one_way CHECK (accepted_at IS NULL OR revoked_at IS NULL)
);

CREATE UNIQUE INDEX invitations_open ON invitations (workspace_id, lower(email))
    WHERE accepted_at IS NULL AND revoked_at IS NULL;
CREATE INDEX invitations_by_start ON invitations (workspace_id, created_at DESC, id DESC);
CREATE INDEX invitations_by_inviter ON invitations (invited_by);

-- When a member was last here, by session or token; a session that ends takes its own moment with it.
ALTER TABLE memberships ADD COLUMN last_seen_at timestamptz;
UPDATE memberships m
   SET last_seen_at = (SELECT max(s.last_seen_at) FROM sign_in_sessions s
                        WHERE s.workspace_id = m.workspace_id AND s.user_id = m.user_id);

-- The list of members is read in parts by this order.
CREATE INDEX memberships_by_start ON memberships (workspace_id, created_at DESC, user_id DESC);
