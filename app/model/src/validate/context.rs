//! What a workflow reads that only a launch can bring: its context, variables and environment.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Code, Issue, reads::texts_with_references};
use crate::{
    expr::{Expression, Path, RESERVED, Scope, Segment, Template},
    id::NodeId,
    launch_context::{env_in, may_be_given},
    nodes::Work,
    problem::FieldProblem,
    text::nearest::nearest,
    workflow::{Node, Workflow},
};

/// A reference to what the launch has to bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextReference {
    pub node: NodeId,
    /// The field of its configuration, or `if`.
    pub field: String,
    /// Where that lies in the definition, as a dotted path.
    pub place: String,
    /// What is read: it begins with `repo`, with `env`, or with a name that no node has.
    pub path: Path,
}

/// All references to what a launch has to bring, in the order of the nodes. What has a default, as
/// in `${path ?? "default"}`, or is only asked for by `has`, need not be brought; what does not run
/// reads nothing.
pub fn context_references(workflow: &Workflow) -> Vec<ContextReference> {
    let names = workflow.names();
    let is_context = |path: &Path| match path.name() {
        "repo" | "env" => true,
        name => !names.contains_key(name) && may_be_brought(workflow, name),
    };
    let mut found = vec![];
    for (at, node) in workflow.nodes.iter().enumerate() {
        if node.data.config.work() == Work::None || !node.data.enabled {
            continue;
        }
        for (field, paths) in paths_needed(node) {
            let place = match field.as_str() {
                "if" => format!("nodes[{at}].data.if"),
                field => format!("nodes[{at}].data.config.{field}"),
            };
            found.extend(paths.into_iter().filter(is_context).map(|path| ContextReference {
                node: node.id.clone(),
                field: field.clone(),
                place: place.clone(),
                path,
            }));
        }
    }
    found
}

/// What a launch with this context and environment fails to bring, each with its node and path.
/// The context is as an execution keeps it: the variables and the environment are in it.
pub fn missing_context(workflow: &Workflow, context: &Map<String, Value>) -> Vec<FieldProblem> {
    let scope =
        Scope { context: Arc::new(context.clone()), env: env_in(context), ..Scope::default() };
    let references = context_references(workflow).into_iter();
    let missing = references.filter(|reference| !is_brought(&reference.path, &scope));
    missing.map(|reference| issue(workflow, reference).into()).collect()
}

/// References to names that neither a node nor this context has, as issues.
pub fn missing_names(workflow: &Workflow, context: &Map<String, Value>) -> Vec<Issue> {
    let is_missing = |reference: &ContextReference| {
        let name = reference.path.name();
        !RESERVED.contains(&name) && !context.contains_key(name)
    };
    let references = context_references(workflow).into_iter();
    references.filter(is_missing).map(|reference| issue(workflow, reference)).collect()
}

/// Whether a launch may bring what a reference finds under this name, which no node has given
/// itself. The name of a parameter or the id of a node on its own is a slip.
pub(super) fn may_be_brought(workflow: &Workflow, name: &str) -> bool {
    may_be_given(name)
        && workflow.parameter(name).is_none()
        && workflow.node(&name.into()).is_none()
}

/// The paths that the texts, expressions and the condition of a node cannot do without, by field.
fn paths_needed(node: &Node) -> Vec<(String, Vec<Path>)> {
    let config = &node.data.config;
    let mut found = vec![];
    for (field, text) in texts_with_references(config) {
        if let Ok(template) = Template::parse(&text) {
            found.push((field, template.needed_references()));
        }
    }
    let condition = node.data.condition.clone().map(|source| ("if".to_owned(), source));
    for (field, source) in config.expressions().into_iter().chain(condition) {
        if let Ok(expression) = Expression::parse(&source) {
            found.push((field, expression.needed_references()));
        }
    }
    found
}

/// Whether the path leads to something, as far as it is the same for every item.
fn is_brought(path: &Path, scope: &Scope) -> bool {
    let is_fixed = |segment: &&Segment| matches!(segment, Segment::Key(_) | Segment::Place(_));
    let fixed = path.segments().iter().take_while(is_fixed).count();
    path.beginning(fixed).read(scope).is_ok()
}

