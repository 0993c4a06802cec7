-- Copies system template $3 into workspace $2, or publishes its changed definition as a new version.
-- A name that somebody else's template has is not taken from it.
WITH free AS (
    SELECT CASE WHEN EXISTS (SELECT FROM workflow_templates t
                              WHERE t.workspace_id = $2 AND t.name = $4
                                AND t.system_key IS DISTINCT FROM $3)
                THEN $4 || ' (' || $3 || ')' ELSE $4 END AS name
), template AS (
    INSERT INTO workflow_templates (id, workspace_id, name, description, category, is_system,
                                    system_key, example_output, draft, published_version)
    SELECT $1, $2, free.name, $5, $6, true, $3, $7, $8, 1
      FROM free
        ON CONFLICT ON CONSTRAINT template_system_key DO UPDATE
       SET name = excluded.name,
           description = excluded.description,
           category = excluded.category,
           example_output = excluded.example_output,
           draft = excluded.draft,
           published_version = workflow_templates.published_version
               + CASE WHEN workflow_templates.draft = excluded.draft THEN 0 ELSE 1 END,
           updated_at = CASE WHEN workflow_templates.draft = excluded.draft
                             THEN workflow_templates.updated_at ELSE engine_now() END
 RETURNING id, workspace_id, published_version
)
INSERT INTO workflow_template_versions (workspace_id, template_id, version, definition, note)
SELECT workspace_id, id, published_version, $8, 'Came with the product'
  FROM template
    ON CONFLICT (template_id, version) DO NOTHING
