-- Where words are looked for. Made while documents cannot be written, for a moment: processes that
-- wait for their turn to migrate would wait for an index that is made concurrently, and it for them.

CREATE INDEX documents_by_words ON documents USING gin (document_words(title, content));
