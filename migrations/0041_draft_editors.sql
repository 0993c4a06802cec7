-- Who has the editor of a template open, a row for each open stream. It is refreshed while the stream
-- lives, and what is not refreshed does not count; so it needs no log: after a crash nobody is there.
CREATE UNLOGGED TABLE draft_editors (
    id           uuid PRIMARY KEY,
    workspace_id uuid NOT NULL,
    template_id  uuid NOT NULL,
    user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    seen_at      timestamptz NOT NULL DEFAULT engine_now(),
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, template_id) REFERENCES workflow_templates (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX draft_editors_by_template ON draft_editors (workspace_id, template_id);
CREATE INDEX draft_editors_by_user ON draft_editors (user_id);
