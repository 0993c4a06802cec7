//! What nodes and jobs are called in sentences.

use model::{
    execution::{
        event::{EventKind, JobRef},
        view::{ExecutionView, NodeView},
    },
    id::NodeId,
    nodes::NodeConfig,
    workflow::Workflow,
};

/// The names of nodes and jobs: labels of an execution where it is known, else ids. With the
/// workflow also of the tools that they call.
#[derive(Debug, Clone, Copy, Default)]
pub struct Names<'a> {
    view: Option<&'a ExecutionView>,
    workflow: Option<&'a Workflow>,
}

/// The tool that a node calls, as `server.toolName`; none where it calls none.
pub fn called_tool<'a>(workflow: &'a Workflow, id: &NodeId) -> Option<&'a str> {
    let node = workflow.node(&id.in_round(""))?;
    let NodeConfig::Tool(config) = &node.data.config else { return None };
    Some(config.tool.as_str()).filter(|tool| !tool.is_empty())
}

impl<'a> Names<'a> {
    /// Names nodes as this execution does.
    pub fn new(view: &'a ExecutionView) -> Self {
        Self { view: Some(view), workflow: None }
    }

    /// The same, which also names the tools of this workflow.
    #[must_use]
    pub fn with_tools(self, workflow: &'a Workflow) -> Self {
        Self { workflow: Some(workflow), ..self }
    }

    /// The tool that an event's node calls.
    pub(super) fn tool(&self, kind: &EventKind) -> Option<&'a str> {
        called_tool(self.workflow?, kind.node()?)
    }

    /// The label of a node; its id when it is not known.
    pub fn node(&self, id: &NodeId) -> String {
        self.find_node(id).map_or_else(|| id.to_string(), |node| node.label.clone())
    }

    /// The label of a job's node, with the number of its item where there are several.
    fn job(&self, job: &JobRef) -> String {
        let label = self.node(&job.node);
        match self.find_node(&job.node) {
            Some(node) if node.jobs.len() > 1 => format!("{label} {}", job.item + 1),
            _ => label,
        }
    }

    /// What an event is about: its job, else its node; empty when it is about the execution.
    pub(super) fn subject(&self, kind: &EventKind) -> String {
        match (kind.job(), kind.node()) {
            (Some(job), _) => self.job(job),
            (None, Some(node)) => self.node(node),
            (None, None) => String::new(),
        }
    }

    /// Whether the line about a node's failure tells this reason, so that others need not.
    pub(super) fn tells_why(&self, id: &NodeId, reason: &str) -> bool {
        let failure = self.find_node(id).and_then(|node| node.failure.as_ref());
        failure.is_some_and(|failure| failure.message == reason)
    }

    fn find_node(&self, id: &NodeId) -> Option<&'a NodeView> {
        self.view.and_then(|view| view.node(id).or_else(|| view.node(&id.in_round(""))))
    }
}
