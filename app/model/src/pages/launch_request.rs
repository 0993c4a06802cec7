//! How a launch is read: a request with the id of a template or a definition in it, or the file of a
//! workflow by itself, with what it is launched with beside its keys.

use serde_json::{Map, Value};

use super::LaunchRequest;
use crate::{
    api::{check::definition_of, shape},
    id::TemplateId,
    launch_context::{LaunchContext, REPO},
    problem::{FieldProblem, Problem},
    transfer::{Ends, Imported, import_value_in},
};

/// The fields of a launch that may stand beside the keys of a file that was sent by itself.
const BESIDE: [&str; 18] = [
    "config_json",
    "input",
    "context",
    REPO,
    "variables",
    "env",
    "external_refs",
    "order",
    "document_ids",
    "upload_ids",
    "context_documents",
    "reference_files",
    "workspace_id",
    "project_id",
    "budget",
    "idempotency_key",
    "auto_run",
    "breakpoints",
];

/// A workflow beside a context with all that it is launched with, as programs of others send them.
const WORKFLOW: &str = "workflow";
/// The fields of a launch that may lie in such a context.
const IN_CONTEXT: [&str; 3] = ["input", "variables", "env"];

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LaunchSource<'a> {
    /// A template: its published version, or its draft.
    Template(TemplateId),
    /// A definition that came along.
    Definition(&'a Value),
}

impl LaunchRequest {
    /// Reads what was sent: this shape, the file of a workflow with fields of this shape beside its
    /// own keys, or such a file as `workflow`. The `parameters` of a file are the ones it declares
    /// where they are a list; of a file, `repo` may lie beside the context, and input, variables
    /// and environment in it.
    ///
    /// # Errors
    /// What does not have the shape, with its path.
    pub fn read(body: Value) -> Result<Self, Problem> {
        shape::read(enveloped(body))
    }

    /// What it launches.
    ///
    /// # Errors
    /// A template and a definition, or neither; the revision of a draft with a definition.
    pub fn source(&self) -> Result<LaunchSource<'_>, Problem> {
        let wrong = |field: &str, words: &str| FieldProblem::field("one_source", field, words);
        let errors = match (self.template_id, &self.definition) {
            (Some(template), None) => return Ok(LaunchSource::Template(template)),
            (None, Some(definition)) if self.draft_revision.is_none() => {
                return Ok(LaunchSource::Definition(definition));
            }
            (None, Some(_)) => vec![wrong("draft_revision", "Only templates have a draft.")],
            (None, None) => {
                let words = "“template_id” is missing. Send it, or a “definition”.";
                vec![wrong("template_id", words)]
            }
            (Some(_), Some(_)) => vec![
                wrong("template_id", "Send either a template or a definition, not both."),
                wrong("definition", "Send either a template or a definition, not both."),
            ],
        };
        Err(Problem::invalid("The launch has no workflow.", errors))
    }

    /// A definition that came along, read in whichever format it is.
    ///
    /// # Errors
    /// Everything that cannot be read, each with its path in the definition.
    pub fn import(&self, definition: &Value) -> Result<Imported, Problem> {
        import_value_in(definition.clone(), self.order, Ends::Added)
            .map_err(|errors| Problem::invalid("The workflow isn't valid.", errors))
    }

    /// The context, variables and environment that it gives.
    pub fn launch_context(&self) -> LaunchContext {
        let (context, variables) = (self.context.clone(), self.variables.clone());
        LaunchContext { context, variables, env: self.env.clone() }
    }
}

/// Wraps a file that was sent by itself, or as `workflow`, into a launch with its fields.
fn enveloped(body: Value) -> Value {
    let has = |key: &str| body.get(key).is_some();
    let is_beside = has(WORKFLOW) && !has("definition");
    if has("template_id") || !(is_beside || definition_of(&body).is_some()) {
        return body;
    }
    let Value::Object(mut file) = body else { return body };
    let mut launch = Map::new();
    let is_given = file.get("parameters").is_some_and(Value::is_object);
    for key in BESIDE.into_iter().chain(is_given.then_some("parameters")) {
        if let Some(value) = file.remove(key) {
            launch.insert(key.to_owned(), value);
        }
    }
    if let Some(workflow) = file.remove(WORKFLOW).filter(|_| is_beside) {
        launch.insert("definition".to_owned(), workflow);
        // What is no field of a launch is refused by its name.
        launch.extend(file);
    } else {
        launch.insert("definition".to_owned(), Value::Object(file));
    }
    spread_context(&mut launch);
    Value::Object(launch)
}

