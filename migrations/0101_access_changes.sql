-- What ends or lowers somebody's access is announced with their id when it is committed: every process ends the
-- streams that it has open for them.
CREATE FUNCTION engine_announce_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('atelier_access', OLD.user_id::text);
    RETURN NULL;
END
$$;

CREATE TRIGGER membership_ended AFTER DELETE ON memberships
    FOR EACH ROW EXECUTE FUNCTION engine_announce_access();
CREATE TRIGGER role_changed AFTER UPDATE OF role ON memberships
    FOR EACH ROW WHEN (OLD.role IS DISTINCT FROM NEW.role) EXECUTE FUNCTION engine_announce_access();
CREATE TRIGGER session_ended AFTER DELETE ON sign_in_sessions
    FOR EACH ROW EXECUTE FUNCTION engine_announce_access();
CREATE TRIGGER token_ended AFTER DELETE ON api_tokens
    FOR EACH ROW EXECUTE FUNCTION engine_announce_access();
