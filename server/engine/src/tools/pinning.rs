//! Which nodes of a workflow have something pinned, and where what is wrong with one is told.

use model::{
    graph::is_enabled,
    problem::FieldProblem,
    workflow::{Node, Workflow},
};

use super::refusal::ToolRefusal;

/// What becomes of what a workflow has pinned already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pinning {
    /// Every tool is pinned as it is now: of a draft, and of what is published.
    Renew,
    /// The same, where it runs at once: what a server that is away now has is pinned by nobody, and
    /// waited for when it is called.
    RenewToRun,
    /// What is pinned stays and has to be as it was: of a published version. What is not pinned is
    /// pinned as it is now.
    Keep,
}

/// A node with its place among the nodes of its workflow.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed<'a> {
    pub place: usize,
    pub node: &'a Node,
}

impl Placed<'_> {
    /// What is wrong with a field of its configuration.
    pub(super) fn problem(self, field: &str, refusal: ToolRefusal) -> FieldProblem {
        self.problem_in(field, "", refusal)
    }

    /// What is wrong with a part of such a field, as `.owner`.
    pub(super) fn problem_in(self, field: &str, part: &str, refusal: ToolRefusal) -> FieldProblem {
        let path = format!("nodes[{}].data.config.{field}{part}", self.place);
        let message = format!("{}: {}", self.node.title(), refusal.words);
        FieldProblem {
            node_id: Some(self.node.id.to_string()),
            field: Some(field.to_owned()),
            ..FieldProblem::field(refusal.code, path, message)
        }
    }
}

/// The enabled nodes for which `runs` is true.
pub(super) fn running(workflow: &Workflow, runs: impl Fn(&Node) -> bool) -> Vec<Placed<'_>> {
    let nodes = workflow.nodes.iter().enumerate();
    let running = nodes.filter(|&(_, node)| is_enabled(workflow, node) && runs(node));
    running.map(|(place, node)| Placed { place, node }).collect()
}
