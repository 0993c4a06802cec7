-- Servers of tools that a workspace has registered, what they last listed, what workflows have pinned of their tools,
-- and where a tool is no longer as it was pinned.

-- Headers are names of headers with names of secrets; no value of one is here. Servers that run as processes are in the
-- operator's configuration only.
CREATE TABLE mcp_servers (
    id           uuid        PRIMARY KEY,
    workspace_id uuid        NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    name         text        NOT NULL CHECK (name ~ '^[a-z][a-z0-9_]*$' AND length(name) <= 63),
    kind         text        NOT NULL CHECK (kind IN ('http', 'json_rpc')),
    url          text        NOT NULL CHECK (length(url) BETWEEN 1 AND 2000),
    headers      jsonb       NOT NULL DEFAULT '[]',
    aliases      jsonb       NOT NULL DEFAULT '{}',
    enabled      boolean     NOT NULL DEFAULT true,
    created_by   uuid        REFERENCES users ON DELETE SET NULL,
    created_at   timestamptz NOT NULL DEFAULT engine_now(),
    updated_at   timestamptz NOT NULL DEFAULT engine_now(),
    UNIQUE (workspace_id, id),
    CONSTRAINT mcp_server_name UNIQUE (workspace_id, name)
);
CREATE INDEX mcp_servers_by_maker ON mcp_servers (created_by);

-- What a server, registered or the operator's, said when it was last asked: for people to look at. Nothing is decided by
-- it. Tools, protocol and instructions stay when it does not answer.
CREATE TABLE mcp_listings (
    workspace_id uuid        NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    server       text        NOT NULL,
    checked_at   timestamptz NOT NULL DEFAULT engine_now(),
    error        text,
    protocol     text,
    latency_ms   bigint      CHECK (latency_ms >= 0),
    instructions text,
    tools        jsonb       NOT NULL DEFAULT '[]',
    -- What it lists besides, each with why it is not used.
    unused       jsonb       NOT NULL DEFAULT '[]',
    PRIMARY KEY (workspace_id, server)
);

-- Definitions of tools by their hash, which locks in workflows name. They never change.
CREATE TABLE mcp_tool_definitions (
    workspace_id uuid        NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    hash         text        NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
    definition   jsonb       NOT NULL,
    PRIMARY KEY (workspace_id, hash)
);

-- A tool that a launch, a call or a check found other than it was pinned. Until an admin accepts it, what has pinned
-- it is not called. Where `to_hash` is empty the server had it no more, which nobody can accept.
CREATE TABLE mcp_tool_drifts (
    workspace_id uuid        NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    tool         text        NOT NULL,
    from_hash    text        NOT NULL,
    to_hash      text        NOT NULL,
    noticed_at   timestamptz NOT NULL DEFAULT engine_now(),
    accepted_by  uuid        REFERENCES users ON DELETE SET NULL,
    accepted_at  timestamptz,
    PRIMARY KEY (workspace_id, tool, from_hash, to_hash),
    CONSTRAINT accepts_something CHECK (accepted_at IS NULL OR to_hash <> '')
);
CREATE INDEX mcp_tool_drifts_by_accepter ON mcp_tool_drifts (accepted_by) WHERE accepted_by IS NOT NULL;
