-- A project that is put away is there to be read; nothing more goes into it.

ALTER TABLE projects ADD COLUMN archived_at timestamptz;
