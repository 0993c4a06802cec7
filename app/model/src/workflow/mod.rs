//! The canonical workflow format (docs: the format's one definition) and reading it.

pub mod edge;
pub mod node;
pub(crate) mod read;
pub mod retry;
pub mod settings;
mod write;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use edge::Edge;
pub use node::{FARTHEST, Node, NodeData, OnError, Position, Size};
pub use read::{MAX_BYTES, parse_json};
pub use retry::{Backoff, Jitter, LongWait, RetryCause, RetryPolicy};
pub use settings::Settings;

use crate::{
    id::{EdgeId, NodeId},
    parameter::{Parameter, Preset},
};

/// The `schemaVersion` this release writes.
pub const SCHEMA_VERSION: u32 = 1;

/// A workflow: a directed graph of nodes with parameters and settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Workflow {
    /// The format's version.
    #[serde(default = "current_version")]
    pub schema_version: u32,
    /// The name of the workflow.
    #[serde(default)]
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// The typed inputs; the launch form is made from them.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
    /// Named sets of values for the launch form.
    #[serde(default)]
    pub presets: Vec<Preset>,
    /// The nodes: its steps, notes and frames.
    #[serde(default)]
    #[schemars(with = "Vec<Map<String, Value>>")]
    pub nodes: Vec<Node>,
    /// The edges that connect nodes.
    #[serde(default)]
    pub edges: Vec<Edge>,
    /// Settings of the whole execution.
    #[serde(default)]
    pub settings: Settings,
    /// Where the editor looked when it was saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewport: Option<Viewport>,
}

/// What part of the canvas the editor shows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Viewport {
    /// The horizontal pan, in pixels.
    pub x: f64,
    /// The vertical pan, in pixels.
    pub y: f64,
    /// The zoom; 1 is full size.
    pub zoom: f64,
}

fn current_version() -> u32 {
    SCHEMA_VERSION
}

impl Default for Workflow {
    fn default() -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            name: String::new(),
            description: String::new(),
            parameters: vec![],
            presets: vec![],
            nodes: vec![],
            edges: vec![],
            settings: Settings::default(),
            viewport: None,
        }
    }
}

impl Workflow {
    /// The node of this id.
    pub fn node(&self, id: &NodeId) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == *id)
    }

    /// The edge of this id.
    pub fn edge(&self, id: &EdgeId) -> Option<&Edge> {
        self.edges.iter().find(|edge| edge.id == *id)
    }

    /// The parameter of this name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }

    /// The preset of this name.
    pub fn preset(&self, name: &str) -> Option<&Preset> {
        self.presets.iter().find(|preset| preset.name == name)
    }

    /// The parameters' default values by name.
    pub fn defaults(&self) -> Map<String, Value> {
        let set = |parameter: &Parameter| {
            let default = parameter.default.clone()?;
            Some((parameter.name.clone(), default))
        };
        self.parameters.iter().filter_map(set).collect()
    }

    /// The names assigned to nodes.
    pub fn names(&self) -> BTreeMap<String, NodeId> {
        let named = |node: &Node| Some((node.data.assign.clone()?, node.id.clone()));
        self.nodes.iter().filter_map(named).collect()
    }

    /// The retry policy of a node: its own, or the workflow's.
    pub fn retry_policy(&self, node: &Node) -> RetryPolicy {
        node.data.retry.clone().unwrap_or_else(|| self.settings.retry_policy())
    }

    /// Leaves out the agents that were frozen in it: where it goes on as a draft, publishing and
    /// launching freeze them anew.
    pub fn drop_frozen(&mut self) {
        self.nodes.iter_mut().for_each(|node| node.data.config.drop_frozen());
    }

    /// The canonical text: the same workflow gives the same bytes.
    pub fn to_json(&self) -> String {
        write::canonical(self)
    }
}
