-- An attempt is written when it ends: while it runs, its job's row says all there is to say of it.
DELETE FROM job_attempts WHERE status = 'running';
ALTER TABLE job_attempts
    ALTER COLUMN status DROP DEFAULT,
    ALTER COLUMN ended_at SET NOT NULL,
    DROP CONSTRAINT job_attempts_status_check,
    ADD CONSTRAINT job_attempts_status_check CHECK (status IN
        ('completed', 'failed', 'lost', 'cancelled', 'limited', 'handed_back'));

-- An edge is written when it settles. What comes with a round has a row at once: it says that the edge
-- exists.
DELETE FROM execution_edges WHERE state = 'pending' AND position('@' IN edge_id) = 0;

-- Neither is changed afterwards, as a rule: their pages need no room.
ALTER TABLE job_attempts SET (fillfactor = 100);
ALTER TABLE execution_edges SET (fillfactor = 100);
