-- Reusable workflows. A version never changes; the draft is what its author edits.

CREATE TABLE workflow_templates (
    id                uuid        PRIMARY KEY,
    workspace_id      uuid        NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name              text        NOT NULL CHECK (name <> ''),
    description       text        NOT NULL DEFAULT '',
    category          text        NOT NULL,
    is_system         boolean     NOT NULL DEFAULT false,
    system_key        text,
    example_output    text        NOT NULL DEFAULT '',
    enabled           boolean     NOT NULL DEFAULT true,
    archived_at       timestamptz,
    created_by        uuid        REFERENCES users (id) ON DELETE SET NULL,
    draft             jsonb       NOT NULL,
    draft_revision    bigint      NOT NULL DEFAULT 1,
    published_version integer,
    created_at        timestamptz NOT NULL DEFAULT engine_now(),
    updated_at        timestamptz NOT NULL DEFAULT engine_now(),
    UNIQUE (workspace_id, id),
    CONSTRAINT template_name UNIQUE (workspace_id, name),
    CONSTRAINT template_system_key UNIQUE (workspace_id, system_key),
    CHECK (is_system = (system_key IS NOT NULL))
);

CREATE INDEX templates_by_category ON workflow_templates (workspace_id, category)
    WHERE archived_at IS NULL;

CREATE TABLE workflow_template_versions (
    workspace_id uuid        NOT NULL,
    template_id  uuid        NOT NULL,
    version      integer     NOT NULL CHECK (version > 0),
    definition   jsonb       NOT NULL,
    note         text        NOT NULL DEFAULT '',
    created_by   uuid        REFERENCES users (id) ON DELETE SET NULL,
    created_at   timestamptz NOT NULL DEFAULT engine_now(),
    PRIMARY KEY (template_id, version),
    FOREIGN KEY (workspace_id, template_id) REFERENCES workflow_templates (workspace_id, id)
        ON DELETE CASCADE
);
