//! What the examination of a database finds: each kind of damage, and nothing where there is none.

use engine::{exec::Worker, executors::Executors};
use model::{
    execution::state::{ExecutionStatus, PauseReason},
    id::ExecutionId,
    nodes::NodeKind,
    pages::Control,
};
use serde_json::json;
use services::{
    admin::integrity_check::check_integrity,
    testing::{
        play::{Call, copies, graph, held, patient, take, wrote},
        world::{World, none, quick},
    },
};
use sqlx::AssertSqlSafe;
use store::invariants;

/// What is found, and the damage that does it. In braces: the executions of the [`Scene`].
const CASES: [(&str, &str); 28] = [
    (
        "events are numbered with gaps",
        "UPDATE workflow_executions SET event_seq = event_seq + 1 WHERE id = {done}",
    ),
    (
        "a node is open although the execution is over for good",
        "UPDATE execution_nodes SET status = 'pending' WHERE execution_id = {done} AND node_id = 'end'",
    ),
    (
        "a job is open although its node has settled",
        "UPDATE agent_jobs SET status = 'pending' WHERE execution_id = {done} AND item = 0;
         UPDATE execution_nodes SET jobs_settled = 1 WHERE execution_id = {done} AND jobs_total = 2",
    ),
    (
        "an edge is open although the execution has completed",
        "UPDATE execution_edges SET state = 'pending' WHERE execution_id = {done} AND edge_id = 'write_end'",
    ),
    (
        "a node's count of jobs is wrong",
        "UPDATE execution_nodes SET jobs_total = 3 WHERE execution_id = {done} AND jobs_total = 2",
    ),
    (
        "a running execution has nothing that will wake it",
        "DELETE FROM agent_jobs WHERE execution_id = {running};
         UPDATE execution_nodes SET jobs_total = 0 WHERE execution_id = {running};
         UPDATE workflow_executions SET jobs_running = 0 WHERE id = {running}",
    ),
    (
        "its count of running jobs is wrong",
        "UPDATE workflow_executions SET jobs_running = 1 WHERE id = {running}",
    ),
    (
        "a call is counted, or its money reserved, by a job that does not run",
        "UPDATE agent_jobs SET reserved = 1 WHERE execution_id = {done} AND item = 0",
    ),
    (
        "nobody will look for its due jobs",
        "UPDATE agent_jobs SET status = 'pending', worker_id = NULL WHERE execution_id = {running};
         UPDATE workflow_executions SET jobs_running = 0, next_run_at = NULL WHERE id = {running}",
    ),
    (
        "an open review is waited for by nobody, or a waiting node has none",
        "DELETE FROM reviews WHERE execution_id = {review}",
    ),
    (
        "the cost is not the sum of its jobs and of the ledger",
        "UPDATE workflow_executions SET total_cost = total_cost + 1 WHERE id = {done}",
    ),
    (
        "a job of write does not have the bill that the ledger has of it",
        "UPDATE spend_ledger SET input_tokens = input_tokens + 1 WHERE execution_id = {done}",
    ),
    (
        "a completed job has not exactly one completed attempt",
        "UPDATE job_attempts SET status = 'lost' WHERE execution_id = {done}",
    ),
    (
        "a job waits for an execution that does not exist",
        "UPDATE agent_jobs SET child_id = gen_random_uuid() WHERE execution_id = {parent}",
    ),
    (
        "an attempt has ended although its job runs on with it",
        "INSERT INTO job_attempts (job_id, fence, execution_id, attempt, worker_id, status, started_at,
                                   ended_at)
         SELECT id, fence, execution_id, attempt, worker_id, 'lost', engine_now(), engine_now()
           FROM agent_jobs WHERE execution_id = {running}",
    ),
    (
        "an attempt is of a claim that its job has not come to",
        "UPDATE agent_jobs SET fence = 0 WHERE execution_id = {done}",
    ),
    (
        "it waits for a decision for which nobody is asked",
        "DELETE FROM reviews WHERE execution_id = {review};
         UPDATE execution_nodes SET status = 'pending'
          WHERE execution_id = {review} AND status = 'awaiting_review'",
    ),
    (
        "something happened after it was stopped",
        "UPDATE workflow_executions SET event_seq = event_seq + 1 WHERE id = {stopped};
         INSERT INTO execution_events (execution_id, seq, at, events)
         SELECT id, event_seq, engine_now(), '[{\"kind\": \"node.started\", \"node\": \"write\"}]'
           FROM workflow_executions WHERE id = {stopped}",
    ),
    (
        "write has completed twice in one generation",
        "UPDATE workflow_executions SET event_seq = event_seq + 1 WHERE id = {done};
         INSERT INTO execution_events (execution_id, seq, at, events)
         SELECT id, event_seq, engine_now(), '[{\"kind\": \"node.completed\", \"node\": \"write\"}]'
           FROM workflow_executions WHERE id = {done}",
    ),
    (
        "a job made a document twice",
        "INSERT INTO documents (id, workspace_id, project_id, title, content, status, sample,
                                execution_id, node_id, origin_job)
         SELECT gen_random_uuid(), workspace_id, project_id, 'Another', 'Another', status, sample,
                execution_id, node_id, origin_job
           FROM documents WHERE execution_id = {done} LIMIT 1",
    ),
    (
        "a job recorded an output twice",
        "INSERT INTO artifacts (id, workspace_id, execution_id, node_id, item, port, version, is_latest,
                                content, inputs, provider, model, sample, job_id, created_at)
         SELECT gen_random_uuid(), workspace_id, execution_id, node_id, item, port, version + 1, false,
                '\"Another\"', inputs, provider, model, sample, job_id, created_at
           FROM artifacts WHERE execution_id = {done} LIMIT 1",
    ),
    (
        "a completed job of write has no output",
        "UPDATE agent_jobs SET output = CASE WHEN item = 0 THEN '{}'::jsonb END
          WHERE execution_id = {done}",
    ),
    (
        "write has completed its jobs but has no output",
        "UPDATE execution_nodes SET output = NULL WHERE execution_id = {done} AND node_id <> 'end'",
    ),
    (
        "a version of what write gave is missing",
        "UPDATE artifacts SET version = 2 WHERE execution_id = {done}",
    ),
    (
        "the talk of an agent has a gap",
        "INSERT INTO agent_messages (workspace_id, hash, body, bytes)
         SELECT workspace_id, sha256('said'), '{}', 2 FROM workflow_executions WHERE id = {done};
         INSERT INTO agent_talk (workspace_id, execution_id, job_id, generation, position, turn, hash, at)
         SELECT workspace_id, id, gen_random_uuid(), 1, 1, 0, sha256('said'), engine_now()
           FROM workflow_executions WHERE id = {done}",
    ),
    (
        "a message of an agent's talk is missing",
        "INSERT INTO agent_talk (workspace_id, execution_id, job_id, generation, position, turn, hash, at)
         SELECT workspace_id, id, gen_random_uuid(), 1, 0, 0, sha256('said'), engine_now()
           FROM workflow_executions WHERE id = {done}",
    ),
    (
        "a model call of an agent was given more than its talk has",
        "INSERT INTO agent_calls (workspace_id, execution_id, job_id, generation, turn, node_id, messages,
                                  provider, model, input_tokens, cached_tokens, output_tokens, took_ms,
                                  is_repair, sample, at)
         SELECT workspace_id, id, gen_random_uuid(), 1, 1, 'write', 2, 'sample', 'writer', 1, 0, 1, 1,
                false, true, engine_now()
           FROM workflow_executions WHERE id = {done}",
    ),
    (
        "write waits for nobody",
        "UPDATE agent_jobs SET job_type = 'agent', status = 'pending', worker_id = NULL, calling = NULL,
                               reserved = NULL, run_at = '9999-12-31 23:59:59+00'
          WHERE execution_id = {running};
         UPDATE workflow_executions SET jobs_running = 0, next_run_at = '9999-12-31 23:59:59+00'
          WHERE id = {running}",
    ),
];

