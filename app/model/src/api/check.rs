//! Checking over REST: a whole definition, one node, or how nodes are connected.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::shape;
use crate::{
    id::NodeId,
    problem::{FieldProblem, Problem},
    transfer::{Ends, import_value, record::is_definition, steps::problem_in_file},
    validate::{Code, Issue, execution_order, validate, validate_connection},
    workflow::{Edge, Workflow},
};

/// What is to be checked: a definition, or a node by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckRequest {
    /// The workflow, in the canonical format, a React Flow dialect or as steps.
    #[serde(default)]
    pub definition: Option<Value>,
    /// A node, when there is no definition.
    #[serde(default)]
    pub node: Option<Value>,
    /// An edge about to be drawn in the definition.
    #[serde(default)]
    pub edge: Option<Value>,
}

/// The answer when what was checked is sound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckAnswer {
    /// Always true: what is not sound is answered as a problem.
    pub valid: bool,
    /// All nodes in an order in which they may run.
    pub execution_order: Vec<NodeId>,
    /// Warnings only: errors are answered as a problem.
    pub issues: Vec<Issue>,
    /// What the import left out or read in another way, each with its path.
    pub notes: Vec<String>,
}

/// A definition that was read, with what is wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The workflow as it was read, in the canonical format.
    pub workflow: Workflow,
    /// What the import left out or read in another way, each with its path.
    pub notes: Vec<String>,
    /// What is wrong with it or may go wrong.
    pub issues: Vec<Issue>,
    /// Whether it came as a list of steps.
    pub is_steps: bool,
}

impl Checked {
    /// Reads and checks a definition, whatever dialect it is in.
    ///
    /// # Errors
    /// Everything that cannot be read, each with its path.
    pub fn read(definition: Value) -> Result<Self, Problem> {
        Self::read_with(definition, Ends::Added)
    }

    fn read_with(definition: Value, ends: Ends) -> Result<Self, Problem> {
        let imported = import_value(definition, ends);
        let imported =
            imported.map_err(|errors| Problem::invalid("The workflow isn't valid.", errors))?;
        let issues = validate(&imported.workflow);
        let (notes, is_steps) = (imported.notes, imported.takes_any_input);
        Ok(Self { workflow: imported.workflow, notes, issues, is_steps })
    }

    /// The same, when nothing forbids running it.
    ///
    /// # Errors
    /// Everything that does, errors only.
    pub fn runnable(self) -> Result<Self, Problem> {
        let refused = refuse_blocking("The workflow has problems and can't run.", &self.issues);
        let in_file = |problem| if self.is_steps { problem_in_file(problem) } else { problem };
        refused.map_err(in_file).map(|()| self)
    }

    fn answer(self) -> CheckAnswer {
        let execution_order = execution_order(&self.workflow).unwrap_or_default();
        CheckAnswer { valid: true, execution_order, issues: self.issues, notes: self.notes }
    }
}

impl CheckRequest {
    /// Reads what was sent: this shape, a definition by itself, or a node by itself.
    ///
    /// # Errors
    /// What does not have the shape.
    pub fn read(mut body: Value) -> Result<Self, Problem> {
        if definition_of(&body).is_some() {
            let edge = body.as_object_mut().and_then(|file| file.remove("edge"));
            return Ok(Self { definition: Some(body), node: None, edge });
        }
        if body.get("type").is_some_and(Value::is_string) {
            return Ok(Self { definition: None, node: Some(body), edge: None });
        }
        shape::read(body)
    }

    /// Checks everything: a definition as for launching it, a node by its own configuration.
    ///
    /// # Errors
    /// Everything that is wrong, each with its node, field and what to do.
    pub fn check(self) -> Result<CheckAnswer, Problem> {
        match (self.definition, self.node) {
            (Some(definition), _) => Ok(Checked::read(definition)?.runnable()?.answer()),
            (None, Some(node)) => check_node(node),
            (None, None) => Err(missing("Send a definition or a node.")),
        }
    }

    /// Checks how the nodes are connected, or whether an edge may be drawn.
    ///
    /// # Errors
    /// Edges that lead nowhere or do not fit, and the nodes of a cycle.
    pub fn check_connections(self) -> Result<CheckAnswer, Problem> {
        let Some(definition) = self.definition else {
            return Err(missing("Send the definition the edges are in."));
        };
        let mut checked = Checked::read_with(definition, Ends::AsDrawn)?;
        checked.issues = match self.edge {
            Some(edge) => {
                let edge: Edge = shape::read_at("edge", edge)?;
                validate_connection(&checked.workflow, &edge).into_iter().collect()
            }
            None => {
                let workflow = &checked.workflow;
                checked.issues.iter().filter_map(|issue| of_connections(workflow, issue)).collect()
            }
        };
        refuse_blocking("These steps can't be connected like this.", &checked.issues)?;
        Ok(checked.answer())
    }
}

/// The body itself, when it is a definition and not an envelope around one.
pub(crate) fn definition_of(body: &Value) -> Option<&Value> {
    (body.get("definition").is_none() && is_definition(body)).then_some(body)
}

fn check_node(node: Value) -> Result<CheckAnswer, Problem> {
    let mut checked = Checked::read_with(json!({ "nodes": [node] }), Ends::AsDrawn)?;
    let id = checked.workflow.nodes.first().map(|node| node.id.clone());
    checked.issues.retain(|issue| issue.node_id == id && is_about_configuration(issue.code));
    refuse_blocking("The step has problems.", &checked.issues)?;
    Ok(checked.answer())
}

/// The issue where it is about how nodes are connected; a port that nothing comes in by is a
/// connection that is not there.
fn of_connections(workflow: &Workflow, issue: &Issue) -> Option<Issue> {
    match issue.code {
        Code::InvalidConnection | Code::CycleDetected | Code::RiskyConnection => {
            Some(issue.clone())
        }
        Code::MissingParameter => {
            let spec = workflow.node(issue.node_id.as_ref()?)?.data.config.spec();
            let field = issue.field.as_deref()?;
            let is_port = spec.inputs.iter().any(|port| port.name == field);
            is_port.then(|| Issue { code: Code::InvalidConnection, ..issue.clone() })
        }
        Code::ValueOutOfRange
        | Code::MissingRequiredVariable
        | Code::UnknownReference
        | Code::MissingContext
        | Code::NotAnAncestor
        | Code::InvalidExpression
        | Code::UnknownNodeType
        | Code::DuplicateId
        | Code::InvalidName
        | Code::StartCount
        | Code::NoEnd
        | Code::Unreachable
        | Code::LimitExceeded
        | Code::WrongType
        | Code::NoEffect
        | Code::Unavailable => None,
    }
}

/// What a node without its workflow can be blamed for.
fn is_about_configuration(code: Code) -> bool {
    matches!(
        code,
        Code::ValueOutOfRange
            | Code::MissingParameter
            | Code::InvalidExpression
            | Code::UnknownNodeType
            | Code::InvalidName
            | Code::LimitExceeded
            | Code::WrongType
            | Code::NoEffect
    )
}

fn refuse_blocking(detail: &str, issues: &[Issue]) -> Result<(), Problem> {
    let errors: Vec<FieldProblem> =
        issues.iter().filter(|issue| issue.blocks()).cloned().map(Into::into).collect();
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(detail, errors)) }
}

fn missing(words: &str) -> Problem {
    shape::invalid_shape(shape::wrong("definition", words))
}
