//! What a card shows of a node and of its rounds.

use model::execution::view::{ExecutionView, NodeView};

use crate::diagram::view::NodeRun;
use crate::monitor::{
    picture::{node_run, whole},
    pieces::Texts,
    rounds::{done_of, gathered},
};

/// What the card of a node shows, its rounds taken together; `ahead` is how far the browser's clock
/// is ahead of the database's, in milliseconds.
pub fn run_on_card(view: &ExecutionView, node: &NodeView, texts: &Texts, ahead: i64) -> NodeRun {
    let rounds = done_of(view, node);
    let mut run = node_run(&gathered(view, node), view.status, texts, ahead);
    run.breakpoint = view.breakpoints.contains(&node.id);
    run.progress = rounds.map(whole).or(run.progress);
    run
}
