-- What people and other systems are told of: written in the transaction of what it is about, sent later by any
-- server, again and again until it has arrived or three days have passed.

-- What happened. Who is told is found out when it is dispatched: then it has its words, and a delivery for each.
CREATE TABLE notices (
    id            uuid        PRIMARY KEY,
    -- None for what concerns a person and no workspace.
    workspace_id  uuid        REFERENCES workspaces ON DELETE CASCADE,
    kind          text        NOT NULL CHECK (kind IN ('review_waits', 'mention', 'execution_ended',
        'execution_failed', 'budget', 'invitation', 'password_reset')),
    -- What happens once is told once.
    dedupe_key    text        NOT NULL,
    content       jsonb       NOT NULL,
    message       jsonb,
    -- A link that opens something, sealed; gone as soon as its mail is delivered or given up.
    nonce         bytea,
    ciphertext    bytea,
    at            timestamptz NOT NULL DEFAULT engine_now(),
    give_up_at    timestamptz NOT NULL,
    dispatched_at timestamptz,
    UNIQUE (workspace_id, id),
    CONSTRAINT sealed_whole CHECK ((nonce IS NULL) = (ciphertext IS NULL)),
    CONSTRAINT notice_once UNIQUE NULLS NOT DISTINCT (workspace_id, dedupe_key)
);
CREATE INDEX notices_to_dispatch ON notices (at, id) WHERE dispatched_at IS NULL;
CREATE INDEX notices_to_forget ON notices (at) WHERE dispatched_at IS NOT NULL;

-- Where a workspace has other systems told. The address may open something, so it is sealed, with the key by which
-- calls are signed; the host is what is shown of it.
CREATE TABLE webhooks (
    id           uuid        PRIMARY KEY,
    workspace_id uuid        NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    name         text        NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    kind         text        NOT NULL CHECK (kind IN ('slack', 'generic')),
    host         text        NOT NULL,
    nonce        bytea       NOT NULL,
    ciphertext   bytea       NOT NULL,
    -- The kinds of notices that it is told of.
    events       text[]      NOT NULL,
    created_by   uuid        REFERENCES users ON DELETE SET NULL,
    created_at   timestamptz NOT NULL DEFAULT engine_now(),
    UNIQUE (workspace_id, id),
    CONSTRAINT webhook_name UNIQUE (workspace_id, name)
);
CREATE INDEX webhooks_by_maker ON webhooks (created_by);

-- A notice on its way to one receiver: a member, an address, or a webhook. Its id is the message's, whatever the
-- attempt. While it is being sent `next_at` is the end of the sender's lease, and the fence says whose it is.
CREATE TABLE notice_deliveries (
    id           uuid        PRIMARY KEY,
    notice_id    uuid        NOT NULL REFERENCES notices ON DELETE CASCADE,
    workspace_id uuid,
    channel      text        NOT NULL CHECK (channel IN ('mail', 'webhook')),
    user_id      uuid,
    email        text,
    webhook_id   uuid,
    state        text        NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts     integer     NOT NULL DEFAULT 0,
    fence        bigint      NOT NULL DEFAULT 0,
    next_at      timestamptz NOT NULL DEFAULT engine_now(),
    last_error   text,
    ended_at     timestamptz,
    FOREIGN KEY (workspace_id, notice_id) REFERENCES notices (workspace_id, id) ON DELETE CASCADE,
    -- Whoever is no member any more is told nothing more.
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, webhook_id) REFERENCES webhooks (workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT one_receiver CHECK (num_nonnulls(user_id, email, webhook_id) = 1
                                   AND (channel = 'webhook') = (webhook_id IS NOT NULL))
);
CREATE INDEX notice_deliveries_due ON notice_deliveries (channel, next_at) WHERE state = 'waiting';
CREATE INDEX notice_deliveries_latest ON notice_deliveries (workspace_id, id DESC);
CREATE INDEX notice_deliveries_by_notice ON notice_deliveries (notice_id);
CREATE INDEX notice_deliveries_by_member ON notice_deliveries (workspace_id, user_id);
CREATE INDEX notice_deliveries_by_webhook ON notice_deliveries (workspace_id, webhook_id);
