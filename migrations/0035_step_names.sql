-- What the step of an execution is called, as drawn: its label, or else its id in words. Rounds of a
-- loop are called like the step that they are of.
CREATE FUNCTION engine_step_name(definition jsonb, node text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(
        (SELECT nullif(btrim(drawn -> 'data' ->> 'label'), '')
           FROM jsonb_array_elements(definition -> 'nodes') AS drawn
          WHERE drawn ->> 'id' = split_part(node, '@', 1)
          LIMIT 1),
        replace(split_part(node, '@', 1), '_', ' '))
$$;
