-- People have several workspaces, told apart by a colour; one may be archived, and one may be deleted.

ALTER TABLE workspaces
    ADD COLUMN colour      text NOT NULL DEFAULT 'blue' CHECK (colour IN
        ('blue', 'indigo', 'purple', 'pink', 'orange', 'green', 'teal', 'slate')),
    ADD COLUMN archived_at timestamptz,
    -- Since when it is deleted: nobody is a member of it any more, and its rows go in small pieces.
    ADD COLUMN deleted_at  timestamptz;

-- Whoever is taken out of the workspace that they work in stays signed in, in no workspace.
ALTER TABLE sign_in_sessions
    ALTER COLUMN workspace_id DROP NOT NULL,
    DROP CONSTRAINT sign_in_sessions_workspace_id_user_id_fkey,
    ADD CONSTRAINT session_of_member FOREIGN KEY (workspace_id, user_id)
        REFERENCES memberships ON DELETE SET NULL (workspace_id),
    ADD CONSTRAINT session_of_user FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE;
