//! Where an output came from, and what was made from it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::executions::{ArtifactRow, BroughtAlong, BroughtDocument};
use crate::{
    execution::{event::ArtifactBody, view::Bill},
    id::{ArtifactId, DocumentId, ExecutionId, ImageId},
    relations::ExecutionLink,
};

/// What the lineage is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Subject {
    /// A version of an output.
    Artifact(ArtifactId),
    /// An image of the library.
    Image(ImageId),
    /// A document of the library.
    Document(DocumentId),
}

/// One version of an output with all it was made from and all that was made from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LineagePage {
    /// The version whose lineage this is.
    pub artifact: ArtifactId,
    /// The execution that has it.
    pub execution: ExecutionLink,
    /// The parameters that it was launched with.
    pub parameters: Map<String, Value>,
    /// What its form calls these values, by their names.
    #[serde(default)]
    pub titles: BTreeMap<String, String>,
    /// What it was launched with beside them.
    #[serde(default)]
    pub brought: BroughtAlong,
    /// The version and its relatives, the earliest first.
    pub entries: Vec<LineageEntry>,
}

/// A version among the relatives of another one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LineageEntry {
    /// What the list of outputs says of it.
    #[serde(flatten)]
    pub row: ArtifactRow,
    /// What the author calls its node.
    pub label: String,
    /// The type of its node.
    pub node_kind: String,
    /// How it begins, or the image.
    pub body: ArtifactBody,
    /// Steps from the version asked of: below 0 it is made from this one, above 0 into this one.
    pub distance: i32,
    /// Whether it, or what it was made from, was made from another version than counts now.
    #[serde(default)]
    pub stale: bool,
    /// The versions it was made from directly.
    pub made_from: Vec<ArtifactId>,
    /// What its call was made with: the prompt and the settings; long texts are cut.
    pub inputs: Value,
    /// What its job used and cost.
    pub bill: Bill,
    /// Documents that were read with its prompt.
    #[serde(default)]
    pub context: Vec<BroughtDocument>,
    /// Documents that hold it now.
    pub documents: Vec<LineageDocument>,
    /// The execution it was taken over from.
    pub taken_from: Option<ExecutionId>,
    /// Executions that took it over.
    pub taken_into: Vec<ExecutionLink>,
}

/// A document that holds a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LineageDocument {
    /// The document's id.
    pub id: DocumentId,
    /// Its title now.
    pub title: String,
    /// Whether the version is an image attached to it; else it began as the version's text.
    pub attached: bool,
    /// What was made with it as context; told of what holds the version asked of or what was made
    /// from that.
    #[serde(default)]
    pub uses: DocumentUses,
}

/// The steps of executions that made something with a document as context.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentUses {
    /// Those that made something last, the last first.
    pub newest: Vec<DocumentUse>,
    /// How many there are.
    pub all: i64,
}

/// A step of an execution that made something with a document as context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentUse {
    /// The execution, with the step as drawn.
    pub execution: ExecutionLink,
    /// What the step is called.
    pub label: String,
    /// The last version that it made so.
    pub artifact: ArtifactId,
    /// How many versions it made so.
    pub versions: i64,
}

impl LineageEntry {
    /// A text among what its call was made with.
    pub fn input(&self, name: &str) -> Option<&str> {
        self.inputs.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
    }
}
