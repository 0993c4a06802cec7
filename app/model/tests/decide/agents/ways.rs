//! The three ways out of an agent.

use model::{
    agent::limits::LimitKind,
    decide::{self, ArtifactOut, ArtifactOutBody, JobOutput, NextStep},
    execution::{
        event::EventKind,
        failure::Failure,
        state::{ExecutionStatus, NodeStatus},
    },
    id::{ArtifactId, NodeId},
    nodes::agent::{done_output, failed_output, limit_output},
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{answer, claim_again, go_on, held, job, node, said, step, take};

fn end(values: Map<String, Value>) -> NextStep {
    let [port, provider, model] = ["partial", "sample", "writer"].map(str::to_owned);
    let port = values.keys().next().cloned().unwrap_or(port);
    let (id, body) = (ArtifactId(Uuid::from_u128(77)), ArtifactOutBody::Text("Half".to_owned()));
    let inputs = json!({});
    let artifact = ArtifactOut { id, port, body, inputs, provider, model, sample: true };
    let artifacts = vec![artifact];
    NextStep::End(Box::new(JobOutput { values, artifacts, ..JobOutput::default() }))
}

#[test]
fn the_path_goes_on_by_the_one_way_out_that_the_output_has() {
    let ways = ["done", "limit_reached", "failed"];
    let outputs = [
        done_output(json!("All")),
        limit_output(LimitKind::Turns, "It has used its turns.", json!("Half")),
        failed_output("model_refused", "It refused.", json!(null)),
    ];
    for (way, output) in ways.into_iter().zip(outputs) {
        let mut world = held(&ways);
        take(&mut world, step(vec![], None, end(output)));

        assert_eq!(node(&world, "agent"), NodeStatus::Completed);
        for other in ways {
            let wanted = if other == way { NodeStatus::Ready } else { NodeStatus::Skipped };
            assert_eq!(node(&world, other), wanted, "{way}: {other}");
        }
    }
}

#[test]
fn a_way_out_that_leads_nowhere_is_a_failure_and_what_there_is_is_kept() {
    let limit = limit_output(LimitKind::Cost, "It has used its money.", json!("Half"));
    let refused = failed_output("model_refused", "It refused.", json!("Half"));
    for (output, code) in [(limit, "limit_reached"), (refused, "model_refused")] {
        let mut world = held(&["done"]);
        take(&mut world, step(vec![said(&[])], Some(answer(1, 0)), end(output)));

        let failure = world.store.nodes[&NodeId::from("agent")].failure.clone().unwrap();
        assert_eq!(failure.code, code);
        assert_eq!(world.status(), ExecutionStatus::Failed);
        let made = |kind: &EventKind| matches!(kind, EventKind::ArtifactCreated { .. });
        assert!(world.store.events.iter().any(|event| made(&event.kind)));

        let agent = NodeId::from("agent");
        world.decide(|transition| decide::retry_node(transition, &agent, None).unwrap());
        assert_eq!((job(&world).talk.messages, job(&world).generation), (0, 2));
        claim_again(&mut world);
        go_on(&mut world, &[]);
        assert_eq!(world.store.talks.len(), 2, "a retry begins a new talk");
    }
}

#[test]
fn a_failure_for_good_takes_the_way_out_for_failures_where_that_leads_on() {
    let mut world = held(&["done", "failed"]);
    let failure = Failure::permanent("tool_changed", "It is another tool.");
    take(&mut world, step(vec![], None, NextStep::Fail(failure)));

    assert_eq!(node(&world, "agent"), NodeStatus::Completed);
    assert_eq!(node(&world, "failed"), NodeStatus::Ready);
    let output = world.store.nodes[&NodeId::from("agent")].output.clone().unwrap();
    assert_eq!(output["failed"]["code"], json!("tool_changed"));
}
