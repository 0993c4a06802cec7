//! Loops whose results lead nowhere, or that are asked for results and give none.

use super::{Code, Issue, reads::paths_read};
use crate::{
    connect::ends,
    expr::{Expression, Path},
    graph::{Course, Indexed, course, is_empty_loop},
    nodes::{NodeKind, for_each},
    workflow::{Node, Workflow},
};

pub(super) fn check(workflow: &Workflow, issues: &mut Vec<Issue>) {
    let nodes = Indexed::new(workflow);
    for (place, node) in workflow.nodes.iter().enumerate() {
        if node.kind() != NodeKind::ForEach || is_empty_loop(workflow, node) {
            continue;
        }
        let mut into = workflow.edges.iter().filter(|edge| edge.target == node.id);
        let gives = into.any(|edge| course(&nodes, edge) == Course::Result);
        let mut out = workflow.edges.iter().filter(|edge| edge.source == node.id);
        let is_results = |port: &str| port == for_each::OUTPUT;
        let leads = out.any(|edge| ends(&nodes, edge).is_ok_and(|e| is_results(&e.source.name)));
        let (message, fix) = match (gives, leads || is_read(workflow, node)) {
            (true, false) => (
                format!("{}: the results aren't used.", node.title()),
                "Connect its results to the next step, or to the end.",
            ),
            (false, true) => (
                format!("{}: no step inside returns a result.", node.title()),
                "Connect the last step inside to the result of the loop.",
            ),
            (true, true) | (false, false) => continue,
        };
        let issue = Issue::warning(Code::NoEffect, format!("nodes[{place}]"), message);
        issues.push(issue.with_node(&node.id).fix(fix));
    }
}

/// Whether a text or condition of a node refers to the results of a loop.
fn is_read(workflow: &Workflow, owner: &Node) -> bool {
    let names = workflow.names();
    let is_owner = |path: &Path| match path.name() {
        "nodes" => path.key(1) == Some(owner.id.as_str()),
        name => names.get(name) == Some(&owner.id),
    };
    workflow.nodes.iter().any(|node| {
        let condition = node.data.condition.as_deref().map(Expression::parse);
        let condition = condition.and_then(Result::ok).map(|read| read.references());
        paths_read(node).iter().chain(condition.iter().flatten()).any(is_owner)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::{Value, json};

    use super::*;

    /// What is said of a loop with one step inside, beside these edges and this prompt after it.
    fn found(edges: &[[&str; 2]], prompt: &str) -> Vec<String> {
        let node = |id: &str, kind: &str, config: Value| {
            json!({ "id": id, "type": kind, "position": { "x": 0, "y": 0 },
                "data": { "label": id, "config": config } })
        };
        let mut inner = node("inner", "generate_copy", json!({ "prompt": "On ${item}" }));
        inner["parentId"] = "each".into();
        let edge = |[from, to]: &[&str; 2]| json!({ "id": format!("{from}-{to}"), "source": from, "target": to });
        let workflow = Workflow::from_value(&json!({
            "nodes": [
                node("start", "start", json!({})),
                node("each", "for_each", json!({ "items": "${[1, 2]}" })),
                inner,
                node("after", "generate_copy", json!({ "prompt": prompt })),
                node("end", "end", json!({})),
            ],
            "edges": edges.iter().map(edge).collect::<Vec<_>>(),
        }))
        .unwrap();
        let mut issues = vec![];
        check(&workflow, &mut issues);
        issues.into_iter().map(|issue| issue.message).collect()
    }

    #[test]
    fn a_loop_whose_results_nobody_takes_is_told_of() {
        let inside = [["start", "each"], ["each", "inner"], ["inner", "each"]];
        let unused = ["each: the results aren't used."];

        assert_eq!(found(&inside, "Hello"), unused);
        assert_eq!(found(&inside, "On ${nodes.each.output}"), Vec::<String>::new());
        let connected = [&inside[..], &[["each", "after"]]].concat();
        assert_eq!(found(&connected, "Hello"), Vec::<String>::new());
    }

    #[test]
    fn a_loop_that_is_asked_for_results_has_to_give_some() {
        let inside = [["start", "each"], ["each", "inner"]];
        let none = ["each: no step inside returns a result."];

        assert_eq!(found(&inside, "On ${nodes.each.output}"), none);
        assert_eq!(found(&inside, "Hello"), Vec::<String>::new(), "it only acts");
    }
}
