//! What a search through a whole workspace finds.

use serde::{Deserialize, Serialize};

use crate::{
    execution::state::ExecutionStatus,
    id::{DocumentId, ExecutionId, ProjectId, TemplateId},
};

/// What was found, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundItem {
    /// A template.
    Template(TemplateId),
    /// A template that was never published.
    Draft(TemplateId),
    /// An execution, and where it stands.
    Execution(ExecutionId, ExecutionStatus),
    /// A document.
    Document(DocumentId),
    /// A project.
    Project(ProjectId),
}

/// A row of what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundRow {
    /// What it is.
    pub item: FoundItem,
    /// What it is called.
    pub name: String,
    /// What there is to say of it, in a few words; may be empty.
    pub about: String,
}