fn issue(workflow: &Workflow, reference: ContextReference) -> Issue {
    let ContextReference { node, field, place, path } = reference;
    let title = workflow.node(&node).map_or(node.as_str(), Node::title);
    let message = format!("{title}: the launch has no {path}.");
    let names = workflow.names();
    let known = names.keys().map(String::as_str).chain(RESERVED.iter().copied());
    let fix = match (path.name(), nearest(path.name(), known)) {
        ("env", _) => format!(
            "Set {path} in env at launch, with a name that an admin has allowed, or add a default: \
             ${{{path} ?? \"…\"}}."
        ),
        ("repo", _) | (_, None) => format!(
            "Set {path} in the context or variables at launch, or add a default: ${{{path} ?? \
             \"…\"}}."
        ),
        (_, Some(near)) => format!("Did you mean {near}? Otherwise set {path} at launch."),
    };
    Issue::error(Code::MissingContext, place, message).with_node(&node).in_field(&field).fix(fix)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn workflow(params: &Value, condition: Option<&str>) -> Workflow {
        let place = json!({ "x": 0, "y": 0 });
        let call = json!({ "tool": "github.getIssue", "params": params });
        Workflow::from_value(&json!({
            "nodes": [
                { "id": "start", "type": "start", "position": place, "data": {} },
                { "id": "first", "type": "tool", "position": place, "data": {
                    "assign": "issue", "config": { "tool": "github.getIssue" }
                } },
                { "id": "call", "type": "tool", "position": place,
                  "data": { "label": "Ask", "if": condition, "config": call } },
            ],
            "edges": [],
        }))
        .unwrap()
    }

    fn missing(
        params: &Value,
        condition: Option<&str>,
        context: &Value,
        env: &Value,
    ) -> Vec<String> {
        let workflow = workflow(params, condition);
        let mut stored = context.as_object().cloned().unwrap_or_default();
        stored.insert("env".to_owned(), env.clone());
        let problems = missing_context(&workflow, &stored);
        for problem in &problems {
            assert_eq!(problem.code, "missing_context");
            assert_eq!(problem.node_id.as_deref(), Some("call"));
            assert!(problem.fix.is_some());
        }
        problems.into_iter().filter_map(|problem| problem.path).collect()
    }

    #[test]
    fn what_nobody_brought_is_named_with_its_place() {
        let params = json!({
            "owner": "${repo.owner}", "in": [{ "deep": "at ${env.HOST}, ${severity}" }],
            "known": "${issue.number} ${now} ${input.x} ${nodes.first.output}",
        });
        let place = |field: &str| format!("nodes[2].data.config.params.{field}");

        let none = missing(&params, Some("repo.private == true"), &json!({}), &json!({}));

        let deep = place("in[0].deep");
        let all = [deep.clone(), deep, place("owner"), "nodes[2].data.if".to_owned()];
        assert_eq!(none, all);
        let context = json!({ "repo": { "owner": "ada", "private": false }, "severity": null });
        let all_there = missing(&params, Some("repo.private"), &context, &json!({ "HOST": "h" }));
        assert_eq!(all_there, [] as [String; 0]);
        let half =
            missing(&params, None, &json!({ "repo": {}, "severity": 1 }), &json!({ "HOST": 1 }));
        assert_eq!(half, [place("owner")]);
    }

    #[test]
    fn what_has_a_default_need_not_be_brought() {
        let params = json!({
            "owner": "${repo.owner ?? \"nobody\"}", "is": "${has(repo.name) ? 1 : 2}",
            "else": "${env.A ?? env.B}",
        });

        assert_eq!(
            missing(&params, None, &json!({}), &json!({})),
            ["nodes[2].data.config.params.else"]
        );
        let mut off = workflow(&params, Some("repo.name == 1"));
        off.nodes[2].data.enabled = false;
        assert_eq!(context_references(&off), []);
    }

    #[test]
    fn a_name_like_one_of_the_workflow_is_told_with_that() {
        let params = json!({ "x": "${isue.number}" });
        let workflow = workflow(&params, None);

        let problem = missing_context(&workflow, &Map::new()).remove(0);

        assert!(problem.fix.unwrap().contains("Did you mean issue?"));
        let brought = Map::from_iter([("isue".to_owned(), json!({}))]);
        assert_eq!(missing_names(&workflow, &brought), []);
        assert_eq!(missing_names(&workflow, &Map::new()).len(), 1);
    }
}
