-- What was done to one execution is asked for by its id.
CREATE INDEX audit_log_subject_idx ON audit_log (workspace_id, subject_id, id DESC);
