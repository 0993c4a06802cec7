//! What the pages of agents show beside an agent itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    agent::library::{AgentSummary, AgentUse},
    library::{DocumentRow, ImageRow},
    pages::ModelOffer,
};

/// An agent of the library, with the workflows that have it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ListedAgent {
    /// The agent.
    pub agent: AgentSummary,
    /// The workflows, by name.
    pub used_by: Vec<AgentUse>,
}

/// What the form of an agent offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentStock {
    /// Models that write, the usual one first.
    pub text_models: Vec<ModelOffer>,
    /// Published workflows, by name: an agent may run them as tools.
    pub workflows: Vec<String>,
    /// The images that were made last, for its picture and for what it is given.
    pub pictures: Vec<ImageRow>,
    /// The documents that were written last, for what it is given.
    pub documents: Vec<DocumentRow>,
}
