-- Files that tools give: a run keeps them as it keeps those of its launch, whatever kind they are of.
ALTER TABLE uploads DROP CONSTRAINT uploads_kind_check;
ALTER TABLE uploads ADD CONSTRAINT uploads_kind_check CHECK (kind IN ('image', 'pdf', 'text', 'file'));
