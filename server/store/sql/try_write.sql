-- Writes one row of every table as it is: what is missing, damaged or forbidden fails here, in its own
-- words. Waits for nobody; whoever runs it rolls it back.
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT c.relname AS name, f.attname AS field
          FROM pg_class c
         CROSS JOIN LATERAL (
               SELECT a.attname FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                  AND a.attgenerated = '' AND a.attidentity <> 'a'
                ORDER BY a.attnum LIMIT 1) f
         WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
    LOOP
        EXECUTE format(
            'UPDATE %1$I SET %2$I = %2$I
              WHERE ctid = (SELECT ctid FROM %1$I LIMIT 1 FOR UPDATE SKIP LOCKED)',
            one.name, one.field);
    END LOOP;
END
$$