/// Executions in states that differ, none of which changes any more.
struct Scene {
    done: ExecutionId,
    running: ExecutionId,
    review: ExecutionId,
    stopped: ExecutionId,
    parent: ExecutionId,
    /// Whose calls are under way; it hands nothing back while the damage is looked for.
    _at_work: (Worker, Vec<Call>),
}

impl Scene {
    async fn set(world: &World) -> Self {
        let template = world.publish(&copies(2)).await;
        let writer = world.worker(quick());
        let done = world.launch(template, none()).await;
        assert_eq!(world.wait_over(done).await.status, ExecutionStatus::Completed);
        writer.stop().await;

        let (executor, mut calls) = held();
        let executors = Executors::standard(&world.services.context().deps);
        let worker =
            world.worker_with(executors.with_executor(NodeKind::GenerateCopy, executor), patient());
        let draft = ("draft", "generate_copy", json!({"prompt": "A draft."}));
        let edges = [("start", "draft"), ("draft.texts", "check"), ("check.approved", "end")];
        let asks = graph(&[draft, ("check", "review", json!({}))], &edges);
        let review = world.launch(world.publish(&asks).await, none()).await;
        take(&mut calls, 1).await.remove(0).answer(wrote("A draft"));
        world.wait(review, |view| view.pause_reason == Some(PauseReason::Review)).await;
        let runs = json!({"template": template, "parameters": []});
        let edges = [("start", "sub"), ("sub.output", "end")];
        let other = graph(&[("sub", "sub_workflow", runs)], &edges);
        let parent = world.launch(world.publish(&other).await, none()).await;
        let stopped = world.launch(template, none()).await;
        let running = world.launch(template, none()).await;
        let under_way = take(&mut calls, 6).await;
        world.services.executions.control(&world.owner, stopped, Control::STOP).await.unwrap();
        Self { done, running, review, stopped, parent, _at_work: (worker, under_way) }
    }

