-- Copies system agent $3 into workspace $2, or publishes its changed definition as a new version.
-- A key that somebody else's agent has is not taken from it.
WITH free AS (
    SELECT CASE WHEN EXISTS (SELECT FROM agents a
                              WHERE a.workspace_id = $2 AND a.key = $3
                                AND a.system_key IS DISTINCT FROM $3)
                THEN 'atelier_' || $3 ELSE $3 END AS key
), agent AS (
    INSERT INTO agents (id, workspace_id, key, name, draft, published_version, is_system, system_key)
    SELECT $1, $2, free.key, $4, $5, 1, true, $3
      FROM free
        ON CONFLICT ON CONSTRAINT agent_system_key DO UPDATE
       SET name = excluded.name,
           draft = excluded.draft,
           draft_revision = agents.draft_revision
               + CASE WHEN agents.draft = excluded.draft THEN 0 ELSE 1 END,
           published_version = agents.published_version
               + CASE WHEN agents.draft = excluded.draft THEN 0 ELSE 1 END,
           updated_at = CASE WHEN agents.draft = excluded.draft
                             THEN agents.updated_at ELSE engine_now() END
 RETURNING id, workspace_id, published_version
)
INSERT INTO agent_versions (workspace_id, agent_id, version, definition, note)
SELECT workspace_id, id, published_version, $5, 'Came with the product'
  FROM agent
    ON CONFLICT (agent_id, version) DO NOTHING
