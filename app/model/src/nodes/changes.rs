//! The configuration of a node with some of its fields changed.

use serde_json::{Map, Value};

use super::NodeConfig;
use crate::problem::{FieldProblem, join_path};

impl NodeConfig {
    /// Whether a prompt says what the node makes: then its jobs are also told what a reviewer asks
    /// to be different.
    pub fn has_prompt(&self) -> bool {
        self.spec().fields.iter().any(|field| field.name == "prompt")
    }

    /// The configuration with some of its fields changed.
    ///
    /// # Errors
    /// What is wrong with the result, and where in it: the path begins with `config`.
    pub fn with_changes(&self, changes: &Map<String, Value>) -> Result<Self, Box<FieldProblem>> {
        let mut written = self.to_value().as_object().cloned().unwrap_or_default();
        written.extend(changes.clone());
        self.keep_pinned(&mut written);
        Self::read(self.kind().key(), written).map_err(|error| {
            let path = join_path("config", &error.path().to_string());
            Box::new(FieldProblem::field("malformed", path, error.to_string()))
        })
    }

    /// Leaves in a changed configuration what only publishing and launching write.
    fn keep_pinned(&self, changed: &mut Map<String, Value>) {
        if let Self::Tool(config) = self {
            config.keep_lock(changed);
        }
        if let Self::Agent(config) = self {
            config.keep_frozen(changed);
        }
    }

    /// Leaves out what was frozen of an agent: a workflow from elsewhere freezes its own.
    pub fn drop_frozen(&mut self) {
        if let Self::Agent(config) = self {
            config.frozen = None;
        }
    }
}
