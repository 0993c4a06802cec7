-- A statement that writes several tables fails as a whole when one of them is not as expected.
CREATE FUNCTION engine_expect(expected bigint[], actual bigint[]) RETURNS boolean
    LANGUAGE plpgsql AS
$$
BEGIN
    IF actual IS DISTINCT FROM expected THEN
        RAISE EXCEPTION 'expected rows %, not %', expected, actual USING ERRCODE = 'AT001';
    END IF;
    RETURN true;
END
$$;
