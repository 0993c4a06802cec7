-- Making an older version of an output current again: a new version that repeats it, by a person.
ALTER TABLE artifacts
    ADD COLUMN repeats     integer,
    ADD COLUMN restored_by uuid REFERENCES users (id) ON DELETE SET NULL,
    ADD CONSTRAINT repeats_an_older_version CHECK (repeats < version);