/// Puts a repository into the context, and takes out of it what is a field of its own. What is
/// given twice stays where it is not taken, and is refused there.
fn spread_context(launch: &mut Map<String, Value>) {
    let mut context = match launch.remove("context") {
        Some(Value::Object(context)) => context,
        None => Map::new(),
        Some(other) => return drop(launch.insert("context".to_owned(), other)),
    };
    for key in IN_CONTEXT {
        if context.get(key).is_some_and(Value::is_object) {
            hand_over(key, &mut context, launch);
        }
    }
    hand_over(REPO, launch, &mut context);
    launch.insert("context".to_owned(), Value::Object(context));
}

fn hand_over(key: &str, from: &mut Map<String, Value>, to: &mut Map<String, Value>) {
    if !to.contains_key(key) {
        to.extend(from.remove_entry(key));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn the_file_of_a_workflow_by_itself_is_a_launch() {
        let file = json!({ "name": "a", "steps": [], "config": { "maxRetries": 1 } });
        let mut beside = file.clone();
        beside["input"] = json!({ "issue_number": 7 });
        beside["context"] = json!({ "repo": { "owner": "ada" } });
        beside["variables"] = json!({ "label": "bug" });

        let launch = LaunchRequest::read(beside).unwrap();

        assert_eq!(launch.source(), Ok(LaunchSource::Definition(&file)));
        assert_eq!(Value::Object(launch.parameters), json!({ "issue_number": 7 }));
        assert_eq!(launch.context["repo"]["owner"], "ada");
        assert_eq!(launch.variables["label"], "bug");
        let ours = json!({ "parameters": [{ "name": "topic" }], "nodes": [], "edges": [] });
        let launch = LaunchRequest::read(ours.clone()).unwrap();
        assert_eq!(launch.definition, Some(ours));
    }

    #[test]
    fn a_workflow_is_launched_with_its_repository_beside_or_all_of_it_in_the_context() {
        let file = json!({ "name": "a", "steps": [] });
        let (repo, input) = (json!({ "owner": "ada" }), json!({ "issue_number": 7 }));
        let mut beside = file.clone();
        beside["input"] = input.clone();
        beside["repo"] = repo.clone();
        let all = json!({ "input": input, "variables": { "label": "bug" }, "repo": repo,
                          "env": { "STAGE": "test" }, "ticket": 4 });
        let whole = json!({ "workflow": file, "context": all });

        for (body, ticket) in [(beside, false), (whole.clone(), true)] {
            let launch = LaunchRequest::read(body).unwrap();
            assert_eq!(launch.source(), Ok(LaunchSource::Definition(&file)));
            assert_eq!(Value::Object(launch.parameters), input);
            assert_eq!(launch.context["repo"], repo);
            assert_eq!(launch.context.contains_key("ticket"), ticket);
            assert_eq!((launch.variables.len(), launch.env.len()), (ticket.into(), ticket.into()));
        }
        for (key, value) in [("repo", repo), ("steps", json!([])), ("definition", file)] {
            let mut twice = whole.clone();
            twice[key] = value;
            assert!(LaunchRequest::read(twice).is_err(), "{key}");
        }
    }

    #[test]
    fn a_launch_has_a_template_or_a_definition() {
        let id = "01890000-0000-7000-8000-000000000000";
        for (body, paths) in [
            (json!({}), vec!["template_id"]),
            (json!({ "template_id": id, "definition": {} }), vec!["template_id", "definition"]),
            (json!({ "definition": {}, "draft_revision": 2 }), vec!["draft_revision"]),
        ] {
            let problem = LaunchRequest::read(body).unwrap().source().unwrap_err();
            let told = problem.errors.iter().filter_map(|error| error.path.as_deref());
            assert_eq!(told.collect::<Vec<_>>(), paths);
        }
        let launch = LaunchRequest::read(json!({ "template_id": id })).unwrap();
        assert!(matches!(launch.source(), Ok(LaunchSource::Template(_))));
        let unknown = LaunchRequest::read(json!({ "steps": [], "template_id": id })).unwrap_err();
        assert_eq!(unknown.errors[0].path.as_deref(), Some("steps"));
    }
}
