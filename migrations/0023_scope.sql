-- What lies in a round has an id of its own since 0013: nothing reads the columns `scope` any more.
-- The keys of which they were a part are made anew, under the same names.
ALTER TABLE execution_nodes
    DROP COLUMN scope,
    ADD CONSTRAINT execution_node UNIQUE (execution_id, node_id);

ALTER TABLE execution_edges
    DROP COLUMN scope,
    ADD PRIMARY KEY (execution_id, edge_id);

ALTER TABLE artifacts
    DROP COLUMN scope,
    ADD CONSTRAINT artifact_version UNIQUE (execution_id, node_id, item, port, version);

CREATE UNIQUE INDEX artifact_latest ON artifacts (execution_id, node_id, item, port)
    WHERE is_latest;
