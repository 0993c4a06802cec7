//! What is shown of a very long execution before all of it is there.

use std::collections::BTreeMap;

use super::{DocumentView, EdgeView, ExecutionView, NodeView};
use crate::{
    execution::{indexed::Indexed, state::EdgeState},
    id::NodeId,
};

/// Steps of a view of which everything is shown at once.
const MOST_STEPS: usize = 1_000;
/// Iterations of each step that are shown at once although they are over, besides the last: as many
/// as are looked at first.
const SHOWN_ITERATIONS: usize = 10;

impl ExecutionView {
    /// The same without most iterations that went well and what they made, where there are very
    /// many; the steps in them, as they were drawn, have their number, what they cost and how long
    /// they took.
    #[must_use]
    pub fn outlined(self) -> Self {
        if self.nodes.len() <= MOST_STEPS {
            return self;
        }
        let last = |node: &NodeView| {
            let last = self.nodes.runs_of(node.id.without_round()).next_back();
            last.is_some_and(|last| last.id == node.id)
        };
        let mut seen = DrawnCounts::default();
        let is_shown = |node: &&NodeView| {
            let is_iteration_over = node.is_done() && !node.id.round().is_empty();
            !is_iteration_over || seen.is_among_first(node.id.without_round()) || last(node)
        };
        let (shown, left_out): (Vec<&NodeView>, Vec<&NodeView>) =
            self.nodes.iter().partition(is_shown);
        if left_out.is_empty() {
            return self;
        }
        let mut nodes = shown.into_iter().cloned().collect::<Indexed<NodeView>>();
        for node in left_out {
            if let Some(drawn) = nodes.get_mut(node.id.without_round()) {
                drawn.stand_for(node);
            }
        }
        let mut seen = DrawnCounts::default();
        let shown = |edge: &&EdgeView| {
            let over = !edge.id.round().is_empty() && edge.state != EdgeState::Pending;
            !over || seen.is_among_first(edge.id.without_round())
        };
        let edges = self.edges.iter().filter(shown).cloned().collect();
        let is_shown = |made: &&DocumentView| nodes.get(made.node.as_str()).is_some();
        let documents = self.documents.iter().filter(is_shown).cloned().collect();
        Self { nodes, edges, documents, ..self }
    }

    /// Whether it has this step, or leaves it out for now.
    pub fn knows(&self, id: &NodeId) -> bool {
        let leaves_out = |drawn: &NodeView| drawn.left_out > 0;
        self.node(id).is_some() || self.nodes.get(id.without_round()).is_some_and(leaves_out)
    }

    /// Whether iterations are left out of it.
    pub fn is_outline(&self) -> bool {
        self.nodes.iter().any(|node| node.left_out > 0)
    }
}

impl NodeView {
    fn stand_for(&mut self, iteration: &Self) {
        self.left_out += 1;
        self.past_bill = self.past_bill.plus(iteration.bill());
        self.past_children = self.past_children.plus(iteration.children_bill());
        self.started_at = self.started_at.into_iter().chain(iteration.started_at).min();
        self.ended_at = self.ended_at.max(iteration.ended_at);
    }
}

/// How many were seen of each drawn step or connection.
#[derive(Default)]
struct DrawnCounts(BTreeMap<String, usize>);

impl DrawnCounts {
    fn is_among_first(&mut self, drawn: &str) -> bool {
        let seen = self.0.entry(drawn.to_owned()).or_default();
        *seen += 1;
        *seen <= SHOWN_ITERATIONS
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::{Value, json};

    use super::*;
    use crate::time::Timestamp;

    fn step(id: &str, status: &str) -> Value {
        json!({"id": id, "kind": "generate_copy", "label": "Write", "status": status,
               "generation": 1, "edited": false, "rounds": [], "jobs": [], "artifacts": []})
    }

    /// A loop of so many iterations of which the first failed and the last but one is under way.
    fn looped(iterations: usize) -> ExecutionView {
        let status = |iteration| match iteration {
            0 => "failed",
            iteration if iteration + 2 == iterations => "running",
            _ => "completed",
        };
        let iteration = |iteration| {
            let mut step = step(&format!("write@each[{iteration}]"), status(iteration));
            step["started_at"] = json!(Timestamp(1_000 + iteration as i64));
            step["past_bill"] = json!({"input_tokens": 1, "output_tokens": 2, "cost_micros": 3,
                                       "unpriced_calls": 0, "sample_calls": 0});
            step
        };
        let edge = |iteration| json!({"id": format!("in@each[{iteration}]"), "state": "live"});
        let drawn = [step("each", "running"), step("write", "running")];
        let nodes: Vec<Value> = drawn.into_iter().chain((0..iterations).map(iteration)).collect();
        let edges: Vec<Value> = (0..iterations).map(edge).collect();
        let mut view = ExecutionView::empty();
        view.nodes = serde_json::from_value(json!(nodes)).unwrap();
        view.edges = serde_json::from_value(json!(edges)).unwrap();
        view
    }

    #[test]
    fn rel_e16_an_outline_has_the_first_rounds_and_what_is_not_over_and_all_sums() {
        let whole = looped(3_000);

        let outline = whole.clone().outlined();

        assert!(outline.is_outline() && !whole.is_outline());
        assert!(outline.knows(&"write@each[500]".into()) && !outline.knows(&"each@each[5]".into()));
        assert_eq!((outline.nodes.len(), outline.edges.len()), (2 + 1 + 10 + 2, 10));
        let drawn = outline.node(&"write".into()).unwrap();
        assert_eq!(drawn.left_out, 3_000 - 1 - 10 - 2);
        assert_eq!(drawn.started_at, Some(Timestamp(1_011)));
        assert_eq!(outline.bill(), whole.bill());
        for kept in ["write@each[0]", "write@each[10]", "write@each[2998]", "write@each[2999]"] {
            assert_eq!(outline.node(&kept.into()), whole.node(&kept.into()), "{kept}");
        }
    }

    #[test]
    fn of_few_steps_nothing_is_left_out() {
        let whole = looped(900);

        assert_eq!(whole.clone().outlined(), whole);
    }

    #[test]
    fn what_is_not_said_of_a_step_is_nothing() {
        let whole = looped(3);

        let written = serde_json::to_string(&whole.nodes).unwrap();

        assert!(!written.contains("null"), "{written}");
        let read: Indexed<NodeView> = serde_json::from_str(&written).unwrap();
        assert_eq!(read, whole.nodes);
    }
}
