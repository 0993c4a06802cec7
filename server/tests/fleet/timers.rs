//! Timers whose worker is killed fire once, and soon.

use model::{
    execution::{event::EventKind, state::ExecutionStatus},
    id::ExecutionId,
    workflow::Workflow,
};
use serde_json::json;
use services::testing::{
    play::graph,
    soak::{STALL, judge, soaking},
};

use crate::fleet::processes::Fleet;

/// Executions, and seconds over which their timers fall due.
fn timers() -> (usize, usize) {
    if soaking() { (100, 60) } else { (4, 4) }
}

const TIMERS: usize = 50;

/// start → fifty waits of different length → end.
fn waiting(seconds: usize) -> Workflow {
    let names: Vec<String> = (0..TIMERS).map(|number| format!("wait{number}")).collect();
    let step = seconds as f64 / TIMERS as f64;
    let nodes = names.iter().enumerate().map(|(number, name)| {
        (name.as_str(), "wait", json!({"seconds": 1.0 + step * number as f64}))
    });
    let nodes: Vec<_> = nodes.collect();
    let edges = names.iter().flat_map(|name| [("start", name.as_str()), (name.as_str(), "end")]);
    graph(&nodes, &edges.collect::<Vec<_>>())
}

/// Of every timer of an execution: when it was due, and when it fired each time.
async fn fired(fleet: &Fleet, id: ExecutionId) -> Vec<(i64, Vec<i64>)> {
    let mut timers: std::collections::BTreeMap<_, (i64, Vec<i64>)> = Default::default();
    for event in fleet.world.events(id).await {
        match event.kind {
            EventKind::NodeWaiting { node, until: Some(until), .. } => {
                timers.entry(node).or_default().0 = until.0;
            }
            EventKind::NodeCompleted { node, .. } => {
                if let Some(timer) = timers.get_mut(&node) {
                    timer.1.push(event.at.0);
                }
            }
            _ => {}
        }
    }
    timers.into_values().collect()
}

#[tokio::test]
async fn rel_e12_of_hundreds_of_timers_each_fires_once_although_their_worker_is_killed_meanwhile() {
    let mut fleet = Fleet::new().await;
    let (count, seconds) = timers();
    let template = fleet.world.publish(&waiting(seconds)).await;
    let process = fleet.start(0).await;
    let executions = fleet.launch(template, count).await;
    let third = i64::try_from(count * TIMERS / 3).unwrap();
    fleet.until("SELECT count(*) FROM job_attempts WHERE status = 'completed'", third).await;
    let killed = fleet.now().await;
    fleet.kill(process).await;
    let overdue = "SELECT count(*) FROM agent_jobs
                    WHERE status = 'pending' AND run_at < engine_now()";
    fleet.until(overdue, third / 2).await;

    let process = fleet.start(0).await;
    let back = fleet.now().await;
    let mut lateness = vec![];
    let mut overdue = vec![];
    fleet.world.wait_all_over(&executions).await;
    for id in executions {
        let view = fleet.world.view(id).await;
        assert_eq!(view.status, ExecutionStatus::Completed, "{view:#?}");
        let timers = fired(&fleet, id).await;
        assert_eq!(timers.len(), TIMERS);
        for (due, fired) in timers {
            // A worker stamps by the database's last answer, which was a little while on its way.
            assert!(fired.len() == 1 && fired[0] >= due - 1000, "due {due}, fired {fired:?}");
            match (killed..back).contains(&due) {
                true => overdue.push(fired[0] - back),
                false if due < killed && fired[0] > killed => overdue.push(fired[0] - back),
                false => lateness.push(fired[0] - due),
            }
        }
    }

    lateness.sort_unstable();
    let p99 = lateness[lateness.len() * 99 / 100];
    let last = overdue.iter().max().copied().unwrap();
    judge("a timer's delay, 99 of 100", p99, 1_000, STALL);
    judge("from the restart to the last timer that was overdue", last, 5_000, STALL);
    let twice = "SELECT count(*) FROM (SELECT FROM job_attempts WHERE status = 'completed'
                  GROUP BY job_id HAVING count(*) > 1) AS twice";
    assert_eq!(fleet.world.count(twice).await, 0);
    fleet.world.assert_sound().await;
    drop(process);
    fleet.close().await;
}
