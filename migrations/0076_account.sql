-- What people set for themselves, the picture that others see of them, and links to a new password.

ALTER TABLE users ADD COLUMN preferences jsonb NOT NULL DEFAULT '{}';

-- The picture belongs to the person and to no workspace: it is small, and lies here rather than among the blobs.
CREATE TABLE user_pictures (
    user_id    uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    version    uuid        NOT NULL,
    media_type text        NOT NULL CHECK (media_type IN ('image/jpeg', 'image/png')),
    bytes      bytea       NOT NULL CHECK (length(bytes) BETWEEN 1 AND 1048576)
);

-- A link replaces the one before it. It was made by an admin, whose rights are looked at again when it is used, or
-- at the command line. Its 32 random bytes are never stored, only their SHA-256.
CREATE TABLE password_links (
    user_id    uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    token_hash bytea       NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    made_by    uuid        REFERENCES users ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);
CREATE INDEX password_links_made_by_idx ON password_links (made_by);
