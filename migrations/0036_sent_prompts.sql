-- What the call of an attempt was made with, where the one after it was made with something else: a
-- prompt that was changed for the next attempt is known of the one before, too. Of the others their
-- job's row says it.
ALTER TABLE job_attempts ADD COLUMN input jsonb;
