//! The node a panel is about, and the callbacks that change it.

use leptos::prelude::*;
use model::{
    edit::Link,
    id::NodeId,
    pages::BuilderStock,
    panel::{Candidate, list_candidates},
    problem::FieldProblem,
    validate::Issue,
    workflow::{Node, NodeData, Workflow},
};

use crate::problems::fix_words;

/// A change of one field of a node.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeEdit {
    /// The id of the changed node.
    pub node: NodeId,
    /// The path of the changed field: changes of the same field in a row are one entry of the
    /// history.
    pub field: String,
    /// All data of the node after the change.
    pub data: NodeData,
    /// The connection to the node that the change needs; it may be there already.
    pub connect: Option<Link>,
}

/// The node a panel is about; a panel never changes to another node.
#[derive(Debug, Clone, Copy)]
pub struct Subject {
    /// The node as it is now.
    pub node: Signal<Node>,
    /// The workflow around it.
    pub workflow: Signal<Workflow>,
    /// The issues of the workflow as of the last validation.
    pub issues: Signal<Vec<Issue>>,
    /// The models, secrets, documents and templates of the workspace that fields can name.
    pub stock: StoredValue<BuilderStock>,
    /// Called with each change.
    pub on_change: Callback<NodeEdit>,
    /// Called when a field is left: the next change is an entry of its own.
    pub on_settle: Callback<()>,
    /// Called with the issue whose fix was pressed.
    pub on_fix: Callback<Issue>,
    /// Writes a reference to the value at a path into the long text that had the focus last.
    pub insert: RwSignal<Option<Callback<String>>>,
}

impl Subject {
    /// Reports the node after a change of a field; nothing where it is the same as before.
    pub(super) fn change(self, field: &str, node: Node) {
        self.report(field, node, None);
    }

    /// Reports the node after a change of a field that now reads what a connection brings.
    pub(super) fn change_connected(self, field: &str, node: Node, connect: Link) {
        self.report(field, node, Some(connect));
    }

    fn report(self, field: &str, node: Node, connect: Option<Link>) {
        if node.data != self.node.with_untracked(|node| node.data.clone()) {
            let field = field.to_owned();
            self.on_change.run(NodeEdit { node: node.id, field, data: node.data, connect });
        }
    }

    /// Everything that the field at a path may refer to, without tracking.
    pub fn candidates(self, path: &str) -> Vec<Candidate> {
        let node = self.node.get_untracked();
        self.workflow.with_untracked(|workflow| list_candidates(workflow, &node, path))
    }

    /// The first issue of the field at a path or of a part of it, in words.
    pub fn fault(self, path: &str) -> Option<String> {
        self.fault_in(|field| lies_in(field, path))
    }

    /// The first issue of the list at a path or of one of its items as a whole, in words; issues of
    /// a part of an item are shown beside that part.
    pub fn fault_of_list(self, path: &str) -> Option<String> {
        self.fault_in(|field| is_list_or_item(field, path))
    }

    /// The first issue of the field at a path with the words of its fix; nothing where no fix is
    /// certain.
    pub fn find_fix(self, path: &str) -> Option<(Issue, String)> {
        let issue = self.issue_in(|field| lies_in(field, path))?;
        let words = self.workflow.with_untracked(|workflow| fix_words(workflow, &issue))?;
        Some((issue, words))
    }

    /// What is wrong with the parts of the field at a path, each with its path from there.
    pub(super) fn faults_of_parts(self, path: &str) -> Vec<FieldProblem> {
        let (id, start) = (self.node.with(|node| node.id.clone()), format!("{path}."));
        let part = |issue: &Issue| {
            let is_here = issue.node_id.as_ref() == Some(&id);
            let field = issue.field.as_deref().filter(|_| is_here)?.strip_prefix(&start)?;
            Some(FieldProblem::field(issue.code.as_str(), field, self.words(issue)))
        };
        self.issues.with(|issues| issues.iter().filter_map(part).collect())
    }

    fn fault_in(self, is_meant: impl Fn(&str) -> bool) -> Option<String> {
        Some(self.words(&self.issue_in(is_meant)?))
    }

    /// An issue and what to do about it, without the name of its node.
    fn words(self, issue: &Issue) -> String {
        let title = self.node.with(|node| format!("{}: ", node.title()));
        let said = issue.message.strip_prefix(&title).unwrap_or(&issue.message);
        match &issue.fix {
            Some(fix) => format!("{said} {fix}"),
            None => said.to_owned(),
        }
    }

    fn issue_in(self, is_meant: impl Fn(&str) -> bool) -> Option<Issue> {
        let id = self.node.with(|node| node.id.clone());
        let about = |issue: &&Issue| {
            match &issue.node_id {
                Some(node) => *node == id && issue.field.as_deref().is_some_and(&is_meant),
                // An issue without a node is about the workflow itself, such as its parameters.
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
