-- A command that comes again with its key is done already, if it asks for the same: what it asked for is
-- noted as its digest. Nothing has written to this table before.
ALTER TABLE execution_commands ADD COLUMN request bytea NOT NULL;
