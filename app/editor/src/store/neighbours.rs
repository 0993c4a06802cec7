//! The neighbours of each node, for screen readers.

use std::collections::HashMap;

use diagram::describe::{Surroundings, title_with_label};
use model::{id::NodeId, workflow::Workflow};

/// The number of each step in reading order, and the titles before and after each node. `order`
/// and `links` name nodes by their place in the workflow; a link carries the label of its edge.
pub(super) fn surroundings<'a>(
    workflow: &Workflow,
    order: &[usize],
    links: impl Iterator<Item = ((usize, usize), Option<&'a str>)>,
) -> HashMap<NodeId, Surroundings> {
    let nodes = &workflow.nodes;
    let is_step = |place: &usize| nodes[*place].data.config.work() != model::nodes::Work::None;
    let steps: Vec<usize> = order.iter().copied().filter(is_step).collect();
    let mut surroundings = vec![Surroundings::default(); nodes.len()];
    for (at, place) in steps.iter().enumerate() {
        surroundings[*place].step = Some((at + 1, steps.len()));
    }
    for ((source, target), label) in links {
        surroundings[target].before.push(title_with_label(nodes[source].title(), label));
        surroundings[source].after.push(title_with_label(nodes[target].title(), label));
    }
    nodes.iter().map(|node| node.id.clone()).zip(surroundings).collect()
}
