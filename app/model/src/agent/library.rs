//! Agents of a library, as pages and the API show and change them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::definition::{AgentDefinition, AgentInput};
use crate::{
    id::{AgentId, ImageId, TemplateId},
    text_output::Output,
    time::Timestamp,
};

/// Most characters of an agent's name.
pub const MOST_NAME_CHARACTERS: usize = 80;

/// An agent of the library in a list, and as the editor offers it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentSummary {
    /// The agent's id.
    pub id: AgentId,
    /// By which workflows name it; it never changes: `^[a-z][A-Za-z0-9_-]*$`.
    pub key: String,
    /// Its name for people.
    pub name: String,
    /// Its picture, an image of the library.
    #[serde(default)]
    pub picture: Option<ImageId>,
    /// What it is for, in one sentence.
    pub purpose: String,
    /// Its newest published version; none where none is published.
    #[serde(default)]
    pub version: Option<i32>,
    /// Whether it came with Atelier.
    pub is_system: bool,
    /// Whether it is put away: workflows that have it keep it, new ones are not offered it.
    pub is_archived: bool,
    /// What the newest published version is given; that of the draft where none is published.
    pub inputs: Vec<AgentInput>,
    /// What that gives.
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub output: Output,
}

/// A published version of an agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentVersionView {
    /// Its number, from 1.
    pub version: i32,
    /// What the agent is in it.
    pub definition: AgentDefinition,
    /// What whoever published it wrote about it.
    #[serde(default)]
    pub note: Option<String>,
    /// Who published it; none for those that came with Atelier.
    #[serde(default)]
    pub by: Option<String>,
    /// When it was published.
    pub at: Timestamp,
}

/// A workflow that has an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AgentUse {
    /// The template.
    pub template: TemplateId,
    /// The template's name.
    pub name: String,
    /// The version it names; none means the newest.
    #[serde(default)]
    pub version: Option<i32>,
}

/// An agent with all that its page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgentPage {
    /// The agent as lists show it.
    pub agent: AgentSummary,
    /// What the next version will be.
    pub draft: AgentDefinition,
    /// How often the draft was saved; a change has to name this number.
    pub draft_revision: i64,
    /// Its versions, the newest first.
    pub versions: Vec<AgentVersionView>,
    /// Where it is used.
    pub used_by: Vec<AgentUse>,
}

/// An agent that is made or changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentForm {
    /// By which workflows name it; none makes one from the name. Of no meaning for an agent that is
    /// there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The revision of the draft that a change was made on; one that has moved on since refuses it.
    /// When it is left out, the last change wins. Of no meaning for a new agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft_revision: Option<i64>,
    /// Its name for people.
    pub name: String,
    /// What it is for; none keeps that of the definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// Its picture, an image of the library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<ImageId>,
    /// What it is.
    pub definition: AgentDefinition,
}
