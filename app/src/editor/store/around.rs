//! Who stands beside whom.

use std::collections::HashMap;

use model::{id::NodeId, workflow::Workflow};

use crate::diagram::describe::{Surroundings, titled};

/// Where each node stands among the others: in the order in which they are read, and by the links
/// between places, with the words on them.
pub(super) fn surroundings<'a>(
    workflow: &Workflow,
    order: &[usize],
    links: impl Iterator<Item = ((usize, usize), Option<&'a str>)>,
) -> HashMap<NodeId, Surroundings> {
    let nodes = &workflow.nodes;
    let is_step = |place: &usize| nodes[*place].data.config.work() != model::nodes::Work::None;
    let steps: Vec<usize> = order.iter().copied().filter(is_step).collect();
    let mut around = vec![Surroundings::default(); nodes.len()];
    for (at, place) in steps.iter().enumerate() {
        around[*place].step = Some((at + 1, steps.len()));
    }
    for ((source, target), label) in links {
        around[target].before.push(titled(nodes[source].title(), label));
        around[source].after.push(titled(nodes[target].title(), label));
    }
    nodes.iter().map(|node| node.id.clone()).zip(around).collect()
}
