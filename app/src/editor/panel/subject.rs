//! The node a panel is about: what it says, and how it is changed.

use leptos::prelude::*;
use model::{
    id::NodeId,
    pages::BuilderStock,
    panel::{Offered, offered, value_of, with_field},
    validate::Issue,
    workflow::{Node, NodeData, Workflow},
};
use serde_json::Value;

use super::{running, spot::Spot};
use crate::editor::problems::fix_words;

/// A change of one field of a node.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeEdit {
    /// Which node.
    pub node: NodeId,
    /// Which field, as a path: changes of one field may be taken back as one.
    pub field: String,
    /// What the node is and does from now on.
    pub data: NodeData,
}

/// The node a panel is about; one panel is about one node for as long as it lives.
#[derive(Debug, Clone, Copy)]
pub struct Subject {
    /// The node as it is now.
    pub node: Signal<Node>,
    /// The workflow around it.
    pub workflow: Signal<Workflow>,
    /// What is wrong with the workflow, as far as it is known.
    pub issues: Signal<Vec<Issue>>,
    /// What of the workspace it may name.
    pub stock: StoredValue<BuilderStock>,
    /// Called with each change.
    pub on_change: Callback<NodeEdit>,
    /// Called when a field is left: the next change is one of its own.
    pub on_settle: Callback<()>,
    /// Called with what is to be put right.
    pub on_mend: Callback<Issue>,
    /// Puts a reference to the value at a path into the long text that was written in last.
    pub insert: RwSignal<Option<Callback<String>>>,
}

impl Subject {
    /// A field of its configuration.
    pub fn config(self, field: &'static str) -> Spot {
        let value = Memo::new(move |_| self.node.with(|node| value_of(&node.data.config, field)));
        let write = Callback::new(move |value: Value| {
            let mut node = self.node.get_untracked();
            node.data.config = with_field(&node.data.config, field, value)?;
            self.change(field, node);
            Ok(())
        });
        Spot::new(self, field, value, write)
    }

    /// A field that nodes of every type have, as it is written in a workflow.
    pub fn running(self, field: &'static str) -> Spot {
        let value = Memo::new(move |_| self.node.with(|node| running::value_of(&node.data, field)));
        let write = Callback::new(move |value: Value| {
            let mut node = self.node.get_untracked();
            node.data = running::with_value(&node.data, field, value)?;
            self.change(field, node);
            Ok(())
        });
        Spot::new(self, field, value, write)
    }

    fn change(self, field: &str, node: Node) {
        if node.data != self.node.with_untracked(|node| node.data.clone()) {
            let field = field.to_owned();
            self.on_change.run(NodeEdit { node: node.id, field, data: node.data });
        }
    }

    /// Everything the field at a path may refer to, as it is now.
    pub fn offered(self, path: &str) -> Vec<Offered> {
        let node = self.node.get_untracked();
        self.workflow.with_untracked(|workflow| offered(workflow, &node, path))
    }

    /// What is wrong with the field at a path, or with a part of it.
    pub fn fault(self, path: &str) -> Option<String> {
        self.fault_in(|field| lies_in(field, path))
    }

    /// What is wrong with the list at a path, or with one of its items as a whole: what is wrong
    /// with a part of an item is said beside that part.
    pub fn fault_of_list(self, path: &str) -> Option<String> {
        self.fault_in(|field| is_list_or_item(field, path))
    }

    /// What is wrong with the field at a path and can be put right at once, with words for that.
    pub fn way_to_mend(self, path: &str) -> Option<(Issue, String)> {
        let issue = self.issue_in(|field| lies_in(field, path))?;
        let words = self.workflow.with_untracked(|workflow| fix_words(workflow, &issue))?;
        Some((issue, words))
    }

    fn fault_in(self, is_meant: impl Fn(&str) -> bool) -> Option<String> {
        let found = self.issue_in(is_meant)?;
        let title = self.node.with(|node| format!("{}: ", node.title()));
        let said = found.message.strip_prefix(&title).unwrap_or(&found.message);
        Some(match &found.fix {
            Some(fix) => format!("{said} {fix}"),
            None => said.to_owned(),
        })
    }

    fn issue_in(self, is_meant: impl Fn(&str) -> bool) -> Option<Issue> {
        let id = self.node.with(|node| node.id.clone());
        let about = |issue: &&Issue| {
            match &issue.node_id {
                Some(node) => *node == id && issue.field.as_deref().is_some_and(&is_meant),
                // What is about no node is about the workflow's own parts, such as its parameters.
                None => is_meant(&issue.path),
            }
        };
        self.issues.with(|issues| issues.iter().find(about).cloned())
    }
}

/// Whether the path of a field is `path` or leads into it.
fn lies_in(field: &str, path: &str) -> bool {
    field
        .strip_prefix(path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with('['))
}

/// Whether the path of a field is that of a list, or of one of its items.
fn is_list_or_item(field: &str, list: &str) -> bool {
    field.strip_prefix(list).is_some_and(|rest| match rest.strip_prefix('[') {
        Some(item) => item.find(']').is_some_and(|end| end + 1 == item.len()),
        None => rest.is_empty(),
    })
}

#[cfg(test)]
mod tests {
    use super::{is_list_or_item, lies_in};

    #[test]
    fn a_part_of_a_field_lies_in_it_and_a_longer_name_does_not() {
        assert!(lies_in("branches[0].when", "branches") && lies_in("prompt", "prompt"));
        assert!(!lies_in("secret_header", "secret"));
    }

    #[test]
    fn a_list_speaks_for_itself_and_its_items_and_not_for_their_parts() {
        let of = |field: &str| is_list_or_item(field, "branches");
        assert!(of("branches") && of("branches[0]") && of("branches[12]"));
        assert!(!of("branches[0].when") && !of("branches_more") && !of("branches.else"));
    }
}
