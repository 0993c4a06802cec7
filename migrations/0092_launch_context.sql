-- What launches of a project begin with, and which environment names a launch may set.

ALTER TABLE projects
    ADD COLUMN launch_defaults jsonb NOT NULL DEFAULT '{}'
        CHECK (jsonb_typeof(launch_defaults) = 'object');

ALTER TABLE workspaces
    ADD COLUMN launch_env_names text[] NOT NULL DEFAULT '{}'
        CHECK (cardinality(launch_env_names) <= 100);
