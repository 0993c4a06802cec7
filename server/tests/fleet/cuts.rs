//! Connections to the database break when something has happened and nobody was told.

use model::id::{ExecutionId, TemplateId};
use serde_json::json;
use services::testing::{play::graph, soak::soaking};

use crate::fleet::{
    processes::{Fleet, PACE, Process},
    proxy::{Lasting, Proxy},
    restarts::{DOCUMENTS, meeting},
};

const AT_ONCE: usize = 3;

/// How many connections are cut: 200 of each kind in `make soak`.
fn cuts() -> usize {
    if soaking() { 200 } else { 10 }
}

/// What a worker completes that is cut off after every fifth of these, until the last cut.
async fn work_while_cut(
    fleet: &mut Fleet,
    template: TemplateId,
    what: Lasting,
) -> (Process, Vec<ExecutionId>) {
    let proxy = Proxy::start(&fleet.world.db.url, what, 5).await;
    fleet.reach_by(&proxy.url);
    let process = fleet.start(PACE).await;
    let mut executions = vec![];
    while proxy.cuts() < cuts() {
        let more = fleet.launch(template, AT_ONCE).await;
        for id in &more {
            fleet.complete(*id).await;
        }
        executions.extend(more);
    }
    (process, executions)
}

#[tokio::test]
async fn rel_e4b_commits_that_happened_without_an_answer_are_not_done_twice() {
    let mut fleet = Fleet::new().await;
    let template = meeting(&fleet).await;

    let (process, executions) = work_while_cut(&mut fleet, template, Lasting::Commit).await;

    fleet.assert_complete(&executions, DOCUMENTS).await;

    let paid = "SELECT count(*) FROM (SELECT FROM spend_ledger GROUP BY job_id
                 HAVING count(*) > 1) AS twice";
    assert_eq!(fleet.world.count(paid).await, 0, "no finished call is made again");
    drop(process);
    fleet.close().await;
}

#[tokio::test]
async fn rel_e4b_steps_written_in_one_statement_without_an_answer_are_not_done_twice() {
    let mut fleet = Fleet::new().await;
    // These make nothing to keep: what becomes of them is written without a transaction.
    let nodes = ["a", "b", "c", "d"].map(|id| (id, "wait", json!({"seconds": 0})));
    let edges = [("start", "a"), ("start", "b"), ("a", "c"), ("b", "c"), ("c", "d"), ("d", "end")];
    let template = fleet.world.publish(&graph(&nodes, &edges)).await;

    let (process, executions) = work_while_cut(&mut fleet, template, Lasting::Steps).await;

    fleet.assert_complete(&executions, 0).await;

    let jobs = fleet.world.count("SELECT count(*) FROM agent_jobs").await;
    assert_eq!(jobs, i64::try_from(nodes.len() * executions.len()).unwrap());
    let ends = "SELECT count(*) FROM (SELECT FROM job_attempts WHERE status = 'completed'
                 GROUP BY job_id HAVING count(*) = 1) AS once";
    assert_eq!(fleet.world.count(ends).await, jobs, "each ended once");
    drop(process);
    fleet.close().await;
}
