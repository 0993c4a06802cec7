-- HTTP APIs as servers of tools: the address of the OpenAPI document, empty where it was pasted; the operations that were
-- chosen, by name; and what was read of those, which calls are made by.
ALTER TABLE mcp_servers
    ADD COLUMN document   text   CHECK (length(document) BETWEEN 1 AND 2000),
    ADD COLUMN operations text[] NOT NULL DEFAULT '{}',
    ADD COLUMN api        jsonb,
    DROP CONSTRAINT mcp_servers_kind_check,
    ADD CONSTRAINT mcp_servers_kind_check CHECK (kind IN ('http', 'json_rpc', 'open_api'));
