//! What a search through a whole workspace finds.

use serde::{Deserialize, Serialize};

use crate::{
    execution::state::ExecutionStatus,
    id::{AgentId, DocumentId, ExecutionId, ProjectId, TemplateId},
};

/// A hit of the search, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundItem {
    /// A published template.
    Template(TemplateId),
    /// A template that was never published.
    Draft(TemplateId),
    Execution(ExecutionId, ExecutionStatus),
    /// A document of the library.
    Document(DocumentId),
    /// A project, archived ones included.
    Project(ProjectId),
    /// An agent of the library.
    Agent(AgentId),
    /// A tool that a server listed.
    Tool,
}

/// A hit of the search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundRow {
    /// The kind and the id of the hit.
    pub item: FoundItem,
    /// What it is called.
    pub name: String,
    /// A few words about it; may be empty.
    pub about: String,
}
