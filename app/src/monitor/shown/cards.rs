//! What a card shows of a node and of its rounds.

use model::{
    execution::view::{ExecutionView, NodeView},
    time::Timestamp,
    workflow::Workflow,
};

use crate::monitor::{
    graph::{node_run, to_counts},
    rounds::count_done,
    text_stream::Texts,
};
use crate::{diagram::view::NodeRun, ui::format::duration};

/// What the card of a node shows; `all` is the node with its rounds taken together, and `ahead` is
/// how far the browser's clock is ahead of the database's, in milliseconds.
pub fn run_on_card(
    workflow: &Workflow,
    view: &ExecutionView,
    node: &NodeView,
    all: &NodeView,
    texts: &Texts,
    ahead: i64,
) -> NodeRun {
    let rounds = count_done(view, node);
    let mut run = node_run(all, view.status, texts, ahead);
    run.breakpoint = view.breakpoints.contains(&node.id);
    run.progress = rounds.map(|(a, b)| to_counts(a, b)).or(run.progress);
    if let Some(branch) = view.branch_not_taken(workflow, node) {
        run.note = Some(format!("Skipped: branch false ({branch})"));
    }
    run
}

/// What the card showed at `moment`: its clocks stand still.
pub fn stand_still(run: &mut NodeRun, node: &NodeView, moment: Timestamp) {
    run.started_at = None;
    run.until = None;
    let from_to = node.started_at.map(|from| node.ended_at.unwrap_or(moment).ms_since(from));
    run.duration = from_to.map(duration);
}