    fn named(&self, sql: &str) -> String {
        let all = [
            ("{done}", self.done),
            ("{running}", self.running),
            ("{review}", self.review),
            ("{stopped}", self.stopped),
            ("{parent}", self.parent),
        ];
        all.iter().fold(sql.to_owned(), |sql, (name, id)| sql.replace(name, &format!("'{id}'")))
    }
}

#[tokio::test]
async fn each_damage_is_found_by_its_name_and_nothing_else_is() {
    let world = World::new().await;
    let scene = Scene::set(&world).await;
    world.assert_sound().await;

    for (finding, damage) in CASES {
        let mut tx = world.db.pool.begin().await.unwrap();
        let damage = scene.named(damage);
        sqlx::raw_sql(AssertSqlSafe(damage)).execute(&mut *tx).await.unwrap();

        let found = invariants::find_violations(&mut tx, None).await.unwrap();

        let words: std::collections::BTreeSet<_> =
            found.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(words, [finding].into(), "{found:#?}");
        tx.rollback().await.unwrap();
    }
    world.assert_sound().await;
    let known = include_str!("../../../store/sql/invariants.sql").matches("SELECT e.id").count();
    assert_eq!(known, CASES.len(), "each finding has a damage that it finds");

    world.db.leave_unexamined();
    let unlike = "UPDATE execution_nodes SET status = 'skipped', rounds = 'd'
                   WHERE execution_id = {done} AND node_id = 'end'";
    let unlike = scene.named(unlike);
    sqlx::raw_sql(AssertSqlSafe(unlike)).execute(&world.db.pool).await.unwrap();
    let found = check_integrity(&world.db.pool).await.unwrap();
    let words: Vec<_> = found.iter().map(|found| (found.execution, found.words.as_str())).collect();
    let unlike = [
        "end is skipped in its rows but completed in its events",
        "the rounds of end is d in its rows but missing in its events",
    ];
    assert_eq!(words, unlike.map(|words| (scene.done, words)));
}
