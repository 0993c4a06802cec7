//! How a launch is read: a request with the id of a template or a definition in it, or the file of a
//! workflow by itself, with what it is launched with beside its keys.

use serde_json::{Map, Value};

use super::LaunchRequest;
use crate::{
    api::{check::definition_of, shape},
    id::TemplateId,
    launch_context::LaunchContext,
    problem::{FieldProblem, Problem},
    transfer::{Ends, Imported, import_value_in},
};

/// The fields of a launch that may stand beside the keys of a file that was sent by itself.
const BESIDE: [&str; 17] = [
    "config_json",
    "input",
    "context",
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

/// What a request launches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LaunchSource<'a> {
    /// A template: its published version, or its draft.
    Template(TemplateId),
    /// A definition that came along.
    Definition(&'a Value),
}

impl LaunchRequest {
    /// Reads what was sent: this shape, or the file of a workflow with fields of this shape beside
    /// its own keys. The `parameters` of a file are the ones it declares where they are a list.
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

/// Wraps a file that was sent by itself into a launch with its fields.
fn enveloped(body: Value) -> Value {
    if body.get("template_id").is_some() || definition_of(&body).is_none() {
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
    launch.insert("definition".to_owned(), Value::Object(file));
    Value::Object(launch)
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
