//! What steps name and the workspace does not have, or not now. The server is asked once a draft is
//! saved in which such steps are others than before: it says what publishing would say.

use api::templates::load_unavailable;
use leptos::{prelude::*, task::spawn_local};
use model::{
    id::{NodeId, TemplateId},
    nodes::NodeConfig,
    validate::Issue,
    workflow::{Node, Workflow},
};

/// A step that names something of the workspace, and how it is set up.
type Naming = (NodeId, NodeConfig);

/// The handle of what is not there.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unavailable {
    /// The steps of the draft that was asked about last.
    asked: StoredValue<Vec<Naming>>,
    /// Of which steps the answer tells, and what it says.
    answer: RwSignal<(Vec<Naming>, Vec<Issue>)>,
}

impl Unavailable {
    /// Follows the answers of the server.
    pub(super) fn track(self) {
        self.answer.track();
    }

    /// Asks the server about a draft that is saved, unless nothing that is named has changed.
    pub fn ask(self, template: TemplateId, draft: &Workflow) {
        let naming = naming(draft);
        if self.asked.with_value(|asked| *asked == naming) {
            return;
        }
        self.asked.set_value(naming.clone());
        spawn_local(async move {
            let answer =
                if naming.is_empty() { Ok(vec![]) } else { load_unavailable(template).await };
            // A failure leaves it to the next save, and to publishing.
            match answer {
                Ok(issues) => drop(self.answer.try_set((naming, issues))),
                Err(_) => drop(self.asked.try_update_value(Vec::clear)),
            }
        });
    }

    /// Adds to the issues of a workflow what is said of steps that are still set up so, where nothing
    /// else is wrong with the same field.
    pub(super) fn add_to(self, issues: &mut Vec<Issue>, workflow: &Workflow) {
        self.answer.with_untracked(|(asked, found)| add(issues, workflow, asked, found));
    }
}

fn add(issues: &mut Vec<Issue>, workflow: &Workflow, asked: &[Naming], found: &[Issue]) {
    let is_same = |id: &NodeId| {
        let now = workflow.node(id).map(|node| &node.data.config);
        asked.iter().any(|(known, config)| known == id && now == Some(config))
    };
    let is_new = |issue: &&Issue| {
        let is_it =
            |other: &Issue| (&other.node_id, &other.field) == (&issue.node_id, &issue.field);
        !issues.iter().any(is_it)
    };
    let held = found.iter().filter(|issue| issue.node_id.as_ref().is_none_or(is_same));
    let new: Vec<Issue> = held.filter(is_new).cloned().collect();
    issues.extend(new);
    issues.sort_by_key(|issue| issue.severity);
}

/// The steps that name tools, agents, workflows or people.
fn naming(workflow: &Workflow) -> Vec<Naming> {
    let names = |node: &&Node| {
        matches!(
            node.data.config,
            NodeConfig::Tool(_)
                | NodeConfig::Agent(_)
                | NodeConfig::SubWorkflow(_)
                | NodeConfig::Review(_)
        )
    };
    let nodes = workflow.nodes.iter().filter(names);
    nodes.map(|node| (node.id.clone(), node.data.config.clone())).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use model::validate::Code;
    use serde_json::json;

    use super::*;

    fn calling(tool: &str) -> Workflow {
        let call = json!({"id": "call", "type": "tool", "position": {"x": 0, "y": 0},
            "data": {"label": "Call", "config": {"tool": tool, "params": {}}}});
        Workflow::from_value(&json!({"name": "Calls", "nodes": [call], "edges": []})).unwrap()
    }

    #[test]
    fn what_is_not_there_is_an_issue_as_long_as_the_step_names_it() {
        let (slip, right) = (calling("github.getIsue"), calling("github.getIssue"));
        let path = "nodes[0].data.config.tool";
        let found = Issue::error(Code::Unavailable, path, "No such tool.");
        let found = [found.with_node(&"call".into()).in_field("tool")];
        let added = |known: &[Issue], workflow: &Workflow| {
            let mut issues = known.to_vec();
            add(&mut issues, workflow, &naming(&slip), &found);
            issues.len() - known.len()
        };

        assert_eq!(added(&[], &slip), 1);
        assert_eq!(added(&[], &right), 0, "the server is asked again once it is saved");
        let other = Issue::error(Code::MissingParameter, path, "Fill it in.");
        let other = [other.with_node(&"call".into()).in_field("tool")];
        assert_eq!(added(&other, &slip), 0, "the field has its issue");
    }
}
