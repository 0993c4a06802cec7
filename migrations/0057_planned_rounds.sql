-- What the rounds of a loop go through, as it was when they were planned: a list, or how many rounds there may
-- be until a condition holds. None once the loop is done, or where an older release has planned them: there it
-- is read anew for every round.
ALTER TABLE execution_nodes ADD COLUMN planned jsonb;
