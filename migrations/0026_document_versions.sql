-- What people write: a revision for every save, and versions that never change.

ALTER TABLE documents
    ADD COLUMN revision  bigint      NOT NULL DEFAULT 1,
    ADD COLUMN edited_by uuid        REFERENCES users (id) ON DELETE SET NULL,
    ADD COLUMN edited_at timestamptz;

CREATE TABLE document_versions (
    id           uuid        PRIMARY KEY,
    workspace_id uuid        NOT NULL,
    document_id  uuid        NOT NULL,
    number       integer     NOT NULL CHECK (number > 0),
    title        text        NOT NULL,
    content      text        NOT NULL,
    origin       text        NOT NULL CHECK (origin IN ('workflow', 'person', 'restored')),
    restored     integer     CHECK ((restored IS NOT NULL) = (origin = 'restored')),
    execution_id uuid,
    written_by   uuid        REFERENCES users (id) ON DELETE SET NULL,
    written_at   timestamptz NOT NULL,
    UNIQUE (workspace_id, id),
    UNIQUE (document_id, number),
    FOREIGN KEY (workspace_id, document_id) REFERENCES documents (workspace_id, id) ON DELETE CASCADE
);

-- What a document says now, as the version it will be, where that is not kept yet.
CREATE VIEW document_heads AS
    SELECT d.workspace_id, d.id AS document_id, coalesce(last.number, 0) + 1 AS number, d.title, d.content,
           CASE WHEN d.edited_at IS NULL AND d.execution_id IS NOT NULL THEN 'workflow' ELSE 'person' END AS origin,
           CASE WHEN d.edited_at IS NULL THEN d.execution_id END AS execution_id,
           CASE WHEN d.edited_at IS NULL THEN d.created_by ELSE d.edited_by END AS written_by,
           coalesce(d.edited_at, d.created_at) AS written_at
      FROM documents d
      LEFT JOIN LATERAL (SELECT v.number, v.title, v.content
                           FROM document_versions v
                          WHERE v.document_id = d.id
                          ORDER BY v.number DESC
                          LIMIT 1) last ON true
     WHERE last.number IS NULL OR (last.title, last.content) IS DISTINCT FROM (d.title, d.content);

-- What is searched of a document: its words, as far as an index can hold them. Punctuation never
-- joins words, and capitals are lowered here: a database's locale may know only those of English.
CREATE FUNCTION document_words(title text, content text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN to_tsvector('simple'::regconfig, translate(title || ' ' || left(content, 100000),
        '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~'
        'ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮĶŁĹĻĽŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽȘȚ'
        'ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΆΈΉΊΌΎΏ'
        'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁЄІЇҐЎЂЈЉЊЋЏ',
        '                                '
        'àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþāăąćčďđēėęěğģīįķłĺļľńņňōőœŕřśşšţťūůűųźżžșț'
        'αβγδεζηθικλμνξοπρστυφχψωάέήίόύώ'
        'абвгдежзийклмнопрстуфхцчшщъыьэюяёєіїґўђјљњћџ'));
