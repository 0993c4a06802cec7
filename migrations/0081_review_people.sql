-- Reviews that name people, that whoever launched the execution does not decide, and that are given to others.

ALTER TABLE reviews
    DROP CONSTRAINT reviews_reviewers_check,
    ADD CONSTRAINT reviews_reviewers_check CHECK (reviewers IN ('runners', 'editors', 'admins', 'people')),
    ADD COLUMN people         uuid[]  NOT NULL DEFAULT '{}', -- who is named; they may have left since
    ADD COLUMN exclude_author boolean NOT NULL DEFAULT false;

-- The history of decisions, the latest first.
CREATE INDEX reviews_decided ON reviews (workspace_id, decided_at DESC, id DESC)
    WHERE status IN ('approved', 'changes', 'rejected');

-- Whether somebody of this role decides a review: what `Assignment::may_decide` says in the code, for lists and
-- counts. `left_out` is who launched the execution, where they do not decide.
CREATE FUNCTION engine_may_decide(reviewers text, people uuid[], left_out uuid, person uuid, role text)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT person IS DISTINCT FROM left_out AND CASE reviewers
               WHEN 'people' THEN role <> 'viewer' AND person = ANY (people)
               WHEN 'runners' THEN role <> 'viewer'
               WHEN 'editors' THEN role IN ('editor', 'admin', 'owner')
               WHEN 'admins' THEN role IN ('admin', 'owner')
               ELSE false
           END
$$;

-- How many members who have not approved a review may still do so. At most 10 are counted: no review needs more.
CREATE FUNCTION engine_deciders_left(of_workspace uuid, reviewers text, people uuid[], left_out uuid, approvals jsonb)
RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT count(*)
      FROM (SELECT FROM memberships m
             WHERE m.workspace_id = of_workspace
               AND engine_may_decide(reviewers, people, left_out, m.user_id, m.role)
               AND (approvals = '[]'
                    OR NOT approvals @> jsonb_build_array(jsonb_build_object('user', m.user_id)))
             LIMIT 10) still
$$;

-- Whether a review waits for somebody: they may decide it and have not approved; or they are an admin, and those
-- who may decide it are too few.
CREATE FUNCTION engine_waits_for(of_workspace uuid, reviewers text, people uuid[], left_out uuid, needed integer,
                                 approvals jsonb, person uuid, role text)
RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT engine_may_decide(reviewers, people, left_out, person, role)
           AND NOT approvals @> jsonb_build_array(jsonb_build_object('user', person))
        OR role IN ('admin', 'owner')
           AND engine_deciders_left(of_workspace, reviewers, people, left_out, approvals)
               < needed - jsonb_array_length(approvals)
$$;
