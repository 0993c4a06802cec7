//! Which documents go along with a launch, as other programs ask for them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    id::DocumentId,
    problem::{FieldProblem, Problem},
};

/// Which documents of its project go along with a launch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContextChoice {
    /// Which kind of choice it is.
    pub mode: ContextMode,
    /// Which ones, where some are chosen.
    #[serde(default)]
    pub document_ids: Vec<DocumentId>,
}

/// A kind of choice among a project's documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContextMode {
    /// The latest documents of the project, as many as may go along.
    All,
    /// Those that are named.
    #[serde(alias = "chosen", alias = "specific_ids")]
    Selected,
    /// None of them.
    None,
}

impl ContextChoice {
    /// What was asked for, when it says one thing only.
    ///
    /// # Errors
    /// Documents that are named where none is chosen, and the other way round.
    pub fn checked(&self) -> Result<ContextMode, Problem> {
        let words = match (self.mode, self.document_ids.is_empty()) {
            (ContextMode::All | ContextMode::None, true) | (ContextMode::Selected, false) => {
                return Ok(self.mode);
            }
            (ContextMode::Selected, true) => "Name the documents that are selected.",
            (ContextMode::All | ContextMode::None, false) => {
                "Documents are named only with the mode “selected”."
            }
        };
        let wrong = FieldProblem::field("bad_shape", "context_documents.document_ids", words);
        Err(Problem::invalid("The launch cannot be read.", vec![wrong]))
    }
}
