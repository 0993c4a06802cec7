-- Tags by which people find their workflows again. The defaults are those of all rows there are.
ALTER TABLE workflow_templates
    ADD COLUMN tags text[] NOT NULL DEFAULT '{}' CHECK (cardinality(tags) <= 10);
