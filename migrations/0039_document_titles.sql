-- The title under which a running job will make its document: nobody else takes it meanwhile.
ALTER TABLE agent_jobs ADD COLUMN document_title text;

CREATE INDEX jobs_naming ON agent_jobs (workspace_id)
    WHERE status = 'running' AND document_title IS NOT NULL;

-- Titles may be longer than what an ordinary index takes.
CREATE INDEX documents_by_title ON documents USING hash (title);
