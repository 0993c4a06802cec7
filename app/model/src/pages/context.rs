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
    /// How the documents are chosen.
    pub mode: ContextMode,
    /// The chosen documents; only with `selected`.
    #[serde(default)]
    pub document_ids: Vec<DocumentId>,
}

/// How documents of a project are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContextMode {
    /// The latest documents of the project, as many as may go along.
    All,
    /// The documents in `document_ids`.
    #[serde(alias = "chosen", alias = "specific_ids")]
    Selected,
    /// No documents go along.
    None,
}

impl ContextChoice {
    /// The mode, when the request is consistent.
    ///
    /// # Errors
    /// Documents that are named where none is chosen, and the other way round.
    pub fn checked(&self) -> Result<ContextMode, Problem> {
        let words = match (self.mode, self.document_ids.is_empty()) {
            (ContextMode::All | ContextMode::None, true) | (ContextMode::Selected, false) => {
                return Ok(self.mode);
            }
            (ContextMode::Selected, true) => "Choose at least one document.",
            (ContextMode::All | ContextMode::None, false) => {
                "Send document ids only with the mode “selected”."
            }
        };
        let wrong = FieldProblem::field("bad_shape", "context_documents.document_ids", words);
        Err(Problem::invalid("The launch isn't valid.", vec![wrong]))
    }
}
