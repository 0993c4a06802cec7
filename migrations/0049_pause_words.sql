-- Why an execution was paused last, in its own words; none where the reason says it all.
CREATE FUNCTION engine_pause_words(execution uuid) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT kind ->> 'message'
      FROM execution_events v, jsonb_array_elements(v.events) WITH ORDINALITY AS k (kind, place)
     WHERE v.execution_id = execution AND kind ->> 'kind' = 'execution.paused'
     ORDER BY v.seq DESC, place DESC
     LIMIT 1
$$;
