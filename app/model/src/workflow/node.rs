//! Steps of a workflow.

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::{Map, Value};

use super::RetryPolicy;
use crate::{
    id::{DocumentId, NodeId},
    nodes::{NodeConfig, NodeKind},
    problem::join_path,
};

/// A step of a workflow.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(into = "NodeText")]
pub struct Node {
    /// The id, unique in the workflow.
    pub id: NodeId,
    /// Upper left corner on the canvas, or in its parent.
    pub position: Position,
    /// The size on the canvas; none means the card's own.
    pub size: Option<Size>,
    /// The group or loop it lies in.
    pub parent_id: Option<NodeId>,
    pub data: NodeData,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NodeData {
    /// The title on the card.
    pub label: String,
    /// Its type and configuration.
    pub config: NodeConfig,
    /// Whether it runs at all; one that does not is skipped, and the path goes on: of ports that
    /// exclude each other by one, past a review as after an approval, past a condition by `else`.
    pub enabled: bool,
    /// Run only if this holds (`if`).
    pub condition: Option<String>,
    /// How failed attempts are tried again; none means as the workflow says.
    pub retry: Option<RetryPolicy>,
    /// Longest attempt, in milliseconds; none means the type's own bound.
    pub timeout_ms: Option<u64>,
    /// How many of its items must succeed; none means all.
    pub min_items: Option<u32>,
    /// What its failure means.
    pub on_error: OnError,
    /// The name by which others may refer to its result.
    pub assign: Option<String>,
    /// Notes for colleagues.
    pub notes: Option<String>,
}

/// What happens when a node fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnError {
    /// The execution fails.
    #[default]
    Fail,
    /// The workflow goes on past it; what follows runs without its result. What failed has not
    /// approved anything: after a review only `rejected` is taken, after a condition only `else`.
    Continue,
    /// The path goes on by the node's `error` port.
    Branch,
}

/// A position on the canvas, in pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Distance to the right of the origin; negative to the left of it.
    #[serde(deserialize_with = "read_coordinate")]
    pub x: f64,
    /// Distance below the origin; negative above it.
    #[serde(deserialize_with = "read_coordinate")]
    pub y: f64,
}

/// How far from the origin of the canvas something may lie, in pixels.
pub const FARTHEST: f64 = 1e7;

/// Reads a coordinate; one too far out would leave nothing else to be seen.
fn read_coordinate<'de, D: Deserializer<'de>>(reader: D) -> Result<f64, D::Error> {
    let way = f64::deserialize(reader)?;
    let far =
        || de::Error::custom(format!("{way} isn't a valid position: at most {FARTHEST} from 0"));
    if way.abs() <= FARTHEST { Ok(way) } else { Err(far()) }
}

/// A size on the canvas, in pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// Width in pixels.
    pub width: f64,
    /// Height in pixels.
    pub height: f64,
}

impl Node {
    /// A node with this configuration and nothing else set.
    pub fn new(id: NodeId, label: &str, config: NodeConfig) -> Self {
        let data = NodeData {
            label: label.to_owned(),
            config,
            enabled: true,
            condition: None,
            retry: None,
            timeout_ms: None,
            min_items: None,
            on_error: OnError::Fail,
            assign: None,
            notes: None,
        };
        Self { id, position: Position::default(), size: None, parent_id: None, data }
    }

    /// The node's type.
    pub fn kind(&self) -> NodeKind {
        self.data.config.kind()
    }

    /// Its label, or its id where it has none.
    pub fn title(&self) -> &str {
        if self.data.label.trim().is_empty() { self.id.as_str() } else { &self.data.label }
    }

    /// The documents chosen one by one that it reads with its prompt.
    pub fn context_documents(&self) -> &[DocumentId] {
        self.data.config.documents_read().unwrap_or_default()
    }
}

/// A node as written; the configuration is read once the type is known.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NodeText {
    id: NodeId,
    #[serde(rename = "type")]
    kind: String,
    position: Position,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<Size>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent_id: Option<NodeId>,
    data: DataText,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DataText {
    #[serde(default)]
    label: String,
    #[serde(default)]
    config: ConfigText,
    #[serde(default = "enabled", skip_serializing_if = "is_enabled")]
    enabled: bool,
    #[serde(rename = "if", default, skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retry: Option<RetryPolicy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timeout_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min_items: Option<u32>,
    #[serde(default, skip_serializing_if = "is_default")]
    on_error: OnError,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    assign: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notes: Option<String>,
}

/// Not yet read, or to be written in the order of its own fields.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum ConfigText {
    Written(Map<String, Value>),
    #[serde(skip_deserializing)]
    Known(NodeConfig),
}

impl Default for ConfigText {
    fn default() -> Self {
        Self::Written(Map::new())
    }
}

fn enabled() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn is_enabled(enabled: &bool) -> bool {
    *enabled
}

/// Whether a value is the default and need not be written.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Where in the node something could not be read, and why.
pub(super) struct Unreadable {
    pub path: String,
    pub message: String,
}

impl NodeText {
    /// The node, its configuration read by its type.
    pub(super) fn read(self) -> Result<Node, Unreadable> {
        let data = self.data;
        let config = match data.config {
            ConfigText::Known(config) => config,
            ConfigText::Written(map) => NodeConfig::read(&self.kind, map).map_err(|error| {
                let path = join_path("data.config", &error.path().to_string());
                Unreadable { path, message: error.into_inner().to_string() }
            })?,
        };
        let data = NodeData {
            label: data.label,
            config,
            enabled: data.enabled,
            condition: data.condition,
            retry: data.retry,
            timeout_ms: data.timeout_ms,
            min_items: data.min_items,
            on_error: data.on_error,
            assign: data.assign,
            notes: data.notes,
        };
        let Self { id, position, size, parent_id, .. } = self;
        Ok(Node { id, position, size, parent_id, data })
    }
}

impl From<Node> for NodeText {
    fn from(node: Node) -> Self {
        let data = node.data;
        Self {
            id: node.id,
            kind: data.config.key().to_owned(),
            position: node.position,
            size: node.size,
            parent_id: node.parent_id,
            data: DataText {
                label: data.label,
                config: ConfigText::Known(data.config),
                enabled: data.enabled,
                condition: data.condition,
                retry: data.retry,
                timeout_ms: data.timeout_ms,
                min_items: data.min_items,
                on_error: data.on_error,
                assign: data.assign,
                notes: data.notes,
            },
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = NodeText::deserialize(deserializer)?.read();
        read.map_err(|error| de::Error::custom(format!("{}: {}", error.path, error.message)))
    }
}
