-- Reviews of workspace $1, at most $5, the oldest first: only open ones where $2 says so, of execution
-- $3 and the one $4 where those are given, and only those that wait for person $6 of role $7 where that is
-- given; from the moment $8 and the id $9 on, where those are given. With each who is named to decide it and how many may still do so, how many versions its step has
-- asked about before, what was asked to be different of the last of them, and whether anything of its
-- execution is a sample.
SELECT r.id, r.execution_id, r.node_id, r.status, r.reviewers, r.exclude_author, r.kind, r.instructions,
       r.items AS "items: Json<Vec<Value>>", r.needed, r.approvals, r.until_at, r.opened_at,
       r.decided_name, r.reason, r.decided_at, e.name, e.number, e.user_id AS "author?",
       engine_step_name(e.run_definition, r.node_id) AS "step!",
       (e.sample_calls > 0 OR EXISTS (SELECT FROM artifacts a
                                       WHERE a.execution_id = e.id AND a.is_latest AND a.sample)) AS "sample!",
       (SELECT coalesce(jsonb_agg(jsonb_build_object('id', named.id, 'name', member.name)
                                  ORDER BY named.place), '[]')
          FROM unnest(r.people) WITH ORDINALITY AS named (id, place)
          LEFT JOIN (SELECT u.id, u.name
                       FROM memberships m
                       JOIN users u ON u.id = m.user_id
                      WHERE m.workspace_id = r.workspace_id AND m.user_id = ANY (r.people)) member
            ON member.id = named.id) AS "people!: Json<Vec<NamedReviewer>>",
       CASE WHEN r.status = 'open' THEN engine_deciders_left(r.workspace_id, r.reviewers, r.people, left_out.person,
                                                             r.approvals)
            END AS "left?",
       (SELECT count(*) FROM reviews p
         WHERE p.execution_id = r.execution_id AND p.node_row_id = r.node_row_id
           AND p.generation < r.generation AND r.kind = 'content') AS "earlier!",
       b.decided_name AS "before_name?", b.reason AS "before_reason?",
       b.decided_at AS "before_at?"
  FROM reviews r
  JOIN workflow_executions e ON e.id = r.execution_id
 CROSS JOIN LATERAL (SELECT CASE WHEN r.exclude_author THEN e.user_id END AS person) left_out
  LEFT JOIN LATERAL (
       SELECT p.status, p.decided_name, p.reason, p.decided_at
         FROM reviews p
        WHERE p.execution_id = r.execution_id AND p.node_row_id = r.node_row_id
          AND p.generation < r.generation
        ORDER BY p.generation DESC
        LIMIT 1
       ) b ON b.status = 'changes'
 WHERE r.workspace_id = $1 AND (NOT $2 OR r.status = 'open')
   AND ($3::uuid IS NULL OR r.execution_id = $3) AND ($4::uuid IS NULL OR r.id = $4)
   AND ($6::uuid IS NULL OR engine_waits_for(r.workspace_id, r.reviewers, r.people, left_out.person, r.needed,
                                             r.approvals, $6, $7))
   AND ($8::timestamptz IS NULL OR (r.opened_at, r.id) > ($8, $9::uuid))
 ORDER BY r.opened_at, r.id
 LIMIT $5
