-- Links by which somebody without an account decides one review, on behalf of the person who made them.
CREATE TABLE review_links (
    id           uuid        PRIMARY KEY,
    workspace_id uuid        NOT NULL,
    review_id    uuid        NOT NULL,
    made_by      uuid        NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    made_at      timestamptz NOT NULL DEFAULT engine_now(),
    expires_at   timestamptz NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, review_id) REFERENCES reviews (workspace_id, id) ON DELETE CASCADE
);

CREATE INDEX links_of_review ON review_links (review_id);
