-- What people say about templates, documents, executions and reviews: threads of comments, and who is named in them.

-- A thread goes with what it is about. The step is one of the workflow, without the round of a loop; it stays when the
-- step is deleted from a template.
CREATE TABLE comment_threads (
    id           uuid        PRIMARY KEY,
    workspace_id uuid        NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    template_id  uuid,
    document_id  uuid,
    execution_id uuid,
    review_id    uuid,
    node_id      text        CHECK (node_id <> ''),
    created_at   timestamptz NOT NULL DEFAULT engine_now(),
    resolved_at  timestamptz,
    resolved_by  uuid        REFERENCES users ON DELETE SET NULL,
    UNIQUE (workspace_id, id),
    CONSTRAINT one_subject CHECK (num_nonnulls(template_id, document_id, execution_id, review_id) = 1),
    CONSTRAINT step_of_workflow CHECK (node_id IS NULL OR num_nonnulls(template_id, execution_id) = 1),
    CONSTRAINT resolver_has_time CHECK (resolved_by IS NULL OR resolved_at IS NOT NULL),
    FOREIGN KEY (workspace_id, template_id) REFERENCES workflow_templates (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, document_id) REFERENCES documents (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, execution_id) REFERENCES workflow_executions (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, review_id) REFERENCES reviews (workspace_id, id) ON DELETE CASCADE
);

CREATE INDEX comment_threads_by_template ON comment_threads (template_id, created_at DESC, id DESC)
    WHERE template_id IS NOT NULL;
CREATE INDEX comment_threads_by_document ON comment_threads (document_id, created_at DESC, id DESC)
    WHERE document_id IS NOT NULL;
CREATE INDEX comment_threads_by_execution ON comment_threads (execution_id, created_at DESC, id DESC)
    WHERE execution_id IS NOT NULL;
CREATE INDEX comment_threads_by_review ON comment_threads (review_id, created_at DESC, id DESC)
    WHERE review_id IS NOT NULL;
CREATE INDEX comment_threads_by_resolver ON comment_threads (resolved_by) WHERE resolved_by IS NOT NULL;

-- The text is Markdown as it was written, with mentions as `@[Name](id of the member)`.
CREATE TABLE comments (
    id           uuid        PRIMARY KEY,
    workspace_id uuid        NOT NULL,
    thread_id    uuid        NOT NULL,
    author_id    uuid        REFERENCES users ON DELETE SET NULL,
    text         text        NOT NULL CHECK (length(text) BETWEEN 1 AND 10000),
    created_at   timestamptz NOT NULL DEFAULT engine_now(),
    edited_at    timestamptz,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, thread_id) REFERENCES comment_threads (workspace_id, id) ON DELETE CASCADE
);

CREATE INDEX comments_of_thread ON comments (thread_id, created_at, id);
CREATE INDEX comments_by_author ON comments (author_id);

-- Members who are named in a comment. Whoever names themselves has seen it already.
CREATE TABLE comment_mentions (
    workspace_id uuid        NOT NULL,
    comment_id   uuid        NOT NULL,
    user_id      uuid        NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT engine_now(),
    seen_at      timestamptz,
    PRIMARY KEY (comment_id, user_id),
    FOREIGN KEY (workspace_id, comment_id) REFERENCES comments (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id) ON DELETE CASCADE
);

CREATE INDEX comment_mentions_by_member ON comment_mentions (workspace_id, user_id);
CREATE INDEX comment_mentions_unseen ON comment_mentions (workspace_id, user_id, created_at DESC, comment_id DESC)
    WHERE seen_at IS NULL;

-- How often comments of the workspace have changed: whoever knows another number reads them again.
ALTER TABLE workspaces ADD COLUMN comment_revision bigint NOT NULL DEFAULT 0;
