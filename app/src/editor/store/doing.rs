//! What gestures on nodes and edges do to the document, each as one entry of the history.

use leptos::prelude::*;
use model::{
    canvas::hit::PortAt,
    edit::Command,
    id::{EdgeId, NodeId},
    validate::{Issue, validate_connection},
    workflow::{Edge, NodeData},
};

use super::{Editor, adding::fresh_edge, offers::edge_between};
use crate::ui::toast::ToastKind;

impl Editor {
    /// Connects two ports of different sides, or says why not.
    pub fn connect(self, a: &PortAt, b: &PortAt) {
        let mut edge = edge_between(a, b);
        edge.id = self.workflow.with_untracked(|workflow| fresh_edge(workflow, &edge));
        if let Some(why) = self.why_not(&edge) {
            return self.refuse(why);
        }
        let words =
            format!("connected {} to {}", self.title(&edge.source), self.title(&edge.target));
        if self.run(Command::add_edge(edge), "connect") {
            self.say(words);
        }
    }

    /// Leads an edge from `fixed` to another port.
    pub fn rewire(self, id: &EdgeId, fixed: &PortAt, target: &PortAt) {
        let edge = Edge { id: id.clone(), ..edge_between(fixed, target) };
        match self.why_not(&edge) {
            Some(why) => self.refuse(why),
            None => drop(self.run(Command::Reconnect(Box::new(edge)), "reconnect")),
        }
    }

    fn why_not(self, edge: &Edge) -> Option<String> {
        let issue = self.workflow.with_untracked(|workflow| validate_connection(workflow, edge));
        issue.filter(Issue::blocks).map(|issue| issue.message)
    }

    /// Deletes one edge.
    pub fn delete_edge(self, id: &EdgeId) {
        self.run(Command::RemoveEdges(vec![id.clone()]), "delete a connection");
    }

    /// Deletes what is selected with all its connections; whether something was.
    pub fn delete_chosen(self) -> bool {
        let chosen = self.chosen.get_untracked();
        if chosen.is_empty() || !self.editable {
            return false;
        }
        let edges = self.workflow.with_untracked(|workflow| {
            let cut = workflow.edges.iter().filter(|edge| {
                chosen.edges.contains(&edge.id)
                    || chosen.nodes.contains(&edge.source)
                    || chosen.nodes.contains(&edge.target)
            });
            cut.map(|edge| edge.id.clone()).collect::<Vec<_>>()
        });
        let nodes: Vec<NodeId> = chosen.nodes.into_iter().collect();
        let words = match (nodes.len(), edges.len()) {
            (0, 1) => "delete a connection".to_owned(),
            (0, many) => format!("delete {many} connections"),
            (1, _) => format!("delete {}", self.title(&nodes[0])),
            (many, _) => format!("delete {many} nodes"),
        };
        let steps = vec![Command::RemoveEdges(edges), Command::RemoveNodes(nodes)];
        let deleted = self.run(Command::Many(steps), words.clone());
        if deleted {
            self.toasts.offer(ToastKind::Done, sentence(&words), "Undo", move |()| self.undo());
        }
        deleted
    }

    /// Cuts all connections of the selected nodes.
    pub fn disconnect(self) {
        let chosen = self.chosen.get_untracked().nodes;
        let edges: Vec<EdgeId> = self.workflow.with_untracked(|workflow| {
            let cut = workflow
                .edges
                .iter()
                .filter(|edge| chosen.contains(&edge.source) || chosen.contains(&edge.target));
            cut.map(|edge| edge.id.clone()).collect()
        });
        self.run(Command::RemoveEdges(edges), "disconnect");
    }

    /// Gives a node another name.
    pub fn rename(self, id: &NodeId, label: &str) {
        let Some(node) = self.node(id) else { return };
        let data = NodeData { label: label.to_owned(), ..node.data };
        self.run(Command::Change(id.clone(), Box::new(data)), format!("rename to {label}"));
    }
}

/// With a capital letter and a full stop.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map_or(String::new(), |first| first.to_uppercase().collect());
    format!("{first}{}.", letters.as_str())
}
