-- The audit log is only appended to. Each line is chained to the one before it in its workspace by SHA-256:
-- whoever changes or removes a line later breaks the chain, and `atelier doctor` names the place.

-- Whoever would write waits until the lines that are there have been chained; readers do not.
LOCK TABLE audit_log IN SHARE ROW EXCLUSIVE MODE;

-- One row for each line of the log. The lines of no workspace are a chain of their own, under the id that is all
-- zeros. Neither line nor workspace is referenced: a row whose line is gone is how it is known that there was one.
CREATE TABLE audit_chain (
    audit_id     bigint PRIMARY KEY,
    workspace_id uuid   NOT NULL,
    seq          bigint NOT NULL CHECK (seq > 0),
    hash         bytea  NOT NULL CHECK (length(hash) = 32),
    UNIQUE (workspace_id, seq)
);

-- The hash of a line: SHA-256 over the hash before it and the line as a JSON object, without what is null, so that
-- a column which comes later changes no hash. The only place that says what is covered.
CREATE FUNCTION audit_hash(previous bytea, line audit_log) RETURNS bytea
    LANGUAGE sql STABLE SET timezone = 'UTC' AS
$$
    SELECT sha256(previous || convert_to(
               (SELECT jsonb_object_agg(field.key, field.value)
                  FROM jsonb_each(to_jsonb(line)) AS field
                 WHERE field.value <> 'null'::jsonb)::text, 'UTF8'))
$$;

-- The chain of a workspace's lines, or of the lines of none.
CREATE FUNCTION audit_chain_of(workspace uuid) RETURNS uuid
    LANGUAGE sql IMMUTABLE AS
$$
    SELECT coalesce(workspace, '00000000-0000-0000-0000-000000000000'::uuid)
$$;

-- Runs when the transaction commits, after everything else that it waits for: a chain is locked only while a commit
-- is written. The first line of a transaction locks the chains of all its lines, always in the same order, so that
-- nobody who holds one waits for another who waits for it.
CREATE FUNCTION audit_append() RETURNS trigger LANGUAGE plpgsql AS
$$
DECLARE
    chain uuid := audit_chain_of(NEW.workspace_id);
    own   xid8 := pg_current_xact_id();
    tail  audit_chain;
BEGIN
    -- The line may have gone with its workspace in the same transaction.
    IF NOT EXISTS (SELECT FROM audit_log l WHERE l.id = NEW.id) THEN
        RETURN NULL;
    END IF;
    IF current_setting('atelier.audit_locked', true) IS DISTINCT FROM own::text THEN
        PERFORM pg_advisory_xact_lock(4281409, chained.lock)
           FROM (SELECT DISTINCT hashtext(audit_chain_of(l.workspace_id)::text) AS lock
                   FROM audit_log l
                  WHERE l.id >= NEW.id AND l.xmin = own::xid
                  ORDER BY lock) AS chained;
        PERFORM set_config('atelier.audit_locked', own::text, true);
    END IF;
    SELECT c.* INTO tail FROM audit_chain c
     WHERE c.workspace_id = chain ORDER BY c.seq DESC LIMIT 1;
    INSERT INTO audit_chain (audit_id, workspace_id, seq, hash)
    VALUES (NEW.id, chain, coalesce(tail.seq, 0) + 1,
            audit_hash(coalesce(tail.hash, ''::bytea), NEW));
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER audit_log_chained AFTER INSERT ON audit_log
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION audit_append();

-- The lines that are there, in the order in which they were written.
DO
$$
DECLARE
    line audit_log;
    tail audit_chain;
BEGIN
    FOR line IN SELECT l.* FROM audit_log l ORDER BY l.workspace_id, l.id LOOP
        IF tail.workspace_id IS DISTINCT FROM audit_chain_of(line.workspace_id) THEN
            tail.seq := 0;
            tail.hash := ''::bytea;
        END IF;
        INSERT INTO audit_chain (audit_id, workspace_id, seq, hash)
        VALUES (line.id, audit_chain_of(line.workspace_id), tail.seq + 1,
                audit_hash(tail.hash, line))
        RETURNING * INTO tail;
    END LOOP;
END
$$;

-- What was written stays as it was, unless it goes with its whole workspace.
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.workspace_id <> audit_chain_of(NULL)
           AND NOT EXISTS (SELECT FROM workspaces w WHERE w.id = OLD.workspace_id) THEN
            RETURN OLD;
        END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        -- The doctor writes a row of every table as it is.
        IF NEW.* IS NOT DISTINCT FROM OLD.* THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit log is only appended to: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_log_not_emptied BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_chain_append_only BEFORE UPDATE OR DELETE ON audit_chain
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_chain_not_emptied BEFORE TRUNCATE ON audit_chain
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();

CREATE FUNCTION audit_forget_chain() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    DELETE FROM audit_chain WHERE workspace_id = OLD.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER workspaces_forget_chain AFTER DELETE ON workspaces
    FOR EACH ROW EXECUTE FUNCTION audit_forget_chain();

-- A list that is narrowed by a person, an action or a subject reads that much of the log and no more.
CREATE INDEX audit_log_by_time ON audit_log (workspace_id, at DESC, id DESC);
CREATE INDEX audit_log_by_person ON audit_log (workspace_id, user_id, at DESC, id DESC);
CREATE INDEX audit_log_by_action ON audit_log (workspace_id, action, at DESC, id DESC);
CREATE INDEX audit_log_by_subject ON audit_log (workspace_id, subject_id, at DESC, id DESC);
DROP INDEX audit_log_workspace_idx;
DROP INDEX audit_log_subject_idx;

-- From where: how the person was known, and the address and browser of the request. Who did it is said by an id
-- that stays when the account goes, for the hash covers it; the name goes with the account.
ALTER TABLE audit_log
    ADD COLUMN credential    text CHECK (credential IN ('session', 'token', 'link', 'command_line')),
    ADD COLUMN credential_id uuid,
    ADD COLUMN ip            text,
    ADD COLUMN user_agent    text,
    DROP CONSTRAINT audit_log_user_id_fkey;
