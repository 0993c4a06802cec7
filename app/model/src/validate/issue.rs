//! What is wrong with a workflow, where, and what to do about it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{id::NodeId, problem::FieldProblem};

/// Whether it may run.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It can neither be published nor launched.
    Error,
    /// It may fail, or is not what was meant.
    Warning,
}

/// What is wrong.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// A number outside its range.
    ValueOutOfRange,
    /// A reference to a parameter the workflow does not have.
    MissingRequiredVariable,
    /// Nodes that wait for each other.
    CycleDetected,
    /// An edge to nothing, to a port that is not there, or between types that do not fit.
    InvalidConnection,
    /// A required field without a value.
    MissingParameter,
    /// A reference to a node, port or name that is not there.
    UnknownReference,
    /// A reference to what the launch does not bring.
    MissingContext,
    /// A reference to a node that is not finished before this one.
    NotAnAncestor,
    /// An expression that cannot be read.
    InvalidExpression,
    /// A type this release does not know.
    UnknownNodeType,
    /// Two things of the same id or name.
    DuplicateId,
    /// A name that cannot be used.
    InvalidName,
    /// No start, or several.
    StartCount,
    /// No end that can be reached.
    NoEnd,
    /// A node that nothing leads to.
    Unreachable,
    /// More than a workflow may have.
    LimitExceeded,
    /// A value of the wrong kind.
    WrongType,
    /// Types that fit only for some values.
    RiskyConnection,
    /// A setting without effect.
    NoEffect,
    /// A tool, agent, workflow or person that the workspace does not have, or not now.
    Unavailable,
}

/// What a reference names that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnknownName {
    /// No parameter has this name.
    Parameter(String),
    /// No node has this id.
    Node(String),
    /// The node has no port of this name.
    Port {
        /// The node's id.
        node: String,
        /// The name of the port.
        port: String,
    },
    /// Neither a node nor anything else is called so.
    Name(String),
}

/// One thing that is wrong with a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Issue {
    /// Whether it may run.
    pub severity: Severity,
    /// What is wrong.
    pub code: Code,
    /// The node concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_id: Option<NodeId>,
    /// The field of its configuration concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Where in the definition, as a dotted path.
    pub path: String,
    /// What is wrong, in words for a person.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
    /// What a reference names that is not there; known where the issue was found.
    #[serde(skip)]
    pub unknown: Option<UnknownName>,
}

impl Code {
    /// The code as written in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ValueOutOfRange => "value_out_of_range",
            Self::MissingRequiredVariable => "missing_required_variable",
            Self::CycleDetected => "cycle_detected",
            Self::InvalidConnection => "invalid_connection",
            Self::MissingParameter => "missing_parameter",
            Self::UnknownReference => "unknown_reference",
            Self::MissingContext => "missing_context",
            Self::NotAnAncestor => "not_an_ancestor",
            Self::InvalidExpression => "invalid_expression",
            Self::UnknownNodeType => "unknown_node_type",
            Self::DuplicateId => "duplicate_id",
            Self::InvalidName => "invalid_name",
            Self::StartCount => "start_count",
            Self::NoEnd => "no_end",
            Self::Unreachable => "unreachable",
            Self::LimitExceeded => "limit_exceeded",
            Self::WrongType => "wrong_type",
            Self::RiskyConnection => "risky_connection",
            Self::NoEffect => "no_effect",
            Self::Unavailable => "unavailable",
        }
    }
}

impl Issue {
    /// An issue that forbids publishing and launching.
    pub fn error(code: Code, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            node_id: None,
            field: None,
            path: path.into(),
            message: message.into(),
            fix: None,
            unknown: None,
        }
    }

    /// An issue that forbids nothing.
    pub fn warning(code: Code, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, path, message) }
    }

    /// What publishing refuses of what a node names, which only the workspace knows.
    pub fn unavailable(refused: FieldProblem) -> Self {
        Self {
            node_id: refused.node_id.map(NodeId),
            field: refused.field,
            fix: refused.fix,
            ..Self::error(Code::Unavailable, refused.path.unwrap_or_default(), refused.message)
        }
    }

    /// What a node names and is not used, which forbids nothing.
    pub fn left_out(refused: FieldProblem) -> Self {
        Self { severity: Severity::Warning, ..Self::unavailable(refused) }
    }

    /// The same issue, about this node.
    #[must_use]
    pub fn with_node(self, node: &NodeId) -> Self {
        Self { node_id: Some(node.clone()), ..self }
    }

    /// The same issue, about this field of the node's configuration.
    #[must_use]
    pub fn in_field(self, field: &str) -> Self {
        Self { field: Some(field.to_owned()), ..self }
    }

    /// The same issue, with what to do about it.
    #[must_use]
    pub fn fix(self, words: impl Into<String>) -> Self {
        Self { fix: Some(words.into()), ..self }
    }

    /// The place of the edge it is about among those of the workflow.
    pub fn edge(&self) -> Option<usize> {
        let place = self.path.strip_prefix("edges[")?;
        place.split(']').next()?.parse().ok()
    }

    /// True when it forbids publishing and launching.
    pub fn blocks(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl From<Issue> for FieldProblem {
    fn from(issue: Issue) -> Self {
        Self {
            code: issue.code.as_str().to_owned(),
            path: Some(issue.path),
            node_id: issue.node_id.map(|id| id.0),
            field: issue.field,
            message: issue.message,
            fix: issue.fix,
        }
    }
}
