//! What lies in a loop runs once a round: all rounds of a step together.

use std::borrow::Cow;

use model::{
    execution::view::{Bill, ExecutionView, NodeView},
    graph::loop_of,
    id::NodeId,
    workflow::{Edge, Workflow},
};

/// The runs of a drawn step in the rounds of its loop, in the order they began.
pub fn rounds_of<'a>(
    view: &'a ExecutionView,
    drawn: &'a str,
) -> impl Iterator<Item = &'a NodeView> {
    view.nodes.runs_of(drawn)
}

/// What gave the results of a loop, round by round; nothing for other steps.
pub fn givers_of<'a>(
    view: &'a ExecutionView,
    workflow: &Workflow,
    owner: &NodeId,
) -> Vec<&'a NodeView> {
    let back = |edge: &&Edge| {
        let source = workflow.node(&edge.source);
        edge.target.as_str() == owner.without_round()
            && source.is_some_and(|node| loop_of(workflow, &node.id) == Some(&edge.target))
    };
    let sources: Vec<&str> =
        workflow.edges.iter().filter(back).map(|edge| edge.source.as_str()).collect();
    let gives = |node: &&NodeView| {
        let of_loop = node.id.owner().is_some_and(|found| found.is_run_of(owner));
        of_loop && sources.contains(&node.id.without_round())
    };
    view.nodes.iter().filter(gives).collect()
}

/// Rounds of a drawn step that have begun, with those that are still to be loaded.
pub fn count_begun(view: &ExecutionView, drawn: &NodeView) -> usize {
    rounds_of(view, drawn.id.as_str()).count() + drawn.left_out
}

/// Rounds of a step that are done, and all there will be as far as that is known.
pub fn count_done(view: &ExecutionView, node: &NodeView) -> Option<(usize, usize)> {
    let inside = node.inside.as_ref().filter(|_| node.id.round().is_empty())?;
    let done = rounds_of(view, node.id.as_str()).filter(|node| node.is_done()).count();
    let (done, begun) = (done + node.left_out, count_begun(view, node));
    let owners = view.node(inside).into_iter().chain(rounds_of(view, inside.as_str()));
    let planned: usize = owners.map(|owner| owner.rounds.len()).sum();
    let all = planned.max(begun);
    (all > 0).then_some((done, all))
}

/// A node as a person sees it: one that lies in a loop has what all of its rounds made.
pub fn gather_rounds<'a>(view: &ExecutionView, node: &'a NodeView) -> Cow<'a, NodeView> {
    if node.is_real() {
        return Cow::Borrowed(node);
    }
    let mut all = node.clone();
    for round in rounds_of(view, node.id.as_str()) {
        all.jobs.extend(round.jobs.iter().cloned());
        all.artifacts.extend(round.artifacts.iter().cloned());
        all.past_bill = Bill::plus(all.past_bill, round.past_bill);
        all.past_children = Bill::plus(all.past_children, round.past_children);
        all.started_at = earlier(all.started_at, round.started_at);
        all.ended_at = all.ended_at.max(round.ended_at);
        all.failure = all.failure.or_else(|| round.failure.clone());
        all.review = all.review.or_else(|| round.review.clone());
        all.decided = all.decided.or_else(|| round.decided.clone());
        if round.status == all.status {
            all.waiting = all.waiting.or_else(|| round.waiting.clone());
            all.until = earlier(all.until, round.until);
            all.skipped = all.skipped.or(round.skipped);
        }
    }
    if !all.status.is_settled() {
        all.ended_at = None;
    }
    Cow::Owned(all)
}

fn earlier<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// `3`, or `2.3` for the third round within the second of a loop around it.
pub fn number_of(id: &NodeId) -> String {
    let numbers = id.round().split('/').filter_map(|part| {
        let (_, number) = part.rsplit_once('[')?;
        number.trim_end_matches(']').parse::<usize>().ok()
    });
    numbers.map(|number| (number + 1).to_string()).collect::<Vec<_>>().join(".")
}

/// The name of a node with its round: `Write headlines`, `Write headlines, round 2`.
pub fn node_name(node: &NodeView) -> String {
    match number_of(&node.id).as_str() {
        "" => node.label.clone(),
        number => format!("{}, round {number}", node.label),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::execution::state::{NodeStatus, RoundState};
    use serde_json::json;

    use super::*;
    use crate::sample;

    #[test]
    fn a_step_in_a_loop_shows_how_many_rounds_are_done_and_what_all_made() {
        let view = sample::looped();
        let drawn = view.node(&"copy".into()).unwrap();

        assert_eq!(view.node(&"each".into()).unwrap().rounds[0], RoundState::Done);
        assert_eq!(count_done(&view, drawn), Some((1, 3)));
        let all = gather_rounds(&view, drawn);
        assert_eq!((all.jobs.len(), all.artifacts.len()), (2, 1));
        assert_eq!(count_done(&view, view.node(&"each".into()).unwrap()), None);
    }

    #[test]
    fn a_loop_shows_what_its_rounds_gave_back() {
        let workflow = json!({
            "schemaVersion": 1, "name": "Loop",
            "nodes": [
                {"id": "each", "type": "for_each", "position": {"x": 0, "y": 0}, "data": {"label": "Each", "config": {"items": "${input.topics}"}}},
                {"id": "copy", "type": "generate_copy", "position": {"x": 0, "y": 0}, "parentId": "each", "data": {"label": "Copy", "config": {"prompt": "A line"}}}],
            "edges": [{"id": "back", "source": "copy", "target": "each", "sourceHandle": "texts", "targetHandle": "result"}],
        });
        let workflow: Workflow = serde_json::from_value(workflow).unwrap();
        let view = sample::looped();

        let given = givers_of(&view, &workflow, &"each".into());
        let ids: Vec<_> = given.iter().map(|node| node.id.as_str()).collect();
        assert_eq!(ids, ["copy@each[0]", "copy@each[1]"]);
        assert!(givers_of(&view, &workflow, &"copy".into()).is_empty());
    }

    #[test]
    fn what_has_rounds_to_come_is_not_done() {
        let mut written = sample::looped_events();
        written.truncate(6);

        let view = ExecutionView::from_events(&sample::events(written));

        assert_eq!(view.node(&"copy".into()).unwrap().status, NodeStatus::Pending);
    }
}
