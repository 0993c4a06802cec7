//! What a node type's own check works with.

use super::{Code, Issue};
use crate::{
    connect,
    graph::loop_of,
    nodes::Work,
    workflow::{Node, Workflow},
};

/// Collects what is wrong with one node.
pub struct Checker<'a> {
    workflow: &'a Workflow,
    node: &'a Node,
    place: usize,
    issues: Vec<Issue>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(workflow: &'a Workflow, node: &'a Node, place: usize) -> Self {
        Self { workflow, node, place, issues: vec![] }
    }

    pub(super) fn into_issues(self) -> Vec<Issue> {
        self.issues
    }

    /// How many edges enter the node.
    pub fn edges_in(&self) -> usize {
        self.workflow.edges.iter().filter(|edge| edge.target == self.node.id).count()
    }

    /// How many steps lie in the node.
    pub fn steps_inside(&self) -> usize {
        let inside = |other: &&Node| {
            other.data.config.work() != Work::None
                && loop_of(self.workflow, &other.id) == Some(&self.node.id)
        };
        self.workflow.nodes.iter().filter(inside).count()
    }

    /// A field of the configuration lacks a value.
    pub fn missing(&mut self, field: &str, message: &str) {
        self.add(Code::MissingParameter, field, message);
    }

    /// A field of the configuration, or what it counts, is outside its range.
    pub fn out_of_range(&mut self, field: &str, message: &str) {
        self.add(Code::ValueOutOfRange, field, message);
    }

    /// A field of the configuration holds something of another kind than it needs.
    pub fn wrong_kind(&mut self, field: &str, message: &str) {
        self.add(Code::WrongType, field, message);
    }

    /// There is more of something than a node may have.
    pub fn too_many(&mut self, field: &str, message: &str) {
        self.add(Code::LimitExceeded, field, message);
    }

    /// Two entries have the same name.
    pub fn duplicate(&mut self, field: &str, name: &str) {
        self.add(
            Code::DuplicateId,
            field,
            &format!("{name:?} is used twice; give it another name."),
        );
    }

    /// A name cannot be used in a reference.
    pub fn bad_name(&mut self, field: &str, name: &str) {
        let message =
            format!("{name:?} cannot be used: begin with a letter a–z, go on with a–z, 0–9 and _.");
        self.add(Code::InvalidName, field, &message);
    }

    /// A port has no edge and its field names no source either.
    pub fn needs_edge(&mut self, port: &str, message: &str) {
        let into = connect::incoming(self.workflow, &self.node.id);
        if !into.iter().any(|(_, ends)| ends.target.name == port) {
            self.add(Code::MissingParameter, port, message);
        }
    }

    fn add(&mut self, code: Code, field: &str, message: &str) {
        let path = format!("nodes[{}].data.config.{field}", self.place);
        let issue = Issue::error(code, path, message);
        self.issues.push(issue.with_node(&self.node.id).in_field(field));
    }
}
