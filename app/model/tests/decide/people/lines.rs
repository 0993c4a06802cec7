//! Asking for changes at random, whatever else happens, and whatever lies between what makes
//! something and the review.

use std::{collections::BTreeSet, sync::Mutex};

use model::{
    decide::CompiledWorkflow,
    execution::event::{Event, EventKind},
    id::NodeId,
    review::Verdict,
    workflow::Workflow,
};
use proptest::{prelude::*, sample::select, test_runner::TestRunner};
use serde_json::{Value, json};

use super::changes::{check, drawn, usual};
use crate::decide::{
    input::{Ending, Input, steps},
    workflows::cases,
    world::World,
};

/// A review, behind what makes something and what lies between.
fn line(makers: &[&'static str], between: &[&'static str], named: bool) -> Workflow {
    let ids: Vec<String> = (0..makers.len()).map(|place| format!("m{place}")).collect();
    let behind: Vec<String> = (0..between.len()).map(|place| format!("b{place}")).collect();
    let content = match makers.first().filter(|_| named) {
        Some(&"generate_image") => "${nodes.m0.images ?? \"\"}",
        Some(_) => "${nodes.m0.texts ?? \"\"}",
        None => "",
    };
    let mut nodes: Vec<_> = ids.iter().zip(makers).map(|(id, kind)| usual(id, kind)).collect();
    nodes.extend(behind.iter().zip(between).map(|(id, kind)| unconnected(id, kind)));
    nodes.push(check(content));
    let row: Vec<&str> = behind.iter().map(String::as_str).chain(["check"]).collect();
    let mut edges: Vec<(&str, &str)> = row.windows(2).map(|pair| (pair[0], pair[1])).collect();
    edges.extend(ids.iter().flat_map(|id| [("start", id.as_str()), (id.as_str(), row[0])]));
    edges.extend(ids.is_empty().then_some(("start", row[0])));
    edges.push(("check.approved", "end"));
    drawn(&nodes, &edges)
}

/// A node that nothing it needs comes in to.
fn unconnected<'a>(id: &'a str, kind: &'a str) -> (&'a str, &'a str, Value) {
    match kind {
        "attach_to_document" => (id, kind, json!({"documents": "${[]}", "images": "${[]}"})),
        _ => usual(id, kind),
    }
}

fn lines() -> impl Strategy<Value = Workflow> {
    let makers = select(vec!["generate_copy", "generate_copy", "generate_image"]);
    let between = select(vec![
        "wait",
        "attach_to_document",
        "ai_review",
        "http_request",
        "sub_workflow",
        "transform",
        "merge",
        "generate_copy",
    ]);
    let makers = prop::collection::vec(makers, 0..3);
    let between = prop::collection::vec(between, 0..4);
    (makers, between, any::<bool>())
        .prop_map(|(makers, between, named)| line(&makers, &between, named))
}

/// Whatever can be claimed is done, one job after the other, and what is launched ends well.
fn worked() -> Vec<Vec<Input>> {
    let answer = || vec![Input::Answer { pick: 0, ending: Ending::Done, charges: 0 }];
    let once = || {
        let claim = vec![Input::Claim { worker: 0, capacity: 4 }];
        [claim, answer(), answer(), vec![Input::ChildEnds { pick: 0, well: true }]]
    };
    (0..5).flat_map(|_| once()).collect()
}

/// Such lines, with changes asked for twice, and anything else in between.
pub(crate) fn histories() -> impl Strategy<Value = (Workflow, (u32, bool), Vec<Vec<Input>>)> {
    (lines(), steps([6, 1, 3])).prop_map(|(workflow, random)| {
        let verdict = Verdict::Changes;
        let ask = vec![vec![Input::Decide { pick: 0, person: 1, verdict }]];
        let parts = [worked(), ask.clone(), random, worked(), ask, worked()];
        (workflow, (1, true), parts.concat())
    })
}

/// What is made again because somebody asked for changes, by what has happened since.
fn made_again(since: &[Event]) -> BTreeSet<NodeId> {
    use EventKind::{JobCancelled, NodeReset};
    let ours = |event: &&Event| matches!(event.kind, NodeReset { .. } | JobCancelled { .. });
    let node = |event: &Event| match &event.kind {
        NodeReset { node, .. } => Some(node.clone()),
        _ => None,
    };
    since.iter().take_while(ours).filter_map(node).collect()
}

/// Asserts that something is made anew, and that what runs again is all that comes after it.
fn fits(again: &BTreeSet<NodeId>, review: &NodeId, compiled: &CompiledWorkflow) {
    let makes = |id: &NodeId| compiled.node(id).unwrap().data.config.has_prompt();
    assert!(again.contains(review) && again.iter().any(makes), "{again:?}");
    for id in again {
        let follows = || compiled.incoming(id).iter().any(|link| again.contains(&link.source));
        assert!(makes(id) || follows(), "{id} of {again:?}");
        let after = compiled.outgoing(id);
        let passed_on = after.iter().all(|link| again.contains(&link.target));
        assert!(passed_on || id == review, "after {id} of {again:?}");
    }
}

/// Asserts that who is asked anew is asked about what has been made since.
fn settles_first(again: &BTreeSet<NodeId>, review: &NodeId, since: &[Event]) {
    use EventKind::{NodeAwaitingReview, NodeCompleted, NodeFailed, NodeSkipped};
    let asks =
        |event: &Event| matches!(&event.kind, NodeAwaitingReview { node, .. } if node == review);
    let Some(asked) = since.iter().position(asks) else { return };
    let settled = since[..asked].iter().filter_map(|event| match &event.kind {
        NodeCompleted { node, .. } | NodeFailed { node, .. } | NodeSkipped { node, .. } => {
            Some(node)
        }
        _ => None,
    });
    let settled: BTreeSet<&NodeId> = settled.collect();
    let mut between = again.iter().filter(|id| id.as_str().starts_with('b'));
    assert!(between.all(|id| settled.contains(id)), "{again:?}, but only {settled:?}");
}

#[test]
fn whatever_happens_what_lies_between_runs_after_what_was_asked_for_and_before_it_is_shown() {
    let config = ProptestConfig { failure_persistence: None, ..cases(100) };
    let times = Mutex::new(0);

    let lived = TestRunner::new(config).run(&histories(), |(workflow, how, steps)| {
        let mut world = World::launch(workflow, how.0, how.1);
        steps.iter().for_each(|inputs| world.step(inputs));
        world.drain();
        let (compiled, events) = (world.store.compiled_workflow(), &world.store.events);
        for (place, event) in events.iter().enumerate() {
            if let EventKind::ReviewDecided { node, verdict: Verdict::Changes, .. } = &event.kind {
                let since = &events[place + 1..];
                let again = made_again(since);
                fits(&again, node, &compiled);
                settles_first(&again, node, since);
                *times.lock().unwrap() += 1;
            }
        }
        Ok(())
    });

    lived.unwrap();
    assert!(times.into_inner().unwrap() > 0, "nobody has asked for changes");
}
