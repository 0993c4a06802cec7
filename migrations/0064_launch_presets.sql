-- Values of a launch form that people of a workspace keep under a name, for everybody there.
CREATE TABLE launch_presets (
    id           uuid        PRIMARY KEY,
    workspace_id uuid        NOT NULL,
    template_id  uuid        NOT NULL,
    name         text        NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    parameters   jsonb       NOT NULL CHECK (jsonb_typeof(parameters) = 'object'),
    changed_by   uuid        REFERENCES users (id) ON DELETE SET NULL,
    changed_at   timestamptz NOT NULL DEFAULT engine_now(),
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, template_id) REFERENCES workflow_templates (workspace_id, id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX launch_presets_by_name ON launch_presets (workspace_id, template_id, lower(name));
